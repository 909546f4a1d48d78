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
    """Lines that say "by", a line with nothing but "by" and the next, or just names beside a date.

    With ``lone`` (nothing else names an author) the latter count, and what is written under the text.
    """
    near = lines.near()
    for place, line in enumerate(near):
        people = byline(line) or _announced(near, place)
        if people:
            yield Authorship(people, "visible", 0.6)
            break
    else:
        yield from _unannounced(lines, near) if lone else ()
    if chinese:
        people = han_byline((*near, *lines.ends(), *lines.rest()))
        if people:
            yield Authorship(people, "visible", 0.75)


def _announced(lines: tuple[str, ...], place: int) -> tuple[str, ...]:
    """The people of the next line, where this one has only "by"."""
    if lines[place].strip(" :").casefold() not in _BY_ALONE or place + 1 >= len(lines):
        return ()
    return byline(f"by {lines[place + 1]}")


def _unannounced(lines: Lines, near: tuple[str, ...]) -> Iterator[Authorship]:
    for place, line in enumerate(near[:_NEAREST]):
        people = _lone_names(line)
        if people and any(_beside_bylines(other) for other in near[max(0, place - 2) : place + 3]):
            yield Authorship(people, "visible", 0.4)
            return
        people = _first_of_line(line)
        if people:
            yield Authorship(people, "visible", 0.4)
            return
    below = lines.below()
    for place, line in enumerate(below):
        people = byline(line) if _SIGNED.match(line) else ()
        people = tuple(filter(is_person, people or _announced(below, place)))
        if people:
            yield Authorship(people, "visible", 0.38)
            return


_NEAREST = 7
# How a text is signed. A bare "by" further down is rather a teaser's.
_SIGNED = re.compile(
    r"(?:(?:article |post |story |text |words )?(?:written |posted )?by|(?:guest )?author|text|autor(?:in)?"
    r"|verfasst von|(?:ein )?beitrag von|artikel von|escrito por|écrit par|scritto da|a cura di)\b(?<!^by)",
    re.IGNORECASE,
)


def _lone_names(line: str) -> tuple[str, ...]:
    """The people of a line that holds nothing but names."""
    if not 5 <= len(line) < 60 or " " not in line:
        return ()
    people = names_in(line)
    alone = len(line) < len(" and ".join(people)) + 4
    return people if alone and all(_is_plain_person(name) for name in people) else ()


def _first_of_line(line: str) -> tuple[str, ...]:
    """The person whom a line names first, where a date, the time that reading takes or an office follows."""
    cut = _PARTED.search(line, 5, 60)
    if cut is None or len(line) >= MAX_FIRST or not _beside_bylines(line[cut.start() :]):
        return ()
    name = line[: cut.start()].strip()
    return names_in(name) if _is_plain_person(name) else ()


MAX_FIRST = 120
_PARTED = re.compile(r"\s*[|·•●(]|\s[-–—]\s|,\s|\s(?=\d)")


def _is_plain_person(name: str) -> bool:
    """Whether a text with nothing that says "by" is a person's name: two or three words, no "Jane's"."""
    words = name.split()
    return 1 < len(words) <= _PLAIN_WORDS and is_person(name) and not _GENITIVE.search(name)


_PLAIN_WORDS = 3
_GENITIVE = re.compile(r"['’]s\b")


def _beside_bylines(line: str) -> bool:
    """Whether a line is of the kind that stands beside a byline: a date, an office, the time that reading takes."""
    if len(line) >= 100:
        return False
    return (
        next(find_dates(line), None) is not None
        or _READING.search(line) is not None
        or (len(line) < 50 and is_role(line))
    )


_READING = re.compile(
    r"\d+\s*-?\s*min|min\.? read|lesezeit|lesedauer|minutes? read|\b(?:ago|posted|published|veröffentlicht)\b",
    re.IGNORECASE,
)
