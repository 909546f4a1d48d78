"""One case of the crash matrix: a real run that is broken, a second run, and everything counted."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from bench.crash_site import IN_FLIGHT, Site, write_job
from pipeline import load
from pipeline.run.upkeep import verify_data
from pipeline.store.releases import ReleaseError

ROOT = Path(__file__).parents[1]
POINTS = (
    "fetch.begin", "fetch.done", "warc.before_write", "warc.mid_write", "warc.after_write", "warc.after_fsync",
    "ledger.after_commit", "extract.begin", "extract.done", "batch.open", "batch.mid", "batch.before_fsync",
    "batch.after_fsync", "batch.after_rename", "manifest.before", "manifest.after", "compact.mid", "compact.after_swap",
    "rotate.mid", "lock.taken", "shutdown.mid", "report.mid",
)  # fmt: skip
FAULTS = ("kill", "term", "term2", "ENOSPC", "EIO", "EROFS")
"""``term_all`` may be asked for too: SIGTERM to every process of the run, as a service manager sends it."""

TIME_OUT_S = 1_200  # a safety limit, never a measurement
_MANY = {"fetch.begin", "fetch.done", "warc.before_write", "warc.mid_write", "warc.after_write", "extract.begin",
         "extract.done"}  # fmt: skip


@dataclass
class Case:
    """One case and what came of it.

    ``codes`` are the exit codes of the broken and of the second run; ``stopping`` the seconds from the fault to the
    end of the broken run, ``seconds`` those of the second run; ``place`` says how far a run was that was killed at
    random.
    """

    name: str
    codes: tuple[int, int] = (0, 0)
    expected: tuple[int, ...] = ()
    happened: bool = True
    lost: int = 0
    duplicates: int = 0
    refetched: int = 0
    unreadable: int = 0
    stopping: float = 0.0
    seconds: float = 0.0
    place: str = ""
    damages: list[str] = field(default_factory=list)

    @property
    def wrong_codes(self) -> int:
        """Exit codes that do not say what happened."""
        return (self.codes[0] not in self.expected) + (self.codes[1] != 0)

    @property
    def good(self) -> bool:
        """Whether all that must hold does."""
        bad = self.lost + self.duplicates + self.unreadable + self.wrong_codes + len(self.damages)
        return bad == 0 and self.refetched <= IN_FLIGHT and self.happened


def start(job: Path, order: dict[str, object]) -> subprocess.Popen[bytes]:
    """A real run with a fault put in; it leads a session, as under cron."""
    env = {**os.environ, "BROADSHEET_FAULT": json.dumps(order)}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "bench" / "faults"), str(ROOT)])
    command = [str(Path(sys.executable).parent / "broadsheet"), "run", str(job)]
    log = (job.parent / "output.log").open("ab")
    with log:
        return subprocess.Popen(command, cwd=job.parent, env=env, stdout=log, stderr=log, start_new_session=True)


def run_case(site: Site, point: str, fault: str) -> Case:
    """A fault at a point."""
    case = Case(f"{point} x {fault}", expected=_expected(fault))
    with tempfile.TemporaryDirectory() as folder:
        job = write_job(Path(folder), site.port)
        once = job.parent / "happened"
        count = max(2, site.pages // 3) if point in _MANY else 2 if point == "ledger.after_commit" else 1
        # An error of the disk at the beginning of a fetch is met by the ledger, which notes the lease: 16 at a time.
        count = 3 if point == "fetch.begin" and fault.startswith("E") else count
        order: dict[str, object] = {"point": point, "action": fault, "count": count, "once": str(once)}
        order |= {"batch": max(8, site.pages // 4), "segment": 8_000 if point == "rotate.mid" else 2**28}
        site.asked.clear()
        process = start(job, order)
        if point == "fetch.begin" and not fault.startswith("E"):
            site.at = lambda asked: send(process, fault, once) if asked == count + 3 else None
        case.codes = (process.wait(TIME_OUT_S), 0)
        site.at = None
        case.happened = once.exists()
        case.stopping = time.time() - once.stat().st_mtime if case.happened else 0.0
        if fault.startswith("term") and is_over(job):
            case.expected = (0, 11)  # it came when all was done but to leave
        finish(site, job, case, order | {"point": ""})
    return case


def run_random(site: Site, number: int, seed: int, whole_s: float) -> Case:
    """A kill at a random moment: by the clock over the time of a whole run, or a moment after the n-th request."""
    chance = random.Random(seed * 1_000 + number)
    after, at_request = chance.uniform(0.1, 1.05 * whole_s), chance.randint(1, site.pages)
    by_clock, moment = number % 2 == 0, chance.uniform(0, 0.1)
    how = f"after {after:.2f} s" if by_clock else f"{1000 * moment:.0f} ms after request {at_request}"
    case = Case(f"kill {how} (no. {number})", expected=(-signal.SIGKILL, 0))
    with tempfile.TemporaryDirectory() as folder:
        job = write_job(Path(folder), site.port)
        site.asked.clear()
        order: dict[str, object] = {"point": "", "batch": max(8, site.pages // 4)}
        process = start(job, order)
        timer = threading.Timer(after if by_clock else moment, process.kill)
        if by_clock:
            timer.start()
        else:
            site.at = lambda asked: timer.start() if asked == at_request else None
        case.codes = (process.wait(TIME_OUT_S), 0)
        site.at = None
        timer.cancel()
        case.place = _place(site, job, case.codes[0])
        finish(site, job, case, order)
    return case


def run_full_disk(site: Site, megabytes: int) -> Case:
    """A file system that is really full: a small tmpfs; then it is made larger."""
    case = Case(f"tmpfs of {megabytes} MB, full", expected=(3,))
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)], check=True)
        try:
            job = write_job(Path(folder), site.port, disk / "data")
            filler = disk / "filler"
            with filler.open("wb") as stream:
                stream.write(b"x" * int((megabytes - 0.35) * 1024 * 1024))
            site.asked.clear()
            order: dict[str, object] = {"point": "", "batch": max(8, site.pages // 4)}
            case.codes = (start(job, order).wait(TIME_OUT_S), 0)
            said = (job.parent / "output.log").read_text(encoding="utf-8", errors="replace")
            if "no space left on" not in said:
                case.damages.append("the message does not name the device")
            filler.unlink()
            subprocess.run(["mount", "-o", "remount,size=256m", str(disk)], check=True)
            finish(site, job, case, order, disk / "data")
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    return case


def whole_run_s(site: Site) -> float:
    """Seconds that an undisturbed run takes on this machine at present."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        start(write_job(Path(folder), site.port), {"point": "", "batch": max(8, site.pages // 4)}).wait(TIME_OUT_S)
        return time.monotonic() - begun


def _expected(fault: str) -> tuple[int, ...]:
    return {"kill": (-signal.SIGKILL,), "term": (11,), "term2": (11,), "term_all": (11,)}.get(fault, (3,))


def send(process: subprocess.Popen[bytes], fault: str, once: Path) -> None:
    """The signals of a fault to a run."""
    once.write_text("sent")
    if fault == "kill":
        process.kill()
        return
    process.terminate()
    if fault == "term2":
        time.sleep(0.2)
        process.terminate()


def is_over(job: Path) -> bool:
    """Whether a run has come as far as its report."""
    return any((job.parent / "data" / "runs").glob("*/report.json"))


def _place(site: Site, job: Path, code: int) -> str:
    """How far a run was when it was killed."""
    if code == 0:
        return "after its end"
    if not site.asked:
        return "before the first request"
    if any((job.parent / "data" / "articles").rglob("part-*")):
        return "while building"
    return "while crawling" if len(site.asked) < site.pages else "between crawl and build"


def finish(site: Site, job: Path, case: Case, order: dict[str, object], data: Path | None = None) -> None:
    """Readers look at once, then the run goes on to its end, and everything is counted."""
    data = data or job.parent / "data"
    case.unreadable += _unreadable(data)
    begun = time.monotonic()
    case.codes = (case.codes[0], start(job, order).wait(TIME_OUT_S))
    case.seconds = time.monotonic() - begun
    case.unreadable += _unreadable(data)
    try:
        case.lost = len(site.addresses - set(load(data)["url"]))
    except (ReleaseError, OSError, ValueError) as error:
        case.lost = site.pages
        case.damages.append(str(error))
    ids = [row for path in (data / "articles").rglob("part-*.parquet") for row in _ids(path)]
    case.duplicates = len(ids) - len(set(ids))
    case.refetched = sum(count - 1 for count in site.asked.values())
    case.damages.extend(map(str, verify_data(data).found.damages))
    if not case.good:
        case.damages.append((job.parent / "output.log").read_text(encoding="utf-8", errors="replace")[-1500:])


def _ids(path: Path) -> list[tuple[str, int]]:
    table = pq.ParquetFile(path).read(columns=["id", "version"])
    return list(zip(table["id"].to_pylist(), table["version"].to_pylist(), strict=True))


def _unreadable(data: Path) -> int:
    """Files that a reader who lists folders would meet and could not read; also the release."""
    count = 0
    for path in data.rglob("*.parquet"):
        if any(part.startswith(".tmp-") for part in path.parts):
            continue
        try:
            pq.ParquetFile(path).read()
        except (OSError, ValueError):
            count += 1
    if (data / "releases" / "CURRENT").exists():
        try:
            load(data)
        except (ReleaseError, OSError, ValueError):
            count += 1
    return count
