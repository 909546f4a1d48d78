"""Tree to blocks: one walk. After this nobody sees the tree.

A block ends where a block-level element begins or ends, and at a line break; inline markup is kept as spans over
its text.
"""

from __future__ import annotations

from enum import Enum

from selectolax.lexbor import LexborNode

from pipeline.block import Markup, Segments
from pipeline.extraction.gathering import PREFORMATTED, Gathering, Place, names_of
from pipeline.extraction.parse import FOREIGN_OBJECT, Tree

# https://html.spec.whatwg.org/multipage/rendering.html, flow content and tables: what browsers set on lines of its own
BLOCK_LEVEL = frozenset(
    "html body address article aside blockquote button caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav "
    "noframes ol optgroup p plaintext pre search section select summary table tbody td textarea tfoot th thead tr "
    "ul xmp".split()
) | {FOREIGN_OBJECT}
WITHOUT_TEXT = frozenset("head script style template svg iframe object canvas noscript audio video datalist".split())
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
_NAMED_INLINE = frozenset({"span", "time", "small", "label", "font", "address"})


class _Effect(Enum):
    """What becomes of the text in an element."""

    FOLD = "white space folded, as browsers do"
    KEEP = "kept as it is"
    KEEP_INLINE = "kept as it is, within inline markup"
    SKIP = "never shown: it counts, that is all"


class _Kind(Enum):
    """What an element does to the blocks."""

    BLOCK = "a block ends where it begins and where it ends"
    BREAK = "a block ends"
    INLINE = "its text gets a span"
    NAMED = "its names are the block's"
    OPTION = "parts words"
    SKIP = "parts words, and its text is never shown"
    PLAIN = "nothing"


# of those that stand in two sets the later holds
_KINDS = {
    **dict.fromkeys(_NAMED_INLINE, _Kind.NAMED),
    **dict.fromkeys(_INLINE, _Kind.INLINE),
    "option": _Kind.OPTION,
    **dict.fromkeys(BLOCK_LEVEL, _Kind.BLOCK),
    "br": _Kind.BREAK,
    **dict.fromkeys(WITHOUT_TEXT, _Kind.SKIP),
}
_FOLD, _KEEP, _KEEP_INLINE, _SKIP = _Effect
_BLOCK, _BREAK, _INLINE_KIND, _NAMED_KIND, _OPTION, _SKIPPED, _PLAIN = _Kind


def segment(tree: Tree) -> Segments:
    """Cut a parsed page into blocks, in document order; linear in its nodes."""
    body = tree.lexbor.body
    if body is None:
        return Segments((), ())
    gathering = Gathering(names_of(body.attributes))
    _go_through(body, gathering)
    return gathering.segments()


def _go_through(body: LexborNode, page: Gathering) -> None:
    """Visit every node below ``body`` in document order."""
    # open elements, each with what is done to text around it, and where its end leads back to
    stack: list[tuple[LexborNode, _Effect, Place | _Kind]] = []
    node = body.child
    effect = _FOLD
    after_text = False  # two text nodes side by side count as one
    while True:
        if node is None:  # the innermost open element ends
            if not stack:
                return
            node, effect, end = stack.pop()
            if isinstance(end, tuple):
                page.close_block(end)
            elif end is _INLINE_KIND:
                page.close_inline()
            node = node.next
            after_text = False
            continue
        tag = node.tag or "-"
        if tag == "-text":
            page.count += not after_text
            after_text = True
            text = node.text_content or ""
            if effect is _FOLD:
                if text.isspace():
                    page.space = True
                else:
                    page.text(text)
            elif effect is not _SKIP:
                page.verbatim(text)
            node = node.next
            continue
        after_text = False
        if tag[0] in "-!":  # a comment, a doctype
            node = node.next
            continue
        end = kind = _KINDS.get(tag, _PLAIN)
        inner = effect
        if (effect is _SKIP or kind is _SKIPPED) and tag != FOREIGN_OBJECT:
            page.space = True  # a drawing between two words parts them
            inner, end = _SKIP, _PLAIN
        elif kind is _BLOCK:
            end = page.place
            page.open_block(tag, node.attributes)
            inner = _KEEP if tag in PREFORMATTED else _FOLD
        elif kind is _BREAK:
            page.break_line(verbatim=effect is _KEEP)
        else:
            inner = _enter_inline(page, node, tag, kind, effect)
        child = node.child
        if child is not None:
            stack.append((node, effect, end))
            effect, node = inner, child
            continue
        if isinstance(end, tuple):
            page.close_block(end)
        elif end is _INLINE_KIND:
            page.close_inline()
        node = node.next


def _enter_inline(page: Gathering, node: LexborNode, tag: str, kind: _Kind, effect: _Effect) -> _Effect:
    """An element opens within a block; what becomes of the text in it."""
    if kind is _INLINE_KIND:
        attributes = node.attributes
        page.open_inline(_INLINE[tag], (attributes.get("href") or "") if tag == "a" else "")
        if attributes and ("class" in attributes or "rel" in attributes):
            page.names.append(names_of(attributes))
        return _FOLD if effect is _FOLD else _KEEP_INLINE
    if kind is _OPTION:
        page.space = True
        return _FOLD
    if kind is _NAMED_KIND or "-" in tag:
        attributes = node.attributes
        page.names.append(f"{tag} {names_of(attributes)}" if attributes else tag)
    return _FOLD if effect is _FOLD else _KEEP
