"""The ledger's file, its transactions and its runs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.store.ledger_schema import connect
from pipeline.store.visits import Run


class LedgerFile:
    """One connection. Not to be shared between threads or processes."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, made when missing; raises ``LedgerError`` or ``sqlite3.OperationalError``."""
        self.path = path
        self._db = connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. An open group of writes is given up: what was not committed did not happen."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside, or none. Inside an open group it joins that group."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def begin_group(self) -> None:
        """Open a group of writes, unless one is open. The crawl commits many pages at once: one fsync for all."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def commit_group(self) -> None:
        """Make the group last. The caller has flushed the WARC file before: raw first, then the ledger."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def begin_run(self, job: str, now: datetime) -> Run:
        """The newest run of that job that is not finished; if there is none, a new one."""
        row = self._db.execute(
            "SELECT * FROM runs WHERE job = ? AND finished_at IS NULL ORDER BY started_at DESC, run_id DESC LIMIT 1",
            (job,),
        ).fetchone()
        return Run(**row) if row else self.new_run(job, now)

    def new_run(self, job: str, now: datetime) -> Run:
        """A new run, whether or not another is open."""
        # Runs, their files and folders are put in order by name: within a second by its millionths, then by lot.
        run_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{now.microsecond:05x}{secrets.token_hex(3)}"
        run = Run(run_id, job, now.timestamp())
        with self.transaction():
            self._db.execute(
                "INSERT INTO runs (run_id, job, started_at) VALUES (?, ?, ?)", (run.run_id, run.job, run.started_at)
            )
        return run

    def run(self, run_id: str) -> Run | None:
        """The run of that id."""
        row = self._db.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        return Run(**row) if row else None

    def runs(self, job: str | None = None) -> list[Run]:
        """All runs (of a job), oldest first."""
        rows = self._db.execute(
            "SELECT * FROM runs WHERE ?1 IS NULL OR job = ?1 ORDER BY started_at, run_id", (job,)
        ).fetchall()
        return [Run(**row) for row in rows]

    def crawled_runs(self, job: str) -> list[Run]:
        """Runs of a job whose crawl is finished and that are not over, oldest first."""
        return [run for run in self.runs(job) if run.crawl_finished_at is not None and run.finished_at is None]

    def finish_crawl(self, run_id: str, now: datetime) -> None:
        """Nothing more will be fetched in this run."""
        self._stamp("crawl_finished_at", run_id, now)

    def finish_build(self, run_id: str, now: datetime) -> None:
        """Everything that the run archived has been built."""
        self._stamp("build_finished_at", run_id, now)

    def finish_run(self, run_id: str, exit_code: int, now: datetime) -> None:
        """The run is over; the next one of this job will be a new one."""
        with self.transaction():
            self._stamp("finished_at", run_id, now)
            self._db.execute("UPDATE runs SET exit_code = ? WHERE run_id = ?", (exit_code, run_id))

    def _stamp(self, column: str, run_id: str, now: datetime) -> None:
        with self.transaction():
            # The column is one of three names written in this class.
            self._db.execute(f"UPDATE runs SET {column} = ? WHERE run_id = ?", (now.timestamp(), run_id))  # noqa: S608
