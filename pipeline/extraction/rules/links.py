"""Blocks that are links and little else."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

ALL_LINKS = 0.8
"""Link density from which a block is a link with some punctuation around it."""

RUN = 3
"""So many linked blocks side by side are a list of links."""


def link_list(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """One of several neighbouring blocks that are nearly all link."""
    return [(at, Reason.RELATED_LINKS) for at in positions if _all_link(outline, at) and _in_run(outline, at)]


def _all_link(outline: Outline, at: int) -> bool:
    return outline.blocks[at].link_density >= ALL_LINKS


def _in_run(outline: Outline, at: int) -> bool:
    run = 1
    for step in (-1, 1):
        position = at + step
        while run < RUN and 0 <= position < len(outline.blocks) and _all_link(outline, position):
            run += 1
            position += step
    return run >= RUN
