"""How often each reason and each rule is right: the share of what it removes that is not in the gold text.

    python -m bench.reasons ../shared/benchmark            # prints, and lays down what was overruled in build/reasons
    python -m bench.reasons ../shared/benchmark --write    # writes bench/reasons.tsv too; then: make docs

A block counts as in the gold when half of its words are, by place (`bench.labels.shares`); characters count by the
share of each block. Repeats of the headline are judged only on sources whose gold leaves headlines out, by-lines only
on those that leave by-lines out. A rule that overrules the score is shown apart from what the score refused anyway.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench.corpus import read_truth
from bench.judged import PEOPLE, in_gold, judged, shipped_alone
from pipeline.verdict import Decision, Reason

WITHOUT_HEADLINES = frozenset({"aeb", "fundus"})
"""Sources whose gold has next to no headlines (0 and 1 % of the pages, says the benchmark's README)."""
WITH_BYLINES = frozenset({"dragnet"})
FEWEST = 30
"""Removals from which a precision says something; `LEAST` is what a rule must reach then that overrules the score."""
LEAST = 0.95
FIGURES = Path(__file__).parent / "reasons.tsv"
OUT = Path("build/reasons")
COLUMNS = ("kind", "name", "overruled", "blocks", "blocks_right", "characters", "characters_right", "pages")


class Removed(NamedTuple):
    """One block that went.

    ``overruled``: the score wanted it; ``score``: the keep-score; ``share``: of its words in the gold text, 0 to 1.
    """

    page: str
    reason: str
    rule: str
    overruled: bool
    field: bool
    score: float
    share: float
    text: str


class Count(NamedTuple):
    """Blocks and characters removed, how many of them are not in the gold text, and on how many pages."""

    kind: str
    name: str
    overruled: bool
    blocks: int
    blocks_right: int
    characters: int
    characters_right: int
    pages: int

    @property
    def precision(self) -> float:
        """Of blocks."""
        return self.blocks_right / self.blocks

    @property
    def precision_of_characters(self) -> float:
        """The same by length."""
        return self.characters_right / max(self.characters, 1)


def removed(folder: Path, row: dict[str, Any]) -> list[Removed]:
    """What goes from one page."""
    page = judged(folder, row)
    if page.asked is None:
        return []
    return [
        Removed(
            row["id"],
            str(verdict.reason or verdict.block_class),
            verdict.rule or "score",
            verdict.score >= page.asked.threshold,
            verdict.decision is Decision.FIELD,
            verdict.score,
            float(share),
            block.text,
        )
        for block, verdict, share in zip(
            page.asked.segments.blocks, page.asked.verdicts(), in_gold(page.asked, row["text"]), strict=True
        )
        if verdict.decision is not Decision.KEEP and verdict.rule != "headline.title"
    ]


def judgeable(each: Removed) -> bool:
    """Whether the page's source says something about a removal of this reason."""
    source = each.page.partition("/")[0]
    if each.reason == Reason.DUPLICATE_HEADLINE:
        return source in WITHOUT_HEADLINES
    return each.reason != Reason.BYLINE_DATELINE or source not in WITH_BYLINES


def count(found: Iterable[Removed]) -> list[Count]:
    """By reason, by rule, and by field; those that overrule the score apart."""
    sums: dict[tuple[str, str, bool], Counter[str]] = {}
    pages: dict[tuple[str, str, bool], set[str]] = {}
    for each in filter(judgeable, found):
        names = [("field", each.reason)] if each.field else [("reason", each.reason), ("rule", each.rule)]
        for key in [(*name, each.overruled) for name in names]:
            right = Counter(
                blocks=1,
                blocks_right=int(each.share < 0.5),
                characters=len(each.text),
                characters_right=round(len(each.text) * (1 - each.share)),
            )
            sums.setdefault(key, Counter()).update(right)
            pages.setdefault(key, set()).add(each.page)
    return [
        Count(
            *key,
            sums[key]["blocks"],
            sums[key]["blocks_right"],
            sums[key]["characters"],
            sums[key]["characters_right"],
            len(pages[key]),
        )
        for key in sorted(sums)
    ]


def report(counts: list[Count]) -> None:
    print(f"{'':8}{'':30}{'':>11}{'blocks':>9}{'precision':>11}{'characters':>12}{'precision':>11}{'pages':>7}")
    for each in counts:
        how = "overruled" if each.overruled else "refused"
        low = "  <" if each.overruled and each.blocks >= FEWEST and each.precision < LEAST else ""
        print(
            f"{each.kind:8}{each.name:30}{how:>11}{each.blocks:>9}{each.precision:>11.3f}{each.characters:>12}"
            f"{each.precision_of_characters:>11.3f}{each.pages:>7}{low}"
        )


def against(found: list[Removed]) -> Iterator[Removed]:
    """Removals against the score, for a person to judge."""
    return (each for each in found if each.overruled and judgeable(each))


def write(path: Path, rows: Iterable[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--jobs", type=int, default=2)
    cli.add_argument("--write", action="store_true", help=f"write {FIGURES.name} for docs/reasons.md")
    args = cli.parse_args()
    if shipped_alone():
        print("no weights of the folds (make model): measured with the shipped ones, which know some of the pages\n")
    rows = [row for row in read_truth(args.benchmark) if row["source"] in PEOPLE and row["text"]]
    with ProcessPoolExecutor(args.jobs) as pool:
        found = [each for page in pool.map(partial(removed, args.benchmark), rows, chunksize=16) for each in page]
    counts = count(found)
    report(counts)
    write(OUT / "overruled.tsv", against(found), Removed._fields)
    if args.write:
        write(FIGURES, [(*each[:2], int(each.overruled), *each[3:]) for each in counts], COLUMNS)
    low = [each for each in counts if each.overruled and each.kind == "rule" and each.blocks >= FEWEST]
    return 1 if any(each.precision < LEAST for each in low) else 0


if __name__ == "__main__":
    sys.exit(main())
