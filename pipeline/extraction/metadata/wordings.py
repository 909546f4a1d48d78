"""The wordings that a page gives its headline: what stands where, whole, and cut at what may part it from a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from pipeline.extraction.metadata.json_ld import LinkedData, first, is_article, plain
from pipeline.extraction.metadata.meta_names import TITLES
from pipeline.extraction.signals import Mark, Signals

MAX_CHARS = 500
MAX_SEPARATORS = 30
MAX_CUTS = 3
"""So many separators from either end are asked."""
MAX_H1 = 6
MAX_SHOWN = 8
# What stands between a headline and the name of its site.
_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»«:*/~>‹›]\s+|\s+(?:\|\||::|--|//)\s+|\s?[|_｜：]\s?|\s*:\s+|(?<=[^\x00-\x7f])[-–—](?=\S)|\s[–—-]|\s?»\s?"
)
_MAY_SEPARATE = re.compile(r"[|\-–—·•»«:*/~>‹›_｜：]")
_NO_LETTERS = re.compile(r"[\W_]+")


# Pure, and asked of the same few wordings again and again.
@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """Only letters and digits, in one case: for comparing.

    >>> key("It’s  A-Test!")
    'itsatest'
    """
    return _NO_LETTERS.sub("", text.casefold())


class Wording(NamedTuple):
    """What one place calls the page.

    ``kind`` is ``headline`` (of an article's JSON-LD), ``name`` (of any JSON-LD), ``og``, ``tw``, ``meta``, ``title``
    or ``h1``; ``source`` what is recorded; ``trust`` how far the place is to be trusted (0 to 1); ``elsewhere`` is that
    of the mark.
    """

    value: str
    kind: str
    source: str
    trust: float
    elsewhere: bool = False


class Cut(NamedTuple):
    """The two sides of a separator, which is a ``colon``, ``pipe``, ``dash`` or ``other``."""

    before: str
    after: str
    separator: str


def head_wordings(signals: Signals, data: LinkedData) -> list[Wording]:
    """JSON-LD, meta elements, title: what readers do not see."""
    found: list[Wording] = []
    for item in data.articles[:1]:
        for name, trust in (("headline", 0.7), ("name", 0.5)):
            value = first(item.get(name))
            if value:
                kind = "headline" if name == "headline" and is_article(item) else "name"
                found.append(Wording(value, kind, "json_ld", trust))
    metas = dict(reversed(signals.metas))
    for name, source, trust in TITLES:
        if metas.get(name):
            found.append(Wording(plain(metas[name]), _KINDS.get(source, source), source, trust))
    if signals.title:
        found.append(Wording(plain(signals.title), "title", "title", 0.36))
    return [wording for wording in found if key(wording.value)]


_KINDS = {"opengraph": "og", "twitter": "tw"}


def top_headlines(signals: Signals) -> list[Wording]:
    """The page's first h1 elements."""
    marks = (mark for mark in signals.marks if mark.tag == "h1" and key(mark.text))
    return [Wording(_headline(mark), "h1", "h1", 0.5, mark.elsewhere) for mark in islice(marks, MAX_H1)]


def _headline(mark: Mark) -> str:
    return plain(mark.line).rstrip("¶# ")


class Shown(NamedTuple):
    """A heading below the first rank, or an element that is named a title. ``heading`` says that it is an h2."""

    value: str
    heading: bool


def shown(signals: Signals) -> list[Shown]:
    """The first of the page's lesser headings and named titles."""
    return list(islice(_shown(signals.marks), MAX_SHOWN))


def _shown(marks: tuple[Mark, ...]) -> Iterator[Shown]:
    for mark in marks:
        heading = mark.tag == "h2"
        if (heading or (mark.tag != "h1" and ("headline" in mark.itemprop or "title" in mark.names))) and key(
            mark.text
        ):
            yield Shown(_headline(mark), heading)


@lru_cache(maxsize=512)
def cuts(text: str) -> tuple[Cut, ...]:
    """The text cut at each of its outer separators.

    >>> cuts("Salt | The Daily")
    (Cut(before='Salt', after='The Daily', separator='pipe'),)
    """
    if not _MAY_SEPARATE.search(text):
        return ()
    places = list(islice(_SEPARATOR.finditer(text), MAX_SEPARATORS))
    if len(places) > 2 * MAX_CUTS:
        places = places[:MAX_CUTS] + places[-MAX_CUTS:]
    sides = [
        Cut(text[: place.start()].strip(), text[place.end() :].strip(), _separator(place[0].strip()))
        for place in places
    ]
    return tuple([cut for cut in sides if key(cut.before) and key(cut.after)])


def _separator(mark: str) -> str:
    if ":" in mark or "：" in mark:
        return "colon"
    if mark[:1] in {"|", "_", "｜"}:
        return "pipe"
    return "dash" if mark[:1] in {"-", "–", "—"} else "other"
