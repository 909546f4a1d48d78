"""The pauses that a server sees. Only gaps are asserted (at least), never how fast anything is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.crawl.jobs import write_job
from tests.crawl.web import Asked, Reply, Web, page

SLACK = 0.02  # the server notes a request a little after it was sent, and unevenly


def gaps(web: Web, *hosts: str) -> list[float]:
    times = [asked.at for asked in web.log if asked.host in hosts]
    return [after - before for before, after in pairwise(times)]


def test_pauses_of_the_job_of_a_robots_file_and_of_a_group(web: Web, tmp_path: Path) -> None:
    """Without fixed resolution a group is the registrable domain; here an address, which is its own."""
    hosts = ["a.quick.example", "b.quick.example", "slow.example"]
    for host in [*hosts, web.endpoint]:
        web.sites[host] = {"/": page("/1", "/2"), "*": page(), "/robots.txt": Reply(b"", 404)}
    web.sites["slow.example"]["/robots.txt"] = b"User-agent: broadsheet\nCrawl-delay: 0.8\nUser-agent: *\nDisallow: /"
    starts = [*(f"http://{host}/" for host in hosts), f"http://{web.endpoint}/", f"http://{web.endpoint}/other"]
    job = write_job(tmp_path, web, starts, hosts=hosts, crawl="delay = 0.2", site='follow = ["links"]')
    done = job.crawl()
    assert done.books.awaiting == 13
    for host in (*hosts[:2], web.endpoint):
        assert len(gaps(web, host)) == (4 if host == web.endpoint else 3)
        assert min(gaps(web, host)) >= 0.2 - SLACK, "robots.txt counts too"
    slow = gaps(web, "slow.example")
    assert slow[0] >= 0.2 - SLACK
    assert min(slow[1:]) >= 0.8 - SLACK


def test_retry_after_is_waited_for_and_the_page_then_comes(web: Web, tmp_path: Path) -> None:
    def busy_once(asked: Asked) -> Reply:
        first = next(one for one in web.log if one.path == asked.path) is asked
        return Reply(b"", 503, headers={"Retry-After": "1"}) if first else Reply(page())

    web.sites["busy.example"] = {"/": page("/a", "/b"), "/a": busy_once, "/b": page()}
    job = write_job(tmp_path, web, ["http://busy.example/"], hosts=["busy.example"], site='follow = ["links"]')
    done = job.crawl()
    assert (done.outcome("http://busy.example/a"), done.outcome("http://busy.example/b")) == ("archived", "archived")
    paths = web.paths("busy.example")
    refused = paths.index("/a")
    assert gaps(web, "busy.example")[refused] >= 1.0 - SLACK, "the whole host rests, not the page alone"


def test_a_host_that_wants_a_long_rest_gets_it_over_runs_and_others_go_on(web: Web, tmp_path: Path) -> None:
    web.sites["busy.example"] = {
        "/robots.txt": Reply(b"", 404), "/": page("/a", "/b"), "*": Reply(b"", 429, headers={"Retry-After": "7200"}),
    }  # fmt: skip
    web.sites["idle.example"] = {"/": page("/a"), "/a": page()}
    job = write_job(
        tmp_path, web, ["http://busy.example/", "http://idle.example/"], hosts=["busy.example", "idle.example"],
        site='follow = ["links"]',
    )  # fmt: skip
    first = job.crawl()
    assert first.outcome("http://busy.example/a") == "rate_limited"
    assert first.outcome("http://busy.example/b") == "pending"
    assert first.outcome("http://idle.example/a") == "archived"
    web.log.clear()
    job.crawl()
    assert web.paths("busy.example") == [], "the rest is kept in the ledger"
    assert web.paths("idle.example") == ["/"]


def test_robots_that_redirect_or_never_end_are_read_as_far_as_they_count(web: Web, tmp_path: Path) -> None:
    rules = b"User-agent: *\nDisallow: /no\n"
    web.sites["moved.example"] = {
        "/robots.txt": Reply(status=301, headers={"Location": "/r2"}), "/r2": rules, "*": page("/no", "/yes"),
    }  # fmt: skip
    web.sites["long.example"] = {
        "/robots.txt": rules + b"# a comment that says nothing\n" * 40_000 + b"Disallow: /yes\n",
        "*": page("/no", "/yes"),
    }  # fmt: skip
    web.sites["round.example"] = {"/robots.txt": Reply(status=302, headers={"Location": "/robots.txt"}), "*": page()}
    hosts = ["moved.example", "long.example", "round.example"]
    job = write_job(tmp_path, web, [f"http://{host}/" for host in hosts], hosts=hosts, site='follow = ["links"]')
    done = job.crawl()
    for host in hosts[:2]:
        assert done.outcome(f"http://{host}/no") == "blocked.robots"
        assert done.outcome(f"http://{host}/yes") == "archived"
    assert done.outcome("http://round.example/") == "blocked.robots_unreachable"
    assert web.paths("round.example").count("/robots.txt") == 6, "five hops are followed, as RFC 9309 has it"
