"""The exit codes of every command and of the processes it starts; which one applies when several would."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What a scheduler learns. The numbers are promised in the README."""

    FINE = 0
    INTERNAL = 1
    BAD_INPUT = 2
    DISK = 3
    FAILED = 4
    BROKEN = 5
    STOPPED = 11
    LOCKED = 75
    READER_GONE = 141  # 128 and SIGPIPE, as a shell gives it for any command whose reader went away


# The order in which they win.
_ORDER = (
    ExitCode.BAD_INPUT, ExitCode.LOCKED, ExitCode.DISK, ExitCode.BROKEN, ExitCode.INTERNAL, ExitCode.STOPPED,
    ExitCode.FAILED, ExitCode.FINE,
)  # fmt: skip


def first_of(codes: Iterable[int]) -> ExitCode:
    """The exit code that applies of several; one that is none of ours is an internal error.

    >>> first_of([0, 4, 11]), first_of([0, -9])
    (<ExitCode.STOPPED: 11>, <ExitCode.INTERNAL: 1>)
    """
    found = {code if code in _ORDER else ExitCode.INTERNAL for code in codes}
    return next((code for code in _ORDER if code in found), ExitCode.INTERNAL)
