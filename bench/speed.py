"""How fast one page becomes blocks, verdicts and metadata, beside peers, on one core; and where the time goes.

    python -m bench.speed ../shared/benchmark
    python -m bench.speed ../shared/benchmark --memory 20000

Processor time, the median of three passes over the 150 pages that ``peers.py --speed`` takes, each peer in a process
of its own in the same command. Compare within one run: other load on the machine moves processor time too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.corpus import page_bytes, read_truth
from bench.quality import load
from pipeline.extraction import features, model, network
from pipeline.extraction.decode import decode
from pipeline.extraction.judge import judge
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.outline import outline
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import read_signals

PAGES = 150
PASSES = 3
PEERS = ("floor-selectolax", "resiliparse", "trafilatura-fast", "trafilatura", "trafilatura-meta")
ADDRESS = "https://example.org/"


def blocks_verdicts_metadata(body: bytes) -> None:
    """What the bar counts: everything of a page but the cleaning of its text."""
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
    """Milliseconds a page of each step; ``features`` and ``network`` are parts of ``score``."""
    took: dict[str, float] = {}
    took["decode"], decoded = clock(lambda body: decode(body, None).text, bodies)
    took["parse"], trees = clock(parse, decoded)
    took["segment"], cut = clock(segment, trees)
    took["signals"], signals = clock(read_signals, trees)
    took["metadata"], metadata = clock(lambda s, c: read_metadata(s, c, ADDRESS, None), signals, cut)
    took["outline"], outlines = clock(lambda c, m: outline(c, m.title, None), cut, metadata)
    took["score"], scores = clock(lambda c, s: model.score_page(c, s.title or None), cut, signals)
    took["judge"], _ = clock(lambda c, o, s: judge(c, o, s.keep, s.threshold), cut, outlines, scores)
    full = [page for page in cut if page.blocks]
    took["features"], seen = clock(lambda c: features.read(c, None), full)
    took["network"], _ = clock(lambda f: network.run(model.weights().networks, f), seen)
    return {name: seconds * 1000 for name, seconds in took.items()}


def memory(folder: Path, rows: list[dict[str, Any]], pages: int) -> list[tuple[int, int]]:
    """Peak resident MiB after every tenth of the pages, going round the benchmark."""
    marks = []
    for number in range(pages):
        blocks_verdicts_metadata(page_bytes(folder, rows[number % len(rows)]["id"]))
        if (number + 1) % max(pages // 10, 1) == 0:
            marks.append((number + 1, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
    return marks


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--memory", type=int, metavar="PAGES", help="only resident memory, over so many pages")
    cli.add_argument("--slowest", action="store_true", help="also the slowest pages of the whole benchmark")
    args = cli.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # read once, when numpy is loaded: so begin anew with it
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "bench.speed", *sys.argv[1:]])
    rows = read_truth(args.benchmark)
    if args.memory:
        for pages, mib in memory(args.benchmark, rows, args.memory):
            print(f"{pages:>7} pages  {mib} MiB")
        return
    peers = load(args.benchmark / "peers.py")
    bodies = [page_bytes(args.benchmark, row["id"]) for row in peers.sample(rows, PAGES)]
    seconds, _ = clock(blocks_verdicts_metadata, bodies)
    speeds = {"broadsheet (blocks, verdicts, metadata)": 1 / seconds}
    for name in PEERS:
        command = [sys.executable, str(args.benchmark / "peers.py"), name, "--data", str(args.benchmark)]
        done = subprocess.run([*command, "--speed", str(PAGES)], check=True, capture_output=True, text=True)
        speeds[name] = json.loads(done.stdout)["pages_s"]
    for name, speed in speeds.items():
        print(
            f"{name:<42}{speed:>9.1f} pages/s {1000 / speed:>8.2f} ms {speed / speeds['trafilatura-meta']:>7.1f} times"
        )
    for name, took in steps(bodies).items():
        print(f"  {name:<12}{took:>8.3f} ms")
    if args.slowest:
        slowest(args.benchmark, rows)


def slowest(folder: Path, rows: list[dict[str, Any]]) -> None:
    """The 99th percentile of all pages, and the five slowest."""
    took = []
    for row in rows:
        body = page_bytes(folder, row["id"])
        start = time.process_time()
        blocks_verdicts_metadata(body)
        took.append((time.process_time() - start, row["id"]))
    took.sort()
    print(f"p99 {took[int(len(took) * 0.99)][0] * 1000:.1f} ms")
    for seconds, page_id in took[-5:]:
        print(f"  {seconds * 1000:8.1f} ms  {page_id}")


if __name__ == "__main__":
    main()
