"""Hostile markup and charsets through the real workers: a named outcome each, and no article passes for empty."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import extract_many
from pipeline.article import Article, Extraction
from pipeline.page import Page
from pipeline.run.jobs import build_job
from pipeline.run.report import read_report
from pipeline.run.worker_process import Limits
from pipeline.store import schema
from pipeline.store.rows import Origin, article_row, removal_rows
from pipeline.store.tables import to_table, write_table
from tests.reliability.pages import charsets, structure, swallowed, texts
from tests.reliability.pages.hostile import Hostile
from tests.run.places import MOMENT, data_of, write_job, write_warc

PAGES = (*structure.PAGES, *swallowed.PAGES, *charsets.PAGES, *texts.PAGES)
LIMITS = Limits(cpu_s=60, wall_s=300.0)  # nets, not measures: what a page costs is not what is tested here

Extracted = dict[str, tuple[Hostile, Page, Extraction]]


@pytest.fixture(scope="module")
def extracted() -> Extracted:
    """Every page through real workers, once."""
    pages = [
        Page(
            f"http://hostile.example/{each.name}", each.make(), each.content_type, MOMENT, warc_file="a", warc_offset=0
        )
        for each in PAGES
    ]
    found = extract_many(pages, workers=2, limits=LIMITS)
    return {each.name: (each, page, extraction) for each, page, extraction in zip(PAGES, pages, found, strict=True)}


def test_every_page_has_an_outcome_that_fits_and_no_article_is_lost(extracted: Extracted) -> None:
    wrong = []
    for hostile, _, extraction in extracted.values():
        blocks = "\n".join(extraction.block_texts)
        body = extraction.article.body if isinstance(extraction.article, Article) else ""
        if extraction.outcome not in hostile.outcomes:
            wrong.append(f"{hostile.name}: {extraction.outcome}")
        elif not extraction.outcome.startswith("quarantined."):
            wrong += [f"{hostile.name}: {words!r} is lost" for words in hostile.keeps if words not in blocks]
            wrong += [f"{hostile.name}: {words!r} stands in the body" for words in hostile.drops if words in body]
    assert wrong == []


def test_the_suite_is_as_large_as_promised() -> None:
    assert len(PAGES) >= 200
    assert [name for name, count in Counter(each.name for each in PAGES).items() if count > 1] == []


def test_whatever_comes_of_them_can_be_written_and_read(extracted: Extracted, tmp_path: Path) -> None:
    """One text that Arrow does not take would cost the whole batch."""
    articles, removals = [], []
    for hostile, page, extraction in extracted.values():
        origin = Origin("hostile.example", "run", hostile.name)
        removals += removal_rows(extraction, page, origin)
        if isinstance(extraction.article, Article):
            articles.append(article_row(extraction.article, page, extraction.page_digest, origin))
    for name, rows, declared in (("a", articles, schema.ARTICLES), ("r", removals, schema.REMOVALS)):
        write_table(tmp_path / name, to_table(rows, declared), declared)
    read = pq.ParquetFile(tmp_path / "a").read(["title", "body", "body_markdown", "authors"]).to_pylist()
    assert len(read) == len(articles) > 100
    assert pq.ParquetFile(tmp_path / "r").metadata.num_rows == len(removals)
    seen = {
        character
        for row in read
        for text in (row["title"] or "", row["body"], row["body_markdown"])
        for character in text
    }
    assert not [
        hex(ord(each)) for each in seen if (ord(each) < 32 and each not in "\n\t") or 0xD800 <= ord(each) < 0xE000
    ]
    assert not [
        row["body_markdown"] for row in read if "](javascript:" in row["body_markdown"].replace(" ", "").lower()
    ]


def test_a_whole_build_takes_a_swallowed_page_for_an_article(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    pages = [(f"http://news.example/{each.name}", each.make()) for each in swallowed.PAGES[:12]]
    assert build_job(job, [write_warc(tmp_path, pages)]) in {0, 4}
    report = read_report(data_of(job))
    assert report.problems == ()
    assert "reject.empty" not in report.outcomes
