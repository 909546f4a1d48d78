"""What a host gives in a day, in pages and in bytes; pauses after slow answers, which every request waits for."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

from tests.crawl.jobs import JobFolder, write_job
from tests.crawl.web import Reply, Web, page

HOST = "a.example"
START = f"http://{HOST}/"
SLACK = 0.02  # the server notes a request a little after it was sent, and unevenly


def a_day_later(job: JobFolder) -> None:
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE hosts SET day = '2020-01-01' WHERE day <> ''")


def test_a_host_gives_so_many_pages_a_day_over_all_runs(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "/": page(*(f"/{n}" for n in range(6))), "*": page()}
    crawl = "delay = 0.0\npages_per_host_per_day = 3"
    job = write_job(tmp_path, web, [START], hosts=[HOST], crawl=crawl, site='follow = ["links"]')
    first = job.crawl()
    assert web.paths(HOST) == ["/robots.txt", "/", "/0", "/1"]
    assert first.rows[f"{START}2"].detail == "the host has had its pages for today"
    job.crawl()
    assert len(web.paths(HOST)) == 4, "the day is not over"
    a_day_later(job)
    job.crawl()
    assert len(web.paths(HOST)) == 7


def test_a_host_gives_so_many_bytes_a_day(web: Web, tmp_path: Path) -> None:
    large = page(text="A paragraph of our own. " * 18_000)
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "/": page(*(f"/{n}" for n in range(6))), "*": large}
    crawl = "delay = 0.0\nmegabytes_per_host_per_day = 1"
    job = write_job(tmp_path, web, [START], hosts=[HOST], crawl=crawl, site='follow = ["links"]')
    done = job.crawl()
    assert web.paths(HOST) == ["/robots.txt", "/", "/0", "/1", "/2"], f"{len(large)} bytes each"
    assert done.rows[f"{START}3"].detail == "the host has sent its 1 MB for today"
    a_day_later(job)
    job.crawl()
    assert len(web.paths(HOST)) == 9, "the start page, and three more of the large ones"


def test_a_slow_host_gets_three_times_as_long_a_pause_and_files_of_the_site_wait_too(web: Web, tmp_path: Path) -> None:
    sitemap = f"<urlset><url><loc>{START}b</loc></url></urlset>".encode()
    web.sites[HOST] = {
        "/robots.txt": f"User-agent: *\nSitemap: {START}map.xml\n".encode(),
        "/map.xml": Reply(sitemap, headers={"Content-Type": "application/xml"}),
        "/.well-known/tdmrep.json": Reply(b"", 404), "/ai.txt": Reply(b"", 404),
        "/": Reply(page("/a"), pause=0.4), "*": page(),
    }  # fmt: skip
    crawl = 'delay = 0.3\nrights_files = ["/.well-known/tdmrep.json", "/ai.txt"]'
    write_job(tmp_path, web, [START], hosts=[HOST], crawl=crawl).crawl()
    paths = web.paths(HOST)
    assert paths[:4] == ["/robots.txt", "/.well-known/tdmrep.json", "/ai.txt", "/"]
    assert sorted(paths[4:]) == ["/a", "/b", "/map.xml"]
    gaps = [after.at - before.at for before, after in pairwise(web.log)]
    assert min(gaps) >= 0.3 - SLACK
    assert gaps[3] >= 0.4 + 3 * 0.4 - SLACK, "the answer took 0.4 s"


def test_pages_that_fail_do_not_keep_the_rest_of_a_site_from_its_turn(web: Web, tmp_path: Path) -> None:
    failing = {f"/{n}": Reply(status=500) for n in range(6)}
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "/": page(*failing, "/fine"), "/fine": page(), **failing}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    first = job.crawl()
    assert [first.outcome(f"{START}{n}") for n in (0, 4, 5, "fine")] == [
        "http_error",
        "http_error",
        "pending",
        "pending",
    ]
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE addresses SET due_at = due_at - 3700")  # an hour later
    web.log.clear()
    second = job.crawl()
    assert web.paths(HOST) == ["/", "/5", "/5", "/5", "/fine"]
    assert second.outcome(f"{START}fine") == "archived"
