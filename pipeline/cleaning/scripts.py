"""Writing systems of a text, by ranges of code points (https://www.unicode.org/Public/UNIDATA/Scripts.txt)."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_RANGES = {
    "latin": "A-Za-zÀ-ɏḀ-ỿ",
    "greek": "Ͱ-Ͽἀ-῿",
    "cyrillic": "Ѐ-ԯ",
    "armenian": "԰-֏",
    "hebrew": "֐-׿",
    "arabic": "؀-ۿݐ-ݿࢠ-ࣿﭐ-﷿ﹰ-﻿",
    "devanagari": "ऀ-ॿ",
    "bengali": "ঀ-৿",
    "tamil": "஀-௿",
    "thai": "฀-๿",
    "georgian": "Ⴀ-ჿ",
    "hangul": "ᄀ-ᇿ㄰-㆏가-힣",
    "han": "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
}
LETTERS = {name: re.compile(f"[{ranges}]") for name, ranges in _RANGES.items()}
"""A letter of each writing system. The compatibility ideographs are written as escapes: composed, they are others."""


def _table() -> NDArray[np.uint8]:
    """The writing system of every character of the basic plane, by its place in ``LETTERS`` from 1; 0 is none."""
    table = np.zeros(0x10000, np.uint8)
    for number, ranges in enumerate(_RANGES.values(), 1):
        for first, last in re.findall("(.)-(.)", ranges):
            table[ord(first) : ord(last) + 1] = number
    return table


_SCRIPT = _table()


def letters_by_script(text: str) -> dict[str, int]:
    """Letters of the text in each writing system that has any. Kana count as ``han``: Japanese is written in both.

    >>> letters_by_script("abc где")
    {'latin': 3, 'cyrillic': 3}
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not text.isascii() and points.max() > 0xFFFF:
        points = points[points <= 0xFFFF]
    counts = np.bincount(_SCRIPT[points], minlength=len(LETTERS) + 1).tolist()
    return {name: count for name, count in zip(LETTERS, counts[1:], strict=True) if count}
