"""Bylines in the markup: ``rel=author``, microdata, elements named for an author, links to an author's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.extraction.metadata.name_kinds import is_name, is_organisation, is_person, is_role
from pipeline.extraction.metadata.names import MAX_AUTHORS, PREFIX, names_in
from pipeline.extraction.metadata.wordings import key
from pipeline.extraction.signals import Mark


class Authorship(NamedTuple):
    """Names as one place of the page gives them, and how far it is to be trusted."""

    names: tuple[str, ...]
    source: str
    trust: float


MAX_BYLINE = 200
_MAX_HANDLE = 40
# Marks of one kind that stand no further apart than this name the authors of one text together.
_BESIDE = 3
_TRUST = {"rel": 0.66, "itemprop": 0.66, "byline": 0.62, "author": 0.58, "link": 0.55, "reporter": 0.5, "user": 0.42}
_BOX_TRUST = 0.4
_BESIDE_CHROME = 0.15
"""What a byline loses that stands right at the headline, but in an element named like a footer or a side box."""


def from_marks(marks: tuple[Mark, ...]) -> Iterator[Authorship]:
    """Bylines in the markup: the first of each kind, and what follows it directly in the same kind.

    Where there is none, those that are called something else and stand at the headline; then boxes about the author.
    """
    found = _first_of_each_kind([mark for mark in marks if not mark.elsewhere])
    lost = 0.0
    if not found:
        found = _first_of_each_kind([mark for mark in marks if mark.elsewhere and mark.near])
        lost = _BESIDE_CHROME
    for kind, trust in _TRUST.items():
        if kind in found:
            yield Authorship(tuple(found[kind][:MAX_AUTHORS]), "visible", trust - lost)
    if not found:
        boxed = next(filter(None, map(_boxed, marks)), "")
        if boxed:
            yield Authorship((boxed,), "visible", _BOX_TRUST)


def _first_of_each_kind(marks: list[Mark]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for place, mark in enumerate(marks):
        kind = _kind(mark)
        if not kind or _PICTURES.search(mark.names):
            continue
        if kind in kinds:
            if kind == "user" or (place - last[kind] > _BESIDE and not mark.near):
                continue
            if _add(kinds[kind], mark, kind, beside=place - last[kind] <= _BESIDE):
                last[kind] = place
            continue
        people = _people(mark, kind)
        if people:
            kinds[kind], last[kind] = list(people), place
    return kinds


def _add(names: list[str], mark: Mark, kind: str, *, beside: bool) -> bool:
    """Add what a further mark of a kind says: all of it where it holds the names known, else people without "by"."""
    people = [name for name in _people(mark, kind) if is_person(name)]
    known = {key(name) for name in names}
    if PREFIX.match(mark.line):
        if known < {key(name) for name in people}:
            names[:] = people
        return False
    if not people or not beside or kind == "byline":
        return False
    names.extend(name for name in people if key(name) not in known)
    return True


# Whose picture it is.
_PICTURES = re.compile(r"(?:photo|image|foto|picture|caption|media)[-_]*(?:author|autor|credit|by)|photograph")
_USER = re.compile(
    r"user-?_?name|poster\b|postauthor|nickname|topic-?starter|hnuser|message-name|post(?:left|profile|bit)"
)


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
    return "user" if _USER.search(names) else ""


# Links to an author's other articles, and boxes about the author.
_MORE = re.compile(
    r"\b(?:articles|posts|more|stories|see all|view all)\s+(?:\w+\s+)?(?:by|from|of)\b|about the author", re.IGNORECASE
)
# What parts the names of one byline that stand in elements of their own.
_BETWEEN = re.compile(r"\W*(?:by|von|par|por|and|und|et|y|e|og|och|en|i|и|with|mit|avec)?\W*", re.IGNORECASE)
# After it come people who did something else.
_OTHER_WORK = re.compile(
    r"(?:(?:medically |fact.?)?(?:review|check|edit|translat|produc)ed|photo|foto|bild|illustrat|graphic|image)",
    re.IGNORECASE,
)
_EDITOR = re.compile(r"editor|redaktur|penyunting|fotograf|photographer|illustrator|translator", re.IGNORECASE)


def _people(mark: Mark, kind: str) -> tuple[str, ...]:
    """The people of a mark, or the name that somebody goes by."""
    if len(mark.text) > MAX_BYLINE or not mark.text or _MORE.search(mark.text):
        return ()
    lines = mark.text.split("\n")
    written = _written(lines)
    linked = [name for anchor in mark.anchors if is_name(anchor) for name in names_in(anchor) if is_person(name)]
    # a name whose parts stand in elements of their own is whole in its link
    whole = any(name != other and name in other for name in written for other in linked)
    if linked and (whole or not written or not (set(linked) <= set(written) or PREFIX.match(mark.line))):
        return tuple(dict.fromkeys(linked))
    if written:
        return tuple(written)
    handle = _handle(mark, kind, lines)
    if not handle and kind in {"rel", "itemprop", "author"} and len(lines) <= 2:
        return names_in(mark.line)
    return handle


def _written(lines: list[str]) -> list[str]:
    out: list[str] = []
    for place, line in enumerate(lines):
        if _OTHER_WORK.match(line):
            break
        people = [name for name in names_in(line) if is_person(name) and name not in out]
        if people and out and place + 1 < len(lines) and _EDITOR.fullmatch(lines[place + 1]):
            break
        out.extend(people)
        if not people and out and not (_BETWEEN.fullmatch(line) or is_role(line) or is_organisation(line)):
            break
    return out


def _handle(mark: Mark, kind: str, lines: list[str]) -> tuple[str, ...]:
    """What somebody goes by, where the markup says that it is an author, or the text with "by" before a link."""
    if kind in {"rel", "itemprop", "user"}:
        offers = (*mark.anchors[:1], *(lines[:1] if kind == "user" or len(lines) > 1 else ()))
    elif PREFIX.match(mark.line):
        offers = mark.anchors[:1]
    else:
        return ()
    for offer in offers:
        names = names_in(offer) if len(offer) <= _MAX_HANDLE else ()
        if len(names) == 1 and not is_role(names[0]):
            return names
    return ()


_ABOUT = re.compile(r"(?:about|über|à propos de|sobre|meet)\s+(?!the\b)", re.IGNORECASE)


def _boxed(mark: Mark) -> str:
    """The person that heads a box about the author."""
    if _kind(mark) != "author" or len(mark.text) <= MAX_BYLINE or mark.elsewhere:
        return ""
    for line in mark.text.split("\n")[:4]:
        names = names_in(_ABOUT.sub("", line)) if len(line) < MAX_BYLINE // 3 else ()
        if len(names) == 1 and is_person(names[0]):
            return names[0]
    return ""
