"""The headline: what most of the page's own words for it agree on."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from pipeline.extraction.metadata.ballot import Offer, confidence
from pipeline.extraction.metadata.json_ld import LinkedData, first, plain
from pipeline.extraction.metadata.meta_names import TITLES
from pipeline.extraction.signals import Signals

MAX_CHARS = 500
MAX_SEPARATORS = 30
# What stands between a headline and the name of its site.
_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»«:*/~>‹›]\s+|\s+(?:\|\||::|--|//)\s+|\s?[|_｜：]\s?|\s*:\s+|(?<=[^\x00-\x7f])[-–—](?=\S)|\s[–—-]|\s?»\s?"
)
_MAY_SEPARATE = re.compile(r"[|\-–—·•«»:*/~>‹›_｜：]")
_NO_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


class Title(NamedTuple):
    """The chosen title, its source and confidence, and all offers."""

    value: str | None
    source: str | None
    confidence: float
    offers: list[Offer]


# Pure, and asked of the same few wordings again and again.
@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """Only letters and digits, in one case: for comparing.

    >>> key("It’s  A-Test!")
    'itsatest'
    """
    return _NO_LETTERS.sub("", text.casefold())


def read_title(signals: Signals, data: LinkedData, site_names: tuple[str, ...]) -> Title:
    """Choose the headline."""
    sites = {key(name) for name in site_names} - {""}
    raw = _raw_offers(signals, data, sites)
    whole = [key(offer.value) for offer in raw]
    offers = [o._replace(value=without_site(o.value, sites, whole)[:MAX_CHARS].strip()) for o in raw]
    offers = [o for o in offers if key(o.value)]
    offers = [o for o in offers if key(o.value) not in sites and key(o.value) not in _GENERIC] or offers
    if not offers:
        return Title(None, None, 0.0, [])
    best = _elected(offers)
    backing = sorted((o for o in offers if key(o.value) == best), key=lambda o: -o.trust)
    wording = _wording(backing)
    source = next(o.source for o in backing if o.value == wording)
    against = max((o.trust for o in offers if key(o.value) != best and not _holds(key(o.value), best)), default=0.0)
    agreeing = {_HEAD.get(o.source, o.source) for o in backing} - {_HEAD.get(backing[0].source, backing[0].source)}
    return Title(wording, source, confidence(backing[0].trust, len(agreeing), against), offers)


_GENERIC = frozenset({"home", "homepage", "startseite", "index", "untitled", "untitleddocument"})
# The places that a template fills from one field: together they count for little more than one of them.
_HEAD = {"opengraph": "head", "twitter": "head", "title": "head", "meta": "head"}
_SAME_FIELD = 0.3
_HELD = 0.75


def _elected(offers: list[Offer]) -> str:
    """The key with the most backing.

    The best place of each family counts in full, others of it in part, and in part also the wordings that only add
    something before or after.
    """
    trusts: dict[str, dict[str, list[float]]] = {}
    for offer in offers:
        families = trusts.setdefault(key(offer.value), {})
        families.setdefault(_HEAD.get(offer.source, offer.source), []).append(offer.trust)
    own = {
        name: sum(max(of) + _SAME_FIELD * (sum(of) - max(of)) for of in families.values())
        for name, families in trusts.items()
    }
    score = {
        name: total + _HELD * sum(own[other] for other in own if other != name and _holds(other, name))
        for name, total in own.items()
    }
    return max(score, key=lambda name: (score[name], len(name)))


# Which spelling of one wording (quotation marks, dashes, case): that of most places.
_SPELLING = {"twitter": 0.3, "meta": 0.5, "json_ld": 1.1, "title": 1.15}


def _wording(backing: list[Offer]) -> str:
    votes: dict[str, float] = {}
    for offer in backing:
        votes[offer.value] = votes.get(offer.value, 0.0) + _SPELLING.get(offer.source, 1.0)
    return max(votes, key=lambda value: votes[value])


def _holds(longer: str, shorter: str) -> bool:
    return len(shorter) >= 8 and (longer.startswith(shorter) or longer.endswith(shorter))


def _raw_offers(signals: Signals, data: LinkedData, sites: set[str]) -> list[Offer]:
    offers: list[Offer] = []
    for item in data.articles[:1]:
        for name, trust in (("headline", 0.7), ("name", 0.5)):
            value = first(item.get(name))
            if value:
                offers.append(Offer(value, "json_ld", trust))
                break
    metas = dict(reversed(signals.metas))
    offers.extend(Offer(plain(metas[name]), source, trust) for name, source, trust in TITLES if metas.get(name))
    if signals.title:
        offers.append(Offer(plain(signals.title), "title", 0.36))
    offers.extend(_headlines(signals, offers, sites))
    return offers


def _headlines(signals: Signals, offers: list[Offer], sites: set[str]) -> list[Offer]:
    """The h1 that shares most words with what the head says.

    Without an h1, an h2 or an element named a title, but only if the head says the same.
    """
    told = [(key(offer.value), _words(offer.value)) for offer in offers]
    firsts = [m for m in signals.marks if m.tag == "h1" and key(m.text) and key(m.text) not in sites]
    if firsts:
        ranked = [(_shared(m.text, told), -place, m) for place, m in enumerate(firsts[:12])]
        share, _, mark = max(ranked, key=lambda entry: entry[:2])
        if share < _RELATED:
            mark = next((m for m in firsts if not m.elsewhere), firsts[0])
        trust = 0.8 if share >= _RELATED else 0.5 if len(firsts) == 1 else 0.35
        if (
            share < 1
            and len(_words(mark.text)) <= 2
            and max(len(words) for _, words in told or [("", _words(""))]) >= 4
        ):
            trust = 0.35  # a label of a part of the site: "All parts", "Insurance"
        return [Offer(plain(mark.text).rstrip("¶# "), "h1", trust)]
    for mark in signals.marks:
        if mark.tag == "h2" or "headline" in mark.itemprop or "title" in mark.names:
            name = key(mark.text)
            if len(name) > 5 and name not in sites and any(other.startswith(name) for other, _ in told):
                return [Offer(plain(mark.line), "visible", 0.3)]
    return []


# A headline that shares this part of its words with the head is the page's own.
_RELATED = 0.4


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _shared(text: str, told: list[tuple[str, frozenset[str]]]) -> float:
    """Share of the words of a headline that the head's best wording has too; more for the same wording."""
    name, words = key(text), _words(text)
    best = 0.0
    for other, others in told:
        if not other:
            continue
        if name == other:
            best = max(best, 1.2 + min(len(name), 100) / 1000)
        elif len(name) > 5 and (name in other or other in name):
            best = max(best, 1.0 + min(len(name), 100) / 1000)
        elif words:
            best = max(best, len(words & others) / len(words))
    return best


def without_site(text: str, sites: set[str], whole: list[str]) -> str:
    """The text without the name of the site before or after it.

    ``sites`` and ``whole`` (the other wordings of the title) are keys.

    >>> without_site("A headline of five words | The Daily", {"thedaily"}, [])
    'A headline of five words'
    >>> without_site("Ten - a number", set(), [])
    'Ten - a number'
    """
    if not _MAY_SEPARATE.search(text):
        return text
    places = [(m.start(), m.end()) for m in islice(_SEPARATOR.finditer(text), MAX_SEPARATORS)]
    for start, end in places:
        head, tail = text[:start].strip(), text[end:].strip()
        if key(tail) in sites and key(head):
            return tail if key(head) in _GENERIC else head
        # before the headline only where another place has it without: "Site: what we offer" is a headline too
        if key(head) in sites and key(tail) in whole:
            return tail
    for start, _ in places:
        if text[:start].strip() and key(text[:start]) in whole and len(key(text[:start])) > 3:
            return text[:start].strip()
    for _, end in reversed(places):
        if key(text[end:]) in whole and len(key(text[end:])) > 8:
            return text[end:].strip()
    return text
