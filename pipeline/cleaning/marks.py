"""What a kept paragraph is, where it is not plain text: spun, or cut off. It stays in the body and says so.

The evidence is the paragraph's own where it has any. A paragraph of a text in the band ``quarantine`` that has none
takes the text's: a spinner goes over all of a page, and leaves its plain traces in some paragraphs of it only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.cleaning.fragments import cut_end, cut_start
from pipeline.quality import Band, Evidence
from pipeline.verdict import Class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.cleaning.spin import Spin

SPUN = frozenset({"digit_to_word", "function_word_capital"})
"""Rules whose traces lie in the words of a paragraph; in a text of the band ``none`` they say nothing about it."""

OF_THE_TEXT = "text_in_quarantine"
"""The rule of a spun paragraph without a trace of its own."""

FILLED_TITLE_POINTS = 20
FEWEST_SOURCES = 2
"""So many boilerplates of others, altered, that no one site has them: the text is made of several."""


class Marks(NamedTuple):
    """One class and one rule a paragraph (the rule is empty where there is nothing to say), evidence, and flags.

    ``evidence`` are the cut places, without points: every third text of people has one that looks like it.
    """

    classes: tuple[Class, ...]
    rules: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...]


def mark(paragraphs: Sequence[str], classes: Sequence[Class], spin: Spin, language: str | None) -> Marks:
    """Classes of the paragraphs by what was seen in them. Captions, references and the like stay what they are."""
    own = {trace.paragraph: trace.rule for trace in reversed(spin.evidence) if trace.rule in SPUN}
    patched = spin.band is Band.QUARANTINE
    cuts = dict(_cuts(paragraphs, classes, language, patched=patched))
    marked: list[tuple[Class, str]] = []
    for index, kind in enumerate(classes):
        if index in cuts:
            marked.append((Class.TRUNCATED_FRAGMENT, cuts[index].rule))
        elif kind is Class.BODY and patched:
            marked.append((Class.BODY_SPUN, own.get(index, OF_THE_TEXT)))
        elif kind is Class.BODY and index in own and spin.band is Band.SUSPECT:
            marked.append((Class.BODY_SPUN, own[index]))
        else:
            marked.append((kind, ""))
    found = tuple([kind for kind, _ in marked])
    return Marks(found, tuple([rule for _, rule in marked]), tuple(cuts.values()), _flags(found, spin))


def _cuts(
    paragraphs: Sequence[str], classes: Sequence[Class], language: str | None, *, patched: bool
) -> Iterator[tuple[int, Evidence]]:
    """The cut paragraphs, each with the words beside the cut."""
    for index, (text, kind) in enumerate(zip(paragraphs, classes, strict=True)):
        if kind is not Class.BODY:
            continue
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else ""
        cut = cut_start(text, patched=patched) or cut_end(text, following, language, patched=patched)
        if cut is not None:
            yield index, Evidence(cut.rule, 0, index, cut.words)


def _flags(classes: Sequence[Class], spin: Spin) -> tuple[str, ...]:
    """What the evidence comes to, in the order of weight."""
    altered = [trace for trace in spin.evidence if trace.rule == "altered_boilerplate"]
    rules = {trace.rule for trace in spin.evidence}
    filled = any(t.rule == "headline_template" and t.points >= FILLED_TITLE_POINTS for t in spin.evidence)
    said = {
        "machine_spun": Class.BODY_SPUN in classes,
        "spun_boilerplate": bool(altered),
        "patchwork": "citations_fall_back" in rules or len(altered) >= FEWEST_SOURCES,
        "truncated_paragraphs": Class.TRUNCATED_FRAGMENT in classes,
        "title_template": filled,
    }
    return tuple([name for name, holds in said.items() if holds])
