"""The benchmark's pages up to the verdicts, with weights that have not seen their site, and with parts switched off."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.corpus import page_bytes
from bench.labels import shares, tokens
from bench.quality import FOLD_WEIGHTS, fold_of, weights_of
from pipeline.block import Segments
from pipeline.extraction import judge as judging
from pipeline.extraction import model
from pipeline.extraction.decode import decode
from pipeline.extraction.judge import judge
from pipeline.extraction.kind import PageKind, page_kind
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.model import PageScores, score_page
from pipeline.extraction.outline import Outline, outline
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.extraction.rules import name_of
from pipeline.extraction.script_text import script_segments
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import Signals, read_signals
from pipeline.extraction.tables import whole_tables
from pipeline.flow import THIN
from pipeline.profile import SiteProfile
from pipeline.verdict import Decision, Verdict

PEOPLE = ("aeb", "wcxb", "fundus", "forum", "hand", "waddle", "cleaneval", "dragnet")
"""Sources whose gold text people made or checked: those of the benchmark's macro average."""


class Stage(NamedTuple):
    """One page before its verdicts; ``title`` is the article's as the metadata have it, ``script_chars`` as parsed."""

    url: str
    segments: Segments
    signals: Signals
    title: str | None
    scores: PageScores
    script_chars: int


class Judged(NamedTuple):
    """The verdicts of a page's blocks, the page as the rules saw it, and what kind of page they make."""

    verdicts: tuple[Verdict, ...]
    seen: Outline
    kind: PageKind


def shipped_alone() -> bool:
    """True where no weights of the folds were made: figures are then of weights that may know the page."""
    return not FOLD_WEIGHTS.is_dir()


@cache
def _weights(fold: int) -> model.Weights:
    return weights_of(-1 if shipped_alone() else fold)


def read_stage(folder: Path, row: dict[str, Any], *, second_look: bool = True) -> Stage | None:
    """A page of the benchmark, scored; None where it cannot be parsed. ``second_look`` as in ``flow.extract``."""
    try:
        tree = parse(decode(page_bytes(folder, row["id"]), None).text)
    except PageLimitError:
        return None
    url = row["url"] or f"https://{row['site']}/{row['id']}"
    return staged(url, segment(tree), read_signals(tree), tree.script_chars, fold_of(row), second_look=second_look)


def staged(
    url: str, segments: Segments, signals: Signals, script_chars: int, fold: int, *, second_look: bool = True
) -> Stage:
    """Blocks with their scores by the weights of a fold."""
    weights = _weights(fold)
    if not second_look:
        off = {**weights.second, "two.weight": weights.second["two.weight"] * 0, "two.bias": np.zeros(1, np.float32)}
        weights = weights._replace(second=off)
    model.weights = lambda: weights  # type: ignore[assignment]
    title = read_metadata(signals, segments, url, None).title
    return Stage(url, segments, signals, title, score_page(segments, signals.title or None), script_chars)


def verdicts_of(stage: Stage, profile: SiteProfile | None = None, *, whole: bool = True) -> Judged:
    """Scores and rules to verdicts, as ``flow.extract`` does it; ``whole`` keeps or refuses data tables as one."""
    segments, scores = stage.segments, stage.scores
    seen = outline(segments, stage.title, profile)
    keep = whole_tables(segments, scores.keep) if whole else scores.keep
    verdicts = judge(segments, seen, keep, scores.threshold)
    kind = page_kind(stage.url, seen, verdicts, stage.signals, scores.page_type, stage.script_chars)
    return Judged(verdicts, seen, kind)


def rewritten(stage: Stage, judged: Judged, fold: int) -> Stage:
    """The page's JSON-LD text in place of its own, where that is hardly a word; else the page as it is."""
    if judged.kind.outcome in THIN and (written := script_segments(stage.signals)) is not None:
        return staged(stage.url, written, stage.signals, stage.script_chars, fold)
    return stage


def kept_text(stage: Stage, judged: Judged) -> str:
    """The text of the blocks that stay, a line each."""
    pairs = zip(stage.segments.blocks, judged.verdicts, strict=True)
    return "\n".join([block.text for block, verdict in pairs if verdict.decision is Decision.KEEP])


def in_gold(stage: Stage, gold: str) -> Any:
    """For each block the share of its tokens that the gold text has, by place."""
    return shares([tokens(block.text) for block in stage.segments.blocks], tokens(gold))


@contextmanager
def without(rules: Collection[str]) -> Iterator[None]:
    """The judge with these rules (``names.share_bar``) taken out of those that overrule the score."""
    kept = judging._CERTAIN, judging._SURE  # noqa: SLF001
    try:
        judging._CERTAIN, judging._SURE = (  # noqa: SLF001
            tuple((rule, name) for rule, name in pairs if name_of(rule) not in rules) for pairs in kept
        )
        yield
    finally:
        judging._CERTAIN, judging._SURE = kept  # noqa: SLF001
