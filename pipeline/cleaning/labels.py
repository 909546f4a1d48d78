"""Whole lines that are chrome by what they say: the labels of buttons, boxes and lists, in many languages.

The lines are data: ``data/labels.tsv`` (language, class, how sure, line; compared whole, never as a part) and
``data/line_patterns.tsv`` (name, class, regular expression, what a line needs to be tried) for lines that hold a
number, a year or a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pipeline.cleaning.fold import fold
from pipeline.verdict import Class

MOST_CHARS = 120
"""Longer blocks are no labels; the longest line of the data file has 75 characters."""

_COUNT = re.compile(r"^(?:\d+\s+)+|(?:\s+\d+)+$")


class Label(NamedTuple):
    """A recognised line. ``certain``: never article text as a block of its own. ``name``: the line or pattern known."""

    block_class: Class
    certain: bool
    name: str


@cache
def labels() -> Mapping[str, Label]:
    """The data file by folded line. Of two languages that use one line differently, the less certain holds."""
    known: dict[str, Label] = {}
    for _, block_class, level, line in _rows("labels.tsv"):
        label = Label(Class(block_class), level == "certain", line)
        key = fold(line)
        if key not in known or known[key].certain > label.certain:
            known[key] = label
    return known


class _Patterns(NamedTuple):
    """All patterns as one expression, those for lines that begin with an ASCII character, and each group's label.

    A line that holds one of ``hints`` is tried with all of them.
    """

    every: re.Pattern[str]
    by_first: Mapping[str, re.Pattern[str]]
    hints: tuple[str, ...]
    labels: Mapping[str, Label]


@cache
def _patterns() -> _Patterns:
    rows = _rows("line_patterns.tsv")
    firsts: dict[str, list[tuple[str, str]]] = {}
    hints: list[str] = []
    for name, _, pattern, needs in rows:
        kind, _, what = needs.partition(" ")
        if kind == "holds":
            hints += what.split("|")
        elif kind == "begins":
            for first in set(what.replace("0", "0123456789")):
                firsts.setdefault(first, []).append((name, pattern))
        else:
            raise ValueError(f"{name}: neither begins nor holds, but {needs!r}")
    return _Patterns(
        _either([(name, pattern) for name, _, pattern, _ in rows]),
        {first: _either(those) for first, those in firsts.items()},
        tuple(hints),
        {name: Label(Class(block_class), certain=False, name=name) for name, block_class, _, _ in rows},
    )


def _either(patterns: list[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns), re.IGNORECASE)


def _rows(name: str) -> list[list[str]]:
    text = (files("pipeline.cleaning") / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def find_label(folded: str) -> Label | None:
    """The label that the whole line is, counts around it aside. ``folded`` is the line by ``fold``.

    >>> find_label(fold("» Report this page")).block_class
    <Class.REPORT_FLAG_LINK: 'report_flag_link'>
    >>> find_label(fold("The harbour master will report this page by page.")) is None
    True
    """
    if len(folded) > MOST_CHARS:
        return None
    known = labels()
    label = known.get(folded)
    if label is None and folded and (folded[0].isdigit() or folded[-1].isdigit()):
        label = known.get(_COUNT.sub("", folded))
    return label


def find_pattern(text: str) -> Label | None:
    """The form that a short line has: a copyright line, a count, a list of tags.

    >>> find_pattern("© 2026 The Valley Post").name
    'copyright_line'
    >>> find_pattern("Page 2 of 7").block_class
    <Class.PAGINATION: 'pagination'>
    >>> find_pattern("Two pages of seven were missing") is None
    True
    """
    if len(text) > MOST_CHARS:
        return None
    known = _patterns()
    line = text.strip()
    low = line.lower()
    expression = known.by_first.get(low[:1]) if line[:1].isascii() else known.every
    for hint in known.hints:
        if hint in low:
            expression = known.every
    found = expression.match(line) if expression is not None else None
    return known.labels[found.lastgroup] if found is not None and found.lastgroup is not None else None
