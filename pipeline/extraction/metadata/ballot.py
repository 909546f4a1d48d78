"""Choosing between what several parts of a page say of the same thing."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.article import Candidate


class Offer(NamedTuple):
    """A value for a field, where it stands, and how far that place is to be trusted (0 to 1)."""

    value: str
    source: str
    trust: float


def confidence(trust: float, agreeing: int, against: float) -> float:
    """How sure a winner is.

    Its own trust, raised by each other source that says the same and lowered by the best that says something else.

    >>> confidence(0.8, 0, 0.0), confidence(0.8, 2, 0.0), confidence(0.8, 0, 0.7)
    (0.8, 0.95, 0.59)
    """
    raised = 1 - (1 - trust) * 0.5**agreeing
    return round(max(0.05, min(0.99, raised - 0.3 * against)), 2)


def candidates(field: str, offers: list[Offer], winner: Offer | None) -> list[Candidate]:
    """The winner (its ``trust`` being the field's confidence), then the other offers in order of trust, each once."""
    out: dict[tuple[str, str], Candidate] = {}
    for offer in ([winner] if winner else []) + sorted(offers, key=lambda offer: -offer.trust):
        sure = round(min(1.0, max(0.0, offer.trust)), 2)
        out.setdefault((offer.value, offer.source), Candidate(field, offer.value, offer.source, sure))
    return list(out.values())
