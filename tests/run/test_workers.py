"""A page that hangs, crashes, fills or floods a worker costs that page: named rightly, every other one unharmed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import Page, extract, extract_many
from pipeline.outcome import Outcome
from pipeline.run.stem import WorkerError
from pipeline.run.worker_process import Limits
from tests.run.places import story

TASK = "tests.run.poison:task"
# Only what must hang meets a tight limit, so that a slow machine does not make a hang of something else.
HANGING = Limits(cpu_s=1, wall_s=10)
PATIENT = Limits(cpu_s=60, wall_s=300)
ROOT = Path(__file__).parents[2]

HANGS = {
    "hang_in_python": (Outcome.QUARANTINED_TIMEOUT, "more than"),
    "hang_in_c": (Outcome.QUARANTINED_TIMEOUT, "more than"),
    "big_number": (Outcome.QUARANTINED_TIMEOUT, "more than"),
    "hang_asleep": (Outcome.QUARANTINED_TIMEOUT, "more than 10 s"),
}
POISON = {
    "leave": (Outcome.QUARANTINED_CRASH, "exit code 3"),
    "segfault": (Outcome.QUARANTINED_CRASH, "SIGSEGV"),
    "spawn_and_leave": (Outcome.QUARANTINED_CRASH, "exit code 1"),
    "hog": (Outcome.QUARANTINED_MEMORY, "more than 1024 MiB"),
    "killed": (Outcome.QUARANTINED_MEMORY, "SIGKILL"),
    "fail": (Outcome.QUARANTINED_ERROR, "LookupError: no such block"),
    "open_files": (Outcome.QUARANTINED_ERROR, "Too many open files"),
    "recurse": (Outcome.QUARANTINED_LIMIT, "RecursionError"),
    "flood": (Outcome.QUARANTINED_LIMIT, "bytes of text"),
}


def pages(names: list[str]) -> Iterator[Page]:
    for number, name in enumerate(names):
        yield Page(f"http://news.example/{name}", f"body {number}".encode() * 20_000)


def children() -> set[int]:
    """Processes below this one, however deep."""
    found, waiting = set(), [os.getpid()]
    while waiting:
        listed = Path(f"/proc/{waiting.pop()}/task").glob("*/children")
        below = {int(pid) for path in listed for pid in path.read_text(encoding="ascii").split()}
        found |= below
        waiting += below
    return found


@pytest.mark.parametrize(("kinds", "limits"), [(HANGS, HANGING), (POISON, PATIENT)], ids=["hangs", "others"])
def test_every_kind_of_poison_costs_its_own_page_only(kinds: dict[str, tuple[Outcome, str]], limits: Limits) -> None:
    names = [name for kind in kinds for name in (*(f"good-{kind}-{number}" for number in range(6)), kind)]
    before, files = children(), len(list(Path("/proc/self/fd").iterdir()))
    extractions = list(extract_many(pages(names), workers=2, limits=limits, task=TASK))
    assert len(extractions) == len(names)
    for number, (name, extraction) in enumerate(zip(names, extractions, strict=True)):
        if name in kinds:
            outcome, words = kinds[name]
            assert (extraction.outcome, name) == (outcome, name)
            assert words in extraction.article.detail
        else:
            assert extraction.text == f"body {number}" * 20_000
    assert children() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == files


def test_a_page_over_memory_and_time_is_named_for_the_limit_that_ended_it() -> None:
    """It fills its memory again and again for ever, so only the processor time can end it."""
    (extraction,) = extract_many(pages(["hog_for_ever"]), workers=1, limits=Limits(cpu_s=1, wall_s=300), task=TASK)
    assert (extraction.outcome, extraction.article.detail) == (
        Outcome.QUARANTINED_TIMEOUT, "more than 1 s of processor time",
    )  # fmt: skip


def test_the_kernel_ends_a_page_that_computes_for_ever() -> None:
    (extraction,) = extract_many(pages(["hang_in_c"]), workers=1, limits=Limits(cpu_s=1, wall_s=300), task=TASK)
    assert (extraction.outcome, extraction.article.detail) == (
        Outcome.QUARANTINED_TIMEOUT, "more than 1 s of processor time",
    )  # fmt: skip


def test_the_parent_ends_a_page_that_sleeps_for_ever() -> None:
    (extraction,) = extract_many(pages(["hang_asleep"]), workers=1, limits=Limits(wall_s=1), task=TASK)
    assert (extraction.outcome, extraction.article.detail) == (Outcome.QUARANTINED_TIMEOUT, "more than 1 s")


def test_what_a_page_prints_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    (extraction,) = extract_many(pages(["chatter"]), workers=1, limits=PATIENT, task=TASK)
    assert extraction.text.startswith("body 0")
    assert capfd.readouterr() == ("", "")


def test_a_worker_is_replaced_after_its_pages_and_loses_none() -> None:
    limits = Limits(pages=10)
    extractions = list(
        extract_many(pages([f"good{number}" for number in range(57)]), workers=1, limits=limits, task=TASK)
    )
    pids = [extraction.pid for extraction in extractions]
    assert [extraction.text for extraction in extractions] == [f"body {number}" * 20_000 for number in range(57)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [10, 10, 10, 10, 10, 7]


def test_a_worker_that_has_grown_is_replaced() -> None:
    limits = Limits(growth=50 * 1024**2)
    extractions = list(extract_many(pages(["good0", "keep", "good2", "good3"]), workers=1, limits=limits, task=TASK))
    first, grown, after, last = (extraction.pid for extraction in extractions)
    assert first == grown
    assert after == grown  # its size is looked at before a page
    assert last != grown


def test_a_big_page_goes_through_a_small_pipe() -> None:
    big = Page("http://news.example/good", os.urandom(9 * 1024**2))
    huge = Limits(text=64 * 1024**2)
    first, second = extract_many([big, big], workers=1, limits=huge, task=TASK)
    assert first.text.encode("latin-1") == second.text.encode("latin-1") == big.body


def test_pages_are_read_a_bounded_way_ahead() -> None:
    read = 0

    def source() -> Iterator[Page]:
        nonlocal read
        for page in pages([f"good{number}" for number in range(500)]):
            read += 1
            yield page

    extractions = extract_many(source(), workers=2, task=TASK)
    next(extractions)
    assert read <= 33
    extractions.close()


def test_a_consumer_that_takes_its_time_costs_no_page() -> None:
    """Replies wait in the pipe while the parent is elsewhere; that is not the page's time."""
    outcomes = []
    for extraction in extract_many(pages(["good0", "good1", "good2"]), workers=1, limits=Limits(wall_s=5), task=TASK):
        if not outcomes:
            time.sleep(6)
        outcomes.append(getattr(extraction, "outcome", "good"))
    assert outcomes == ["good"] * 3


def test_leaving_early_ends_the_workers() -> None:
    before = children()
    extractions = extract_many(pages(["good", "hang_asleep", "good"]), workers=2, task=TASK)
    next(extractions)
    assert children() > before
    extractions.close()
    assert children() == before


def test_a_task_that_cannot_be_loaded_is_said() -> None:
    with pytest.raises(WorkerError, match=r"cannot load tests\.run\.poison:nothing: AttributeError"):
        list(extract_many(pages(["good"]), task="tests.run.poison:nothing"))


ORPHANS = """
import sys
from pipeline import extract_many, Page
def pages():
    for name in ("good", "hang_in_python", "hang_asleep"):
        yield Page("http://news.example/" + name, b"")
for each in extract_many(pages(), workers=2, task="tests.run.poison:task"):
    print(each.pid, flush=True)
"""


def test_workers_die_with_their_parent() -> None:
    """Killed with -9 while one worker spins and the other sleeps, a process leaves nothing behind."""
    with subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        time.sleep(0.5)
        waiting, below = [parent.pid], set()
        while waiting:
            path = Path(f"/proc/{waiting[-1]}/task/{waiting.pop()}/children")
            found = {int(pid) for pid in path.read_text(encoding="ascii").split()}
            below |= found
            waiting += found
        assert len(below) == 3
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in below) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []


def test_the_workers_give_what_extract_gives() -> None:
    real = [
        Page("http://news.example/1", story(1)),
        Page("http://news.example/2", b""),
        Page("x", bytes(range(256)) * 99),
    ]
    assert list(extract_many(real)) == [extract(page) for page in real]
