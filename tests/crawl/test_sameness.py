"""Branches that bring nothing new are left, by pattern, and reported; branches that do are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from spiders.addresses import Address, read_address
from spiders.sameness import MOST_EQUAL, MOST_QUERIES, Sameness, pattern
from tests.crawl.jobs import SECONDS, write_job
from tests.crawl.web import Asked, Reply, Web, page


def at(path: str) -> Address:
    address = read_address(f"http://a.example{path}")
    assert address is not None
    return address


def test_patterns() -> None:
    assert pattern(at("/day/12")) == pattern(at("/day/13")) == "/day/*"
    assert pattern(at("/news/a-long-name")) == pattern(at("/news/other-long-name")) == "/news/*"
    assert pattern(at("/about")) != pattern(at("/contact"))
    assert pattern(at("/p?a=1&b=2")) == "/p?a&b"


def test_pages_in_a_row_without_new_text_end_their_pattern_only() -> None:
    same = Sameness()
    for number in range(MOST_EQUAL):
        assert not same.objection(at(f"/day/{number}"))
        same.came(at(f"/day/{number}"), page(f"/day/{number + 1}", text="No events"))
    assert not same.objection(at("/day/99")), "the first was new"
    same.came(at("/day/99"), page("/day/100", text="No events"))
    assert same.objection(at("/day/100")) == "the last 20 pages of /day/* brought no new text"
    assert not same.objection(at("/story/100"))


def test_one_new_text_begins_the_count_anew() -> None:
    same = Sameness()
    for number in range(3 * MOST_EQUAL):
        text = f"Something else {chr(97 + number // 15) * 9}" if number % 15 == 0 else "The same"
        same.came(at(f"/day/{number}"), page(text=text))
    assert not same.objection(at("/day/1000"))


def test_pages_that_differ_only_far_behind_are_not_the_same() -> None:
    same, head = Sameness(), b"<p>The same long start. </p>" * 30_000
    assert [same.came(at(f"/{n}"), head + b"<p>Story %d" % n) for n in range(3)] == [1, 1, 1]
    assert same.came(at("/3"), head + b"<p>Story 2") == 2


@pytest.mark.parametrize("opening", [b"<", b"<a"])
def test_openings_of_tags_without_end_cost_no_more_than_any_other_text(opening: bytes) -> None:
    script = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
from tests.crawl.test_sameness import at
from spiders.sameness import Sameness
assert Sameness().came(at("/"), {opening!r} * 2_000_000) == 1
"""
    # With a pattern whose cost grows with the square of the page it is more than a minute, with ours 0.1 s. Processor
    # time is limited, not the time on the wall, which says how busy the machine is.
    subprocess.run([sys.executable, "-c", script], check=True, timeout=SECONDS)


def test_queries_of_one_path() -> None:
    same = Sameness()
    for number in range(MOST_QUERIES):
        assert not same.objection(at(f"/shop?colour={number}&size=2"))
        assert not same.objection(at(f"/article?id={number}")), "one parameter names a page"
    assert same.objection(at("/shop?colour=x&size=3")) == "more than 100 queries of /shop"
    assert not same.objection(at("/article?id=x"))
    assert not same.objection(at("/shop?colour=1&size=2")), "one that was counted is not refused"


def test_a_crawl_leaves_the_branch_reports_it_and_takes_what_else_there_is(web: Web, tmp_path: Path) -> None:
    def anything(asked: Asked) -> Reply:
        number = int(asked.path.rpartition("/")[2])
        return Reply(page(f"/day/{number + 1}", *(f"/day/{number}{n}" for n in range(9)), text="No events."))

    stories = [f"/story/{n}" for n in range(30)]
    web.sites["a.example"] = {
        "/": page("/day/1", *stories), "*": anything, "/robots.txt": Reply(b"", 404),
        **{path: page(text=f"Story {chr(97 + n % 26) * (n + 2)}.") for n, path in enumerate(stories)},
    }  # fmt: skip
    done = write_job(tmp_path, web, ["http://a.example/"], hosts=["a.example"], site='follow = ["links"]').crawl()
    assert [done.outcome(f"http://a.example{path}") for path in stories] == ["archived"] * 30
    asked = [path for path in web.paths("a.example") if path.startswith("/day/")]
    assert len(asked) == MOST_EQUAL + 1
    refused = [row for row in done.rows.values() if row.outcome == "trap_limit"]
    assert {row.detail for row in refused} == {"the last 20 pages of /day/* brought no new text"}
