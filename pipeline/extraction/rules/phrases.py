"""Lines that are chrome by what they say, whole: labels of buttons, sections, notices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.cleaning.labels import Label, find_label, find_pattern
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason, reason_of

MOST_WORDS = 12
MOST_CHARS = 120

END = 0.8
"""Share of a page's blocks after which a copyright line is the page's own. Of 27 there that the score wanted, none was
in the gold text of the benchmark; of 24 before it, four were."""

_DATED = re.compile(r"©|\(c\)|\b(?:19|20)\d\d\b", re.IGNORECASE)


def certain_label(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A whole line that is never article text, in whatever place ("Report this page")."""
    return _reasons([(at, found) for at, found in _labels(outline, positions) if found.certain])


def label(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A whole line that mostly is chrome ("Comments"), where the score thinks so too."""
    return _reasons(_labels(outline, positions))


def pattern(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A short line of a known form ("© 2026 …", "Page 2 of 7")."""
    blocks = outline.blocks
    short = [(at, text) for at in positions if len(text := blocks[at].text) <= MOST_CHARS]
    return _reasons([(at, found) for at, text in short if (found := find_pattern(text)) is not None])


def copyright_at_end(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A copyright line with its sign or year among the last blocks of the page."""
    blocks = outline.blocks
    last = [at for at in positions if at >= END * len(blocks) and _DATED.search(blocks[at].text)]
    return [(at, reason) for at, reason in pattern(outline, last) if reason is Reason.COPYRIGHT_FOOTER]


def _labels(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Label]]:
    folded, words = outline.folded, outline.words
    return [
        (at, found) for at in positions if words[at] <= MOST_WORDS and (found := find_label(folded[at])) is not None
    ]


def _reasons(found: list[tuple[int, Label]]) -> list[tuple[int, Reason]]:
    return [(at, reason) for at, line in found if (reason := reason_of(line.block_class)) is not None]
