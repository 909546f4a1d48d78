"""What each family of features is worth: its part is taken from the networks' input, nothing is fitted anew.

    python -m bench.families ../shared/benchmark       # needs the weights of the folds (build/folds)

Numbers are set to their mean, tables of words, names and tags to nothing. So the figure says how much the networks lean
on a family, which is more than what they would lose if they were fitted without it. Pages and weights are those of
``bench.quality``; rules play no part.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bench.corpus import MACRO, Sample, read_truth, samples
from bench.quality import fold_of, weights_of
from pipeline.extraction import second_look
from pipeline.extraction.confidence import expected_f1
from pipeline.extraction.features import Features
from pipeline.extraction.network import Networks, rounded, run

TABLES = {"words of the text": "words", "names of containers": "names", "tags": "tags"}
SIZES = {
    "text: lengths, characters, punctuation": 39,
    "markup: links, emphasis, hidden": 9,
    "place in containers": 30,
    "order on the page": 14,
    "likeness to the title": 2,
    "repeated text": 2,
    "the page as a whole": 9,
}
"""How many columns of ``Features.numbers`` each family has, in their order."""


def families(networks: Networks, seen: Features) -> Iterator[tuple[str, Networks, Features]]:
    """The input whole, and with each family taken away."""
    yield "everything", networks, seen
    for name, table in TABLES.items():
        yield name, networks._replace(**{table: np.zeros_like(getattr(networks, table))}), seen
    start = 0
    for name, size in SIZES.items():
        numbers = seen.numbers.copy()
        numbers[:, start : start + size] = networks.mean[start : start + size]
        yield name, networks, seen._replace(numbers=numbers)
        start += size
    if start != seen.numbers.shape[1]:
        raise ValueError(f"the families have {start} columns, the features {seen.numbers.shape[1]}")


def measured(task: tuple[Path, dict[str, Any]]) -> tuple[str, dict[str, float]]:
    """The page's source, and its F1 without each family."""
    folder, row = task
    sample: Sample | None = next(iter(samples(folder, [row])), None)
    if sample is None:
        return row["source"], {}
    weights = weights_of(fold_of(row))
    reached = {}
    for name, networks, seen in families(weights.networks, sample.features):
        logits, kind = run(networks, seen)
        keep = rounded(second_look.correct(weights.second, logits, kind, seen))
        threshold, _ = expected_f1(keep, seen.weights)
        reached[name] = sample.f1(keep >= threshold)
    return row["source"], reached


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--jobs", type=int, default=2)
    cli.add_argument("--every", type=int, default=1, help="measure each n-th page only")
    args = cli.parse_args()
    rows = [row for row in read_truth(args.benchmark) if row["source"] in MACRO and row.get("text") is not None]
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with ProcessPoolExecutor(args.jobs) as pool:
        for source, reached in pool.map(measured, [(args.benchmark, row) for row in rows[:: args.every]], chunksize=16):
            for name, f1 in reached.items():
                found[name][source].append(f1)
    whole = float(np.mean([np.mean(values) for values in found["everything"].values()]))
    print(f"{'without':<42}{'macro F1':>10}{'lost':>9}")
    for name, sources in found.items():
        macro = float(np.mean([np.mean(values) for values in sources.values()]))
        print(f"{name:<42}{macro:>10.4f}{whole - macro:>9.4f}")


if __name__ == "__main__":
    main()
