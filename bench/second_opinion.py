"""What a second opinion would add: trafilatura asked about the pages that the extractor is least sure of.

    python -m bench.quality ../shared/benchmark            # writes both predictions that are read here
    python -m bench.second_opinion ../shared/benchmark

Two uses are measured over the sources of the macro average. *Its text*: below a confidence, trafilatura's text is
taken instead of ours. *Its agreement*: the shingle F1 of the two texts as a further sign of how good ours is, beside
the confidence alone, in how well the failed pages are found (the area under the curve, and the share of the failed
pages among the least sure fifth).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bench.corpus import MACRO, read_truth
from bench.labels import f1, shingles, tokens
from bench.quality import OUT, load
from bench.reliability_plot import read_predictions

LIMITS = (0.3, 0.4, 0.5, 0.6, 0.7)
FAILED = 0.5


def area(sure: np.ndarray, failed: np.ndarray) -> float:
    """The chance that a failed page is less sure than one that did not fail."""
    rank = np.argsort(np.argsort(sure, kind="stable"), kind="stable")
    bad, good = int(failed.sum()), int((~failed).sum())
    return float(1 - (rank[failed].sum() - bad * (bad - 1) / 2) / (bad * good))


def least_sure(sure: np.ndarray, failed: np.ndarray) -> float:
    """The share of the failed pages that is in the least sure fifth of all pages."""
    return float(failed[np.argsort(sure, kind="stable")[: len(sure) // 5]].sum() / failed.sum())


def macro(values: np.ndarray, sources: np.ndarray) -> float:
    """The mean over the sources of their pages' mean."""
    return float(np.mean([values[sources == source].mean() for source in MACRO]))


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    args = cli.parse_args()
    ours, theirs = (read_predictions(OUT / f"{name}.jsonl") for name in ("broadsheet", "trafilatura"))
    score = load(args.benchmark / "score.py")
    golds = [gold for gold in map(score.Gold, read_truth(args.benchmark)) if score.in_macro(gold) and gold.id in ours]
    names = [gold.id for gold in golds]
    sources = np.array([gold.source for gold in golds])
    first, second = (
        np.array([pages[name]["f1"] for name in names])
        for pages in (score.evaluate(golds, found)["pages"] for found in (ours, theirs))
    )
    sure = np.array([ours[name]["confidence"] for name in names])
    agreed = np.array([f1(shingles(tokens(theirs[n]["text"])), tokens(ours[n]["text"])) for n in names])
    print(f"{'asked below':>12}{'pages':>8}{'macro F1':>10}{'failed':>8}   with its text instead of ours there")
    for limit in (0.0, *LIMITS):
        taken = np.where(sure < limit, second, first)
        figures = f"{macro(taken, sources):>10.4f}{macro(taken < FAILED, sources):>8.4f}"
        print(f"{limit:>12.1f}{(sure < limit).mean():>8.3f}{figures}")
    failed = first < FAILED
    print(f"\n{'sign':<28}{'area':>8}{'in least sure fifth':>22}")
    for name, sign in (("confidence", sure), ("agreement", agreed), ("their mean", (sure + agreed) / 2)):
        print(f"{name:<28}{area(sign, failed):>8.3f}{least_sure(sign, failed):>22.3f}")
    asked = sure < 0.6
    mixed = np.where(asked, (sure + agreed) / 2 - 1, sure)
    print(f"{'agreement below 0.6 alone':<28}{area(mixed, failed):>8.3f}{least_sure(mixed, failed):>22.3f}")


if __name__ == "__main__":
    main()
