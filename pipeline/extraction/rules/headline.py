"""The headline stands once in the record, as its title; copies of it in the page go."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

NEARLY = 0.9
"""Share of words in common from which a block repeats the headline."""

LENGTHS = (0.6, 1.6)
"""Characters of a copy, as shares of the title's: a text with nine words in ten in common is about as long."""

FEWEST_WORDS = 2
"""A headline of one word says too little to know its copies by: an article on "Salt" may have a heading "Salt"."""


def repeats_title(folded: str, title: str) -> bool:
    """Both folded; the block is the title, but for a word in ten.

    >>> repeats_title("five facts about tides", "five facts about tides")
    True
    >>> repeats_title("five facts about tides explained", "tides")
    False
    """
    if not folded or not title:
        return False
    if folded == title:
        return True
    if not LENGTHS[0] * len(title) <= len(folded) <= LENGTHS[1] * len(title):
        return False  # most blocks: no need to count their words
    here, there = set(folded.split()), set(title.split())
    return len(here & there) >= NEARLY * len(here | there)


def repeated_headline(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A block that says the title again, other than the headline itself."""
    folded, title = outline.folded, outline.title
    shortest, longest = LENGTHS[0] * len(title), LENGTHS[1] * len(title)
    return [
        (at, Reason.DUPLICATE_HEADLINE)
        for at in positions
        if shortest <= len(folded[at]) <= longest
        and outline.words[at] >= FEWEST_WORDS
        and at != outline.headline
        and repeats_title(folded[at], title)
    ]
