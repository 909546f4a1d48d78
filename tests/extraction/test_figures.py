"""The measured figures behind docs/reasons.md: of rules that exist, and good enough for what they decide."""

from __future__ import annotations

import csv

from bench.reasons import FEWEST, FIGURES, LEAST, Removed, count, judgeable
from pipeline.extraction.rules import CERTAIN, EXPLAINING, name_of
from pipeline.verdict import Class, Reason


def test_what_overrules_the_score_was_right_nineteen_times_in_twenty() -> None:
    with FIGURES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    names = {name_of(rule) for rule in (*CERTAIN, *EXPLAINING)} | set(Reason) | set(Class) | {"score"}
    assert {row["name"] for row in rows} <= names
    overruled = [row for row in rows if row["overruled"] == "1" and row["kind"] == "rule"]
    assert {row["name"] for row in overruled} <= {name_of(rule) for rule in CERTAIN}
    many = [row for row in overruled if int(row["blocks"]) >= FEWEST]
    assert [row["name"] for row in many if int(row["blocks_right"]) < LEAST * int(row["blocks"])] == []


def removal(page: str, reason: str, share: float, *, field: bool = False) -> Removed:
    return Removed(
        page, reason, "phrases.label", overruled=False, field=field, score=0.1, share=share, text="Ten chars."
    )


def test_blocks_and_characters_are_counted_by_their_share_in_the_gold() -> None:
    found = [
        removal("wcxb/1", "newsletter", 0.0),
        removal("wcxb/1", "newsletter", 0.6),
        removal("aeb/2", "newsletter", 0),
    ]
    by_reason = next(each for each in count(found) if each.kind == "reason")
    assert (by_reason.name, by_reason.blocks, by_reason.blocks_right, by_reason.pages) == ("newsletter", 3, 2, 2)
    assert (by_reason.characters, by_reason.characters_right) == (30, 24)
    assert {each.kind for each in count([removal("aeb/2", "comments", 0, field=True)])} == {"field"}


def test_headlines_are_judged_where_the_gold_has_none() -> None:
    assert judgeable(removal("aeb/1", "duplicate_headline", 1.0))
    assert not judgeable(removal("cleaneval/1", "duplicate_headline", 1.0))
    assert not judgeable(removal("dragnet/1", "byline_dateline", 1.0))
    assert judgeable(removal("wcxb/1", "byline_dateline", 1.0))
