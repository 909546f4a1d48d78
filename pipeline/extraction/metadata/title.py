"""The headline: of all wordings that the page gives, the one that most speaks for."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pipeline.extraction.metadata.ballot import Offer, confidence
from pipeline.extraction.metadata.json_ld import LinkedData
from pipeline.extraction.metadata.title_signs import RELATED, Candidate, Page, Signs, bare, candidates, see_page, words
from pipeline.extraction.metadata.wordings import MAX_CHARS, Wording, head_wordings, key, shown, top_headlines
from pipeline.extraction.signals import Signals

WEIGHTS = "title_weights.json"
"""What each sign is worth: log odds, fitted by ``python -m bench.titles``."""


class Title(NamedTuple):
    """The chosen title, its source and confidence, and all offers."""

    value: str | None
    source: str | None
    confidence: float
    offers: list[Offer]


@cache
def weights() -> Signs:
    """What each sign is worth."""
    text = (files("pipeline.extraction.metadata") / WEIGHTS).read_text(encoding="utf-8")
    return {str(name): float(worth) for name, worth in json.loads(text).items()}


def read_title(signals: Signals, data: LinkedData, site_names: tuple[str, ...], url: str) -> Title:
    """Choose the headline. ``url`` is the page's address, empty where it is not known."""
    heads, firsts, page, found = read_candidates(signals, data, site_names, url)
    if not found:
        return Title(None, None, 0.0, [])
    worth = weights()
    scores = {name: score(candidate.signs, worth) for name, candidate in found.items()}
    best = max(scores, key=lambda name: scores[name])
    return _titled(found, best, [*heads, *_trusted(heads, firsts, scores)], page.sites)


def spelt(choice: Choice, name: str) -> str:
    """The spelling in which a candidate would be given."""
    return _titled(choice.found, name, [*choice.heads, *choice.firsts], choice.page.sites).value or ""


class Choice(NamedTuple):
    """What there is to choose from: wordings of the head, the headlines, the page, and the candidates by key."""

    heads: list[Wording]
    firsts: list[Wording]
    page: Page
    found: dict[str, Candidate]


def read_candidates(signals: Signals, data: LinkedData, site_names: tuple[str, ...], url: str) -> Choice:
    """All that may be the headline, and what speaks for each."""
    heads, firsts = head_wordings(signals, data), top_headlines(signals)
    page = see_page(signals, data, [*heads, *firsts], site_names, url)
    return Choice(heads, firsts, page, candidates(heads, firsts, shown(signals), page))


def score(signs: Signs, worth: Signs) -> float:
    """What speaks for a wording, less what speaks against it."""
    return sum([value * worth[sign] for sign, value in signs.items() if sign in worth])


# The places that a template fills from one field: together they are one voice.
_HEAD = {"opengraph": "head", "twitter": "head", "title": "head", "meta": "head"}
_FROM_A_PART = 0.8
"""What is left of a place's trust for a part of what it says."""


def _titled(found: dict[str, Candidate], best: str, places: list[Wording], sites: frozenset[str]) -> Title:
    offers = [Offer(bare(place.value, sites)[:MAX_CHARS].strip(), place.source, place.trust) for place in places]
    backing = sorted((offer for offer in offers if key(offer.value) == best), key=lambda offer: -offer.trust)
    if not backing:
        backing = [Offer(p.value, p.source, _FROM_A_PART * p.trust) for p in found[best].places]
        backing.sort(key=lambda offer: -offer.trust)
        offers = [*offers, *backing]
    wording = _wording(backing)
    source = next(offer.source for offer in backing if offer.value == wording)
    against = max((o.trust for o in offers if key(o.value) != best and not _holds(key(o.value), best)), default=0.0)
    agreeing = {_HEAD.get(o.source, o.source) for o in backing} - {_HEAD.get(backing[0].source, backing[0].source)}
    return Title(wording, source, confidence(backing[0].trust, len(agreeing), against), offers)


def _trusted(heads: list[Wording], firsts: list[Wording], scores: Signs) -> list[Wording]:
    """The h1 that most speaks for, trusted by how much of it the head knows."""
    if not firsts:
        return []
    told = [words(wording.value) for wording in heads]
    best = max(firsts, key=lambda wording: scores[key(wording.value[:MAX_CHARS])])
    mine = words(best.value)
    if any(len(mine & other) >= RELATED * len(mine) for other in told):
        return [best._replace(trust=0.8)]
    return [best._replace(trust=0.5 if len(firsts) == 1 else 0.35)]


# Which spelling of one wording (quotation marks, dashes, case): that of most places, the page's own before others.
_SAME_VOICE = 0.3
"""What a further place counts that is filled from the same field."""
_SPELLING = {"twitter": 0.3, "meta": 0.5, "json_ld": 1.1, "title": 1.1, "h1": 1.5}


def _wording(backing: list[Offer]) -> str:
    votes: dict[str, float] = {}
    heard: set[tuple[str, str]] = set()
    for offer in backing:
        voice = (offer.value, _HEAD.get(offer.source, offer.source))
        weight = _SPELLING.get(offer.source, 1.0) * (_SAME_VOICE if voice in heard else 1.0)
        heard.add(voice)
        votes[offer.value] = votes.get(offer.value, 0.0) + weight
    return max(votes, key=lambda value: votes[value])


def _holds(longer: str, shorter: str) -> bool:
    return len(shorter) >= 8 and (longer.startswith(shorter) or longer.endswith(shorter))
