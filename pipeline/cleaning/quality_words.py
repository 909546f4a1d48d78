"""Words, sentences and lines of a text, cut the way that the published quality measures mean them."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\w+(?:['’.\-]\w+)*|[^\w\s]")
_UNSPACED = re.compile("[぀-ヿ㐀-䶿一-鿿]")
_TOKEN_UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿]|[^\W぀-ヿ㐀-䶿一-鿿]+(?:['’.\-][^\W぀-ヿ㐀-䶿一-鿿]+)*|[^\w\s]")
# The class stands first, for a search without a try at every place.
_SENTENCE_END = re.compile(r"[.!?؟।。！？]+(?:(?<=[。！？])|[\"'”’»)\]]*(?=\s|$))")
_ENDS = tuple(".!?؟।。！？\"'”’»)]")


def tokens(text: str) -> list[str]:
    """Words and signs, each sign a token of its own; Chinese characters and kana one by one.

    >>> tokens("It's 3.5 km, isn't it?")
    ["It's", '3.5', 'km', ',', "isn't", 'it', '?']
    """
    if text.isascii() or not _UNSPACED.search(text):
        return _TOKEN.findall(text)
    return _TOKEN_UNSPACED.findall(text)


def sentence_count(line: str) -> int:
    """Sentences of a line: its ends of sentences, and one more where text follows the last of them.

    >>> sentence_count("Rain fell. Nobody minded!"), sentence_count("no end")
    (2, 1)
    """
    line = line.strip()
    return len(_SENTENCE_END.findall(line)) + (not line.endswith(_ENDS) and bool(line))
