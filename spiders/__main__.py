"""``python -m spiders JOB``: one crawl, one process, and an exit code that says what happened."""

from __future__ import annotations

import argparse
import errno
import json
import logging
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from pipeline import __version__
from pipeline.exit_code import ExitCode
from pipeline.run.job import Job, JobError, load_job
from pipeline.run.job_text import with_data
from pipeline.store.claim import LockedError, claim
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger, LedgerError, Run
from pipeline.store.room import NoRoomError
from spiders import browser
from spiders.admission import Admission
from spiders.plan import dry_run
from spiders.running import run_crawl

logger = logging.getLogger("spiders")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one crawl; returns the exit code of the house."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        job = load_job(options.job)
        job = with_data(job, options.data) if options.data else job
        admission = Admission(job, options.site)
        _check_browser(job)
    except JobError as error:
        print(error, file=sys.stderr)
        return ExitCode.BAD_INPUT
    for text in admission.invalid:
        logger.warning("%s: %r is no address that can be asked; it is left out", job.path, text)
    if not admission.selected:
        print(f"{job.path}: no start address is of {options.site or 'the web'!r}", file=sys.stderr)
        return ExitCode.BAD_INPUT
    try:
        return _crawl(job, admission, options)
    except LockedError as error:
        print(error, file=sys.stderr)
        return ExitCode.LOCKED
    except LedgerError as error:
        print(error, file=sys.stderr)
        return ExitCode.DISK
    except (OSError, sqlite3.Error) as error:
        print(f"{job.data_dir}: {error}", file=sys.stderr)
        return ExitCode.DISK


def _crawl(job: Job, admission: Admission, options: argparse.Namespace) -> int:
    data = DataDir(job.data_dir)
    if options.dry_run:
        for line in dry_run(job, admission, data.ledger):
            print(line)
        return ExitCode.FINE
    # Who names the run holds the lock of the data folder already: it is the job that started this process.
    with nullcontext() if options.run_id else claim(data, job.job.min_free_mb), Ledger(data.ledger) as ledger:
        run = _run_of(ledger, job, options.run_id)
        if run is None:
            print(f"{data.ledger}: no run {options.run_id!r}", file=sys.stderr)
            return ExitCode.BAD_INPUT
        if run.crawl_finished_at is not None:
            logger.info("run %s: its crawl is finished already", run.run_id)
            return ExitCode.FINE
        end = run_crawl(job, admission, ledger, run.run_id, limit=options.limit, progress=options.progress)
        if end.error is not None:
            _explain(end.error, data.root)
            return ExitCode.DISK if isinstance(end.error, OSError | sqlite3.Error) else ExitCode.INTERNAL
        books = ledger.books(run.run_id)
        _print_counts(run.run_id, books.by_outcome, to_json=options.json)
        if not books.balanced:
            logger.error("the books do not balance: %s", "; ".join(books.problems))
            return ExitCode.BROKEN
        if end.faults:
            return ExitCode.INTERNAL
        if not end.finished:
            logger.warning("run %s: stopped; the next call goes on where it was", run.run_id)
            return ExitCode.STOPPED
    return ExitCode.FAILED if books.failed_share > job.job.max_failed else ExitCode.FINE


def _check_browser(job: Job) -> None:
    """Refuse a job that renders pages where that cannot be done: a script shell would pass for an empty page."""
    why = browser.missing() if any(site.browser for site in job.sites) else ""
    if why:
        number = next(number for number, site in enumerate(job.sites) if site.browser)
        raise JobError(f"{job.path}: sites[{number}].browser: pages cannot be rendered: {why}; or write false")


def _run_of(ledger: Ledger, job: Job, run_id: str | None) -> Run | None:
    """The run to work on: the one asked for, or the open one of the job, or a new one when its crawl is finished."""
    now = datetime.now(UTC)
    if run_id is not None:
        return ledger.run(run_id)
    run = ledger.begin_run(job.job.name, now)
    return run if run.crawl_finished_at is None else ledger.new_run(job.job.name, now)


def _explain(error: BaseException, root: Path) -> None:
    if isinstance(error, NoRoomError):
        logger.error("%s; nothing that was committed is lost", error.strerror)
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        logger.error("no space left for %s: free some and call again, nothing that was committed is lost", root)
    else:
        logger.error("%s: %s", root, error)


def _print_counts(run_id: str, counts: Mapping[str, int], *, to_json: bool) -> None:
    if to_json:
        print(json.dumps({"run_id": run_id, "outcomes": dict(counts)}))
        return
    logger.info("run %s: %s", run_id, ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing to do")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m spiders", description="Crawl what a job file asks for.")
    parser.add_argument("job", type=Path, metavar="JOB", help="the job file (TOML)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="another data folder than the job file names")
    parser.add_argument("--site", metavar="HOST", help="only the start addresses of this host or site")
    parser.add_argument("--limit", type=int, metavar="N", help="ask for at most N pages")
    parser.add_argument(
        "--run-id", metavar="ID", help="go on with this run; the caller holds the lock of the data folder"
    )
    parser.add_argument("--dry-run", action="store_true", help="print what would be asked and ask nothing")
    parser.add_argument("--progress", action="store_true", help="one JSON line a second on standard error")
    parser.add_argument("--json", action="store_true", help="the counts of the outcomes as JSON on standard output")
    parser.add_argument("--version", action="version", version=f"broadsheet {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
