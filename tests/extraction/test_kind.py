"""Whether there is an article at all, of what type, and how whole: each outcome, and what must not have it."""

from __future__ import annotations

import json

import pytest

from pipeline.article import Completeness, PageType
from pipeline.extraction.kind import PageKind, page_kind
from pipeline.extraction.outline import outline
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import read_signals
from pipeline.outcome import Outcome
from pipeline.verdict import Class, Decision, Reason, Verdict

LINE = "The ferry to the northern islands sails again from the first week of May, and the fares are fixed for three."
TEXT = f"<p>{LINE}</p>" * 4
LONG = f"<p>{LINE}</p>" * 12
_CLASSES = {block_class.value: block_class for block_class in Class}


def kind(
    page: str,
    url: str = "https://news.example/2026/ferry.html",
    likely: PageType = PageType.ARTICLE,
    removed: tuple[Reason, ...] = (),
    scripts: int = 0,
) -> PageKind:
    """The kind of a page whose blocks are kept, except, from its end, one for each reason given."""
    tree = parse(page)
    segments = segment(tree)
    count = len(segments.blocks) - len(removed)
    verdicts = tuple(Verdict(Decision.KEEP, Class.BODY) for _ in range(count)) + tuple(
        Verdict(Decision.REMOVE, _CLASSES.get(reason.value, Class.UNRECOGNISED), reason, "", 0.0) for reason in removed
    )
    return page_kind(url, outline(segments, None), verdicts, read_signals(tree), likely, scripts)


def declared(kind_name: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(kind_name)}</script>'


def test_an_article() -> None:
    assert kind(TEXT) == PageKind(Outcome.ARTICLE, "", PageType.ARTICLE, Completeness.FULL)


@pytest.mark.parametrize(
    "page",
    [
        "<title>Page not found</title><p>Try the search, please.</p>",
        "<title>News</title><h1>404</h1><p>Oh.</p>",
        "<h1>Seite nicht gefunden</h1>",
        "<title>Página no encontrada - Correo</title>",
        f"<title>This page no longer exists</title>{TEXT}",
    ],
)
def test_soft_404(page: str) -> None:
    assert kind(page).outcome is Outcome.REJECT_SOFT_404


def test_an_article_on_error_404_is_one() -> None:
    assert kind(f"<title>Room 404 does not exist</title>{LONG}").outcome is Outcome.ARTICLE


def test_404_in_the_text_alone_says_nothing() -> None:
    assert kind(f"<title>Rooms</title>{TEXT}<p>The key of room 404 could not be found in the page's pocket.</p>")[
        0
    ] is (Outcome.ARTICLE)


@pytest.mark.parametrize(
    "page",
    [
        "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>",
        "<h1>Are you a robot?</h1>",
        "<title>Attention Required!</title><p>Complete the captcha.</p>",
        "<h1>Access denied</h1><p>Your request has been blocked.</p>",
    ],
)
def test_bot_wall(page: str) -> None:
    assert kind(page).outcome is Outcome.REJECT_BOT_WALL


def test_an_article_on_captchas_is_one() -> None:
    assert kind(f"<h1>Are you a robot?</h1>{TEXT}").outcome is Outcome.ARTICLE


def test_consent_wall() -> None:
    page = "<title>Corran Star</title><p>We and our partners would like to store things on your device today.</p>"
    assert kind(page, removed=(Reason.COOKIE_CONSENT,)).outcome is Outcome.REJECT_CONSENT_WALL
    assert kind("<title>Before you continue</title><p>Yes</p>").outcome is Outcome.REJECT_CONSENT_WALL
    assert kind(TEXT + "<p>We use cookies.</p>", removed=(Reason.COOKIE_CONSENT,)).outcome is Outcome.ARTICLE


def test_empty() -> None:
    assert kind("")[:2] == (Outcome.REJECT_EMPTY, "no text")
    assert kind("<p>Back on 3 August.</p>").outcome is Outcome.REJECT_EMPTY
    everything = (Reason.UNLIKE_ARTICLE,) * 4
    assert kind(TEXT, removed=everything, scripts=5_000).outcome is Outcome.REJECT_EMPTY  # it has text, not a shell


def test_needs_javascript() -> None:
    assert kind("<div id=app></div><p>Loading</p>", scripts=5_000).outcome is Outcome.REJECT_NEEDS_JAVASCRIPT
    assert kind("<div id=app></div><p>Loading</p>", scripts=10).outcome is Outcome.REJECT_EMPTY


TEASERS = "".join(
    f'<h2><a href="/{i}">Ferry number {i} sails</a></h2><p>It sails on Friday at noon.</p>' for i in range(6)
)


def test_listing_by_linked_headings() -> None:
    assert kind(TEASERS).outcome is Outcome.LISTING


def test_linked_headings_with_much_text_are_an_article() -> None:
    page = "".join(f'<h2><a href="/{i}">Walk {i}</a></h2>{TEXT}' for i in range(6))
    assert kind(page).outcome is Outcome.ARTICLE


def test_listing_by_address_and_entries() -> None:
    entries = "".join(f'<p><a href="/{i}">Ferry number {i} sails again</a></p>' for i in range(4))
    assert kind(TEXT + entries, "https://news.example/tag/ferry/").outcome is Outcome.LISTING
    assert kind(TEXT + entries).outcome is Outcome.ARTICLE
    assert kind(TEXT + entries, "").outcome is Outcome.ARTICLE  # a page from a file has no address
    assert kind(TEXT + entries, "http://[bad/tag/").outcome is Outcome.ARTICLE
    assert kind(TEXT, "https://news.example/").outcome is Outcome.ARTICLE
    assert kind(TEXT + f"<nav>{entries}</nav>", "https://news.example/").outcome is Outcome.ARTICLE


@pytest.mark.parametrize("likely", [PageType.LISTING, PageType.COLLECTION])
def test_listing_by_the_model(likely: PageType) -> None:
    assert kind(TEXT, likely=likely).outcome is Outcome.LISTING


@pytest.mark.parametrize("likely", [PageType.PRODUCT, PageType.SERVICE])
def test_other_page_types(likely: PageType) -> None:
    assert kind(TEXT, likely=likely)[:2] == (Outcome.REJECT_PAGE_TYPE, f"{likely}: by its looks")


@pytest.mark.parametrize("likely", [PageType.FORUM, PageType.DOCUMENTATION])
def test_page_types_that_are_kept(likely: PageType) -> None:
    found = kind(TEXT, likely=likely)
    assert (found.outcome, found.page_type) == (Outcome.ARTICLE, likely)


@pytest.mark.parametrize(
    ("said", "page_type"),
    [
        ({"@type": "NewsArticle"}, PageType.ARTICLE),
        ({"@graph": [{"@type": "WebSite"}, {"@type": ["BlogPosting", "Thing"]}]}, PageType.ARTICLE),
        ([{"@type": "DiscussionForumPosting"}], PageType.FORUM),
        ({"@type": "Product"}, PageType.PRODUCT),
        ({"@type": 7}, PageType.SERVICE),
        ({"@graph": {"@type": None}}, PageType.SERVICE),
        ("NewsArticle", PageType.SERVICE),
    ],
)
def test_what_the_page_declares_beats_what_the_model_finds(said: object, page_type: PageType) -> None:
    assert kind(declared(said) + TEXT, likely=PageType.SERVICE).page_type is page_type


@pytest.mark.parametrize(
    ("page", "removed", "completeness"),
    [
        (TEXT, (), Completeness.FULL),
        (f"{TEXT}<p>And then the second boat …</p>", (), Completeness.TEASER),
        (f"{TEXT}<p>And then the second boat [...]</p>", (), Completeness.TEASER),
        (f"{TEXT}<p>Well...</p>{TEXT}", (), Completeness.FULL),
        (f"{TEXT}<p>Subscribe to continue</p>", (Reason.PAYWALL_SUBSCRIBE,), Completeness.PAYWALLED),
        (f"{TEXT}<p>Already a subscriber? Log in</p>", (Reason.LOGIN_ACCOUNT,), Completeness.PAYWALLED),
        (f"{TEXT}<p>To continue reading, log in.</p>", (), Completeness.PAYWALLED),
        (f"{TEXT}<div class=paywall><p>Hm</p></div>", (Reason.UNLIKE_ARTICLE,), Completeness.PAYWALLED),
        (f"<p>Nobody subscribed to continue reading, she said.</p>{TEXT}", (), Completeness.FULL),
        (f"{TEXT}<p>Premium</p>", (Reason.PAYWALL_SUBSCRIBE,), Completeness.FULL),
    ],
)
def test_completeness(page: str, removed: tuple[Reason, ...], completeness: Completeness) -> None:
    assert kind(page, removed=removed).completeness is completeness


@pytest.mark.parametrize(
    ("count", "completeness"),
    [(84, Completeness.FULL), (len(LINE) * 4, Completeness.FULL), (900, Completeness.TEASER), ("x", Completeness.FULL)],
    ids=["words", "characters", "many more words", "no number"],
)
def test_a_declared_count(count: object, completeness: Completeness) -> None:
    assert kind(declared({"@type": "Article", "wordCount": count}) + TEXT).completeness is completeness
