from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.article import Metadata
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import read_signals

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
Read = Callable[..., Metadata]


@pytest.fixture
def read() -> Read:
    """HTML, address and time of the fetch → metadata, through the real parser."""

    def run(html: str, url: str = "https://paper.example/story", now: datetime | None = NOW) -> Metadata:
        tree = parse(html)
        return read_metadata(read_signals(tree), segment(tree), url, now)

    return run
