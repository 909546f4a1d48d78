"""Blocks that the site's profile knows from its other pages."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason


def repeated(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """The same text stands on other pages of the site, digits and all, and here outside the main text's container.

    Of 83 blocks there that the score doubts one is in the gold text (``bench/profiles.py``). Inside the container three
    of 88 are, but with weights fitted before half were, on few sites: a series' headings, an agency's name.
    """
    if not outline.repeated:
        return []
    folded, inside = outline.folded, outline.in_main
    return [(at, Reason.REPEATED_ON_SITE) for at in positions if folded[at] in outline.repeated and not inside[at]]
