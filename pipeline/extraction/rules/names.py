"""Blocks in a container whose names say what it is."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.names import Role
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

BUTTON_WORDS = 6
"""The words of a share button; a longer block in a container called ``social-…`` may be about social media."""

_TEXT_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "td", "dd"})


def consent(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """Cookie and consent layers: no article stands in a container of that name, unless it is the page's bulk."""
    return [(at, Reason.COOKIE_CONSENT) for at in _called(outline, positions, Role.CONSENT)]


def security_banner(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """Government banners and captcha boxes."""
    return [(at, Reason.SECURITY_BANNER) for at in _called(outline, positions, Role.SECURITY_BANNER)]


def share_bar(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """Share and follow buttons: short lines in a container named for them."""
    blocks, words = outline.blocks, outline.words
    return [
        (at, Reason.SHARE_SOCIAL)
        for at in _called(outline, positions, Role.SHARE)
        if words[at] <= BUTTON_WORDS and blocks[at].tag not in _TEXT_TAGS
    ]


def form(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """Buttons, choices and input fields."""
    return [(at, Reason.NAVIGATION) for at in _called(outline, positions, Role.FORM)]


def comment_form(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """The form to leave a comment with."""
    return [(at, Reason.COMMENTS) for at in _called(outline, positions, Role.COMMENT_FORM)]


def comments(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """What readers wrote below the article."""
    return [(at, Reason.COMMENTS) for at in _called(outline, positions, Role.COMMENTS)]


def breadcrumbs(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """The path to the page. Asked before labels: the names in it ("Science") are labels of sections elsewhere."""
    return [(at, Reason.BREADCRUMBS) for at in _called(outline, positions, Role.BREADCRUMBS)]


_BY_ROLE = {
    Role.PAYWALL: Reason.PAYWALL_SUBSCRIBE,
    Role.PAGINATION: Reason.PAGINATION,
    Role.CONTENTS: Reason.TABLE_OF_CONTENTS,
    Role.AUTHOR_BIO: Reason.AUTHOR_BIO,
    Role.BYLINE: Reason.BYLINE_DATELINE,
    Role.NEWSLETTER: Reason.NEWSLETTER,
    Role.RELATED: Reason.RELATED_LINKS,
    Role.ADVERT: Reason.ADVERT_AFFILIATE,
    Role.LOGIN: Reason.LOGIN_ACCOUNT,
    Role.TAGS: Reason.NAVIGATION,
    Role.NAVIGATION: Reason.NAVIGATION,
    Role.FOOTER: Reason.COPYRIGHT_FOOTER,
    Role.SIDEBAR: Reason.RELATED_LINKS,
    Role.SHARE: Reason.SHARE_SOCIAL,
}


def container(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """What the nearest named container says, for the kinds that a name alone does not settle."""
    blocks, roles = outline.blocks, outline.roles
    named = [(at, role) for at in positions if (role := roles[blocks[at].container]) is not None]
    return [(at, _BY_ROLE[role]) for at, role in named if role in _BY_ROLE]


def _called(outline: Outline, positions: Sequence[int], wanted: Role) -> list[int]:
    """The positions whose nearest named container has this role."""
    blocks, roles = outline.blocks, outline.roles
    return [at for at in positions if roles[blocks[at].container] is wanted]
