"""Article pages as evidence, with scores given by the test, for the tests in this folder. All text is our own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pipeline.article import Extraction
from pipeline.corpus.profiles import Known, LearnedProfile, PageEvidence, learn, read_evidence, sample, text_hash
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.verdict import Class, Decision, Verdict
from tests.run.places import MOMENT, story

SITE = "news.example"
BANNER = "The Post is read in four valleys and printed in one of them."
Scored = tuple[str, float]


@cache
def _any_article() -> Extraction:
    return extract(Page("http://news.example/day/1", story(1), "text/html", MOMENT))


def body(name: str, score: float = 0.98, words: int = 40) -> list[Scored]:
    """Two paragraphs that no other name has."""
    texts = [" ".join(f"{name}{part}{number}" for number in range(words // 2)) for part in ("first", "second")]
    return [(text, score) for text in texts]


def extraction(*blocks: Scored) -> Extraction:
    """An article page of these blocks with these scores."""
    verdicts = tuple(
        Verdict(Decision.KEEP if score >= 0.5 else Decision.REMOVE, Class.BODY, None, "", score) for _, score in blocks
    )
    return replace(_any_article(), block_texts=tuple(text for text, _ in blocks), verdicts=verdicts)


def evidence(address: str, *blocks: Scored, day: int = 1) -> PageEvidence:
    return PageEvidence(text_hash(address), f"2026-03-{day:02}T12:00:00+00:00", read_evidence(extraction(*blocks))[0])


def known(*blocks: Scored) -> dict[int, Known]:
    texts = read_evidence(extraction(*blocks))[1]
    return {key: Known(text, "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00+00:00") for key, text in texts.items()}


def learned(pages: dict[str, list[Scored]], struck: tuple[str, ...] = ()) -> LearnedProfile:
    """What is learned of pages by address, each a list of blocks."""
    texts = known(*(block for blocks in pages.values() for block in blocks))
    chosen = sample(evidence(address, *blocks) for address, blocks in pages.items())
    return learn(SITE, chosen, texts, {text_hash(text) for text in struck})


def texts(profile: LearnedProfile) -> set[str]:
    return {entry.text for entry in profile.entries}
