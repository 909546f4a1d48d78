"""What a crawl has done so far, counted: for the progress line, the run's statistics and the metrics. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RATE_SECONDS = 30.0  # what a rate is taken over: longer than any usual pause between requests to one host
# Upper bounds of the latency classes in seconds; a last class holds the rest.
LATENCY_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(slots=True)
class Hosts:
    """How many politeness groups stand where, and the longest wait of one that has work, in seconds."""

    asked: int = 0
    ready: int = 0
    waiting: int = 0
    left_alone: int = 0
    oldest_wait: float = 0.0


@dataclass(slots=True)
class Figures:
    """``begun`` is on the monotonic clock. ``kinds`` counts answers by what was asked, such as page or robots."""

    begun: float
    answers: int = 0
    size: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS) + 1))
    latency_sum: float = 0.0
    _recent: deque[float] = field(default_factory=deque)

    def answered(self, now: float, kind: str, status: int, size: int, latency: float) -> None:
        """One answer came; ``size`` is its bytes as they were sent."""
        self.answers += 1
        self.size += size
        self.kinds[kind] += 1
        self.statuses[status] += 1
        self.latencies[bisect_left(LATENCY_BOUNDS, latency)] += 1
        self.latency_sum += latency
        self._recent.append(now)

    def rate(self, now: float) -> float:
        """Answers a second, lately.

        >>> figures = Figures(begun=0.0)
        >>> for second in range(100):
        ...     figures.answered(float(second), "page", 200, 10, 0.2)
        >>> figures.rate(100.0), figures.quantile(0.5)
        (1.0, 0.25)
        """
        while self._recent and self._recent[0] < now - RATE_SECONDS:
            self._recent.popleft()
        return len(self._recent) / max(min(now - self.begun, RATE_SECONDS), 0.001)

    def quantile(self, share: float) -> float | None:
        """The upper bound of the class in which that share of the latencies lies; None without answers."""
        wanted, seen = math.ceil(share * self.answers), 0
        for count, bound in zip(self.latencies, (*LATENCY_BOUNDS, math.inf), strict=True):
            seen += count
            if seen >= wanted > 0:
                return bound if math.isfinite(bound) else LATENCY_BOUNDS[-1]
        return None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A crawl at one moment. Times are seconds since 1970; ``outcomes`` counts the addresses known to the run."""

    job: str
    run_id: str
    started_at: float
    now: float
    finished: bool
    seconds: float
    rate: float
    outcomes: Mapping[str, int]
    archived: int
    hosts: Hosts
    figures: Figures
    memory_mib: float
    traps: Mapping[str, int]

    @property
    def known(self) -> int:
        """Addresses that the run knows of."""
        return sum(self.outcomes.values())

    @property
    def done(self) -> int:
        """Addresses that need no more fetching."""
        return self.known - self.outcomes.get("pending", 0) + self.archived

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it: the statistics of a run."""
        figures, hosts = self.figures, self.hosts
        return {
            "run_id": self.run_id, "job": self.job, "started_at": self.started_at, "updated_at": self.now,
            "finished": self.finished, "seconds": round(self.seconds, 3), "known": self.known, "done": self.done,
            "archived": self.archived, "outcomes": dict(self.outcomes), "answers": figures.answers,
            "answers_by_kind": dict(figures.kinds.most_common()),
            "answers_by_status": {str(status): count for status, count in sorted(figures.statuses.items())},
            "bytes": figures.size, "answers_per_second": round(self.rate, 3),
            "answers_per_second_overall": round(figures.answers / max(self.seconds, 0.001), 3),
            "latency_s": {f"p{int(share * 100)}": figures.quantile(share) for share in (0.5, 0.9, 0.99)},
            "hosts": {"asked": hosts.asked, "ready": hosts.ready, "waiting": hosts.waiting,
                      "left_alone": hosts.left_alone},
            "oldest_wait_s": round(hosts.oldest_wait, 1), "memory_mib": round(self.memory_mib, 1),
            "traps": dict(self.traps),
        }  # fmt: skip
