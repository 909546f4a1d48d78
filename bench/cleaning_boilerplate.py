"""The template matcher: recall of spun templates, false alarms on people's paragraphs, the seed, and its cost.

    python -m bench.cleaning_boilerplate ../shared            # --write brings docs/templates.md up to date

A paragraph of gold text that matches is an article's text lost, unless it is boilerplate that a person took along: each
hit stands in ``bench/template_hits.tsv`` with our judgement on it. Exit code 1 where hits that are not judged
boilerplate are more than 1 in 10,000 paragraphs, where a boilerplate line of the seed is missed or a line of its body
matches, or where too few spun templates are known.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from bench.corpus import page_bytes, read_page, read_truth
from bench.spun_templates import SHAKEN, WANTED, Recall, english, other_languages, shaken_recall, spin_recall
from pipeline.cleaning import boilerplate
from pipeline.cleaning.boilerplate import match, matches
from pipeline.cleaning.fold import fold
from pipeline.cleaning.template_library import Library, Template, templates
from pipeline.verdict import Class

MOST_FALSE = 1e-4
COPIES = 20
FULL = 2_000
"""Templates that the library may grow to before it needs another index."""
SEED_CLASSES = frozenset(
    {"security_banner", "disclaimer_medical", "disclaimer_legal", "disclaimer_financial", "form_error"}
)
HITS = Path(__file__).parent / "template_hits.tsv"
DOCS = Path(__file__).parents[1] / "docs" / "templates.md"
BOILERPLATE = "boilerplate"
UNJUDGED = "not judged"
FIRST_WORDS = 8
PAGES = 60
"""Pages of the benchmark whose blocks are looked up for the cost of a page."""


class Hit(NamedTuple):
    """A gold paragraph that matches: its page, its first words, the template, and what a person says it is."""

    page: str
    template: str
    similarity: float
    words: str
    judgement: str

    @property
    def false(self) -> bool:
        """An article's own text, or not looked at yet."""
        return not self.judgement.startswith(BOILERPLATE)


class Cost(NamedTuple):
    """Processor time by the library's size and what is looked up."""

    templates: int
    what: str
    time: str


def paragraphs(truth: Path) -> Iterator[tuple[str, str]]:
    """The id of the page and the text of each paragraph of gold that people made."""
    for line in truth.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["gold"] == "human" and row["text"]:
            yield from ((row["id"], part) for part in row["text"].split("\n") if part.strip())


def hits(gold: Sequence[tuple[str, str]]) -> list[Hit]:
    """All gold paragraphs that match, with the judgement that the file has on them."""
    judged = {}
    if HITS.exists():
        with HITS.open(encoding="utf-8", newline="") as file:
            judged = {(row["page"], row["template"]): row["judgement"] for row in csv.DictReader(file, delimiter="\t")}
    found = []
    texts = [text for _, text in gold]
    for (page, text), known in zip(gold, matches(texts, [fold(text) for text in texts]), strict=True):
        if known is not None:
            judgement = judged.get((page, known.template), UNJUDGED)
            words = " ".join(text.split()[:FIRST_WORDS])
            found.append(Hit(page, known.template, known.similarity, words, judgement))
    return sorted(found)


def seed_right(folder: Path) -> bool:
    """Prints what the seed's lines match; true where its boilerplate has its class and no line of its body matches."""
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


def libraries(gold: Sequence[tuple[str, str]]) -> tuple[Library, Library]:
    """The library as it is, and filled up to ``FULL`` with runs of ordinary prose."""
    rng = random.Random(4)
    words = " ".join(text for _, text in gold[1::2]).split()
    starts = (rng.randrange(len(words) - 40) for _ in range(FULL - len(templates())))
    runs = [" ".join(words[start : start + rng.randint(10, 35)]) for start in starts]
    filler = [
        Template(f"run.{i}", "en", Class.NEWSLETTER, fixed=False, text=run, source="prose")
        for i, run in enumerate(runs)
    ]
    return Library(templates()), Library((*templates(), *filler))


def costs(gold: Sequence[tuple[str, str]], known: Library) -> list[Cost]:
    """Processor time of looking up one text after the other."""
    texts = [text for _, text in gold[::2]]
    random.Random(4).shuffle(texts)
    forty = [text for text in texts if 36 <= len(text.split()) <= 44][:2000]
    found = []
    for name, pool in {"of 40 words": forty, "of any length": texts[:3000]}.items():
        begun = time.process_time()
        for text in pool:
            match(text, known)
        spent = (time.process_time() - begun) / len(pool)
        found.append(Cost(len(known.entries), f"a paragraph {name}", f"{spent * 1e6:.0f} µs"))
    return found


def page_cost(folder: Path, known: Library) -> Cost:
    """Processor time of looking up all blocks of a page together, as the judge does; mean of ``PAGES``."""
    rows = [row for row in read_truth(folder) if row["text"]]
    pages = [read_page(page_bytes(folder, row["id"])) for row in rows[:: len(rows) // PAGES]]
    asked = [[block.text for block in page[0].blocks if block.text.count(" ") >= 3] for page in pages if page]
    folded = [[fold(text) for text in texts] for texts in asked]
    with patch.object(boilerplate, "library", lambda: known):
        begun = time.process_time()
        for texts, lines in zip(asked, folded, strict=True):
            matches(texts, lines)
    spent = (time.process_time() - begun) / len(asked)
    return Cost(len(known.entries), "all blocks of a page of four words and more", f"{spent * 1e3:.1f} ms")


def recalls() -> list[tuple[str, Recall, float]]:
    """What was done to the templates, how many were known, and the recall wanted."""
    spun = [
        (f"{len(english())} English ones of 8 words and more, {share:.0%} of the content words", share, wanted)
        for share, wanted in WANTED.items()
    ]
    found = [(name, spin_recall(share, COPIES), wanted) for name, share, wanted in spun]
    moved = f"{len(other_languages())} of other languages, words dropped, doubled and swapped (a tenth each)"
    return [*found, (moved, shaken_recall(COPIES), SHAKEN)]


def document(found: Sequence[Hit], total: int, recall: Sequence[tuple[str, Recall, float]]) -> str:
    """The text of ``docs/templates.md`` but for the cost."""
    false = sum(hit.false for hit in found)
    lines = [
        "# The template matcher, measured",
        "",
        "Made by `python -m bench.cleaning_boilerplate ../shared --write`; judgements: `bench/template_hits.tsv`.",
        "",
        "## Spun templates that it knows",
        "",
        f"Each template {COPIES} times: English ones by a seeded spinner that swaps words for WordNet synonyms (one of",
        "up to eight, any sense, as spinners do), the others with words moved. `python -m bench.spun_templates` alone.",
        "",
        "| templates | copies | known as their class | wanted | those lost most often |",
        "|---|---|---|---|---|",
    ]
    for name, each, wanted in recall:
        lost = ", ".join(f"`{one.split()[0]}`" for one in each.lost[:3]) or "none"
        lines.append(f"| {name} | {each.copies:,} | {each.share:.2%} | {wanted:.0%} | {lost} |")
    said = (
        f"Of {total:,} paragraphs of gold text that people made {len(found)} match;\n{false} of them (or "
        f"{1e4 * false / total:.2f} in 10,000) is an article's own text. The flow loses fewer: a note goes against\n"
        "the score only where it is nearly word for word or the page has a spinner's traces."
    )
    lines += ["", "## False alarms", "", said, ""]
    lines += ["| page | template | similarity | begins | judgement |", "|---|---|---|---|---|"]
    for hit in found:
        page = hit.page if len(hit.page) <= 40 else hit.page[:40] + "…"
        lines.append(f"| {page} | `{hit.template}` | {hit.similarity:.2f} | {hit.words} | {hit.judgement} |")
    return "\n".join(lines) + "\n"


def cost_table(cost: Sequence[Cost]) -> str:
    """What a look-up costs, by itself and for all blocks of a page together."""
    lines = ["", "## Cost", "", "| templates | what is looked up | processor time |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {each.templates:,} | {each.what} | {each.time} |" for each in cost)]) + "\n"


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("shared", type=Path, help="the folder that has benchmark/ and seed/")
    cli.add_argument("--write", action="store_true", help="write docs/templates.md and bench/template_hits.tsv")
    args = cli.parse_args()
    gold = list(paragraphs(args.shared / "benchmark" / "truth.jsonl"))
    found = hits(gold)
    recall, seed = recalls(), seed_right(args.shared / "seed")
    text = document(found, len(gold), recall)
    both = libraries(gold)
    cost = [each for known in both for each in (*costs(gold, known), page_cost(args.shared / "benchmark", known))]
    text += cost_table(cost)
    print(text)
    if args.write:
        with HITS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(Hit._fields)
            writer.writerows(found)
        DOCS.write_text(text, encoding="utf-8")
    few = sum(hit.false for hit in found) <= MOST_FALSE * len(gold)
    return 0 if few and seed and all(each.share >= wanted for _, each, wanted in recall) else 1


if __name__ == "__main__":
    sys.exit(main())
