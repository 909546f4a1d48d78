"""The process that workers are forked from, seen from the parent."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import socket
import subprocess
import sys

from pipeline.run.worker import PIPE_BYTES, Worker
from pipeline.run.worker_process import PID, REAPED, Limits

_SINGLE_THREADED = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


class WorkerError(RuntimeError):
    """The workers could not be started; the text says why."""


class Stem:
    """A running ``pipeline.run.worker_process``."""

    def __init__(self, task: str, limits: Limits) -> None:
        """Start it and have it import ``task``.

        Raises:
            WorkerError: the task cannot be imported.
        """
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "pipeline.run.worker_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_SINGLE_THREADED, "PYTHONPATH": _search_path()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the parent, which then stops the workers
            )
        try:
            self._order(task, limits)
        except BaseException:
            self.close()
            raise

    def fork(self) -> Worker:
        """A new worker."""
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        for pipe in (ours_out, ours_in):
            os.set_blocking(pipe, False)
            with contextlib.suppress(OSError):  # a small pipe is slower, nothing worse
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        socket.send_fds(self._control, [b"F"], [theirs_in, theirs_out])
        os.close(theirs_in)
        os.close(theirs_out)
        (pid,) = PID.unpack(self._told(PID.size))
        return Worker(pid, ours_out, ours_in)

    def reap(self, pid: int) -> tuple[int, int]:
        """Wait status and highest resident memory (bytes) of a worker that has ended."""
        self._control.sendall(b"R" + PID.pack(pid))
        status, peak = REAPED.unpack(self._told(REAPED.size))
        return int(status), int(peak)

    def close(self) -> None:
        """End it; its workers end with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _order(self, task: str, limits: Limits) -> None:
        order = pickle.dumps((task, limits))
        self._control.sendall(len(order).to_bytes(4, "little") + order)
        size = int.from_bytes(self._told(4), "little")
        problem = self._told(size).decode("utf-8", "replace")
        if problem:
            raise WorkerError(f"the workers cannot load {task}: {problem}")

    def _told(self, size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            part = self._control.recv(size - len(parts))
            if not part:
                raise WorkerError("the process that starts the workers has ended")
            parts += part
        return parts


def _search_path() -> str:
    """Where this interpreter looks for modules, for the workers to look there too."""
    return os.pathsep.join(os.path.abspath(entry) for entry in sys.path)  # noqa: PTH100  (must not resolve links)
