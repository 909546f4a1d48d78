"""The reliability plot of the confidence: what pages said of themselves beside what they reached.

    python -m bench.quality ../shared/benchmark --no-peers          # writes the predictions that are read here
    python -m bench.reliability_plot ../shared/benchmark            # writes docs/confidence.svg

Left: ten bins of as many pages. Right: mean F1 of the surest share of pages. Over the sources of the macro average,
out of fold.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from bench.calibration import BINS
from bench.corpus import read_truth
from bench.quality import OUT, load

PLOT = Path("docs/confidence.svg")


def read_predictions(path: Path) -> dict[str, dict[str, Any]]:
    """Predictions by page id, as ``bench.quality`` wrote them."""
    with path.open(encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def reached(folder: Path, predictions: dict[str, dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and F1 of the pages of the macro average, both of shape (pages,)."""
    score = load(folder / "score.py")
    golds = [score.Gold(row) for row in read_truth(folder) if row["id"] in predictions]
    pages = score.evaluate(golds, predictions)["pages"]
    chosen = [gold.id for gold in golds if score.in_macro(gold)]
    return (
        np.array([predictions[i]["confidence"] for i in chosen]),
        np.array([pages[i]["f1"] for i in chosen]),
    )


def draw(estimates: np.ndarray, f1: np.ndarray, path: Path) -> None:
    """Write the plot: mean estimate and mean F1 of each bin, and the mean F1 of the surest pages."""
    order = np.argsort(estimates, kind="stable")
    estimates, f1 = estimates[order], f1[order]
    bins = np.array_split(np.arange(len(f1)), BINS)
    said = [estimates[b].mean() for b in bins]
    got = [f1[b].mean() for b in bins]
    error = [1.96 * f1[b].std() / np.sqrt(len(b)) for b in bins]
    mpl.rcParams["svg.hashsalt"] = "confidence"  # the same figures give the same file
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1], color="grey", linewidth=1, label="what it says is what it reaches")
    left.errorbar(said, got, yerr=error, fmt="o", capsize=3, label=f"{len(f1) // BINS} pages each")
    left.set(xlabel="estimated F1 (mean of the bin)", ylabel="F1 reached", xlim=(0, 1), ylim=(0, 1))
    left.legend(loc="upper left")
    kept = np.arange(len(f1), 0, -1)
    right.plot(kept / len(f1), np.cumsum(f1[::-1])[::-1] / kept)
    right.set(xlabel="share of pages kept, the surest first", ylabel="mean F1 of those", xlim=(0, 1))
    right.grid(visible=True, linewidth=0.3)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--predictions", type=Path, default=OUT / "broadsheet.jsonl")
    cli.add_argument("--out", type=Path, default=PLOT)
    args = cli.parse_args()
    draw(*reached(args.benchmark, read_predictions(args.predictions)), args.out)
    print(f"{args.out} is written")


if __name__ == "__main__":
    main()
