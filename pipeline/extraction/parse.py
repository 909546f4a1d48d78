"""Text to tree, within limits that keep any page from costing seconds.

lexbor's parse is quadratic in nesting and in the attributes of one tag (50,000 nested elements: 7 s; a tag of 100,000
attributes: 22 s), so both are looked for before the parse, by scans that are linear in the page. Scripts, styles,
comments and drawings are cut out before the parse: they hold no text, and are half of an average page.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

MAX_CHARS = 10 * 1024 * 1024
MAX_TAGS = 200_000
MAX_DEPTH = 3_000
MAX_ATTRIBUTES = 1_000
MAX_ATTRIBUTE_CHARS = 65_536
MAX_SCRIPT_CHARS = 4 * 1024 * 1024
"""Characters of JSON kept from scripts of one page."""

NOSCRIPT_CHARS = 2_000
"""Markup in ``noscript`` from which on it may be the page itself: forums on Discourse show their posts with a script
and give them in ``noscript`` to everyone else."""

OUTSIDE_CHARS = 5_000
"""What a script from outside counts for in ``Tree.script_chars`` where an element waits for it to fill the page: the
bundles of the usual frameworks are far longer."""

_OUTSIDE = re.compile(r"<script\s[^<>]{0,500}\bsrc\s*=", re.I)
# the elements that the usual frameworks (React, Vue, Angular, Next, Nuxt, Gatsby, Svelte) write their page into
_ROOT_ID = r"=\s*[\"']?(?=[RrAaMmSs_])(?:(?:react-|app-)?root|app|application|mount|svelte|__next|__nuxt|___gatsby)"
_MOUNT_ID = re.compile(rf"{_ROOT_ID}(?=[\s\"'>])", re.I)
"""What ``_MOUNT`` cannot match without: found, or not found, in a third of its time."""
_MOUNT = re.compile(rf"<(?:div|main|section|body)\s[^<>]{{0,300}}?\bid\s*{_MOUNT_ID.pattern}", re.I)
_MOUNT_TAG = re.compile(r"<app-root[\s>]", re.I)

_NOSCRIPT = re.compile(r"<(/?)noscript(?=[\s>])", re.I)
_MARKUP = re.compile(r"<(?:title|head|textarea|option)\b.*?</|<[^>]*>", re.I | re.S)
# The first letter is looked at before the names are tried: that halves the scan.
_OPENING = re.compile(
    r"<(?=[!SsNnTtIiOoCc])(?:!--|(script|style|noscript|svg|template|iframe|object|canvas)(?=[\s>/]))", re.I
)
_CLOSING = {
    name: re.compile(rf"</{name}[\s>]", re.I)
    for name in ("script", "style", "noscript", "svg", "template", "iframe", "object", "canvas")
}
_COMMENT_END = re.compile(r"--!?>")
FOREIGN_OBJECT = "foreignObject"
"""The element of a drawing that holds a part of the page, as parsers spell it."""
_SHADOW_ROOT = re.compile(
    r"<template\s[^<>]{0,500}?\bshadowrootmode\s*=\s*[\"']?(?:open|closed)(?=[\s\"'/>])[^<>]*>", re.I
)
"""Shown, unlike any other template: https://html.spec.whatwg.org/multipage/scripting.html#the-template-element"""
_RAW_TEXT = frozenset({"script", "style"})
_DRAWN = frozenset({"svg", "iframe", "object", "canvas"})
_JSON_SCRIPT = re.compile(r"\btype\s*=\s*[\"']?\s*application/(?:ld\+)?json", re.I)
# what pages hand to their scripts as plain JSON: window.__INITIAL_STATE__ = {...}
_STATE = re.compile(r"\s*(?:(?:window|self|globalThis)\.|var\s+)?(__[A-Z][A-Z0-9_]{2,40}__)\s*=\s*(?=[{\[])")
# the same in pieces, of pages made by React on the server: self.__next_f.push([1,"..."])
_FLIGHT = re.compile(r"\s*self\.(__next_f)\.push\(\s*(?=\[)")
_SCRIPT_ID = re.compile(r"\bid\s*=\s*[\"']?([\w:.-]{1,80})", re.I)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{16384,}>?")
_WINDOW = 8192
"""A tag that ``_LONG_TAG`` finds fills at least one window of so many characters."""
_LONG = f"{{{MAX_ATTRIBUTE_CHARS + 1},}}"
_LONG_VALUE = re.compile(rf"=\s*(?:\"[^\"]{_LONG}\"|'[^']{_LONG}'|[^\s\"'>]{_LONG})")
_ATTRIBUTE = re.compile(r"[^\s=/>\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s>/]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr p li".split())


class PageLimitError(ValueError):
    """The page goes over a limit of this module; the message says which."""


class Script(NamedTuple):
    """A script that holds data: ``linked_data`` is true for JSON-LD.

    ``id`` is its id attribute (empty without one) or the name that the data is given: ``__INITIAL_STATE__``,
    ``__next_f``.
    """

    id: str
    linked_data: bool
    text: str


class Tree(NamedTuple):
    """A parsed page. Only ``parse``, ``segment``, ``links`` and ``signals`` look inside.

    ``scripts`` are those that hold JSON, cut out before the parse; ``script_chars`` counts all characters of script
    (see ``OUTSIDE_CHARS``) and ``noscript`` holds the markup that stands for pages without scripts.
    """

    lexbor: LexborHTMLParser
    scripts: tuple[Script, ...]
    script_chars: int
    noscript: str


def parse(text: str) -> Tree:
    """Parse a page's text. Raises ``PageLimitError`` for a page that would cost seconds."""
    if len(text) > MAX_CHARS:
        raise PageLimitError(f"{len(text)} characters, more than {MAX_CHARS}")
    kept, scripts, script_chars, noscript = _cut(text)
    if len(noscript) > NOSCRIPT_CHARS and _words(noscript) > _words(kept):
        kept = _cut(_NOSCRIPT.sub(r"<\1div", text))[0]
    if script_chars and _has_mount(kept):
        script_chars += OUTSIDE_CHARS * sum(1 for _ in _OUTSIDE.finditer(text))
    tags = kept.count("<")
    if tags > MAX_TAGS:
        raise PageLimitError(f"{tags} tags, more than {MAX_TAGS}")
    if tags > 2 * MAX_DEPTH and _depth(kept) > MAX_DEPTH:
        raise PageLimitError(f"nested deeper than {MAX_DEPTH}")
    if _may_hold_long_tag(kept):
        kept = _LONG_TAG.sub(_shorten, kept)
    return Tree(LexborHTMLParser(kept), scripts, script_chars, noscript)


def markup(tree: Tree) -> str:
    """The parsed page as normalised HTML, whose text nodes stand in the order that ``Block.nodes`` counts."""
    return tree.lexbor.html or ""


def _has_mount(markup_text: str) -> bool:
    """Whether an element waits for a script to write the page into it."""
    if _MOUNT_TAG.search(markup_text):
        return True
    return _MOUNT_ID.search(markup_text) is not None and _MOUNT.search(markup_text) is not None


def _words(markup_text: str) -> int:
    """Words outside of tags, roughly."""
    return len(_MARKUP.sub(" ", markup_text).split())


def _cut(text: str) -> tuple[str, tuple[Script, ...], int, str]:
    """The text without scripts, styles, comments and drawings; linear, each closing tag is looked for once."""
    kept: list[str] = []
    scripts: list[Script] = []
    noscript: list[str] = []
    script_chars = json_chars = position = 0
    unclosed: set[str] = set()
    drawn = 0  # where a drawing ends that holds a part of the page and so is left to the parser
    while (opening := _OPENING.search(text, position)) is not None:
        start = opening.start()
        name = (opening.group(1) or "").lower()
        if name in unclosed or (name == "svg" and start < drawn):
            kept.append(text[position : opening.end()])
            position = opening.end()
            continue
        if name and (tag_end := text.find(">", opening.end())) > 0 and text[tag_end - 1] == "/":
            kept.append(text[position:start] + " ")  # XHTML: it ends where it begins
            position = tag_end + 1
            continue
        if name == "template" and (shown := _SHADOW_ROOT.match(text, start)):
            kept.append(text[position:start] + " ")
            position = shown.end()
            continue
        closing = _find_end(text, name, opening.end() if name else start + 2)
        if closing is None and name and name not in _RAW_TEXT:
            unclosed.add(name)
            continue
        if name == "svg" and closing and _holds_page(text, start, closing[0]):
            drawn = closing[0]
            continue
        kept.append(text[position:start])
        if name in _DRAWN:
            kept.append(" ")  # a drawing between two words parts them
        end, position = closing or (len(text), len(text))
        if name == "script":
            script_chars += end - start
            head, _, data = text[opening.end() : end].partition(">")
            if _JSON_SCRIPT.search(head) and json_chars + len(data) <= MAX_SCRIPT_CHARS:
                json_chars += len(data)
                name_match = _SCRIPT_ID.search(head)
                scripts.append(Script(name_match.group(1) if name_match else "", "ld+json" in head.lower(), data))
            elif (state := _STATE.match(data) or _FLIGHT.match(data)) and json_chars + len(data) <= MAX_SCRIPT_CHARS:
                json_chars += len(data)
                scripts.append(Script(state.group(1), linked_data=False, text=data[state.end() :]))
        elif name == "noscript" and len(noscript) < 20:
            noscript.append(text[start:end])
    kept.append(text[position:])
    return "".join(kept), tuple(scripts), script_chars, "\n".join(noscript)


def _holds_page(text: str, start: int, end: int) -> bool:
    """Whether a drawing holds an element whose content is shown like any other of the page."""
    return text.find(FOREIGN_OBJECT, start, end) >= 0 or text.find(FOREIGN_OBJECT.lower(), start, end) >= 0


def _find_end(text: str, name: str, position: int) -> tuple[int, int] | None:
    """Where the closing tag of an element stands from a position on, or the end of a comment (no name)."""
    if not name:
        found = _COMMENT_END.search(text, position)
        return found.span() if found else None
    pattern = _CLOSING[name]
    while (position := text.find("</", position)) >= 0:
        if pattern.match(text, position):
            # looked for once: without a ">" in the rest no other closing tag ends either
            end = text.find(">", position)
            return (position, end + 1) if end >= 0 else None
        position += 2
    return None


def _depth(text: str) -> int:
    """An upper estimate of the nesting of a page: void elements and those that close themselves do not count."""
    depth = deepest = 0
    for closing, name in _TAG.findall(text):
        if name.lower() in _VOID:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _may_hold_long_tag(text: str) -> bool:
    """Whether the text has a window without angle brackets: a look that costs a hundredth of the search itself."""
    return any(
        text.find("<", start, start + _WINDOW) < 0 and text.find(">", start, start + _WINDOW) < 0
        for start in range(0, len(text) - _WINDOW + 1, _WINDOW)
    )


def _shorten(found: re.Match[str]) -> str:
    """A tag over 16 KiB with its long values emptied and at most ``MAX_ATTRIBUTES`` attributes."""
    tag = _LONG_VALUE.sub('=""', found.group())
    name_end = next((i for i, char in enumerate(tag) if char.isspace() or char in "/>"), len(tag))
    attributes = []
    for attribute in _ATTRIBUTE.finditer(tag, name_end):
        attributes.append(attribute.group())
        if len(attributes) == MAX_ATTRIBUTES:
            break
    return tag[:name_end] + " " + " ".join(attributes) + ">"
