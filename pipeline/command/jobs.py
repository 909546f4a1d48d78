"""Jobs as the command line runs them: progress and log lines on stderr, the report at the end on stdout."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.exit_code import ExitCode
from pipeline.run.job import Job
from pipeline.run.jobs import build_job, crawl_job, run_job
from pipeline.run.report import RunReport
from pipeline.view.console import note, say, say_json, say_table
from pipeline.view.progress import Shown


def run_watched(
    job: Job,
    *,
    site: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    machine: bool = False,
    verbose: bool = False,
) -> int:
    """A whole job; gives its exit code."""
    _log_to_stderr(verbose=verbose)
    reports: list[RunReport] = []
    with Shown() as shown:
        code = run_job(job, site, limit, dry_run, progress=shown, report=reports.append)
    _show(reports, machine=machine)
    return _said(code, job)


def demo_run(job: Job) -> int:
    """A whole job whose results somebody else shows."""
    _log_to_stderr(verbose=False)
    with Shown() as shown:
        return run_job(job, progress=shown)


def crawl_watched(
    job: Job,
    *,
    site: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    verbose: bool = False,
) -> int:
    """The crawl alone; gives its exit code."""
    _log_to_stderr(verbose=verbose)
    with Shown() as shown:
        code = crawl_job(job, site, limit, dry_run, progress=shown)
    return _said(code, job)


def build_watched(job: Job, *, warc: Sequence[Path] = (), machine: bool = False, verbose: bool = False) -> int:
    """The build alone; gives its exit code."""
    _log_to_stderr(verbose=verbose)
    reports: list[RunReport] = []
    with Shown() as shown:
        code = build_job(job, warc, progress=shown, report=reports.append)
    if not reports and code == ExitCode.FINE:
        note("nothing awaited the build")
    _show(reports, machine=machine)
    return _said(code, job)


def _show(reports: Sequence[RunReport], *, machine: bool) -> None:
    for report in reports:
        if machine:
            say_json(report.as_dict())
            continue
        say(f"Run {report.run_id} of {report.job}: {report.rows} new rows")
        say_table("Addresses by outcome", ["outcome", "addresses"], report.outcomes.items())
        say_table("Removed blocks by reason", ["reason", "blocks"], report.removals.items())
        say(report.books)
        for line in (*report.reasons, *report.damaged):
            say(f"  {line}")
        say(f"Release {report.release} in {Path(report.data) / 'releases'}")


_WORDS = {
    ExitCode.INTERNAL: "an internal error; the log says more",
    ExitCode.FAILED: "finished, but more failed or was quarantined than the job allows, or a WARC file is damaged in"
    " places",
    ExitCode.BROKEN: "the books do not balance, or a file is damaged",
    ExitCode.STOPPED: "stopped; the same command goes on where it was",
}


def _said(code: int, job: Job) -> int:
    if code in _WORDS:
        note(f"broadsheet: {job.path.name}: {_WORDS[ExitCode(code)]} (exit code {code:d})")
    return code


def _log_to_stderr(*, verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("broadsheet: %(message)s"))
    log = logging.getLogger("broadsheet")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO if verbose else logging.WARNING)
