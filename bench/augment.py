"""Pages made unlike themselves, so that the network learns structure and not the habits of one decade.

A variant has fewer words of chrome, a shorter article, readers' comments under it, or the markup of an older time:
layout tables, no names, lines instead of paragraphs. Labels go along by block.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.comments import with_comments
from pipeline.block import Block, Container, Markup, Segments, Span

_MEANING = frozenset(
    "article aside figure figcaption footer header hgroup main nav section details summary address".split()
)


def variant(
    segments: Segments, share: np.ndarray, rng: np.random.Generator, voices: Sequence[str] = (), *, whole: bool = False
) -> tuple[Segments, np.ndarray]:
    """A changed copy of a page and its labels; at least one block stays.

    ``voices`` are paragraphs of other pages: where they are given, the page gets comments made of them. ``whole``
    pages only change their markup: of a listing or a shop what repeats is the content, and a part is another page.
    """
    if voices:
        segments, share = with_comments(segments, share, voices, rng)
    keep = np.ones(len(share), bool)
    if not whole and rng.random() < 0.6:
        keep &= _without_subtrees(segments, share, rng)
    if not whole and rng.random() < 0.5:
        keep &= _shorter(share, rng)
    if not keep.any():
        keep[:] = True
    aged = _aged(segments, rng) if rng.random() < 0.5 else segments
    return _select(aged, keep), share[keep]


def _ancestors(segments: Segments, container: int) -> list[int]:
    chain = []
    while container >= 0:
        chain.append(container)
        container = segments.containers[container].parent
    return chain


def _without_subtrees(segments: Segments, share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Leave out some containers that hold nothing of the article."""
    clean = np.ones(len(segments.containers), bool)
    chains = [_ancestors(segments, block.container) for block in segments.blocks]
    for chain, value in zip(chains, share, strict=True):
        if value > 0.2:
            clean[chain] = False
    rate = rng.uniform(0.02, 0.3)
    gone = clean & (rng.random(len(clean)) < rate)
    return np.array([not gone[chain].any() for chain in chains])


def _shorter(share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Keep only some blocks of the article: from its beginning, or here and there."""
    body = np.flatnonzero(share > 0.5)
    keep = np.ones(len(share), bool)
    if body.size < 4:
        return keep
    left = int(rng.integers(1, max(2, body.size // 2)))
    start = 0 if rng.random() < 0.6 else int(rng.integers(0, body.size - left + 1))
    keep[body] = False
    keep[body[start : start + left]] = True
    return keep


def _aged(segments: Segments, rng: np.random.Generator) -> Segments:
    """The page as it would have been made twenty years ago."""
    old = dict.fromkeys(_MEANING, "div")
    if rng.random() < 0.6:
        box = str(rng.choice(["td", "div", "center"]))
        old |= {"div": box} | dict.fromkeys(_MEANING, box)
    lines = rng.random() < 0.5
    if lines:
        old["p"] = str(rng.choice(["div", "td"]))
    if rng.random() < 0.4:
        old |= {f"h{level}": "div" for level in range(1, 7)}
    if rng.random() < 0.3:
        old |= {"ul": "div", "ol": "div", "li": "div"}
    nameless = rng.random()
    containers = tuple(
        Container(c.parent, old.get(c.tag, c.tag), "" if rng.random() < nameless else c.names, c.depth, c.hidden)
        for c in segments.containers
    )
    blocks = []
    for i, b in enumerate(segments.blocks):
        spans = b.spans
        if b.tag[0] == "h" and old.get(b.tag) == "div" and len(b.tag) == 2 and b.tag != "hr":
            spans = (*spans, Span(0, len(b.text), Markup.STRONG))
        line = b.line or (lines and b.tag == "p" and i > 0 and segments.blocks[i - 1].tag == "p")
        names = "" if rng.random() < nameless else b.names
        blocks.append(
            Block(b.position, b.text, old.get(b.tag, b.tag), b.container, spans, b.nodes, b.hidden, line, names)
        )
    return Segments(tuple(blocks), containers)


def _select(segments: Segments, keep: np.ndarray) -> Segments:
    blocks = [b for b, kept in zip(segments.blocks, keep, strict=True) if kept]
    return Segments(tuple(b._replace(position=i) for i, b in enumerate(blocks)), segments.containers)
