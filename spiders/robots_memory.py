"""What is remembered of robots files between requests and runs: rules for a day, failures with a growing pause.

A good copy is asked anew after half a day. When that fails it counts on until it is a day old (RFC 9309, 2.4); an
authority without a good copy is closed until its robots.txt can be read, and asked for it less and less often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.store.ledger import HostState, Ledger
from spiders.politeness import ROBOTS_HOURS, Robots, is_fresh, is_reachable

REFRESH_SECONDS = ROBOTS_HOURS * 1800
FIRST_PAUSE = 300.0
PAUSE_FACTOR = 3.0  # 5 minutes, 15, 45, ...
MAX_PAUSE = 86_400.0


@dataclass(frozen=True, slots=True)
class _Known:
    robots: Robots
    until: float


class RobotsMemory:
    """The rules of each authority, from the ledger and from this run."""

    def __init__(self, ledger: Ledger, agent: str, wall: Callable[[], float]) -> None:
        self._ledger = ledger
        self._agent = agent
        self._wall = wall
        self._known: dict[str, _Known] = {}

    def recall(self, authority: str) -> Robots | None:
        """The rules that count now; None when robots.txt must be asked for first."""
        known = self._known.get(authority)
        if known is None or known.until <= self._wall():
            known = self._from_ledger(authority)
            if known is None:
                return None
            self._known[authority] = known
        return known.robots

    def learn(self, state: HostState, asked: float | None = None) -> None:
        """An answer to a request for robots.txt, or none; ``asked`` are seconds by its Retry-After."""
        authority, now = state.host, self._wall()
        failed = self._ledger.host(_failing(authority))
        if is_reachable(state):
            states = [state]
            if failed is not None and failed.frozen_until is not None:
                states.append(HostState(_failing(authority)))
            self._ledger.store_hosts(states)
        else:
            pause = max(_next_pause(failed), asked or 0.0)
            self._ledger.store_hosts(
                [
                    HostState(
                        _failing(authority),
                        robots_fetched_at=now,
                        robots_status=state.robots_status,
                        frozen_until=now + min(pause, MAX_PAUSE),
                    )
                ]
            )
        self._known.pop(authority, None)

    def keep(self, authority: str, state: HostState) -> None:
        """Not even the request could be sent: that counts in this run and is not remembered."""
        self._known[authority] = _Known(Robots.of(state, self._agent), float("inf"))

    def _from_ledger(self, authority: str) -> _Known | None:
        good, failed, now = self._ledger.host(authority), self._ledger.host(_failing(authority)), self._wall()
        pause_ends = (failed.frozen_until or 0.0) if failed is not None else 0.0
        if good is not None and good.robots_fetched_at is not None and is_fresh(good, now):
            renewed = good.robots_fetched_at + REFRESH_SECONDS
            until = max(renewed, min(pause_ends, good.robots_fetched_at + ROBOTS_HOURS * 3600))
            return _Known(Robots.of(good, self._agent), until) if until > now else None
        if failed is not None and pause_ends > now:
            return _Known(Robots.of(failed, self._agent), pause_ends)
        return None


def _failing(authority: str) -> str:
    """The name under which failures stand in the ledger's table of hosts, beside the last good copy."""
    return f"failing:{authority}"


def _next_pause(failed: HostState | None) -> float:
    if failed is None or failed.frozen_until is None or failed.robots_fetched_at is None:
        return FIRST_PAUSE
    return max(FIRST_PAUSE, PAUSE_FACTOR * (failed.frozen_until - failed.robots_fetched_at))
