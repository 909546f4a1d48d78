"""The template matcher on the benchmark's gold paragraphs, on the seed, and its cost.

    python -m bench.cleaning_boilerplate ../shared

A paragraph of gold text that matches is an article's text lost, unless it is boilerplate that a person took along: each
hit is printed with our judgement on it. Exit code 1 where hits that are not judged boilerplate are more than 1 in
10,000 paragraphs, where a boilerplate line of the seed is missed, or where a line of it that stays in the body matches.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.cleaning.boilerplate import match
from pipeline.cleaning.template_library import Library, Template, templates
from pipeline.verdict import Class

SOURCES = frozenset({"aeb", "wcxb", "fundus", "forum", "hand"})
MOST_FALSE = 1e-4
SEED_CLASSES = frozenset(
    {"security_banner", "disclaimer_medical", "disclaimer_legal", "disclaimer_financial", "form_error"}
)
JUDGED = {
    ("aeb/1f765c48", "en.legal_opinions"): "boilerplate: the publisher's note under opinion pieces",
    ("aeb/c467d507", "fp.agency_rights"): "boilerplate: a news agency's rights line, taken along by the annotator",
    ("wcxb/0026", "en.financial_informational"): "boilerplate: a disclaimer, says so itself",
    ("wcxb/0348", "en.medical_substitute"): "boilerplate: an institute's notice that it gives no medical advice",
    ("wcxb/0498", "en.copyright_licence"): "boilerplate: the licence line of a documentation page",
    ("wcxb/0711", "en.cookie_necessary"): "boilerplate: a consent dialogue inside the gold text",
    ("wcxb/4642", "en.affiliate_commission"): "boilerplate: affiliate disclosure",
    ("wcxb/4696", "en.affiliate_commission"): "boilerplate: affiliate disclosure",
    ("wcxb/4858", "en.affiliate_commission"): "boilerplate: affiliate disclosure",
}
"""Hits seen, by the first letters of the page's id and the template. A moderator's post that asks a thread to keep to
its topic (forum/www.airliners.net) is a post none the less: counted as false."""


def paragraphs(truth: Path) -> Iterator[tuple[str, str]]:
    """The id of the page and the text of each gold paragraph."""
    for line in truth.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["source"] in SOURCES and row["text"]:
            yield from ((row["id"], part) for part in row["text"].split("\n") if part.strip())


def judgement(page: str, template: str) -> str | None:
    return next((said for (start, name), said in JUDGED.items() if page.startswith(start) and name == template), None)


def measure_gold(gold: list[tuple[str, str]]) -> bool:
    """Prints each hit; true where few enough of them are an article's own text."""
    false = 0
    for page, text in gold:
        found = match(text)
        if found is not None:
            said = judgement(page, found.template)
            false += said is None
            print(
                f"{found.template:28} {found.similarity:.4f}  {page[:40]:40} {said or 'NOT BOILERPLATE, or not judged'}"
            )
            print(f"    {text[:150]}")
    print(f"gold: {false} false hits in {len(gold)} paragraphs ({1e4 * false / len(gold):.2f} in 10,000)\n")
    return false <= MOST_FALSE * len(gold)


def measure_seed(folder: Path) -> bool:
    """Prints what the seed's boilerplate lines match; true where all four have their class and no body text has one."""
    lines = [line for line in (folder / "page.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["paragraphs"]
    right = True
    for line, row in zip(lines, gold, strict=True):
        found = match(line)
        if row["class"] in SEED_CLASSES or found is not None:
            print(f"seed {row['index']:2} {row['class']:24} {found}")
            right &= found is not None and (row["class"] not in SEED_CLASSES or found.block_class == row["class"])
            right &= row["verdict"] == "remove"
    return right


def measure_cost(gold: list[tuple[str, str]]) -> None:
    """Prints processor time a block for the library as it is and filled up to 2,000 with runs of ordinary prose."""
    rng = random.Random(4)
    texts = [text for _, text in gold]
    rng.shuffle(texts)
    half = len(texts) // 2
    forty = [text for text in texts[:half] if 36 <= len(text.split()) <= 44][:2000]
    pools = {"blocks of 40 words": forty, "all paragraphs": texts[:3000]}
    words = " ".join(texts[half:]).split()
    starts = (rng.randrange(len(words) - 40) for _ in range(2000 - len(templates())))
    runs = [" ".join(words[start : start + rng.randint(10, 35)]) for start in starts]
    filler = [
        Template(f"run.{i}", "en", Class.NEWSLETTER, fixed=False, text=run, source="prose")
        for i, run in enumerate(runs)
    ]
    for known in (Library(templates()), Library((*templates(), *filler))):
        for name, pool in pools.items():
            begun = time.process_time()
            for text in pool:
                match(text, known)
            spent = (time.process_time() - begun) / len(pool)
            print(f"{len(known.entries):5} templates, {name}: {spent * 1e6:.0f} µs a block")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path, help="the folder that has benchmark/ and seed/")
    folder = parser.parse_args().shared
    gold = list(paragraphs(folder / "benchmark" / "truth.jsonl"))
    clean = measure_gold(gold)
    seed = measure_seed(folder / "seed")
    measure_cost(gold)
    return 0 if clean and seed else 1


if __name__ == "__main__":
    sys.exit(main())
