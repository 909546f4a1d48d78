"""How fast pages are done, beside peers, on one core; where the time goes; the slowest pages; what memory it takes.

    python -m bench.speed ../shared/benchmark
    python -m bench.speed ../shared/benchmark --only speed

Processor time, the median of three passes over the 150 pages that ``peers.py --speed`` takes, each peer in a process
of its own in the same command. Compare within one run: other load on the machine moves processor time too. Memory is
that of one process that extracts page after page, as a worker does, going round the benchmark.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import runpy
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.corpus import page_bytes, read_truth
from pipeline.extraction import features, model, network
from pipeline.extraction.decode import decode
from pipeline.extraction.judge import judge
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.outline import outline
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import read_signals
from pipeline.flow import extract
from pipeline.page import Page

PAGES = 150
PASSES = 3
PEERS = {
    "trafilatura-fast": "trafilatura, fast",
    "trafilatura": "trafilatura",
    "trafilatura-meta": "trafilatura, with metadata",
    "resiliparse": "resiliparse",
    "floor-selectolax": "the bare lexbor parse",
}
ADDRESS = "https://example.org/"
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
WORKER_PAGES = 2_000
LONG_RUN = 20_000

BARS = {"blocks, verdicts, metadata": 10.0, "the whole page, cleaned": 4.5}
"""How many times trafilatura with metadata each total is to be."""


def blocks_verdicts_metadata(body: bytes) -> None:
    """Everything of a page but the cleaning of its text."""
    try:
        tree = parse(decode(body, None).text)
    except PageLimitError:
        return
    segments = segment(tree)
    signals = read_signals(tree)
    metadata = read_metadata(signals, segments, ADDRESS, None)
    seen = outline(segments, metadata.title, None)
    scores = model.score_page(segments, signals.title or None)
    judge(segments, seen, scores.keep, scores.threshold)


def whole_page(body: bytes) -> None:
    """What a worker does with a page: extraction and cleaning, to the record."""
    extract(Page(ADDRESS, body, fetched_at=FETCHED))


WORKERS = {"memory": whole_page, "extraction-memory": blocks_verdicts_metadata}
PARTS = ("speed", "slowest", *WORKERS)
"""What can be measured alone; memory with the cleaning and its language model, and without."""


def clock(function: Callable[..., Any], *columns: list[Any]) -> tuple[float, list[Any]]:
    """Seconds a page, the median of the passes, and what came out."""
    seconds = []
    results: list[Any] = []
    for _ in range(PASSES):
        start = time.process_time()
        results = [function(*row) for row in zip(*columns, strict=True)]
        seconds.append((time.process_time() - start) / len(columns[0]))
    return statistics.median(seconds), results


def steps(bodies: list[bytes]) -> dict[str, float]:
    """Milliseconds a page of each step; those that begin with a blank are parts of ``score``."""
    took: dict[str, float] = {}
    # Every step's results are kept for the next one. To go through them all again and again is a third of the time that
    # ``segment`` seems to take, and nothing that a worker does: it keeps no page.
    gc.disable()
    took["decode"], decoded = clock(lambda body: decode(body, None).text, bodies)
    took["parse"], trees = clock(parse, decoded)
    took["segment"], cut = clock(segment, trees)
    took["signals"], signals = clock(read_signals, trees)
    took["metadata"], metadata = clock(lambda s, c: read_metadata(s, c, ADDRESS, None), signals, cut)
    took["outline"], outlines = clock(lambda c, m: outline(c, m.title, None), cut, metadata)
    took["score"], scores = clock(lambda c, s: model.score_page(c, s.title or None), cut, signals)
    took["judge"], _ = clock(lambda c, o, s: judge(c, o, s.keep, s.threshold), cut, outlines, scores)
    full = [page for page in cut if page.blocks]
    took[" features"], seen = clock(lambda c: features.read(c, None), full)
    took[" networks"], _ = clock(lambda f: network.run(model.weights().networks, f), seen)
    gc.enable()
    return {name: seconds * 1000 for name, seconds in took.items()}


def speed(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Pages per second beside peers, and where the time goes."""
    sample = runpy.run_path(str(folder / "peers.py"))["sample"]
    bodies = [page_bytes(folder, row["id"]) for row in sample(rows, PAGES)]
    totals = dict(zip(BARS, (blocks_verdicts_metadata, whole_page), strict=True))
    seconds = {name: clock(function, bodies)[0] for name, function in totals.items()}
    speeds = {name: 1 / each for name, each in seconds.items()}
    for peer, name in PEERS.items():
        command = [sys.executable, str(folder / "peers.py"), peer, "--data", str(folder), "--speed", str(PAGES)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        speeds[name] = json.loads(done.stdout)["pages_s"]
    against = speeds[PEERS["trafilatura-meta"]]
    for name, each in speeds.items():
        aim = f"  (aim: {BARS[name]:g})" if name in BARS else ""
        print(f"{name:<30}{each:>9.1f} pages/s {1000 / each:>8.2f} ms {each / against:>7.1f} times{aim}")
    print("\nwhere the time goes, ms a page")
    for name, took in steps(bodies).items():
        print(f"  {name:<12}{took:>8.3f}")
    rest = seconds["the whole page, cleaned"] - seconds["blocks, verdicts, metadata"]
    print(f"  {'cleaning':<12}{rest * 1000:>8.3f}   (the difference of the two totals)")


def slowest(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Median, 99th percentile and the five slowest of all pages of the benchmark, each timed once."""
    took = []
    for row in rows:
        body = page_bytes(folder, row["id"])
        start = time.process_time()
        blocks_verdicts_metadata(body)
        took.append((time.process_time() - start, len(body), row["id"]))
    took.sort()
    middle, high = took[len(took) // 2][0], took[int(len(took) * 0.99)][0]
    print(f"\n{len(took)} pages: median {middle * 1000:.1f} ms, p99 {high * 1000:.1f} ms; the slowest:")
    for seconds, size, page_id in reversed(took[-5:]):
        print(f"  {seconds * 1000:8.1f} ms  {size / 1000:8.0f} kB  {page_id}")


def memory(folder: Path, rows: Sequence[dict[str, Any]], work: Callable[[bytes], None], pages: int) -> None:
    """Peak and present resident MiB of this process as it does so many pages, going round the benchmark."""
    marks = {min(WORKER_PAGES, pages), *range(pages // 10, pages + 1, max(pages // 10, 1))}
    for number in range(1, pages + 1):
        work(page_bytes(folder, rows[number % len(rows)]["id"]))
        if number in marks:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() >> 20
            print(f"{number:>7} pages: peak {peak} MiB, now {now} MiB", flush=True)


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--only", choices=PARTS, help="one part alone")
    cli.add_argument("--pages", type=int, default=LONG_RUN, help="pages of the memory run (default: %(default)s)")
    args = cli.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # read once, when numpy is loaded: so begin anew with it
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "bench.speed", *sys.argv[1:]])
    rows = read_truth(args.benchmark)
    if args.only in {None, "speed"}:
        speed(args.benchmark, rows)
    if args.only in {None, "slowest"}:
        slowest(args.benchmark, rows)
    if args.only in WORKERS:
        memory(args.benchmark, rows, WORKERS[args.only], args.pages)
    for part in WORKERS if args.only is None else ():  # in a process of its own: what the rest loaded is no worker's
        print(f"\n{part}", flush=True)
        command = [sys.executable, "-m", "bench.speed", str(args.benchmark), "--only", part]
        subprocess.run([*command, "--pages", str(args.pages)], check=True)


if __name__ == "__main__":
    main()
