"""A crawl for minutes on end, watched from outside: memory and descriptors; then a build, and everything verified.

    python -m bench.soak [--minutes 30]

Exit 1 when memory grows by more than 1 MB in 1,000 pages after the first tenth, descriptors grow, or damage is found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.crash_site import Site, serve, write_job
from pipeline.run.upkeep import verify_data

SLOPE_MB = 1.0  # reliability.md, D17
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


def slope(samples: list[Sample]) -> float:
    """MB a thousand pages, by least squares over the samples after the first tenth of the pages."""
    late = [each for each in samples if each.pages >= samples[-1].pages / 10]
    middle = sum(each.pages for each in late) / len(late)
    level = sum(each.memory for each in late) / len(late)
    spread = sum((each.pages - middle) ** 2 for each in late)
    return 1000 * sum((each.pages - middle) * (each.memory - level) for each in late) / spread if spread else 0.0


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
    parser.add_argument("--pages", type=int, default=100_000)
    options = parser.parse_args()
    with serve(options.pages, fan=20) as site, tempfile.TemporaryDirectory() as folder:
        path = write_job(Path(folder), site.port)
        path.write_text(path.read_text(encoding="utf-8") + "max_pages = 1000000\n", encoding="utf-8")
        job = subprocess.Popen([BROADSHEET, "crawl", str(path)], stderr=subprocess.DEVNULL)
        samples = watch(job, site, options.minutes * 60)
        job.terminate()
        code = job.wait(60)
        fetched = site.asked.total()
        built = subprocess.run([BROADSHEET, "build", str(path)], capture_output=True, check=False).returncode
        found = verify_data(Path(folder) / "data").found
    grown, first, last = slope(samples), samples[len(samples) // 10], samples[-1]
    rate = (last.pages - first.pages) / max(1, len(samples) - len(samples) // 10)
    print(f"{fetched} pages in {len(samples)} s ({rate:.0f} a second); exit {code} on SIGTERM, build {built}")
    print(
        f"memory {first.memory:.0f} MB -> {last.memory:.0f} MB, slope {grown:.2f} MB/1,000 pages (at most {SLOPE_MB})"
    )
    print(f"descriptors {first.descriptors} -> {last.descriptors}, threads {first.threads} -> {last.threads}")
    print(f"verified {found.records} records, {found.rows} rows: {len(found.damages)} damaged")
    many = last.descriptors > first.descriptors + 20
    return 1 if grown > SLOPE_MB or many or found.damages or code not in {0, 11} or built != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
