"""Text to numbers, for all blocks of a page at once: what kinds of characters, which words.

Nothing here loops over characters or words in Python: the texts are joined, looked at as one array of code points,
and counted by block. A page of 11,000 characters costs about 0.2 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WORD_BUCKETS = 1 << 14
NAME_BUCKETS = 1 << 13

# Kinds of characters. The order is part of the weights: the model's inputs are counted in it.
(OTHER, SPACE, LOWER, UPPER, DIGIT, IDEOGRAPH, COMMA, STOP, QUOTE, BAR, MONEY, COLON, DASH, BREAK) = range(14)
KINDS = 14

_KIND_CHARS = {
    COMMA: ",;、，；،",
    STOP: ".!?…。！？؟।",
    QUOTE: "\"'()[]{}«»„“”‘’‚「」『』（）《》",
    BAR: "|/\\›‹>·•●▪■□→←↑↓▼▲►◄+*#@©®™&=~^_｜",
    MONEY: "$€£¥₹%₽₩",
    COLON: ":：",
    DASH: "-–—−",
    BREAK: "\n",
}
# the scripts that score.py and everyone else cuts by the character
_IDEOGRAPHIC = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
)


def _kinds() -> NDArray[np.uint8]:
    """The kind of every character of the basic plane; what lies above it is ``OTHER``."""
    table = np.zeros(0x10000, np.uint8)
    for code in range(0x10000):
        char = chr(code)
        if char.isspace():
            table[code] = SPACE
        elif char.isdigit():
            table[code] = DIGIT
        elif char.isalpha():
            table[code] = UPPER if char.isupper() else LOWER
    for first, last in _IDEOGRAPHIC:
        table[first : last + 1] = IDEOGRAPH
    for kind, chars in _KIND_CHARS.items():
        for char in chars:
            table[ord(char)] = kind
    return table


_KIND = _kinds()


class Words(NamedTuple):
    """The words of several texts.

    ``owner`` is the text each is in, ``ids`` its number below the bucket count, ``sizes`` its characters, ``first``
    the kind of its first character.
    """

    ids: Ints
    owner: Ints
    sizes: Ints
    first: NDArray[np.uint8]


class TextShapes(NamedTuple):
    """Counts of several texts.

    ``kinds`` (texts by KINDS) of characters, ``ends`` and ``starts`` the kinds of the last and first character, and the
    ``words``.
    """

    kinds: Ints
    starts: NDArray[np.uint8]
    ends: NDArray[np.uint8]
    words: Words


def codes(text: str) -> NDArray[np.uint32]:
    """Code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def kind_of(points: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The kind of each character."""
    return _KIND[np.where(points < 0x10000, points, 0xE000)] if points.size and points.max() > 0xFFFF else _KIND[points]


def lower(text: str) -> str:
    """Lower case, character by character: the length stays.

    >>> len(lower("İstanbul"))
    8
    """
    low = text.lower()
    # of all characters that one alone has two in lower case
    return low if len(low) == len(text) else "İ".join([part.lower() for part in text.split("İ")])


def shapes(texts: Sequence[str]) -> TextShapes:
    """Count the characters and find the words of texts, none of which may be empty."""
    # a line break inside a text (preformatted) is a space here: the break marks where a text ends
    joined = "\n".join(texts)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(lengths + 1) - 1
    starts = ends - lengths
    points = codes(joined)
    kinds = kind_of(points)
    # the text that each character is in, times KINDS, and the character's kind
    keys = np.repeat(np.arange(0, len(texts) * KINDS, KINDS), lengths + 1)[:-1]
    keys += kinds
    counts = np.bincount(keys, minlength=len(texts) * KINDS).reshape(-1, KINDS)
    words = _words(codes(lower(joined)), kinds, keys)
    return TextShapes(counts, kinds[starts], kinds[ends - 1], words)


def _words(points: NDArray[np.uint32], kinds: NDArray[np.uint8], keys: Ints) -> Words:
    """Words are runs of letters and digits; in scripts without word spaces each character is one.

    ``keys`` are, for each character, the text that it is in times KINDS, and its kind.
    """
    inside = (kinds >= LOWER) & (kinds <= DIGIT)
    single = kinds == IDEOGRAPH
    edge = np.diff(inside, prepend=False, append=False)
    starts = np.flatnonzero((edge[:-1] & inside) | single)
    after = np.flatnonzero(edge[1:] & inside | single) + 1
    sizes = after - starts
    ids = _buckets(points, starts, after, WORD_BUCKETS)
    first = kinds[starts]
    # numbers tell by their length alone
    ids = np.where(first == DIGIT, np.minimum(sizes, 12), ids)
    return Words(ids, keys[starts] // KINDS, sizes, first)


def name_words(names: Sequence[str]) -> tuple[Ints, Ints]:
    """The words in class names and the like: ids, and the place of the string that each is in.

    A word is a run of letters. Long ones also count by their first and last four letters: ``articlebody`` shares
    something with ``article-text`` and ``post-body``.
    """
    joined = "\n".join(names)
    points = codes(joined)
    kinds = kind_of(points)
    lengths = np.fromiter(map(len, names), np.int64, len(names))
    owner = np.repeat(np.arange(len(names)), lengths + 1)[:-1]
    inside = (kinds >= LOWER) & (kinds <= UPPER) | (kinds == IDEOGRAPH)
    edge = np.diff(inside, prepend=False, append=False)
    starts = np.flatnonzero(edge[:-1] & inside)
    after = np.flatnonzero(edge[1:] & inside) + 1
    long = np.flatnonzero(after - starts > 5)
    all_starts = np.concatenate((starts, starts[long], after[long] - 4))
    all_after = np.concatenate((after, starts[long] + 4, after[long]))
    ids = _buckets(points, all_starts, all_after, NAME_BUCKETS)
    # whole words, beginnings and ends are told apart
    part = np.zeros(all_starts.size, np.int64)
    part[starts.size : starts.size + long.size] = 2741
    part[starts.size + long.size :] = 5923
    owners = owner[all_starts]
    order = np.argsort(owners, kind="stable")
    return ((ids + part) % (NAME_BUCKETS - 16) + 16)[order], owners[order]


def _buckets(points: NDArray[np.uint32], starts: Ints, after: Ints, buckets: int) -> Ints:
    """A number for each run of characters: from its sum, its sum weighted by place, and its length."""
    # written where they stay: of a long page each of these has megabytes
    sums = np.zeros(points.size + 1, np.int64)
    np.cumsum(points, out=sums[1:])
    places = np.zeros(points.size + 1, np.int64)
    np.multiply(points, np.arange(points.size), out=places[1:])
    np.cumsum(places, out=places)
    plain = sums[after] - sums[starts]
    weighted = places[after] - places[starts] - starts * plain
    mixed = (plain * 0x9E3779B1 + weighted * 0x85EBCA77 + (after - starts) * 0xC2B2AE3D) & 0x7FFFFFFFFFFF
    mixed ^= mixed >> 17
    mixed = (mixed * 0x27D4EB2F) & 0x7FFFFFFFFFFF
    result: Ints = (mixed >> 20) % (buckets - 16) + 16
    return result
