"""Blocks that the site's profile knows from its other pages."""

from __future__ import annotations

from pipeline.block import Block
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason


def repeated(block: Block, outline: Outline) -> Reason | None:
    """The same text stands on other pages of the site (``SiteProfile.repeated``, digits and all)."""
    if not outline.repeated or outline.folded[block.position] not in outline.repeated:
        return None
    return Reason.REPEATED_ON_SITE
