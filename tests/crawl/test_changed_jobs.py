"""The job file changes between runs, or WARC files of others came first: what is asked is what the job says now."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.store.ledger import Ledger, NewAddress
from pipeline.store.warc import WarcWriter
from tests.crawl.jobs import JobFolder, write_job
from tests.crawl.test_foreign import take_over
from tests.crawl.web import Asked, Reply, Route, Web, page

HOST = "news.example"
START = f"http://{HOST}/"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
T = NOW.timestamp()


def finish(job: JobFolder) -> None:
    """As the build does when it is through; what was asked is not due again yet."""
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE runs SET finished_at = 1, exit_code = 0")


def tagged(body: bytes) -> Route:
    def route(asked: Asked) -> Reply:
        tag = {"ETag": '"v1"'}
        return Reply(status=304, headers=tag) if "if-none-match" in asked.headers else Reply(body, headers=tag)

    return route


def test_another_start_address_of_a_known_site_is_asked_with_all_it_leads_to(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {
        "/": page("/about/", "/a"), "/about/": tagged(page("/", "/a", "/b")), "/a": page(), "/b": page("/a"),
        "/robots.txt": Reply(b"", 404),
    }  # fmt: skip
    write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]\nmax_pages = 3').crawl()
    job = write_job(tmp_path, web, [f"{START}about/"], hosts=[HOST], site='follow = ["links"]')
    finish(job)
    web.log.clear()
    second = job.crawl()
    assert second.outcome(f"{START}about/") == "archived", "a start address is always asked"
    assert second.outcome(f"{START}b") == "archived", "and read, not only asked whether it has changed"
    assert sorted(web.paths(HOST)) == ["/about/", "/b"], "what is not due is not asked"
    finish(job)
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE addresses SET due_at = 0")
        assert {row[0] for row in db.execute("SELECT seed FROM addresses")} == {f"{START}about/"}
    third = job.crawl()
    assert set(third.rows) == {START, *(START + path for path in ("about/", "a", "b"))}
    assert third.books.by_outcome.get("pending") == 4 - third.books.by_outcome.get("not_modified", 0)


def test_visits_left_open_for_a_start_address_that_is_gone_are_forgotten(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/": page("/a", "/b"), "/about/": page("/b"), "*": page()}
    first = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    first.crawl("--limit", "1")
    with sqlite3.connect(first.data.ledger) as db:
        db.execute("UPDATE runs SET crawl_finished_at = NULL")  # as if it had been killed there
    again = write_job(tmp_path, web, [f"{START}about/"], hosts=[HOST], site='follow = ["links"]').crawl()
    assert {url: again.outcome(url) for url in again.rows} == dict.fromkeys(
        (START, f"{START}about/", f"{START}b"), "archived"
    )


def test_what_warc_files_brought_before_is_crawled_all_the_same(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/": page("/a", "/b"), "*": page()}
    with WarcWriter(tmp_path / "theirs", "crawl") as writer:
        for path in ("", "a", "b"):
            place = writer.write(START + path, 200, "OK", [("Content-Type", "text/html")], page(text="old"), NOW)
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    assert take_over(job.data.root, tmp_path / "theirs" / place.file)[0] == 0
    done = job.crawl()
    assert {url: done.outcome(url) for url in done.rows} == dict.fromkeys((START, f"{START}a", f"{START}b"), "archived")


def test_a_start_address_is_asked_though_another_section_has_found_it_and_does_not_want_it(
    web: Web, tmp_path: Path
) -> None:
    web.sites[HOST] = {"/": page("/about/"), "*": page()}
    first = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    first.crawl()
    finish(first)
    sections = f'follow = ["links"]\ndeny = ["/about/"]\n[[sites]]\nstart = ["{START}about/"]'
    second = write_job(tmp_path, web, [START], hosts=[HOST], site=sections).crawl()
    assert second.outcome(f"{START}about/") == "archived"


@pytest.mark.parametrize(
    ("learnt", "bounds", "interval"),
    [
        (60.0, (20.0, 200.0), 20.0),  # it stood at the lower bound, and does so again
        (120.0, (20.0, 200.0), 120.0),
        (120.0, (150.0, 200.0), 150.0),
        (120.0, (20.0, 90.0), 90.0),
    ],
)
def test_new_bounds_of_the_interval_reach_known_addresses(
    tmp_path: Path, learnt: float, bounds: tuple[float, float], interval: float
) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        run = ledger.begin_run("job", NOW).run_id
        new = NewAddress(f"{START}a", f"{START}a", HOST, HOST, HOST, START, interval=(60.0, 240.0))
        known, _ = ledger.add_address(run, new, T)
        ledger.fetched(known, T, None, None)
        if learnt > 60.0:
            ledger.unchanged(known, T)
        ledger.ask_for(run, {START: bounds}, T)
        ledger.commit_group()
        with sqlite3.connect(ledger.path) as db:
            (row,) = db.execute("SELECT interval_s, due_at - ?, interval_min, interval_max FROM addresses", (T,))
    assert row == (interval, interval, *bounds)
