"""The worst pages, one by one: what was lost, what was taken that is not article, and which rule did it.

    python -m bench.quality ../shared/benchmark --no-peers    # writes the predictions that are read here
    python -m bench.errors ../shared/benchmark --pages 60     # prints a line a page, worst first

For each page the share of the gold words that is lost and of the text that is not in the gold, how much of the loss
no block of the page holds (it stands in a script, or nowhere), and the rules that took most of the rest.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.corpus import page_bytes, read_truth
from bench.labels import shingles, tokens
from bench.quality import OUT, fold_of, load, weights_of
from bench.reliability_plot import read_predictions
from pipeline.article import Extraction
from pipeline.extraction import model
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.verdict import Decision


def again(folder: Path, row: dict[str, Any]) -> Extraction:
    """The page extracted anew, with the weights that did not see its site."""
    weights = weights_of(fold_of(row))
    model.weights = lambda: weights  # type: ignore[assignment]
    return extract(Page(row["url"] or "https://example.org/", page_bytes(folder, row["id"])))


def losses(got: Extraction, gold: Counter[tuple[str, ...]], kept: Counter[tuple[str, ...]]) -> list[tuple[str, int]]:
    """Shingles of the gold text that are not in the output, counted by the rule that took their block."""
    open_gold = gold - kept
    found: Counter[str] = Counter()
    for text, verdict in zip(got.block_texts, got.verdicts, strict=True):
        if verdict.decision is Decision.KEEP:
            continue
        both = shingles(tokens(text)) & open_gold
        open_gold -= both
        found[verdict.rule or "score"] += both.total()
    found["in no block"] = open_gold.total()
    return [(rule, count) for rule, count in found.most_common() if count]


def line(folder: Path, row: dict[str, Any], f1: float, confidence: float) -> str:
    """One page's row of the table."""
    got = again(folder, row)
    gold, kept = shingles(tokens(row["text"])), shingles(tokens(got.text))
    lost = losses(got, gold, kept)
    total = max(gold.total(), 1)
    surplus = (kept - gold).total() / max(kept.total(), 1)
    taken = ", ".join(f"{rule} {count / total:.0%}" for rule, count in lost[:3])
    kind = row.get("page_type") or "?"
    return (
        f"{row['id'][:52]:<52} {kind[:13]:<13} {f1:.2f} {confidence:.2f} {str(got.outcome)[:20]:<20} "
        f"gold {total:>5}  surplus {surplus:>4.0%}  lost to: {taken}"
    )


def worst(folder: Path, predictions: dict[str, dict[str, Any]], count: int) -> Sequence[tuple[float, dict[str, Any]]]:
    """F1 and truth of the pages of the macro average with the lowest F1."""
    score = load(folder / "score.py")
    rows = [row for row in read_truth(folder) if row["id"] in predictions]
    golds = [score.Gold(row) for row in rows]
    pages = score.evaluate(golds, predictions)["pages"]
    measured = [(pages[row["id"]]["f1"], row) for row, gold in zip(rows, golds, strict=True) if score.in_macro(gold)]
    return sorted(measured, key=lambda pair: (pair[0], pair[1]["id"]))[:count]


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--pages", type=int, default=60)
    cli.add_argument("--predictions", type=Path, default=OUT / "broadsheet.jsonl")
    args = cli.parse_args()
    predictions = read_predictions(args.predictions)
    for f1, row in worst(args.benchmark, predictions, args.pages):
        print(line(args.benchmark, row, f1, predictions[row["id"]]["confidence"]))


if __name__ == "__main__":
    main()
