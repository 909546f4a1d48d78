"""The lines of text around the headline: where bylines and datelines stand."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from pipeline.block import Block, Segments
from pipeline.extraction.metadata.wordings import key

BEFORE = 4
AFTER = 14
MAX_LINE = 400
MAX_SHORT = 120
MAX_TAIL = 150
MAX_BELOW = 250
MAX_SIGNED = 80
MAX_REST = 120
_TITLE_TAGS = frozenset({"h1", "h2", "h3"})
_DIGIT = re.compile(r"\d")


class Lines(NamedTuple):
    """The page's texts as seen from its headline; ``place`` is the headline's block, ``None`` where no block is it."""

    blocks: tuple[Block, ...]
    place: int | None

    def near(self) -> tuple[str, ...]:
        """What follows the headline, then what stands right before it; without a headline the top of the page."""
        if self.place is None:
            return tuple(block.text[:MAX_LINE] for block in self.blocks[: BEFORE + AFTER])
        after = [block.text[:MAX_LINE] for block in self.blocks[self.place + 1 : self.place + 1 + AFTER]]
        before = [block.text[:MAX_LINE] for block in reversed(self.blocks[max(0, self.place - BEFORE) : self.place])]
        return tuple(after + before)

    def rest(self) -> tuple[str, ...]:
        """The short texts with a digit further down, then those further up."""
        if self.place is None:
            return _short(self.blocks[BEFORE + AFTER :])
        return _short(self.blocks[self.place + 1 + AFTER :]) + _short(self.blocks[: max(0, self.place - BEFORE)])

    def below(self) -> tuple[str, ...]:
        """The short texts further down, where an author may sign."""
        if self.place is None:
            return ()
        below = self.blocks[self.place + 1 + AFTER : self.place + MAX_BELOW]
        return tuple(block.text for block in below if len(block.text) <= MAX_SIGNED)

    def ends(self) -> tuple[str, ...]:
        """The beginnings and ends of the texts below the headline: where Chinese bylines stand."""
        below = self.blocks[self.place + 1 if self.place is not None else 0 :][:MAX_TAIL]
        return tuple(b.text if len(b.text) <= 80 else f"{b.text[:40]} … {b.text[-40:]}" for b in below)


def _short(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    found = (block.text for block in blocks if len(block.text) <= MAX_SHORT and _DIGIT.search(block.text))
    return tuple(islice(found, MAX_REST))


def read_lines(segments: Segments, title: str | None) -> Lines:
    """Find the headline: a heading with the title's words, else the first h1, else any block with those words."""
    wanted = key(title or "")
    initial = (title or "")[:1].casefold()
    heading: int | None = None
    other: int | None = None
    for place, block in enumerate(segments.blocks):
        if heading is None and block.tag == "h1":
            heading = place
        if wanted and block.text[:1].casefold() == initial and len(block.text) < 600 and key(block.text) == wanted:
            if block.tag in _TITLE_TAGS:
                return Lines(segments.blocks, place)
            other = place if other is None else other
    return Lines(segments.blocks, heading if heading is not None else other)
