"""Lines in another writing system than the article's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.block import Block
from pipeline.cleaning.scripts import LETTERS, letters_by_script
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

FOREIGN_SHARE = 0.7
"""Share of letters in another script from which a line is foreign; names and terms in brackets stay below it."""

FEWEST_LETTERS = 12
MOST_SENTENCES = 2
_SENTENCES = re.compile(r"[.!?؟][\"'”»]*(?:\s|$)|[。！？]")  # in Chinese and Japanese no blank follows
_QUOTED = ("«", "“", "„", '"', "「", "『")


def foreign_line(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A short line of another script in the body: scraped navigation. A quotation, or a passage of sentences, stays.

    Latin letters are foreign nowhere: names, titles and terms in them stand in texts of every script.
    """
    if not outline.scripts:
        return []
    blocks, in_main, others = outline.blocks, outline.in_main, _others(outline.scripts)
    return [
        (at, Reason.FOREIGN_LANGUAGE_INSERT)
        for at in positions
        if not (block := blocks[at]).text.isascii()
        and in_main[at]
        and others.search(block.text)
        and _is_foreign(block, outline.scripts)
    ]


@lru_cache(maxsize=64)
def _others(scripts: frozenset[str]) -> re.Pattern[str]:
    """A letter of a script that is foreign on a page of these scripts: most lines have none."""
    foreign = [letters.pattern[1:-1] for name, letters in LETTERS.items() if name not in scripts and name != "latin"]
    return re.compile(f"[{''.join(foreign)}]" if foreign else "(?!)")


def _is_foreign(block: Block, scripts: frozenset[str]) -> bool:
    if block.text.startswith(_QUOTED) or block.tag in {"blockquote", "pre", "code"}:
        return False
    counts = letters_by_script(block.text)
    letters = sum(counts.values())
    foreign = sum(count for name, count in counts.items() if name not in scripts and name != "latin")
    if letters < FEWEST_LETTERS or foreign < FOREIGN_SHARE * letters:
        return False
    return len(_SENTENCES.findall(block.text)) <= MOST_SENTENCES
