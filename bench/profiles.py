"""What site profiles add and cost: the benchmark's sites with four pages or more, extracted without and with a profile.

    python -m bench.profiles ../shared/benchmark

All with weights that have not seen the site. Each site's profile is learned from all its pages here, extracted without
one (the first pass); the second pass is measured. "The other pages" learns each page's profile without that page, as
for one that comes new.
Precision, recall and F1 are the benchmark's own, on runs of four words, of the pages that have a gold text, averaged
over pages and over sites; the difference is paired, its interval from resampling sites.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

from bench.corpus import read_truth
from bench.judged import Judged, in_gold, judged
from bench.labels import shares, shingles, tokens
from bench.quality import FITTED
from pipeline.article import Extraction
from pipeline.cleaning.fold import fold
from pipeline.corpus.profiles import (
    FEWEST_PAGES,
    MOST_MEAN,
    Known,
    PageEvidence,
    learn,
    read_evidence,
    sample,
    text_hash,
)
from pipeline.extraction.judge import SURE
from pipeline.profile import SiteProfile
from pipeline.verdict import Decision

Fate = tuple[bool, bool, bool]
"""Is it outside the main text's container, doubted (its mean under ``MOST_MEAN``, its own score under ``SURE``), and in
the gold text?"""

FEWEST = 4
RESAMPLES = 2_000


class Measured(NamedTuple):
    """A page with a gold text: precision, recall and F1 without and with the profile, and what the profile took.

    ``taken`` are pairs of a block and whether it is in the gold text.
    """

    site: str
    source: str
    without: tuple[float, float, float]
    with_profile: tuple[float, float, float]
    taken: tuple[tuple[str, bool], ...]


def scores(gold: str, text: str) -> tuple[float, float, float]:
    """Precision, recall, F1 on runs of four words."""
    wanted, got = shingles(tokens(gold)), shingles(tokens(text))
    both = sum(min(count, wanted[key]) for key, count in got.items() if key in wanted)
    precision = both / got.total() if got else float(not wanted)
    recall = both / wanted.total() if wanted else 1.0
    total = wanted.total() + got.total()
    return precision, recall, 2 * both / total if total else 1.0


def fates(evidence: list[tuple[PageEvidence, dict[int, str]]], first: list[Judged], rows: list[Any]) -> Counter[Fate]:
    """The kept blocks that stand on three article pages or more, profile or not."""
    seen: dict[int, list[int]] = defaultdict(list)
    for each, _ in evidence:
        for block, score in zip(each.blocks["block"].tolist(), each.blocks["score"].tolist(), strict=True):
            seen[block].append(score)
    means = {block: fmean(found) / 100 for block, found in seen.items() if len(found) >= FEWEST_PAGES}
    found: Counter[Fate] = Counter()
    for row, page in zip(rows, first, strict=True):
        if row.get("text") is None or page.asked is None:
            continue
        outline = page.asked.seen
        keys = [text_hash(folded) for folded in outline.folded]
        if not means.keys() & set(keys):
            continue
        share = in_gold(page.asked, row["text"])
        for at, (key, verdict) in enumerate(zip(keys, page.asked.verdicts(), strict=True)):
            if key in means and verdict.decision is Decision.KEEP:
                doubted = means[key] < MOST_MEAN and verdict.score < SURE
                found[not outline.in_main[at], doubted, bool(share[at] >= 0.5)] += 1
    return found


def report_fates(found: Counter[Fate]) -> None:
    print("\nkept blocks that stand on three article pages or more, without any profile")
    for outside, doubted in ((True, True), (True, False), (False, True), (False, False)):
        wrong, right = found[outside, doubted, False], found[outside, doubted, True]
        about = f"{'outside' if outside else 'inside'} the main container, {'doubted' if doubted else 'sure'}"
        print(f"  {about:<36}{wrong + right:>5} blocks, not in the gold text: {wrong / max(wrong + right, 1):.3f}")


def profile_of(site: str, evidence: list[tuple[PageEvidence, dict[int, str]]]) -> SiteProfile:
    known = {key: Known(text, "", "") for _, texts in evidence for key, text in texts.items()}
    return learn(site, sample([each for each, _ in evidence]), known).profile


def measure(folder: Path, group: tuple[str, list[dict[str, Any]]]) -> tuple[list[dict[str, Measured]], Counter[Fate]]:
    """The pages of one site, each by what its profile was learned from; and the fates of its repeated blocks."""
    site, rows = group
    first = [judged(folder, row) for row in rows]
    evidence = []
    for row, page in zip(rows, first, strict=True):
        blocks, texts = read_evidence(page.extraction)
        evidence.append((PageEvidence(text_hash(row["id"]), "", blocks), texts))
    whole = profile_of(site, evidence)
    pages = [
        {
            "all": compare(folder, row, before.extraction, whole),
            "the other": compare(
                folder, row, before.extraction, profile_of(site, evidence[:number] + evidence[number + 1 :])
            ),
        }
        for number, (row, before) in enumerate(zip(rows, first, strict=True))
        if row.get("text") is not None
    ]
    return pages, fates(evidence, first, rows)


def compare(folder: Path, row: dict[str, Any], before: Extraction, profile: SiteProfile) -> Measured:
    """One page without and with a profile; extracted again only where the profile knows a block that was kept."""
    met = any(
        verdict.decision is Decision.KEEP and fold(text) in profile.repeated
        for text, verdict in zip(before.block_texts, before.verdicts, strict=True)
    )
    after = judged(folder, row, profile).extraction if met else before
    pairs = zip(before.verdicts, after.verdicts, strict=True)
    gone = [
        i for i, (old, new) in enumerate(pairs) if old.decision is Decision.KEEP and new.decision is not Decision.KEEP
    ]
    share = shares([tokens(text) for text in before.block_texts], tokens(row["text"])) if gone else ()
    taken = tuple((before.block_texts[i], bool(share[i] >= 0.5)) for i in gone)
    return Measured(
        row["site"], row["source"], scores(row["text"], before.text), scores(row["text"], after.text), taken
    )


def interval(by_site: dict[str, list[float]]) -> tuple[float, float]:
    """95 % of the mean over pages, sites resampled."""
    rng = np.random.default_rng(0)
    sites = [(sum(values), len(values)) for values in by_site.values()]
    sums = np.array(sites)[rng.integers(0, len(sites), (RESAMPLES, len(sites)))].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], (0.025, 0.975))
    return float(low), float(high)


def report(name: str, pages: list[Measured]) -> None:
    if not pages:
        return
    taken = [each for page in pages for each in page.taken]
    wrong = [len(text) for text, in_gold in taken if in_gold]
    touched = [page for page in pages if page.taken]
    print(f"\n{name}: {len(pages)} pages of {len({page.site for page in pages})} sites, {len(touched)} changed")
    chars = sum(len(text) for text, _ in taken)
    right, right_chars = 1 - len(wrong) / max(len(taken), 1), 1 - sum(wrong) / max(chars, 1)
    print(f"  taken from the text: {len(taken)} blocks, {chars} characters")
    print(f"  not in the gold text: {right:.3f} of the blocks, {right_chars:.3f} of the characters")
    for i, measure_name in enumerate(("precision", "recall", "F1")):
        by_site: dict[str, list[float]] = defaultdict(list)
        for page in pages:
            by_site[page.site].append(page.with_profile[i] - page.without[i])
        mean = np.mean([page.without[i] for page in pages])
        change = np.mean([page.with_profile[i] - page.without[i] for page in pages])
        among = np.mean([page.with_profile[i] - page.without[i] for page in touched]) if touched else 0.0
        low, high = interval(by_site)
        print(
            f"  {measure_name:<10}{mean:.4f} -> {mean + change:.4f}   {change:+.4f} ({low:+.4f} to {high:+.4f})"
            f"   on changed pages {among:+.4f}"
        )
    ups = Counter(int(np.sign(round(page.with_profile[2] - page.without[2], 6))) for page in pages)
    print(f"  F1 better on {ups[1]} pages, worse on {ups[-1]}")
    print("  taken, and in the gold text (to be judged by a person):")
    for (site, text), count in Counter(
        (page.site, text) for page in pages for text, gold in page.taken if gold
    ).items():
        print(f"    {count} x {site}: {text[:100]}")


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--jobs", type=int, default=2)
    args = cli.parse_args()
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_truth(args.benchmark):
        groups[row["site"]].append(row)
    large = [(site, rows) for site, rows in groups.items() if len(rows) >= FEWEST]
    print(f"{len(large)} sites with {FEWEST} pages or more, {sum(len(rows) for _, rows in large)} pages")
    with ProcessPoolExecutor(args.jobs) as pool:
        found = list(pool.map(partial(measure, args.benchmark), large))
    pages = [page for measured, _ in found for page in measured]
    report_fates(sum((counts for _, counts in found), Counter()))
    for mode in ("all", "the other"):
        measured = [page[mode] for page in pages]
        report(f"learned from {mode} pages of the site", measured)
        report("of these, of sources that no weight was fitted on", [p for p in measured if p.source not in FITTED])
    return 0


if __name__ == "__main__":
    sys.exit(main())
