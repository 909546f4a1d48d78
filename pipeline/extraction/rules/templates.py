"""Known boilerplate, also where a synonym spinner has reworded it."""

from __future__ import annotations

from pipeline.block import Block
from pipeline.cleaning.boilerplate import match
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason, reason_of

FEWEST_WORDS = 4
NOTICE_WORDS = 10
NOTICE_LINKS = 0.5


def boilerplate(block: Block, outline: Outline) -> Reason | None:
    """A notice, banner or disclaimer of the template library (contentfarm taxonomy, section 5)."""
    if outline.words[block.position] < FEWEST_WORDS:
        return None
    return _reason(block)


def notice(block: Block, outline: Outline) -> Reason | None:
    """A text of the template library, asked only where it may be a notice: the library costs 70 µs a block."""
    if outline.words[block.position] < NOTICE_WORDS or block.link_density > NOTICE_LINKS:
        return None
    return _reason(block)


def _reason(block: Block) -> Reason | None:
    found = match(block.text)
    return reason_of(found.block_class) if found is not None else None
