"""Taking a data folder for a run: it can be written to, nobody else is at work in it, no litter of a crash is left."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pipeline.store.durable import WORKING_PREFIX, replace_file
from pipeline.store.layout import DataDir
from pipeline.store.room import check_room

PATIENCE_S = 0.5  # a run that was killed lets go of the lock a moment later, when its crawl has ended too


class LockedError(Exception):
    """Another run is at work in the data folder."""


@contextmanager
def claim(data: DataDir, min_free_mb: int = 0) -> Iterator[int]:
    """Hold the lock of the data folder; gives its descriptor, so that a process of ours can hold it too.

    A lock of the kernel and no file with a process id: it is gone with its holders, also after ``kill -9``.

    Raises:
        LockedError: another run holds it.
        NoRoomError: less than ``min_free_mb`` MB are free there.
        OSError: the folder cannot be made or written to.
    """
    data.make()
    with data.lock.open("ab") as stream:
        _lock(stream, data)
        check_room(data.root, min_free_mb)
        _probe(data)
        _sweep(data)
        yield stream.fileno()


@contextmanager
def hold(data: DataDir) -> Iterator[None]:
    """Hold the lock to look at the folder only: nothing is written or taken away.

    Raises:
        LockedError: a run is at work there.
        OSError: there is no such folder, or no run has ever worked there.
    """
    with data.lock.open("rb") as stream:
        _lock(stream, data)
        yield


def _lock(stream: BinaryIO, data: DataDir) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise LockedError(f"{data.root}: another run is at work here; try again when it has ended") from None
            time.sleep(0.05)
        else:
            return


def _probe(data: DataDir) -> None:
    """Write, sync, rename, remove: what the run will do later must work now."""
    probe = data.root / ".probe"
    replace_file(probe, lambda stream: stream.write(b"probe\n" * 1024))
    probe.unlink()


def _sweep(data: DataDir) -> None:
    """Take away working files of a run that was killed. Readers do not see them; they only take room."""
    for folder in (data.articles, data.removals, data.outcomes, data.runs):
        for root, _, names in os.walk(folder):
            for name in names:
                if name.startswith(WORKING_PREFIX):
                    os.unlink(os.path.join(root, name))  # noqa: PTH108, PTH118  (as os.walk gives it)
