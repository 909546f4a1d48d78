"""When it was published and last changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pipeline.extraction.metadata.ballot import confidence
from pipeline.extraction.metadata.date_text import Moment, find_dates, read_date
from pipeline.extraction.metadata.headline import Lines
from pipeline.extraction.metadata.json_ld import LinkedData, first
from pipeline.extraction.metadata.meta_names import MODIFIED, PUBLISHED
from pipeline.extraction.signals import Mark, Signals

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_UPDATE_WORD = re.compile(
    r"updat|modif|aktualisi|geändert|mise?s?\s+à\s+jour|maj\b|modifi|actualiza|atualiza|aggiorna|bijgewerkt|gewijzigd|opdater|uppdater|oppdater|päivitet|aktualiz|frissít|обновл|изменен|оновлен|ενημέρωση|更新|修改|修订|수정|güncell|last\s+(?:edit|review|chang)|revised|reviewed",
    re.IGNORECASE,
)  # fmt: skip
_PUBLISH_WORD = re.compile(
    r"publi|posted|created|written|veröffentlicht|erstellt|erschienen|vom\b|stand|gepost|geplaatst|inserito|publicad|fecha|дата|опубликован|добавлен|δημοσ|yayın|giriş|发布|发表|時間|时间|日期|入力|등록|입력|datum|\bdate",
    re.IGNORECASE,
)  # fmt: skip
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_.-](0?[1-9]|1[0-2])(?!\d)[/_.-](0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"
)
# Lines whose date is another's: of the site, of a member, of a book.
_OTHERS = re.compile(
    r"©|copyright|all rights reserved|joined|registered|member since|registriert|mitglied seit|beigetreten|inscrit"
    r"|born\b|geboren|erscheinungsdatum",
    re.IGNORECASE,
)
_DATE_NAMES = re.compile(
    r"date|time|publi|posted|stamp|datum|fecha|pub-|\bdata\b|meta|byline|info|shijian|source|created"
)
_MONTH_FIRST = ("en-us", "en_us", "en-ca", "fil", "en-ph")


MAX_LINE = 200
MAX_SHORT = 80
MAX_LINES = 3
# Places that show the same words: they back each other no more than once.
_FAMILIES = {"visible": "shown", "markup": "shown", "time": "shown"}


class Dated(NamedTuple):
    """A date as one place of the page gives it."""

    moment: Moment
    source: str
    trust: float


class Dates(NamedTuple):
    """The chosen dates, and all offers for the day of publication."""

    published: Dated | None
    confidence: float
    modified: Moment | None
    offers: list[Dated]


def read_dates(signals: Signals, data: LinkedData, page_url: str, now: datetime, lines: Lines, language: str) -> Dates:
    """Choose when the page was published. ``now`` is the time of the fetch."""
    month_first = _month_first(signals, language)
    latest = now + timedelta(days=1)
    offers = [
        offer
        for offer in _offers(signals, data, page_url, lines.near(), month_first=month_first)
        if EARLIEST <= offer.moment.at <= latest
    ]
    if not offers:
        offers = [
            o
            for o in _last_resort(signals.marks, lines.rest(), month_first=month_first)
            if EARLIEST <= o.moment.at <= latest
        ]
    modified = [m for m in _modified(signals, data) if EARLIEST <= m.at <= latest]
    if not offers and modified:
        offers = [Dated(modified[0], "modified", 0.4)]
    if not offers:
        return Dates(None, 0.0, modified[0] if modified else None, [])
    days = [offer.moment.at.toordinal() for offer in offers]
    scores = [_score(offer, day, offers, days) for offer, day in zip(offers, days, strict=True)]
    chosen = scores.index(max(scores))
    best = offers[chosen]
    agreeing = {o.source for o, day in zip(offers, days, strict=True) if day == days[chosen]} - {best.source}
    against = max((o.trust for o, day in zip(offers, days, strict=True) if abs(day - days[chosen]) > 1), default=0.0)
    return Dates(best, confidence(best.trust, len(agreeing), against), modified[0] if modified else None, offers)


def _score(offer: Dated, day: int, offers: list[Dated], days: list[int]) -> float:
    """Trust, with the support of other places that name the same day, or less, the next (in another zone)."""
    own = _FAMILIES.get(offer.source, offer.source)
    support: dict[str, float] = {}
    for other, its_day in zip(offers, days, strict=True):
        distance = abs(its_day - day)
        if distance > 1:
            continue
        family = _FAMILIES.get(other.source, other.source)
        if family == own:
            continue
        share = 0.4
        if distance:
            share = 0.0 if _utc(offer.moment) else 0.3 if _utc(other.moment) else 0.1
        support[family] = max(support.get(family, 0.0), share * other.trust)
    return offer.trust + sum(support.values()) + (0.01 if offer.moment.zoned else 0.0)


def _utc(moment: Moment) -> bool:
    """Whether an instant is given in UTC, so that the page's own day may be the one before or after."""
    return moment.zoned and moment.at.utcoffset() == timedelta(0)


def _month_first(signals: Signals, language: str) -> bool:
    stated: str = signals.html_lang.lower()
    if stated.startswith(_MONTH_FIRST):
        return True
    locale = next((value.lower() for name, value in signals.metas if name == "og:locale"), "")
    if locale.startswith(_MONTH_FIRST):
        return True
    return language == "en" and stated in {"en", ""} and not locale.startswith(("en_gb", "en_au", "en_in"))


def _offers(
    signals: Signals, data: LinkedData, page_url: str, near: tuple[str, ...], *, month_first: bool
) -> Iterator[Dated]:
    for place, item in enumerate(data.articles[:4]):
        for field, trust in (("datePublished", 0.88), ("dateCreated", 0.6), ("uploadDate", 0.5)):
            moment = read_date(first(item.get(field)))
            if moment:
                yield Dated(moment, "json_ld", trust - 0.05 * min(place, 3))
                break
    metas: dict[str, str] = {}
    for name, content in signals.metas:
        metas.setdefault(name, content)
    for name, source, trust in PUBLISHED:
        moment = read_date(metas[name], month_first=month_first) if name in metas else None
        if moment:
            yield Dated(moment, source, trust)
    yield from _from_marks(signals.marks, month_first=month_first)
    yield from _from_lines(near, month_first=month_first)
    canonical = next((href for rel, href in signals.links if "canonical" in rel), "")
    in_url = _url_date(page_url) or _url_date(canonical)
    if in_url:
        yield Dated(in_url, "url", 0.5)


def _modified(signals: Signals, data: LinkedData) -> list[Moment]:
    found: list[Moment] = []
    for item in data.articles[:2]:
        moment = read_date(first(item.get("dateModified")))
        if moment:
            found.append(moment)
    metas = dict(reversed(signals.metas))
    for name in MODIFIED:
        content = metas.get(name)
        moment = read_date(content) if content else None
        if moment:
            found.append(moment)
    for mark in signals.marks:
        if mark.itemprop == "datemodified" and not mark.elsewhere:
            moment = read_date(mark.value) or read_date(mark.line)
            if moment:
                found.append(moment)
    return found


def _from_marks(marks: tuple[Mark, ...], *, month_first: bool) -> Iterator[Dated]:
    """The first dates of each kind of element: ``itemprop``, ``time``, elements named like a date."""
    seen: dict[str, int] = {}
    for mark in marks:
        if mark.elsewhere or not (mark.text or mark.value):
            continue
        kind, trust = _mark_kind(mark)
        if not kind or seen.get(kind, 0) >= 2 or len(mark.text) > 200:
            continue
        moment = (read_date(mark.value) if mark.value else None) or read_date(mark.line, month_first=month_first)
        if not moment:
            continue
        updated = "updat" in mark.names or "modif" in mark.names or bool(_UPDATE_WORD.search(mark.line))
        if updated and not _PUBLISH_WORD.search(mark.line):
            trust -= 0.3
        trust -= 0.1 * seen.get(kind, 0)
        seen[kind] = seen.get(kind, 0) + 1
        yield Dated(moment, kind, trust)


def _mark_kind(mark: Mark) -> tuple[str, float]:
    if mark.itemprop in {"datepublished", "datecreated"}:
        return "itemprop", 0.76
    if mark.itemprop == "datemodified":
        return "", 0.0
    if mark.tag == "time":
        return "time", 0.68 if mark.value else 0.6
    if _DATE_NAMES.search(mark.names):
        return "markup", 0.59
    return "", 0.0


def _from_lines(near: tuple[str, ...], *, month_first: bool) -> Iterator[Dated]:
    """Dates in lines of text near the headline; a line that speaks of an update counts less."""
    count = 0
    for line in near:
        if len(line) > MAX_LINE:
            continue
        for found in find_dates(line, month_first=month_first):
            if _OTHERS.search(line):
                break
            before = line[: found.start][-40:]
            updated = _UPDATE_WORD.search(before) and not _PUBLISH_WORD.search(before)
            trust = (0.58 if len(line) < MAX_SHORT else 0.4) - (0.25 if updated else 0.0)
            yield Dated(found.moment, "visible", trust - 0.05 * count)
            count += 1
            if count >= MAX_LINES:
                return


def _last_resort(marks: tuple[Mark, ...], rest: tuple[str, ...], *, month_first: bool) -> Iterator[Dated]:
    """Where nothing better is: a short line that begins with a date or says that it is one, or a doubtful element."""
    for line in rest:
        found = next(find_dates(line, month_first=month_first), None)
        if found and (found.start < 12 or _PUBLISH_WORD.search(line[: found.start])) and not _OTHERS.search(line):
            yield Dated(found.moment, "visible", 0.35)
            break
    for mark in marks:
        if mark.elsewhere and _mark_kind(mark)[0]:
            moment = read_date(mark.value) or read_date(mark.line, month_first=month_first)
            if moment:
                yield Dated(moment, "markup", 0.33)
                break


def _url_date(url: str) -> Moment | None:
    """The day in an address.

    >>> _url_date("https://example.com/2024/12/14/story").at.date().isoformat()
    '2024-12-14'
    >>> _url_date("https://example.com/news/20240214-story").at.date().isoformat()
    '2024-02-14'
    """
    match = _URL_DATE.search(url.partition("//")[2].partition("/")[2])
    if not match:
        return None
    year, month, day = (part for part in match.groups() if part)
    return read_date(f"{year}-{int(month):02}-{int(day):02}")
