"""Where the blocks of a page stand: containers, what they hold, how often their like occurs, headings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from pipeline.block import Segments
from pipeline.extraction.features_text import Floats, Ints

# The order is part of the weights; 0 is any other element.
TAGS = (
    "? html body address article aside blockquote button caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav "
    "noframes ol optgroup p plaintext pre search section select summary table tbody td textarea tfoot th thead tr "
    "ul xmp"
).split()
TAG_IDS = {tag: i for i, tag in enumerate(TAGS)}
HEADINGS = tuple(TAG_IDS[f"h{level}"] for level in range(1, 7))
_container = attrgetter("container")
LEVELS = 4
"""Enclosing containers looked at: a block's own, its parent, and so on."""


class Places(NamedTuple):
    """The containers of a page, as arrays.

    ``tags`` are numbers of ``TAGS``; ``names`` the place of each container's names in ``distinct``; ``parents`` as in
    ``Container``, the root's own place for the root; ``low`` and ``high`` the half-open range of its blocks;
    ``owner`` the container of each block; ``levels`` (LEVELS by blocks) that container and those around it;
    ``alike`` how many containers with the same tag and names have the same parent; ``paths`` numbers the ways from the
    root by tags and names, the same for containers of the same way, and ``path_first`` is the first container of each.
    """

    tags: Ints
    names: Ints
    distinct: list[str]
    parents: Ints
    low: Ints
    high: Ints
    owner: Ints
    levels: Ints
    alike: Ints
    paths: Ints
    path_first: Ints


def places(segments: Segments) -> Places:
    """Read the containers of a page with at least one block."""
    parents_, tags_, names_, _, _ = zip(*segments.containers, strict=True)
    count = len(parents_)
    distinct, names = numbered(names_)
    tags = np.fromiter(map(TAG_IDS.get, tags_, repeat(0)), np.int64, count)
    parents = np.array(parents_, np.int64)
    parents[0] = 0
    owner = np.fromiter(map(_container, segments.blocks), np.int64, len(segments.blocks))
    low, high = _ranges(parents_, owner)
    levels = np.empty((LEVELS, owner.size), np.int64)
    levels[0] = owner
    for level in range(1, LEVELS):
        levels[level] = parents[levels[level - 1]]
    paths, first = _paths(parents_, (tags * len(distinct) + names).tolist())
    return Places(tags, names, distinct, parents, low, high, owner, levels, _alike(parents, tags, names), paths, first)


def numbered(names: Sequence[str]) -> tuple[list[str], Ints]:
    """The distinct names in the order of the first of each, and the place of each name among them."""
    distinct = list(dict.fromkeys(names))
    places = dict(zip(distinct, range(len(distinct)), strict=True))
    return distinct, np.fromiter(map(places.__getitem__, names), np.int64, len(names))


def _paths(parents: tuple[int, ...], kinds: list[int]) -> tuple[Ints, Ints]:
    """A number for each container's way from the root, and the first container of each way."""
    size = max(kinds) + 1
    known: dict[int, int] = {}
    first = [0]
    paths = [0]
    new = 1
    for number, parent in enumerate(parents[1:], 1):
        path = known.setdefault(paths[parent] * size + kinds[number], new)
        if path == new:
            new += 1
            first.append(number)
        paths.append(path)
    return np.array(paths), np.array(first)


def _ranges(parents: tuple[int, ...], owner: Ints) -> tuple[Ints, Ints]:
    """The blocks in and below each container: containers stand in document order, so they are one range."""
    count = len(parents)
    last = list(range(count))
    for child in range(count - 1, 0, -1):
        parent = parents[child]
        if last[child] > last[parent]:
            last[parent] = last[child]
    first = np.full(count + 1, owner.size, np.int64)
    positions = np.arange(owner.size)
    first[owner[::-1]] = positions[::-1]  # of several assignments the last one stays: the first block
    own = np.bincount(owner, minlength=count)
    upto = np.concatenate(([0], np.cumsum(own)))
    ends = np.array(last) + 1
    held = upto[ends] - upto[:-1]
    pairs = np.empty(2 * count, np.int64)
    pairs[0::2] = np.arange(count)
    pairs[1::2] = ends
    low = np.minimum.reduceat(first, pairs)[::2]
    return low, low + held


def _alike(parents: Ints, tags: Ints, names: Ints) -> Ints:
    """How many children of a container's parent have its tag and its names, itself included."""
    keys = (parents * 64 + tags) * (names.max() + 1) + names
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return counts[inverse]


def last_heading(tags: Ints) -> Ints:
    """For each block the position of the heading before it, itself if it is one, -1 where there is none."""
    is_heading = (tags >= HEADINGS[0]) & (tags <= HEADINGS[-1])
    return np.maximum.accumulate(np.where(is_heading, np.arange(tags.size), -1))


def upwards_max(values: Floats, parents: Ints) -> Floats:
    """The largest value of each container and all that enclose it."""
    best, step = values, parents
    while True:
        best = np.maximum(best, best[step])
        above = step[step]
        if np.array_equal(above, step):
            return best
        step = above


def upwards_sum(values: Floats, parents: Ints) -> Floats:
    """The sum over each container and all that enclose it; the root's row counts once.

    >>> upwards_sum(np.array([[1.0], [2.0], [4.0]], np.float32), np.array([0, 0, 1])).ravel().tolist()
    [1.0, 3.0, 7.0]
    """
    root = values[0].copy()
    total = values.copy()
    total[0] = 0
    step = parents
    while True:
        total = total + total[step]
        above = step[step]
        if not above.any():
            # what is left points at the root, whose row is empty
            result: Floats = total + root
            return result
        step = above
