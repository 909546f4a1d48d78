"""Pages that kill: a task for real worker processes that does what the page's path says."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import subprocess
import sys
import time
from types import SimpleNamespace

KEPT: list[bytearray] = []


def task(page, profile):
    kind = page.url.rsplit("/", 1)[-1]
    KINDS.get(kind, good)()
    return SimpleNamespace(
        text="x" * (3 * 1024**2) if kind == "flood" else page.body.decode("latin-1"), pid=os.getpid()
    )


def real_but_day_seven(page, profile):
    from pipeline.flow import extract

    return leave() if page.url.endswith("/day/7") else extract(page, profile)


def leaves_at_three(page, profile):
    from pipeline.flow import extract

    return leave() if page.url.endswith("/3") else extract(page, profile)


SEEN: list[str] = []


def pages_before(page, profile):
    SEEN.append(page.url)
    return SimpleNamespace(text=str(len(SEEN) - 1))


def good():
    return None


def hang_in_python():
    while True:
        pass


def hang_in_c():
    re.match(r"(a+)+$", "a" * 60 + "b")


def hang_asleep():
    time.sleep(600)


def leave():
    os._exit(3)


def segfault():
    ctypes.string_at(0)


def hog():
    held = []
    while True:
        held.append(bytes(64 * 1024**2))  # asked for and never written: it costs the limit, and no time


def hog_for_ever():
    while True:
        with contextlib.suppress(MemoryError):
            hog()


def big_number():
    _ = 7 ** (7**12)


def fail():
    raise LookupError("no such block \ud800")


def recurse():
    recurse()


def chatter():
    sys.stdout.write("x" * 5_000_000)
    sys.stderr.write("x" * 5_000_000)
    os.write(1, b"y" * 5_000_000)


def spawn_and_leave():
    subprocess.Popen(["sleep", "600"])
    os._exit(1)


def killed():
    os.kill(os.getpid(), 9)


def keep():
    KEPT.append(bytearray(os.urandom(1024**2)) * 80)


def open_files():
    _ = [os.open("/dev/null", os.O_RDONLY) for _ in range(1000)]


KINDS = {
    name: function
    for name, function in globals().items()
    if callable(function)
    and getattr(function, "__module__", "") == __name__
    and name not in {"task", "good", "real_but_day_seven", "pages_before", "leaves_at_three"}
}
