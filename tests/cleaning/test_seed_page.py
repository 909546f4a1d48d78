"""The page that the project began with: every one of its 19 lines has the verdict and the class of the gold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.article import Article, Extraction
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.quality import Band
from pipeline.verdict import Class, Decision, Verdict

SEED = Path(__file__).parents[2].parent / "shared" / "seed"
pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="../shared/seed is not there")
LINES = range(19)
FLAGGED = {Class.BODY_SPUN, Class.TRUNCATED_FRAGMENT, Class.FOREIGN_LANGUAGE_INSERT}


@cache
def gold() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SEED / "gold.json").read_text("utf-8"))
    return found


@cache
def extraction() -> Extraction:
    url = "https://easyfacts41907.quickpages.example/81640417/easy-facts"
    return extract(Page(url, (SEED / "page.html").read_bytes(), "text/html", datetime(2026, 3, 4, tzinfo=UTC)))


def said(verdict: Verdict) -> str:
    """Our verdict in the words of the gold: what stays with a class of its own is flagged."""
    if verdict.decision is Decision.REMOVE:
        return "remove"
    return "flag" if verdict.block_class in FLAGGED else "keep"


@pytest.mark.parametrize("line", LINES)
def test_verdict_and_class_of_the_line(line: int) -> None:
    wanted, text, verdict = gold()["paragraphs"][line], extraction().block_texts[line], extraction().verdicts[line]
    assert " ".join(text.split()).startswith(wanted["prefix"].strip())
    assert (said(verdict), verdict.block_class.value) == (wanted["verdict"], wanted["class"])


def test_nothing_is_decided_without_a_word_on_why() -> None:
    found = extraction()
    assert len(found.verdicts) == len(LINES) == len(gold()["paragraphs"])
    assert all(verdict.rule for verdict in found.verdicts)
    templates = {part["index"] for part in gold()["paragraphs"] if part["template"] not in (None, "report_page")}
    logged = {removal.position: removal for removal in found.removals}
    assert all(logged[index].template and logged[index].similarity for index in templates)
    assert {removal.position for removal in found.removals} == {
        part["index"] for part in gold()["paragraphs"] if part["verdict"] == "remove"
    }


def test_the_record_says_what_kind_of_text_it_holds() -> None:
    article = extraction().article
    assert isinstance(article, Article)
    assert article.metadata.title == gold()["document_verdict"]["title"]
    assert (article.spin_score, article.spin_band, article.metadata.language) == (100, Band.QUARANTINE, "en")
    reasons = {"machine_spun", "patchwork", "truncated_paragraphs", "spun_boilerplate", "title_template"}
    assert set(article.flags) >= reasons
    flagged = [part["class"] for part in gold()["paragraphs"] if part["verdict"] == "flag"]
    assert [kind.value for kind in article.block_classes] == flagged
    assert len(article.body.split("\n\n")) == len(flagged)
    shown = {(trace.rule, trace.paragraph) for trace in article.spin_evidence}
    assert {("digit_to_word", 1), ("digit_to_word", 2), ("truncated_start", 5), ("truncated_end", 7)} <= shown
