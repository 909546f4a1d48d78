"""What a site owner asks of us: robots.txt by RFC 9309, Crawl-delay, Retry-After, and pauses between requests.

Pure: clocks and random numbers come from outside.
"""

from __future__ import annotations

import codecs
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

from pipeline.outcome import Outcome
from pipeline.store.ledger import HostState
from spiders.addresses import resolved

ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
ROBOTS_HOURS = 24.0  # RFC 9309, 2.4
MAX_CRAWL_DELAY = 60.0
MAX_LATENCY_DELAY = 60.0
JITTER = 0.3  # added, never taken away
RETRY_AFTER_BOUNDS = (1.0, 86_400.0)
FIRST_FREEZE = 60.0  # without Retry-After; doubles up to an hour
MAX_FREEZE = 3_600.0
MAX_FREEZES = 3  # then the host is left alone for the rest of the run
PATIENCE = 120.0  # seconds that a run waits for a frozen host; longer is left to the next run


@dataclass(frozen=True, slots=True)
class Robots:
    """What one authority (scheme, host, port) lets one crawler do."""

    status: int
    rules: Protego | None
    agent: str
    text: str = ""

    @classmethod
    def of(cls, state: HostState, agent: str) -> Robots:
        """From what the ledger remembers; ``agent`` is the product token."""
        status = state.robots_status or 0
        text = state.robots_body if 200 <= status < 300 else None
        return cls(status, Protego.parse(text) if text else None, agent, text or "")

    def objection(self, url: str) -> tuple[Outcome, str] | None:
        """The outcome of an address that must not be asked, with words for it; None when it may be.

        RFC 9309, 2.3.1: unreachable (5xx, 429, no answer) means disallow all; not there means allow all. 401 and 403
        on the file are read as the owner's no, which is stricter than the RFC.
        """
        if self.rules is not None:
            if not self.rules.can_fetch(url, self.agent):
                return Outcome.BLOCKED_ROBOTS, "robots.txt disallows it"
        elif self.status in {401, 403}:
            return Outcome.BLOCKED_ROBOTS, f"robots.txt answered {self.status}"
        elif self.status == 429 or not 200 <= self.status < 500:
            said = f"answered {self.status}" if self.status else "did not answer"
            return Outcome.BLOCKED_ROBOTS_UNREACHABLE, f"robots.txt {said}"
        delay = self.crawl_delay
        if delay > MAX_CRAWL_DELAY:
            return Outcome.BLOCKED_CRAWL_DELAY, f"robots.txt asks for {delay:g} s between requests"
        return None

    @property
    def crawl_delay(self) -> float:
        """Seconds between requests that the file asks for; 0 when it asks for none or for nonsense."""
        delay = self.rules.crawl_delay(self.agent) if self.rules is not None else None
        return delay if delay is not None and math.isfinite(delay) and delay > 0 else 0.0

    def sitemaps(self, origin: str) -> tuple[str, ...]:
        """The sitemaps that the file names, absolute; the usual place when it names none and is not closed to us."""
        named = tuple(self.rules.sitemaps) if self.rules is not None else ()
        return tuple(resolved(origin, url) for url in named[:50]) or (f"{origin}/sitemap.xml",)


def is_fresh(state: HostState | None, now: float) -> bool:
    """Whether a remembered robots.txt still counts: 24 hours, an unreachable one not at all."""
    if state is None or state.robots_fetched_at is None:
        return False
    return is_reachable(state) and 0 <= now - state.robots_fetched_at < ROBOTS_HOURS * 3600


def is_reachable(state: HostState) -> bool:
    """Whether robots.txt gave an answer that says something: rules, or that there are none."""
    return bool(state.robots_status) and 200 <= (state.robots_status or 0) < 500 and state.robots_status != 429


def robots_text(body: bytes) -> str:
    r"""The file as text: UTF-8 (or UTF-16 by its mark), at most 512 KiB, cut behind the last whole line.

    >>> robots_text(b"\xef\xbb\xbfUser-agent: *\nDisallow: /x")
    'User-agent: *\nDisallow: /x'
    """
    if len(body) > ROBOTS_BYTES:
        body = body[:ROBOTS_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8-sig"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    return body.decode("utf-8", "replace")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), within bounds; None if useless.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC)), retry_after("soon", datetime(2026, 1, 1, tzinfo=UTC))
    (120.0, None)
    """
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
        if seconds <= 0:
            return None
    return min(max(seconds, RETRY_AFTER_BOUNDS[0]), RETRY_AFTER_BOUNDS[1])


@dataclass(slots=True)
class Pace:
    """When a politeness group may be asked again. ``next_at`` and ``ended_at`` (its last request) are monotonic."""

    delay: float
    crawl_delay: float = 0.0
    next_at: float = 0.0
    ended_at: float = -math.inf
    freezes: int = 0
    errors: int = 0
    jitter: Callable[[], float] = field(default=lambda: 0.0, repr=False)

    def answered(self, now: float, latency: float, *, failed: bool) -> None:
        """A request ended: the pause begins. It doubles with each failure in a row, and is none when the job's is 0.

        Slow servers get more time: three times their last answer, as Heritrix does it.
        """
        self.errors = min(self.errors + 1, 5) if failed else 0
        pause = max(self.delay, self.crawl_delay)
        if self.delay:
            pause = max(pause, min(3 * latency, MAX_LATENCY_DELAY)) * 2**self.errors
        self.ended_at = now
        self.next_at = now + pause * (1 + JITTER * self.jitter())

    def obey(self, crawl_delay: float, now: float) -> bool:
        """Take up a Crawl-delay; whether it has passed since the last request, which may be that for robots.txt."""
        self.crawl_delay = max(self.crawl_delay, crawl_delay)
        self.next_at = max(self.next_at, self.ended_at + self.crawl_delay)
        return self.next_at <= now

    def freeze(self, now: float, asked: float | None) -> float:
        """The server wants to be left alone: the seconds it gets."""
        seconds = asked if asked is not None else min(FIRST_FREEZE * 2**self.freezes, MAX_FREEZE)
        self.freezes += 1
        self.next_at = max(self.next_at, now + seconds)
        return seconds
