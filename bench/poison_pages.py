"""The task that the workers of the poison suite do: the real one, but for pages whose address names a way to kill."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from typing import Any

from pipeline import Page, extract
from pipeline.profile import SiteProfile
from pipeline.run.worker_process import Limits

TIMEOUT, MEMORY, CRASH, LIMIT, ERROR = (
    f"quarantined.{name}" for name in ("timeout", "memory", "crash", "limit", "error")
)
FINE = frozenset({"reject.empty", "reject.page_type"})


def task(page: Page, profile: SiteProfile | None) -> Any:
    """The extraction of the page, after what its address asks for."""
    if page.url.startswith("http://poison.example/"):
        return KINDS[page.url.rsplit("/", 1)[-1]](page) or extract(page, profile)
    return extract(page, profile)


def loop_in_python(_: Page) -> None:
    while True:
        pass


def loop_in_c(_: Page) -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def segfault(_: Page) -> None:
    ctypes.string_at(0)


def leave(_: Page) -> None:
    os._exit(3)


def hog(_: Page) -> None:
    bytearray(8 * 1024**3)


def recurse(page: Page) -> None:
    recurse(page)


def nest(page: Page) -> Any:
    return extract(Page(page.url, b"<div>" * 200_000 + b"<p>deep"))


def flood(_: Page) -> Any:
    class Long:
        text = "x" * 100_000_000

    return Long()


def spawn(_: Page) -> None:
    subprocess.Popen(["sleep", "601.25"])
    os._exit(1)


def chatter(_: Page) -> None:
    sys.stdout.write("x" * 5_000_000)
    sys.stdout.flush()
    os.write(2, b"y" * 5_000_000)


KINDS = {
    each.__name__: each
    for each in (loop_in_python, loop_in_c, segfault, leave, hog, recurse, nest, flood, spawn, chatter)
}
EXPECTED: dict[str, frozenset[str]] = {
    "loop_in_python": frozenset({TIMEOUT}),
    "loop_in_c": frozenset({TIMEOUT}),
    "segfault": frozenset({CRASH}),
    "leave": frozenset({CRASH}),
    "hog": frozenset({MEMORY}),
    "recurse": frozenset({LIMIT}),
    "nest": frozenset({LIMIT, MEMORY, TIMEOUT}) | FINE,
    "flood": frozenset({LIMIT}),
    "spawn": frozenset({CRASH}),
    "chatter": FINE,
}


def worst_s(limits: Limits) -> float:
    """The longest that a page may hold up its worker: its budget and a second to kill it."""
    return limits.wall_s + 1
