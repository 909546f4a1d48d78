"""Politeness groups: the queues of the frontier, one request at a time each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto

from scrapy import Request

from pipeline.store.ledger import HostState, Visit
from spiders.politeness import MAX_FREEZES, PATIENCE, Pace

MAX_UNANSWERED = 5  # addresses in a row that gave no answer, or 5xx: the host is left alone for the run (Nutch: 5)


class Turn(Enum):
    """Where a group stands: ready to be asked, waiting for a time, in flight, without work, or over for this run."""

    READY = auto()
    WAITING = auto()
    BUSY = auto()
    IDLE = auto()
    OVER = auto()


@dataclass(slots=True)
class Group:
    """A registrable domain (or a host of its own): its leased visits, its pace, what is remembered of it between runs.

    ``volume`` counts the bytes of the day. ``after`` is the highest address id that was leased. ``robots`` is a request
    that comes before everything else.
    """

    name: str
    pace: Pace
    host: HostState
    volume: HostState
    turn: Turn = Turn.IDLE
    queue: deque[Visit] = field(default_factory=deque)
    after: int = 0
    unanswered: int = 0
    robots: Request | None = None

    @classmethod
    def restore(
        cls,
        name: str,
        remembered: tuple[HostState | None, HostState | None],
        delay: float,
        jitter: Callable[[], float],
    ) -> Group:
        """The group with what the ledger remembers of it: its state, and its bytes."""
        host, volume = remembered
        return cls(
            name,
            Pace(delay, jitter=jitter),
            host or HostState(host=ledger_name(name)),
            volume or HostState(host=volume_name(name)),
        )

    def pages_on(self, day: str) -> int:
        """Pages asked of it on that day (UTC), over all runs."""
        return self.host.pages_today if self.host.day == day else 0

    def bytes_on(self, day: str) -> int:
        """Bytes that it sent on that day (UTC), over all runs."""
        return self.volume.pages_today if self.volume.day == day else 0

    def is_patient(self, seconds: float) -> bool:
        """Whether a run waits that long for it."""
        return seconds <= PATIENCE and self.pace.freezes < MAX_FREEZES


def ledger_name(group: str) -> str:
    """The name of a group in the ledger's table of hosts, where the authorities of robots files stand too."""
    return f"group:{group}"


def volume_name(group: str) -> str:
    """The name under which the bytes of a group's day stand in the same table, counted where pages are otherwise."""
    return f"bytes:{group}"


def today(now: float) -> str:
    """The day (UTC) of a time in seconds since 1970, as ISO date."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()
