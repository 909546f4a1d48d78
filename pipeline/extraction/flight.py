"""The rows in which React hands a page to its script (``self.__next_f.push([1, "…"])``), as JSON values.

The pieces make one text of rows: ``id:`` and a JSON value up to the end of the line, or ``id:T``, a length in
hexadecimal bytes, a comma and so much text. A string ``$id`` stands for the text of that row. Other rows load modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.extraction.embedded import Json, read_json

MOST_ROWS = 5_000
MOST_LEVELS = 40
MOST_CHARS = 4 * 1024 * 1024
"""Characters of texts that are set in: a row may be referred to 100,000 times, and would make gigabytes."""

_ROW = re.compile(rb"\n*([0-9a-f]{0,8}):(?:T([0-9a-f]{1,8}),)?")


def flight_values(pieces: Iterable[str]) -> list[Json]:
    r"""The values of the rows, texts set in where they are referred to; rows that cannot be read are left out.

    ``pieces`` are the arguments of the pushes, as they stand in the scripts.

    >>> flight_values(['[1,"1:T6,<p>Hi!2:{\\"title\\":\\"A\\",\\"body\\":\\"$1\\"}\\n"]'])
    [{'title': 'A', 'body': '<p>Hi!'}]
    """
    pushed = (read_json(piece) for piece in pieces)
    stream = "".join(one[1] for one in pushed if isinstance(one, list) and len(one) > 1 and isinstance(one[1], str))
    texts: dict[str, str] = {}
    values: list[Json] = []
    for name, text, row in _rows(stream.encode("utf-8", "replace")):
        if text is not None:
            texts[name] = text
        elif row.startswith(("{", "[")):
            values.append(read_json(row))
    room = [MOST_CHARS]
    return [_resolved(value, texts, MOST_LEVELS, room) for value in values if value is not None]


def _rows(stream: bytes) -> Iterator[tuple[str, str | None, str]]:
    """Name, text and rest of each row: a row has the one or the other."""
    position = 0
    for _ in range(MOST_ROWS):
        row = _ROW.match(stream, position)
        if row is None:
            return
        name = row.group(1).decode("ascii")
        if row.group(2):
            position = row.end() + int(row.group(2), 16)
            yield name, stream[row.end() : position].decode("utf-8", "replace"), ""
        else:
            end = stream.find(b"\n", row.end())
            position = len(stream) if end < 0 else end + 1
            yield name, None, stream[row.end() : position].decode("utf-8", "replace")


def _resolved(value: Json, texts: dict[str, str], levels: int, room: list[int]) -> Json:
    if isinstance(value, str):
        text = texts.get(value[1:]) if value.startswith("$") else None
        if text is None or len(text) > room[0]:
            return value
        room[0] -= len(text)
        return text
    if levels == 0:
        return None
    if isinstance(value, list):
        return [_resolved(member, texts, levels - 1, room) for member in value]
    if isinstance(value, dict):
        return {name: _resolved(member, texts, levels - 1, room) for name, member in value.items()}
    return value
