"""A second look at the scores of a page: each is set right by those around it.

The networks see what stands around a block, but not what they themselves say of it. Here a paragraph that was refused
between two that were kept, or a lone line that was kept in a container of refused ones, is seen as such.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction.features import Features
from pipeline.extraction.features_place import TAG_IDS
from pipeline.extraction.features_text import Floats

WINDOWS = ((-1, 0), (1, 2), (-2, 0), (1, 3), (-4, 0), (1, 5), (-12, 0), (1, 13))
"""Half-open ranges of neighbours, relative to a block, whose scores are looked at."""

STRENGTH = 0.5
"""How much of the correction is taken on a page that is likely an article. It is learned on pages of 2014 and later: at
full strength the older articles of waddle lose a point of F1, at half none does."""

STRENGTH_ELSEWHERE = 1.0
"""The same on other kinds of page, where neighbours say most: listings gain eight points of F1 over half of it,
collections five, documentation one."""

_LIMIT = 6.0
_NUMBERS = (0, 6, 8, 39, 40, 36, 37, 45, 46)
"""Columns of ``Features.numbers``: length, small words, sentence ends, links, steps of length, hidden, line."""

_TAGS = np.array([TAG_IDS[tag] for tag in "p li h1 h2 h3 h4 td div pre blockquote dd dt figcaption".split()])


def correct(weights: dict[str, NDArray[np.float32]], logits: Floats, kind: Floats, seen: Features) -> NDArray[Any]:
    """The logits of a page's blocks after the second look. ``kind``: logits of the page's kinds, article first."""
    kinds = chances(kind)
    x = (columns(logits, kinds, seen) - weights["mean"]) * weights["scale"]
    h = np.maximum(x @ weights["one.weight"] + weights["one.bias"], 0)
    correction: NDArray[Any] = (h @ weights["two.weight"])[:, 0] + weights["two.bias"]
    strength = STRENGTH if kinds[0] > 0.5 else STRENGTH_ELSEWHERE
    result: NDArray[Any] = logits + strength * correction
    return result


def chances(kind: Floats) -> Floats:
    """How likely each kind of page is, from the logits of the kinds; they sum to 1."""
    odds = np.exp(kind - kind.max())
    result: Floats = odds / odds.sum()
    return result


def columns(logits: Floats, kinds: Floats, seen: Features) -> Floats:
    """What the second look is made from, one row a block: scores of the block, its neighbours, its containers.

    ``kinds`` are the chances of the kinds of page, the same in every row.
    """
    where = seen.places
    limited = np.clip(logits, -_LIMIT, _LIMIT).astype(np.float64)
    keep = 1 / (1 + np.exp(-limited))
    count = len(keep)
    words = seen.weights + 0.5
    # weight, weighted score, one, score: sums of these over any range give its means
    rows = np.stack((words, words * keep, np.ones(count), keep), axis=1)
    sums = np.concatenate((np.zeros((1, 4)), np.cumsum(rows, axis=0)))
    near = np.clip(np.arange(count)[:, None, None] + np.array(WINDOWS), 0, count)
    page = np.zeros((count, 1), np.int64)
    low = np.concatenate((near[:, :, 0], where.low[where.levels].T, page), axis=1)
    high = np.concatenate((near[:, :, 1], where.high[where.levels].T, page + count), axis=1)
    held = sums[high] - sums[low]
    by_word = held[:, :, 1] / np.maximum(held[:, :, 0], 0.5)
    by_block = held[:, :, 3] / np.maximum(held[:, :, 2], 1)
    others = held[:, len(WINDOWS) : len(WINDOWS) + 3] - rows[:, None]
    kept = words * keep
    total = kept.sum()
    result: Floats = np.concatenate(
        (
            limited[:, None] / 3,
            keep[:, None],
            by_word,
            by_block,
            others[:, :, 1] / np.maximum(others[:, :, 0], 0.5),
            np.log1p(np.maximum(others[:, :, 0], 0)) / 5,
            (np.cumsum(kept) / total)[:, None],
            np.full((count, 1), np.log1p(total) / 5),
            np.full((count, 1), keep.max()),
            seen.numbers[:, _NUMBERS],
            where.tags[where.owner][:, None] == _TAGS,
            np.broadcast_to(kinds, (count, len(kinds))),
        ),
        axis=1,
        dtype=np.float32,
    )
    return result
