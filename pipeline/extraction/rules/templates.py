"""Known boilerplate, also where a synonym spinner has reworded it."""

from __future__ import annotations

from functools import lru_cache

from pipeline.block import Block
from pipeline.cleaning import boilerplate as matching
from pipeline.cleaning.spin import spin_score
from pipeline.extraction.outline import Outline
from pipeline.verdict import Class, Reason, reason_of

FEWEST_WORDS = 4
NOTICE_WORDS = 10
NOTICE_LINKS = 0.5

NOTES = frozenset(
    {
        Class.ADVERT_AFFILIATE,
        Class.COMMENTS,
        Class.COPYRIGHT_FOOTER,
        Class.DISCLAIMER_FINANCIAL,
        Class.DISCLAIMER_LEGAL,
        Class.DISCLAIMER_MEDICAL,
        Class.SECURITY_BANNER,
    }
)
"""Notes that authors and publishers put to a text in words of their own. Of 25 that the score wanted, the people who
marked the benchmark's articles had left 12 in the text, so there the score decides: see `LIKE`, and spun pages."""

LIKE = 0.55
"""Similarity from which a note goes against the score: six of seven on the benchmark were outside the gold text, of
those below it seven of eighteen."""

SIGNS = 10
"""Spin points of a page on which a note of any wording goes; two pages in a hundred that people wrote have as many."""

MOST_LOOKED_AT = 60
"""Blocks of running text that are searched for signs; a spun page has some twenty."""

_match = lru_cache(maxsize=1024)(matching.match)


def boilerplate(block: Block, outline: Outline) -> Reason | None:
    """Words of forms, boxes and walls, however reworded; notes such as disclaimers nearly word for word.

    On a page with signs of a spinner notes go in any wording (contentfarm taxonomy, section 5).
    """
    if outline.words[block.position] < FEWEST_WORDS:
        return None
    found = _match(block.text)
    if found is None or (found.block_class in NOTES and found.similarity < LIKE and not _spun(outline)):
        return None
    return reason_of(found.block_class)


def notice(block: Block, outline: Outline) -> Reason | None:
    """A text of the template library, asked only where it may be a notice: the library costs 70 µs a block."""
    if outline.words[block.position] < NOTICE_WORDS or block.link_density > NOTICE_LINKS:
        return None
    found = _match(block.text)
    return reason_of(found.block_class) if found is not None else None


def _spun(outline: Outline) -> bool:
    texts = tuple([block.text for block in outline.blocks if outline.prose[block.position]][:MOST_LOOKED_AT])
    headline = outline.blocks[outline.headline].text if outline.headline >= 0 else outline.title
    return _signs(texts, headline) >= SIGNS


@lru_cache(maxsize=16)
def _signs(texts: tuple[str, ...], headline: str) -> int:
    """Spin points of a page: its words, its headline, and which boilerplate stands among its text."""
    found = [(number, known) for number, text in enumerate(texts) if (known := _match(text)) is not None]
    matches = [(number, known.template, known.similarity, known.fixed) for number, known in found]
    return spin_score(texts, headline, matches, {known.block_class for _, known in found}).score
