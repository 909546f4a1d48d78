"""Which wordings may be the headline, and what speaks for and against each: the signs that ``title.py`` weighs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from pipeline.extraction.metadata.json_ld import LinkedData, types
from pipeline.extraction.metadata.wordings import MAX_CHARS, Shown, Wording, cuts, key
from pipeline.extraction.signals import Signals

GENERIC = frozenset({"home", "homepage", "startseite", "index", "untitled", "untitleddocument"})
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_HEADS = ("og", "tw", "title", "meta")
_LINKED = ("headline", "name")
_KINDS = frozenset({*_HEADS, *_LINKED, "h1"})
_ENDING = re.compile(r"\.(?:html?|php|aspx?)$")
_SMALL = frozenset({"a", "the", "of", "and", "to", "in", "for", "on"})
_PARTLY = 8
"""Fewer letters than this stand in other wordings by chance."""
_CUT_OFF = 25
"""Of so many letters on, a wording that another begins with was cut off."""
RELATED = 0.4
"""A headline that shares this part of its words with the head is the page's own."""

Signs = dict[str, float]


class Page(NamedTuple):
    """What the wordings of a page are seen against.

    ``sites`` are keys of the site's names, ``slug`` the address's words; ``kinds`` is what kind of page it is:
    ``article``, ``product``, ``front``, ``h1s`` (several headlines), or none.
    """

    sites: frozenset[str]
    slug: frozenset[str]
    kinds: tuple[str, ...]


class Candidate:
    """One wording, in whatever spelling, with the places that give it and its signs."""

    __slots__ = ("kinds", "places", "signs", "words")

    def __init__(self) -> None:
        self.places: list[Wording] = []
        self.kinds: set[str] = set()
        self.signs: Signs = {}
        self.words: frozenset[str] = frozenset()


# Pure, and asked of the same few wordings again and again.
@lru_cache(maxsize=1024)
def words(text: str) -> frozenset[str]:
    """The words of a text in lower case, in Chinese, Japanese and Korean its characters."""
    return frozenset(_WORD.findall(text.casefold()))


def see_page(signals: Signals, data: LinkedData, places: list[Wording], names: Iterable[str], url: str) -> Page:
    """What kind of page it is, as far as its headline goes."""
    metas = dict(signals.metas)
    stated = metas.get("og:type", "").lower()
    kinds = []
    if "article" in stated or "article:published_time" in metas or any(w.kind == "headline" for w in places):
        kinds.append("article")
    if "product" in stated or any("product" in types(item) for item in data.articles[:1]):
        kinds.append("product")
    path = url.partition("//")[2].partition("/")[2].partition("?")[0].partition("#")[0].strip("/")
    if url and not path:
        kinds.append("front")
    if len({key(wording.value) for wording in places if wording.kind == "h1"}) > 1:
        kinds.append("h1s")
    return Page(frozenset(filter(None, map(key, names))), _slug(path), tuple(kinds))


def _slug(path: str) -> frozenset[str]:
    """The words of the longest part of an address that has three or more, without the small ones."""
    parts = [_ENDING.sub("", part).replace("_", "-") for part in path.split("/")]
    best = max((part for part in parts if part.count("-") >= 2), key=len, default="")
    return words(unquote(best).replace("-", " ")) - _SMALL


def candidates(heads: list[Wording], firsts: list[Wording], lesser: list[Shown], page: Page) -> dict[str, Candidate]:
    """All wordings by key: whole, cut at separators, lesser headings that the head knows; each with its signs."""
    found: dict[str, Candidate] = {}
    told = [words(wording.value) for wording in heads]
    whole = [key(wording.value) for wording in (*heads, *firsts)]
    for wording in heads:
        _add(found, wording, wording.value, wording.kind)
        _add_cuts(found, wording, page.sites)
    _add_firsts(found, firsts, told, whole, page.sites)
    for heading in lesser:
        name = key(heading.value)
        if len(name) > 5 and any(other.startswith(name) or other.endswith(name) for other in whole):
            _add(found, Wording(heading.value, "shown", "visible", 0.3), heading.value, "")
    _see_all(found, Counter(wording.value for wording in (*heads, *firsts)), lesser, page)
    return found


def _add(found: dict[str, Candidate], place: Wording, value: str, sign: str) -> Candidate:
    value = value[:MAX_CHARS].strip()
    name = key(value)
    candidate = found.get(name)
    if candidate is None:
        candidate = found[name] = Candidate()
        candidate.words = words(value)
    candidate.places.append(place if place.value == value else place._replace(value=value))
    if sign:
        candidate.signs[sign] = 1.0
    return candidate


def _add_cuts(found: dict[str, Candidate], place: Wording, sites: frozenset[str]) -> None:
    where = "h1" if place.kind == "h1" else "head"
    alone = bare(place.value, sites)
    if alone != place.value:
        candidate = _add(found, place, alone, f"{place.kind} bare")
        candidate.kinds.add(place.kind)
    for cut in cuts(place.value):
        first, last = key(cut.before), key(cut.after)
        before = _add(found, place, cut.before, f"{where} before {cut.separator}")
        after = _add(found, place, cut.after, f"{where} after {cut.separator}")
        if place.kind == "title":
            before.signs[f"title before {cut.separator}"] = after.signs[f"title after {cut.separator}"] = 1.0
        if last in sites:
            before.signs[f"{where} before site"] = 1.0
        elif _like(last, sites):
            before.signs[f"{where} before like site"] = 1.0
        if first in sites:
            after.signs[f"{where} after site"] = 1.0
        elif _like(first, sites):
            after.signs[f"{where} after like site"] = 1.0


def bare(text: str, sites: frozenset[str]) -> str:
    """The text without the name of the site after it.

    >>> bare("A headline of five words | The Daily", frozenset({"thedaily"}))
    'A headline of five words'
    >>> bare("Ten - a number", frozenset())
    'Ten - a number'
    """
    for cut in cuts(text):
        if key(cut.after) in sites:
            return cut.after if key(cut.before) in GENERIC else cut.before
    return text


def _like(name: str, sites: frozenset[str]) -> bool:
    """Whether a key has a name of the site in it or stands in one: "The Coast Blog", of the site "coast"."""
    return any((len(site) > 3 and site in name) or (len(name) > 3 and name in site) for site in sites)


def _add_firsts(
    found: dict[str, Candidate],
    firsts: list[Wording],
    told: list[frozenset[str]],
    whole: list[str],
    sites: frozenset[str],
) -> None:
    keys = [key(wording.value) for wording in firsts]
    for wording, name in zip(firsts, keys, strict=True):
        mine = _add(found, wording, wording.value, "h1")
        mine.signs["h1 first" if name == keys[0] else "h1 later"] = 1.0
        if wording.elsewhere:
            mine.signs["h1 elsewhere"] = 1.0
        if not any(len(mine.words & other) >= RELATED * len(mine.words) for other in told):
            mine.signs["h1 unrelated"] = 1.0
        if any(len(other) >= _CUT_OFF and name != other and name.startswith(other) for other in whole):
            mine.signs["h1 longer"] = 1.0
        _add_cuts(found, wording, sites)


def _see_all(found: dict[str, Candidate], places: Counter[str], lesser: list[Shown], page: Page) -> None:
    headings = [key(heading.value) for heading in lesser if heading.heading]
    named = {key(heading.value) for heading in lesser if not heading.heading}
    whole = [(key(value), words(value), count) for value, count in places.items()]
    total = sum(places.values())
    longest = max([len(each) for _, each, _ in whole] or [1]) or 1
    for name, candidate in found.items():
        signs, mine, size = candidate.signs, candidate.words, len(name)
        candidate.kinds.update(_KINDS & signs.keys())
        _see_size(candidate, longest)
        _see_names(name, candidate, page)
        similar = inside = holds = 0.0
        for other, its, count in whole:
            if mine and its:
                similar += count * len(mine & its) / len(mine | its)
            if size < len(other):
                inside += count * (size >= _PARTLY and name in other)
            elif name != other:
                holds += count * (len(other) >= _PARTLY and other in name)
        signs["similar"], signs["inside"], signs["holds"] = similar / total, inside / total, holds / total
        if name in headings[:4]:
            signs["heading"] = 1.0
        elif size > 12 and any(heading.endswith(name) for heading in headings):
            signs["heading ends"] = 1.0
        if name in named:
            signs["named"] = 1.0
        _see_together(candidate)
        _see_kind_of_page(signs, page.kinds)


def _see_size(candidate: Candidate, longest: int) -> None:
    signs, size = candidate.signs, len(candidate.words)
    signs["words"] = math.log(size + 1)
    signs["share of longest"] = size / longest
    if size <= _FEW:
        signs.update({f"words to {most}": 1.0 for most in range(max(size, 1), _FEW + 1)})
    elif size >= 15:
        signs["words from 15"] = 1.0
        if size >= 21:
            signs["words from 21"] = 1.0


_FEW = 4


def _see_names(name: str, candidate: Candidate, page: Page) -> None:
    signs = candidate.signs
    if page.slug and candidate.words:
        both = len(candidate.words & page.slug)
        signs["in address"] = both / len(candidate.words)
        signs["of address"] = both / len(page.slug)
    if name in page.sites:
        signs["site"] = 1.0
    elif any(len(site) > 3 and (name.startswith(site) or name.endswith(site)) for site in page.sites):
        signs["site in it"] = 1.0
    if name in GENERIC:
        signs["generic"] = 1.0


def _see_together(candidate: Candidate) -> None:
    """What places together say: that head and page agree, or that the page shows the head's wording further down."""
    signs, kinds = candidate.signs, candidate.kinds
    head, linked, h1 = not kinds.isdisjoint(_HEADS), not kinds.isdisjoint(_LINKED), "h1" in kinds
    signs["places"] = math.log(1 + len(kinds))
    if head and h1:
        signs["head and h1"] = 1.0
    if head and linked:
        signs["head and linked"] = 1.0
        if signs["holds"]:
            signs["head and linked hold"] = 1.0
    if linked and h1:
        signs["linked and h1"] = 1.0
    if h1 and signs["holds"]:
        signs["h1 holds"] = 1.0
    signs["h1 alone" if h1 and not head else "head alone" if head and not h1 else "both or none"] = 1.0
    if not h1 and ("heading" in signs or "heading ends" in signs or "named" in signs):
        if "headline" in kinds:
            signs["headline shown"] = 1.0
        if "og" in kinds:
            signs["og shown"] = 1.0
    for sign, any_of in _SUMS:
        if not signs.keys().isdisjoint(any_of):
            signs[sign] = 1.0


_SUMS = (
    ("head whole", frozenset(_HEADS)),
    ("head bare", frozenset({f"{kind} bare" for kind in _HEADS})),
    ("first part", frozenset({"head before pipe", "head before dash", "head before other"})),
)
_BY_PAGE = (
    *("h1", "head whole", "head bare", "first part", "h1 alone", "inside", "holds", "words to 2", "words to 3"),
    *("places", "h1 elsewhere", "site", "of address"),
)


_NAMED = {
    kind: tuple((sign, f"{sign}, {kind}") for sign in _BY_PAGE) for kind in ("article", "product", "front", "h1s")
}


def _see_kind_of_page(signs: Signs, kinds: tuple[str, ...]) -> None:
    """The signs that mean more or less on some kinds of page, once more for each kind that the page is of."""
    for kind in kinds:
        for sign, named in _NAMED[kind]:
            if signs.get(sign):
                signs[named] = signs[sign]
