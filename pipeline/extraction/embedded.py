"""JSON inside scripts, read although pages write it badly."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_CHARS = 1 << 20

_OPENINGS = ("<!--", "//", "/*", "<![CDATA[", "*/")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_COMMENT_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


def read_json(text: str) -> Json:
    r"""The value that the text holds, ``None`` if it cannot be read, is longer than 1 MiB or nested too deep.

    Comment and CDATA marks around it, control characters in strings, trailing commas, stray backslashes and text
    after the value are forgiven.

    >>> read_json('<!-- {"a": [1, 2,],} -->')
    {'a': [1, 2]}
    >>> read_json('{"a": "line\nbreak"}')
    {'a': 'line\nbreak'}
    >>> read_json('{"a": 1}; more')
    {'a': 1}
    >>> read_json('{"a": ') is None
    True
    """
    if len(text) > MAX_CHARS:
        return None
    bare = text.strip()
    for opening in _OPENINGS:  # of comments and CDATA; what closes them stands after the value, where it is not read
        bare = bare.removeprefix(opening).lstrip()
    for attempt in (str, _mended):
        try:
            value: Json = _DECODER.raw_decode(attempt(bare))[0]
        except (ValueError, RecursionError):
            continue
        return value
    return None


# strict=False lets control characters stand in strings: the commonest fault.
_DECODER = json.JSONDecoder(strict=False)


def _mended(text: str) -> str:
    text = _TRAILING_COMMA.sub(r"\1", _COMMENT_LINE.sub("", text))
    return _ESCAPE.sub(lambda found: found[0] if found[1] in _ESCAPED else "\\\\" + found[1], text).strip()


_ESCAPED = frozenset('"\\/bfnrtu')
