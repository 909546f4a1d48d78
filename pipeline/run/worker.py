"""One worker, seen from the parent: what it holds, its two pipes, and why it died."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from dataclasses import dataclass, field

from pipeline.outcome import Outcome
from pipeline.run.worker_process import REPLY, REPLY_BYTES, REQUEST, Limits

PIPE_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class Request:
    """One page as it goes to a worker: pickled keyword arguments of ``Page`` with the profile, and the body."""

    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """The pickled value that the task returned."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """A page that gave nothing: a ``quarantined`` outcome and a word on what happened."""

    outcome: Outcome
    detail: str


Answer = Done | Lost


@dataclass(slots=True, eq=False)
class Worker:
    """``requests`` and ``replies`` are our ends of its pipes; ``held`` the pages it has, the one in work first.

    ``leaving`` says that it has answered its last page; ``timed_out`` that we killed it.
    """

    pid: int
    requests: int
    replies: int
    held: deque[tuple[int, Request]] = field(default_factory=deque)
    outgoing: deque[memoryview] = field(default_factory=deque)
    incoming: bytearray = field(default_factory=bytearray)
    deadline: float = 0.0
    timed_out: bool = False
    leaving: bool = False

    @property
    def awaited(self) -> bool:
        """Something will come from it: an answer, or its end."""
        return self.leaving or bool(self.held)

    def give(self, number: int, request: Request) -> None:
        """Hand it a page; :meth:`push` sends it."""
        self.held.append((number, request))
        self.outgoing.append(memoryview(REQUEST.pack(len(request.head), len(request.body)) + request.head))
        if request.body:
            self.outgoing.append(memoryview(request.body))

    def push(self) -> None:
        """Write as much as the pipe takes. A broken pipe is no news: it shows as the end of the replies."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            while self.outgoing:
                self.outgoing[0] = self.outgoing[0][os.write(self.requests, self.outgoing[0]) :]
                if not self.outgoing[0]:
                    self.outgoing.popleft()

    def pull(self) -> list[tuple[int, Answer]] | None:
        """The answers that have come in whole, or None when the worker has ended."""
        data = os.read(self.replies, PIPE_BYTES)
        if not data:
            return None
        self.incoming += data
        answers: list[tuple[int, Answer]] = []
        while len(self.incoming) >= REPLY.size:
            last, kind, size = REPLY.unpack_from(self.incoming)
            if size > REPLY_BYTES:
                self.kill()  # no worker of ours says that: its memory is damaged
                break
            if len(self.incoming) < REPLY.size + size:
                break
            payload = bytes(self.incoming[REPLY.size : REPLY.size + size])
            del self.incoming[: REPLY.size + size]
            number, _ = self.held.popleft()
            answers.append((number, _answer(kind.rstrip(b"\0").decode(), payload)))
            self.leaving = last
        return answers

    def kill(self) -> None:
        """Kill it and what a page made it start. It is reaped only when buried, so its number is not another's."""
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close both pipes."""
        os.close(self.requests)
        os.close(self.replies)

    def cause(self, status: int, peak: int, limits: Limits) -> Lost:
        """Why it died, from its wait status and its highest resident memory in bytes."""
        if self.timed_out:
            return Lost(Outcome.QUARANTINED_TIMEOUT, f"more than {limits.wall_s:g} s")
        if not os.WIFSIGNALED(status):
            return Lost(
                Outcome.QUARANTINED_CRASH, f"the worker left with exit code {os.waitstatus_to_exitcode(status)}"
            )
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return Lost(Outcome.QUARANTINED_TIMEOUT, f"more than {limits.cpu_s} s of processor time")
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        if number == signal.SIGKILL or peak > limits.memory:
            return Lost(Outcome.QUARANTINED_MEMORY, f"{name} at {peak // 1024**2} MiB")
        return Lost(Outcome.QUARANTINED_CRASH, name)


def _answer(kind: str, payload: bytes) -> Answer:
    if kind == "done":
        return Done(payload)
    return Lost(Outcome(f"quarantined.{kind}"), payload.decode("utf-8", "replace"))
