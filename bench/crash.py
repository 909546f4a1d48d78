"""Kills, signals and refusing disks at every named point of a run, then a second run, then everything is counted.

    python -m bench.crash [--pages 600] [--points a,b] [--faults kill,term,…] [--random 200] [--seed N] [--full-disk]

Each case is a real ``broadsheet run`` in a folder of its own against a real server on loopback. Prints one line a case
and the sums; exit 1 when a page was lost, a row stands twice, more than what was in flight was fetched again, a file
cannot be read, or an exit code is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from bench.crash_site import IN_FLIGHT, Site, serve, write_job
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
TIME_OUT_S = 300
_MANY = {"fetch.done", "warc.before_write", "warc.mid_write", "warc.after_write", "extract.begin", "extract.done"}
_SECONDS_AFTER_START = (0.3, 6.0)


@dataclass
class Case:
    """One case and what came of it; ``codes`` are the exit codes of the broken and of the second run."""

    name: str
    codes: tuple[int, int] = (0, 0)
    expected: tuple[int, ...] = ()
    happened: bool = True
    lost: int = 0
    duplicates: int = 0
    refetched: int = 0
    unreadable: int = 0
    seconds: float = 0.0
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
    """A real run with a fault put in."""
    env = {**os.environ, "BROADSHEET_FAULT": json.dumps(order)}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "bench" / "faults"), str(ROOT)])
    command = [str(Path(sys.executable).parent / "broadsheet"), "run", str(job)]
    log = (job.parent / "output.log").open("ab")
    with log:
        return subprocess.Popen(command, cwd=job.parent, env=env, stdout=log, stderr=log)


def run_case(site: Site, point: str, fault: str) -> Case:
    """A fault at a point."""
    case = Case(f"{point} x {fault}", expected=_expected(fault))
    with tempfile.TemporaryDirectory() as folder:
        job = write_job(Path(folder), site.port)
        once = job.parent / "happened"
        count = max(2, site.pages // 3) if point in _MANY else 2 if point == "ledger.after_commit" else 1
        order: dict[str, object] = {"point": point, "action": fault, "count": count, "once": str(once)}
        order |= {"batch": max(8, site.pages // 4), "segment": 8_000 if point == "rotate.mid" else 2**28}
        site.asked.clear()
        process = start(job, order)
        if point == "fetch.begin":
            site.at = lambda asked: _signal(process, fault, once) if asked == count + 3 else None
        case.codes = (process.wait(TIME_OUT_S), 0)
        site.at = None
        case.happened = once.exists()
        if fault.startswith("term") and _is_over(job):
            case.expected = (0, 11)  # it came when all was done but to leave
        _finish(site, job, case, order | {"point": ""})
    return case


def run_random(site: Site, number: int, chance: random.Random) -> Case:
    """A kill at a random moment."""
    after = chance.uniform(*_SECONDS_AFTER_START)
    case = Case(f"kill after {after:.2f} s (no. {number})", expected=(-signal.SIGKILL, 0))
    with tempfile.TemporaryDirectory() as folder:
        job = write_job(Path(folder), site.port)
        site.asked.clear()
        order: dict[str, object] = {"point": "", "batch": max(8, site.pages // 4)}
        process = start(job, order)
        timer = threading.Timer(after, process.kill)
        timer.start()
        case.codes = (process.wait(TIME_OUT_S), 0)
        timer.cancel()
        _finish(site, job, case, order)
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
            _finish(site, job, case, order, disk / "data")
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    return case


def _expected(fault: str) -> tuple[int, ...]:
    return {"kill": (-signal.SIGKILL,), "term": (11,), "term2": (11,)}.get(fault, (3,))


def _signal(process: subprocess.Popen[bytes], fault: str, once: Path) -> None:
    once.write_text("sent")
    if fault == "kill":
        process.kill()
        return
    process.terminate()
    if fault == "term2":
        time.sleep(0.2)
        process.terminate()


def _is_over(job: Path) -> bool:
    return any((job.parent / "data" / "runs").glob("*/report.json"))


def _finish(site: Site, job: Path, case: Case, order: dict[str, object], data: Path | None = None) -> None:
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


def cases(site: Site, options: argparse.Namespace) -> Iterator[Case]:
    """Everything that was asked for."""
    for point in options.points.split(","):
        for fault in options.faults.split(","):
            if point and not (point == "fetch.begin" and fault.startswith("E")):
                yield run_case(site, point, fault)
    chance = random.Random(options.seed)
    for number in range(options.random):
        yield run_random(site, number, chance)
    if options.full_disk:
        yield from (run_full_disk(site, size) for size in (2, 3))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--points", default=",".join(POINTS))
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--full-disk", action="store_true")
    options = parser.parse_args()
    if options.full_disk and os.geteuid() != 0:
        print("the full disk is left out: mounting a small one takes root")
        options.full_disk = False
    print(f"seed {options.seed}, {options.pages} pages", flush=True)
    done: list[Case] = []
    with serve(options.pages) as site:
        for case in cases(site, options):
            done.append(case)
            print(_line(case), flush=True)
    print(sums(done))
    return 0 if all(case.good for case in done) else 1


def _line(case: Case) -> str:
    told = f"{case.name:34} exit {case.codes[0]:4} then {case.codes[1]}  lost {case.lost} twice {case.duplicates}"
    told += f" refetched {case.refetched} unreadable {case.unreadable} in {case.seconds:.1f} s"
    if not case.happened:
        told += "  THE POINT WAS NOT REACHED"
    return told if case.good else told + "  WRONG\n    " + "\n    ".join(case.damages)


def sums(done: list[Case]) -> str:
    """The line to publish."""
    return (
        f"{sum(case.good for case in done)} of {len(done)} cases good: lost {sum(case.lost for case in done)},"
        f" duplicates {sum(case.duplicates for case in done)},"
        f" refetched at most {max((case.refetched for case in done), default=0)} (allowed {IN_FLIGHT}),"
        f" unreadable {sum(case.unreadable for case in done)},"
        f" wrong exit codes {sum(case.wrong_codes for case in done)},"
        f" second run at most {max((case.seconds for case in done), default=0):.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
