"""Stopping on SIGTERM and SIGINT: the first asks everything to stop cleanly, the second stops at once."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from pipeline.exit_code import ExitCode

GRACE_S = 35.0  # the crawl promises to stop within 30 s
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopper:
    """While it is entered, signals stop the job. Outside the main thread it does nothing: signals come only there."""

    def __init__(self) -> None:
        self._asked = 0
        self._first: signal.Signals | None = None
        self._crawl: subprocess.Popen[Any] | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._receive) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._timer is not None:
            self._timer.cancel()

    def asked(self) -> bool:
        """Whether a signal has come."""
        return self._asked > 0

    @property
    def name(self) -> str:
        """The first signal that came, such as SIGINT; empty when none did."""
        return self._first.name if self._first else ""

    def stop_crawl(self) -> None:
        """Stop the crawl as a signal would, for a reason of our own."""
        if self._crawl is not None:
            self._crawl.terminate()

    def pass_on(self, crawl: subprocess.Popen[Any] | None) -> None:
        """Signals go to this crawl too, until None is given."""
        self._crawl = crawl
        if crawl is not None and self._asked:
            crawl.terminate()

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        self._first = self._first or signal.Signals(number)
        if self._crawl is not None and self._asked > 1:
            self._crawl.kill()  # at once; what it had not committed is fetched again
        elif self._crawl is not None:
            self._crawl.terminate()
            if self._timer is None:
                self._timer = threading.Timer(GRACE_S, self._crawl.kill)
                self._timer.daemon = True
                self._timer.start()
        elif self._asked > 1:
            # At once, as a kill would: what is not committed is done again. The workers end with us.
            os._exit(ExitCode.STOPPED)
