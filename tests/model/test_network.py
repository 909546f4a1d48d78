"""The network as it is fitted (torch) and as it is run (numpy) are one and the same."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.extraction import features, model
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from tests.model.test_model import PAGE, TITLE

torch = pytest.importorskip("torch", reason="torch is only there where weights are fitted")


def test_numpy_gives_what_torch_gives() -> None:
    from bench.fit import arrays, predict
    from bench.network import Network

    torch.manual_seed(1)
    seen = features.read(segment(parse(PAGE)), TITLE)
    network = Network(seen.numbers.shape[1], kinds=7).eval()
    weights = {name: array.astype(np.float32) for name, array in arrays(network).items()}
    scores, kinds = model.forward([weights, weights], seen)
    wanted, wanted_kinds = predict(network, seen)
    assert np.abs(scores - wanted).max() < 2e-3  # tables are kept in half precision
    assert np.abs(kinds - wanted_kinds).max() < 2e-3


def test_made_up_comments_leave_the_page_in_order() -> None:
    from bench.comments import with_comments

    segments = segment(parse(PAGE))
    share = np.array([float(len(block.text) > 80) for block in segments.blocks], np.float32)
    rng = np.random.default_rng(2)
    for _ in range(20):
        changed, labels = with_comments(segments, share, ["I have fished here for years.", "Who pays for it?"], rng)
        assert len(labels) == len(changed.blocks) > len(segments.blocks)
        assert labels.sum() == share.sum()
        assert all(c.parent < i for i, c in enumerate(changed.containers))
        kept = [b.text for b, value in zip(changed.blocks, labels, strict=True) if value]
        assert kept == [b.text for b, value in zip(segments.blocks, share, strict=True) if value]
        where = features.places(changed)
        assert all(where.low[b.container] <= b.position < where.high[b.container] for b in changed.blocks)
