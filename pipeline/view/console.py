"""What is printed: data on stdout, the rest on stderr; tables with rich on a terminal, plain columns elsewhere."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import combining, east_asian_width

from pipeline.store.scrub import scrub, scrub_value

Row = Sequence[object]

NARROW = 120
"""Columns of a line where there is no terminal to ask."""


def say(text: str = "") -> None:
    """A line of data or of an answer, on stdout."""
    sys.stdout.write(f"{scrub(text)}\n")


def note(text: str) -> None:
    """A line about the work, on stderr."""
    sys.stderr.write(f"{scrub(text)}\n")
    sys.stderr.flush()


def say_json(value: Any) -> None:
    """A value for machines, on stdout."""
    say(json.dumps(scrub_value(value), ensure_ascii=False, indent=2, default=str))


def width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size((NARROW, 24)).columns if sys.stdout.isatty() else NARROW


def shorten(text: str, length: int) -> str:
    """One line of at most ``length`` characters.

    >>> shorten("one  two three", 9)
    'one two …'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: max(length - 1, 1)] + "…"


def say_table(title: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """A table: framed by rich on a terminal, plain columns two blanks apart elsewhere."""
    cells = [[("" if cell is None else scrub(str(cell))) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(title, columns, cells)
        return
    say(title)
    lines = [list(columns), *cells]
    widths = [max(map(_room, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [cell + " " * (size - _room(cell)) for cell, size in zip(line, widths, strict=True)]
        say(f"  {'  '.join(padded)}".rstrip())
    say()


def _room(text: str) -> int:
    """Columns that a text takes: characters of East Asian scripts take two, combining marks none.

    >>> _room("abc"), _room("灯台"), _room("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


def _rich_table(title: str, columns: Sequence[str], cells: list[list[str]]) -> None:
    from rich.console import Console  # noqa: PLC0415  (only where there is a terminal)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for line in cells:
        table.add_row(*(Text(cell) for cell in line))
    Console().print(Text(title, style="bold"), table)
