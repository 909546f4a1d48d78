"""The far side of the workers: one process that has everything imported, and its forks, which do the pages.

Started as ``python -m pipeline.run.worker_process FD``. The first process (the stem) imports the task once, then forks
a worker whenever it is asked to; a fork costs milliseconds where a fresh interpreter costs half a second, and workers
are replaced often. It has no threads, so forking it is safe. A worker reads pages from one pipe, one at a time, and
writes replies to another. When the parent dies the stem reads end-of-file and ends, and the kernel ends its workers.
"""

from __future__ import annotations

import ctypes
import gc
import math
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

from pipeline.page import Page

REQUEST = struct.Struct("<IQ")  # bytes of the pickled head, bytes of the body
REPLY = struct.Struct("<?10sQ")  # is this the worker's last page, what came of it, bytes of the payload
REAPED = struct.Struct("<iq")  # wait status, highest resident memory in bytes
PID = struct.Struct("<i")
REPLY_BYTES = 64 * 1024 * 1024  # an Extraction holds its text about five times over
_PR_SET_PDEATHSIG = 1
_PAGE_BYTES = resource.getpagesize()

_FIRST = b"<!doctype html><html lang=en><title>The first page</title><article><h1>The first page</h1>" + 3 * (
    b"<p>The keeper of the lighthouse reads the paper in the morning, when the lamp is out and the kettle sings, and he"
    b" says that there has not been a storm like that of last November since his father was a boy on the island.</p>"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may cost and when a worker is replaced. Bytes and seconds."""

    cpu_s: int = 10
    wall_s: float = 20.0
    memory: int = 1024**3
    text: int = 2 * 1024**2
    open_files: int = 64
    pages: int = 500
    growth: int = 200 * 1024**2


Task = Callable[[Page, Any], Any]


def find_task(path: str) -> Task:
    """The function at ``module:name``."""
    module, _, name = path.partition(":")
    task: Task = getattr(import_module(module), name)
    return task


def main(descriptor: int) -> None:
    """Be the stem: take the order, say whether the task could be imported, then fork and reap as asked."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # A service manager that stops a job signals all of its processes. The job stops us; a page that was in work
        # would be called a crash, and the job would fail for want of its workers.
        signal.signal(number, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as control, control.makefile("rb", buffering=0) as stream:
        order = _receive(stream)
        if order is None:
            return
        path, limits = pickle.loads(order)  # noqa: S301  (written by our own parent process)
        try:
            task = find_task(path)
        except (ImportError, AttributeError, SyntaxError, OSError, TypeError, ValueError) as error:
            _send(control, f"{type(error).__name__}: {error}".encode())
            return
        # One page before the forks: model and word lists are read once, here, and not by every worker anew. That took
        # half a second of processor time a fork, and on a busy machine good pages were quarantined for it (measured).
        _run(task, limits, pickle.dumps(({"url": "http://first.example/"}, None)), _FIRST)
        _send(control, b"")
        gc.collect()
        gc.freeze()  # the imported modules stay shared between the forks
        _obey(control, task, limits)


def _obey(control: socket.socket, task: Task, limits: Limits) -> None:
    """``F`` with two descriptors: fork a worker, answer its pid. ``R`` and a pid: reap it, answer how it ended."""
    while True:
        command, descriptors, _, _ = socket.recv_fds(control, 1 + PID.size, 2)
        if not command:
            return
        if command[:1] == b"F":
            stem = os.getpid()
            pid = os.fork()
            if pid == 0:
                control.close()
                _be_worker(stem, task, limits, *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            control.sendall(PID.pack(pid))
        else:
            (pid,) = PID.unpack(command[1:])
            _, status, usage = os.wait4(pid, 0)
            control.sendall(REAPED.pack(status, usage.ru_maxrss * 1024))


def _be_worker(stem: int, task: Task, limits: Limits, requests: int, replies: int) -> None:
    """Do pages until there are none, then leave without running what the stem would run at its end."""
    try:
        # A process group of its own, so that killing the worker also ends whatever a page made it start.
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == stem:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
            with os.fdopen(requests, "rb", buffering=0) as source, os.fdopen(replies, "wb", buffering=0) as sink:
                _serve(task, limits, source, sink)
    finally:
        os._exit(0)


def _serve(task: Task, limits: Limits, source: BinaryIO, sink: BinaryIO) -> None:
    _, start = _memory()
    for count in range(1, limits.pages + 1):
        request = _read_request(source)
        if request is None:
            return
        virtual, resident = _memory()
        _allow(limits, virtual)
        kind, payload = _run(task, limits, *request)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        # A page that failed may have left anything behind: descriptors, half a heap. A fork is cheap.
        last = count == limits.pages or resident - start > limits.growth or kind != "done"
        _write(sink, REPLY.pack(last, kind.encode(), len(payload)) + payload)
        if last:
            return


def _allow(limits: Limits, virtual: int) -> None:
    """Before each page: CPU seconds and memory on top of what is used so far, kept by the kernel.

    A Python alarm could not stop C code: a 2 s alarm came after 159 s, when the parser returned (measured).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + limits.cpu_s, hard))
    resource.setrlimit(resource.RLIMIT_AS, (virtual + limits.memory, resource.RLIM_INFINITY))


def _run(task: Task, limits: Limits, head: bytes, body: bytes) -> tuple[str, bytes]:
    """What came of a page: ``done`` and the pickled value, or a quarantine class and a word on it."""
    try:
        fields, *arguments = pickle.loads(head)  # noqa: S301  (written by our own parent process)
        value = task(Page(body=body, **fields), *arguments)
        text = getattr(value, "text", "")
        if len(text) * 4 > limits.text and len(text.encode("utf-8", "replace")) > limits.text:
            return "limit", f"more than {limits.text} bytes of text".encode()
        payload = pickle.dumps(value, protocol=5)
    except MemoryError:
        return "memory", f"more than {limits.memory // 1024**2} MiB".encode()
    except RecursionError as error:
        return "limit", f"RecursionError: {error}".encode()
    except Exception as error:  # noqa: BLE001  (any failure of a page is that page's outcome, and costs nothing else)
        return "error", f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace")
    if len(payload) > REPLY_BYTES:
        return "limit", f"a result of {len(payload)} bytes".encode()
    return "done", payload


def _memory() -> tuple[int, int]:
    """Virtual and resident memory of this process in bytes."""
    with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123  (asked before each page)
        virtual, resident = stream.read().split()[:2]
    return int(virtual) * _PAGE_BYTES, int(resident) * _PAGE_BYTES


def _read_request(source: BinaryIO) -> tuple[bytes, bytes] | None:
    header = _exactly(source, REQUEST.size)
    if header is None:
        return None
    head_bytes, body_bytes = REQUEST.unpack(header)
    head, body = _exactly(source, head_bytes), _exactly(source, body_bytes)
    return None if head is None or body is None else (head, body)


def _exactly(source: BinaryIO, size: int) -> bytes | None:
    """``size`` bytes, or None when the other side closed before."""
    buffer = bytearray(size)
    view = memoryview(buffer)
    place = 0
    while place < size:
        got = source.readinto(view[place:])  # type: ignore[attr-defined]
        if not got:
            return None
        place += got
    return bytes(buffer)


def _write(sink: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[sink.write(view) :]


def _receive(stream: Any) -> bytes | None:
    header = _exactly(stream, 4)
    return _exactly(stream, int.from_bytes(header, "little")) if header else None


def _send(control: socket.socket, data: bytes) -> None:
    control.sendall(len(data).to_bytes(4, "little") + data)


if __name__ == "__main__":
    main(int(sys.argv[1]))
