"""Data tables are kept or refused whole: a row that lacks cells says something else than the table did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.block import Block, Segments

FEWEST_ROWS = 2
FEWEST_CELLS = 2
LONGEST_CELL = 120
"""Mean characters of a cell above which a table is a layout, not data: cells of data are numbers, names and notes."""

_CELLS = frozenset({"td", "th"})


def whole_tables(segments: Segments, scores: Sequence[float]) -> tuple[float, ...]:
    """The keep-scores, those of a data table's cells replaced by their mean, weighted by length; 4 decimals."""
    tables = _data_tables(segments)
    if not tables:
        return tuple(scores)
    whole = list(scores)
    for cells in tables:
        weight = sum(len(cell.text) for cell in cells)
        mean = round(sum(scores[cell.position] * len(cell.text) for cell in cells) / weight, 4)
        for cell in cells:
            whole[cell.position] = mean
    return tuple(whole)


def _data_tables(segments: Segments) -> list[list[Block]]:
    """The cells of each table that looks like data: two rows of two cells at least, and short cells."""
    by_table: dict[int, list[Block]] = defaultdict(list)
    rows: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for block in segments.blocks:
        if block.tag in _CELLS:
            row = segments.containers[block.container].parent
            table = _table_of(segments, row)
            by_table[table].append(block)
            rows[table][row].add(block.container)
    return [
        cells
        for table, cells in by_table.items()
        if table >= 0
        and sum(len(row) >= FEWEST_CELLS for row in rows[table].values()) >= FEWEST_ROWS
        and sum(len(cell.text) for cell in cells) <= LONGEST_CELL * len(cells)
    ]


def _table_of(segments: Segments, row: int) -> int:
    """The table around a row, two steps up at most (``tbody``); -1 where there is none."""
    number = row
    for _ in range(2):
        number = segments.containers[number].parent
        if number < 0 or segments.containers[number].tag == "table":
            return number
    return -1
