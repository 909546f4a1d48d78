"""A job in a folder of its own, crawled by a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store.layout import DataDir
from pipeline.store.ledger import Books, Ledger, OutcomeRow
from tests.crawl.web import Web

SECONDS = 300  # a safety limit, never a measurement


@dataclass(frozen=True)
class Crawled:
    """What a crawl left behind: exit code, log, and the rows of its newest run by address."""

    code: int
    log: str
    rows: dict[str, OutcomeRow]
    books: Books

    def outcome(self, url: str) -> str:
        """The outcome of an address; "archived" when it awaits the build."""
        row = self.rows[url]
        return "archived" if row.outcome == "pending" and row.warc_file else row.outcome


@dataclass(frozen=True)
class JobFolder:
    """A job file and its data folder."""

    path: Path

    @property
    def data(self) -> DataDir:
        return DataDir(self.path.parent / "data")

    def command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "spiders", str(self.path), *options]

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(self.command(*options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def crawl(self, *options: str) -> Crawled:
        done = subprocess.run(
            self.command(*options),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return self.result(done.returncode, done.stdout)

    def result(self, code: int, log: str) -> Crawled:
        with Ledger(self.data.ledger) as ledger:
            run = ledger.runs()[-1].run_id
            return Crawled(code, log, {row.url: row for row in ledger.outcomes(run)}, ledger.books(run))


def write_job(
    folder: Path,
    web: Web,
    start: Sequence[str],
    *,
    hosts: Iterable[str],
    crawl: str = "delay = 0.0",
    site: str = "",
    elsewhere: dict[str, str] | None = None,
) -> JobFolder:
    """A job on that web; ``hosts`` resolve to it, ``elsewhere`` maps further names to endpoints not allowed."""
    resolve = dict.fromkeys(hosts, web.endpoint) | (elsewhere or {})
    table = ", ".join(f"{json.dumps(host + ':80')} = {json.dumps(endpoint)}" for host, endpoint in resolve.items())
    path = folder / "job.toml"
    path.write_text(
        f"""
[job]
name = "test"
contact = "mailto:crawl@example.org"
[crawl]
{crawl}
{"" if "rights_files" in crawl else "rights_files = []"}
allow_addresses = ["{web.endpoint}"]
resolve = {{ {table} }}
[[sites]]
start = {json.dumps(list(start))}
{site}
""",
        encoding="utf-8",
    )
    return JobFolder(path)
