"""Politeness by address: hosts that lie on one IP address share one connection and one pause.

A thousand blogs of one server are a thousand sites and one machine. Hosts of the job's ``resolve`` table are left out:
it is for tests, where one server stands for many.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twisted.internet import defer
from twisted.internet.error import DNSLookupError

from spiders.addresses import Address
from spiders.dialling import look_up

if TYPE_CHECKING:
    from pipeline.run.job import Job
    from spiders.groups import Group

logger = logging.getLogger(__name__)

MAX_PAUSE = 60.0  # a host that is frozen for longer does not hold up its neighbours


@dataclass(slots=True)
class _Place:
    """One IP address. ``next_at`` is on the monotonic clock."""

    holder: str = ""
    next_at: float = 0.0
    waiting: list[Group] = field(default_factory=list)


class Places:
    """Where hosts lie, and whose turn it is there."""

    def __init__(self, job: Job) -> None:
        self.looking = 0
        self._exempt = {name.lower() for name in job.crawl.resolve}
        self._off = bool(job.crawl.proxy)
        self._where: dict[tuple[str, int], str] = {}
        self._places: dict[str, _Place] = defaultdict(_Place)
        self._held: dict[str, str] = {}

    def where(self, address: Address) -> str | None:
        """The IP address by which a host is kept apart; empty when it is not, None when it must be looked up first."""
        host = address.host
        if self._off or host in self._exempt or f"{host}:{address.port}" in self._exempt:
            return ""
        return self._where.get((host, address.port))

    def find(self, address: Address, found: Callable[[], None]) -> None:
        """Look a host up and call back. What does not resolve is kept by no address: dialling it will say so."""

        async def ask() -> None:
            try:
                answers = await look_up(address.host.strip("[]"), address.port)
                # A name with several addresses gives them in changing order.
                self._where[address.host, address.port] = min(ip for ip, _ in answers)
            except DNSLookupError as error:
                logger.info("%s", error)
                self._where[address.host, address.port] = ""
            finally:
                self.looking -= 1
            found()

        self.looking += 1
        defer.Deferred.fromCoroutine(ask())

    def is_taken(self, ip: str, group: Group) -> bool:
        """Whether another group has a request under way there; the group is then told when it has ended."""
        place = self._places[ip]
        if not ip or place.holder in {"", group.name}:
            return False
        place.waiting.append(group)
        return True

    def free_at(self, ip: str) -> float:
        """When the next request may go there, on the monotonic clock."""
        return self._places[ip].next_at if ip else 0.0

    def claim(self, ip: str, group: Group) -> None:
        """A request of that group goes there."""
        if ip:
            self._places[ip].holder = group.name
            self._held[group.name] = ip

    def release(self, group: Group, now: float) -> list[Group]:
        """The request has ended and the pause begins; gives the groups that waited for it."""
        ip = self._held.pop(group.name, "")
        if not ip:
            return []
        place = self._places[ip]
        place.holder = ""
        place.next_at = min(group.pace.next_at, now + MAX_PAUSE)
        waiting, place.waiting = place.waiting, []
        return waiting
