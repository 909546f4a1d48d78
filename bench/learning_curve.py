"""What more pages would bring: the keep-score fitted on parts of the sites, measured on the others.

    python -m bench.learning_curve ../shared/benchmark      # eight fits of one network each, no second look

Sites are taken by the hash of their name, so that each part holds the smaller ones. Fitted sources are measured on one
fold that no part has a site of; the others, which nothing is fitted on, are measured whole.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from bench.corpus import MACRO, Sample, read_truth, samples
from bench.fit import MEMBERS, Lesson, arrays, fit, lessons
from pipeline.extraction.confidence import expected_f1
from pipeline.extraction.model import forward, rounded

PARTS = (1 / 8, 1 / 4, 1 / 2, 1.0)
SEEDS = (0, 1)
HELD_OUT = 0  # the fold that the fitted sources are measured on

_LESSONS: dict[str, Lesson] = {}  # what the forked processes fit on, by page


def taken(sample: Sample, part: float) -> bool:
    """Is the page's site among this part of the sites?"""
    drawn = int(hashlib.sha256(sample.site.encode()).hexdigest()[:8], 16) / 2**32
    return sample.id in _LESSONS and sample.fold != HELD_OUT and drawn < part


def _fit(task: tuple[Sequence[str], int]) -> dict[str, np.ndarray]:
    chosen, seed = task
    torch.set_num_threads(1)
    return arrays(fit([_LESSONS[one] for one in chosen], MEMBERS[1]._replace(seed=seed)))


def reached(pages: Sequence[Sample], network: dict[str, np.ndarray]) -> dict[str, float]:
    """Mean F1 of each source's pages with one network and the threshold that each page gets."""
    single = {name: array.astype(np.float32) for name, array in network.items()}
    found: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        keep = rounded(forward([single], page.features)[0])
        threshold, _ = expected_f1(keep, page.features.weights)
        found[page.source].append(page.f1(keep >= threshold))
    return {source: float(np.mean(values)) for source, values in sorted(found.items())}


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--jobs", type=int, default=2)
    args = cli.parse_args()
    rows = [row for row in read_truth(args.benchmark) if row.get("text") is not None]
    everything = list(samples(args.benchmark, rows))
    _LESSONS.update(lessons([sample for sample in everything if sample.fitted], MEMBERS[1]))
    measured = [s for s in everything if s.source in MACRO and (s.fold == HELD_OUT or not s.fitted)]
    chosen = {part: [s.id for s in everything if taken(s, part)] for part in PARTS}
    tasks = [(part, seed) for part in PARTS for seed in SEEDS]
    with ProcessPoolExecutor(args.jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        networks = list(pool.map(_fit, [(chosen[part], seed) for part, seed in tasks]))
    print(f"{'part':>6}{'pages':>7}{'seed':>6}{'macro':>8}  " + "".join(f"{source:>11}" for source in sorted(MACRO)))
    for (part, seed), network in zip(tasks, networks, strict=True):
        got = reached(measured, network)
        by_source = "".join(f"{got[source]:>11.3f}" for source in sorted(MACRO))
        print(f"{part:>6.3f}{len(chosen[part]):>7}{seed:>6}{np.mean(list(got.values())):>8.4f}  {by_source}")


if __name__ == "__main__":
    main()
