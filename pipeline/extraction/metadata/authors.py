"""Who wrote it: JSON-LD, meta elements, bylines in the markup, and lines of text near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.extraction.embedded import Json
from pipeline.extraction.metadata.ballot import confidence
from pipeline.extraction.metadata.bylines import from_lines
from pipeline.extraction.metadata.han_names import squeeze
from pipeline.extraction.metadata.headline import Lines
from pipeline.extraction.metadata.json_ld import LinkedData, Object, plain, strings, types
from pipeline.extraction.metadata.marked_bylines import Authorship, from_marks
from pipeline.extraction.metadata.meta_names import AUTHORS
from pipeline.extraction.metadata.name_kinds import is_organisation, is_person
from pipeline.extraction.metadata.names import MAX_AUTHORS, names_in
from pipeline.extraction.metadata.wordings import key
from pipeline.extraction.signals import Signals

_WRITTEN_BY = re.compile(
    r"by\b|written|verfasst|geschrieben|aut[h]?or|auteur|écrit|escrito|scritto|geschreven|автор|skr[ei]v|yazan|作者|著|napsa|napisan",
    re.IGNORECASE,
)


class Authors(NamedTuple):
    """The chosen names, their source and confidence, and all offers."""

    names: tuple[str, ...]
    source: str | None
    confidence: float
    offers: list[Authorship]


def read_authors(
    signals: Signals, data: LinkedData, site_names: tuple[str, ...], lines: Lines, language: str
) -> Authors:
    """Choose the authors."""
    sites = {key(name) for name in site_names} - {""}
    chinese = language == "zh" or (language in {"", "en"} and _looks_chinese(signals.title or " ".join(lines.near())))
    offers = [_weighed(offer, sites) for offer in _offers(signals, data, lines, chinese=chinese) if offer.names]
    if not offers:
        return Authors((), None, 0.0, [])
    keys = [_keys(offer.names) for offer in offers]
    scores = [_score(place, offers, keys) for place in range(len(offers))]
    chosen = scores.index(max(scores))
    best, mine = offers[chosen], keys[chosen]
    agreeing = {o.source for o, its in zip(offers, keys, strict=True) if its == mine} - {best.source}
    against = max((o.trust for o, its in zip(offers, keys, strict=True) if not its & mine), default=0.0)
    return Authors(best.names, best.source, confidence(best.trust, len(agreeing), against), offers)


def _looks_chinese(text: str) -> bool:
    """Chinese characters and none that only Japanese and Korean have."""
    return bool(_HAN.search(text)) and not _KANA_HANGUL.search(text)


_HAN = re.compile("[\u4e00-\u9fff]")
_KANA_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key(name) for name in names)


def _score(place: int, offers: list[Authorship], keys: list[frozenset[str]]) -> float:
    """Trust, with the support of other places that name the same people, or these and others."""
    offer, mine = offers[place], keys[place]
    support: dict[str, float] = {}
    partly: set[str] = set()
    for other, its in zip(offers, keys, strict=True):
        if other.source == offer.source:
            continue
        if its == mine:
            support[other.source] = max(0.0, other.trust)
        elif mine < its:
            partly.add(other.source)
    return offer.trust + 0.3 * sum(support.values()) + 0.02 * len(partly)


def _weighed(offer: Authorship, sites: set[str]) -> Authorship:
    """The offer without the site's own name and organisations beside people; less trust where nothing else is in it."""
    people = tuple(name for name in offer.names if key(name) not in sites)
    if not people:
        return offer._replace(trust=offer.trust - 0.35)
    if key(offer.names[0]) in sites and not any(map(is_person, people)):
        # "example.de, Frankfurt, Germany": the site and where it is
        site = tuple(name for name in offer.names if key(name) in sites)
        return offer._replace(names=site, trust=offer.trust - 0.35)
    persons = tuple(name for name in people if not is_organisation(name))
    if persons:
        return offer._replace(names=persons)
    return offer._replace(names=people, trust=offer.trust - 0.2)


def _offers(signals: Signals, data: LinkedData, lines: Lines, *, chinese: bool) -> Iterator[Authorship]:
    stated = [*_linked(data), *_from_metas(signals), *from_marks(signals.marks)]
    yield from stated
    yield from from_lines(lines, chinese=chinese, lone=not any(offer.names for offer in stated))


def _linked(data: LinkedData) -> Iterator[Authorship]:
    for item in data.articles[:4]:
        for field, trust in (("author", 0.85), ("creator", 0.6), ("contributor", 0.3)):
            value = item.get(field)
            if not value:
                continue
            names, organisation = _agents(value, data.by_id)
            if names:
                yield Authorship(names, "json_ld", trust - (0.2 if organisation else 0.0))
                return


def _agents(value: Json, by_id: dict[str, Object]) -> tuple[tuple[str, ...], bool]:
    """Names of an author value, and whether all of them are organisations."""
    names: list[str] = []
    all_organisations = True
    for item in value if isinstance(value, list) else [value]:
        agent = item
        if isinstance(agent, dict) and not agent.get("name") and isinstance(agent.get("@id"), str):
            agent = by_id.get(str(agent["@id"]), agent)
        if isinstance(agent, dict):
            found = [name for text in strings(agent.get("name") or agent.get("byline")) for name in names_in(text)]
            organisation = any("organization" in kind for kind in types(agent))
        else:
            found = [name for text in strings(agent) for name in names_in(text)]
            organisation = False
        for name in found:
            if name not in names:
                names.append(name)
                all_organisations &= organisation
    return tuple(names[:MAX_AUTHORS]), bool(names) and all_organisations


def _from_metas(signals: Signals) -> Iterator[Authorship]:
    by_key: dict[str, list[str]] = {}
    for name, content in signals.metas:
        by_key.setdefault(name, []).append(content)
    for name, source, trust in AUTHORS:
        values = by_key.get(name)
        if not values:
            continue
        names: list[str] = []
        for value in filter(None, values[:MAX_AUTHORS]):
            found = (squeeze(plain(value)),) if name == "citation_author" else names_in(value)
            names.extend(person for person in found if person not in names)
        if names:
            yield Authorship(tuple(names), source, trust)
    for number in ("1", "2"):
        label = " ".join(by_key.get(f"twitter:label{number}", ())).lower()
        if _WRITTEN_BY.search(label):
            names = list(names_in(" ".join(by_key.get(f"twitter:data{number}", ())[:1])))
            if names:
                yield Authorship(tuple(names), "twitter", 0.6)
