"""What each part is worth: body quality of the benchmark with it and without it, same pages, same weights.

    python -m bench.parts ../shared/benchmark            # --write puts the tables into docs/benchmarks.md

Macro F1 over the sources whose gold people made; the difference is paired by page, its 95 % interval from a bootstrap
that draws sites within each source. A difference above zero means that the part helps. Rules that only explain what the
score refused cannot change the body; for them a second table counts what each alone explains.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.corpus import read_truth
from bench.judged import PEOPLE, Asked, judged, shipped_alone, without, without_second_look
from bench.labels import f1, shingles, tokens
from pipeline.extraction.rules import ADVISORY, CERTAIN, EXPLAINING, name_of
from pipeline.verdict import Decision, Reason, Verdict

RESAMPLES = 2_000
DOCS = Path(__file__).parents[1] / "docs" / "benchmarks.md"
START, END = "<!-- made by bench.parts -->", "<!-- end -->"
RULES = tuple(name_of(rule) for rule in CERTAIN)
EXPLAINERS = tuple(
    dict.fromkeys(name_of(rule) for rule in EXPLAINING if rule in ADVISORY or name_of(rule) not in RULES)
)
HALF = 0.5
SECOND = "the second look at the scores"
EVEN = "a threshold of the page's own (0.5 instead)"
TABLES = "data tables whole"
JSON = "text from JSON where the page shows none"
ALL = "all certain rules"
PARTS = (SECOND, EVEN, TABLES, JSON, *RULES, ALL)


class Measured(NamedTuple):
    """One page: its F1 as it is, by the part that is off where that differs; its removals, and who alone explains."""

    source: str
    site: str
    whole: float
    off: dict[str, float]
    removed: int
    alone: Counter[str]


class Row(NamedTuple):
    """A line of the table: macro F1 without the part, the difference that it makes, pages that it changes."""

    part: str
    without: float
    difference: float
    low: float
    high: float
    better: int
    worse: int


def measure(folder: Path, row: dict[str, Any]) -> Measured:
    """One page with each part off, one at a time; a rule only where it spoke."""
    gold = shingles(tokens(row["text"]))
    page = judged(folder, row)
    whole = f1(gold, tokens(page.extraction.text))
    texts = {}
    if (bare := without_second_look(row, page)) is not None:
        texts[SECOND] = bare.text()
    if page.readings > 1:
        texts[JSON] = judged(folder, row, script_segments=lambda *_: None).extraction.text
    alone: Counter[str] = Counter()
    removed = 0
    if page.asked is not None:
        verdicts = page.asked.verdicts()
        texts[EVEN] = page.asked._replace(threshold=HALF).text()
        if page.scores != page.asked.scores:
            texts[TABLES] = page.asked._replace(scores=page.scores).text()
        spoke = {verdict.rule for verdict in verdicts if verdict.score >= page.asked.threshold} & set(RULES)
        for name, rules in {**{rule: {rule} for rule in spoke}, **({ALL: set(RULES)} if spoke else {})}.items():
            with without(rules):
                texts[name] = page.asked.text()
        removed = sum(verdict.decision is Decision.REMOVE for verdict in verdicts)
        alone = explained_alone(page.asked, verdicts)
    off = {name: f1(gold, tokens(text)) for name, text in texts.items() if text != page.extraction.text}
    return Measured(row["source"], row["site"], whole, off, removed, alone)


def explained_alone(asked: Asked, verdicts: Sequence[Verdict]) -> Counter[str]:
    """Removals that only one rule explains, by that rule; those with no reason but the score under an empty name."""
    bare = _bare(verdicts)
    found = Counter({"": bare})
    for rule in {verdict.rule for verdict in verdicts if verdict.decision is Decision.REMOVE} & set(EXPLAINERS):
        with without({rule}):
            found[rule] = _bare(asked.verdicts()) - bare
    return found


def _bare(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.reason is Reason.UNLIKE_ARTICLE for verdict in verdicts)


def macro(pages: Sequence[Measured], values: Sequence[float]) -> tuple[float, float, float]:
    """The mean over sources of the mean over pages, and 95 % of it when sites are drawn within each source."""
    rng = np.random.default_rng(1)
    by_site: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for page, value in zip(pages, values, strict=True):
        by_site[page.source][page.site].append(value)
    means, drawn = [], []
    for sites in by_site.values():
        sums = np.array([(sum(found), len(found)) for found in sites.values()])
        total = sums.sum(axis=0)
        means.append(total[0] / total[1])
        some = sums[rng.integers(0, len(sums), (RESAMPLES, len(sums)))].sum(axis=1)
        drawn.append(some[:, 0] / some[:, 1])
    low, high = np.quantile(np.mean(drawn, axis=0), (0.025, 0.975))
    return float(np.mean(means)), float(low), float(high)


def rows_of(pages: Sequence[Measured]) -> list[Row]:
    """The table, a part a row."""
    rows = []
    for name in PARTS:
        off = [page.off.get(name, page.whole) for page in pages]
        change = [page.whole - value for page, value in zip(pages, off, strict=True)]
        better, worse = sum(value > 1e-9 for value in change), sum(value < -1e-9 for value in change)
        rows.append(Row(name, macro(pages, off)[0], *macro(pages, change), better, worse))
    return rows


def written(pages: Sequence[Measured], rows: Sequence[Row]) -> str:
    """The tables as Markdown."""
    whole, low, high = macro(pages, [page.whole for page in pages])
    lines = [
        f"All parts on: macro F1 {whole:.4f} ({low:.4f} to {high:.4f}), {len(pages):,} pages. One part off at a time:",
        "",
        "| part | macro F1 without it | what it adds | 95 % interval | pages better with it | worse |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = f"rule `{row.part}`" if row.part in RULES else row.part
        gain = f"{row.difference:+.4f} | {row.low:+.4f} to {row.high:+.4f}"
        lines.append(f"| {name} | {row.without:.4f} | {gain} | {row.better} | {row.worse} |")
    removed, alone = sum(page.removed for page in pages), sum((page.alone for page in pages), Counter[str]())
    said = (
        "The other rules only say why a block goes that the score has refused, so they cannot change the body. Of "
        f"{removed:,} removed blocks {alone[''] / removed:.1%} have no reason but the score. Without one rule more had "
        "none:"
    )
    lines += ["", said, "", "| rule | removals that it alone explains |", "|---|---|"]
    lines += [f"| `{rule}` | {alone[rule]:,} ({alone[rule] / removed:.1%}) |" for rule in EXPLAINERS]
    return "\n".join(lines).replace("-0.", "−0.")


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--jobs", type=int, default=2)
    cli.add_argument("--write", action="store_true", help=f"put the tables into {DOCS.name}")
    args = cli.parse_args()
    if shipped_alone():
        print("no weights of the folds (make model): measured with the shipped ones, which know some of the pages\n")
    rows = [row for row in read_truth(args.benchmark) if row["source"] in PEOPLE and row["text"]]
    with ProcessPoolExecutor(args.jobs) as pool:
        pages = list(pool.map(partial(measure, args.benchmark), rows, chunksize=16))
    tables = written(pages, rows_of(pages))
    print(tables)
    if args.write:
        before, _, rest = DOCS.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        DOCS.write_text(f"{before}{START}\n\n{tables}\n\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
