"""Repetition inside a text: the measures of Table A1 of Gopher (Rae et al. 2021, arXiv 2112.11446).

Counting every n-gram for nine lengths would cost more than the rest of the cleaning together. A repeated n-gram begins
with a repeated (n-1)-gram, so each length looks only at the places that the one before left over: in most texts hardly
any after four words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

TOP_LENGTHS = (2, 3, 4)
DUPLICATE_LENGTHS = (5, 6, 7, 8, 9, 10)

_PARAGRAPHS = re.compile(r"\n{2,}")
_LINES = re.compile(r"\n+")


class Repetition(NamedTuple):
    """Shares of a text, 0 to 1. ``top`` and ``duplicate`` go with TOP_LENGTHS and DUPLICATE_LENGTHS."""

    lines: float
    line_chars: float
    paragraphs: float
    paragraph_chars: float
    top: tuple[float, ...]
    duplicate: tuple[float, ...]


def repetition(text: str, words: Sequence[str]) -> Repetition:
    r"""How much of the text says again what it said before: lines, paragraphs and runs of words.

    >>> repetition("one\ntwo\none", ["one", "two", "one"]).lines
    0.3333333333333333
    """
    chars = len(text) or 1
    paragraphs = _PARAGRAPHS.split(text.strip())
    lines = _LINES.split(text)
    twice_paragraphs, paragraph_chars = duplicates(paragraphs)
    twice_lines, line_chars = duplicates(lines)
    top, duplicate = _grams(words)
    return Repetition(
        twice_lines / len(lines),
        line_chars / chars,
        twice_paragraphs / len(paragraphs),
        paragraph_chars / chars,
        tuple(count / chars for count in top),
        tuple(count / chars for count in duplicate),
    )


def duplicates(parts: Sequence[str]) -> tuple[int, int]:
    """How many parts stood before already, and their characters.

    >>> duplicates(["a", "bc", "a", "a"])
    (2, 2)
    """
    if len(set(parts)) == len(parts):
        return 0, 0
    seen: set[str] = set()
    count = chars = 0
    for part in parts:
        if part in seen:
            count += 1
            chars += len(part)
        else:
            seen.add(part)
    return count, chars


def _grams(words: Sequence[str]) -> tuple[list[int], list[int]]:
    """Characters of the most frequent n-gram times its count, and characters in repeated n-grams, for each length.

    A gram is known by a number: its number among the repeated grams one word shorter, and its last word.
    """
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    ids = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    before = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, words), np.int64, len(words)), out=before[1:])
    places, grams = np.arange(len(words)), ids
    top: list[int] = []
    duplicate: list[int] = []
    for length in range(TOP_LENGTHS[0], DUPLICATE_LENGTHS[-1] + 1):
        inside = places + length <= len(words)
        places = places[inside]
        grams = grams[inside] * len(numbers) + ids[places + length - 1]
        if not places.size:  # nothing is repeated at this length, nor at a greater one
            top += [_top(places, places, before, more) for more in TOP_LENGTHS if more >= length]
            duplicate += [0] * sum(more >= length for more in DUPLICATE_LENGTHS)
            break
        _, grams, counts = np.unique(grams, return_inverse=True, return_counts=True)
        times = counts[grams]
        if length in TOP_LENGTHS:
            top.append(_top(places, times, before, length))
        places, grams = places[times > 1], grams[times > 1]
        if length in DUPLICATE_LENGTHS:
            duplicate.append(_walked(places, grams, before, length))
    return top, duplicate


def _top(places: Numbers, times: Numbers, before: Numbers, length: int) -> int:
    """Among equals the first is taken: where no gram is repeated, the first of the text."""
    if length >= len(before):
        return 0
    best = int(times.argmax()) if len(times) else 0
    place, count = (int(places[best]), int(times[best])) if len(times) and times[best] > 1 else (0, 1)
    return (int(before[place + length] - before[place]) + length - 1) * count


def _walked(places: Numbers, grams: Numbers, before: Numbers, length: int) -> int:
    """Characters in grams that stood before; a hit is stepped over as a whole."""
    sizes = before[places + length] - before[places]
    seen: set[int] = set()
    chars = after = 0
    for place, gram, size in zip(places.tolist(), grams.tolist(), sizes.tolist(), strict=True):
        if place < after:
            continue
        if gram in seen:
            chars += size
            after = place + length
        else:
            seen.add(gram)
    return chars
