"""The learned keep-score: small networks over a page's blocks, run with numpy.

Blocks become vectors (numbers, words, names of the containers around them), look around twice (neighbours, containers,
the heading before, the page), and get one score each. ``bench/network.py`` is the same network as it is fitted;
``weights/MODEL_CARD.md`` says from what, and how good it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.article import PageType
from pipeline.block import Segments
from pipeline.extraction import features, second_look
from pipeline.extraction.confidence import estimate, expected_f1, signs
from pipeline.extraction.features import Features
from pipeline.extraction.features_place import upwards_max, upwards_sum
from pipeline.extraction.features_text import Floats, Ints

WINDOWS = ((-1, 0), (1, 2), (-3, 0), (1, 4), (-10, 0), (1, 11))
"""Half-open ranges of neighbours, relative to a block, over which means are taken."""

_FILE = Path(__file__).parent / "weights" / "keep.npz"
_CLIP = 6.0  # numbers further than this many standard deviations from the mean say no more
KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")

Arrays = dict[str, NDArray[np.float32]]


class Weights(NamedTuple):
    """The shipped weights: networks (their logits are averaged), second look, estimate of the page's F1."""

    networks: tuple[Arrays, ...]
    second: Arrays
    sure: Arrays


class PageScores(NamedTuple):
    """What the model says of a page.

    ``keep`` has one score a block, 0 (chrome) to 1 (article), rounded to 4 decimals; ``threshold`` is the score from
    which on blocks are kept so that the expected F1 of the page is highest; ``page_type`` the likeliest kind of page;
    ``confidence`` the estimate of the kept text's F1, 0 to 1, rounded to 4 decimals.
    """

    keep: tuple[float, ...]
    threshold: float
    page_type: PageType
    confidence: float


def score_page(segments: Segments, title: str | None) -> PageScores:
    """Score a page's blocks. ``title`` is the text of its ``<title>``, None without one."""
    if not segments.blocks:
        return PageScores((), 0.5, PageType.ARTICLE, 0.0)
    seen = features.read(segments, title)
    w = weights()
    first, kind = forward(w.networks, seen)
    keep = rounded(second_look.correct(w.second, first, seen))
    threshold, expected = expected_f1(keep, seen.weights)
    sure = estimate(w.sure, signs(keep, threshold, expected, kind, seen))
    return PageScores(tuple(keep.tolist()), threshold, PageType(KINDS[int(kind.argmax())]), round(sure, 4))


@cache
def weights() -> Weights:
    """The shipped weights, read once."""
    return read_weights(_FILE)


def read_weights(path: Path) -> Weights:
    """Weights from a file: arrays called ``0.score.bias``, ``1.score.bias`` …, ``second.mean`` …, ``sure.mean`` …."""
    groups: dict[str, Arrays] = {}
    with np.load(path, allow_pickle=False) as stored:
        for name in stored.files:
            group, _, rest = name.partition(".")
            groups.setdefault(group, {})[rest] = stored[name].astype(np.float32)
    second, sure = groups.pop("second"), groups.pop("sure")
    return Weights(tuple(groups[name] for name in sorted(groups)), second, sure)


def forward(networks: Sequence[Arrays], seen: Features) -> tuple[Floats, Floats]:
    """Logits of keeping each block, and of the page's kind: the mean of the networks."""
    spans = _ranges(seen)
    both = [_forward(network, seen, spans) for network in networks]
    return np.mean([logits for logits, _ in both], axis=0), np.mean([kind for _, kind in both], axis=0)


def _forward(w: Arrays, seen: Features, spans: tuple[Ints, Ints, Floats]) -> tuple[Floats, Floats]:
    h = _relu(_inputs(w, seen) @ w["one.weight"] + w["one.bias"])
    h = _relu(_look_around(h, h, seen, spans) @ w["two.weight"] + w["two.bias"])
    z = _relu(h @ w["down.weight"] + w["down.bias"])
    h = _relu(_look_around(h, z, seen, spans) @ w["three.weight"] + w["three.bias"])
    logits = (h @ w["score.weight"])[:, 0] + w["score.bias"]
    keep = _sigmoid(logits) * seen.weights
    kept = (keep @ h) / len(h) / (keep.mean() + 0.1)
    return logits, np.concatenate((h.mean(axis=0), kept)) @ w["kind.weight"] + w["kind.bias"]


def rounded(logits: NDArray[Any]) -> NDArray[Any]:
    """Scores, 0 to 1, to the 4 decimals on which machines agree."""
    return np.round(_sigmoid(logits.astype(np.float64)), 4)


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


def _sigmoid(values: Floats) -> NDArray[Any]:
    result: NDArray[Any] = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return result


def _inputs(w: Arrays, seen: Features) -> Floats:
    """What is known of each block by itself and of what encloses it."""
    where = seen.places
    names = _bags(w["name.weight"], seen.name_ids, seen.name_owner, seen.name_count)
    words = _bags(w["word.weight"], seen.words.ids, seen.words.owner, len(seen.weights))
    inside = np.tanh(names[where.names] + w["tag.weight"][where.tags])
    own = where.levels
    return np.concatenate(
        (
            np.clip((seen.numbers - w["mean"]) * w["scale"], -_CLIP, _CLIP),
            words / np.maximum(seen.weights, 1)[:, None],
            inside[own[0]],
            inside[own[1]],
            inside[own[2]],
            upwards_sum(inside, where.parents)[own[0]] * np.float32(0.25),
            upwards_max(inside, where.parents)[own[0]],
            np.tanh(names[seen.inline]),
        ),
        axis=1,
        dtype=np.float32,
    )


def _bags(table: Floats, ids: Ints, owner: Ints, count: int) -> Floats:
    """The sum of the vectors of each owner's words; ``owner`` rises."""
    result = np.zeros((count, table.shape[1]), np.float32)
    if ids.size:
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        result[owner[starts]] = np.add.reduceat(table[ids], starts, axis=0)
    return result


def _ranges(seen: Features) -> tuple[Ints, Ints, Floats]:
    """Where each block looks: first and last of its ranges (blocks by kinds), and one over their lengths."""
    where = seen.places
    count = len(seen.weights)
    position = np.arange(count)[:, None]
    offsets = np.array(WINDOWS)
    page = np.zeros((count, 1), np.int64)
    low = np.concatenate((np.clip(position + offsets[:, 0], 0, count), where.low[where.levels].T, page), axis=1)
    high = np.concatenate(
        (np.clip(position + offsets[:, 1], 0, count), where.high[where.levels].T, page + count), axis=1
    )
    return low, high, (1 / np.maximum(high - low, 1)).astype(np.float32)[:, :, None]


def _look_around(own: Floats, values: Floats, seen: Features, spans: tuple[Ints, Ints, Floats]) -> Floats:
    """Each block's own vector, the means of ``values`` over its ranges, and that of its heading, side by side."""
    low, high, share = spans
    # in double precision: the difference of two long sums is what is wanted
    sums = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=sums[1:])
    means = ((sums[high] - sums[low]) * share).astype(np.float32)
    return np.concatenate((own, means.reshape(len(values), -1), values[seen.heading]), axis=1)
