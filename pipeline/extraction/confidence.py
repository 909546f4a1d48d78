"""How good the kept text of a page is likely to be: an estimate of its F1.

Made from the scores alone and from what kind of text they keep: how sure the scores are, how much is kept, how
scattered it is. A small network turns that into an estimate; ``weights/MODEL_CARD.md`` has its calibration.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction.features import Features
from pipeline.extraction.features_text import Floats
from pipeline.extraction.second_look import chances

# columns of ``Features.numbers`` whose mean over the kept words is looked at: length, share of small words, sentence
# ends a word, link density, share of characters without word spaces
KEPT_COLUMNS = (1, 6, 10, 39, 4)
SIGNS = 18 + len(KEPT_COLUMNS)


def expected_f1(keep: NDArray[Any], words: Floats) -> tuple[float, float]:
    """The score from which on blocks are kept for the highest expected F1, by words, and that expectation.

    >>> expected_f1(np.array([0.9, 0.1]), np.array([10.0, 10.0], np.float32))[0]
    0.9
    """
    order = np.argsort(-keep, kind="stable")
    size = words[order].astype(np.float64) + 1e-6
    mass = keep[order] * size
    expected = 2 * np.cumsum(mass) / (np.cumsum(size) + mass.sum())
    best = int(expected.argmax())
    return float(keep[order[best]]), float(expected[best])


def signs(keep: NDArray[Any], threshold: float, expected: float, kind: Floats, seen: Features) -> Floats:
    """What the estimate is made from, ``SIGNS`` numbers of the order of 1. ``kind``: logits of the page's kind."""
    words = seen.weights + np.float32(1e-3)
    kept = keep >= threshold
    total, total_kept = float(words.sum()), float(words[kept].sum())
    sure = np.abs(2 * keep - 1)
    kept_words = words * kept
    runs = np.count_nonzero(np.diff(kept.astype(np.int8), prepend=0) > 0)
    return np.concatenate(
        (
            [
                expected,
                threshold,
                np.log1p(total_kept) / 5,
                np.log1p(total) / 5,
                total_kept / total,
                (sure * words).sum() / total,
                (keep * kept_words).sum() / total_kept,
                (keep * (words - kept_words)).sum() / max(total_kept, 1.0),
                words[(keep > 0.2) & (keep < 0.8)].sum() / max(total_kept, 1.0),
                np.log1p(len(keep)) / 5,
                runs / 10,
            ],
            chances(kind),
            (kept_words[:, None] * seen.numbers[:, KEPT_COLUMNS]).sum(axis=0) / total_kept,
        ),
        dtype=np.float32,
    )


def estimate(weights: dict[str, NDArray[np.float32]], seen: Floats) -> float:
    """The estimate, 0 to 1, from the signs."""
    x = np.clip((seen - weights["mean"]) * weights["scale"], -4, 4)
    h = np.tanh(x @ weights["one.weight"] + weights["one.bias"])
    logit = float(h @ weights["two.weight"][:, 0] + weights["two.bias"][0])
    return 1 / (1 + float(np.exp(-logit)))
