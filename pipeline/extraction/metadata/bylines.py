"""Bylines that a reader sees: elements that are marked as such, and lines of text near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.extraction.metadata.date_text import find_dates
from pipeline.extraction.metadata.han_names import han_byline
from pipeline.extraction.metadata.headline import Lines
from pipeline.extraction.metadata.name_kinds import is_name, is_person, is_role
from pipeline.extraction.metadata.names import MAX_AUTHORS, byline, names_in
from pipeline.extraction.metadata.wordings import key
from pipeline.extraction.signals import Mark


class Authorship(NamedTuple):
    """Names as one place of the page gives them, and how far it is to be trusted."""

    names: tuple[str, ...]
    source: str
    trust: float


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


def from_marks(marks: tuple[Mark, ...]) -> Iterator[Authorship]:
    """Bylines in the markup: the first of each kind, and what follows it directly in the same kind."""
    kinds: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for place, mark in enumerate(marks):
        kind = _kind(mark)
        if not kind or mark.elsewhere or (kind in last and (kind == "byline" or place - last[kind] > _BESIDE)):
            continue
        people = _people(mark, kind)
        if kind in last:
            people = tuple(name for name in people if is_person(name))
        if people:
            names = kinds.setdefault(kind, [])
            names.extend(person for person in people if key(person) not in map(key, names))
            last[kind] = place
    for kind, trust in _KINDS:
        if kind in kinds:
            yield Authorship(tuple(kinds[kind][:MAX_AUTHORS]), "visible", trust)


# Marks of one kind that stand no further apart than this name the authors of one text together.
_BESIDE = 3
_KINDS = (("rel", 0.66), ("itemprop", 0.66), ("byline", 0.62), ("author", 0.58), ("reporter", 0.5), ("link", 0.55))


def _kind(mark: Mark) -> str:
    if "author" in mark.rel.split():
        return "rel"
    if mark.itemprop in {"author", "creator"} or (mark.itemprop == "name" and "person" in mark.item.lower()):
        return "itemprop"
    names = mark.names
    if "byline" in names or "by-line" in names:
        return "byline"
    if "author" in names or "autor" in names:
        return "author"
    if "reporter" in names or "writer" in names or "journalist" in names or "contributor" in names:
        return "reporter"
    if mark.tag == "a" and ("/author" in mark.href or "/autor" in mark.href):
        return "link"
    return ""


# Links to an author's other articles, and boxes about the author.
_MORE = re.compile(
    r"\b(?:articles|posts|more|stories|see all|view all)\s+(?:\w+\s+)?(?:by|from|of)\b|about the author", re.IGNORECASE
)


def _people(mark: Mark, kind: str) -> tuple[str, ...]:
    if len(mark.text) > 200 or not mark.text or _MORE.search(mark.text):
        return ()
    anchors = [name for anchor in mark.anchors if is_name(anchor) for name in names_in(anchor) if is_person(name)]
    if anchors:
        return tuple(dict.fromkeys(anchors))
    lines = mark.text.split("\n")
    for place, line in enumerate(lines[:4]):
        people = names_in(line)
        if people and any(is_person(name) for name in people):
            rest = [n for more in lines[place + 1 : place + 4] for n in names_in(more) if is_person(n)]
            return tuple(dict.fromkeys([*people, *rest]))
    if kind in {"rel", "itemprop", "author"} and len(lines) <= 2:
        return names_in(mark.line)
    return ()
