"""Blocks that the site's profile knows from its other pages."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason


def repeated(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """The same text stands on other pages of the site (``SiteProfile.repeated``, digits and all)."""
    if not outline.repeated:
        return []
    return [(at, Reason.REPEATED_ON_SITE) for at in positions if outline.folded[at] in outline.repeated]
