"""Two at once, folders that cannot be written to, too little space or memory, signals to everyone: the exit code says
what happened, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.crash_site import Site, serve
from bench.crash_site import write_job as write_site_job
from bench.poison import own_pages
from pipeline import extract_many, load
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from tests.run.test_workers import children

ROOT = Path(__file__).parents[2]
SECONDS = 300  # a safety limit, never a measurement
PAGES = 24


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(PAGES) as served:
        yield served


def start(job: Path, *, before: str = "", crawl: bool = False) -> subprocess.Popen[str]:
    """A run, or a crawl alone, after some lines of Python that change a limit in it."""
    code = "import sys\nfrom pathlib import Path\n" + before
    if crawl:
        code += "\nfrom spiders.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    else:
        code += "\nfrom pipeline.run.job import load_job\nfrom pipeline.run.jobs import run_job\n"
        code += "sys.exit(run_job(load_job(Path(sys.argv[1]))))"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(job)],
        cwd=job.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said = process.communicate(timeout=SECONDS)[0]
    return process.returncode, said


def test_of_several_runs_started_at_once_one_works_and_the_others_are_turned_away(site: Site, tmp_path: Path) -> None:
    job = write_site_job(tmp_path, site.port)
    let_go = threading.Event()
    site.at = lambda _: let_go.wait(SECONDS)
    runs = [start(job) for _ in range(5)]
    # The one that holds the lock waits for its first page, so whoever ends now has been turned away.
    over: list[tuple[int, str]] = []
    waiting = [threading.Thread(target=lambda run=run: over.append(ended(run))) for run in runs]
    for thread in waiting:
        thread.start()
    while sum(thread.is_alive() for thread in waiting) > 1:
        next(thread for thread in waiting if thread.is_alive()).join(0.1)
    assert [code for code, _ in over] == [75] * 4, over
    let_go.set()
    for thread in waiting:
        thread.join()
    assert over[-1][0] == 0, over[-1]
    assert set(load(tmp_path / "data")["url"]) == site.addresses
    assert max(site.asked.values()) == 1
    with Ledger(DataDir(tmp_path / "data").ledger) as ledger:
        assert len(ledger.runs()) == 1


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that nobody can write to: mounted so as root, who could otherwise; else by its mode."""
    folder.mkdir()
    if os.geteuid() == 0:
        order = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(folder)]
        if subprocess.run(order, capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine does not let us mount")
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    else:
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)


@pytest.mark.parametrize("crawl", [False, True], ids=["run", "crawl alone"])
def test_a_folder_that_is_read_only_is_told_before_anything_is_asked(site: Site, tmp_path: Path, crawl: bool) -> None:
    with read_only(tmp_path / "disk"):
        job = write_site_job(tmp_path, site.port, tmp_path / "disk" / "data")
        code, said = ended(start(job, crawl=crawl))
    assert (code, site.asked.total()) == (3, 0), said
    assert str(tmp_path / "disk" / "data") in said


@pytest.mark.parametrize("crawl", [False, True], ids=["run", "crawl alone"])
def test_a_mount_that_is_missing_is_not_written_to_in_its_place(site: Site, tmp_path: Path, crawl: bool) -> None:
    """The data folder is a link to where a disk should be; without the disk there is nothing behind it."""
    job = write_site_job(tmp_path, site.port)
    (tmp_path / "data").symlink_to(tmp_path / "disk" / "data")
    code, said = ended(start(job, crawl=crawl))
    assert (code, site.asked.total()) == (3, 0), said
    assert not (tmp_path / "disk").exists()


def test_the_crawl_alone_wants_its_free_space_before_it_asks_anything(site: Site, tmp_path: Path) -> None:
    job = write_site_job(tmp_path, site.port)
    job.write_text(job.read_text().replace("min_free_mb = 0", "min_free_mb = 1000000000"))
    code, said = ended(start(job, crawl=True))
    assert (code, site.asked.total()) == (3, 0), said
    assert "need 1000000000 MB" in said


FILLING = """
import itertools, spiders.running
asked = itertools.count()
def check_room(folder, need, real=spiders.running.check_room):
    real(folder, 10**9 if next(asked) >= 2 else need)
spiders.running.check_room = check_room
"""


def test_a_disk_that_fills_while_the_crawl_alone_works_stops_it_and_loses_nothing(site: Site, tmp_path: Path) -> None:
    job = write_site_job(tmp_path, site.port)
    code, said = ended(start(job, before=FILLING, crawl=True))
    assert code == 3, said
    assert "need 1000000000 MB" in said
    assert 0 < len(site.asked) < PAGES
    assert ended(start(job))[0] == 0
    assert set(load(tmp_path / "data")["url"]) == site.addresses
    assert sum(count - 1 for count in site.asked.values()) <= 16


def test_a_crawl_over_its_memory_limit_stops_cleanly_and_the_next_goes_on(site: Site, tmp_path: Path) -> None:
    job = write_site_job(tmp_path, site.port)
    code, said = ended(start(job, before="import spiders.settings\nspiders.settings.MEMORY_MEGABYTES = 10", crawl=True))
    assert code == 11, said
    assert len(site.asked) < PAGES
    assert ended(start(job))[0] == 0
    assert set(load(tmp_path / "data")["url"]) == site.addresses
    assert max(site.asked.values()) == 1


def test_a_crawl_that_is_told_to_stop_does_not_wait_for_a_silent_server(site: Site, tmp_path: Path) -> None:
    job = write_site_job(tmp_path, site.port)
    asked, let_go = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        asked.set()
        let_go.wait(SECONDS)

    site.at = hold
    crawl = start(job, before="import spiders.patience\nspiders.patience.SECONDS = 0.1", crawl=True)
    assert asked.wait(SECONDS)
    crawl.send_signal(signal.SIGTERM)
    code, said = ended(crawl)
    let_go.set()
    site.at = None
    assert (code, "are given up" in said) == (11, True), said
    assert ended(start(job))[0] == 0
    assert set(load(tmp_path / "data")["url"]) == site.addresses
    assert sum(count - 1 for count in site.asked.values()) <= 16


def test_a_signal_to_every_process_reaches_no_page_in_work() -> None:
    """A service manager that stops a job signals all of it; the page in work was called a crash for it."""
    before = children()
    extractions = extract_many(own_pages(60), workers=2)
    next(extractions)
    for process in children() - before:
        os.kill(process, signal.SIGTERM)
        os.kill(process, signal.SIGINT)
    assert [each.outcome for each in extractions] == ["article"] * 59
