"""What a text is like: published quality measures, and evidence that it was spun. Values; ``cleaning`` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Passes:
    """Which presets the text passes."""

    c4: bool
    gopher_quality: bool
    gopher_repetition: bool
    fineweb: bool
    refinedweb: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures behind the presets. Shares are 0 to 1, rounded to 4 decimals; counts are whole numbers.

    The n-gram shares count the blanks inside an n-gram, as published, and may pass 1 in texts of two or three words.
    """

    words: int
    mean_word_length: float
    hashes_per_word: float
    ellipses_per_word: float
    bullet_lines: float
    ellipsis_lines: float
    alphabetic_words: float
    stop_words: int
    duplicate_lines: float
    duplicate_line_chars: float
    duplicate_paragraphs: float
    duplicate_paragraph_chars: float
    top_2gram: float
    top_3gram: float
    top_4gram: float
    duplicate_5gram: float
    duplicate_6gram: float
    duplicate_7gram: float
    duplicate_8gram: float
    duplicate_9gram: float
    duplicate_10gram: float
    ended_lines: float
    short_lines: float
    repeated_line_chars: float
    breaks_per_word: float
    c4_lines: float
    c4_sentences: int
    c4_banned: bool
    refinedweb_dropped: float
    passes: Passes


class Band(StrEnum):
    """What a score means: nothing seen, a flag for the reader, or a text that is no source. None holds a row back."""

    NONE = "none"
    SUSPECT = "suspect"
    QUARANTINE = "quarantine"


class Evidence(NamedTuple):
    """One trace of spinning: the rule, its points, the paragraph of the body, and the words that it saw.

    ``paragraph`` counts from 0; None for the title, and for a removed block, whose template stands for the words.
    """

    rule: str
    points: int
    paragraph: int | None
    text: str


class ParagraphLanguage(NamedTuple):
    """The language of one paragraph (ISO 639 code, ``und`` where it cannot be told), and how sure that is, 0 to 1.

    ``confidence`` is None where the paragraph says too little for itself and has the language of the text.
    """

    language: str
    confidence: float | None
