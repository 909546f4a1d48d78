"""Tree to blocks: one walk. After this nobody sees the tree.

A block ends where a block-level element begins or ends, and at a line break; inline markup is kept as spans over
its text.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from pipeline.block import Block, Container, Markup, Segments, Span
from pipeline.extraction.parse import Tree

# https://html.spec.whatwg.org/multipage/rendering.html, flow content and tables: what browsers set on lines of its own
BLOCK_LEVEL = frozenset(
    "html body address article aside blockquote button caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav "
    "noframes ol optgroup p plaintext pre search section select summary table tbody td textarea tfoot th thead tr "
    "ul xmp".split()
)
WITHOUT_TEXT = frozenset(
    "head script style template svg iframe object canvas noscript audio video map datalist".split()
)
"""Elements whose text is never shown. (``head`` is read by ``signals``.)"""

_INLINE = {
    "a": Markup.LINK,
    "b": Markup.STRONG,
    "strong": Markup.STRONG,
    "i": Markup.EMPHASIS,
    "em": Markup.EMPHASIS,
    "cite": Markup.EMPHASIS,
    "code": Markup.CODE,
    "kbd": Markup.CODE,
    "samp": Markup.CODE,
    "tt": Markup.CODE,
}
_NAMED = frozenset({"class", "id", "role", "itemprop", "aria-label", "rel", "data-testid"})
_HIDING = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")
_PREFORMATTED = frozenset({"pre", "textarea", "xmp", "listing", "plaintext"})
_NAMED_INLINE = frozenset({"span", "time", "small", "label", "font", "address"})
MAX_NAMES = 200
"""Characters kept of an element's names: generated class lists run to thousands and say nothing more."""


# an open element: itself, what it does to the text in it, and the container, tag and hiding to go back to
_Open = tuple[LexborNode, str, int, str, bool]


class _Walk:
    """The state of one walk: the block being gathered, the inline elements that are open, and what is finished."""

    __slots__ = (
        "blocks",
        "container",
        "containers",
        "count",
        "first",
        "hidden",
        "inline",
        "length",
        "line",
        "names",
        "pieces",
        "space",
        "spans",
        "tag",
    )

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.containers: list[Container] = []
        self.container = 0
        self.tag = "body"
        self.hidden = False
        self.count = 0  # text nodes seen
        self.inline: list[tuple[int, Markup, str]] = []  # open inline markup: start in the block, kind, target
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
        """Append a text node, its white space folded as browsers do."""
        self.count += 1
        if text.isspace():
            self.space = True
            return
        folded = " ".join(text.split())
        if not self.length:
            self.first = self.count - 1
        elif self.space or text[0].isspace():
            self.pieces.append(" ")
            self.length += 1
        self.pieces.append(folded)
        self.length += len(folded)
        self.space = text[-1].isspace()

    def verbatim(self, text: str) -> None:
        """Append a text node of preformatted text as it is."""
        self.count += 1
        if not self.length:
            self.first = self.count - 1
        self.pieces.append(text)
        self.length += len(text)

    def skip(self, _text: str) -> None:
        """A text node that is never shown: it counts, that is all."""
        self.count += 1

    def open_inline(self, markup: Markup, target: str) -> None:
        """Inline markup begins: at the next piece, so white space before it stays outside."""
        start = self.length + 1 if self.space and self.length else self.length
        self.inline.append((start, markup, target))

    def close_inline(self) -> None:
        """The innermost inline markup ends."""
        start, markup, target = self.inline.pop()
        if self.length > start:
            self.spans.append(Span(start, self.length, markup, target))

    def flush(self, *, line: bool = False) -> None:
        """The block ends. Inline markup that is still open goes on in the next one."""
        if not self.length and not self.inline and not self.names:
            self.space = False
            self.line = self.line and line
            return
        if self.length:
            for start, markup, target in self.inline:
                if self.length > start:
                    self.spans.append(Span(start, self.length, markup, target))
            text = "".join(self.pieces)
            if self.tag in _PREFORMATTED:
                text, self.spans = _trim(text, self.spans)
            if text:
                names = " ".join(self.names)[:MAX_NAMES]
                self.blocks.append(
                    Block(
                        len(self.blocks),
                        text,
                        self.tag,
                        self.container,
                        tuple(self.spans),
                        (self.first, self.count),
                        self.hidden,
                        self.line,
                        names,
                    )
                )
        if self.inline:
            self.inline = [(0, markup, target) for _, markup, target in self.inline]
        self.start_block(line=line)


_TAKE = {
    "block": _Walk.text,
    "inline": _Walk.text,
    "none": _Walk.text,
    "option": _Walk.text,
    "verbatim": _Walk.verbatim,
    "inline-verbatim": _Walk.verbatim,
    "skip": _Walk.skip,
}
"""What becomes of a text node, by the effect of the element around it."""


def segment(tree: Tree) -> Segments:
    """Cut a parsed page into blocks, in document order; linear in its nodes."""
    body = tree.lexbor.body
    if body is None:
        return Segments((), ())
    walk = _Walk()
    walk.containers.append(Container(-1, "body", _names(body.attributes), 0))
    stack: list[_Open] = [(body, "block", 0, "body", False)]
    node = body.child
    effect = "block"
    after_text = False  # two text nodes side by side count as one
    while True:
        if node is None:  # the innermost open element ends
            if len(stack) == 1:
                break
            node = _leave(walk, stack).next
            effect = stack[-1][1]
            after_text = False
            continue
        tag = node.tag
        if tag == "-text":
            walk.count -= after_text
            after_text = True
            _TAKE[effect](walk, node.text_content or "")
            node = node.next
        elif tag is None or tag[0] in "-!":  # a comment, a doctype
            after_text = False
            node = node.next
        else:
            after_text = False
            _enter(walk, stack, node, tag, effect)
            effect = stack[-1][1]
            node = node.child
    walk.flush()
    return Segments(tuple(walk.blocks), tuple(walk.containers))


def _enter(walk: _Walk, stack: list[_Open], node: LexborNode, tag: str, effect: str) -> None:
    """An element opens: a new block, inline markup, or nothing."""
    back = (walk.container, walk.tag, walk.hidden)
    if effect == "skip" or tag in WITHOUT_TEXT:
        walk.space = True  # a drawing between two words parts them
        stack.append((node, "skip", *back))
    elif tag == "br":
        if effect == "verbatim":
            walk.pieces.append("\n")
            walk.length += 1
        else:
            walk.flush(line=walk.length > 0)
        stack.append((node, "none", *back))
    elif tag in BLOCK_LEVEL:
        walk.flush()
        attributes = node.attributes
        if attributes:
            walk.hidden = walk.hidden or _hides(attributes)
        parent = walk.container
        walk.container = len(walk.containers)
        depth = walk.containers[parent].depth + 1
        walk.containers.append(Container(parent, tag, _names(attributes), depth, walk.hidden))
        walk.tag = tag
        stack.append((node, "verbatim" if tag in _PREFORMATTED else "block", *back))
    elif tag == "option":
        walk.space = True
        stack.append((node, "option", *back))
    elif tag in _INLINE:
        attributes = node.attributes
        walk.open_inline(_INLINE[tag], (attributes.get("href") or "") if tag == "a" else "")
        if attributes and ("class" in attributes or "rel" in attributes):
            walk.names.append(_names(attributes))
        stack.append((node, "inline-verbatim" if "verbatim" in effect else "inline", *back))
    else:
        if tag in _NAMED_INLINE or "-" in tag:
            walk.names.append(f"{tag} {_names(node.attributes)}" if node.attributes else tag)
        stack.append((node, "verbatim" if "verbatim" in effect else "none", *back))


def _leave(walk: _Walk, stack: list[_Open]) -> LexborNode:
    """The innermost open element closes, and is given back."""
    node, effect, container, tag, hidden = stack.pop()
    if effect in {"inline", "inline-verbatim"}:
        walk.close_inline()
    elif walk.container != container:
        walk.flush()
        walk.container, walk.tag, walk.hidden = container, tag, hidden
    return node


def _names(attributes: dict[str, str | None]) -> str:
    """What an element is called: class, id and the like, lower case."""
    if not attributes:
        return ""
    return " ".join([value for name, value in attributes.items() if value and name in _NAMED])[:MAX_NAMES].lower()


def _hides(attributes: dict[str, str | None]) -> bool:
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
