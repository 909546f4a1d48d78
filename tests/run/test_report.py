"""What a run is held against: shares of what was asked and of what was built, not of all that was ever heard of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.outcome import Outcome
from pipeline.store.ledger import Ledger
from pipeline.store.sums import rows_of_run
from pipeline.store.tables import write_batch
from pipeline.store.visits import Books
from tests.run.places import data_of, row, write_job


def books(awaiting: int = 0, **counts: int) -> Books:
    by_outcome = {Outcome[name]: count for name, count in counts.items()}
    return Books(sum(counts.values()), by_outcome, 0, 0, awaiting)


@pytest.mark.parametrize(
    ("given", "failed"),
    [
        (books(), 0.0),
        (books(TIMEOUT=5, ARTICLE=5, PENDING=990), 0.5),
        (books(TIMEOUT=5, GONE=3, REDIRECTED=2, BLOCKED_ROBOTS=80, BLOCKED_OPTOUT=5, TRAP_LIMIT=5), 0.5),
        (books(HTTP_ERROR=3, PENDING=9, awaiting=9), 0.25),
        (books(BLOCKED_ROBOTS_UNREACHABLE=7, BLOCKED_PORT=1), 1.0),
    ],
)
def test_failures_are_a_share_of_what_was_asked(given: Books, failed: float) -> None:
    assert given.failed_share == failed


@pytest.mark.parametrize(
    ("given", "quarantined"),
    [
        (books(TIMEOUT=9), 0.0),
        (books(QUARANTINED_CRASH=1, QUARANTINED_LIMIT=1, ARTICLE=3, UNCHANGED=3, DISCOVERY=90, GONE=500), 0.25),
    ],
)
def test_quarantined_pages_are_a_share_of_those_built(given: Books, quarantined: float) -> None:
    assert given.quarantined_share == quarantined


def test_a_report_opens_no_file_of_other_runs_and_every_file_that_the_ledger_does_not_know(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    data = data_of(job)
    write_batch(data, "a" * 16, [row("before")], [])
    write_batch(data, "b" * 16, [row("one"), row("two")], [])
    assert (rows_of_run(data, "run"), rows_of_run(data, "run", {"a" * 16})) == (3, 2)
    with Ledger(data.ledger) as ledger:
        before, run = (ledger.new_run("test", datetime.now(UTC)).run_id for _ in range(2))
        batch = ledger.plan_batch(before, [])
        assert (ledger.batches_of_others(run), ledger.batches_of_others(before)) == ({batch}, frozenset())
        folder = next(data.articles.rglob("part-a*.parquet")).parent
        (folder / f"part-{batch}.parquet").write_bytes(b"no table")
        with pytest.raises(ValueError, match="Parquet"):
            rows_of_run(data, run)
        assert rows_of_run(data, "run", ledger.batches_of_others(run)) == 3
