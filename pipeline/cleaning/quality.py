"""Published quality measures of one text, and which published filters it passes. Columns, never deletions.

Each preset is written from its paper; ``bench/cleaning_quality.py`` holds the results against datatrove's own filters.
They are made for English: Gopher's function words and C4's phrases say nothing about other languages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cleaning.quality_lines import C4, FineWeb, c4, fineweb, refinedweb
from pipeline.cleaning.quality_repetition import Repetition, repetition
from pipeline.cleaning.quality_signs import SIGNS
from pipeline.cleaning.quality_words import sentence_count, tokens
from pipeline.quality import Passes, Quality

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Gopher quality: Rae et al. 2021, arXiv 2112.11446, appendix A.1.1.
GOPHER_FEWEST_WORDS, GOPHER_MOST_WORDS = 50, 100_000
GOPHER_SHORTEST_MEAN, GOPHER_LONGEST_MEAN = 3.0, 10.0
GOPHER_MOST_SYMBOLS = 0.1
GOPHER_MOST_BULLETS = 0.9
GOPHER_MOST_ELLIPSES = 0.3
GOPHER_FEWEST_ALPHABETIC = 0.8
GOPHER_FEWEST_STOP_WORDS = 2
GOPHER_STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})

# Gopher repetition: the same, Table A1.
GOPHER_MOST_DUPLICATE_LINES = GOPHER_MOST_DUPLICATE_PARAGRAPHS = 0.30
GOPHER_MOST_DUPLICATE_LINE_CHARS = GOPHER_MOST_DUPLICATE_PARAGRAPH_CHARS = 0.20
GOPHER_MOST_TOP = (0.20, 0.18, 0.16)
GOPHER_MOST_DUPLICATE = (0.15, 0.14, 0.13, 0.12, 0.11, 0.10)

C4_FEWEST_SENTENCES = 5
"""Raffel et al. 2020, JMLR 21:140, section 2.2; the code that made C4 says 5, the paper's text 3."""

# FineWeb: Penedo et al. 2024, arXiv 2406.17557, section 3.6; the rule on line breaks is in its code alone.
FINEWEB_FEWEST_ENDED_LINES = 0.12
FINEWEB_MOST_SHORT_LINES = 0.67
FINEWEB_MOST_DUPLICATE_CHARS = 0.01
FINEWEB_MOST_BREAKS = 0.3

REFINEDWEB_MOST_DROPPED = 0.05
"""Penedo et al. 2023, arXiv 2306.01116, appendix G.2: a text that loses more than 5 % of its words is dropped whole."""


@dataclass(frozen=True, slots=True)
class _Gopher:
    words: int
    mean_length: float
    hashes: float
    ellipses: float
    bullet_lines: float
    ellipsis_lines: float
    alphabetic: float
    stop_words: int


def quality(text: str) -> Quality:
    """Measure a text with words and sentences of our own cutting.

    >>> quality("The mill stands by the river.").passes.gopher_quality
    False
    """
    return measure(text, tokens(text), sentence_count)


def measure(text: str, words: Sequence[str], count_sentences: Callable[[str], int]) -> Quality:
    """Measure a text whose words (signs being words of their own) and sentences of a line are cut by the caller."""
    gopher = _gopher(text, words)
    repeated = repetition(text, words)
    lines = fineweb(text, words)
    kept = c4(text, count_sentences)
    dropped = refinedweb(text)
    passes = Passes(
        c4=kept.sentences >= C4_FEWEST_SENTENCES and not kept.banned,
        gopher_quality=_passes_gopher(gopher),
        gopher_repetition=bool(text) and _passes_repetition(repeated),
        fineweb=bool(words) and _passes_fineweb(lines),
        refinedweb=dropped <= REFINEDWEB_MOST_DROPPED,
    )
    return _as_quality(gopher, repeated, lines, kept, dropped, passes)


def _gopher(text: str, words: Sequence[str]) -> _Gopher:
    counts = Counter(words)
    total = len(words) or 1
    real = chars = alphabetic = 0
    for word, count in counts.items():
        if word.isalnum() or not SIGNS.issuperset(word):
            real += count
            chars += count * len(word)
        if word.isalpha() or any(map(str.isalpha, word)):
            alphabetic += count
    lines = text.splitlines() or [""]
    return _Gopher(
        words=real,
        mean_length=chars / real if real else 0.0,
        hashes=text.count("#") / total,
        ellipses=(text.count("...") + text.count("…")) / total,
        bullet_lines=sum(line.lstrip().startswith(("•", "-")) for line in lines) / len(lines),
        ellipsis_lines=sum(line.rstrip().endswith(("...", "…")) for line in lines) / len(lines),
        alphabetic=alphabetic / total,
        stop_words=sum(word in counts for word in GOPHER_STOP_WORDS),
    )


def _passes_gopher(found: _Gopher) -> bool:
    return (
        GOPHER_FEWEST_WORDS <= found.words <= GOPHER_MOST_WORDS
        and GOPHER_SHORTEST_MEAN <= found.mean_length <= GOPHER_LONGEST_MEAN
        and max(found.hashes, found.ellipses) <= GOPHER_MOST_SYMBOLS
        and found.bullet_lines <= GOPHER_MOST_BULLETS
        and found.ellipsis_lines <= GOPHER_MOST_ELLIPSES
        and found.alphabetic >= GOPHER_FEWEST_ALPHABETIC
        and found.stop_words >= GOPHER_FEWEST_STOP_WORDS
    )


def _passes_repetition(found: Repetition) -> bool:
    return (
        found.lines <= GOPHER_MOST_DUPLICATE_LINES
        and found.paragraphs <= GOPHER_MOST_DUPLICATE_PARAGRAPHS
        and found.line_chars <= GOPHER_MOST_DUPLICATE_LINE_CHARS
        and found.paragraph_chars <= GOPHER_MOST_DUPLICATE_PARAGRAPH_CHARS
        and all(share <= most for share, most in zip(found.top, GOPHER_MOST_TOP, strict=True))
        and all(share <= most for share, most in zip(found.duplicate, GOPHER_MOST_DUPLICATE, strict=True))
    )


def _passes_fineweb(found: FineWeb) -> bool:
    return (
        found.ended_lines >= FINEWEB_FEWEST_ENDED_LINES
        and found.short_lines <= FINEWEB_MOST_SHORT_LINES
        and found.duplicate_chars <= FINEWEB_MOST_DUPLICATE_CHARS
        and found.breaks_per_word <= FINEWEB_MOST_BREAKS
    )


def _as_quality(
    gopher: _Gopher, repeated: Repetition, lines: FineWeb, kept: C4, dropped: float, passes: Passes
) -> Quality:
    top = [round(share, 4) for share in repeated.top]
    duplicate = [round(share, 4) for share in repeated.duplicate]
    return Quality(
        words=gopher.words,
        mean_word_length=round(gopher.mean_length, 4),
        hashes_per_word=round(gopher.hashes, 4),
        ellipses_per_word=round(gopher.ellipses, 4),
        bullet_lines=round(gopher.bullet_lines, 4),
        ellipsis_lines=round(gopher.ellipsis_lines, 4),
        alphabetic_words=round(gopher.alphabetic, 4),
        stop_words=gopher.stop_words,
        duplicate_lines=round(repeated.lines, 4),
        duplicate_line_chars=round(repeated.line_chars, 4),
        duplicate_paragraphs=round(repeated.paragraphs, 4),
        duplicate_paragraph_chars=round(repeated.paragraph_chars, 4),
        top_2gram=top[0],
        top_3gram=top[1],
        top_4gram=top[2],
        duplicate_5gram=duplicate[0],
        duplicate_6gram=duplicate[1],
        duplicate_7gram=duplicate[2],
        duplicate_8gram=duplicate[3],
        duplicate_9gram=duplicate[4],
        duplicate_10gram=duplicate[5],
        ended_lines=round(lines.ended_lines, 4),
        short_lines=round(lines.short_lines, 4),
        repeated_line_chars=round(lines.duplicate_chars, 4),
        breaks_per_word=round(lines.breaks_per_word, 4),
        c4_lines=round(kept.lines, 4),
        c4_sentences=kept.sentences,
        c4_banned=kept.banned,
        refinedweb_dropped=round(dropped, 4),
        passes=passes,
    )
