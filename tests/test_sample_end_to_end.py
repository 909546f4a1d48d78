"""The demo's output against ``data/sample/expected.toml``: real HTTP, real crawl, real tables.

One test an address. What the keys mean stands in ``data/sample/README.md``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT, Demo

EXPECTED: list[dict[str, Any]] = tomllib.loads((ROOT / "data/sample/expected.toml").read_text(encoding="utf-8"))["page"]
UNNAMED = {"unlike_article", "repeated_on_site"}
"""Reasons that remove a block without knowing what it is."""
MAY_BE_FIELD = {"comments", "author_bio", "byline_dateline"}
BODY_KEYS = ("keeps", "removes", "absent")
STILL_WRONG: dict[str, list[str]] = tomllib.loads((ROOT / "tests/sample/still_wrong.toml").read_text(encoding="utf-8"))
NAMED_RIGHTLY = 0.8
"""Floor of the share of removed blocks that have the very reason expected; raise it when rules learn more."""


def name_of(page: dict[str, Any]) -> str:
    parts = urlsplit(page["url"])
    return f"{parts.netloc.removesuffix('.example')}{parts.path}"


def pages(kind: str, *keys: str) -> list[Any]:
    """The pages that say something of ``keys``; those known to be still wrong must fail, so that none is forgotten."""
    found = [page for page in EXPECTED if not keys or set(keys) & set(page)]
    strict = pytest.mark.xfail(strict=True, reason="tests/sample/still_wrong.toml")
    wrong = STILL_WRONG[kind]
    assert set(wrong) <= {page["url"] for page in found}, f"{kind} of still_wrong.toml names pages that are not there"
    return [pytest.param(page, id=name_of(page), marks=[strict] if page["url"] in wrong else []) for page in found]


@dataclass(frozen=True)
class Tables:
    """The demo's tables, by address."""

    outcomes: dict[str, dict[str, Any]]
    articles: dict[str, dict[str, Any]]
    removed: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def tables(demo: Demo) -> Tables:
    release = (demo.data / "releases" / "CURRENT").read_text().strip()
    removed = defaultdict(list)
    for row in pq.read_table(demo.data / "removals").to_pylist():
        removed[row["url"]].append(row)
    return Tables(
        {row["url"]: row for row in pq.read_table(demo.data / "outcomes").to_pylist()},
        {row["url"]: row for row in pq.read_table(demo.data / "releases" / release / "articles").to_pylist()},
        dict(removed),
    )


def folded(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def article_of(page: dict[str, Any], tables: Tables) -> dict[str, Any]:
    """The row of a page; of a group of copies that of whichever was fetched first."""
    group = page.get("duplicate_group")
    urls = [other["url"] for other in EXPECTED if other.get("duplicate_group") == group] if group else [page["url"]]
    rows = [tables.articles[url] for url in urls if url in tables.articles]
    assert len(rows) == 1, f"{len(rows)} rows for {urls}"
    return rows[0]


def day_in_its_own_zone(moment: datetime | None, raw: str | None) -> str | None:
    """The day that the page means: the table's moment is UTC, the zone stands in the page's own writing beside it."""
    try:
        zone = datetime.fromisoformat(raw or "").tzinfo
    except ValueError:
        zone = None
    return moment and moment.astimezone(zone or UTC).date().isoformat()


@pytest.mark.parametrize(
    ("moment", "raw", "day"),
    [
        ("2026-03-11T23:40:00Z", "2026-03-12T00:40:00+01:00", "2026-03-12"),
        ("2026-03-12T05:00:00Z", "2026-03-11T23:00:00-06:00", "2026-03-11"),
        ("2026-03-11T23:40:00Z", "2026-03-12", "2026-03-11"),
        ("2026-03-12T00:00:00Z", "12 March 2026", "2026-03-12"),
    ],
)
def test_the_day_is_read_from_the_moment_in_the_zone_of_its_writing(moment, raw, day):
    assert day_in_its_own_zone(datetime.fromisoformat(moment), raw) == day


@pytest.mark.parametrize("page", pages("outcome"))
def test_each_address_has_the_outcome_expected(page, tables):
    if page["url"] not in tables.outcomes:
        assert page.get("optional") or not {"outcome", "duplicate_group"} & set(page), "the crawl never met it"
        return
    outcome = tables.outcomes[page["url"]]["outcome"]
    if "duplicate_group" in page:
        assert outcome in {"article", "duplicate"}
    elif "outcome" in page:
        assert outcome == page["outcome"], tables.outcomes[page["url"]]["detail"]
    if page.get("not_article"):
        assert outcome != "article"


@pytest.mark.parametrize("page", pages("fields", "title", "authors", "date", "language"))
def test_each_article_has_its_fields(page, tables):
    row = article_of(page, tables)
    found = {
        "title": row["title"],
        "authors": row["authors"],
        "language": row["language"],
        "date": day_in_its_own_zone(row["published_at"], row["published_raw"]),
        "page_type": row["page_type"],
        "completeness": row["completeness"],
    }
    wanted = {key: page[key] for key in found if key in page}
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("page", pages("body", *BODY_KEYS))
def test_what_is_kept_and_what_is_removed(page, tables):
    row = article_of(page, tables)
    body = folded(row["body"])
    lost = [text for text in page.get("keeps", []) if folded(text) not in body]
    gone = [(reason, text) for reason, texts in page.get("removes", {}).items() for text in texts]
    left = [text for text in (*page.get("absent", []), *(text for _, text in gone)) if folded(text) in body]
    logged = " | ".join(folded(block["text"]) for block in tables.removed.get(row["url"], []))
    fields = folded(" ".join([row["author_bio"] or "", *row["comments"]]))
    unlogged = [
        (reason, text)
        for reason, text in gone
        if folded(text) not in logged and reason != "byline_dateline"
        if not (reason in MAY_BE_FIELD and folded(text) in fields)
    ]
    assert (lost, left, unlogged) == ([], [], [])


def test_most_removed_blocks_are_named_rightly(tables):
    """Beside what the body says: that the log knows what it removed."""
    right: Counter[bool] = Counter()
    wrong = []
    for page in EXPECTED:
        for reason, texts in page.get("removes", {}).items():
            for text in texts:
                blocks = tables.removed.get(article_of(page, tables)["url"], [])
                reasons = {block["reason"] for block in blocks if folded(text) in folded(block["text"])}
                right[reason in reasons] += bool(reasons)
                if reasons and reason not in reasons:
                    wrong.append((name_of(page), reason, sorted(reasons), text[:60]))
    share = right[True] / right.total()
    assert share >= NAMED_RIGHTLY, f"{share:.3f} of {right.total()}; wrong: {wrong}"


def test_every_answer_that_came_whole_is_in_the_archive(demo, tables):
    """Also redirects and error pages; what the guard or robots.txt kept from being asked has no record."""
    for row in tables.outcomes.values():
        assert (row["warc_file"] is None) == row["outcome"].startswith("blocked."), row["url"]
        if row["warc_file"] is not None:
            size = (demo.data / "raw" / row["warc_file"]).stat().st_size
            assert 0 < row["warc_length"] <= size - row["warc_offset"]
