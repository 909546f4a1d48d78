"""A whole job, and its halves: what the command line calls. Each gives an exit code of the house."""

from __future__ import annotations

import logging
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipeline.exit_code import ExitCode, first_of
from pipeline.run.build import BuildReport, build
from pipeline.run.crawl import crawl
from pipeline.run.damage import damaged_file
from pipeline.run.job import Job, JobError
from pipeline.run.progress import Progress, Tell, silent
from pipeline.run.report import RunReport, Told, close_run
from pipeline.run.signals import Stopper
from pipeline.store.claim import LockedError, claim
from pipeline.store.durable import replace_file
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger, LedgerError, Run
from pipeline.store.releases import publish_release
from pipeline.store.room import NoRoomError, check_room, device_of, is_full
from pipeline.store.warc_tail import cut_torn_tails

Take = Callable[[RunReport], None]

log = logging.getLogger("broadsheet")


def no_report(_: RunReport) -> None:
    """Take no report."""


def run_job(
    job: Job,
    site: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    *,
    progress: Tell = silent,
    report: Take = no_report,
) -> int:
    """Crawl, build, release, report. ``report`` is given one report for each run built.

    First come the runs that are crawled and were never built to the end; then a crawl that was broken off goes on, or
    a new one begins.
    """

    def work(data: DataDir, lock: int, stopper: Stopper) -> int:
        if dry_run:
            return crawl(job, _options(None, site, limit, dry_run=True), lock, stopper, None, progress)
        before = _build_crawled(job, data, stopper, progress, report)
        if stopper.asked():
            return first_of([before, ExitCode.STOPPED])
        with Ledger(data.ledger) as ledger:
            run = ledger.begin_run(job.job.name, datetime.now(UTC))
        told = _crawl(job, data, run, _options(run.run_id, site, limit), lock, stopper, progress)
        told = replace(told, codes=(*told.codes, before)) if before else told
        if stopper.asked() or {ExitCode.BAD_INPUT, ExitCode.DISK} & set(told.codes):
            return first_of([*told.codes, ExitCode.STOPPED] if stopper.asked() else told.codes)
        built = build(job, runs=[run.run_id], progress=progress, stop=_watch(job, data, stopper))
        return _conclude(job, data, built, told, progress, report)

    return _claimed(job, work)


def crawl_job(
    job: Job,
    site: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    *,
    progress: Tell = silent,
) -> int:
    """The crawl alone. What it archives awaits a build."""

    def work(data: DataDir, lock: int, stopper: Stopper) -> int:
        if dry_run:
            return crawl(job, _options(None, site, limit, dry_run=True), lock, stopper, None, progress)
        with Ledger(data.ledger) as ledger:
            run = ledger.begin_run(job.job.name, datetime.now(UTC))
            if run.crawl_finished_at is not None:
                run = ledger.new_run(job.job.name, datetime.now(UTC))
        told = _crawl(job, data, run, _options(run.run_id, site, limit), lock, stopper, progress)
        return first_of([*told.codes, ExitCode.STOPPED] if stopper.asked() else [*told.codes, ExitCode.FINE])

    return _claimed(job, work)


def build_job(job: Job, warc: Sequence[Path] = (), *, progress: Tell = silent, report: Take = no_report) -> int:
    """Build what awaits it, or the WARC files given, and release. ``report`` is given one report for each run built."""

    def work(data: DataDir, _lock: int, stopper: Stopper) -> int:
        built = build(job, warc=warc, progress=progress, stop=_watch(job, data, stopper))
        return _conclude(job, data, built, Told(), progress, report)

    return _claimed(job, work)


def _build_crawled(job: Job, data: DataDir, stopper: Stopper, progress: Tell, report: Take) -> int:
    """Build and close the runs of the job whose crawl is finished; gives the exit code, 0 when there was none.

    Oldest first, and before anything newer is fetched: an older capture built late would pass for no change.
    """
    with Ledger(data.ledger) as ledger:
        crawled = [run.run_id for run in ledger.crawled_runs(job.job.name)]
    if not crawled:
        return 0
    built = build(job, runs=crawled, progress=progress, stop=_watch(job, data, stopper))
    return _conclude(job, data, built, Told(), progress, report)


def _claimed(job: Job, work: Callable[[DataDir, int, Stopper], int]) -> int:
    """Do the work under the lock of the data folder; what can go wrong with folder and disk becomes an exit code."""
    data = DataDir(job.data_dir)
    try:
        with Stopper() as stopper, claim(data, job.job.min_free_mb) as lock:
            return work(data, lock, stopper)
    except JobError as error:
        log.error("%s", error)
        return ExitCode.BAD_INPUT
    except LockedError as error:
        log.error("%s", error)
        return ExitCode.LOCKED
    except LedgerError as error:
        log.error("%s", error)
        return ExitCode.DISK
    except (OSError, sqlite3.DatabaseError, pa.ArrowException) as error:
        return _explain(job, data, error)


def _explain(job: Job, data: DataDir, error: OSError | sqlite3.DatabaseError | pa.ArrowException) -> int:
    """Say what is wrong with the disk or with a file on it; gives the exit code."""
    path = damaged_file(data, error)
    if path is not None:
        log.error("%s is unreadable; run `broadsheet verify --repair`", path)
        return ExitCode.BROKEN
    if not isinstance(error, OSError | sqlite3.OperationalError):
        raise error
    if isinstance(error, NoRoomError):
        log.error("%s", error.strerror)
    elif is_full(error) and data.root.is_dir():
        log.error(
            "no space left on %s: need %s MB; nothing that was committed is lost",
            device_of(data.root),
            job.job.min_free_mb or 1,
        )
    else:
        log.error("%s: the disk does not do what it must: %s", data.root, error)
    return ExitCode.DISK


def _watch(job: Job, data: DataDir, stopper: Stopper) -> Callable[[], bool]:
    """Asked after each page of a build: whether to stop. Ends it with ``NoRoomError`` when the disk is nearly full."""

    def asked() -> bool:
        check_room(data.root, job.job.min_free_mb)
        return stopper.asked()

    return asked


def _options(run_id: str | None, site: str | None, limit: int | None, *, dry_run: bool = False) -> list[str]:
    options = ["--run-id", run_id] if run_id else []
    options += ["--site", site] if site else []
    options += ["--limit", str(limit)] if limit is not None else []
    return options + (["--dry-run"] if dry_run else [])


def _crawl(job: Job, data: DataDir, run: Run, options: list[str], lock: int, stopper: Stopper, progress: Tell) -> Told:
    """The crawl of a run, from its beginning or from where it was broken off."""
    folder = data.runs / run.run_id
    replace_file(folder / "job.toml", lambda stream: stream.write(job.path.read_bytes()))
    with Ledger(data.ledger) as ledger:
        for torn in cut_torn_tails(data, ledger, run.run_id):
            log.info("%s was torn at byte %s (%s) and is cut there", torn.file, torn.offset, torn.reason)
    begun = time.monotonic()
    log_file = folder / "crawl.log"
    narrow: list[NoRoomError] = []

    def tell(told: Progress) -> None:
        progress(told)
        try:
            check_room(data.root, job.job.min_free_mb)
        except NoRoomError as error:
            if not narrow:
                stopper.stop_crawl()
            narrow.append(error)

    code = crawl(job, options, lock, stopper, log_file, tell)
    if narrow:
        raise narrow[0]
    if code in {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT}:
        # What we were sent ourselves is passed on to the crawl as SIGTERM.
        name = stopper.name or signal.Signals(-code).name
        log.warning("the crawl was ended by %s; the next run goes on where it was", name)
        code = ExitCode.STOPPED
    elif code == ExitCode.DISK:
        check_room(data.root, max(1, job.job.min_free_mb))
        log.error("the disk refused the crawl: %s", _last_line(log_file))
    elif code == ExitCode.BAD_INPUT:
        log.error("%s", _last_line(log_file))
    elif code not in {ExitCode.FINE, ExitCode.FAILED, ExitCode.BROKEN, ExitCode.STOPPED}:
        log.error("the crawl ended with exit code %s; its log is %s", code, log_file)
        code = ExitCode.INTERNAL
    return Told(codes=(code,), seconds=(("crawl", round(time.monotonic() - begun, 3)),))


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1] if lines else f"it said nothing in {path}"


def _conclude(job: Job, data: DataDir, built: BuildReport, told: Told, progress: Tell, report: Take) -> int:
    """Release what was built and close the runs; an interrupted build is left to the next one."""
    if built.stopped:
        return first_of([*told.codes, ExitCode.STOPPED])
    if not built.run_ids:  # then no report will name it
        for damage in built.damaged:
            log.error("%s at byte %s: %s", damage.file, damage.offset, damage.reason)
    with Ledger(data.ledger) as ledger:
        progress(Progress("release", 0, 1))
        seen = {name: datetime.fromisoformat(moment) for name, moment in ledger.last_seen().items()}
        gone = {name: datetime.fromisoformat(moment) for name, moment in ledger.gone().items()}
        told = replace(
            told,
            damaged=tuple(built.damaged),
            release=publish_release(data, seen, datetime.now(UTC), keep=job.job.keep_releases, gone=gone),
            seconds=(*told.seconds, ("build", round(built.seconds, 3))),
        )
        progress(Progress("release", 1, 1))
        codes = list(told.codes)
        for run_id in built.run_ids:
            closed = close_run(job, data, ledger, run_id, told)
            report(closed)
            codes.append(closed.exit_code)
            run = ledger.run(run_id)
            # A crawl that was broken off goes on in the same run; everything else is over.
            if run is not None and run.crawl_finished_at is not None:
                ledger.finish_run(run_id, closed.exit_code, datetime.now(UTC))
    return first_of([*codes, ExitCode.FAILED if built.damaged else ExitCode.FINE])
