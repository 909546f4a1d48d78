"""What kind of page it is, how whole, and whether there is an article on it at all."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.article import Completeness, PageType
from pipeline.extraction.completeness import WHOLE_PAGE, End, how_whole
from pipeline.extraction.names import Role
from pipeline.extraction.outline import Outline
from pipeline.extraction.signals import Signals
from pipeline.outcome import Outcome
from pipeline.verdict import Decision, Reason, Verdict

FEWEST_WORDS = 25
"""Kept words below which a page has no article: shorter pages of the benchmark are teasers, captions and errors."""

WALL_WORDS = 200
"""A wall says little: a page of more words that mentions a captcha is an article about captchas."""

SHELL_WORDS = 40
SHELL_SCRIPT_CHARS = 1000
"""A script shell: hardly a word on the page, and scripts that would write them."""

LISTED = 5
"""So many linked headings, with little text to each, are a list of articles."""

WORDS_A_TEASER = 70
ALL_LINK = 0.8
FEWEST_ENTRIES = 3
ENTRY_WORDS = 3
"""A list of pages has three entries at least, and an entry three words; menus have shorter ones."""

_INDEX_PATH = re.compile(
    r"^/(?:index\.\w+)?$|/(?:tags?|categor(?:y|ies)|author|archives?|search|topics?|page/\d+)(?:/|$)"
)
"""Addresses of front pages and lists. An address alone decides nothing: the page must have entries too."""

_FURNITURE = frozenset(
    {Role.NAVIGATION, Role.FOOTER, Role.SIDEBAR, Role.SHARE, Role.LOGIN, Role.CONSENT, Role.NEWSLETTER}
)
_PLACES = frozenset({"nav", "footer", "aside", "header"})
_TITLES = frozenset({"h1", "h2", "h3", "h4"})
CONSENT_SHARE = 0.5
"""Share of a page's characters in consent texts that makes it a consent wall."""


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_BOT_WALL = _phrases(
    "just a moment",
    "checking (?:if the site connection|your browser)",
    "verify(?:ing)? (?:that )?you are (?:a )?human",
    "are you a robot",
    "enable javascript and cookies to continue",
    "attention required",
    "unusual traffic",
    "access (?:to this page )?(?:has been )?denied",
    "ddos protection",
    "request (?:has been )?blocked",
    "security check to access",
    "complete the captcha",
)
_CONSENT_WALL = _phrases(
    "before you continue",
    "we value your privacy",
    "accept (?:all )?(?:cookies )?(?:and|to) continue",
    "consent to (?:the use of )?cookies",
    "zustimmung",
    "wir verwenden cookies",
    "nous utilisons des cookies",
    "continue with (?:advertising|ads)",
)
_NOT_FOUND = _phrases(
    r"\b404\b",
    "page (?:was |could )?not (?:be )?found",
    "(?:doesn.t|does not|no longer) exists?",
    "nothing (?:was )?found",
    "seite (?:wurde )?nicht gefunden",
    "page (?:introuvable|non trouvée)",
    "página no encontrada",
    "pagina non trovata",
)
_DECLARED = {
    "article": PageType.ARTICLE,
    "newsarticle": PageType.ARTICLE,
    "blogposting": PageType.ARTICLE,
    "reportagenewsarticle": PageType.ARTICLE,
    "opinionnewsarticle": PageType.ARTICLE,
    "techarticle": PageType.DOCUMENTATION,
    "discussionforumposting": PageType.FORUM,
    "qapage": PageType.FORUM,
    "product": PageType.PRODUCT,
    "collectionpage": PageType.LISTING,
    "itemlist": PageType.LISTING,
    "blog": PageType.LISTING,
    "service": PageType.SERVICE,
}


class PageKind(NamedTuple):
    """The page's outcome (``article`` or a reject), why, its type, how whole the article is, and what says so."""

    outcome: Outcome
    detail: str
    page_type: PageType
    completeness: Completeness
    evidence: str = ""


def page_kind(
    url: str,
    outline: Outline,
    verdicts: tuple[Verdict, ...],
    signals: Signals,
    likely: PageType,
    script_chars: int,
    end: End = WHOLE_PAGE,
) -> PageKind:
    """In this order: an error page or a wall, nothing at all, a list, and else what the page declares or looks like."""
    kept = [b for b, v in zip(outline.blocks, verdicts, strict=True) if v.decision is Decision.KEEP]
    words = sum(outline.words[block.position] for block in kept)
    page_type, why = _page_type(url, outline, signals, likely, words)
    wall = _wall(outline, verdicts, signals, words)
    if wall is not None:
        return PageKind(*wall, page_type, Completeness.FULL)
    if words < FEWEST_WORDS and (entries := _entries(outline)) >= FEWEST_ENTRIES:
        detail = f"{entries} links to other pages, {words} words of text"
        return PageKind(Outcome.LISTING, detail, PageType.LISTING, Completeness.FULL)
    if words < FEWEST_WORDS:
        return PageKind(*_nothing(outline, words, script_chars), page_type, Completeness.FULL)
    if page_type in {PageType.LISTING, PageType.COLLECTION}:
        return PageKind(Outcome.LISTING, f"teasers of other pages: {why}", page_type, Completeness.FULL)
    if page_type in {PageType.PRODUCT, PageType.SERVICE}:
        return PageKind(Outcome.REJECT_PAGE_TYPE, f"{page_type}: {why}", page_type, Completeness.FULL)
    return PageKind(Outcome.ARTICLE, "", page_type, *how_whole(outline, verdicts, signals, words, end))


def _wall(outline: Outline, verdicts: tuple[Verdict, ...], signals: Signals, words: int) -> tuple[Outcome, str] | None:
    """An error page or a wall in place of the article: little text, and it says so."""
    if words > WALL_WORDS:
        return None
    heads = [block.text for block in outline.blocks if block.tag in {"h1", "h2"}][:3]
    title = " | ".join([signals.title, *heads])
    if _NOT_FOUND.search(title):
        return Outcome.REJECT_SOFT_404, f"says that there is no such page: {title[:100]}"
    text = " ".join([title, *(block.text for block in outline.blocks[:60])])[:5000]
    if words < FEWEST_WORDS * 2 and (found := _BOT_WALL.search(text)):
        return Outcome.REJECT_BOT_WALL, f"asks for a person: {found.group()}"
    if words < FEWEST_WORDS:
        layer = [b.text for b, v in zip(outline.blocks, verdicts, strict=True) if v.reason is Reason.COOKIE_CONSENT]
        share = sum(map(len, layer)) / max(1, sum(len(b.text) for b in outline.blocks))
        if share > CONSENT_SHARE:
            return Outcome.REJECT_CONSENT_WALL, f"{share:.0%} of the page is a consent layer: {layer[0][:100]}"
        if _CONSENT_WALL.search(title):
            return Outcome.REJECT_CONSENT_WALL, f"asks for consent: {title[:100]}"
    return None


def _nothing(outline: Outline, words: int, script_chars: int) -> tuple[Outcome, str]:
    shown = sum(outline.words)
    if shown < SHELL_WORDS and script_chars > SHELL_SCRIPT_CHARS:
        return Outcome.REJECT_NEEDS_JAVASCRIPT, f"{shown} words on the page and {script_chars} characters of script"
    return Outcome.REJECT_EMPTY, f"{words} words of article, fewer than {FEWEST_WORDS}" if shown else "no text"


def _page_type(url: str, outline: Outline, signals: Signals, likely: PageType, words: int) -> tuple[PageType, str]:
    """What JSON-LD declares, else a list if it looks or is addressed like one, else what the model finds likeliest.

    With a word on why.
    """
    declared = _declared(signals)
    if declared in {PageType.ARTICLE, PageType.FORUM, PageType.PRODUCT}:
        return declared, "JSON-LD declares it"
    titles = [block for block in outline.blocks if block.tag in _TITLES and block.link_density > ALL_LINK]
    if len(titles) >= LISTED and words < WORDS_A_TEASER * len(titles):
        return PageType.LISTING, f"{len(titles)} linked headings and {words} words of text"
    if _is_index(url) and (entries := _entries(outline)) >= FEWEST_ENTRIES:
        return PageType.LISTING, f"{entries} entries at the address of a list"
    return likely, "by its looks"


def _is_index(url: str) -> bool:
    """Whether the address is that of a front page or a list; one that is none, as of a page from a file, is neither."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.netloc) and _INDEX_PATH.search(parts.path or "/") is not None


def _entries(outline: Outline) -> int:
    """Links of a page that read like titles of other pages, outside its menus and footers."""
    return sum(
        block.link_density > ALL_LINK
        and outline.words[block.position] >= ENTRY_WORDS
        and outline.roles[block.container] not in _FURNITURE
        and not _PLACES & outline.within[block.container]
        for block in outline.blocks
    )


def _declared(signals: Signals) -> PageType | None:
    """The type that JSON-LD gives the page; ``og:type`` says "article" and "website" of anything."""
    kinds = [kind for item in signals.json_ld for kind in _types(item)]
    return next((_DECLARED[kind] for kind in kinds if kind in _DECLARED), None)


def _types(item: object) -> list[str]:
    """The ``@type``s of a JSON-LD value: its own and, where it is a list or a graph, of the members."""
    if isinstance(item, list):
        return [kind for member in item for kind in _types(member)]
    if not isinstance(item, dict):
        return []
    own = item.get("@type")
    names = [own] if isinstance(own, str) else [n for n in own if isinstance(n, str)] if isinstance(own, list) else []
    return [name.lower() for name in names] + (_types(item["@graph"]) if "@graph" in item else [])
