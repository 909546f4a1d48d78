"""Blocks that stand where the page's furniture stands."""

from __future__ import annotations

from pipeline.block import Block
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason


def landmark(block: Block, outline: Outline) -> Reason | None:
    """In ``nav``, ``footer`` or the page's own ``header`` (HTML standard, sections and landmarks)."""
    within = outline.within[block.container]
    if "nav" in within:
        return Reason.NAVIGATION
    if "footer" in within and "article" not in within:
        return Reason.COPYRIGHT_FOOTER
    if "header" in within and not ({"article", "main"} & within):
        return Reason.NAVIGATION
    return None


def before_or_after(block: Block, outline: Outline) -> Reason | None:
    """Mostly links, and before the first or after the last running text: the menus around an article."""
    first, last = outline.span
    if block.link_density < 0.5 or last < 0:
        return None
    if block.position < first:
        return Reason.NAVIGATION
    return Reason.RELATED_LINKS if block.position > last else None
