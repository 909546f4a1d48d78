"""What a run is held against: shares of what was asked and of what was built, not of all that was ever heard of."""

from __future__ import annotations

import pytest

from pipeline.outcome import Outcome
from pipeline.store.visits import Books


def books(awaiting: int = 0, **counts: int) -> Books:
    by_outcome = {Outcome[name]: count for name, count in counts.items()}
    return Books(sum(counts.values()), by_outcome, 0, 0, awaiting)


@pytest.mark.parametrize(
    ("given", "failed"),
    [
        (books(), 0.0),
        (books(TIMEOUT=5, ARTICLE=5, PENDING=990), 0.5),
        (books(TIMEOUT=5, GONE=3, REDIRECTED=2, BLOCKED_ROBOTS=80, BLOCKED_OPTOUT=5, TRAP_LIMIT=5), 0.5),
        (books(HTTP_ERROR=3, PENDING=9, awaiting=9), 0.25),
        (books(BLOCKED_ROBOTS_UNREACHABLE=7, BLOCKED_PORT=1), 1.0),
    ],
)
def test_failures_are_a_share_of_what_was_asked(given: Books, failed: float) -> None:
    assert given.failed_share == failed


@pytest.mark.parametrize(
    ("given", "quarantined"),
    [
        (books(TIMEOUT=9), 0.0),
        (books(QUARANTINED_CRASH=1, QUARANTINED_LIMIT=1, ARTICLE=3, UNCHANGED=3, DISCOVERY=90, GONE=500), 0.25),
    ],
)
def test_quarantined_pages_are_a_share_of_those_built(given: Books, quarantined: float) -> None:
    assert given.quarantined_share == quarantined
