"""Dates out of short texts: ISO 8601, RFC 2822, numbers, and month names in some forty languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from pipeline.article import Precision
from pipeline.extraction.metadata.months import MONTHS, bare


class Moment(NamedTuple):
    """A date as found. ``at`` is aware, in the zone that the text gave (UTC where it gave none)."""

    at: datetime
    precision: Precision
    raw: str
    zoned: bool = False


class Found(NamedTuple):
    """A moment and the half-open range of the text where it stands."""

    moment: Moment
    start: int
    end: int


MAX_CHARS = 400
_DASHES = r"\-‐‑‒–"
_YMD = re.compile(rf"(?<![\d/.])(\d{{4}})\s?([{_DASHES}/.])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?")
_NUMERIC = re.compile(
    rf"(?<![\d/])(?<!\d[.:])(\d{{1,2}})\s?([{_DASHES}/.])\s?(\d{{1,2}})\.?\s?\2?\s?(\d{{4}}|\d{{2}})(?![\d{_DASHES}/])"
)
_WORD = r"([^\W\d_][^\W\d_\u0300-\u036f]{1,14}[^\W\d_]|[^\W_\d]{2,3})[^\w\s\d,]?\.?"
_MDY = re.compile(rf"{_WORD}\s{{0,2}}(\d{{1,2}})(?:st|nd|rd|th)?\s?[,.،]?\s{{1,2}}(?:at\s)?(\d{{4}})(?!\d)")
_DMY = re.compile(
    r"(?<!\d)(?<!\d[.:])(\d{1,2})\s?(?:st\b|nd\b|rd\b|th\b|er\b|[.ºª°,])?[-\s/]{0,2}(?:de\s|of\s|d['’]|din\s|-ին\s)?"
    r"([^\W\d_]+(?:\s[^\W\d_]+)?)[.,،]?[-\s/]{0,2}(?:de\s|del\s|do\s)?,?\s?['’]?(\d{4}|\d{2}\b)(?!\d|:)"
)
_YMD_WORD = re.compile(r"(\d{4})\.?,?\s(?:m\.\s|г\.\s)?([^\W\d_]{3,14})\.?[-\s](\d{1,2})(?!\d)")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})[,\s]+(?:năm\s+)?(\d{4})", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d.,:])(\d{1,2})\s?(?:[:.hH時时点시]|Uhr\s)\s?(\d{2})(?!\d)(?:[:.分분]\s?(\d{2})(?!\d))?(?:[.,]\d+)?"
    r"\s?([AaPp]\.?\s?[Mm]\b\.?)?\s?(Z\b|(?:UTC|GMT)?\s?[+−-]\d{2}:?\d{2}|(?:UTC|GMT)\s?[+-]\d{1,2}\b|[A-Z]{2,4}\b)?"
)
# No date without it: four digits in a row, or three numbers.
_LIKELY = re.compile(r"\d{4}|\d\s?[./-]\s?\d{1,2}\s?[./-]\s?\d\d|\d[年月]")
_EPOCH = re.compile(r"^\s*(\d{10})(\d{3})?\s*$")
_ISO = re.compile(
    r"^\s*(\d{4})-(\d\d)-(\d\d)(?:[T\s]+(\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s?(Z|z|[+-]\d\d:?\d\d|[+-]\d\d|UTC|GMT)?)?"
)
# Hours east of Greenwich of the abbreviations that news sites print; of those with several meanings the commonest.
_ZONES = {
    name: float(hours)
    for hours, *names in (
        line.split()
        for line in (
            "0 Z UTC GMT WET", "1 BST CET MEZ WEST", "2 CEST MESZ EET SAST", "3 EEST MSK EAT", "5 PKT",
            "5.5 IST", "7 WIB",
            "8 WITA SGT HKT AWST", "9 WIT JST KST", "10 AEST", "11 AEDT", "12 NZST", "13 NZDT", "-3 BRT ART", "-4 EDT",
            "-5 EST ET CDT", "-6 CST CT MDT", "-7 MST PDT", "-8 PST PT",
        )
    )
    for name in names
}  # fmt: skip
_BUDDHIST = 543  # Thai pages count years from 543 BC


def read_date(text: str, *, month_first: bool = False) -> Moment | None:
    """The first date in a text, or the whole text as a Unix time; ``None`` without one.

    ``month_first`` says how 4/5/2020 is to be read; points and dashes always mean day first.

    >>> read_date("2024-02-14T10:20:30+02:00").at.isoformat()
    '2024-02-14T10:20:30+02:00'
    >>> read_date("14 de febrero de 2024").at.date().isoformat()
    '2024-02-14'
    >>> read_date("4/5/2020", month_first=True).at.date().isoformat()
    '2020-04-05'
    >>> read_date("2 hours ago") is None
    True
    """
    found = next(find_dates(text, month_first=month_first), None)
    return found.moment if found else None


def find_dates(text: str, *, month_first: bool = False) -> Iterator[Found]:
    """All dates of a text, in order; only its first ``MAX_CHARS`` characters are read."""
    text = text[:MAX_CHARS]
    if not _LIKELY.search(text):
        return
    iso = _iso(text)
    if iso:
        yield iso
        return
    epoch = _EPOCH.match(text)
    if epoch:
        moment = _moment(text, datetime.fromtimestamp(int(epoch[1]), UTC), Precision.SECOND, zoned=True)
        yield Found(moment, 0, len(text))
        return
    end = 0
    for found in sorted(_days(text, month_first)):
        if found[0] < end:
            continue
        start, end, year, month, day = found
        made = _build(text, start, end, (year, month, day))
        if made:
            end = made.end
            yield made


def _iso(text: str) -> Found | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    clock = (int(hour), int(minute), int(second) if second else None) if hour else None
    return _made(text, match.start(), match.end(), (int(year), int(month), int(day)), clock, zone)


def _days(text: str, month_first: bool) -> Iterator[tuple[int, int, int, int, int]]:
    """Where days stand: (start, end, year, month, day), some of them impossible."""
    for match in _YMD.finditer(text):
        yield (*match.span(), int(match[1]), int(match[3]), int(match[4]))
    for match in _CJK.finditer(text):
        yield (*match.span(), int(match[1]), int(match[2]), int(match[3]))
    for match in _COMPACT.finditer(text):
        yield (match.start(), match.end(3), int(match[1]), int(match[2]), int(match[3]))
    for match in _NUMERIC.finditer(text):
        first, separator, second, year = match.groups()
        if len(year) == 2 and separator == "." and len(match[0]) < 8 and match[0].count(".") != 2:
            continue
        day, month = int(first), int(second)
        if (month_first and separator == "/") or month > 12:
            day, month = month, day
        if month > 12:
            day, month = month, day
        yield (*match.span(), _full_year(year), month, day)
    for match in _VIETNAMESE.finditer(text):
        yield (*match.span(), int(match[3]), int(match[2]), int(match[1]))
    yield from _named_days(text)


def _named_days(text: str) -> Iterator[tuple[int, int, int, int, int]]:
    for match in _MDY.finditer(text):
        month = MONTHS.get(bare(match[1]))
        if month:
            yield (*match.span(), int(match[3]), month, int(match[2]))
    for match in _DMY.finditer(text):
        words = bare(match[2])
        month = MONTHS.get(words) or MONTHS.get(words.split()[0])
        if month:
            yield (*match.span(), _full_year(match[3]), month, int(match[1]))
    for match in _YMD_WORD.finditer(text):
        month = MONTHS.get(bare(match[2]))
        if month:
            yield (*match.span(), int(match[1]), month, int(match[3]))


def _full_year(year: str) -> int:
    number = int(year)
    if len(year) == 2:
        return number + (2000 if number < 70 else 1900)
    return number


def _build(text: str, start: int, end: int, day: tuple[int, int, int]) -> Found | None:
    """The day with the time of day that stands right after it, or right before."""
    clock, zone = None, None
    after = _TIME.search(text, end, min(len(text), end + 30))
    if after is None and end < len(text) and text[end : end + 1] == "T":
        after = _TIME.search(text, end + 1, min(len(text), end + 30))
    before = None if after else _TIME.search(text, max(0, start - 20), start)
    match = after or before
    if match:
        hour, minute, second, half, zone = match.groups()
        clock = (_hour(int(hour), half), int(minute), int(second) if second else None)
        if after:
            end = match.end()
    return _made(text, start, end, day, clock, zone)


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if half[0] in "Pp":
        return hour + 12 if hour < 12 else hour
    return 0 if hour == 12 else hour


def _made(
    text: str,
    start: int,
    end: int,
    day: tuple[int, int, int],
    clock: tuple[int, int, int | None] | None,
    zone: str | None,
) -> Found | None:
    year, month, number = day
    if 2400 < year < 2700:
        year -= _BUDDHIST
    offset = _offset(zone)
    tz = timezone(offset) if offset is not None else UTC
    # midnight to the second is how a day without a time is written
    precise = clock is not None and (clock[0] or clock[1] or clock[2])
    try:
        if clock is None or not precise:
            at = datetime(year, month, number, tzinfo=tz)
            precision = Precision.DAY
        else:
            at = datetime(year, month, number, clock[0], clock[1], clock[2] or 0, tzinfo=tz)
            precision = Precision.MINUTE if clock[2] is None else Precision.SECOND
    except (ValueError, OverflowError):
        if clock is None:
            return None
        return _made(text, start, end, day, None, None)
    return Found(_moment(text[start:end].strip(), at, precision, zoned=offset is not None), start, end)


def _moment(raw: str, at: datetime, precision: Precision, *, zoned: bool) -> Moment:
    return Moment(at, precision, raw.strip(), zoned)


def _offset(zone: str | None) -> timedelta | None:
    """Distance from UTC, ``None`` for what is no zone.

    >>> _offset("+0530"), _offset("EST"), _offset("Uhr")
    (datetime.timedelta(seconds=19800), datetime.timedelta(days=-1, seconds=68400), None)
    """
    if not zone:
        return None
    name = zone.strip().upper().replace("−", "-")
    if name in _ZONES:
        return timedelta(hours=_ZONES[name])
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name)
    if not match:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    distance = timedelta(hours=hours, minutes=minutes)
    return -distance if match[1] == "-" else distance
