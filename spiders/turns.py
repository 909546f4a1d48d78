"""Whose turn it is: groups that are ready, that wait for a time, and that wait for another host on their IP address."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

from pipeline.run.job import Job
from spiders.addresses import Address
from spiders.groups import Group, Turn
from spiders.places import Places


class Turns:
    """``clock`` gives monotonic seconds; ``wake`` is called when a group has become ready on its own."""

    def __init__(self, job: Job, clock: Callable[[], float], wake: Callable[[], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._ready: deque[Group] = deque()
        self._timers: list[tuple[float, int, Group]] = []
        self._ticket = count()
        self._places = Places(job)

    @property
    def waiting(self) -> bool:
        """Whether some group is ready, waits for its time, or is being looked up."""
        return bool(self._ready or self._timers or self._places.looking)

    @property
    def some_ready(self) -> bool:
        """Whether some group can be asked now."""
        return bool(self._ready)

    def soonest(self) -> float | None:
        """When the next group's time comes; None when none waits for one."""
        return self._timers[0][0] if self._timers else None

    def offer(self, group: Group) -> None:
        """Put an idle group where it belongs: among the ready ones, or among those that wait for their time."""
        if group.turn is not Turn.IDLE:
            return
        if group.pace.next_at > self._clock():
            self._wait_until(group.pace.next_at, group)
        else:
            group.turn = Turn.READY
            self._ready.append(group)

    def take(self) -> Group | None:
        """The next ready group."""
        now = self._clock()
        while self._timers and self._timers[0][0] <= now:
            self._back(heapq.heappop(self._timers)[2])
        return self._ready.popleft() if self._ready else None

    def place(self, group: Group, address: Address) -> str | None:
        """The IP address to claim for a request there, empty for none; None when the group has to wait for it."""
        ip = self._places.where(address)
        if ip is None:
            group.turn = Turn.WAITING
            self._places.find(address, lambda: self._found(group))
            return None
        if self._places.is_taken(ip, group):
            group.turn = Turn.WAITING
            return None
        free_at = self._places.free_at(ip)
        if free_at > self._clock():
            self._wait_until(free_at, group)
            return None
        return ip

    def claim(self, ip: str, group: Group) -> None:
        """A request of that group goes there."""
        self._places.claim(ip, group)
        group.turn = Turn.BUSY

    def release(self, group: Group) -> None:
        """The request of that group has ended: who waited for its place may be asked."""
        for waiting in self._places.release(group, self._clock()):
            self._back(waiting)

    def _wait_until(self, moment: float, group: Group) -> None:
        group.turn = Turn.WAITING
        heapq.heappush(self._timers, (moment, next(self._ticket), group))

    def _found(self, group: Group) -> None:
        self._back(group)
        self._wake()

    def _back(self, group: Group) -> None:
        if group.turn is Turn.WAITING:
            group.turn = Turn.IDLE
            self.offer(group)
