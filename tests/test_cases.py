"""Cases: a page, and what must be kept, moved to a field, or removed for which reason. No Python in a case.

A case is a folder ``tests/cases/<reason>/<slug>`` with ``page.html`` and ``case.toml``: ``url``, ``fetched_at``,
``why``, ``keeps`` (texts that must stand in the body), ``fields.<class>`` (texts that must have gone into a field),
``drops.<reason>`` (texts that must be removed for that reason), and ``outcome`` where it is not ``article``, with
``detail``, a piece of the evidence.
``title``, ``completeness``, ``page_type`` and ``spin_band`` are what the record must say; ``paragraphs`` (whole
paragraphs of the body, line breaks as ``\\n``), ``markdown`` (pieces of the Markdown), ``comments`` (whole comments),
``evidence`` (a piece of what says how whole it is; empty: nothing does), ``flags`` (all those of the text) and
``languages`` (each paragraph's) are what must stand in it, ``classes.<class>`` texts that are kept with that class.
``repeated`` are texts that the site's profile knows; ``mask`` are kinds to mask, ``masked`` those of the marks in page
order. Each text stands for the blocks that hold it, without regard to case and punctuation. Folders that are no reason:
``content_farm``, ``outcome``, ``structure``, ``language``.
``known_failure = "why"`` marks one that fails today; it breaks the build when it passes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.article import Article, Extraction
from pipeline.cleaning.fold import fold
from pipeline.flow import extract
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.verdict import Class, Decision, Reason

CASES = sorted(path.parent for path in Path(__file__).parent.glob("cases/*/*/case.toml"))
OTHER_FOLDERS = {"content_farm", "outcome", "structure", "language"}
OF_THE_RECORD = {"title", "completeness", "evidence", "page_type", "spin_band", "flags", "languages"} | {
    "paragraphs", "markdown", "comments"
}  # fmt: skip
OF_THE_PAGE = {"headline_repeated", "foreign_insert", "headline_not_on_page"}
"""Flags that speak of the page and not of its text."""
KEYS = OF_THE_RECORD | {
    "url", "fetched_at", "why", "known_failure", "outcome", "detail", "repeated", "mask", "masked", "keeps", "classes",
    "drops", "fields",
}  # fmt: skip


def _parameters() -> list[Any]:
    parameters = []
    for folder in CASES:
        case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        marks = [pytest.mark.xfail(reason=case["known_failure"], strict=True)] if "known_failure" in case else []
        parameters.append(pytest.param(folder, case, id=f"{folder.parent.name}/{folder.name}", marks=marks))
    return parameters


def _extract(folder: Path, case: dict[str, Any]) -> Extraction:
    page = Page(case["url"], (folder / "page.html").read_bytes(), "text/html", case["fetched_at"])
    repeated = frozenset(fold(text) for text in case.get("repeated", []))
    return extract(page, SiteProfile("news.example", "1", repeated) if repeated else None, case.get("mask", ()))


def _check_record(article: Article, case: dict[str, Any]) -> None:
    said = {
        "title": article.metadata.title,
        "completeness": article.completeness.value,
        "page_type": article.page_type.value,
        "spin_band": article.spin_band.value,
        "flags": [flag for flag in article.flags if flag not in OF_THE_PAGE],
        "languages": [each.language for each in article.block_languages],
    }
    if "evidence" in case:
        evidence = article.completeness_evidence or ""
        assert case["evidence"] in evidence if case["evidence"] else not evidence
    for key, value in said.items():
        assert case.get(key, value) == value, key
    for paragraph in case.get("paragraphs", []):
        assert paragraph in article.body.split("\n\n"), f"no paragraph: {paragraph!r}"
    for piece in case.get("markdown", []):
        assert piece in article.body_markdown, f"not in the Markdown: {piece!r}"
    for comment in case.get("comments", []):
        assert comment in article.comments


@pytest.mark.parametrize(("folder", "case"), _parameters())
def test_case(folder: Path, case: dict[str, Any]) -> None:
    extraction = _extract(folder, case)
    blocks = list(zip(extraction.block_texts, extraction.verdicts, strict=True))

    def found(text: str, decision: Decision) -> list[str]:
        return [
            str(verdict.reason or verdict.block_class)
            for block, verdict in blocks
            if fold(text) in fold(block) and verdict.decision is decision
        ]

    assert extraction.outcome == case.get("outcome", "article")
    if not isinstance(extraction.article, Article):
        assert case.get("detail", "") in extraction.article.detail
    for text in case.get("keeps", []):
        assert found(text, Decision.KEEP), f"not kept: {text!r}"
    if "masked" in case:
        marks = [removal.rule for removal in extraction.removals if removal.reason is Reason.MASKED]
        assert marks == [f"masking.{kind}" for kind in case["masked"]]
    for name, texts in case.get("classes", {}).items():
        for text in texts:
            assert name in found(text, Decision.KEEP), f"not kept as {name}: {text!r}"
    for name, texts in case.get("fields", {}).items():
        for text in texts:
            assert name in found(text, Decision.FIELD), f"not in field {name}: {text!r}"
    for reason, texts in case.get("drops", {}).items():
        for text in texts:
            assert reason in found(text, Decision.REMOVE), f"not removed for {reason}: {text!r}"
            assert not found(text, Decision.KEEP), f"kept somewhere: {text!r}"
    if isinstance(extraction.article, Article):
        _check_record(extraction.article, case)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_case_says_something(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    assert set(case) <= KEYS
    assert case["why"].strip()
    assert case.get("keeps") or case.get("classes") or case.get("drops") or case.get("fields") or case.get("outcome")
    assert set(case.get("drops", {})) <= {reason.value for reason in Reason}
    assert set(case.get("fields", {})) | set(case.get("classes", {})) <= {block_class.value for block_class in Class}
    assert case.get("outcome", "article") in set(Outcome)
    assert not OF_THE_RECORD & set(case) or case.get("outcome", "article") == "article"
    assert "detail" not in case or "outcome" in case
    assert folder.parent.name in {reason.value for reason in Reason} | OTHER_FOLDERS
    assert folder.parent.name in OTHER_FOLDERS or folder.parent.name in case.get("drops", {}) or case.get("keeps")


@pytest.mark.parametrize("reason", Reason)
def test_reason_has_its_pages(reason: Reason) -> None:
    """A page that needs the reason, and one that resists it: whose text looks like it and is kept."""
    cases = [tomllib.loads((folder / "case.toml").read_text()) for folder in CASES if folder.parent.name == reason]
    needs = [
        case for case in cases
        if reason in case.get("drops", {}) or reason in case.get("fields", {}) or case.get("masked")
    ]  # fmt: skip
    assert needs
    assert len(needs) < len(cases)
