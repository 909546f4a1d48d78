"""The short form of ``make fuzz``: always the same pages, so that a failure here is one that anybody can repeat."""

from __future__ import annotations

from bench.fuzz import changed, fuzz, sources

SEED, PAGES = 20261101, 100


def test_nothing_but_an_outcome_leaves_a_worker() -> None:
    outcomes, finds = fuzz(SEED, iter(range(PAGES)))
    assert finds == []
    assert outcomes.total() == PAGES
    assert outcomes["article"] > PAGES // 5, "or the changes leave nothing to put to the test"


def test_a_find_can_be_made_again() -> None:
    pages = sources()
    assert [changed(SEED, number, pages) for number in (7, 3)] == [changed(SEED, number, pages) for number in (7, 3)]
    assert changed(SEED, 7, pages) != changed(SEED + 1, 7, pages)
