"""The object of a page's JSON-LD that speaks of the page's own article (schema.org)."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.extraction.embedded import Json

# https://schema.org/Article and what else may be a page's main thing; lower is more telling.
_KINDS = (
    (
        "newsarticle article blogposting reportagenewsarticle opinionnewsarticle analysisnewsarticle report "
        "techarticle backgroundnewsarticle liveblogposting reviewnewsarticle scholarlyarticle advertisercontentarticle "
        "satiricalarticle socialmediaposting askpublicnewsarticle"
    ),
    "discussionforumposting question recipe howto review criticreview medicalwebpage",
    "videoobject podcastepisode product creativework course event book dataset imagegallery",
    "webpage itempage faqpage qapage aboutpage collectionpage profilepage",
)
_RANKS = {kind: rank for rank, kinds in enumerate(_KINDS) for kind in kinds.split()}
_NO_ARTICLE = 9
_FOLLOWED = ("@graph", "mainEntity", "mainEntityOfPage", "liveBlogUpdate")
MAX_OBJECTS = 2_000
MAX_DEPTH = 20

Object = dict[str, Json]


class LinkedData(NamedTuple):
    """A page's JSON-LD, sorted.

    ``articles`` are the objects that may speak of the page itself, the most telling first; ``by_id`` all that have an
    ``@id``; ``others`` the remaining top-level objects (organisation, site, breadcrumbs).
    """

    articles: tuple[Object, ...]
    by_id: dict[str, Object]
    others: tuple[Object, ...]


def read_linked_data(values: tuple[Json, ...], page_url: str = "") -> LinkedData:
    """Sort a page's JSON-LD."""
    top: list[Object] = []
    for value in values:
        _flatten(value, top, 0)
    by_id: dict[str, Object] = {}
    _index(list(values), by_id, 0)
    ranked = sorted(
        (
            (_rank(item) + _elsewhere(item, page_url), place, item)
            for place, item in enumerate(top)
            if _rank(item) < _NO_ARTICLE
        ),
        key=lambda entry: entry[:2],
    )
    return LinkedData(
        tuple(item for _, _, item in ranked), by_id, tuple(item for item in top if _rank(item) >= _NO_ARTICLE)
    )


def _rank(item: Object) -> int:
    return min((_RANKS.get(kind, _NO_ARTICLE) for kind in types(item)), default=_NO_ARTICLE)


def is_article(item: Object) -> bool:
    """Whether an object is of a kind that stands for an article.

    >>> is_article({"@type": "NewsArticle"}), is_article({"@type": "WebPage"})
    (True, False)
    """
    return _rank(item) == 0


def _elsewhere(item: Object, page_url: str) -> float:
    """Half a rank for an object that gives another page as its own address."""
    own = item.get("url") or item.get("mainEntityOfPage")
    if isinstance(own, dict):
        own = own.get("@id")
    if not page_url or not isinstance(own, str) or not own.startswith("http"):
        return 0.0
    return 0.0 if _path(own) == _path(page_url) else 0.5


def _path(url: str) -> str:
    return url.rsplit("//", maxsplit=1)[-1].partition("/")[2].split("?")[0].split("#")[0].strip("/").lower()


def types(item: Object) -> tuple[str, ...]:
    """The object's types in lower case, without the schema's address.

    >>> types({"@type": ["http://schema.org/NewsArticle", "Thing"]})
    ('newsarticle', 'thing')
    """
    kind = item.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return tuple(k.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for k in kinds if isinstance(k, str))


def strings(value: Json) -> Iterator[str]:
    """The texts that a value stands for: itself, its items, or the name of an object.

    Character references are decoded twice over, as some sites encode them twice.

    >>> list(strings(["a", {"name": "b &amp;amp; c"}, 3, None]))
    ['a', 'b & c']
    """
    if isinstance(value, str):
        text = plain(value)
        if text:
            yield text
    elif isinstance(value, list):
        for item in value[:100]:
            if isinstance(item, (str, dict)):
                yield from strings(item)
    elif isinstance(value, dict):
        name = value.get("name") or value.get("@value")
        if isinstance(name, str):
            yield from strings(name)


def first(value: Json) -> str:
    """The first of ``strings``, or nothing."""
    return next(strings(value), "")


def plain(text: str) -> str:
    """White space folded, character references decoded.

    >>> plain("  A&amp;#8217;s  B ")
    'A’s B'
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return " ".join(text.split())


def _flatten(value: Json, out: list[Object], depth: int) -> None:
    if depth > MAX_DEPTH or len(out) >= MAX_OBJECTS:
        return
    if isinstance(value, list):
        for item in value:
            _flatten(item, out, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            out.append(value)
        for key in _FOLLOWED:
            inner = value.get(key)
            if isinstance(inner, (dict, list)):
                _flatten(inner, out, depth + 1)


def _index(value: Json, out: dict[str, Object], depth: int) -> None:
    if depth > MAX_DEPTH or len(out) >= MAX_OBJECTS:
        return
    if isinstance(value, list):
        for item in value:
            _index(item, out, depth + 1)
    elif isinstance(value, dict):
        identity = value.get("@id")
        if isinstance(identity, str) and len(value) > 1 and ("name" in value or identity not in out):
            out[identity] = value
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                _index(inner, out, depth + 1)
