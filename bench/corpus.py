"""The benchmark's pages as the network sees them: segments, features, labels, and which fold each site is in."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.labels import Shingles, f1, shares, shingles, tokens
from pipeline.block import Segments
from pipeline.extraction import features
from pipeline.extraction.decode import decode
from pipeline.extraction.features import Features
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import read_signals

MACRO = ("aeb", "wcxb", "fundus", "forum", "hand", "waddle", "cleaneval", "dragnet")
"""Sources of ``score.py``'s macro average."""
FOLDS = 4

# the benchmark's README says which sources may go into weights that ship; trafilatura, postlight and htmldate have no
# text to fit on, and the snippets of trafilatura are kept for measuring
_FITTED = frozenset({"aeb", "wcxb", "fundus", "forum", "readability", "newspaper"})


class Sample(NamedTuple):
    """One page: what the model sees, and what people say is its text.

    ``share`` is the share of each block's words that the gold text has (None where there is no gold text), ``words``
    the tokens of each block, ``gold`` the gold text's shingles.
    """

    id: str
    source: str
    site: str
    kind: str | None
    language: str
    segments: Segments
    title: str | None
    features: Features
    words: Sequence[Sequence[str]]
    share: np.ndarray | None
    gold: Shingles | None

    @property
    def fitted(self) -> bool:
        """May weights that ship be fitted on it, and is there a text to fit on?"""
        return self.share is not None and (self.source in _FITTED or self.id.startswith("hand/zh-"))

    @property
    def fold(self) -> int:
        """The fold of its site, the same in every source."""
        return int(hashlib.sha1(self.site.encode()).hexdigest(), 16) % FOLDS

    def f1(self, keep: np.ndarray) -> float:
        """Shingle F1 of the kept blocks against the gold text, as ``score.py`` counts it."""
        return f1(self.gold or shingles([]), [token for i in np.flatnonzero(keep) for token in self.words[i]])


def read_truth(folder: Path) -> list[dict[str, Any]]:
    """The rows of ``truth.jsonl``."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def page_bytes(folder: Path, page_id: str) -> bytes:
    """The page as it came."""
    return gzip.decompress((folder / "pages" / f"{page_id}.html.gz").read_bytes())


def read_page(body: bytes) -> tuple[Segments, str | None] | None:
    """Segments and title of a page; None where there is nothing to score."""
    try:
        tree = parse(decode(body, None).text)
    except PageLimitError:
        return None
    segments = segment(tree)
    return (segments, read_signals(tree).title or None) if segments.blocks else None


def samples(folder: Path, rows: Sequence[dict[str, Any]]) -> Iterator[Sample]:
    """The pages that have blocks, in the order of the rows."""
    for row in rows:
        page = read_page(page_bytes(folder, row["id"]))
        if page is None:
            continue
        segments, title = page
        words = [tokens(block.text) for block in segments.blocks]
        gold = tokens(row["text"]) if row.get("text") is not None else None
        yield Sample(
            row["id"],
            row["source"],
            row["site"],
            row.get("page_type"),
            (row.get("lang") or "en")[:2].lower(),
            segments,
            title,
            features.read(segments, title),
            words,
            shares(words, gold) if gold is not None else None,
            shingles(gold) if gold is not None else None,
        )


def digest(folder: Path, ids: Sequence[str]) -> str:
    """The sha256 of the truth and of the named pages' bytes, first 16 hex: says what weights were made from."""
    state = hashlib.sha256((folder / "truth.jsonl").read_bytes())
    for page_id in sorted(ids):
        state.update((folder / "pages" / f"{page_id}.html.gz").read_bytes())
    return state.hexdigest()[:16]
