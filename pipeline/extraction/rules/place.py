"""Blocks that stand where the page's furniture stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

LINKED = 0.5
"""Link density from which a block is mostly links."""


def landmark(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """In ``nav``, ``footer`` or the page's own ``header`` (HTML standard, sections and landmarks)."""
    blocks, within = outline.blocks, outline.within
    return [(at, reason) for at in positions if (reason := _landmark(within[blocks[at].container])) is not None]


@lru_cache(maxsize=4096)
def _landmark(within: frozenset[str]) -> Reason | None:
    if "nav" in within:
        return Reason.NAVIGATION
    if "footer" in within and "article" not in within:
        return Reason.COPYRIGHT_FOOTER
    if "header" in within and not ({"article", "main"} & within):
        return Reason.NAVIGATION
    return None


def before_or_after(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """Mostly links, and before the first or after the last running text: the menus around an article."""
    first, last = outline.span
    if last < 0:
        return []
    return [
        (at, Reason.NAVIGATION if at < first else Reason.RELATED_LINKS)
        for at in positions
        if (at < first or at > last) and outline.blocks[at].link_density >= LINKED
    ]
