"""Lines that are chrome by what they say, whole: labels of buttons, sections, notices."""

from __future__ import annotations

from pipeline.block import Block
from pipeline.cleaning.labels import find_label, find_pattern
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason, reason_of

MOST_WORDS = 12
MOST_CHARS = 120


def certain_label(block: Block, outline: Outline) -> Reason | None:
    """A whole line that is never article text, in whatever place ("Report this page")."""
    if outline.words[block.position] > MOST_WORDS:
        return None
    label = find_label(outline.folded[block.position])
    return reason_of(label.block_class) if label is not None and label.certain else None


def label(block: Block, outline: Outline) -> Reason | None:
    """A whole line that mostly is chrome ("Comments"), where the score thinks so too."""
    if outline.words[block.position] > MOST_WORDS:
        return None
    found = find_label(outline.folded[block.position])
    return reason_of(found.block_class) if found is not None else None


def pattern(block: Block, _outline: Outline) -> Reason | None:
    """A short line of a known form ("© 2026 …", "Page 2 of 7")."""
    if len(block.text) > MOST_CHARS:
        return None
    found = find_pattern(block.text)
    return reason_of(found.block_class) if found is not None else None
