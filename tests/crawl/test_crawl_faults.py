"""Killed, stopped, refused by the disk, started twice: nothing is lost, and the exit code says the truth."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from pipeline.page import Page
from pipeline.store.ledger import Ledger
from pipeline.store.warc import DamagedRecord, read_page, read_warc
from tests.crawl.jobs import SECONDS, JobFolder, write_job
from tests.crawl.web import Reply, Web, page

HOSTS = [f"h{n}.example" for n in range(6)]
PAGES = 40  # on each host: a start page and 39 more
IN_FLIGHT = 8


def links_of(number: int) -> list[str]:
    return [f"/{n}" for n in (2 * number + 1, 2 * number + 2) if n < PAGES]


@pytest.fixture
def job(web: Web, tmp_path: Path) -> JobFolder:
    """240 pages that take 10 ms each to come, no deeper than a crawl goes: each links to two more."""
    for host in HOSTS:
        site = {f"/{n or ''}": Reply(page(*links_of(n), text=f"{host} {n}"), pause=0.01) for n in range(PAGES)}
        web.sites[host] = {**site, "/robots.txt": Reply(b"", 404)}
    return write_job(
        tmp_path, web, [f"http://{host}/" for host in HOSTS], hosts=HOSTS, site='follow = ["links"]\nmax_pages = 1000',
        crawl=f"delay = 0.0\nconcurrency = {IN_FLIGHT}",
    )  # fmt: skip


def wait_for_pages(web: Web, count: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + SECONDS
    while sum(asked.path != "/robots.txt" for asked in list(web.log)) < count:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.005)


def check_all_there(job: JobFolder, web: Web, processes: int) -> None:
    """Every page archived once in the ledger, readable there; asked again only what was in flight."""
    with Ledger(job.data.ledger) as ledger:
        (run,) = ledger.runs()
        visits = ledger.awaiting_build()
        books = ledger.books(run.run_id)
    assert books.balanced, books.problems
    assert sorted(visit.url for visit in visits) == sorted(
        f"http://{host}/{n or ''}" for host in HOSTS for n in range(PAGES)
    )
    for visit in visits:
        assert read_page(job.data.raw, visit.location).url == visit.url
    asked = Counter((asked.host, asked.path) for asked in web.log if asked.path != "/robots.txt")
    again = sum(count - 1 for count in asked.values())
    assert again <= IN_FLIGHT * (processes - 1), f"{again} asked again"


def test_killed_again_and_again_nothing_is_lost_and_only_what_was_in_flight_is_asked_again(
    job: JobFolder, web: Web
) -> None:
    for after in (1, 90, 170):
        process = job.start()
        wait_for_pages(web, after, process)
        process.kill()
        process.wait(SECONDS)
    assert job.crawl().code == 0
    check_all_there(job, web, processes=4)


def test_sigterm_stops_cleanly_and_the_next_call_asks_nothing_twice(job: JobFolder, web: Web) -> None:
    process = job.start()
    wait_for_pages(web, 60, process)
    process.terminate()
    log = process.communicate(timeout=SECONDS)[0]
    stopped = job.result(process.returncode, log)
    assert stopped.code == 11, log
    assert stopped.books.balanced
    with Ledger(job.data.ledger) as ledger:
        assert ledger.runs()[-1].crawl_finished_at is None
    assert job.crawl().code == 0
    check_all_there(job, web, processes=1)


def test_a_disk_that_refuses_ends_the_crawl_with_its_own_code_and_loses_nothing(job: JobFolder, web: Web) -> None:
    """The limit on file size stands for a full disk: the kernel refuses the write just so."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))

    refused = subprocess.run(
        job.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
        preexec_fn=small_files,
    )  # fmt: skip
    assert refused.returncode == 3, refused.stdout
    assert "the crawl stops" in refused.stdout
    assert job.crawl().code == 0
    check_all_there(job, web, processes=2)


def test_a_torn_tail_is_named_and_what_the_ledger_knows_of_is_whole(job: JobFolder, web: Web) -> None:
    process = job.start()
    wait_for_pages(web, 60, process)
    process.kill()
    process.wait(SECONDS)
    (path,) = job.data.raw.iterdir()
    with Ledger(job.data.ledger) as ledger:
        known = ledger.awaiting_build()
    end = max(visit.location.offset + visit.location.length for visit in known)
    path.write_bytes(path.read_bytes()[:end] + path.read_bytes()[:50])
    found = list(read_warc(path))
    damaged = [one for one in found if isinstance(one, DamagedRecord)]
    assert [(one.offset, one.file) for one in damaged] == [(end, path.name)]
    assert {visit.url for visit in known} <= {one.url for one in found if isinstance(one, Page)}
    assert job.crawl().code == 0
    check_all_there(job, web, processes=2)
    assert len(list(job.data.raw.iterdir())) == 2, "the second process has written a file of its own"


def test_two_at_once_in_one_folder(job: JobFolder, web: Web) -> None:
    web.sites[HOSTS[0]]["/"] = Reply(page(), pause=SECONDS)
    first = job.start()
    wait_for_pages(web, 1, first)
    second = subprocess.run(job.command(), capture_output=True, text=True, timeout=SECONDS, check=False)
    assert second.returncode == 75
    assert "another run is at work" in second.stderr
    first.kill()
    first.wait(SECONDS)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("delay = 0.0", "dealy = 0.0"), 2, "dealy"),
        (('contact = "mailto:crawl@example.org"', ""), 2, "contact"),
        (("http://h0.example/", "nonsense"), 2, "nonsense"),
    ],
)
def test_a_bad_job_file_is_refused_before_anything_is_made(
    job: JobFolder, change: tuple[str, str], code: int, said: str
) -> None:
    job.path.write_text(job.path.read_text().replace(*change))
    done = subprocess.run(job.command(), capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not job.data.root.exists()


def test_a_folder_that_cannot_be_made_and_a_ledger_that_is_none(job: JobFolder, web: Web) -> None:
    job.data.root.write_text("a file where the folder should be")
    assert subprocess.run(job.command(), capture_output=True, timeout=SECONDS, check=False).returncode == 3
    job.data.root.unlink()
    job.data.root.mkdir()
    job.data.ledger.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    done = subprocess.run(job.command(), capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (done.returncode, "not a ledger" in done.stderr) == (3, True)
    assert web.log == []


def test_an_error_of_our_own_before_a_request_costs_its_address_only(job: JobFolder, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'spiders' in sys.orig_argv:\n"
        "    from spiders.decisions import Decisions\n"
        "    take = Decisions.take\n"
        "    def broken(self, group, visit):\n"
        "        if visit.url.endswith('h0.example/2'):\n"
        "            raise ValueError('no such rule')\n"
        "        return take(self, group, visit)\n"
        "    Decisions.take = broken\n"
    )
    done = subprocess.run(
        job.command(), env={**os.environ, "PYTHONPATH": str(tmp_path)}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    crawled = job.result(done.returncode, done.stdout)
    assert crawled.code == 1
    assert "no such rule" in crawled.log
    assert crawled.outcome("http://h0.example/2") == "pending"
    assert sum(crawled.outcome(url) == "archived" for url in crawled.rows) == len(crawled.rows) - 1
    again = job.crawl()
    assert again.code == 0
    assert again.outcome("http://h0.example/2") == "archived"
    assert len({*crawled.rows, *again.rows}) == len(HOSTS) * PAGES
