"""robots.txt between requests and runs: good copies for a day, failures with a growing pause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.outcome import Outcome
from pipeline.store.ledger import HostState, Ledger
from spiders.robots_memory import RobotsMemory
from tests.crawl.jobs import write_job
from tests.crawl.web import Reply, Web, page

HOUR = 3_600.0
NAME = "http://a.example:80"
RULES = "User-agent: *\nDisallow: /no\n"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as found:
        yield found


def answer(clock: Clock, status: int) -> HostState:
    return HostState(NAME, RULES if status == 200 else None, clock(), status)


def test_a_good_copy_is_renewed_after_half_a_day(ledger: Ledger) -> None:
    clock = Clock()
    memory = RobotsMemory(ledger, "Broadsheet", clock)
    assert memory.recall(NAME) is None
    memory.learn(answer(clock, 200))
    clock.now += 11 * HOUR
    for remembered in (memory, RobotsMemory(ledger, "Broadsheet", clock)):
        rules = remembered.recall(NAME)
        assert rules is not None
        assert rules.objection("http://a.example/no") is not None
    clock.now += 2 * HOUR
    assert memory.recall(NAME) is None, "a long run asks again too"


def test_when_renewing_fails_the_good_copy_counts_until_it_is_a_day_old(ledger: Ledger) -> None:
    clock = Clock()
    memory = RobotsMemory(ledger, "Broadsheet", clock)
    memory.learn(answer(clock, 200))
    clock.now += 13 * HOUR
    memory.learn(answer(clock, 503), asked=20 * HOUR)
    rules = memory.recall(NAME)
    assert rules is not None
    assert rules.objection("http://a.example/yes") is None
    clock.now += 12 * HOUR
    rules = memory.recall(NAME)
    assert rules is not None
    objection = rules.objection("http://a.example/yes")
    assert objection is not None
    assert objection[0] is Outcome.BLOCKED_ROBOTS_UNREACHABLE


def test_failures_are_asked_again_less_and_less_often_also_in_other_runs(ledger: Ledger) -> None:
    clock = Clock()
    pauses = []
    for _ in range(8):
        memory = RobotsMemory(ledger, "Broadsheet", clock)
        assert memory.recall(NAME) is None
        memory.learn(answer(clock, 0))
        failed = ledger.host(f"failing:{NAME}")
        assert failed is not None
        assert failed.frozen_until is not None
        pauses.append(failed.frozen_until - clock())
        clock.now = failed.frozen_until - 1
        assert memory.recall(NAME) is not None, "closed, and not asked"
        clock.now += 2
    assert pauses[:4] == [300.0, 900.0, 2_700.0, 8_100.0]
    assert pauses[-1] == 24 * HOUR
    memory.learn(answer(clock, 404))
    assert memory.recall(NAME) is not None
    memory.learn(answer(clock, 500))
    failed = ledger.host(f"failing:{NAME}")
    assert failed is not None
    assert failed.frozen_until == clock() + 300.0, "after a good answer it begins anew"


def test_the_next_run_does_not_ask_a_robots_file_that_just_failed(web: Web, tmp_path: Path) -> None:
    web.sites["a.example"] = {"/robots.txt": Reply(status=503), "/": page()}
    job = write_job(tmp_path, web, ["http://a.example/"], hosts=["a.example"])
    for _ in range(2):
        assert job.crawl().outcome("http://a.example/") == "blocked.robots_unreachable"
    assert web.paths("a.example") == ["/robots.txt"]
