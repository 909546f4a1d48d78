"""Redirects over runs: moves for good are taken up, downgrades are not, and a 304 that nobody asked for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.crawl.jobs import JobFolder, write_job
from tests.crawl.web import Asked, Reply, Web, page

OLD, NEW = "old.example", "new.example"
NO_ROBOTS = Reply(b"", 404)


def a_move(web: Web, folder: Path, status: int) -> JobFolder:
    web.sites[OLD] = {
        "/robots.txt": NO_ROBOTS,
        "/": page("/a"),
        "/a": Reply(status=status, headers={"Location": f"http://{NEW}/a"}),
    }
    web.sites[NEW] = {"/robots.txt": NO_ROBOTS, "/a": page(text="Moved here.")}
    return write_job(folder, web, [f"http://{OLD}/"], hosts=[OLD, NEW], site='follow = ["links"]')


def next_run(web: Web, job: JobFolder) -> None:
    """As the build does when it is through, and as if a day had passed for every address."""
    web.log.clear()
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE runs SET finished_at = 1, exit_code = 0")
        db.execute("UPDATE addresses SET due_at = 0")


def test_a_move_for_good_is_asked_at_its_new_address_until_that_gives_no_page(web: Web, tmp_path: Path) -> None:
    job = a_move(web, tmp_path, 301)
    assert job.crawl().outcome(f"http://{OLD}/a") == "redirected"
    next_run(web, job)
    second = job.crawl()
    assert (web.paths(OLD), web.paths(NEW)) == (["/"], ["/a"])
    assert second.rows[f"http://{OLD}/a"].detail == f"to http://{NEW}/a, where it said that it has moved for good"
    assert second.rows[f"http://{OLD}/a"].final_url == f"http://{NEW}/a"
    assert second.outcome(f"http://{NEW}/a") == "archived"
    assert second.books.balanced
    web.sites[NEW]["/a"] = Reply(b"gone", 410)
    next_run(web, job)
    assert job.crawl().outcome(f"http://{NEW}/a") == "gone"
    next_run(web, job)
    job.crawl()
    assert "/a" in web.paths(OLD), "the new address gave no page, so the old one may know better"


def test_a_move_for_now_is_asked_at_its_old_address(web: Web, tmp_path: Path) -> None:
    job = a_move(web, tmp_path, 302)
    job.crawl()
    next_run(web, job)
    job.crawl()
    assert (web.paths(OLD), web.paths(NEW)) == (["/", "/a"], ["/a"])


def test_a_new_address_is_asked_only_where_its_robots_let_us(web: Web, tmp_path: Path) -> None:
    job = a_move(web, tmp_path, 308)
    job.crawl()
    web.sites[NEW]["/robots.txt"] = b"User-agent: *\nDisallow: /\n"
    next_run(web, job)
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("DELETE FROM hosts")
    assert job.crawl().outcome(f"http://{NEW}/a") == "blocked.robots"
    assert web.paths(NEW) == ["/robots.txt"]


def test_a_304_that_nobody_asked_for_is_asked_once_more_without_conditions(web: Web, tmp_path: Path) -> None:
    def confused_once(asked: Asked) -> Reply:
        first = next(one for one in web.log if one.path == asked.path) is asked
        return Reply(status=304) if first else Reply(page())

    web.sites[OLD] = {"/robots.txt": NO_ROBOTS, "/": page("/a", "/b"), "/a": confused_once, "/b": Reply(status=304)}
    done = write_job(tmp_path, web, [f"http://{OLD}/"], hosts=[OLD], site='follow = ["links"]').crawl()
    assert (done.outcome(f"http://{OLD}/a"), done.outcome(f"http://{OLD}/b")) == ("archived", "protocol_error")
    assert sorted(web.paths(OLD)) == ["/", "/a", "/a", "/b", "/b", "/robots.txt"]
    assert not [asked for asked in web.log if {"if-none-match", "if-modified-since"} & set(asked.headers)]
