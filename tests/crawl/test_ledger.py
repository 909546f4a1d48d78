"""The ledger alone: states, groups of writes, batches, books."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.outcome import Outcome
from pipeline.store.ledger import ArticleState, BuildResult, Fetch, HostState, Ledger, LedgerError, NewAddress
from pipeline.store.warc import RecordLocation

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
T = NOW.timestamp()
SEED = "http://a.example/"


def address(path: str, **changes: object) -> NewAddress:
    url = f"http://a.example/{path}"
    return replace(NewAddress(url, url, "a.example", "a.example", "a.example", SEED), **changes)  # type: ignore[arg-type]


def fetch(offset: int) -> Fetch:
    location = RecordLocation("w-00001.warc.gz", offset, 10, f"{offset:064x}")
    return Fetch(200, NOW.isoformat(), SEED, location)


def article(number: int, **changes: object) -> ArticleState:
    return replace(
        ArticleState(f"id{number}", f"http://a.example/{number}", "a.example", 1, "c", "p", "t0", "t0"), **changes
    )  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    with Ledger(tmp_path / "ledger.sqlite") as found:
        yield found


def archived_run(ledger: Ledger, count: int) -> str:
    run = ledger.begin_run("job", NOW).run_id
    for n in range(count):
        ledger.add_address(run, address(str(n)), T)
    for visit in ledger.lease_next(run, "a.example", 0, count):
        # Out of the order of addresses, as answers come.
        ledger.archived(run, visit.address_id, fetch(100 * (count - visit.address_id)))
    ledger.commit_group()
    return run


def test_a_run_goes_on_until_it_is_finished(ledger: Ledger) -> None:
    first = ledger.begin_run("job", NOW)
    assert ledger.begin_run("job", NOW + timedelta(hours=1)) == first
    assert ledger.begin_run("other", NOW).run_id != first.run_id
    ledger.finish_crawl(first.run_id, NOW)
    ledger.finish_build(first.run_id, NOW)
    ledger.finish_run(first.run_id, 4, NOW)
    finished = ledger.run(first.run_id)
    assert finished is not None
    assert (finished.exit_code, finished.finished_at) == (4, T)
    second = ledger.begin_run("job", NOW)
    assert second.run_id != first.run_id
    assert second.run_id.startswith("20260302T100000Z-")


def test_a_group_of_writes_happens_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        run = ledger.begin_run("job", NOW).run_id
        ledger.add_address(run, address("a"), T)
        ledger.commit_group()
    script = f"""
import os
from tests.crawl.test_ledger import *
ledger = Ledger(Path({str(path)!r}))
(visit,) = ledger.lease_next({run!r}, "a.example", 0, 9)
ledger.archived({run!r}, visit.address_id, fetch(0))
ledger.add_address({run!r}, address("b"), T)
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    with Ledger(path) as ledger:
        assert [row.url for row in ledger.outcomes(run)] == ["http://a.example/a"]
        assert ledger.open_groups(run) == ["a.example"]
        assert ledger.awaiting_build() == []


def test_leases_go_back_and_are_given_in_order_of_discovery(ledger: Ledger) -> None:
    run = ledger.begin_run("job", NOW).run_id
    for name in "dbca":
        ledger.add_address(run, address(name), T)
    first = ledger.lease_next(run, "a.example", 0, 3)
    assert [visit.url[-1] for visit in first] == ["d", "b", "c"]
    assert [visit.url[-1] for visit in ledger.lease_next(run, "a.example", 0, 3)] == ["a"]
    ledger.commit_group()
    assert ledger.release_leased(run) == 4
    assert len(ledger.lease_next(run, "a.example", 0, 9)) == 4


def test_an_address_is_asked_again_only_when_due_but_sitemaps_always(ledger: Ledger) -> None:
    run = ledger.begin_run("job", NOW).run_id
    page, opened = ledger.add_address(run, address("a", interval=(60.0, 200.0)), T)
    assert opened
    ledger.add_address(run, address("map", kind="sitemap"), T)
    for visit in ledger.lease_next(run, "a.example", 0, 9):
        ledger.archived(run, visit.address_id, fetch(visit.address_id * 100))
        ledger.fetched(visit.address_id, T, '"tag"', None)
    ledger.commit_group()
    ledger.finish_run(run, 0, NOW)
    later = ledger.begin_run("job", NOW + timedelta(seconds=59)).run_id
    ledger.open_due(later, [SEED], T + 59)
    assert [row.url[-3:] for row in ledger.outcomes(later)] == ["map"]
    assert ledger.add_address(later, address("a"), T + 59) == (page, False)
    assert ledger.add_address(later, address("a"), T + 60) == (page, True)
    assert ledger.add_address(later, address("a"), T + 60) == (page, False), "one visit a run"
    (visit, _) = ledger.lease_next(later, "a.example", 0, 9)
    assert (visit.etag, visit.last_modified) == ('"tag"', None)
    for expected in (120.0, 200.0, 200.0):
        ledger.unchanged(page, T)
        ledger.commit_group()
        with sqlite3.connect(ledger.path) as db:
            (row,) = db.execute("SELECT interval_s, due_at - ? FROM addresses WHERE address_id = ?", (T, page))
        assert row == (expected, expected)


def test_an_address_ends_in_one_outcome_and_stays_there(ledger: Ledger) -> None:
    run = ledger.begin_run("job", NOW).run_id
    one, _ = ledger.add_address(run, address("a"), T)
    ledger.close_visit(run, one, Outcome.GONE, "status 404", Fetch(404))
    with pytest.raises(ValueError, match="no open visit"):
        ledger.close_visit(run, one, Outcome.TIMEOUT)
    with pytest.raises(ValueError, match="no open visit"):
        ledger.archived(run, one, fetch(0))
    with pytest.raises(ValueError, match="no outcome of fetching"):
        ledger.close_visit(run, one, Outcome.ARTICLE)
    with pytest.raises(ValueError, match="place in the archive"):
        ledger.archived(run, one, Fetch(200))
    assert ledger.counts(run) == {"gone": 1}


def test_a_redirect_path_is_followed_through_this_run_only(ledger: Ledger) -> None:
    run = ledger.begin_run("job", NOW).run_id
    a, b, c = (ledger.add_address(run, address(name), T)[0] for name in "abc")
    for source, target in ((a, b), (b, c)):
        ledger.close_visit(run, source, Outcome.REDIRECTED)
        ledger.set_alias(source, target)
    ledger.set_alias(c, a)  # of an earlier run: its visit here is open
    assert ledger.redirect_path(run, a) == [a, b, c]
    d, _ = ledger.add_address(run, address("d"), T, hops=1, via=c)
    e, _ = ledger.add_address(run, address("e"), T, hops=2, via=d)
    assert (ledger.first_hop(run, e), ledger.first_hop(run, a)) == (c, a)


def test_batches_are_named_by_their_input_and_committed_once(ledger: Ledger) -> None:
    run = archived_run(ledger, 4)
    waiting = ledger.awaiting_build(run)
    assert [visit.location.offset for visit in waiting] == [0, 100, 200, 300], "in the order of the archive"
    batch = ledger.plan_batch(run, waiting[:3])
    assert batch == ledger.plan_batch(run, waiting[:3])
    assert batch != ledger.plan_batch(run, waiting[3:])
    assert ledger.awaiting_build() == []
    planned = {name: members for name, _, members in ledger.planned_batches()}
    assert planned[batch] == waiting[:3]
    results = [
        BuildResult(run, waiting[0].address_id, Outcome.ARTICLE, article_id="id0", article=article(0)),
        BuildResult(run, waiting[1].address_id, Outcome.DUPLICATE, article_id="id0"),
        BuildResult(run, waiting[2].address_id, Outcome.REJECT_EMPTY),
    ]
    ledger.commit_batch(batch, results, NOW)
    changed = [replace(results[0], article=article(0, version=9))]
    ledger.commit_batch(batch, changed, NOW)
    state = ledger.article_version("id0")
    assert state is not None
    assert state.version == 1, "a batch that is committed stays as it is"
    assert ledger.content_seen("a.example", "c") == "id0"
    assert ledger.content_seen("b.example", "c") is None
    assert [name for name, _, _ in ledger.planned_batches()] == [ledger.plan_batch(run, waiting[3:])]
    assert ledger.books(run).balanced


@pytest.mark.parametrize(
    ("outcome", "seen", "interval"),
    [
        (Outcome.ARTICLE, NOW, 120.0),
        (Outcome.UNCHANGED, NOW, 480.0),
        (Outcome.ARTICLE, NOW + timedelta(days=1), 240.0),  # an older capture that came late says nothing of today
        (Outcome.UNCHANGED, NOW + timedelta(days=1), 240.0),
        (Outcome.REJECT_EMPTY, NOW, 240.0),
    ],
)
def test_the_interval_follows_what_a_visit_brought(
    ledger: Ledger, outcome: Outcome, seen: datetime, interval: float
) -> None:
    run = archived_run(ledger, 1)
    (visit,) = ledger.awaiting_build()
    with sqlite3.connect(ledger.path) as db:
        db.execute(
            "UPDATE addresses SET interval_min = 60, interval_s = 240, interval_max = 960, due_at = ? + 240", (T,)
        )
    state = article(0, last_seen_at=seen.isoformat()) if outcome is not Outcome.REJECT_EMPTY else None
    ledger.commit_batch(
        ledger.plan_batch(run, [visit]), [BuildResult(run, visit.address_id, outcome, article=state)], NOW
    )
    with sqlite3.connect(ledger.path) as db:
        assert db.execute("SELECT interval_s, due_at - ? FROM addresses", (T,)).fetchall() == [(interval, interval)]


def test_the_interval_halves_to_its_lower_bound_and_no_further(ledger: Ledger) -> None:
    run = archived_run(ledger, 1)
    (visit,) = ledger.awaiting_build()
    with sqlite3.connect(ledger.path) as db:
        db.execute("UPDATE addresses SET interval_min = 60, interval_s = 100, due_at = ? + 100", (T,))
    result = BuildResult(run, visit.address_id, Outcome.ARTICLE, article=article(0))
    ledger.commit_batch(ledger.plan_batch(run, [visit]), [result], NOW)
    with sqlite3.connect(ledger.path) as db:
        assert db.execute("SELECT interval_s, due_at - ? FROM addresses", (T,)).fetchall() == [(60.0, 60.0)]


def test_a_batch_with_a_wrong_outcome_changes_nothing(ledger: Ledger) -> None:
    run = archived_run(ledger, 2)
    waiting = ledger.awaiting_build()
    batch = ledger.plan_batch(run, waiting)
    results = [
        BuildResult(run, waiting[0].address_id, Outcome.ARTICLE, article_id="id0", article=article(0)),
        BuildResult(run, waiting[1].address_id, Outcome.GONE),
    ]
    with pytest.raises(ValueError, match="no outcome of the build"):
        ledger.commit_batch(batch, results, NOW)
    assert ledger.article_version("id0") is None
    assert ledger.books(run).awaiting == 2


def test_the_books_of_a_good_run(ledger: Ledger) -> None:
    run = archived_run(ledger, 3)
    missing, _ = ledger.add_address(run, address("gone"), T)
    ledger.close_visit(run, missing, Outcome.GONE)
    ledger.add_address(run, address("open"), T)
    waiting = ledger.awaiting_build()
    batch = ledger.plan_batch(run, waiting[:2])
    ledger.commit_batch(
        batch,
        [BuildResult(run, visit.address_id, Outcome.LISTING) for visit in waiting[:2]],
        NOW,
    )
    books = ledger.books(run)
    assert (books.known, books.archived, books.extracted, books.awaiting) == (5, 3, 2, 1)
    assert books.by_outcome == {"listing": 2, "pending": 2, "gone": 1}
    assert books.balanced


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE visits SET outcome = 'lost' WHERE address_id = 1", "unknown outcome 'lost'"),
        ("UPDATE visits SET outcome = 'gone' WHERE address_id = 1", "are archived and have the outcome gone"),
        ("UPDATE visits SET state = 'closed' WHERE address_id = 1", "are closed and have the outcome pending"),
        ("UPDATE visits SET warc_offset = NULL WHERE address_id = 1", "no place in the archive"),
        (
            "UPDATE visits SET state = 'committed', outcome = 'listing' WHERE address_id = 1",
            "outside a committed batch",
        ),
        ("UPDATE visits SET stage = 'extract', outcome = 'article', warc_file = NULL", "no archived response"),
        ("UPDATE visits SET outcome = 'article', stage = 'extract', state = 'committed'", "without an article"),
        ("DELETE FROM addresses WHERE address_id = 1", "have no address"),
        (
            "UPDATE visits SET state = 'leased' WHERE address_id = 1; UPDATE runs SET crawl_finished_at = 1",
            "still leased",
        ),
    ],
)
def test_books_that_do_not_balance_say_so(ledger: Ledger, damage: str, said: str) -> None:
    run = archived_run(ledger, 2)
    assert ledger.books(run).balanced
    with sqlite3.connect(ledger.path) as db:
        db.executescript(damage)
    books = ledger.books(run)
    assert not books.balanced
    assert any(said in problem for problem in books.problems), books.problems


def test_hosts_are_remembered(ledger: Ledger) -> None:
    state = HostState("http://a.example:80", "User-agent: *", T, 200, 1.5, T + 60, 7, "2026-03-02")
    ledger.store_hosts([state])
    ledger.commit_group()
    assert ledger.host("http://a.example:80") == state
    assert ledger.host("http://b.example:80") is None


def test_a_ledger_of_another_version_or_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="version 99"):
        Ledger(path)
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"no ledger" * 1000)
    with pytest.raises(LedgerError, match="not a ledger"):
        Ledger(other)


def test_runs_of_one_second_stand_in_the_order_of_their_names(ledger: Ledger) -> None:
    """Their files and folders are put in order by name: an older capture is built before a newer one."""
    begun = [ledger.new_run("job", NOW + timedelta(milliseconds=number)).run_id for number in range(30)]
    assert sorted(begun) == begun == [run.run_id for run in ledger.runs()]
    assert len({ledger.new_run("job", NOW).run_id for _ in range(30)}) == 30


def test_a_tally_is_what_a_count_gives_whatever_is_written(ledger: Ledger, tmp_path: Path) -> None:
    other = archived_run(ledger, 3)
    ledger.finish_crawl(other, NOW)
    run = ledger.new_run("job", NOW).run_id
    for n in range(10, 16):
        ledger.add_address(run, address(str(n)), T)
    ledger.commit_group()
    ledger.begin_tally(run)
    assert ledger.tally() == ({"pending": 6}, 0)
    for n in range(12, 20):  # four of them are known
        ledger.add_address(run, address(str(n)), T)
    first, second, third, fourth, *_ = ledger.lease_next(run, "a.example", 0, 10)
    ledger.archived(run, first.address_id, fetch(1))
    ledger.close_visit(run, second.address_id, Outcome.GONE)
    ledger.close_visit(run, third.address_id, Outcome.REDIRECTED)
    ledger.revise(run, third.address_id, Outcome.REDIRECT_LIMIT, "nowhere")
    ledger.drop_visit(run, fourth.address_id)
    ledger.release(run, fourth.address_id + 1, "later")
    counts, archived = ledger.tally()
    assert (counts, archived) == ({"pending": 7, "gone": 1, "redirect_limit": 1}, 1)
    assert list(counts.items()) == list(ledger.counts(run).items())
    ledger.commit_group()
    with Ledger(tmp_path / "ledger.sqlite") as another:  # nothing of it is in the file
        assert another.counts(run) == counts
        another.begin_tally(other)
        assert another.tally() == ({"pending": 3}, 3)
        another.add_address(run, address("x"), T)
        assert another.tally() == ({"pending": 3}, 3)


def test_a_tally_takes_back_what_the_ledger_takes_back(ledger: Ledger) -> None:
    run = ledger.begin_run("job", NOW).run_id
    ledger.begin_tally(run)

    def fail() -> None:
        with ledger.transaction():
            ledger.add_address(run, address("1"), T)
            assert ledger.tally() == ({"pending": 1}, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ledger.tally() == ({}, 0)
