"""What a run did, as one value: the books, the outcomes, what was removed and why, and where everything lies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.exit_code import ExitCode, first_of
from pipeline.outcome import Outcome
from pipeline.run.job import Job
from pipeline.store.durable import replace_file
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Books, Ledger, OutcomeRow
from pipeline.store.sums import removals_of_run, repeated_versions, rows_of_run
from pipeline.store.tables import Row, write_outcomes
from pipeline.store.warc import DamagedRecord

REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. Times are ISO, UTC; ``seconds`` is wall time by stage; ``problems`` says what does not balance.

    ``outcomes`` counts addresses, ``removals`` removed blocks by reason, ``rows`` the new rows of ``articles``.
    ``reasons`` says in words why the exit code is not 0.
    """

    run_id: str
    job: str
    started_at: str
    finished_at: str
    exit_code: int
    reasons: tuple[str, ...]
    known: int
    archived: int
    extracted: int
    awaiting: int
    rows: int
    outcomes: Mapping[str, int]
    removals: Mapping[str, int]
    problems: tuple[str, ...]
    damaged: tuple[str, ...]
    release: str
    seconds: Mapping[str, float]
    data: str

    @property
    def books(self) -> str:
        """The books in one line."""
        sums = " + ".join(f"{count} {outcome}" for outcome, count in self.outcomes.items()) or "0"
        verdict = "balanced" if not self.problems else "NOT BALANCED: " + "; ".join(self.problems)
        return (
            f"{self.known} addresses = {sums} | {self.archived} archived = {self.extracted} built"
            f" + {self.awaiting} awaiting | {self.rows} new rows | {verdict}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**asdict(self), "books": self.books}


@dataclass(frozen=True, slots=True)
class Told:
    """What only the job knows and no file says: exit codes so far, damage met, and how long things took."""

    codes: tuple[int, ...] = ()
    damaged: tuple[DamagedRecord, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    release: str = ""


def close_run(job: Job, data: DataDir, ledger: Ledger, run_id: str, told: Told) -> RunReport:
    """Write the outcomes table and the report of a run; in that order, both replaced when done again.

    Raises:
        OSError: the disk refused.
    """
    write_outcomes(data, run_id, (outcome_row(row) for row in ledger.outcomes(run_id)))
    books = ledger.books(run_id)
    # Else each report would read the tables of all runs before it.
    others = ledger.batches_of_others(run_id)
    rows, repeated = rows_of_run(data, run_id, others), repeated_versions(data)
    problems = [*books.problems, *_row_problems(books, rows, repeated)]
    reasons = _share_reasons(job, books)
    if problems:
        reasons[ExitCode.BROKEN] = "the books do not balance"
    if told.damaged:
        reasons.setdefault(ExitCode.FAILED, f"{len(told.damaged)} damaged places in WARC files")
    run = ledger.run(run_id)
    report = RunReport(
        run_id=run_id,
        job=run.job if run else job.job.name,
        started_at=datetime.fromtimestamp(run.started_at, UTC).isoformat() if run else "",
        finished_at=datetime.now(UTC).isoformat(),
        exit_code=int(first_of([*told.codes, *reasons, ExitCode.FINE])),
        reasons=tuple(reasons.values()),
        known=books.known,
        archived=books.archived,
        extracted=books.extracted,
        awaiting=books.awaiting,
        rows=rows,
        outcomes=dict(books.by_outcome),
        removals=removals_of_run(data, run_id, others),
        problems=tuple(problems),
        damaged=tuple(f"{each.file} at byte {each.offset}: {each.reason}" for each in told.damaged),
        release=told.release,
        seconds=dict(told.seconds),
        data=str(data.root),
    )
    text = json.dumps(report.as_dict(), indent=2, ensure_ascii=False).encode("utf-8", "replace")
    replace_file(data.runs / run_id / REPORT, lambda stream: stream.write(text + b"\n"))
    return report


def read_report(data: DataDir, run_id: str | None = None) -> RunReport:
    """The report of a run, or of the last one that has a report.

    Raises:
        LookupError: there is none.
    """
    folder = data.runs / run_id if run_id else max(_reported(data), default=None)
    if folder is None or not (folder / REPORT).is_file():
        raise LookupError(f"{data.runs}: no report{f' of {run_id}' if run_id else ''}; run a job first")
    found = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    values: dict[str, Any] = {field.name: found[field.name] for field in fields(RunReport)}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return RunReport(**values)


def _reported(data: DataDir) -> list[Path]:
    return [path.parent for path in data.runs.glob(f"*/{REPORT}")]


def outcome_row(row: OutcomeRow) -> Row:
    """A row of the ledger as one of the ``outcomes`` table."""
    values = {name: getattr(row, name) for name in OutcomeRow.__slots__}
    return {**values, "fetched_at": datetime.fromisoformat(row.fetched_at) if row.fetched_at else None}


def _row_problems(books: Books, rows: int, repeated: int) -> list[str]:
    articles = books.by_outcome.get(Outcome.ARTICLE, 0)
    problems = [f"{rows} new rows, but {articles} articles"] if rows != articles else []
    return problems + ([f"{repeated} versions stand in the table more than once"] if repeated else [])


def _share_reasons(job: Job, books: Books) -> dict[ExitCode, str]:
    """Exit code 4 and why, when more failed or was quarantined than the job allows."""
    found, allowed = [], job.job
    if books.failed_share > allowed.max_failed:
        what = f"{books.failed} of {books.asked} addresses that were asked failed"
        found.append(f"{what}, more than max_failed = {allowed.max_failed:g}")
    if books.quarantined_share > allowed.max_quarantined:
        what = f"{books.quarantined} of {books.pages} pages quarantined"
        found.append(f"{what}, more than max_quarantined = {allowed.max_quarantined:g}")
    return {ExitCode.FAILED: "; ".join(found)} if found else {}
