"""Text for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

_NOT_WORD = re.compile(r"[\W_]+")
_NOT_WORD_IN_LINE = re.compile(r"[^\w\n]+")
_BASIC_PLANE = 0x10000


def fold(text: str) -> str:
    """NFKC, lower case, punctuation and white space folded to single blanks.

    >>> fold("  Report this Page! ")
    'report this page'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def fold_all(texts: Sequence[str]) -> tuple[str, ...]:
    r"""``fold`` of each text at a third of its cost: joined, they go through every step at once, one a line.

    >>> fold_all(["Report this Page!", "pre-\nformatted"])
    ('report this page', 'pre formatted')
    """
    if not texts:
        return ()
    ready = [text if text.isascii() else unicodedata.normalize("NFKC", text) for text in texts]
    joined = "\n".join(ready)
    if joined.count("\n") >= len(ready):
        joined = "\n".join([text.replace("\n", " ") for text in ready])
    joined = joined.casefold()
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    if points.size and points.max() < _BASIC_PLANE:
        points = _blanks()[points]
        blank = points == ord(" ")
        blank[1:] &= blank[:-1]  # of a run of blanks the first one stays
        blank[0] = False
        joined = points[~blank].tobytes().decode("utf-32-le", "surrogatepass")
    else:
        joined = _NOT_WORD_IN_LINE.sub(" ", joined.replace("_", " "))
    return tuple([line.strip(" ") for line in joined.split("\n")])


@cache
def _blanks() -> NDArray[np.uint32]:
    """What stands for each character of the basic plane: itself, or a blank for one that ``fold`` folds."""
    plane = "".join(map(chr, range(_BASIC_PLANE)))
    points = np.arange(_BASIC_PLANE, dtype=np.uint32)
    for found in _NOT_WORD.finditer(plane):
        points[found.start() : found.end()] = ord(" ")
    points[ord("\n")] = ord("\n")
    return points
