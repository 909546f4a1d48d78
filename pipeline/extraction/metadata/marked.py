"""Blocks that the page's own names (class, id) call a byline, a date or a headline."""

from __future__ import annotations

from functools import lru_cache

from pipeline.block import Block, Container, Markup, Segments
from pipeline.extraction.signals import MARK_CHARS, Mark, is_elsewhere

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
)


def marked_blocks(segments: Segments, start: int, end: int) -> tuple[Mark, ...]:
    """Of the blocks from ``start`` to before ``end``, those with telling names around or in them.

    Neighbours under one container make one mark, a line each.
    """
    nearest: dict[int, int] = {}
    marks: list[Mark] = []
    group: list[Block] = []
    current = -1
    for block in segments.blocks[max(0, start) : end]:
        named = nearest.get(block.container, -2)
        if named == -2:
            named = nearest[block.container] = _nearest_named(block.container, segments.containers)
        if named != current:
            _close(group, current, segments.containers, marks)
            group, current = [], named
        if named >= 0:
            group.append(block)
        elif block.names and _is_named(block.names):
            marks.append(_mark([block], block.names, elsewhere=_elsewhere(block.container, segments.containers)))
    _close(group, current, segments.containers, marks)
    return tuple(marks)


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


def _close(group: list[Block], named: int, containers: tuple[Container, ...], marks: list[Mark]) -> None:
    if group and len(group) <= MAX_LINES and sum([len(block.text) for block in group]) <= MARK_CHARS:
        names = " ".join([containers[named].names, *[block.names for block in group if block.names]])
        marks.append(_mark(group, names, elsewhere=_elsewhere(containers[named].parent, containers)))


def _elsewhere(at: int, containers: tuple[Container, ...]) -> bool:
    """Whether a footer, comments, a teaser list or the like hold the container."""
    while at > 0:
        container = containers[at]
        if is_elsewhere(container.tag, container.names):
            return True
        at = container.parent
    return False


def _mark(group: list[Block], names: str, *, elsewhere: bool) -> Mark:
    links = [(block.text[s.start : s.end], s.target) for block in group for s in block.spans if s.markup is Markup.LINK]
    return Mark(
        tag=group[0].tag,
        names=names,
        text="\n".join(block.text for block in group),
        anchors=tuple(text for text, _ in links if text),
        href=links[0][1] if len(links) == 1 else "",
        elsewhere=elsewhere,
    )
