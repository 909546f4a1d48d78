"""What the demo shows at its end: the articles, the removals, the books, and where everything lies."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from shutil import which
from typing import Any

import pyarrow.parquet as pq

from pipeline.run.job import Job
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Books, Ledger
from pipeline.store.releases import current_release
from pipeline.view.console import NARROW, say, say_table, shorten, width

_COLUMNS = ["title", "authors", "published_at", "site", "confidence", "word_count", "url", "language"]


def articles(data: DataDir) -> list[dict[str, Any]]:
    """The rows of the current release, by site and date."""
    table = pq.read_table(data.releases / current_release(data) / "articles", columns=_COLUMNS)
    return sorted(table.to_pylist(), key=lambda row: (row["site"], str(row["published_at"] or "")))


def removals(data: DataDir) -> list[dict[str, Any]]:
    """Every removed block: its reason, rule, text and page."""
    columns = ["reason", "rule", "text", "url"]
    files = sorted(data.removals.rglob("*.parquet"))
    return [row for file in files for row in pq.read_table(file, columns=columns).to_pylist()]


def books(data: DataDir) -> Books:
    """The books of the newest run."""
    with Ledger(data.ledger) as ledger:
        return ledger.books(ledger.runs()[-1].run_id)


def as_json(job: Job) -> dict[str, Any]:
    """The same for machines."""
    data = DataDir(job.data_dir)
    kept = books(data)
    return {
        "articles": articles(data),
        "removals": dict(Counter(row["reason"] for row in removals(data)).most_common()),
        "outcomes": dict(kept.by_outcome),
        "books_balance": kept.balanced,
        "job": job.path,
        "release": data.releases / current_release(data),
        "raw": data.raw,
        "ledger": data.ledger,
    }


def show(job: Job) -> None:
    """Print it for people."""
    data = DataDir(job.data_dir)
    rows = articles(data)
    _show_articles(rows)
    _show_removals(removals(data))
    _show_books(books(data))
    _show_places(job, data)
    _show_next(data, rows)


def _show_articles(rows: list[dict[str, Any]]) -> None:
    title_width = max(24, width() - 86)
    say_table(
        f"{len(rows)} articles",
        ["title", "author", "date", "site", "confidence", "words"],
        [
            [
                shorten(row["title"] or "", title_width),
                shorten(", ".join(row["authors"] or []), 18),
                row["published_at"].date() if row["published_at"] else "",
                shorten(row["site"], 24),
                f"{row['confidence']:.2f}",
                row["word_count"],
            ]
            for row in rows
        ],
    )


def _show_removals(rows: list[dict[str, Any]]) -> None:
    counted = Counter(row["reason"] for row in rows)
    examples = {row["reason"]: row["text"] for row in reversed(rows)}
    say_table(
        f"{len(rows)} blocks removed, each with its reason",
        ["reason", "blocks", "for example"],
        [[reason, count, shorten(examples[reason], NARROW - 40)] for reason, count in counted.most_common()],
    )


def _show_books(kept: Books) -> None:
    say_table(
        f"{kept.known} addresses, each with exactly one outcome",
        ["outcome", "addresses"],
        list(kept.by_outcome.items()),
    )
    say("The books balance." if kept.balanced else f"The books do not balance: {'; '.join(kept.problems)}")
    say()


def _show_places(job: Job, data: DataDir) -> None:
    say_table(
        "Where everything lies",
        ["what", "where"],
        [
            ["the table to load", _short(data.releases / current_release(data) / "articles")],
            ["every version of every article", _short(data.articles)],
            ["removed blocks", _short(data.removals)],
            ["outcomes of all addresses", _short(data.outcomes)],
            ["raw pages (WARC)", _short(data.raw)],
            ["the ledger (SQLite)", _short(data.ledger)],
            ["reports of the runs", _short(data.runs)],
            ["the job file", _short(job.path)],
        ],
    )


def _show_next(data: DataDir, rows: list[dict[str, Any]]) -> None:
    folder = _short(data.root)
    broadsheet = "broadsheet" if which("broadsheet") else _short(Path(sys.argv[0]).absolute())
    python = "python" if which("broadsheet") else _short(Path(sys.executable))
    say("To try next")
    if rows:
        url = max(rows, key=lambda row: (bool(row["authors"] and row["published_at"]), row["word_count"]))["url"]
        say(f"  {broadsheet} explain {url} --data {folder}")
        say(f"  {broadsheet} explain {url} --data {folder} --html page.html")
    say(f"  {python} -c \"import pipeline; print(pipeline.load('{folder}')[['title', 'site', 'word_count']])\"")
    say(f"  {broadsheet} init my-job.toml        # a job file of your own, every key explained")


def _short(path: Path) -> str:
    """From the working folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
