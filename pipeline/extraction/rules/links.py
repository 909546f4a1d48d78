"""Blocks that are links and little else."""

from __future__ import annotations

from pipeline.block import Block
from pipeline.extraction.outline import Outline
from pipeline.verdict import Reason

ALL_LINKS = 0.8
"""Link density from which a block is a link with some punctuation around it."""

RUN = 3
"""So many linked blocks side by side are a list of links."""


def link_list(block: Block, outline: Outline) -> Reason | None:
    """One of several neighbouring blocks that are nearly all link."""
    if block.link_density < ALL_LINKS:
        return None
    run = 1
    for step in (-1, 1):
        position = block.position + step
        while run < RUN and 0 <= position < len(outline.blocks):
            if outline.blocks[position].link_density < ALL_LINKS:
                break
            run += 1
            position += step
    return Reason.RELATED_LINKS if run >= RUN else None
