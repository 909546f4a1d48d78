"""Bylines in lines of text near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extraction.metadata.date_text import find_dates
from pipeline.extraction.metadata.han_names import han_byline
from pipeline.extraction.metadata.headline import Lines
from pipeline.extraction.metadata.marked_bylines import Authorship
from pipeline.extraction.metadata.name_kinds import is_person, is_role
from pipeline.extraction.metadata.names import byline, names_in

# A line that only announces the next.
_BY_ALONE = frozenset(
    {"by", "written by", "author", "posted by", "von", "autor", "par", "por", "words by", "作者", "article by"}
)


def from_lines(lines: Lines, *, chinese: bool, lone: bool) -> Iterator[Authorship]:
    """Lines that say "by", a line with nothing but "by" and the next, or (with ``lone``) just names beside a date."""
    near = lines.near()
    for place, line in enumerate(near):
        people = byline(line)
        if not people and line.strip(" :").casefold() in _BY_ALONE and place + 1 < len(near):
            people = byline(f"by {near[place + 1]}")
        if people:
            yield Authorship(people, "visible", 0.6)
            break
    else:
        yield from _lone(near[:7] if lone else ())
    if chinese:
        people = han_byline((*near, *lines.ends(), *lines.rest()))
        if people:
            yield Authorship(people, "visible", 0.75)


def _lone(near: tuple[str, ...]) -> Iterator[Authorship]:
    for place, line in enumerate(near):
        people = _lone_names(line)
        if people and any(_beside_bylines(other) for other in near[max(0, place - 2) : place + 3]):
            yield Authorship(people, "visible", 0.4)
            return


def _lone_names(line: str) -> tuple[str, ...]:
    """The people of a line that holds nothing but names."""
    if not 5 <= len(line) < 60 or " " not in line:
        return ()
    people = names_in(line)
    alone = len(line) < len(" and ".join(people)) + 4
    return people if alone and all(is_person(name) and " " in name for name in people) else ()


def _beside_bylines(line: str) -> bool:
    """Whether a line is of the kind that stands beside a byline: a date, an office, the time that reading takes."""
    if len(line) >= 80:
        return False
    return (
        next(find_dates(line), None) is not None
        or _READING.search(line) is not None
        or (len(line) < 50 and is_role(line))
    )


_READING = re.compile(r"\d+\s*-?\s*min|min\.? read|lesezeit|lesedauer|minutes? read", re.IGNORECASE)
