"""Known boilerplate, also where a synonym spinner has reworded it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipeline.cleaning.boilerplate import Match, matches
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
"""Spin points from which a note of any wording goes; 1.8 % of people's texts have any (``bench/cleaning_spin.py``)."""

MOST_LOOKED_AT = 60
"""Blocks of running text that are searched for signs; a spun page has some twenty."""


def boilerplate(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """Words of forms, boxes and walls, however reworded; notes such as disclaimers nearly word for word.

    On a page with signs of a spinner notes go in any wording.
    """
    words = outline.words
    found = _known(outline, [at for at in positions if words[at] >= FEWEST_WORDS])
    return _reasons(
        [
            (at, known)
            for at, known in found
            if known.block_class not in NOTES or known.similarity >= LIKE or _spun(outline)
        ]
    )


def notice(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Reason]]:
    """A text of the template library, asked only where it may be a notice: the library costs more than other rules."""
    blocks, words = outline.blocks, outline.words
    return _reasons(
        _known(
            outline, [at for at in positions if words[at] >= NOTICE_WORDS and blocks[at].link_density <= NOTICE_LINKS]
        )
    )


def _known(outline: Outline, positions: Sequence[int]) -> list[tuple[int, Match]]:
    blocks, folded = outline.blocks, outline.folded
    found = matches([blocks[at].text for at in positions], [folded[at] for at in positions])
    return [(at, known) for at, known in zip(positions, found, strict=True) if known is not None]


def _reasons(found: list[tuple[int, Match]]) -> list[tuple[int, Reason]]:
    return [(at, reason) for at, known in found if (reason := reason_of(known.block_class)) is not None]


def _spun(outline: Outline) -> bool:
    running = [at for at, is_prose in enumerate(outline.prose) if is_prose][:MOST_LOOKED_AT]
    headline = outline.blocks[outline.headline].text if outline.headline >= 0 else outline.title
    texts, folded = [outline.blocks[at].text for at in running], [outline.folded[at] for at in running]
    return _signs(tuple(texts), tuple(folded), headline) >= SIGNS


@lru_cache(maxsize=16)
def _signs(texts: tuple[str, ...], folded: tuple[str, ...], headline: str) -> int:
    """Spin points of a page: its words, its headline, and which boilerplate stands among its text."""
    found = [(number, known) for number, known in enumerate(matches(texts, folded)) if known is not None]
    altered = [(number, known.template, known.similarity, known.fixed) for number, known in found]
    return spin_score(texts, headline, altered, {known.block_class for _, known in found}).score
