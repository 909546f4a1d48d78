"""Text as the table may hold it. One surrogate would make Arrow refuse a whole batch (measured)."""

from __future__ import annotations

import re
from typing import Any

# C0 and C1 controls other than tab and line feed; and the noncharacters of Unicode 16, section 23.7.
_PLANES = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
_UNWANTED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef{_PLANES}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def scrub(text: str) -> str:
    r"""Surrogates become U+FFFD; controls other than ``\n`` and ``\t``, and noncharacters, go.

    >>> scrub("a\x00b\x1b[31m\tc\n\ud83d") == "ab[31m\tc\n\ufffd"
    True
    """
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _UNWANTED.sub("", text))


def scrub_value(value: Any) -> Any:
    """The same for every text in a value of lists and dictionaries; anything else is handed on."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, list | tuple):
        return [scrub_value(item) for item in value]
    if isinstance(value, dict):
        return {key: scrub_value(item) for key, item in value.items()}
    return value
