"""Text for comparison."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """NFKC, lower case, punctuation and white space folded to single blanks.

    >>> fold("  Report this Page! ")
    'report this page'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _NOT_WORD.sub(" ", text.casefold()).strip()
