"""Batches: at most 1,000 archived pages that are built, written and committed together.

A batch is planned in the ledger before its files are written. After a crash the same members are built again under the
same name, so the files of the broken try are replaced and no row can be there twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.article import Extraction
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.run.decide import Decided, Decider
from pipeline.store.layout import DataDir
from pipeline.store.ledger import ArchivedVisit, Ledger
from pipeline.store.scrub import scrub
from pipeline.store.tables import write_batch
from pipeline.store.warc import WarcError, read_page

BATCH_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """A planned batch: its name and its pages, in the order of the archive."""

    batch_id: str
    run_id: str
    members: tuple[ArchivedVisit, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A visit whose record in the archive is damaged or missing."""

    reason: str


def plan(ledger: Ledger, run_id: str | None, now: datetime) -> list[Batch]:
    """The batches to build, of one run or of all: first those that an interrupted build left, then new ones."""
    batches = [Batch(name, run, tuple(members)) for name, run, members in ledger.planned_batches(run_id)]
    by_run: dict[str, list[ArchivedVisit]] = defaultdict(list)
    for visit in ledger.awaiting_build(run_id):
        by_run[visit.run_id].append(visit)
    for run, visits in by_run.items():
        for start in range(0, len(visits), BATCH_PAGES):
            members = tuple(visits[start : start + BATCH_PAGES])
            batches.append(Batch(ledger.plan_batch(run, members, now), run, members))
    return batches


def is_page(visit: ArchivedVisit) -> bool:
    """Whether the visit is built; sitemaps and feeds were read for addresses only."""
    return visit.kind == "page"


def read(raw: Path, visit: ArchivedVisit) -> Page | Unreadable:
    """The archived page of a visit, with the moment of fetching that the ledger has.

    Raises:
        OSError: the disk refused (a missing file is ``Unreadable``).
    """
    try:
        page = read_page(raw, visit.location)
    except WarcError as error:
        return Unreadable(scrub(str(error)))
    return page if page.fetched_at else replace(page, fetched_at=datetime.fromisoformat(visit.fetched_at))


@dataclass(slots=True)
class Finished:
    """What a batch gave, for the report."""

    outcomes: Counter[Outcome]
    removals: Counter[str]


def finish(
    ledger: Ledger, data: DataDir, batch: Batch, built: Iterator[tuple[Page, Extraction] | Unreadable]
) -> Finished:
    """Decide each member's outcome in order, write the batch's files, and commit it: files first, then the ledger.

    ``built`` gives one entry for each page among the members, in their order.

    Raises:
        OSError: the disk refused; the batch stays planned.
    """
    decider = Decider(ledger, batch.run_id)
    decided: list[Decided] = []
    for visit in batch.members:
        if not is_page(visit):
            decided.append(decider.discovery(visit))
            continue
        entry = next(built)
        decided.append(
            decider.unreadable(visit, entry.reason) if isinstance(entry, Unreadable) else decider.decide(visit, *entry)
        )
    files = write_batch(
        data,
        batch.batch_id,
        (each.row for each in decided if each.row is not None),
        ((each.day, row) for each in decided for row in each.removals),
    )
    ledger.commit_batch(batch.batch_id, [each.result for each in decided], datetime.now(UTC), files)
    return Finished(
        Counter(each.result.outcome for each in decided),
        Counter(row["reason"] for each in decided for row in each.removals),
    )
