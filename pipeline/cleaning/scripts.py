"""Writing systems of a text, by ranges of code points (https://www.unicode.org/Public/UNIDATA/Scripts.txt)."""

from __future__ import annotations

import re

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


def letters_by_script(text: str) -> dict[str, int]:
    """Letters of the text in each writing system that has any. Kana count as ``han``: Japanese is written in both.

    >>> letters_by_script("abc где")
    {'latin': 3, 'cyrillic': 3}
    """
    if text.isascii():
        count = len(LETTERS["latin"].findall(text))
        return {"latin": count} if count else {}
    counts = {name: len(letters.findall(text)) for name, letters in LETTERS.items()}
    return {name: count for name, count in counts.items() if count}
