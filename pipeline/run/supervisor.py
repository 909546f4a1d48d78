"""The near side of the workers: hands out pages, takes replies, and replaces what hangs, dies or is used up.

A pool of the standard library loses its other tasks when one worker dies (29 of 40, measured) or hangs for ever. Here
a worker has one page in work and at most one waiting in its pipe; when it ends, the page in work is to blame and the
waiting one goes to another worker.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from pipeline.run.stem import Stem
from pipeline.run.worker import Answer, Request, Worker
from pipeline.run.worker_process import Limits

WAITING = 2  # pages a worker holds: the one in work and one in its pipe, so that it never waits for the parent
LOOK_AHEAD = 16  # pages a worker by which reading may run ahead of what has been handed on in order


class Supervisor:
    """Workers for one task. Use it as a context manager; leaving it ends every worker."""

    def __init__(self, task: str, workers: int, limits: Limits | None = None) -> None:
        """``task`` is ``module:function``, importable by a fresh interpreter; ``workers`` the number of processes.

        Raises:
            WorkerError: the task cannot be imported.
        """
        self._limits = limits or Limits()
        self._count = max(1, workers)
        self._selector = selectors.DefaultSelector()
        self._workers: list[Worker] = []
        self._stem = Stem(task, self._limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers alive now."""
        return tuple(worker.pid for worker in self._workers)

    def map(self, requests: Iterable[Request]) -> Iterator[Answer]:
        """One answer a request, in the order of the requests, which are read a bounded way ahead."""
        queue = _Queue(iter(requests))
        answers: dict[int, Answer] = {}
        emitted = 0
        while True:
            self._hand_out(queue, emitted + LOOK_AHEAD * self._count)
            if any(worker.awaited for worker in self._workers):
                patience = 0.0 if emitted in answers else self._patience()
                self._turn(patience, queue, answers)
            elif not answers and queue.drained:
                return
            if emitted in answers:
                yield answers.pop(emitted)
                emitted += 1

    def close(self) -> None:
        """End the workers and the stem. Safe to call again."""
        for worker in self._workers:
            worker.kill()
            worker.close()
        self._workers.clear()
        self._selector.close()
        self._stem.close()

    def _hand_out(self, queue: _Queue, limit: int) -> None:
        """Give pages to the workers that can take one: first one each, then the one in waiting."""
        for depth in range(WAITING):
            for place in range(self._count):
                worker = self._workers[place] if place < len(self._workers) else None
                if worker is not None and (worker.leaving or len(worker.held) > depth):
                    continue
                taken = queue.take(limit)
                if taken is None:
                    return
                self._give(worker or self._start(), *taken)

    def _start(self) -> Worker:
        worker = self._stem.fork()
        self._workers.append(worker)
        self._selector.register(worker.replies, selectors.EVENT_READ, worker)
        return worker

    def _give(self, worker: Worker, number: int, request: Request) -> None:
        if not worker.held:
            worker.deadline = time.monotonic() + self._limits.wall_s
        worker.give(number, request)
        self._push(worker)

    def _push(self, worker: Worker) -> None:
        """Send what the pipe takes, and be told when it takes more."""
        worker.push()
        watched = worker.requests in self._selector.get_map()
        if worker.outgoing and not watched:
            self._selector.register(worker.requests, selectors.EVENT_WRITE, worker)
        elif watched and not worker.outgoing:
            self._selector.unregister(worker.requests)

    def _patience(self) -> float:
        nearest = min(worker.deadline for worker in self._workers if worker.awaited)
        return max(0.0, nearest - time.monotonic())

    def _turn(self, patience: float, queue: _Queue, answers: dict[int, Answer]) -> None:
        """Read what has come and write what fits; then kill who is over time.

        In that order: replies may have waited in the pipe while the parent was busy elsewhere.
        """
        for key, _ in self._selector.select(patience):
            worker: Worker = key.data
            if worker not in self._workers:
                continue  # it was buried a moment ago, its pipes are closed
            if key.fd == worker.requests:
                self._push(worker)
            else:
                self._pull(worker, queue, answers)
        now = time.monotonic()
        for worker in self._workers:
            if worker.awaited and now > worker.deadline and not worker.timed_out:
                worker.timed_out = True
                worker.kill()  # its end is read like any other
                worker.deadline = now + self._limits.wall_s

    def _pull(self, worker: Worker, queue: _Queue, answers: dict[int, Answer]) -> None:
        come = worker.pull()
        if come is None:
            self._bury(worker, queue, answers)
        else:
            answers.update(come)
            worker.deadline = time.monotonic() + self._limits.wall_s

    def _bury(self, worker: Worker, queue: _Queue, answers: dict[int, Answer]) -> None:
        """The worker has ended: blame the page in work, unless it had just done its last, and give the other back."""
        if worker.requests in self._selector.get_map():
            self._selector.unregister(worker.requests)
        self._selector.unregister(worker.replies)
        worker.close()
        self._workers.remove(worker)
        worker.kill()
        status, peak = self._stem.reap(worker.pid)
        if worker.held and not worker.leaving:
            number, _ = worker.held.popleft()
            answers[number] = worker.cause(status, peak, self._limits)
        queue.give_back(worker.held)


class _Queue:
    """The pages to come: those that a worker left undone, then the source, each with its number."""

    def __init__(self, source: Iterator[Request]) -> None:
        self._source = source
        self._next = 0
        self._again: deque[tuple[int, Request]] = deque()
        self._ended = False

    @property
    def drained(self) -> bool:
        """There is nothing more to take."""
        return self._ended and not self._again

    def take(self, limit: int) -> tuple[int, Request] | None:
        """The next page, unless there is none or its number would reach ``limit``."""
        if self._again:
            return self._again.popleft()
        if self._ended or self._next >= limit:
            return None
        request = next(self._source, None)
        if request is None:
            self._ended = True
            return None
        self._next += 1
        return self._next - 1, request

    def give_back(self, pages: Iterable[tuple[int, Request]]) -> None:
        """Pages that a worker held and did not begin."""
        self._again.extend(pages)
