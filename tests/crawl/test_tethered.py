"""Processes of the spiders end with the process that started them, however that ends."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.store.ledger import Ledger
from pipeline.store.warc import WarcWriter
from tests.crawl.jobs import write_job
from tests.crawl.test_foreign import HTML, OLD
from tests.crawl.web import Reply, Web, page

SECONDS = 300  # a safety limit until a child is there, never a measurement
LEFT_ALONE_S = 25  # both children would go on for longer than that
TAKE_OVER = """
import sys
from pathlib import Path
from pipeline.run.foreign import take_over
from pipeline.run.job import load_job
from pipeline.store.layout import DataDir
job = load_job(Path(sys.argv[1]))
take_over(job, DataDir(job.data_dir), [Path(sys.argv[2])])
"""
FETCH = """
import sys
from pathlib import Path
from pipeline.run.fetch import fetch
from pipeline.run.job import load_job
job = load_job(Path(sys.argv[1]))
list(fetch([sys.argv[2]], job.job, job.crawl))
"""


def running(folder: Path, module: str) -> list[int]:
    """The processes of a module whose arguments name the folder, as the system lists them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().decode().split("\0")
                if module in words and any(str(folder) in word for word in words):
                    found.append(int(entry.name))
    return found


def wait_for(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def parent(folder: Path, script: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that runs the script; its children that are left over at the end are killed."""
    order = [sys.executable, "-c", script, *arguments]
    process = subprocess.Popen(order, env={**os.environ, "TMPDIR": str(folder)})
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for left in [*running(folder, "spiders"), *running(folder, "spiders.foreign")]:
            os.kill(left, signal.SIGKILL)


def test_a_taking_over_ends_with_its_build(web: Web, tmp_path: Path) -> None:
    job = write_job(tmp_path, web, ["http://a.example/"], hosts=[])
    with WarcWriter(tmp_path / "theirs", "crawl") as writer:
        place = writer.write("http://a.example/", 200, "OK", HTML, page(), OLD)
    Ledger(job.data.ledger).close()
    with sqlite3.connect(job.data.ledger, isolation_level=None) as lock:
        lock.execute("BEGIN IMMEDIATE")  # the child waits for this half a minute
        with parent(tmp_path, TAKE_OVER, str(job.path), str(tmp_path / "theirs" / place.file)) as process:
            wait_for(lambda: running(tmp_path, "spiders.foreign"))
            process.kill()
            wait_for(lambda: not running(tmp_path, "spiders.foreign"), LEFT_ALONE_S)
        lock.execute("ROLLBACK")


def test_a_fetch_ends_with_who_asked_for_it(web: Web, tmp_path: Path) -> None:
    web.sites["a.example"] = {"/robots.txt": Reply(b"", 404), "/": page()}
    job = write_job(tmp_path, web, ["http://a.example/"], hosts=["a.example"], crawl=f"delay = {4 * LEFT_ALONE_S}")
    with parent(tmp_path, FETCH, str(job.path), "http://a.example/") as process:
        wait_for(lambda: web.paths("a.example"))  # robots.txt; the page comes after the pause
        process.kill()
        wait_for(lambda: not running(tmp_path, "spiders"), LEFT_ALONE_S)
