"""Dates in sitemaps and feeds as hints that a page has changed since the last run. Pure.

They are believed only where they can be true: not from the future, and not when most pages are said to be new, which is
what generators write that stamp every page with the time of the export. And a site is held to what it said before: when
most pages that it called changed came unchanged in the last run, it is not believed in this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipeline.outcome import Outcome
from spiders.discovery import Candidate

_PROVEN = frozenset({Outcome.ARTICLE, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
_FEW = 20  # with fewer dated pages than these, all of them may well be new
_MOST = 0.5
_TESTED = 10  # claims from which on they say something of who makes them


def changed_since(entries: Sequence[Candidate], since: float, now: float) -> frozenset[str]:
    """The addresses that are said to have changed after ``since``; none when the document is not to be believed.

    >>> found = [Candidate("http://a.example/1", "2026-03-02"), Candidate("http://a.example/2", "2026-02-01T10:00:00Z")]
    >>> changed_since(found, datetime(2026, 3, 1, tzinfo=UTC).timestamp(), datetime(2026, 3, 3, tzinfo=UTC).timestamp())
    frozenset({'http://a.example/1'})
    """
    dated = [(entry.url, moment) for entry in entries if entry.changed and (moment := _moment(entry.changed))]
    new = frozenset(url for url, moment in dated if since < moment <= now + 86_400)
    if len(dated) >= _FEW and len(new) > _MOST * len(dated):
        return frozenset()
    return new


def claimed(entries: Sequence[Candidate], since: float, until: float) -> list[str]:
    """The addresses that are said to have changed after ``since`` and not after ``until``."""
    return [entry.url for entry in entries if entry.changed and since < (_moment(entry.changed) or 0.0) <= until]


def are_honest(outcomes: Sequence[Outcome]) -> bool:
    """Whether dates are believed, by what became of pages that were called changed in the last run.

    >>> are_honest([Outcome.ARTICLE] * 6 + [Outcome.UNCHANGED] * 5), are_honest([Outcome.NOT_MODIFIED] * 10)
    (True, False)
    """
    proved = [outcome is Outcome.ARTICLE for outcome in outcomes if outcome in _PROVEN]
    return len(proved) < _TESTED or sum(proved) >= _MOST * len(proved)


def _moment(text: str) -> float | None:
    """Seconds since 1970 of a date as sitemaps (W3C) and feeds (RFC 2822) write it; of a day its end.

    >>> _moment("2026-03-01") - _moment("Sun, 01 Mar 2026 00:00:00 GMT"), _moment("yesterday")
    (86399.0, None)
    """
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= 10:
            moment += timedelta(seconds=86_399)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None
