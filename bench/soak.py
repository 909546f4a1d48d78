"""A crawl of 50 hosts for minutes on end, watched from outside; then a build, and everything verified.

    python -m bench.soak [--minutes 30] [--no-build]

One page in 50 misbehaves (``BROKEN`` of ``bench.crash_site``). Exit 1 when memory grows by more than 1 MB in 1,000
pages over the second half, descriptors grow, the crawl keeps its own event loop busy for more than 0.2 s at a time
(99th percentile), or damage is found.

The first half does not count: what is remembered of addresses fills up to its bound (50,000 spellings of links, some
12 MB), so do SQLite's page cache (2 MB) and the heap. What still grows after that grows for ever.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.crash_site import Site, serve, write_job
from pipeline.run.upkeep import verify_data

SLOPE_MB = 1.0
LAG_S = 0.2
WARM_PAGES = 4_000
"""Below twice as many pages the second half is warming up too (1.1 MB in 1,000 pages at 4,119), and is told only."""

HOSTS = tuple(f"s{number}.example" for number in range(50))
BROKEN_EVERY = 50
ROOT = Path(__file__).parents[1]
BROADSHEET = str(Path(sys.executable).parent / "broadsheet")


@dataclass(frozen=True)
class Sample:
    """One look at the crawl: pages asked for so far, resident memory in MB, open descriptors, threads."""

    pages: int
    memory: float
    descriptors: int
    threads: int


def crawl_of(job: subprocess.Popen[bytes]) -> int | None:
    """The process id of the crawl that the job has started."""
    for path in Path(f"/proc/{job.pid}/task").glob("*/children"):
        for pid in path.read_text().split():
            if b"spiders" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    return None


def look(pid: int, site: Site) -> Sample:
    words = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    count = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return Sample(site.asked.total(), int(words["VmRSS"].split()[0]) / 1024, count, int(words["Threads"]))


def slope(samples: list[Sample], since: float) -> float:
    """MB a thousand pages, by least squares over the samples after that share of the pages."""
    late = [each for each in samples if each.pages >= samples[-1].pages * since]
    middle = sum(each.pages for each in late) / len(late)
    level = sum(each.memory for each in late) / len(late)
    spread = sum((each.pages - middle) ** 2 for each in late)
    return 1000 * sum((each.pages - middle) * (each.memory - level) for each in late) / spread if spread else 0.0


def at(samples: list[Sample], share: float) -> Sample:
    """The first sample after that share of the pages."""
    return next(each for each in samples if each.pages >= samples[-1].pages * share)


def lags(path: Path) -> tuple[list[float], list[float]]:
    """Seconds by which the loop was late, and processor time of the crawl meanwhile, each sorted."""
    pairs = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    whole = [pair for pair in pairs if len(pair) == 2]
    return sorted(float(late) for late, _ in whole), sorted(float(busy) for _, busy in whole)


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def watch(job: subprocess.Popen[bytes], site: Site, seconds: float) -> list[Sample]:
    """A sample a second until the time is over or the crawl ends."""
    samples: list[Sample] = []
    until = time.monotonic() + seconds
    while job.poll() is None and time.monotonic() < until:
        time.sleep(1)
        try:
            pid = crawl_of(job)
            samples += [look(pid, site)] if pid is not None and site.asked and job.poll() is None else []
        except OSError:
            break
    return samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--no-build", action="store_true", help="verify the archive and the ledger alone")
    options = parser.parse_args()
    with (
        serve(options.pages, fan=20, hosts=HOSTS, broken_every=BROKEN_EVERY) as site,
        tempfile.TemporaryDirectory() as folder,
    ):
        path = write_job(Path(folder), site.port, hosts=HOSTS)
        more = "max_failed = 1.0\nmax_quarantined = 1.0\nmin_free_mb"
        text = path.read_text(encoding="utf-8").replace("min_free_mb", more) + "max_pages = 1000000\n"
        path.write_text(text, encoding="utf-8")
        lag = Path(folder) / "lag"
        lag.touch()
        places = os.pathsep.join([str(ROOT / "bench" / "lag"), str(ROOT)])
        env = {**os.environ, "PYTHONPATH": places, "BROADSHEET_LAG": str(lag)}
        job = subprocess.Popen([BROADSHEET, "crawl", str(path)], stderr=subprocess.DEVNULL, env=env)
        samples = watch(job, site, options.minutes * 60)
        asked = time.monotonic()
        job.terminate()
        code = job.wait(60)
        stopped = time.monotonic() - asked
        built = 0
        if not options.no_build:
            built = subprocess.run([BROADSHEET, "build", str(path)], capture_output=True, check=False).returncode
        found = verify_data(Path(folder) / "data").found
        late, busy = lags(lag)
    print(f"{len(samples)} s, {samples[-1].pages} pages of {len(HOSTS)} hosts, one in {BROKEN_EVERY} broken")
    print(f"exit {code} on SIGTERM after {stopped:.1f} s, build {'left out' if options.no_build else built}")
    for share in (0.1, 0.5, 1.0):
        seen = at(samples, share)
        print(f"at {share:4.0%}: {seen.memory:.0f} MB, {seen.descriptors} descriptors, {seen.threads} threads")
    grown = slope(samples, 0.5)
    print(f"memory slope {slope(samples, 0.1):.2f} MB/1,000 pages after the first tenth,"
          f" {grown:.2f} over the second half (at most {SLOPE_MB})")  # fmt: skip
    kept_busy, most = percentile(busy, 0.99), max(busy, default=0.0)
    print(f"loop late by {percentile(late, 0.5):.3f} s (median), {percentile(late, 0.99):.3f} s (99 %); kept busy by"
          f" the crawl itself {kept_busy:.3f} s (99 %, at most {LAG_S}), {most:.3f} s (most)")  # fmt: skip
    print(f"verified {found.records} records, {found.rows} rows: {len(found.damages)} damaged")
    many = samples[-1].descriptors > at(samples, 0.1).descriptors + 20
    warm = samples[-1].pages >= 2 * WARM_PAGES
    if not warm:
        print(f"fewer than {2 * WARM_PAGES} pages: the memory slope is told and not judged")
    wrong = (
        (warm and grown > SLOPE_MB) or many or found.damages or code not in {0, 11} or built != 0 or kept_busy > LAG_S
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
