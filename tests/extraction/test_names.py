"""What names say: the words of site builders, and words that only look like them."""

from __future__ import annotations

import pytest

from pipeline.extraction.names import Role, role_of


@pytest.mark.parametrize(
    ("tag", "names", "role"),
    [
        ("div", "cookie-banner", Role.CONSENT),
        ("div", "onetrust-consent-sdk", Role.CONSENT),
        ("dialog", "", Role.CONSENT),
        ("section", "usa-banner", Role.SECURITY_BANNER),
        ("div", "paywall-overlay", Role.PAYWALL),
        ("div", "piano-container", Role.PAYWALL),
        ("div", "sharebar", Role.SHARE),
        ("ul", "addtoany_list", Role.SHARE),
        ("div", "social-links", Role.SHARE),
        ("ol", "breadcrumb", Role.BREADCRUMBS),
        ("div", "wp-pagenavi", Role.PAGINATION),
        ("div", "toc", Role.CONTENTS),
        ("div", "author-box", Role.AUTHOR_BIO),
        ("p", "byline", Role.BYLINE),
        ("div", "entry-meta", Role.BYLINE),
        ("div", "comment-respond respond", Role.COMMENT_FORM),
        ("ol", "commentlist", Role.COMMENTS),
        ("div", "newsletter-signup", Role.NEWSLETTER),
        ("div", "related-posts", Role.RELATED),
        ("div", "taboola-below-article", Role.RELATED),
        ("div", "ad-slot", Role.ADVERT),
        ("div", "login-box", Role.LOGIN),
        ("div", "tag-cloud", Role.TAGS),
        ("p", "wp-caption-text", Role.CAPTION),
        ("ol", "references", Role.REFERENCES),
        ("nav", "", Role.NAVIGATION),
        ("div", "main-menu", Role.NAVIGATION),
        ("footer", "", Role.FOOTER),
        ("div", "site-info", Role.FOOTER),
        ("aside", "", Role.SIDEBAR),
        ("div", "widget_text widget", Role.SIDEBAR),
        ("button", "", Role.FORM),
        ("select", "", Role.FORM),
    ],
)
def test_roles(tag: str, names: str, role: Role) -> None:
    assert role_of(tag, names) is role


@pytest.mark.parametrize(
    "names",
    [
        "",
        "entry-content",
        "shadow shareholders shareware",
        "adapter badge roads",
        "navigator-of-the-seas",
        "authority",
        "commentary",
        "tagline stage",
        "catalogue",
        "rapid bionic biology",
        "piano-lessons",
        "prefooterless",
        "css-1q9v2",
    ],
)
def test_words_that_only_look_like_it(names: str) -> None:
    assert role_of("div", names) is None


def test_names_speak_before_tags() -> None:
    assert role_of("footer", "author-bio") is Role.AUTHOR_BIO
    assert role_of("aside", "comments") is Role.COMMENTS
    assert role_of("nav", "post-content") is Role.NAVIGATION


def test_the_more_telling_of_two_names_wins() -> None:
    assert role_of("div", "sidebar share-buttons") is Role.SHARE
    assert role_of("div", "footer newsletter") is Role.NEWSLETTER
    assert role_of("div", "nav cookie-consent") is Role.CONSENT
