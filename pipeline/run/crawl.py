"""The crawl, as a process of its own: a reactor cannot be started twice, and its memory goes when it ends."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from pipeline.run.job import Job
from pipeline.run.progress import Progress, Tell
from pipeline.run.signals import Stopper
from pipeline.run.tether import tethered

log = logging.getLogger("broadsheet.crawl")


def crawl(job: Job, options: Iterable[str], lock: int, stopper: Stopper, log_file: Path | None, tell: Tell) -> int:
    """Run ``python -m spiders`` on the job file and return its exit code.

    ``options`` are its further arguments; ``lock`` is the descriptor of the data folder's lock, which the crawl holds
    too. Its log goes to ``log_file``; without one (a dry run) its output is ours.
    """
    # The folder too: the job may have been given another one than its file names.
    order = tethered("spiders", str(job.path), "--data", str(job.data_dir), *options)
    if log_file is None:
        with subprocess.Popen(order, pass_fds=[lock], start_new_session=True) as process:
            return _wait(process, stopper)
    with (
        log_file.open("a", encoding="utf-8") as lines,
        subprocess.Popen(
            [*order, "--progress"],
            pass_fds=[lock],
            start_new_session=True,  # Ctrl-C comes to us, and we pass it on once
            stdin=None if job.reads_input else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        stopper.pass_on(process)
        if process.stdout is not None:
            _listen(process.stdout, lines, tell)
        return _wait(process, stopper)


def _wait(process: subprocess.Popen[str] | subprocess.Popen[bytes], stopper: Stopper) -> int:
    stopper.pass_on(process)
    try:
        return process.wait()
    finally:
        stopper.pass_on(None)


def _listen(source: IO[str], lines: IO[str], tell: Tell) -> None:
    for line in source:
        progress = _progress(line)
        if progress is not None:
            tell(progress)
            continue
        lines.write(line)
        lines.flush()
        log.info("%s", line.rstrip("\n"))


def _progress(line: str) -> Progress | None:
    """A line of progress, a JSON object with the addresses known and their outcomes so far; None for any other line.

    >>> _progress('{"known": 10, "outcomes": {"pending": 7, "gone": 3}, "hosts": 2, "rate": 1.5, "oldest_wait": 4.2}')
    Progress(stage='crawl', done=3, total=10, detail='2 hosts, 1.5/s, oldest wait 4 s; gone 3')
    """
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
        known, outcomes = int(told["known"]), dict(told["outcomes"])
        done = int(told.get("done", known - int(outcomes.get("pending", 0))))
        return Progress("crawl", done, known, _detail(told, outcomes))
    except (ValueError, TypeError, KeyError):
        return None


def _detail(told: dict[str, Any], outcomes: dict[str, int]) -> str:
    """Hosts, rate and longest wait, and the outcomes so far."""
    figures = f"{told['hosts']} hosts, {told['rate']:.1f}/s, oldest wait {told['oldest_wait']:.0f} s"
    counts = ", ".join(f"{name} {count}" for name, count in outcomes.items() if name != "pending")
    return f"{figures}; {counts}" if counts else figures
