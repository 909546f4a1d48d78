"""Blocks that the site's profile knows from its other pages."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason


def repeated(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """The same text stands on other pages of the site, digits and all, and here outside the main text's container.

    On the benchmark's sites all repeated blocks outside that container were outside the gold text, of those inside it
    half (``bench/profiles.py``): a series' headings, an agency's name, a paper's own rules.
    """
    if not outline.repeated:
        return []
    folded, inside = outline.folded, outline.in_main
    return [(at, Reason.REPEATED_ON_SITE) for at in positions if folded[at] in outline.repeated and not inside[at]]
