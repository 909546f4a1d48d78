"""Runs after runs: conditional requests, due times, budgets, scopes, and what the next run takes up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawl.jobs import Crawled, JobFolder, write_job
from tests.crawl.web import Asked, Reply, Web, page, serve

HOST = "news.example"
START = f"http://{HOST}/"


def tell_validators(body: bytes) -> object:
    def route(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return Reply(status=304, headers={"ETag": '"v1"'})
        return Reply(body, headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"})

    return route


def finish_newest(job: JobFolder) -> None:
    """As the build does when it is through, and as if a day had passed for every address."""
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE runs SET finished_at = 1, exit_code = 0")
        db.execute("UPDATE addresses SET due_at = 0")


def test_a_second_run_asks_conditionally_and_learns_a_longer_interval(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/": page("/a", "/b"), "/a": tell_validators(page()), "/b": page()}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    first = job.crawl()
    assert {first.outcome(START + path) for path in ("", "a", "b")} == {"archived"}
    finish_newest(job)
    web.log.clear()
    second = job.crawl()
    assert second.outcome(START + "a") == "not_modified"
    assert second.outcome(START + "b") == "archived"
    (asked,) = [asked for asked in web.log if asked.path == "/a"]
    assert asked.headers["if-none-match"] == '"v1"'
    assert asked.headers["if-modified-since"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    with sqlite3.connect(job.data.ledger) as db:
        intervals = dict(db.execute("SELECT url, interval_s FROM addresses"))
    assert (intervals[START + "a"], intervals[START + "b"]) == (7_200.0, 3_600.0)


def test_what_is_not_due_is_not_asked_but_the_start_always_is(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/": page("/a"), "/a": page(), "/robots.txt": Reply(b"", 404)}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    job.crawl()
    web.log.clear()
    again = job.crawl()
    assert web.paths(HOST) == ["/"], "robots.txt is remembered for a day, the page is not due for an hour"
    assert set(again.rows) == {START}
    assert again.code == 0


def test_a_limit_is_for_one_call_and_the_rest_stays_open(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/": page(*(f"/{n}" for n in range(8))), "*": page()}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    first = job.crawl("--limit", "4")
    assert (first.code, first.books.awaiting, first.books.by_outcome["pending"]) == (0, 4, 9)
    second = job.crawl()
    assert second.code == 0
    pages = [path for path in web.paths(HOST) if path not in {"/", "/robots.txt"}]
    assert sorted(pages) == [f"/{n}" for n in range(8)], "each page once over both calls"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, Web]]:
    """One crawl of several sections of a job, each with other rules on a site of its own."""
    blog = ("/blog/1", "/blog/2", "/blog/3", "/news")
    sections = {
        "few.example": 'max_pages = 3\nfollow = ["links"]',
        "path.example": 'scope = "path"\nfollow = ["links"]',
        "odd.example": 'scope = "path"\nallow = ["/blog/[13]"]\nfollow = ["links"]',
        "even.example": 'scope = "host"\ndeny = ["/blog/[13]"]\nfollow = ["links"]',
        "alone.example": "follow = []",
        "whole.example": 'follow = ["links"]',
        "moved.example": 'scope = "host"\nfollow = ["links"]',
        "shy.example": 'respect_opt_out = "skip"\nfollow = ["links"]',
    }
    hosts = [*sections, "www.even.example", "www.whole.example", "www.moved.example", "whole.example.evil.test"]
    with serve() as web:
        for host in hosts:
            web.sites[host] = {"/robots.txt": Reply(b"", 404), "/blog/": page(*blog), "*": page()}
        web.sites["even.example"]["/blog/"] = page(*blog, "http://www.even.example/x")
        web.sites["whole.example"]["/blog/"] = page("http://www.whole.example/x", "http://whole.example.evil.test/")
        web.sites["moved.example"]["/blog/"] = Reply(status=301, headers={"Location": "http://www.moved.example/"})
        web.sites["www.moved.example"] |= {"/": page("/a"), "/a": page("/b")}
        meta = b'<head><meta name="robots" content="noindex, nofollow">'
        web.sites["shy.example"] |= {"/blog/": page("/a"), "/a": page("/b").replace(b"<head>", meta)}
        rest = [f'[[sites]]\nstart = ["http://{host}/blog/"]\n{rules}' for host, rules in sections.items()]
        job = write_job(tmp_path_factory.mktemp("job"), web, [START], hosts=hosts, site="\n".join(["", *rest]))
        yield job.crawl(), web


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("few.example", ["/blog/", "/blog/1", "/blog/2"]),
        ("path.example", ["/blog/", "/blog/1", "/blog/2", "/blog/3"]),
        ("odd.example", ["/blog/", "/blog/1", "/blog/3"]),
        ("even.example", ["/blog/", "/blog/2", "/news"]),
        ("alone.example", ["/blog/"]),
        ("www.even.example", []),
        ("www.whole.example", ["/x"]),
        ("whole.example.evil.test", []),
        ("www.moved.example", ["/", "/a", "/b"]),
        ("shy.example", ["/a", "/blog/"]),
    ],
)
def test_budgets_scopes_and_patterns(sites: tuple[Crawled, Web], host: str, asked: list[str]) -> None:
    assert sorted(path for path in sites[1].paths(host) if path != "/robots.txt") == asked


def test_what_was_left_out_says_why(sites: tuple[Crawled, Web]) -> None:
    rows = sites[0].rows
    assert (rows["http://few.example/blog/3"].outcome, rows["http://few.example/blog/3"].detail) == (
        "pending", "over the site's max_pages",
    )  # fmt: skip
    refused = rows["http://shy.example/a"]
    assert (refused.outcome, refused.warc_file) == ("blocked.optout", None)
    assert "noindex" in refused.detail
    assert sites[0].books.balanced
