"""Line rules of the published filters: C4, FineWeb and RefinedWeb. They measure here; nothing is removed by them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cleaning.quality_repetition import duplicates
from pipeline.cleaning.quality_signs import SENTENCE_ENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

C4_LINE_ENDS = (".", "?", "!", '"', "'")
C4_FEWEST_WORDS = 3
C4_LONGEST_WORD = 1000
C4_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
"""Raffel et al. 2020 (JMLR 21:140, section 2.2) and, for policy lines and long words, the code that made C4."""

FINEWEB_SHORT_LINE = 30
"""Characters (Penedo et al. 2024, arXiv 2406.17557, section 3.6)."""

REFINEDWEB_UPPER_SHARE = 0.5
REFINEDWEB_SHORT_LINE = 10
"""Words (Penedo et al. 2023, arXiv 2306.01116, appendix G.2; 'mainly' upper case is taken as half here)."""

_CITATION = re.compile(r"\[\d*\]|\[edit\]|\[citation needed\]")
_ENDS = tuple(SENTENCE_ENDS)
_COUNTER = re.compile(
    r"\W*\d[\d.,]*\s?[kKmM]?\s+(?:likes?|shares?|comments?|retweets?|views?|followers?|replies|reactions?|votes?)\W*"
)
_CAPITAL = re.compile("[A-ZÀ-ÖØ-ÞΑ-ΩЀ-Я]")
_SIGN_IN = ("sign in", "sign-in", "sign up", "sign-up", "log in", "log-in", "login")
_READ_MORE = ("read more", "continue reading", "see more")
_CART = ("items in cart", "items in your cart")


class C4(NamedTuple):
    """What C4 would keep: the share of lines, their sentences, and whether a banned string drops the whole text."""

    lines: float
    sentences: int
    banned: bool


def c4(text: str, count_sentences: Callable[[str], int]) -> C4:
    r"""Keep lines of three words or more that end like a sentence, without JavaScript and policy phrases.

    >>> c4("Rain fell. Nobody minded!\nMenu", lambda line: 2)
    C4(lines=0.5, sentences=2, banned=False)
    """
    lines = text.splitlines()
    whole = text.lower()
    plain = not any(phrase in whole for phrase in ("lorem ipsum", "javascript", "{", *C4_POLICY))
    kept = sentences = 0
    for raw in lines:
        line = raw.strip()
        words = line.split()
        if len(line) > C4_LONGEST_WORD and max(map(len, words)) > C4_LONGEST_WORD:
            continue
        line = _CITATION.sub("", line)
        if not line.endswith(C4_LINE_ENDS) or line.endswith("...") or len(words) < C4_FEWEST_WORDS:
            continue
        if not plain:
            lower = line.lower()
            if "lorem ipsum" in lower or ("{" in line and "javascript" not in lower):
                return C4(kept / len(lines), sentences, banned=True)
            if "javascript" in lower or any(phrase in lower for phrase in C4_POLICY):
                continue
        sentences += count_sentences(line)
        kept += 1
    return C4(kept / len(lines) if lines else 0.0, sentences, banned=False)


class FineWeb(NamedTuple):
    """Shares of lines that end a sentence and that are short; characters in repeated lines; line breaks a word."""

    ended_lines: float
    short_lines: float
    duplicate_chars: float
    breaks_per_word: float


def fineweb(text: str, words: Sequence[str]) -> FineWeb:
    r"""The document measures that FineWeb found to matter beside C4 and Gopher.

    >>> fineweb("It rained.\nMenu", ["It", "rained", ".", "Menu"])
    FineWeb(ended_lines=0.5, short_lines=1.0, duplicate_chars=0.0, breaks_per_word=0.25)
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return FineWeb(0.0, 0.0, 0.0, 0.0)
    breaks = text.count("\n")
    return FineWeb(
        sum(line.endswith(_ENDS) for line in lines) / len(lines),
        sum(len(line) <= FINEWEB_SHORT_LINE for line in lines) / len(lines),
        duplicates(lines)[1] / (len(text) - breaks),
        breaks / len(words) if words else 0.0,
    )


def refinedweb(text: str) -> float:
    r"""Share of words in lines that RefinedWeb would correct away: capitals, numbers, counters, one word, sign-in.

    >>> refinedweb("The mill stands by the river.\n3 likes")
    0.25
    """
    flagged = total = 0
    for line in text.split("\n"):
        words = len(line.split())
        total += words
        if words and _is_undesirable(line.strip(), words):
            flagged += words
    return flagged / total if total else 0.0


def _is_undesirable(line: str, words: int) -> bool:
    if words == 1 and not _has_unspaced_text(line):
        return True
    if len(_CAPITAL.findall(line)) > REFINEDWEB_UPPER_SHARE * len(line):
        return True
    if words > REFINEDWEB_SHORT_LINE:
        return False
    lower = line.lower()
    if lower.startswith(_SIGN_IN) or lower.rstrip(" .…»→").endswith(_READ_MORE) or any(end in lower for end in _CART):
        return True
    return not any(map(str.isalpha, line)) or _COUNTER.fullmatch(line) is not None


def _has_unspaced_text(line: str) -> bool:
    """A line of Chinese, Japanese or Thai is one 'word' and yet no label."""
    return len(line) > REFINEDWEB_SHORT_LINE and line[0] >= "\u0e00"
