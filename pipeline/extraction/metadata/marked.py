"""Blocks that the page's own names (class, id) call a byline, a date or a headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.block import Block, Container, Markup, Segments
from pipeline.extraction.signals import MARK_CHARS, Mark, is_elsewhere

ABOVE = 8
BELOW = 30
"""Blocks above and below the headline that are asked."""
_NEAR_ABOVE = 5
_NEAR_BELOW = 8
MAX_LINES = 12
_LEVELS = 3
"""A name counts for blocks up to this many containers further in."""


# Pure, and asked of the same few names again and again. Substrings, the commonest first: an expression of as many
# branches takes three times as long, and this is asked of every container of a page.
@lru_cache(maxsize=8192)
def _is_named(names: str) -> bool:
    for word in _NAMED:  # noqa: SIM110 - any() with a generator takes twice as long
        if word in names:
            return True
    return False


_NAMED = (
    *("date", "author", "meta", "time", "byline", "publi", "posted", "source", "info", "autor", "by-line", "writer"),
    *("reporter", "journalist", "contribut", "datum", "fecha", "created", "headline", "title", "stamp", "laiyuan"),
    *("user", "poster", "nickname", "postleft", "postprofile", "postbit"),
)


def marked_blocks(segments: Segments, headline: int | None) -> tuple[Mark, ...]:
    """Of the blocks near the headline (or the top of the page), those with telling names around or in them.

    Neighbours under one container make one mark, a line each. What is around the headline is no other part of the
    page, whatever it is called.
    """
    blocks, containers = segments
    place = headline or 0
    around = _around(blocks[place].container, containers) if headline is not None else frozenset[int]()
    nearest: dict[int, int] = {}
    marks: list[Mark] = []
    group: list[int] = []
    current = -1
    for at in range(max(0, place - ABOVE), min(len(blocks), place + BELOW)):
        block = blocks[at]
        named = nearest.get(block.container, -2)
        if named == -2:
            named = nearest[block.container] = _nearest_named(block.container, containers)
        if named != current:
            marks.extend(_closed(group, current, segments, around, place))
            group, current = [], named
        if named >= 0:
            group.append(at)
        elif block.names and _is_named(block.names):
            elsewhere, others = _elsewhere(block.container, containers, around)
            near = not others and _is_near(at - place)
            marks.append(_mark([block], block.names, elsewhere=elsewhere, near=near))
    marks.extend(_closed(group, current, segments, around, place))
    return tuple(marks)


def _is_near(distance: int) -> bool:
    return -_NEAR_ABOVE <= distance <= _NEAR_BELOW


def _around(at: int, containers: tuple[Container, ...]) -> frozenset[int]:
    """The container and those around it."""
    found = []
    while at > 0:
        found.append(at)
        at = containers[at].parent
    return frozenset(found)


def _nearest_named(at: int, containers: tuple[Container, ...]) -> int:
    """The nearest container around (or the container itself) with a telling name, -1 without one near enough."""
    for _ in range(_LEVELS + 1):
        if at <= 0:
            break
        container = containers[at]
        if container.names and _is_named(container.names):
            return at
        at = container.parent
    return -1


def _closed(group: list[int], named: int, segments: Segments, around: frozenset[int], headline: int) -> Iterator[Mark]:
    blocks = [segments.blocks[at] for at in group]
    if blocks and len(blocks) <= MAX_LINES and sum([len(block.text) for block in blocks]) <= MARK_CHARS:
        container = segments.containers[named]
        names = " ".join([container.names, *[block.names for block in blocks if block.names]])
        elsewhere, others = _elsewhere(container.parent, segments.containers, around)
        yield _mark(blocks, names, elsewhere=elsewhere, near=not others and _is_near(group[0] - headline))


def _elsewhere(at: int, containers: tuple[Container, ...], around: frozenset[int]) -> tuple[bool, bool]:
    """Whether a footer, a side box, comments or the like hold the container, and not the headline.

    And whether these are comments, teasers or a picture; what is named a footer or a side box may be the article's.
    """
    elsewhere = False
    while at > 0 and at not in around:
        container = containers[at]
        if is_elsewhere(container.tag, container.names):
            elsewhere = True
            if container.tag in _PICTURES or _OTHERS.search(container.names):
                return True, True
        at = container.parent
    return elsewhere, False


_PICTURES = frozenset({"figure", "figcaption"})
_OTHERS = re.compile(
    r"comment|repl(?:y|ies)|respond|re(?:lated|commend|cent)|teaser|p(?:romo|opular)|trending|more[-_]|[-_]more|latest"
    r"|newsletter|carousel|read-?next|card-list|see-also|most[-_]"
)


def _mark(group: list[Block], names: str, *, elsewhere: bool, near: bool) -> Mark:
    links = [(block.text[s.start : s.end], s.target) for block in group for s in block.spans if s.markup is Markup.LINK]
    return Mark(
        tag=group[0].tag,
        names=names,
        text="\n".join(block.text for block in group),
        anchors=tuple(text for text, _ in links if text),
        href=links[0][1] if len(links) == 1 else "",
        elsewhere=elsewhere,
        near=near,
    )
