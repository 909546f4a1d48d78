"""Profiles on disk: from committed batches only, each page once, in versions, and struck entries stay out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from pipeline.cleaning.fold import fold
from pipeline.corpus.profiles import MOST_PAGES, read_evidence
from pipeline.store.profiles import FOLD_BATCHES, VERSIONS_KEPT, Lesson, ProfileStore
from pipeline.store.profiles_schema import ProfileStoreError
from tests.corpus.pages import BANNER, SITE, Scored, body, evidence, extraction

NOW = datetime(2026, 3, 9, tzinfo=UTC)
DOUBTED = (BANNER, 0.6)
MILL = ("Printed on paper from the mill", 0.2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProfileStore]:
    with ProfileStore(tmp_path / "profiles.sqlite") as opened:
        yield opened


def lesson(address: str, *blocks: Scored, site: str = SITE, day: int = 1) -> Lesson:
    return Lesson(site, evidence(address, *blocks, day=day), read_evidence(extraction(*blocks))[1])


def article(number: int, *frame: Scored, **options: object) -> Lesson:
    return lesson(f"/{number}", *body(f"story{number}"), *frame, **options)  # type: ignore[arg-type]


def entries(store: ProfileStore) -> dict[str, int]:
    learned = store.learned(SITE)
    return {entry.text: entry.pages for entry in learned.entries} if learned else {}


def test_what_is_staged_counts_when_its_batch_is_committed(store: ProfileStore) -> None:
    store.stage("one", [article(n, DOUBTED) for n in range(3)])
    store.take_in({"one"})
    assert store.publish(NOW) == []
    assert entries(store) == {}
    store.take_in(set())
    assert store.publish(NOW) == [SITE]
    assert entries(store) == {fold(BANNER): 3}


def test_a_repeated_batch_does_not_count_twice(store: ProfileStore, tmp_path: Path) -> None:
    pages = [article(n, DOUBTED) for n in range(3)]
    store.stage("one", pages[:2])  # a try that was broken off
    store.stage("one", pages)
    store.take_in(set())
    store.stage("one", pages)  # requeued
    with ProfileStore(tmp_path / "profiles.sqlite") as again:
        again.take_in(set())
        again.publish(NOW)
        assert entries(again) == {fold(BANNER): 3}


def test_the_order_of_batches_does_not_matter(tmp_path: Path) -> None:
    batches = [[article(n, DOUBTED, MILL, day=9 - n), article(n + 10, MILL)] for n in range(4)]
    batches[1].append(article(0, MILL, day=1))  # an older capture of a page
    found = set()
    for number, order in enumerate(permutations(range(4))):
        with ProfileStore(tmp_path / f"{number}.sqlite") as store:
            for place in order:
                store.stage(f"batch{place}", batches[place])
                store.take_in(set(), at_least=1 + number % 3)
            store.take_in(set())
            store.publish(NOW)
            found.add(store.learned(SITE))
    assert len(found) == 1
    (learned,) = found
    assert learned is not None
    assert [(e.pages, e.last_seen_at[:10]) for e in learned.entries] == [(8, "2026-03-09"), (4, "2026-03-09")]


def test_the_past_counts(store: ProfileStore) -> None:
    for number in range(3):
        store.stage(f"day{number}", [article(number, DOUBTED, day=number + 1)])
        store.take_in(set())
        store.publish(NOW)
    learned = store.learned(SITE)
    assert learned is not None
    ((text, pages, _, _, first, last),) = learned.entries
    assert (text, pages, first[:10], last[:10]) == (fold(BANNER), 3, "2026-03-01", "2026-03-03")


def test_small_batches_wait_for_each_other(store: ProfileStore) -> None:
    for number in range(FOLD_BATCHES - 1):
        store.stage(f"batch{number}", [article(number, DOUBTED)])
        store.take_in(set(), FOLD_BATCHES)
    assert store.publish(NOW) == []
    store.stage("last", [article(99, DOUBTED)])
    store.take_in(set(), FOLD_BATCHES)
    assert store.publish(NOW) == [SITE]
    assert entries(store) == {fold(BANNER): FOLD_BATCHES}


def test_sites_do_not_teach_each_other(store: ProfileStore) -> None:
    store.stage("one", [article(n, DOUBTED, site=f"{n % 2}.example") for n in range(4)])
    store.take_in(set())
    store.publish(NOW)
    assert list(store) == []
    assert store.sites() == ["0.example", "1.example"]


def test_as_a_mapping(store: ProfileStore) -> None:
    assert SITE not in store  # asked before it is learned, and again after
    store.stage("one", [article(n, DOUBTED) for n in range(3)])
    store.take_in(set())
    store.publish(NOW)
    assert store[SITE].repeated == {fold(BANNER)}
    assert (store[SITE].site, store[SITE].version) == (SITE, store.versions(SITE)[0][0])
    assert list(store) == [SITE]
    assert len(store) == 1
    assert "other.example" not in store


def test_an_entry_can_be_struck_and_restored(store: ProfileStore) -> None:
    store.stage("one", [article(n, DOUBTED, MILL) for n in range(3)])
    store.take_in(set())
    store.publish(NOW)
    whole = store[SITE].version
    struck = store.strike(SITE, f"  {BANNER.upper()}", NOW)
    assert store[SITE].version == struck != whole
    assert set(entries(store)) == {fold(MILL[0])}
    store.stage("two", [article(n, DOUBTED, MILL) for n in range(3, 30)])
    store.take_in(set())
    assert store.publish(NOW) == []
    assert entries(store) == {fold(MILL[0]): 30}
    assert [text for text, _ in store.struck(SITE)] == [fold(BANNER)]
    assert store.restore(SITE, BANNER, NOW) == whole
    assert entries(store) == {fold(BANNER): 30, fold(MILL[0]): 30}
    old = store.learned(SITE, struck)
    assert old is not None
    assert [entry.text for entry in old.entries] == [fold(MILL[0])]


def test_only_what_is_there_can_be_struck(store: ProfileStore) -> None:
    with pytest.raises(KeyError):
        store.strike(SITE, BANNER, NOW)
    with pytest.raises(KeyError):
        store.restore(SITE, BANNER, NOW)


def test_a_site_is_bounded_on_disk(store: ProfileStore, tmp_path: Path) -> None:
    many = [lesson(f"/{n}", (f"line {n} that is here only", 0.1), MILL) for n in range(MOST_PAGES + 200)]
    for part in range(3):
        store.stage(f"batch{part}", many[part::3])
        store.take_in(set())
    with sqlite3.connect(tmp_path / "profiles.sqlite") as database:
        assert database.execute("SELECT COUNT(*) FROM pages").fetchone() == (MOST_PAGES,)
        assert database.execute("SELECT text FROM texts").fetchall() == [(fold(MILL[0]),)]
        assert database.execute("SELECT COUNT(*) FROM staged").fetchone() == (0,)


def test_versions_are_bounded_and_the_current_one_stays(store: ProfileStore) -> None:
    store.stage("one", [article(n, DOUBTED, MILL) for n in range(3)])
    store.take_in(set())
    store.publish(NOW)
    whole = store[SITE].version
    for number in range(VERSIONS_KEPT + 3):
        frame = [
            (f"line of the frame {'abcdefghijklmnopqrstuvwxyz'[n % 26] * (1 + n // 26)}", 0.2) for n in range(number)
        ]
        store.stage("more", [article(n, DOUBTED, MILL, *frame, day=number + 2) for n in range(3)])
        store.take_in(set())
        store.publish(NOW)
    names = [version for version, _ in store.versions(SITE)]
    assert len(names) <= VERSIONS_KEPT
    assert store[SITE].version in names
    assert whole not in names
    assert store.learned(SITE, whole) is None


@pytest.mark.parametrize("content", [b"just some notes" * 100, None])
def test_a_file_that_is_not_ours_is_refused_with_the_remedy(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "profiles.sqlite"
    if content is not None:
        path.write_bytes(content)
    else:
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 99")
    with pytest.raises(ProfileStoreError, match=r"profiles\.sqlite: .*move it away"):
        ProfileStore(path)
