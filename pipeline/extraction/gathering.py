"""What a walk through a page gathers: elements and texts come in page order, blocks and containers go out.

``segment`` goes through the tree and says what stands there; nothing here sees the tree.
"""

from __future__ import annotations

from itertools import repeat

from pipeline.block import Block, Container, Markup, Segments, Span

Attributes = dict[str, str | None]

_NAMED = frozenset({"class", "id", "role", "itemprop", "aria-label", "rel", "data-testid"})
_HIDING = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")
PREFORMATTED = frozenset({"pre", "textarea", "xmp", "listing", "plaintext"})
MAX_NAMES = 200
"""Characters kept of an element's names: generated class lists run to thousands and say nothing more."""

MAX_OPEN_INLINE = 100
"""Inline elements in one another that get spans. Each of them has one in every block below it, and a page may leave
thousands open: 1,200 around as many blocks took 1.3 s."""

_make = tuple.__new__
"""A named tuple from a bare one: a third of the cost of calling its class, which takes the fields one by one."""

# where a block-level element stands: the container, tag, hiding and depth to go back to at its end
Place = tuple[int, str, bool, int]


class Gathering:
    """The state of one walk: the block being gathered, the inline elements that are open, and what is finished.

    ``segment`` counts the text nodes in ``count``, says in ``space`` that white space is owed before the next piece,
    and adds the names of inline elements to ``names``; all else the methods do. Finished blocks and containers are
    bare tuples of their fields: that halves the cost of making them.
    """

    __slots__ = (
        "blocks",
        "containers",
        "count",
        "deeper",
        "first",
        "inline",
        "length",
        "line",
        "names",
        "pieces",
        "place",
        "space",
        "spans",
    )

    def __init__(self, names: str) -> None:
        self.blocks: list[tuple[int, str, str, int, tuple[Span, ...], tuple[int, int], bool, bool, str]] = []
        self.containers: list[tuple[int, str, str, int, bool]] = [(-1, "body", names, 0, False)]
        self.place: Place = (0, "body", False, 0)
        self.count = 0  # text nodes seen
        self.inline: list[tuple[int, Markup, str]] = []  # open inline markup: start in the block, kind, target
        self.deeper = 0  # open inline elements beyond those
        self.start_block(line=False)

    def start_block(self, *, line: bool) -> None:
        """Begin to gather a new block."""
        self.pieces: list[str] = []
        self.names: list[str] = []
        self.spans: list[Span] = []
        self.length = 0
        self.space = False  # white space is owed before the next piece
        self.line = line
        self.first = self.count

    def text(self, text: str) -> None:
        """Append a text node that is not only white space, folded as browsers do."""
        folded = " ".join(text.split())
        length = self.length
        if not length:
            self.first = self.count - 1
        elif self.space or text[0].isspace():
            self.pieces.append(" ")
            length += 1
        self.pieces.append(folded)
        self.length = length + len(folded)
        self.space = text[-1].isspace()

    def verbatim(self, text: str) -> None:
        """Append a text node of preformatted text as it is."""
        if not self.length:
            self.first = self.count - 1
        self.pieces.append(text)
        self.length += len(text)

    def break_line(self, *, verbatim: bool) -> None:
        """A line break ends the block, or is a character of preformatted text."""
        if verbatim:
            self.pieces.append("\n")
            self.length += 1
        else:
            self.flush(line=self.length > 0)

    def open_block(self, tag: str, attributes: Attributes) -> None:
        """A block-level element begins: a container of its own, known as the last of ``containers``."""
        if self.length or self.inline or self.names:
            self.flush()
        else:
            self.space = self.line = False
        container, _, hidden, depth = self.place
        names = ""
        if attributes:
            hidden = hidden or _hides(attributes)
            names = names_of(attributes)
        number = len(self.containers)
        self.containers.append((container, tag, names, depth + 1, hidden))
        self.place = (number, tag, hidden, depth + 1)

    def close_block(self, place: Place) -> None:
        """A block-level element ends."""
        if self.length or self.inline or self.names:
            self.flush()
        else:
            self.space = self.line = False
        self.place = place

    def open_inline(self, markup: Markup, target: str) -> None:
        """Inline markup begins: at the next piece, so white space before it stays outside."""
        if len(self.inline) >= MAX_OPEN_INLINE:
            self.deeper += 1
            return
        start = self.length + 1 if self.space and self.length else self.length
        self.inline.append((start, markup, target))

    def close_inline(self) -> None:
        """The innermost inline markup ends."""
        if self.deeper:
            self.deeper -= 1
            return
        start, markup, target = self.inline.pop()
        if self.length > start:
            self.spans.append(_make(Span, (start, self.length, markup, target)))

    def segments(self) -> Segments:
        """All that was gathered; the page is at its end."""
        self.flush()
        containers = tuple(map(_make, repeat(Container), self.containers))
        return Segments(tuple(map(_make, repeat(Block), self.blocks)), containers)

    def flush(self, *, line: bool = False) -> None:
        """The block ends. Inline markup that is still open goes on in the next one."""
        length = self.length
        if not length and not self.inline and not self.names:
            self.space = False
            self.line = self.line and line
            return
        if length:
            for start, markup, target in self.inline:
                if length > start:
                    self.spans.append(_make(Span, (start, length, markup, target)))
            text = "".join(self.pieces)
            container, tag, hidden, _ = self.place
            if tag in PREFORMATTED:
                text, self.spans = _trim(text, self.spans)
            if text:
                names = " ".join(self.names)[:MAX_NAMES] if self.names else ""
                nodes = (self.first, self.count)
                number = len(self.blocks)
                self.blocks.append((number, text, tag, container, tuple(self.spans), nodes, hidden, self.line, names))
        if self.inline:
            self.inline = [(0, markup, target) for _, markup, target in self.inline]
        self.start_block(line=line)


def names_of(attributes: Attributes) -> str:
    """What an element is called: class, id and the like, lower case."""
    names = ""
    for name, value in attributes.items():
        if value and name in _NAMED:
            names = f"{names} {value}" if names else value
    return names[:MAX_NAMES].lower()


def _hides(attributes: Attributes) -> bool:
    """The element says by itself that it is not shown (style sheets are not read)."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and any(hiding in style.lower() for hiding in _HIDING)


def _trim(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Preformatted text without its blank first and last lines; spans moved with it."""
    kept = text.strip("\r\n").rstrip()
    if not kept.strip():
        return "", []
    cut = len(text) - len(text.lstrip("\r\n"))
    moved = [Span(max(s.start - cut, 0), min(s.end - cut, len(kept)), s.markup, s.target) for s in spans]
    return kept, [span for span in moved if span.end > span.start]
