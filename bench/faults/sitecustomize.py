# ruff: noqa: PLC0415, SLF001  (only what a point needs is imported, and it is the inside that is broken)
"""Faults at named points of a real run, put in from outside: the program itself has no hooks.

Python imports this module at the start of every process that has its folder on PYTHONPATH. What to do stands in one
environment variable, ``BROADSHEET_FAULT``, as JSON: ``point`` and ``action`` (kill, term, term2, term_all, or the
name of an errno), ``count`` (which time the point is reached), ``once`` (a file that says it has happened),
``batch`` and ``segment`` (smaller batches and WARC files than the program's, so that a small site has several).
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

ORDER: dict[str, Any] = json.loads(os.environ.get("BROADSHEET_FAULT", "{}"))
CRAWL = "pipeline.run.tether" in sys.orig_argv
CRAWL_POINTS = (
    "fetch.done", "warc.before_write", "warc.mid_write", "warc.after_write", "warc.after_fsync", "ledger.after_commit",
    "rotate.mid", "shutdown.mid",
)  # fmt: skip
reached: list[str] = []


def reach(point: str) -> None:
    if not point or point != ORDER.get("point") or Path(ORDER["once"]).exists():
        return
    reached.append(point)
    if len(reached) >= ORDER.get("count", 1):
        Path(ORDER["once"]).write_text(point)
        act()


def act() -> None:
    job = os.getppid() if CRAWL else os.getpid()
    action = ORDER.get("action", "")
    if action == "kill":
        os.kill(job, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "term_all":
        for process in reversed(family(job)):
            os.kill(process, signal.SIGTERM)
    elif action in {"term", "term2"}:
        os.kill(job, signal.SIGTERM)
        if action == "term2":
            time.sleep(0.2)
            os.kill(job, signal.SIGTERM)
    else:
        number = getattr(errno, action)
        raise OSError(number, os.strerror(number))


def family(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for child in path.read_text().split():
            found += family(int(child))
    return found


def around(place: Any, name: str, before: str = "", after: str = "") -> None:
    original = getattr(place, name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        reach(before)
        result = original(*arguments, **options)
        reach(after)
        return result

    setattr(place, name, wrapped)


def into_the_crawl() -> None:
    from pipeline.store import warc
    from pipeline.store.ledger import Ledger

    warc.SEGMENT_BYTES = ORDER.get("segment", warc.SEGMENT_BYTES)
    writer = warc.WarcWriter
    write, open_stream = writer.write, writer._open_stream

    def torn(self: Any, *arguments: Any) -> Any:
        place = write(self, *arguments)
        if ORDER["point"] == "warc.mid_write" and not ORDER.get("action", "").startswith("term") and about_to():
            self._stream.flush()
            os.truncate(self._folder / place.file, place.offset + place.length // 2)
        reach("warc.mid_write")
        return place

    def rotated(self: Any) -> Any:
        if self._stream is not None and self._offset >= warc.SEGMENT_BYTES:
            self.close()
            reach("rotate.mid")
        return open_stream(self)

    writer.write, writer._open_stream = torn, rotated
    around(writer, "write", "warc.before_write", "warc.after_write")
    around(writer, "flush", "", "warc.after_fsync")
    around(Ledger, "commit_group", "", "ledger.after_commit")
    if ORDER.get("action", "").startswith("E"):  # the signals of this point come from the site, when it is asked
        around(Ledger, "lease_next", "fetch.begin")
    around(Ledger, "finish_crawl", "shutdown.mid")
    from spiders.archive import Archive

    around(Archive, "answered", "fetch.done")


def about_to() -> bool:
    return len(reached) + 1 >= ORDER.get("count", 1) and not Path(ORDER["once"]).exists()


def into_the_job() -> None:
    from pipeline.run import batches, report
    from pipeline.run.decide import Decider
    from pipeline.store import claim, release_writing, releases, tables

    batches.BATCH_PAGES = ORDER.get("batch", batches.BATCH_PAGES)
    around(batches, "read", "extract.begin")
    around(Decider, "decide", "extract.done")
    around(batches, "write_batch", "batch.open")
    around(tables.pq, "write_table", "", "batch.mid")
    around(tables, "replace_file", "", "batch.after_rename")
    around(release_writing, "write_table", "", "compact.mid")
    around(releases, "write_release", "", "compact.after_swap")
    around(releases, "replace_file", "manifest.before", "manifest.after")
    around(report, "write_outcomes", "", "report.mid")
    around(claim, "_probe", "lock.taken")
    sync = os.fsync

    def told(descriptor: int) -> None:
        table = ".parquet" in Path(f"/proc/self/fd/{descriptor}").readlink().name
        if table:
            reach("batch.before_fsync")
        sync(descriptor)
        if table:
            reach("batch.after_fsync")

    os.fsync = told


if ORDER and "pipeline.run.worker_process" not in sys.orig_argv:
    if CRAWL:
        into_the_crawl()
    elif any(part.endswith("broadsheet") for part in sys.orig_argv):
        into_the_job()
