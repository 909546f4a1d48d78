"""Was a text run through a synonym spinner, or patched together? A score with its evidence, never a bare verdict.

Independent families of traces give points, each with a limit, so that no weak one condemns alone;
``bench/cleaning_spin.py`` counts the false alarms on people's texts.
Spun running text that shows none of these traces is not seen: that takes a language model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.cleaning.spin_headlines import Headline, read_headline
from pipeline.cleaning.spin_rules import (
    bracket_residue,
    capital_function_words,
    citations_falling_back,
    digits_to_words,
)
from pipeline.quality import Band, Evidence
from pipeline.verdict import Class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUSPECT = 20
QUARANTINE = 50
MOST = 100

ALTERED_FROM, ALTERED_TO = 0.14, 0.9
"""Similarity to a fixed boilerplate from which it is that boilerplate, and up to which it was altered."""

ALTERED_POINTS, ALTERED_MOST = 30, 60
DIGIT_POINTS = 25
CAPITAL_POINTS, CAPITAL_MOST = 10, 20
FILLED_HEADLINE_POINTS, LOOSE_HEADLINE_POINTS = 20, 10
CITATION_POINTS = 10
INSERTED_POINTS, FOREIGN_LINE_POINTS = 30, 10
RESIDUE_POINTS, RESIDUE_MOST = 5, 15

NEVER_IN_A_TEXT = frozenset({Class.FOREIGN_LANGUAGE_INSERT, Class.SECURITY_BANNER, Class.FORM_ERROR})
"""What nobody sets between the paragraphs of a text of his own; disclaimers and consent notices some sites do.

Two classes of insertions, one of them of these, stood among the paragraphs of none of 586 articles of the benchmark,
and of most pages of the family: its tool takes first paragraphs of several sites.
"""

MOST_TRACES = 6
"""Traces listed of one family."""


class Spin(NamedTuple):
    """The score, 0 to 100, its band, and the evidence in the order of the families."""

    score: int
    band: Band
    evidence: tuple[Evidence, ...]


class Match(NamedTuple):
    """A paragraph that resembles a template. ``fixed`` says that the template's wording never varies by itself."""

    paragraph: int
    template: str
    similarity: float
    fixed: bool


def spin_score(
    paragraphs: Sequence[str],
    title: str | None,
    matches: Iterable[tuple[int, str, float, bool]] = (),
    inserted: Iterable[Class] = (),
) -> Spin:
    """Score a text. ``matches`` are boilerplate matches of its paragraphs, also of those that were removed from it.

    ``inserted`` are the classes of what was removed from between the paragraphs, unaltered boilerplate aside.

    >>> spin_score(["Oil the hinge once in 1–two weeks."], "Rumored Buzz on gate hinges").score
    45
    """
    families = (
        _limited(_altered_boilerplate(paragraphs, matches), ALTERED_MOST),
        _inserted(frozenset(inserted)),
        _limited(_digits(paragraphs), DIGIT_POINTS),
        _limited(_capitals(paragraphs), CAPITAL_MOST),
        _headline(title or ""),
        _citations(paragraphs),
        _limited(_residue(paragraphs), RESIDUE_MOST),
    )
    evidence = tuple(trace for family in families for trace in family)
    score = min(MOST, sum(trace.points for trace in evidence))
    return Spin(score, _band(score), evidence)


def _band(score: int) -> Band:
    if score >= QUARANTINE:
        return Band.QUARANTINE
    return Band.SUSPECT if score >= SUSPECT else Band.NONE


def _limited(traces: Iterable[Evidence], most: int) -> Iterator[Evidence]:
    """Traces of a family, the same words once; beyond the family's limit they give no points and are still listed."""
    left = most
    seen: set[str] = set()
    for trace in traces:
        if trace.text in seen:
            continue
        seen.add(trace.text)
        points = min(trace.points, left)
        left -= points
        yield trace._replace(points=points)
        if len(seen) == MOST_TRACES:
            return


def _altered_boilerplate(
    paragraphs: Sequence[str], matches: Iterable[tuple[int, str, float, bool]]
) -> Iterator[Evidence]:
    """Each fixed template counts once; free-form disclaimers vary without a spinner and count nothing."""
    seen: set[str] = set()
    for match in map(Match._make, matches):
        if match.fixed and ALTERED_FROM <= match.similarity < ALTERED_TO and match.template not in seen:
            seen.add(match.template)
            inside = 0 <= match.paragraph < len(paragraphs)
            words = paragraphs[match.paragraph] if inside else match.template
            yield Evidence("altered_boilerplate", ALTERED_POINTS, match.paragraph if inside else None, words)


def _inserted(classes: frozenset[Class]) -> Iterator[Evidence]:
    """Pieces of several other sites among the paragraphs; the blocks themselves stand among the removals."""
    if not classes & NEVER_IN_A_TEXT:
        return
    if len(classes) > 1:
        yield Evidence("inserted_boilerplate", INSERTED_POINTS, None, ", ".join(sorted(classes)))
    elif Class.FOREIGN_LANGUAGE_INSERT in classes:
        yield Evidence("inserted_foreign_line", FOREIGN_LINE_POINTS, None, Class.FOREIGN_LANGUAGE_INSERT.value)


def _digits(paragraphs: Sequence[str]) -> Iterator[Evidence]:
    for index, paragraph in enumerate(paragraphs):
        for words in digits_to_words(paragraph):
            yield Evidence("digit_to_word", DIGIT_POINTS, index, words)


def _capitals(paragraphs: Sequence[str]) -> Iterator[Evidence]:
    for index, paragraph in enumerate(paragraphs):
        for words in capital_function_words(paragraph):
            yield Evidence("function_word_capital", CAPITAL_POINTS, index, words)


def _headline(title: str) -> Iterator[Evidence]:
    found = read_headline(title)
    if found is not Headline.ORDINARY:
        points = FILLED_HEADLINE_POINTS if found is Headline.FILLED else LOOSE_HEADLINE_POINTS
        yield Evidence("headline_template", points, None, title)


def _citations(paragraphs: Sequence[str]) -> Iterator[Evidence]:
    found = citations_falling_back(paragraphs)
    if found is not None:
        yield Evidence("citations_fall_back", CITATION_POINTS, *found)


def _residue(paragraphs: Sequence[str]) -> Iterator[Evidence]:
    for index, paragraph in enumerate(paragraphs):
        words = bracket_residue(paragraph)
        if words is not None:
            yield Evidence("bracket_residue", RESIDUE_POINTS, index, words)
