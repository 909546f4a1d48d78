"""Blocks: what a page is cut into, once. After this nobody sees the tree.

``Block``, ``Span`` and ``Container`` are named tuples and not dataclasses because a page makes hundreds of
them: a frozen dataclass costs three times as much to build (see docs/decisions.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Markup(StrEnum):
    """Inline markup that survives into Markdown and into the features."""

    LINK = "link"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    CODE = "code"


class Span(NamedTuple):
    """Inline markup over ``text[start:end]`` of a block. ``target`` is the link's href as found, else empty."""

    start: int
    end: int
    markup: Markup
    target: str = ""


class Container(NamedTuple):
    """An element that holds blocks, from the root down; known by its place in ``Segments.containers``.

    ``parent`` is the place of the enclosing container (-1 for the root, always less than the container's own);
    ``tag`` the element's name; ``names`` its class, id, role, itemprop and aria-label in lower case, joined by
    blanks; ``depth`` the distance from the root; ``hidden`` says that it or what encloses it is hidden by its markup.
    """

    parent: int
    tag: str
    names: str
    depth: int
    hidden: bool = False


class Block(NamedTuple):
    """A run of text between block-level tags.

    ``text`` has its white space folded (line breaks and indentation stay in ``pre``). ``tag`` is the nearest
    block-level element. ``container`` indexes ``Segments.containers`` (the element that holds the text).
    ``nodes`` is the half-open range of text nodes, counted over the parsed page in document order, that the
    block is made of; it lets ``view`` mark the block in the page itself. ``hidden`` says that the page's markup
    hides it, ``line`` that it follows the block before after a single line break, as a line of the same paragraph.
    ``names`` are the names of the inline elements in it (``time``, a link's class …), lower case, joined by blanks.
    """

    position: int
    text: str
    tag: str
    container: int
    spans: tuple[Span, ...] = ()
    nodes: tuple[int, int] = (0, 0)
    hidden: bool = False
    line: bool = False
    names: str = ""

    @property
    def link_chars(self) -> int:
        """Characters of ``text`` that stand inside links.

        >>> Block(0, "Read more here", "p", 0, (Span(5, 9, Markup.LINK, "/x"),)).link_chars
        4
        """
        return sum(span.end - span.start for span in self.spans if span.markup is Markup.LINK)

    @property
    def link_density(self) -> float:
        """Share of ``text`` inside links, 0 to 1."""
        return self.link_chars / len(self.text) if self.text else 0.0


class Segments(NamedTuple):
    """A page cut up: blocks in document order, and the containers that hold them."""

    blocks: tuple[Block, ...]
    containers: tuple[Container, ...]
