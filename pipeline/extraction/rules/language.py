"""Lines in another writing system than the article's."""

from __future__ import annotations

import re

from pipeline.block import Block
from pipeline.cleaning.scripts import letters_by_script
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

FOREIGN_SHARE = 0.7
"""Share of letters in another script from which a line is foreign; names and terms in brackets stay below it."""

FEWEST_LETTERS = 12
MOST_SENTENCES = 2
_SENTENCES = re.compile(r"[.!?؟][\"'”»]*(?:\s|$)|[。！？]")  # in Chinese and Japanese no blank follows
_QUOTED = ("«", "“", "„", '"', "「", "『")


def foreign_line(block: Block, outline: Outline) -> Reason | None:
    """A short line of another script in the body: scraped navigation. A quotation, or a passage of sentences, stays.

    Latin letters are foreign nowhere: names, titles and terms in them stand in texts of every script.
    """
    if not outline.scripts or block.text.isascii() or not outline.in_main[block.position]:
        return None
    if block.text.startswith(_QUOTED) or block.tag in {"blockquote", "pre", "code"}:
        return None
    counts = letters_by_script(block.text)
    letters = sum(counts.values())
    foreign = sum(count for name, count in counts.items() if name not in outline.scripts and name != "latin")
    if letters < FEWEST_LETTERS or foreign < FOREIGN_SHARE * letters:
        return None
    return Reason.FOREIGN_LANGUAGE_INSERT if len(_SENTENCES.findall(block.text)) <= MOST_SENTENCES else None
