"""How alike two wordings are: hashed character n-grams, small words in their order, the script written in."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.function_words import FUNCTION_WORDS

BUCKETS_LOG2 = 20
"""Shingles are hashed to 20 bits: a 40-word text shares by chance 0.1 of a shingle with a template, at most."""

_MULTIPLIERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], np.uint32)
_SHIFT = np.uint32(32 - BUCKETS_LOG2)
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(f"[{_NO_SPACES}]|[^\\W{_NO_SPACES}]+")
_BLANK = ""

LATIN, HAN = 1, 5
_SCRIPTS = np.zeros(0x1100, np.int8)
_SCRIPTS[0x00:0x03] = LATIN
_SCRIPTS[0x03] = 2  # Greek
_SCRIPTS[0x04:0x06] = 3  # Cyrillic
_SCRIPTS[0x06:0x08] = 4  # Arabic
_SCRIPTS[0x1E:0x1F] = LATIN
_SCRIPTS[0x30:0xA0] = HAN
_SCRIPTS[0xAC:0xD8] = 6  # Hangul


def code_points(folded: str) -> NDArray[np.uint32]:
    """The characters of a folded text as numbers."""
    return np.frombuffer(folded.encode("utf-32-le", "replace"), np.uint32)


def script(codes: NDArray[np.uint32]) -> int:
    """The script written in, 0 where there is none; Chinese and Japanese are one.

    A Latin letter counts a quarter: sentences in other scripts name programs and hosts in Latin ones.
    """
    counts = np.bincount(_SCRIPTS[codes[codes != 32] >> 8], minlength=LATIN + 1)
    counts[LATIN] = (counts[LATIN] + 3) // 4
    return int(counts.argmax())


def hashes(codes: NDArray[np.uint32], length: int) -> NDArray[np.uint32]:
    """The runs of so many characters as numbers of ``BUCKETS_LOG2`` bits, in their order; not fewer codes than that."""
    mixed: NDArray[np.uint32] = codes[: codes.size - length + 1] * _MULTIPLIERS[0]
    for i in range(1, length):
        mixed += codes[i : i + mixed.size] * _MULTIPLIERS[i]
    mixed ^= mixed >> np.uint32(15)
    mixed *= _MULTIPLIERS[1]
    mixed >>= _SHIFT
    return mixed


def gram_length(writing: int) -> int:
    """Characters of a shingle: four, and two in Chinese and Japanese, whose words are short."""
    return 2 if writing == HAN else 4


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """The numbers once each, sorted; sorts in place."""
    numbers.sort()
    first = np.empty(numbers.size, bool)
    first[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:])
    result: NDArray[Any] = numbers[first]
    return result


def grams(codes: NDArray[np.uint32], writing: int = LATIN) -> NDArray[np.int32]:
    """The distinct shingles of a text as hashes, sorted; empty for a text that is shorter than one."""
    length = gram_length(writing)
    if codes.size < length:
        return np.zeros(0, np.int32)
    return distinct(hashes(codes, length).view(np.int32))


def tokens(folded: str) -> list[str]:
    """Words; in scripts without word spaces, characters."""
    return _TOKEN.findall(folded)


def skeleton(words: Sequence[str], language: str) -> list[str]:
    """The function words in their order, each run of content words between them one blank.

    >>> skeleton("the site is secure and the page official".split(), "en")
    ['the', '', 'is', '', 'and', 'the', '']
    """
    small = FUNCTION_WORDS.get(language, frozenset())
    bones: list[str] = []
    for word in words:
        if word in small:
            bones.append(word)
        elif not bones or bones[-1] != _BLANK:
            bones.append(_BLANK)
    return bones


def common_order(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """F1 of the longest common subsequence, 0 to 1; of two empty sequences 0.

    >>> common_order("abcd", "axbd")
    0.75
    """
    if not a or not b:
        return 0.0
    places: dict[Hashable, int] = {}
    for i, item in enumerate(a):
        places[item] = places.get(item, 0) | 1 << i
    full = (1 << len(a)) - 1
    row = full  # Hyyrö's bit-parallel LCS: a zero bit is a step of the common subsequence
    for item in b:
        matched = row & places.get(item, 0)
        row = ((row + matched) | (row - matched)) & full
    return 2 * (len(a) - row.bit_count()) / (len(a) + len(b))
