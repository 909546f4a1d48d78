"""What a page says of itself: JSON-LD, meta elements, links, headlines, bylines and dates, as plain values.

One pass over the tree; after it the metadata modules need neither the tree nor the parser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from pipeline.extraction.embedded import Json, read_json
from pipeline.extraction.parse import Tree

MAX_MARKS = 150
"""More headlines and dates than this are teaser lists; the article's own stand early."""
MAX_LINKS = 200
MARK_CHARS = 400
META_CHARS = 5_000
MARK_NODES = 60
"""A mark's text is read over at most this many nodes: an element named "update-wrapper" may hold the whole page."""

# Few and cheap: what is a date or something else by its name alone is found in the blocks (metadata/marked.py),
# because to ask the tree for each element's class takes longer than to parse the page. Each substring costs 0.05 ms.
_MARKED = (
    ":is(h1,h2,time,[itemprop],[rel~='author'],[class*='uthor'],[class*='yline'],a[href*='/author'],a[href*='/autor'])"
)
_ENOUGH_METAS = 3
_NEVER = frozenset({"html", "body", "main", "img", "input", "form", "svg", "button", "article", "section"})
_LINE_BREAKS = frozenset({"br", "div", "p", "li", "h2", "h3"})
_MAX_ANCHORS = 12
# Where a byline or a date is somebody else's.
_ELSEWHERE = re.compile(
    r"foot|sidebar|comment|repl(?:y|ies)|respond|re(?:lated|commend|cent)|teaser|(?<!elementor-)widget|nav|menu|p(?:romo|opular)"
    r"|trending|more[-_]|[-_]more|latest|newsletter|carousel|copyright|read-?next|card-list|see-also|most[-_]"
).search
_ELSEWHERE_TAGS = frozenset({"footer", "aside", "nav", "figure", "figcaption"})
_HEADLINES = 3
"""What is around the first headlines holds the article, whatever it is called: "content-sidebar-wrap", "widget"."""


class Mark(NamedTuple):
    """An element that looks like a headline, a byline or a date.

    ``names`` is class, id and data-testid in lower case; ``text`` its text nodes, each folded, joined by newlines
    (headlines: on one line; at most ``MARK_CHARS``); ``anchors`` the texts of the links in it; ``value`` its
    ``datetime``, ``content`` or ``title`` attribute; ``href`` its own link; ``elsewhere`` says that a footer, comments,
    a teaser list or the like hold it, ``item`` is the ``itemtype`` of the nearest element around that has one, and
    ``near`` that it is known to stand right above or below the headline.
    """

    tag: str
    names: str = ""
    itemprop: str = ""
    rel: str = ""
    text: str = ""
    anchors: tuple[str, ...] = ()
    value: str = ""
    href: str = ""
    elsewhere: bool = False
    item: str = ""
    near: bool = False

    @property
    def line(self) -> str:
        """The text on one line."""
        return self.text.replace("\n", " ")


class Signals(NamedTuple):
    """Everything that the metadata needs of a page.

    ``metas`` are (key in lower case, content) pairs in page order, the key being ``property``, ``name``, ``itemprop``
    or ``http-equiv``; ``links`` are (rel, href) pairs of link elements.
    """

    json_ld: tuple[Json, ...] = ()
    metas: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    title: str = ""
    html_lang: str = ""
    marks: tuple[Mark, ...] = ()


def fold(text: str) -> str:
    r"""White space folded, ends stripped.

    >>> fold("  a \n b ")
    'a b'
    """
    return " ".join(text.split())


def read_signals(tree: Tree) -> Signals:
    """Read the page's signals. Total: what cannot be read is left out."""
    document = tree.lexbor
    head = document.head
    nodes = head.css(":is(meta,link)") if head else []
    if len(nodes) < _ENOUGH_METAS:  # an element that belongs in the body closes the head early
        nodes = document.css(":is(meta,link)")
    metas, links = _head(nodes)
    marks: list[Mark] = []
    _marks(document.css(_MARKED), marks, metas)
    title = document.css_first("title")
    html = document.css_first("html")
    language = html.attributes if html else {}
    return Signals(
        json_ld=tuple(read_json(script.text) for script in tree.scripts if script.linked_data),
        metas=tuple(metas),
        links=tuple(links),
        title=fold(title.text() or "")[:META_CHARS] if title else "",
        html_lang=language.get("lang") or language.get("xml:lang") or "",
        marks=tuple(marks),
    )


def _head(nodes: list[LexborNode]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    metas: list[tuple[str, str]] = []
    links: list[tuple[str, str]] = []
    for node in nodes:
        attributes = node.attributes
        if node.tag == "link":
            href = attributes.get("href")
            if href and "rel" in attributes and len(links) < MAX_LINKS:
                links.append(((attributes.get("rel") or "").lower(), href))
            continue
        # "value" is what some tools that save pages write
        content = attributes.get("content") or attributes.get("value")
        if not content:
            continue
        for kind in ("property", "name", "itemprop", "http-equiv"):
            key = attributes.get(kind)
            if key:
                metas.append((key.strip().lower(), content.strip()[:META_CHARS]))
    return metas, links


def _marks(nodes: list[LexborNode], marks: list[Mark], metas: list[tuple[str, str]]) -> None:
    """Elements to marks; microdata in meta elements of the body joins the metas."""
    places: dict[int, tuple[bool, str]] = {}
    of_headlines: dict[int, tuple[bool, str]] = {}
    around = _around_headlines(nodes)
    for node in nodes:
        tag = node.tag or ""
        if tag in _NEVER:
            continue
        attributes = node.attributes
        if tag in {"meta", "link"}:
            found = (f"{attributes.get('itemprop') or ''}".lower(), (attributes.get("content") or "")[:META_CHARS])
            if found[0] == "name":
                elsewhere, item = _place(node, places, around)
                marks.append(Mark(tag, itemprop="name", text=found[1][:MARK_CHARS], elsewhere=elsewhere, item=item))
            elif found[1] and found not in metas and not _place(node, places, around)[0]:
                metas.append(found)
            continue
        known = (of_headlines, _NOWHERE) if tag == "h1" else (places, around)
        marks.append(_mark(node, tag, attributes, *_place(node, *known)))
        if len(marks) >= MAX_MARKS:
            return


# Pure and asked again and again: the elements of a page share a few dozen class lists, and so do the pages of a site.
@lru_cache(maxsize=8192)
def is_elsewhere(tag: str, names: str) -> bool:
    """Whether an element of that tag and these names (class, id, role) holds what belongs to other articles.

    >>> is_elsewhere("footer", ""), is_elsewhere("div", "post-Comments"), is_elsewhere("div", "story")
    (True, True, False)
    """
    return tag in _ELSEWHERE_TAGS or _ELSEWHERE(names.lower()) is not None


_NOWHERE: frozenset[int] = frozenset()


def _around_headlines(nodes: list[LexborNode]) -> frozenset[int]:
    """Ids of the elements around the page's first headlines."""
    around: set[int] = set()
    for node in islice((node for node in nodes if node.tag == "h1"), _HEADLINES):
        at = node.parent
        while at is not None and at.mem_id not in around:
            around.add(at.mem_id)
            at = at.parent
    return frozenset(around)


def _mark(node: LexborNode, tag: str, attributes: dict[str, str | None], elsewhere: bool, item: str) -> Mark:
    text, anchors = (_run_together(node), ()) if tag in {"h1", "h2"} else _text(node)
    value = attributes.get("datetime") or attributes.get("content") or attributes.get("title") or ""
    return Mark(
        tag=tag,
        names=f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip().lower(),
        itemprop=(attributes.get("itemprop") or "").lower(),
        rel=(attributes.get("rel") or "").lower(),
        text=text,
        anchors=anchors,
        value=value[:MARK_CHARS],
        href=attributes.get("href") or "",
        elsewhere=elsewhere,
        item=item,
    )


def _text(node: LexborNode) -> tuple[str, tuple[str, ...]]:
    """The element's text nodes, folded, one a line, and the texts of its links."""
    lines: list[str] = []
    anchors: list[str] = []
    size = 0
    for count, inner in enumerate(node.traverse(include_text=True)):
        tag = inner.tag
        if tag == "-text":
            line = fold(inner.text_content or "")
            if line:
                lines.append(line)
                size += len(line)
        elif tag == "a" and len(anchors) < _MAX_ANCHORS:
            anchor = fold(inner.text() or "")[:MARK_CHARS]
            if anchor:
                anchors.append(anchor)
        if size > MARK_CHARS or count > MARK_NODES:
            break
    return "\n".join(lines)[:MARK_CHARS], tuple(anchors)


def _run_together(node: LexborNode) -> str:
    """A headline's text on one line: blanks only where its markup breaks the line."""
    pieces: list[str] = []
    for count, inner in enumerate(node.traverse(include_text=True)):
        tag = inner.tag
        if tag == "-text":
            pieces.append(inner.text_content or "")
        elif tag in _LINE_BREAKS:
            pieces.append(" ")
        if count > MARK_NODES:
            break
    return fold("".join(pieces))[:MARK_CHARS]


def _place(node: LexborNode, places: dict[int, tuple[bool, str]], around: frozenset[int]) -> tuple[bool, str]:
    """Whether another part of the page holds the element, and the nearest ``itemtype`` around it.

    ``places`` keeps the answer for each element that was passed on the way up; what is ``around`` the headlines is no
    other part.
    """
    path: list[tuple[int, bool, str]] = []
    result = (False, "")
    at = node.parent
    while at is not None:
        key = at.mem_id
        known = places.get(key)
        if known is not None:
            result = known
            break
        tag = at.tag
        if tag in {"body", "html"}:
            break
        attributes = at.attributes
        names = attributes.get("class") or ""
        if "id" in attributes:
            names = f"{names} {attributes.get('id') or ''}"
        path.append((key, key not in around and is_elsewhere(tag or "", names), attributes.get("itemtype") or ""))
        at = at.parent
    for key, elsewhere, item in reversed(path):
        result = (result[0] or elsewhere, item or result[1])
        places[key] = result
    return result
