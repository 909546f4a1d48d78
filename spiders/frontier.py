"""The frontier: a Scrapy scheduler whose memory is the ledger.

It decides what is asked next: one request at a time for each politeness group, robots.txt before the first page of an
authority, nothing over budget. It keeps no queue files; what it holds in memory is leased in the ledger and given back.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from pipeline.outcome import Outcome
from pipeline.store.ledger import NewAddress, Visit
from spiders.addresses import Address, read_address
from spiders.decisions import Decisions, Step
from spiders.groups import MAX_UNANSWERED, Group, Turn
from spiders.requests import page_request, rights_request, robots_request
from spiders.turns import Turns

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_LEASE = 16  # visits taken from the ledger at a time, for one group
_ROUND = 200  # refusals in a row before the event loop gets a turn
_COMMIT_SECONDS = 0.25


class Frontier(BaseScheduler):
    """Opened with a spider that carries a ``crawl``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._groups: dict[str, Group] = {}
        self._in_flight = 0
        self._wake_call: asyncio.TimerHandle | None = None
        self._commit_call: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """Called by Scrapy."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take up the run's open visits."""
        self._spider: Any = spider
        self._crawl = spider.crawl  # type: ignore[attr-defined]
        self._turns = Turns(self._crawl.job, self._crawl.clock, self._wake)
        self.decisions = Decisions(
            self._crawl,
            lambda new: self.add(new, always=True),
            lambda visit: self._spider.moving.take_up(visit),  # noqa: PLW0108  # it is made when the spider is opened
        )
        self._crawl.archive.before_commit.append(self.decisions.remember_groups)
        for name in self._crawl.ledger.open_groups(self._crawl.run_id):
            self._group(name)
        spider.opened(self)  # type: ignore[attr-defined]

    def close(self, reason: str) -> None:  # noqa: ARG002  # Scrapy passes it
        """Give back what was leased and not asked, and commit."""
        for handle in (self._wake_call, self._commit_call):
            if handle is not None:
                handle.cancel()
        if self._crawl.fatal is None:
            with self._spider.fatal_errors():
                for group in self._groups.values():
                    self._give_back(group, "")
                self._crawl.archive.commit()

    def groups(self) -> list[Group]:
        """The politeness groups of this run, to be looked at."""
        return list(self._groups.values())

    def has_pending_requests(self) -> bool:
        """Whether something is ready, waiting for its time, or in flight."""
        return self._crawl.fatal is None and bool(self._turns.waiting or self._in_flight)

    def enqueue_request(self, request: Request) -> bool:
        """Nothing enters from outside: addresses come through the ledger."""
        logger.error("a request from outside the frontier was dropped: %s", request.url)
        return False

    def next_request(self) -> Request | None:
        """The next request that may be sent now."""
        request = None
        try:
            with self._spider.fatal_errors():
                request = self._next()
        except BaseException as error:
            self._spider.stop(error)  # the engine would ask no more and wait for ever
            raise
        if request is not None:
            self._in_flight += 1
        return request

    def add(self, new: NewAddress, *, always: bool = False, hops: int = 0, via: int | None = None) -> tuple[int, bool]:
        """Enter an address and, when it is due, offer it to its group. Its id, and whether this run will ask it."""
        crawl = self._crawl
        address_id, opened = crawl.ledger.add_address(
            crawl.run_id, new, crawl.wall(), always=always, hops=hops, via=via
        )
        if opened:
            group = self._group(new.group)
            group.after = min(group.after, address_id - 1)
            self._turns.offer(group)
        return address_id, opened

    def refuse(self, new: NewAddress, refused: tuple[Outcome, str]) -> None:
        """Enter an address and close it at once: it is known, and will not be asked."""
        crawl = self._crawl
        address_id, opened = crawl.ledger.add_address(crawl.run_id, new, crawl.wall(), always=True)
        if opened:
            crawl.ledger.close_visit(crawl.run_id, address_id, *refused)
            crawl.ledger.set_due(address_id, crawl.wall() + new.interval[1])

    def answered(self, name: str, latency: float, *, failed: bool, silent: bool = False) -> None:
        """The request of a group has ended; its pause begins. ``silent``: an address was lost to the host's failing."""
        group = self._groups[name]
        self._in_flight -= 1
        group.pace.answered(self._crawl.clock(), latency, failed=failed)
        self._turns.release(group)
        group.unanswered = group.unanswered + 1 if silent else group.unanswered if failed else 0
        if group.turn is Turn.BUSY:
            group.turn = Turn.IDLE
        if group.unanswered >= MAX_UNANSWERED:
            self._end(group, f"{MAX_UNANSWERED} addresses in a row gave no answer or failed")
        self._turns.offer(group)

    def weigh(self, name: str, size: int, pages: int = 0) -> None:
        """Bytes came from a group, with so many requests that the frontier does not know of: they count in its day."""
        self.decisions.weigh(self._groups[name], size, pages)

    def again(self, visit: Visit) -> None:
        """Ask a visit once more, when its group's pause is over."""
        self._crawl.ledger.count_attempt(visit.run_id, visit.address_id)
        group = self._groups[visit.group]
        if group.turn is Turn.OVER:
            self._crawl.ledger.release(visit.run_id, visit.address_id, "left to the next run")
            return
        group.queue.appendleft(replace(visit, attempts=visit.attempts + 1))
        self._turns.offer(group)

    def freeze(self, name: str, asked: float | None) -> bool:
        """The host wants a rest; False when that is longer than a run waits."""
        group = self._groups[name]
        seconds = group.pace.freeze(self._crawl.clock(), asked)
        group.host = replace(group.host, frozen_until=self._crawl.wall() + seconds)
        self.decisions.touch(group)
        if group.is_patient(seconds):
            return True
        self._end(group, f"the host wants no requests for {seconds:g} s")
        return False

    def robots_next(self, name: str, request: Request) -> None:
        """Ask for a robots.txt again or elsewhere before anything else of the group."""
        group = self._groups[name]
        group.robots = request
        self._turns.offer(group)

    def commit_soon(self) -> None:
        """Commit what waits within a quarter of a second."""
        if self._commit_call is None and self._crawl.archive.waiting:
            self._commit_call = asyncio.get_running_loop().call_later(_COMMIT_SECONDS, self._commit_now)

    def _commit_now(self) -> None:
        self._commit_call = None
        with self._spider.fatal_errors():
            self._crawl.archive.commit()
        self._wake()

    def _next(self) -> Request | None:
        crawl = self._crawl
        if crawl.fatal is not None:
            return None
        # Answers that are not committed yet count as in flight: no more than these are asked again after a kill.
        if self._in_flight + crawl.archive.waiting >= crawl.job.crawl.concurrency:
            return None
        for _ in range(_ROUND):
            group = self._turns.take()
            if group is None:
                break
            asked = self._ask(group)
            if asked is not None:
                return asked
        soonest = self._turns.soonest()
        if self._turns.some_ready:
            self._wake()
        elif soonest is not None:
            self._wake_at(soonest - crawl.clock())
        return None

    def _ask(self, group: Group) -> Request | None:
        """A request of that group. None: it has nothing (idle), waits, or its next visit was closed here (offered)."""
        if group.turn is not Turn.READY:
            return None
        group.turn = Turn.IDLE
        if group.pace.next_at > self._crawl.clock():  # frozen after it was found ready
            self._turns.offer(group)
            return None
        address = self._next_address(group)
        ip = self._turns.place(group, address) if address is not None else None
        if ip is None:
            return None
        request = self._request(group)
        if request is None:
            self._turns.offer(group)
        else:
            self._turns.claim(ip, group)
        return request

    def _next_address(self, group: Group) -> Address | None:
        """The address that the group would ask next; None when it has nothing to ask."""
        if group.robots is not None:
            return read_address(group.robots.url)
        if not group.queue:
            group.queue.extend(self._crawl.ledger.lease_next(self._crawl.run_id, group.name, group.after, _LEASE))
        while group.queue:
            address = read_address(group.queue[0].url)
            if address is not None:
                return address
            visit = group.queue.popleft()
            self._crawl.ledger.drop_visit(visit.run_id, visit.address_id)
        return None

    def _request(self, group: Group) -> Request | None:
        """What the group asks now; None when its next visit was settled without asking."""
        if group.robots is not None:
            request, group.robots = group.robots, None
            return request
        visit = group.queue.popleft()
        group.after = max(group.after, visit.address_id)
        step = self._decide(group, visit)
        if step is Step.ASK:
            return page_request(self._spider, visit, self._crawl.job.crawl.proxy)
        address = read_address(visit.url)
        if step is Step.WAIT:
            group.queue.appendleft(visit)
        if step is Step.RIGHTS_FIRST and address is not None:
            group.queue.appendleft(visit)
            path = self.decisions.rights_wanted(address)
            return rights_request(self._spider, address, group.name, path) if path else None
        if step is Step.ROBOTS_FIRST and address is not None:
            group.queue.appendleft(visit)
            return robots_request(self._spider, address, group.name)
        return None

    def _decide(self, group: Group, visit: Visit) -> Step:
        """What comes next for a visit. An error in our own code costs this address its run, and no other."""
        try:
            return self.decisions.take(group, visit)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            self._crawl.faults += 1
            logger.exception("internal error at %s", visit.url)
            self._crawl.ledger.release(visit.run_id, visit.address_id, "internal error")
            return Step.SETTLED

    def _group(self, name: str) -> Group:
        group = self._groups.get(name)
        if group is None:
            crawl = self._crawl
            group = self.decisions.restore_group(name)
            self._groups[name] = group
            rest = (group.host.frozen_until or 0.0) - crawl.wall()
            if rest > 0:
                group.pace.next_at = crawl.clock() + rest
                if not group.is_patient(rest):
                    self._end(group, f"the host wants no requests for another {rest:.0f} s")
            self._turns.offer(group)
        return group

    def _end(self, group: Group, why: str) -> None:
        """No more requests to this group in this run: its visits stay open."""
        logger.warning("%s is left alone for the rest of this run: %s", group.name, why)
        self._give_back(group, why)
        group.turn = Turn.OVER

    def _give_back(self, group: Group, why: str) -> None:
        while group.queue:
            visit = group.queue.popleft()
            self._crawl.ledger.release(visit.run_id, visit.address_id, why)

    def _wake_at(self, seconds: float) -> None:
        if self._wake_call is not None:
            self._wake_call.cancel()
        self._wake_call = asyncio.get_running_loop().call_later(max(seconds, 0.001), self._wake)

    def _wake(self) -> None:
        """Have the engine ask again: on its own it does so only after answers and every five seconds."""
        slot = self._crawler.engine._slot if self._crawler.engine else None  # noqa: SLF001  # there is no public way
        if slot is not None and slot.closing is None:
            slot.nextcall.schedule()
