"""The build: archived pages through the workers into the tables, batch by batch."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.article import Extraction
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.run.batches import Batch, Finished, Unreadable, finish, is_page, plan, read
from pipeline.run.foreign import take_over
from pipeline.run.job import Job
from pipeline.run.learning import Learning
from pipeline.run.masks import note_masks
from pipeline.run.progress import Progress, Tell, silent
from pipeline.run.worker_process import Limits
from pipeline.run.workers import TASK, extract_many
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.profiles import ProfileStore
from pipeline.store.warc import DamagedRecord


@dataclass(slots=True)
class BuildReport:
    """What a build did: pages by outcome, removed blocks by reason, damage met, and whether it was stopped.

    ``run_ids`` are the runs whose pages it built; ``seconds`` is wall time.
    """

    run_ids: list[str] = field(default_factory=list)
    batches: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    removals: Counter[str] = field(default_factory=Counter)
    damaged: list[DamagedRecord] = field(default_factory=list)
    stopped: bool = False
    seconds: float = 0.0

    @property
    def pages(self) -> int:
        """Archived responses that got an outcome."""
        return self.outcomes.total()


class Stopped(Exception):  # noqa: N818  (no error: somebody asked for it)
    """The build was asked to stop; what it had not committed is done again by the next one."""


def build(
    job: Job,
    *,
    warc: Sequence[Path] = (),
    runs: Sequence[str] | None = None,
    progress: Tell = silent,
    stop: Callable[[], bool] = lambda: False,
    workers: int | None = None,
    limits: Limits | None = None,
    task: str = TASK,
    profiles: Mapping[str, SiteProfile] | None = None,
) -> BuildReport:
    """Build what awaits it: of some runs and what was requeued, or of all.

    The caller holds the lock of the data folder.

    ``warc`` names WARC files of others: their pages are taken over first, as a run of their own, and only they are
    built. ``stop`` is asked after each page. ``workers``, ``limits`` and ``task`` are those of ``extract_many``;
    ``profiles`` are those that earlier builds learned, unless given.

    Raises:
        OSError: the disk refused, or a file of ``warc`` cannot be read. Batches committed before stay.
    """
    begun = time.monotonic()
    data = DataDir(job.data_dir)
    report = BuildReport()
    wanted: list[str | None] = [None] if runs is None else list(runs)
    if warc:
        taken = take_over(job, data, warc)
        report.damaged.extend(taken.damaged)
        wanted = list(taken.run_ids)
    with Ledger(data.ledger) as ledger, ProfileStore(data.profiles) as kept:
        if runs is not None:
            # Runs that were over are older than those that are not.
            wanted = [*(run for run in ledger.reopened_runs() if run not in runs), *runs]
        batches = [batch for run in wanted for batch in plan(ledger, run, datetime.now(UTC))]
        # Runs that are crawled may have nothing to build, and still want their report.
        open_runs = {run.run_id for run in ledger.crawled_runs(job.job.name)}
        waiting = open_runs if wanted == [None] else {run for run in wanted if run is not None}
        report.run_ids = sorted({batch.run_id for batch in batches} | waiting)
        note_masks(data, {batch.run_id for batch in batches}, job.job.mask)
        work = _Work(data, batches, progress, stop)
        learning = Learning(ledger, kept)
        known = kept if profiles is None else profiles
        extractions = extract_many(work.pages(), known, workers, limits=limits, task=task, mask=job.job.mask)
        with closing(extractions):
            try:
                for batch in batches:
                    _add(report, finish(ledger, data, batch, learning.watched(batch, work.built(batch, extractions))))
                    learning.committed()
            except Stopped:
                report.stopped = True
        if not report.stopped:
            learning.finish()
            for run in report.run_ids:
                ledger.finish_build(run, datetime.now(UTC))
    report.seconds = time.monotonic() - begun
    return report


def _add(report: BuildReport, finished: Finished) -> None:
    report.batches += 1
    report.outcomes += finished.outcomes
    report.removals += finished.removals


class _Work:
    """The pages of all batches as one stream for the workers, so that they never wait for a batch to be written."""

    def __init__(self, data: DataDir, batches: Sequence[Batch], progress: Tell, stop: Callable[[], bool]) -> None:
        self._data = data
        self._batches = batches
        self._progress = progress
        self._stop = stop
        self._entries: deque[Page | Unreadable] = deque()
        self._total = sum(map(is_page, (visit for batch in batches for visit in batch.members)))
        self._done = 0
        self._waiting: Extraction | None = None

    def pages(self) -> Iterator[Page]:
        """The readable pages, in order; what is not readable waits in ``built``."""
        for batch in self._batches:
            for visit in filter(is_page, batch.members):
                entry = read(self._data.raw, visit)
                self._entries.append(entry)
                if isinstance(entry, Page):
                    yield entry

    def built(self, batch: Batch, extractions: Iterator[Extraction]) -> Iterator[tuple[Page, Extraction] | Unreadable]:
        """One entry for each page of the batch, in order.

        Raises:
            Stopped: somebody asked for it.
        """
        for _ in filter(is_page, batch.members):
            if self._stop():
                raise Stopped
            entry = self._next(extractions)
            self._done += 1
            self._progress(Progress("build", self._done, self._total))
            yield entry

    def _next(self, extractions: Iterator[Extraction]) -> tuple[Page, Extraction] | Unreadable:
        """The next entry. Asking for an extraction makes the workers read on, and so fills the entries."""
        if not self._entries:
            self._waiting = next(extractions, None)
        entry = self._entries.popleft()
        if isinstance(entry, Unreadable):
            return entry
        extraction = self._waiting or next(extractions)
        self._waiting = None
        return entry, extraction
