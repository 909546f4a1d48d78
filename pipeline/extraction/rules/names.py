"""Blocks in a container whose names say what it is."""

from __future__ import annotations

from pipeline.block import Block
from pipeline.extraction.names import Role
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

BUTTON_WORDS = 6
"""The words of a share button; a longer block in a container called ``social-…`` may be about social media."""

_TEXT_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "td", "dd"})


def consent(block: Block, outline: Outline) -> Reason | None:
    """Cookie and consent layers: no article stands in a container of that name, unless it is the page's bulk."""
    return Reason.COOKIE_CONSENT if outline.roles[block.container] is Role.CONSENT else None


def security_banner(block: Block, outline: Outline) -> Reason | None:
    """Government banners and captcha boxes."""
    return Reason.SECURITY_BANNER if outline.roles[block.container] is Role.SECURITY_BANNER else None


def share_bar(block: Block, outline: Outline) -> Reason | None:
    """Share and follow buttons: short lines in a container named for them."""
    short = outline.words[block.position] <= BUTTON_WORDS and block.tag not in _TEXT_TAGS
    return Reason.SHARE_SOCIAL if short and outline.roles[block.container] is Role.SHARE else None


def form(block: Block, outline: Outline) -> Reason | None:
    """Buttons, choices and input fields."""
    return Reason.NAVIGATION if outline.roles[block.container] is Role.FORM else None


def comment_form(block: Block, outline: Outline) -> Reason | None:
    """The form to leave a comment with."""
    return Reason.COMMENTS if outline.roles[block.container] is Role.COMMENT_FORM else None


def comments(block: Block, outline: Outline) -> Reason | None:
    """What readers wrote below the article."""
    return Reason.COMMENTS if outline.roles[block.container] is Role.COMMENTS else None


def breadcrumbs(block: Block, outline: Outline) -> Reason | None:
    """The path to the page. Asked before labels: the names in it ("Science") are labels of sections elsewhere."""
    return Reason.BREADCRUMBS if outline.roles[block.container] is Role.BREADCRUMBS else None


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


def container(block: Block, outline: Outline) -> Reason | None:
    """What the nearest named container says, for the kinds that a name alone does not settle."""
    role = outline.roles[block.container]
    return _BY_ROLE.get(role) if role is not None else None
