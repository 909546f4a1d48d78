"""A quarter of the hostile suite in one crawl, beside good hosts; `make hostile` runs all of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.play import GOOD_HOSTS, Played, all_cases, play

GOOD_PAGES = 4  # on each of the good hosts


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(Path(tmp_path_factory.mktemp("hostile")), quick=True, good_pages=GOOD_PAGES)


def test_every_case_has_its_expected_outcome(played: Played) -> None:
    assert played.wrong == {}
    assert played.tried >= 40


def test_the_crawl_comes_to_its_end_and_its_books_balance(played: Played) -> None:
    assert played.books.problems == ()
    assert played.survived == played.tried, played.log[-3_000:]


def test_no_good_page_is_lost(played: Played) -> None:
    assert played.good_lost == 0
    assert played.books.by_outcome["pending"] >= GOOD_HOSTS * GOOD_PAGES


def test_nothing_inside_is_dialled(played: Played) -> None:
    assert played.inside == 0


def test_no_host_is_asked_twice_at_once_or_before_its_robots(played: Played) -> None:
    assert played.impolite == ()


def test_memory_stays_within_what_is_promised(played: Played) -> None:
    assert played.memory_mib < 400


def test_the_suite_holds_what_was_promised() -> None:
    cases = all_cases(9)
    assert len(cases) >= 96
    assert [name for name, count in Counter(case.name for case in cases).items() if count > 1] == []
    assert sum(case.quick for case in cases) * 4 >= len(cases)
