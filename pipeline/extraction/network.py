"""The networks of the keep-score, run with numpy, all members at once.

``bench/network.py`` is the same network as it is fitted. Here what members have in common is done once, what containers
have in common once for each way through the page's elements, and what is the same for a whole page goes into the bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction.features import Features
from pipeline.extraction.features_place import upwards_max, upwards_sum
from pipeline.extraction.features_text import Floats, Ints

WINDOWS = ((-1, 0), (1, 2), (-3, 0), (1, 4), (-10, 0), (1, 11))
"""Half-open ranges of neighbours, relative to a block, over which means are taken."""

_CLIP = 6.0  # numbers further than this many standard deviations from the mean say no more
_REACH = 10  # the furthest neighbour of ``WINDOWS``
_AT_ONCE = 64  # blocks whose surroundings are written out together

Arrays = dict[str, NDArray[np.float32]]


class Networks(NamedTuple):
    """Members made ready to run together.

    ``mean`` and ``scale`` of the numbers are the same for all. ``words``, ``names`` and ``tags`` are the members'
    vectors side by side, ``numbers`` and ``bias`` the first layer's weights of the numbers, and its bias. ``two`` and
    ``three`` are each member's weights of what stands around a block, without those of the whole page.
    """

    members: tuple[Arrays, ...]
    mean: Floats
    scale: Floats
    words: Floats
    names: Floats
    tags: Floats
    numbers: Floats
    bias: Floats
    two: tuple[Floats, ...]
    three: tuple[Floats, ...]


def ready(members: Sequence[Arrays]) -> Networks:
    """Networks made ready. They must have been fitted on the same numbers: ``mean`` and ``scale`` are the first's."""
    mean, scale = members[0]["mean"], members[0]["scale"]
    if not all(np.array_equal(w["mean"], mean) and np.array_equal(w["scale"], scale) for w in members):
        raise ValueError("the networks were fitted on other numbers: their means differ")
    return Networks(
        tuple(members),
        mean,
        scale,
        np.concatenate([w["word.weight"] for w in members], axis=1),
        np.concatenate([w["name.weight"] for w in members], axis=1),
        np.concatenate([w["tag.weight"] for w in members], axis=1),
        np.concatenate([w["one.weight"][: mean.size] for w in members], axis=1),
        np.concatenate([w["one.bias"] for w in members]),
        tuple([_without_page(w["two.weight"], w["one.bias"].size) for w in members]),
        tuple([_without_page(w["three.weight"], w["down.bias"].size) for w in members]),
    )


def _without_page(weight: Floats, width: int) -> Floats:
    """Weights of what is seen around without the rows of the whole page, which stand before those of the heading."""
    return np.concatenate((weight[: -2 * width], weight[-width:]))


def run(networks: Networks, seen: Features) -> tuple[Floats, Floats]:
    """Logits of keeping each block, and of the page's kind: the mean of the networks."""
    members = networks.members
    h = _first(networks, seen)
    spans = _spans(seen)
    h = _second(networks.two, [(w["two.weight"], w["two.bias"]) for w in members], h, h, seen, spans)
    z = np.empty((h.shape[0], h.shape[1], members[0]["down.bias"].size), np.float32)
    for m, w in enumerate(members):
        np.matmul(h[:, m], w["down.weight"], out=z[:, m])
        z[:, m] += w["down.bias"]
    h = _second(networks.three, [(w["three.weight"], w["three.bias"]) for w in members], h, _relu(z), seen, spans)
    both = [_answers(w, h[:, m], seen.weights) for m, w in enumerate(members)]
    return np.mean([logits for logits, _ in both], axis=0), np.mean([kind for _, kind in both], axis=0)


def _answers(w: Arrays, h: Floats, words: Floats) -> tuple[Floats, Floats]:
    logits = (h @ w["score.weight"])[:, 0] + w["score.bias"]
    keep = sigmoid(logits) * words
    kept = (keep @ h) / len(h) / (keep.mean() + 0.1)
    return logits, np.concatenate((h.mean(axis=0), kept)) @ w["kind.weight"] + w["kind.bias"]


def rounded(logits: NDArray[Any]) -> NDArray[Any]:
    """Scores, 0 to 1, to the 4 decimals on which machines agree."""
    return np.round(sigmoid(logits.astype(np.float64)), 4)


def sigmoid(values: Floats) -> NDArray[Any]:
    """One over one plus e to the minus."""
    result: NDArray[Any] = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return result


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


def _first(networks: Networks, seen: Features) -> Floats:
    """The first layer, (blocks, members, width): each block by itself, and what encloses it."""
    where, members = seen.places, networks.members
    count = len(seen.weights)
    numbers = (seen.numbers - networks.mean) * networks.scale
    flat: Floats = np.clip(numbers, np.float32(-_CLIP), np.float32(_CLIP)) @ networks.numbers
    flat += networks.bias
    result = flat.reshape(count, len(members), -1)
    words = _bags(networks.words, seen.words.ids, seen.words.owner, count)
    words /= np.maximum(seen.weights, 1)[:, None]
    names = _bags(networks.names, seen.name_ids, seen.name_owner, seen.name_count)
    inline, of_inline = names[len(where.distinct) :], seen.inline - len(where.distinct)
    around = _around(networks, names, seen)
    of_path = where.paths[where.owner]
    for m, w in enumerate(members):
        weight = w["one.weight"][networks.mean.size :]
        own, side = words.shape[1] // len(members), names.shape[1] // len(members)
        result[:, m] += words[:, m * own : (m + 1) * own] @ weight[:own]
        result[:, m] += (around[:, m] @ weight[own:-side]).take(of_path, axis=0)
        result[:, m] += (np.tanh(inline[:, m * side : (m + 1) * side]) @ weight[-side:]).take(of_inline, axis=0)
    return _relu(result)


def _around(networks: Networks, names: Floats, seen: Features) -> Floats:
    """What the names and tags of a container and of those around it say, (paths, members, 5 times a name's width)."""
    where = seen.places
    first = where.path_first
    parents = where.paths.take(where.parents.take(first))
    inside = np.tanh(names.take(where.names.take(first), axis=0) + networks.tags.take(where.tags.take(first), axis=0))
    above = parents.take(parents)
    sums = upwards_sum(inside, parents)
    sums *= np.float32(0.25)
    shape = (len(first), len(networks.members), -1)
    parts = (inside, inside.take(parents, axis=0), inside.take(above, axis=0), sums, upwards_max(inside, parents))
    return np.concatenate([part.reshape(shape) for part in parts], axis=2)


def _bags(table: Floats, ids: Ints, owner: Ints, count: int) -> Floats:
    """The sum of the vectors of each owner's words; ``owner`` rises."""
    result = np.zeros((count, table.shape[1]), np.float32)
    if ids.size:
        starts = np.flatnonzero(owner[1:] != owner[:-1])
        starts += 1
        starts = np.concatenate(([0], starts))
        result[owner[starts]] = np.add.reduceat(table.take(ids, axis=0), starts, axis=0)
    return result


class _Spans(NamedTuple):
    """Where each block looks.

    ``shares`` are one over the lengths of ``WINDOWS`` at each block, (windows, blocks, 1, 1); ``low`` and ``high`` the
    ranges of the containers that blocks stand in, ``share`` one over their lengths; ``levels`` which of these are
    around each block, (levels, blocks).
    """

    shares: Floats
    low: Ints
    high: Ints
    share: Floats
    levels: Ints


def _spans(seen: Features) -> _Spans:
    where = seen.places
    count = len(seen.weights)
    offsets = np.array(WINDOWS)[:, :, None] + np.arange(count)
    lengths = np.diff(np.clip(offsets, 0, count, out=offsets), axis=1)[:, 0]
    used = np.zeros(len(where.low), bool)
    used[where.levels] = True
    places = np.flatnonzero(used)
    number = np.cumsum(used)
    number -= 1
    low, high = where.low.take(places), where.high.take(places)
    return _Spans(
        (1 / np.maximum(lengths, 1)).astype(np.float32)[:, :, None, None],
        low,
        high,
        1 / np.maximum(high - low, 1)[:, None],
        number.take(where.levels),
    )


def _second(
    weights: Sequence[Floats],
    whole: Sequence[tuple[Floats, Floats]],
    own: Floats,
    values: Floats,
    seen: Features,
    spans: _Spans,
) -> Floats:
    """A layer that looks around, (blocks, members, width): own vectors, and means of ``values`` over the ranges.

    ``whole`` are the members' weights with the rows of the whole page, and their biases.
    """
    count, members, width = values.shape
    page = values.mean(axis=0, dtype=np.float64).astype(np.float32)
    around = _Around(own, values, seen, spans)
    result = np.empty((count, members, len(whole[0][1])), np.float32)
    for start in range(0, count, _AT_ONCE):
        here = slice(start, min(start + _AT_ONCE, count))
        rows = around.rows(here)
        for m, weight in enumerate(weights):
            np.matmul(rows[:, m], weight, out=result[here, m])
    for m, (weight, bias) in enumerate(whole):
        result[:, m] += page[m] @ weight[-2 * width : -width] + bias
    return _relu(result)


class _Around:
    """Each block's own vector, the means of ``values`` over its ranges, and that of its heading, side by side.

    ``rows`` gives them a few blocks at a time, in an array that the next call writes over: 4 kB a block are 40 MB for a
    page of 10,000 blocks.
    """

    def __init__(self, own: Floats, values: Floats, seen: Features, spans: _Spans) -> None:
        count, members, width = values.shape
        self._own, self._values, self._heading, self._spans = own, values, seen.heading, spans
        self._windows = _windows(values)
        # in double precision: the difference of two long sums is what is wanted
        sums = np.zeros((count + 1, members * width))
        np.cumsum(values.reshape(count, -1), axis=0, out=sums[1:])
        means = sums.take(spans.high, axis=0)
        means -= sums.take(spans.low, axis=0)
        means *= spans.share
        self._held = means.astype(np.float32).reshape(-1, members, width)
        parts = len(WINDOWS) + len(spans.levels) + 1
        self._room = np.empty((min(count, _AT_ONCE), members, own.shape[2] + parts * width), np.float32)

    def rows(self, here: slice) -> Floats:
        """Those of the blocks ``here``, (blocks, members, vectors side by side)."""
        _, members, width = self._values.shape
        first = self._own.shape[2]
        room = self._room[: here.stop - here.start]
        room[:, :, :first] = self._own[here]
        parts = room[:, :, first:].reshape(len(room), members, -1, width)
        for i, window in enumerate(self._windows):
            np.multiply(window[here], self._spans.shares[i, here], out=parts[:, :, i])
        for level, places in enumerate(self._spans.levels):
            parts[:, :, len(WINDOWS) + level] = self._held.take(places[here], axis=0)
        parts[:, :, -1] = self._values.take(self._heading[here], axis=0)
        return room


def _windows(values: Floats) -> list[Floats]:
    """The sums of ``values`` over ``WINDOWS``, by adding what is already added: of 2, 4, 8 and 10 neighbours."""
    count = len(values)
    padded = np.zeros((count + 2 * _REACH, *values.shape[1:]), np.float32)
    padded[_REACH:-_REACH] = values
    two = padded[:-1] + padded[1:]
    three = two[:-1] + padded[2:]
    four = two[:-2] + two[2:]
    eight = four[:-4] + four[4:]
    ten = eight[:-2] + two[8:]
    sums = {1: padded, 3: three, 10: ten}
    return [sums[high - low][_REACH + low : _REACH + low + count] for low, high in WINDOWS]
