"""False alarms of the spin score, and of the marks on paragraphs, on texts that people wrote.

    python -m bench.cleaning_spin ../shared/benchmark/truth.jsonl
    python -m bench.cleaning_spin ../shared/benchmark/truth.jsonl --pages

The texts are the benchmark's human gold; with ``--pages`` they are what the product makes of the pages, articles alone,
so that what stands between the paragraphs counts too. Prints the share of texts at each score, how often each rule
spoke, each text that is suspect with its evidence, and how many have a paragraph that is marked; ends with 1 where a
limit is passed. Boilerplate is matched as in the product.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.corpus import page_bytes
from pipeline.article import Article
from pipeline.cleaning.boilerplate import match
from pipeline.cleaning.language import detect, paragraph_languages
from pipeline.cleaning.marks import Text, mark
from pipeline.cleaning.spin import QUARANTINE, SUSPECT, spin_score
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.quality import Evidence
from pipeline.verdict import Class

HUMAN = {"human", "curated"}
"""Kinds of gold that people made: marked or copied out, or read by a parser written for that one site."""

LIMITS = {SUSPECT: 0.01, QUARANTINE: 0.0005}
MARKS = (Class.BODY_SPUN, Class.TRUNCATED_FRAGMENT, Class.FOREIGN_LANGUAGE_INSERT)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class Scored(NamedTuple):
    """One text: its score and evidence, the class of each paragraph."""

    name: str
    score: int
    evidence: tuple[Evidence, ...]
    classes: tuple[Class, ...]
    paragraphs: tuple[str, ...]


def read_rows(truth: Path) -> list[dict[str, Any]]:
    rows = (json.loads(line) for line in truth.read_text("utf-8").splitlines())
    return [row for row in rows if row["gold"] in HUMAN and row["text"]]


def of_text(row: dict[str, Any]) -> Scored:
    """A gold text, its lines as paragraphs."""
    paragraphs = [line for line in row["text"].split("\n") if line.strip()]
    found = ((index, match(paragraph)) for index, paragraph in enumerate(paragraphs))
    matches = [(index, one.template, one.similarity, one.fixed) for index, one in found if one is not None]
    spin = spin_score(paragraphs, row["title"], matches)
    language = detect(row["text"])
    languages = paragraph_languages(paragraphs, language.code, language.confidence)
    plain = [Class.BODY] * len(paragraphs)
    marks = mark(Text(paragraphs, plain, languages, [False] * len(paragraphs), language.code), spin)
    return Scored(row["id"], spin.score, spin.evidence + marks.evidence, marks.classes, tuple(paragraphs))


def of_pages(folder: Path, rows: Iterable[dict[str, Any]]) -> Iterator[Scored]:
    """What the product makes of the pages; those without an article are passed over."""
    for row in rows:
        article = extract(Page(row["url"] or "", page_bytes(folder, row["id"]), "text/html", MOMENT)).article
        if isinstance(article, Article):
            evidence, classes = article.spin_evidence, article.block_classes
            yield Scored(row["id"], article.spin_score, evidence, classes, tuple(article.body.split("\n\n")))


def report(found: list[Scored]) -> bool:
    """Print the figures; whether all limits hold."""
    for one in found:
        if one.score >= SUSPECT:
            print(one.score, one.name, "; ".join(f"{trace.rule}: {trace.text}" for trace in one.evidence))
    rules = Counter(rule for one in found for rule in {trace.rule for trace in one.evidence})
    print(f"texts in which a rule spoke: {dict(rules.most_common())}")
    passed = True
    for score in (1, 10, SUSPECT, 30, QUARANTINE):
        share = sum(one.score >= score for one in found) / len(found)
        limit = LIMITS.get(score)
        print(f"score >= {score}: {share:.2%}" + (f" (at most {limit:.2%})" if limit else ""))
        passed &= limit is None or share <= limit
    paragraphs = sum(len(one.classes) for one in found)
    for kind in MARKS:
        marked = sum(one.classes.count(kind) for one in found)
        texts = sum(kind in one.classes for one in found)
        print(f"{kind}: {marked} of {paragraphs} paragraphs, in {texts} of {len(found)} texts")
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--pages", action="store_true", help="score what the product makes of the pages beside it")
    parser.add_argument("--every", type=int, default=1, help="take every so-manieth text alone")
    arguments = parser.parse_args()
    rows = read_rows(arguments.truth)[:: arguments.every]
    start = time.process_time()
    found = list(of_pages(arguments.truth.parent, rows)) if arguments.pages else [of_text(row) for row in rows]
    seconds = time.process_time() - start
    whole = "from bytes to article" if arguments.pages else "with the matcher, languages and marks"
    print(f"{len(found)} texts, {seconds / len(found) * 1000:.2f} ms a text {whole}")
    return 0 if report(found) else 1


if __name__ == "__main__":
    sys.exit(main())
