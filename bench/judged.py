"""The benchmark's pages as the flow judges them: weights that have not seen their site, parts that can be taken out.

What the flow hands to the judge is written down on the way, so that a page can be judged again without a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from bench.corpus import page_bytes
from bench.labels import shares, tokens
from bench.quality import FOLD_WEIGHTS, fold_of, weights_of
from pipeline import flow
from pipeline.article import Extraction
from pipeline.block import Segments
from pipeline.extraction import judge as judging
from pipeline.extraction import model
from pipeline.extraction.judge import judge
from pipeline.extraction.outline import Outline
from pipeline.extraction.tables import whole_tables
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.verdict import Decision, Verdict

PEOPLE = ("aeb", "wcxb", "fundus", "forum", "hand", "waddle", "cleaneval", "dragnet")
"""Sources whose gold text people made or checked: those of the benchmark's macro average."""


class Asked(NamedTuple):
    """What the judge was asked of a page: its blocks, the page as rules see it, keep-scores, the page's threshold."""

    segments: Segments
    seen: Outline
    scores: tuple[float, ...]
    threshold: float

    def verdicts(self) -> tuple[Verdict, ...]:
        """The judge's own, one a block: what the cleaners mark later is not in them."""
        return judge(*self)

    def text(self) -> str:
        """The text of the blocks that stay, a line each."""
        pairs = zip(self.segments.blocks, self.verdicts(), strict=True)
        return "\n".join([block.text for block, verdict in pairs if verdict.decision is Decision.KEEP])


class Judged(NamedTuple):
    """A page as the flow gave it. ``asked`` is None where nothing was judged, for a page that cannot be parsed.

    ``scores`` are the keep-scores before tables were made whole, ``title`` the text of ``<title>`` that they were made
    with; ``readings`` says how often the page was read.
    """

    extraction: Extraction
    asked: Asked | None
    scores: tuple[float, ...]
    title: str | None
    readings: int


def shipped_alone() -> bool:
    """True where no weights of the folds were made: figures are then of weights that may know the page."""
    return not FOLD_WEIGHTS.is_dir()


@cache
def _weights(fold: int) -> model.Weights:
    return weights_of(-1 if shipped_alone() else fold)


def address_of(row: dict[str, Any]) -> str:
    """The page's address; a made-up one on its site where it is not known."""
    return row["url"] or f"https://{row['site']}/{row['id']}"


def judged(folder: Path, row: dict[str, Any], profile: SiteProfile | None = None, **parts: Any) -> Judged:
    """One page, extracted. ``parts`` are names of ``pipeline.flow`` and what to put in their place."""
    weights = _weights(fold_of(row))
    asked: list[Asked] = []
    scored: list[tuple[float, ...]] = []
    titles: list[str | None] = []

    def score(segments: Segments, title: str | None) -> model.PageScores:
        titles.append(title)
        return model.score_page(segments, title)

    def write_down(segments: Segments, seen: Outline, scores: Any, threshold: float) -> tuple[Verdict, ...]:
        asked.append(Asked(segments, seen, tuple(scores), threshold))
        return judge(segments, seen, scores, threshold)

    def whole(segments: Segments, scores: Sequence[float]) -> tuple[float, ...]:
        scored.append(tuple(scores))
        return whole_tables(segments, scores)

    page = Page(url=address_of(row), body=page_bytes(folder, row["id"]), content_type=None, fetched_at=None)
    parts = {"judge": write_down, "whole_tables": whole, "score_page": score, **parts}
    with patch.object(model, "weights", lambda: weights), patch.multiple(flow, **parts):
        extraction = flow.extract(page, profile)
    # of several readings of a page the one that its texts are from
    texts = [tuple([block.text for block in each.segments.blocks]) for each in asked]
    if extraction.block_texts not in texts:
        return Judged(extraction, None, (), None, 0)
    place = texts.index(extraction.block_texts)
    return Judged(extraction, asked[place], scored[place], titles[place], len(asked))


def without_second_look(row: dict[str, Any], page: Judged) -> Asked | None:
    """What the judge would be asked if the networks' first scores were the last."""
    if page.asked is None:
        return None
    weights = _weights(fold_of(row))
    second = {**weights.second, "two.weight": weights.second["two.weight"] * 0, "two.bias": np.zeros(1, np.float32)}
    with patch.object(model, "weights", lambda: weights._replace(second=second)):
        first = model.score_page(page.asked.segments, page.title)
    scores = whole_tables(page.asked.segments, first.keep)
    return page.asked._replace(scores=scores, threshold=first.threshold)


def in_gold(asked: Asked, gold: str) -> Any:
    """For each block the share of its tokens that the gold text has, by place."""
    return shares([tokens(block.text) for block in asked.segments.blocks], tokens(gold))


@contextmanager
def without(rules: Collection[str]) -> Iterator[None]:
    """The judge with these rules (``templates.boilerplate``) taken out, whether they overrule the score or explain."""
    names = ("_CERTAIN", "_SURE", "_EXPLAINING")
    left: dict[str, Any] = {
        name: tuple(pair for pair in getattr(judging, name) if pair[1] not in rules) for name in names
    }
    with patch.multiple(judging, **left):
        yield
