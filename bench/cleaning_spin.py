"""False alarms of the spin score on texts that people wrote: the benchmark's human gold.

    python -m bench.cleaning_spin ../shared/benchmark/truth.jsonl

Prints the share of texts at each score, how often each rule spoke, and each text that is suspect with its evidence;
ends with 1 where a limit is passed. Boilerplate is matched as in the product.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from pipeline.cleaning.boilerplate import match
from pipeline.cleaning.spin import QUARANTINE, SUSPECT, Spin, spin_score

HUMAN = {"human", "curated"}
"""Kinds of gold that people made: marked or copied out, or read by a parser written for that one site."""

LIMITS = {SUSPECT: 0.01, QUARANTINE: 0.0005}


def read_texts(truth: Path) -> list[dict[str, str]]:
    rows = (json.loads(line) for line in truth.read_text("utf-8").splitlines())
    return [row for row in rows if row["gold"] in HUMAN and row["text"]]


def scored(row: dict[str, str]) -> Spin:
    paragraphs = [line for line in row["text"].split("\n") if line.strip()]
    found = ((index, match(paragraph)) for index, paragraph in enumerate(paragraphs))
    matches = [(index, one.template, one.similarity, one.fixed) for index, one in found if one is not None]
    return spin_score(paragraphs, row["title"], matches)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    rows = read_texts(parser.parse_args().truth)
    start = time.process_time()
    found = {row["id"]: scored(row) for row in rows}
    seconds = time.process_time() - start
    for name, spin in found.items():
        if spin.score >= SUSPECT:
            print(spin.score, name, "; ".join(f"{trace.rule}: {trace.text}" for trace in spin.evidence))
    rules = Counter(rule for spin in found.values() for rule in {trace.rule for trace in spin.evidence})
    print(f"{len(rows)} texts, {seconds / len(rows) * 1000:.2f} ms a text with the matcher")
    print(f"texts in which a rule spoke: {dict(rules)}")
    passed = True
    for score in (1, 10, SUSPECT, 30, QUARANTINE):
        share = sum(spin.score >= score for spin in found.values()) / len(rows)
        limit = LIMITS.get(score)
        print(f"score >= {score}: {share:.2%}" + (f" (at most {limit:.2%})" if limit else ""))
        passed &= limit is None or share <= limit
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
