"""What a kept paragraph is, where it is not plain text: spun, cut off, or a stray line in another language.

It stays in the body and says so. The evidence is the paragraph's own where it has any. A paragraph of a text in the
band ``quarantine`` that has none takes the text's: a spinner goes over all of a page, and leaves its plain traces in
some paragraphs of it only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cleaning.fragments import cut_end, cut_start
from pipeline.cleaning.language import base, foreign_insert
from pipeline.quality import Band, Evidence, ParagraphLanguage
from pipeline.verdict import Class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.cleaning.spin import Spin

SPUN = frozenset({"digit_to_word", "function_word_capital"})
"""Rules whose traces lie in the words of a paragraph; in a text of the band ``none`` they say nothing about it."""

CARELESS = {"function_word_capital"}
"""What people leave too who write in haste: with this alone a text may be suspect, its paragraphs are not called spun.
All six suspect texts among 2,195 of the benchmark's human gold were posts without full stops."""

OF_THE_TEXT = "text_in_quarantine"
"""The rule of a spun paragraph without a trace of its own."""

FOREIGN = "foreign_line"
"""The rule of a stray line in another language. What is in another script goes already when the page is judged."""

BILINGUAL = 0.2
"""Share of a text's characters in a language from which it is one of the text's own."""

_CITED = re.compile(r"https?://|www\.|\(\d{4}\)|\bpp?\. ?\d|^\W*\d{1,3}\W")
"""A source that is named in its own language."""

FILLED_TITLE_POINTS = 20
FEWEST_SOURCES = 2
"""So many boilerplates of others, altered, that no one site has them: the text is made of several."""


class Text(NamedTuple):
    """A text: for each paragraph its class, its language, and whether it is a quotation; the text's own language."""

    paragraphs: Sequence[str]
    classes: Sequence[Class]
    languages: Sequence[ParagraphLanguage]
    quoted: Sequence[bool]
    language: str | None


class Marks(NamedTuple):
    """One class and one rule a paragraph (the rule is empty where there is nothing to say), evidence, and flags.

    ``evidence`` are the cut places, without points: they are no sign of a spinner by themselves.
    """

    classes: tuple[Class, ...]
    rules: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...]


def mark(text: Text, spin: Spin) -> Marks:
    """Classes of the paragraphs by what was seen in them. Captions, references and the like stay what they are."""
    own = {trace.paragraph: trace.rule for trace in reversed(spin.evidence) if trace.rule in SPUN}
    patched = spin.band is Band.QUARANTINE
    suspect = spin.band is Band.SUSPECT and {trace.rule for trace in spin.evidence} != CARELESS
    cuts = dict(_cuts(text, patched=patched))
    inserts = frozenset(_inserts(text))
    marked: list[tuple[Class, str]] = []
    for index, kind in enumerate(text.classes):
        if index in cuts:
            marked.append((Class.TRUNCATED_FRAGMENT, cuts[index].rule))
        elif index in inserts:
            marked.append((Class.FOREIGN_LANGUAGE_INSERT, FOREIGN))
        elif kind is Class.BODY and patched:
            marked.append((Class.BODY_SPUN, own.get(index, OF_THE_TEXT)))
        elif kind is Class.BODY and index in own and suspect:
            marked.append((Class.BODY_SPUN, own[index]))
        else:
            marked.append((kind, ""))
    classes = tuple([kind for kind, _ in marked])
    return Marks(classes, tuple([rule for _, rule in marked]), tuple(cuts.values()), _flags(classes, spin))


def _cuts(text: Text, *, patched: bool) -> Iterator[tuple[int, Evidence]]:
    """The cut paragraphs, each with the words beside the cut."""
    for index, (paragraph, kind) in enumerate(zip(text.paragraphs, text.classes, strict=True)):
        if kind is not Class.BODY:
            continue
        following = text.paragraphs[index + 1] if index + 1 < len(text.paragraphs) else ""
        cut = cut_start(paragraph, patched=patched) or cut_end(paragraph, following, text.language, patched=patched)
        if cut is not None:
            yield index, Evidence(cut.rule, 0, index, cut.words)


def _inserts(text: Text) -> Iterator[int]:
    """Paragraphs that are stray lines in another language: no quotation, no passage, and none of a bilingual text."""
    language = base(text.language)
    others = [
        (index, each.language)
        for index, each in enumerate(text.languages)
        if each.language != language and each.confidence is not None
    ]
    if not others:
        return
    whole = sum(map(len, text.paragraphs))
    for index, other in others:
        held = sum(len(text.paragraphs[place]) for place, code in others if code == other)
        plain = (
            text.classes[index] is Class.BODY and not text.quoted[index] and not _CITED.search(text.paragraphs[index])
        )
        if plain and held < BILINGUAL * whole and foreign_insert(text.paragraphs[index], language):
            yield index


def _flags(classes: Sequence[Class], spin: Spin) -> tuple[str, ...]:
    """What the evidence comes to, in the order of weight."""
    altered = [trace for trace in spin.evidence if trace.rule == "altered_boilerplate"]
    rules = {trace.rule for trace in spin.evidence}
    filled = any(t.rule == "headline_template" and t.points >= FILLED_TITLE_POINTS for t in spin.evidence)
    said = {
        "machine_spun": Class.BODY_SPUN in classes,
        "spun_boilerplate": bool(altered),
        "patchwork": bool(rules & {"citations_fall_back", "inserted_boilerplate"}) or len(altered) >= FEWEST_SOURCES,
        "truncated_paragraphs": Class.TRUNCATED_FRAGMENT in classes,
        "foreign_paragraph": Class.FOREIGN_LANGUAGE_INSERT in classes,
        "title_template": filled,
    }
    return tuple([name for name, holds in said.items() if holds])
