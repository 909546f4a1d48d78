"""A release as text: JSON lines, or CSV that no spreadsheet executes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, TextIO

import pyarrow.parquet as pq

from pipeline.store import schema
from pipeline.store.layout import DataDir
from pipeline.store.releases import current_release
from pipeline.store.tables import table_files

# OWASP, "CSV Injection": = + - @ tab and carriage return, also in full width. Blanks, controls and characters without
# width before them are skipped by spreadsheets, so they are skipped here.
_UNSEEN = "\\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
_UNSEEN += "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
_FORMULA = re.compile(f"[{_UNSEEN}]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]|[{_UNSEEN}]*[\t\r]")
_ROWS = 256


def safe_cell(text: str) -> str:
    r"""With a quote mark before what a spreadsheet would take for a formula.

    >>> safe_cell("=1+1"), safe_cell(" \u200b@SUM(A1)"), safe_cell("1 = 1")
    ("'=1+1", "' \u200b@SUM(A1)", '1 = 1')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(data: DataDir, stream: TextIO, *, raw: bool = False) -> int:
    """Write the current release with a head line; gives the number of rows.

    Lists and structs are JSON in their cell, moments ISO 8601. ``raw`` leaves cells as they are: not for spreadsheets.

    Raises:
        ReleaseError: there is no release.
    """
    keep: Callable[[str], str] = str if raw else safe_cell
    names = schema.RELEASE.names
    current_release(data)  # told before the head is written: a reader of the stream would take that for a table
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(names)
    count = 0
    for row in rows(data):
        writer.writerow([_cell(row[name], keep) for name in names])
        count += 1
    return count


def write_jsonl(data: DataDir, stream: TextIO) -> int:
    """Write the current release, one JSON object a line; gives the number of rows.

    Raises:
        ReleaseError: there is no release.
    """
    count = 0
    for row in rows(data):
        stream.write(json.dumps(row, ensure_ascii=False, default=_iso) + "\n")
        count += 1
    return count


def rows(data: DataDir) -> Iterator[dict[str, Any]]:
    """The rows of the current release, a few hundred in memory at a time."""
    folder = data.releases / current_release(data) / "articles"
    for path in table_files(folder):
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for some in file.iter_batches(batch_size=_ROWS):
                yield from some.to_pylist()


def text_stream(stream: BinaryIO) -> io.TextIOWrapper:
    """A binary stream as the writers here want it: UTF-8, line ends as written."""
    return io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="", write_through=True)


def _cell(value: Any, keep: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return keep(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_iso)
    return _iso(value) if isinstance(value, datetime) else value


def _iso(value: datetime) -> str:
    return value.isoformat()
