"""Kept blocks to text: paragraphs, and Markdown with headings, lists, tables, code, quotes and links.

Markdown is CommonMark (https://spec.commonmark.org/0.31.2/) with the tables of GitHub's dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from pipeline.block import Block, Container, Markup, Segments, Span
from pipeline.verdict import Class, Decision, Verdict

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")
_LINE_START = re.compile(r"^(\s*\d*)([#>+.)-])(?=\s)")
_MARK = {Markup.STRONG: "**", Markup.EMPHASIS: "*"}
_CELLS = frozenset({"td", "th"})


class Paragraphs(NamedTuple):
    """Texts, with the class of each and the positions of the blocks that it is made of."""

    texts: tuple[str, ...]
    classes: tuple[Class, ...]
    blocks: tuple[tuple[int, ...], ...]


def paragraphs(segments: Segments, verdicts: tuple[Verdict, ...]) -> Paragraphs:
    """The kept text as paragraphs: lines after a break and cells of a row are joined."""
    groups = list(_paragraphs(segments, verdicts))
    return Paragraphs(
        tuple([" | ".join("\n".join(block.text for block in cell) for cell in _cells(group)) for group in groups]),
        tuple([verdicts[group[0].position].block_class for group in groups]),
        tuple([tuple([block.position for block in group]) for group in groups]),
    )


def markdown(segments: Segments, verdicts: tuple[Verdict, ...], base_url: str) -> str:
    """The kept text as Markdown; links made absolute on ``base_url``, those that are not http(s) dropped."""
    containers = segments.containers
    pieces: list[str] = []
    before: str | None = None
    for table, groups in groupby(_paragraphs(segments, verdicts), key=lambda g: _enclosing(g[0], containers, "table")):
        if table is not None and before is not None:
            pieces.append("\n\n")
        if table is not None:
            pieces.append(_table(list(groups), base_url))
            before = "table"
            continue
        for group in groups:
            kind = "li" if _enclosing(group[0], containers, "li") is not None else group[0].tag
            if before is not None:
                pieces.append("\n" if before == kind == "li" else "\n\n")
            pieces.append(_paragraph(group, containers, base_url))
            before = kind
    return "".join(pieces)


def _paragraphs(segments: Segments, verdicts: tuple[Verdict, ...]) -> Iterator[list[Block]]:
    """Kept blocks, those of one paragraph or one table row together."""
    group: list[Block] = []
    for block in segments.blocks:
        if verdicts[block.position].decision is not Decision.KEEP:
            continue
        if group and not _goes_on(group[-1], block, segments.containers):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _goes_on(last: Block, block: Block, containers: tuple[Container, ...]) -> bool:
    if block.line and last.position == block.position - 1 and last.container == block.container:
        return True
    row = _row(block, containers)
    return row is not None and row == _row(last, containers) and last.container != block.container


def _cells(group: list[Block]) -> Iterator[list[Block]]:
    """The blocks of one paragraph or row, those of one cell together."""
    for _, cell in groupby(group, key=lambda block: block.container):
        yield list(cell)


def _row(block: Block, containers: tuple[Container, ...]) -> int | None:
    """The table row of a cell that is data: a cell holding a whole layout (other block tags in it) is none."""
    if block.tag not in _CELLS or len(block.text) > 300:
        return None
    return containers[block.container].parent


def _enclosing(block: Block, containers: tuple[Container, ...], tag: str) -> int | None:
    """The nearest container of that tag around the block; for ``table`` only around the cells of data rows."""
    if tag == "table" and _row(block, containers) is None:
        return None
    number = block.container
    while number >= 0:
        if containers[number].tag == tag:
            return number
        number = containers[number].parent
    return None


def _paragraph(group: list[Block], containers: tuple[Container, ...], base_url: str) -> str:
    first = group[0]
    if first.tag == "pre":
        text = "\n".join(block.text for block in group)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
        return f"{fence}\n{text}\n{fence}"
    text = "\\\n".join(_inline(block, base_url) for block in group)
    if first.tag[0] == "h" and first.tag[1:].isdigit():
        return "#" * int(first.tag[1:]) + " " + text.replace("\\\n", " ")
    if _enclosing(first, containers, "li") is not None:
        return _list_item(first, containers, text)
    text = _LINE_START.sub(r"\1\\\2", text)
    if _enclosing(first, containers, "blockquote") is not None:
        return "> " + text.replace("\n", "\n> ")
    return text


def _list_item(block: Block, containers: tuple[Container, ...], text: str) -> str:
    """A bullet or a number, indented by the lists around it."""
    number: int = block.container
    depth, marker = -1, "-"
    while number >= 0:
        if containers[number].tag in {"ul", "ol", "menu", "dir"}:
            marker = ("1." if containers[number].tag == "ol" else "-") if depth < 0 else marker
            depth += 1
        number = containers[number].parent
    indent = "  " * max(depth, 0)
    return f"{indent}{marker} " + text.replace("\n", "\n" + indent + "  ")


def _table(rows: list[list[Block]], base_url: str) -> str:
    """A table; its first row is the head, as Markdown tables must have one."""
    cells = [
        [" ".join(_inline(block, base_url).replace("\n", " ") for block in cell) for cell in _cells(row)]
        for row in rows
    ]
    width = max(len(row) for row in cells)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in cells]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _inline(block: Block, base_url: str) -> str:
    """A block's text with its spans as Markdown. Spans nest by their bounds; one that crosses another is left out."""
    spans = sorted((s for s in block.spans if _worth(s)), key=lambda s: (s.start, -s.end))
    text, position, pieces = block.text, 0, []
    closings: list[tuple[int, str]] = []
    for span in spans:
        if closings and span.end > closings[-1][0] > span.start:
            continue
        while closings and closings[-1][0] <= span.start:
            end, mark = closings.pop()
            pieces += [_escape(text[position:end]), mark]
            position = end
        opening, closing = _marks(span, base_url)
        if not opening:
            continue
        pieces += [_escape(text[position : span.start]), opening]
        position = span.start
        if span.markup is Markup.CODE:
            pieces += [text[position : span.end], closing]
            position = span.end
        else:
            closings.append((span.end, closing))
    while closings:
        end, mark = closings.pop()
        pieces += [_escape(text[position:end]), mark]
        position = max(position, end)
    return "".join([*pieces, _escape(text[position:])])


def _worth(span: Span) -> bool:
    return span.end > span.start


def _marks(span: Span, base_url: str) -> tuple[str, str]:
    if span.markup is Markup.CODE:
        return "`", "`"
    if span.markup is not Markup.LINK:
        return _MARK[span.markup], _MARK[span.markup]
    target = link_target(base_url, span.target)
    return ("[", f"]({target})") if target else ("", "")


def link_target(base_url: str, href: str) -> str | None:
    """The absolute http(s) address of a link, fit for Markdown, or None.

    >>> link_target("https://example.com/a/", "b (1)"), link_target("https://example.com/", "javascript:alert(1)")
    ('https://example.com/a/b%20%281%29', None)
    """
    if not href or href.startswith("#"):
        return None
    try:
        url = urljoin(base_url, href.strip())
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    return quote(url, safe=":/?#[]@!$&'*+,;=%~-._") if scheme in {"http", "https"} else None


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
