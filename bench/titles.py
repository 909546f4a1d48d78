"""Fits what each sign of a headline is worth, and says how good that is on sites that it was not fitted on.

    python -m bench.titles ../shared/benchmark            figures by source, in ten folds of whole sites: the title as
                                                          ``score.py`` counts it, and whatever its spelling
    python -m bench.titles ../shared/benchmark --write    fit on all pages and write the weights that ship

Every source that has titles is one whose licence allows fitting. A page's candidates compete: the weights make the
gold wording the likeliest (a softmax over the candidates, squared weights held down). Deterministic.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.corpus import page_bytes, read_truth
from bench.metadata import scorer
from pipeline.extraction.decode import decode
from pipeline.extraction.metadata import site, title
from pipeline.extraction.metadata.json_ld import read_linked_data
from pipeline.extraction.parse import parse
from pipeline.extraction.signals import Signals, read_signals

FITTED = ("wcxb", "fundus", "readability", "newspaper", "postlight")
SOURCE_WEIGHT = {"fundus": 2.0, "readability": 1.5, "newspaper": 1.5, "postlight": 2.0}
"""Small sources count for more: the macro average counts sources alike."""
DECAY = 3.0
STEPS = 400
RATE = 0.05
FOLDS = 10
LEAST = 0.05
"""Weights below it change nothing and are left out."""

Floats = NDArray[np.float64]


class Lesson(NamedTuple):
    """One page: where it is from, its candidates' signs, and which of them is the gold title.

    ``right`` is that whatever its spelling, ``exact`` in the spelling that the product would choose for it.
    """

    source: str
    site: str
    signs: tuple[dict[str, float], ...]
    right: tuple[bool, ...]
    exact: tuple[bool, ...]


class Sheet(NamedTuple):
    """Lessons as arrays: pages x candidates x signs, which candidates there are and which are right, page weights."""

    signs: Floats
    there: NDArray[np.bool_]
    right: NDArray[np.bool_]
    weight: Floats


def lesson(row: dict[str, Any], signals: Signals, score: Any) -> Lesson:
    url = row["url"] or ""
    data = read_linked_data(signals.json_ld, url)
    own = site.canonical_url(signals, url) or url
    names = site.site_names(site.stated_names(signals, data), own)
    choice = title.read_candidates(signals, data, names, own)
    gold, wording = score.loose(row["title"]), score.normalise(row["title"])
    right = tuple(score.loose(candidate.places[0].value) == gold for candidate in choice.found.values())
    exact = tuple(
        near and score.normalise(title.spelt(choice, name)) == wording
        for name, near in zip(choice.found, right, strict=True)
    )
    signs = tuple(candidate.signs for candidate in choice.found.values())
    return Lesson(row["source"], row["site"] or row["id"], signs, right, exact)


def lessons(benchmark: Path) -> Iterator[Lesson]:
    score = scorer(benchmark)
    for row in read_truth(benchmark):
        if row.get("title") and row["source"] in FITTED:
            signals = read_signals(parse(decode(page_bytes(benchmark, row["id"]), None).text))
            yield lesson(row, signals, score)


def sheet(pages: Sequence[Lesson], names: list[str]) -> Sheet:
    place = {name: number for number, name in enumerate(names)}
    most = max(len(page.signs) for page in pages)
    signs = np.zeros((len(pages), most, len(names)))
    there = np.zeros((len(pages), most), dtype=bool)
    right = np.zeros((len(pages), most), dtype=bool)
    for row, page in enumerate(pages):
        there[row, : len(page.signs)] = True
        right[row, : len(page.right)] = page.right
        for column, found in enumerate(page.signs):
            for name, value in found.items():
                if name in place:
                    signs[row, column, place[name]] = value
    weight = np.array([SOURCE_WEIGHT.get(page.source, 1.0) for page in pages])
    return Sheet(signs, there, right, weight)


def fit(pages: Sequence[Lesson]) -> dict[str, float]:
    """Weights by sign. Pages that have the gold title in none of their candidates teach nothing."""
    taught = [page for page in pages if any(page.right)]
    names = sorted({name for page in taught for signs in page.signs for name in signs})
    data = sheet(taught, names)
    weights, momentum, spread = (np.zeros(len(names)) for _ in range(3))
    for step in range(1, STEPS + 1):
        odds = np.where(data.there, data.signs @ weights, -np.inf)
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        share = odds / odds.sum(axis=1, keepdims=True)
        wanted = share * data.right
        wanted /= wanted.sum(axis=1, keepdims=True) + 1e-12
        error = (share - wanted) * data.weight[:, None]
        slope = np.einsum("pc,pcs->s", error, data.signs) + DECAY * weights
        momentum = 0.9 * momentum + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope**2
        weights -= RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return {name: round(float(w), 2) for name, w in zip(names, weights, strict=True) if abs(w) >= LEAST}


def chosen(page: Lesson, weights: dict[str, float]) -> tuple[bool, bool]:
    """Whether the wording that the weights choose is the gold one: whatever its spelling, and exactly."""
    if not page.signs:
        return False, False
    scores = [title.score(signs, weights) for signs in page.signs]
    best = scores.index(max(scores))
    return page.right[best], page.exact[best]


def fold(page: Lesson) -> int:
    return int(hashlib.sha256(page.site.encode()).hexdigest(), 16) % FOLDS


def figures(pages: Sequence[Lesson], hits: Sequence[bool]) -> str:
    by_source: dict[str, list[bool]] = defaultdict(list)
    for page, hit in zip(pages, hits, strict=True):
        by_source[page.source].append(hit)
    means = {source: sum(hit) / len(hit) for source, hit in by_source.items()}
    cells = "  ".join(f"{source} {mean:.3f}" for source, mean in means.items())
    return f"macro {sum(means.values()) / len(means):.3f}   {cells}"


def out_of_fold(pages: Sequence[Lesson]) -> list[tuple[bool, bool]]:
    hits = [(False, False)] * len(pages)
    for number in range(FOLDS):
        weights = fit([page for page in pages if fold(page) != number])
        for place, page in enumerate(pages):
            if fold(page) == number:
                hits[place] = chosen(page, weights)
    return hits


def show(what: str, pages: Sequence[Lesson], hits: Sequence[tuple[bool, bool]]) -> None:
    print(what)
    print("  exact             ", figures(pages, [exact for _, exact in hits]))
    print("  whatever spelling ", figures(pages, [right for right, _ in hits]))


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--write", action="store_true", help="fit on all pages and write the weights that ship")
    args = cli.parse_args()
    pages = list(lessons(args.benchmark))
    if args.write:
        weights = fit(pages)
        target = Path(title.__file__).with_name(title.WEIGHTS)
        target.write_text(json.dumps(weights, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{len(weights)} weights in {target.name}")
        show("the pages that the weights were fitted on", pages, [chosen(page, weights) for page in pages])
        return
    show("sites that the weights have not seen", pages, out_of_fold(pages))
    show("the gold is among the candidates", pages, [(any(page.right), any(page.exact)) for page in pages])


if __name__ == "__main__":
    main()
