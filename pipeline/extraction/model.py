"""The learned keep-score: small networks over a page's blocks, run with numpy.

Blocks become vectors (numbers, words, names of the containers around them), look around twice (neighbours, containers,
the heading before, the page), and get one score each. ``bench/network.py`` is the same network as it is fitted;
``weights/MODEL_CARD.md`` says from what, and how good it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.article import PageType
from pipeline.block import Segments
from pipeline.extraction import features, second_look
from pipeline.extraction.confidence import estimate, expected_f1, signs
from pipeline.extraction.features import Features
from pipeline.extraction.features_text import Floats
from pipeline.extraction.network import Arrays, Networks, ready, rounded, run

_FILE = Path(__file__).parent / "weights" / "keep.npz"
KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")


class Weights(NamedTuple):
    """The shipped weights: networks (their logits are averaged), second look, estimate of the page's F1."""

    networks: Networks
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
    first, kind = run(w.networks, seen)
    keep = rounded(second_look.correct(w.second, first, kind, seen))
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
    return Weights(ready([groups[name] for name in sorted(groups)]), second, sure)


def forward(members: Sequence[Arrays], seen: Features) -> tuple[Floats, Floats]:
    """Logits of keeping each block, and of the page's kind, of networks that are not the shipped ones."""
    return run(ready(members), seen)
