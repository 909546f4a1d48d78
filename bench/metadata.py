"""Titles, authors and dates on the benchmark, by source, and what reading them costs.

    python -m bench.metadata ../shared/benchmark [--floors] [--errors title|author|date]

Figures are those of the benchmark's own ``score.py``. The weights that choose titles were fitted on these pages; what
they do on others ``bench.titles`` says. Sites are split by a hash of their name into the part that was
looked at while the rules were made (*seen*, two thirds) and the part that was only scored (*unseen*). With
``--floors`` the exit code is 1 when a macro figure is below its floor. The address of a page and the time of the run
are all that is known beside its bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.article import Metadata
from pipeline.extraction.decode import decode
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import read_signals

# A little below what was measured when they were pinned (2026-11-23), macro over all sources with such truth.
FLOORS = {"title_exact": 0.79, "author_exact": 0.765, "date_exact": 0.90}
MIN_PAGES = 10
"""A source with fewer pages that have a certain truth is left out of the macro average, as ``score.py`` does."""


class Scored(NamedTuple):
    """One page: its row of the truth, what was read, its figures, and processor seconds for signals and metadata."""

    row: dict[str, Any]
    found: Metadata
    figures: dict[str, float]
    seconds: float


def scorer(benchmark: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", benchmark / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{benchmark}/score.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def score_pages(benchmark: Path) -> Iterator[Scored]:
    meta_scores = scorer(benchmark).meta_scores
    now = datetime.now(UTC)
    with (benchmark / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not (row.get("title") or row.get("author") or row.get("date")):
                continue
            body = gzip.decompress((benchmark / "pages" / f"{row['id']}.html.gz").read_bytes())
            tree = parse(decode(body, None).text)
            segments = segment(tree)
            start = time.process_time()
            found = read_metadata(read_signals(tree), segments, row["url"] or "", now)
            seconds = time.process_time() - start
            day = found.published_at.date().isoformat() if found.published_at else None
            figures = meta_scores(row, {"title": found.title, "author": list(found.authors), "date": day})
            yield Scored(row, found, figures, seconds)


def seen(row: dict[str, Any]) -> bool:
    return int(hashlib.sha256(row["site"].encode()).hexdigest(), 16) % 3 != 0


def table(pages: list[Scored], measures: tuple[str, ...]) -> dict[str, float]:
    """Print the figures by source; give the macro averages."""
    macro = {}
    for measure in measures:
        by_source: dict[str, list[float]] = defaultdict(list)
        for page in pages:
            if measure in page.figures:
                by_source[page.row["source"]].append(page.figures[measure])
        counted = {source: sum(v) / len(v) for source, v in by_source.items() if len(v) >= MIN_PAGES}
        macro[measure] = sum(counted.values()) / len(counted) if counted else 0.0
        cells = "  ".join(f"{source} {value:.3f} ({len(by_source[source])})" for source, value in counted.items())
        print(f"  {measure:<13} {macro[measure]:.3f}   {cells}")
    return macro


def show_errors(pages: list[Scored], field: str) -> None:
    measure = f"{field}_exact"
    name = {"title": "title", "author": "authors", "date": "published_at"}[field]
    for page in pages:
        if page.figures.get(measure) == 0 and seen(page.row):
            offers = [(c.value[:80], c.source, c.confidence) for c in page.found.candidates if c.field == name]
            print(page.row["id"], "| gold:", page.row[field], "|", offers[:6])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("benchmark", type=Path)
    arguments.add_argument("--floors", action="store_true", help="exit 1 when a macro figure is below its floor")
    arguments.add_argument("--errors", choices=("title", "author", "date"), help="print the pages seen that are wrong")
    options = arguments.parse_args()
    pages = list(score_pages(options.benchmark))
    measures = ("title_exact", "title_loose", "author_exact", "author_f1", "date_exact", "date_given")
    for name, part in (("seen", True), ("unseen", False)):
        print(f"{name} sites")
        table([page for page in pages if seen(page.row) == part], measures)
    print("all")
    macro = table(pages, measures)
    costs = sorted(1000 * page.seconds for page in pages)
    print(
        f"signals and metadata, ms a page: median {costs[len(costs) // 2]:.2f}, mean {sum(costs) / len(costs):.2f}, "
        f"99th percentile {costs[int(0.99 * len(costs))]:.2f}"
    )
    if options.errors:
        show_errors(pages, options.errors)
    low = {measure: floor for measure, floor in FLOORS.items() if macro[measure] < floor}
    for measure, floor in low.items():
        print(f"{measure} {macro[measure]:.3f} is below its floor {floor}")
    return 1 if low and options.floors else 0


if __name__ == "__main__":
    sys.exit(main())
