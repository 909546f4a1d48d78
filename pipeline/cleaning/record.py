"""One article's text, cleaned and described: what ``flow`` asks of this package in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.cleaning.fixes import apply_fixes
from pipeline.cleaning.language import KIN, base, detect, paragraph_languages
from pipeline.cleaning.marks import Text, mark
from pipeline.cleaning.quality import quality
from pipeline.cleaning.spin import Spin, spin_score
from pipeline.quality import ParagraphLanguage, Quality
from pipeline.verdict import Class

SURE = 0.5
"""Confidence in the text's language below which the page's own word is believed (py3langid: "Read more" has 0.08)."""

REPEATED_CHARS = 40
"""A shorter paragraph may stand twice on purpose: an interviewer's name, a refrain."""


class Cleaned(NamedTuple):
    """The text of an article after the fixes, with what can be said of it.

    ``classes`` has one class a paragraph, ``rules`` the name of what was seen in it (empty for plain text), ``origins``
    its place among the paragraphs given; ``fixes`` are the names of the repairs that changed something, in order;
    ``language`` is a BCP 47 primary tag or None, with its confidence, 0 to 1, ``languages`` one a paragraph; ``flags``
    say what the evidence comes to.
    """

    title: str | None
    paragraphs: tuple[str, ...]
    classes: tuple[Class, ...]
    rules: tuple[str, ...]
    origins: tuple[int, ...]
    fixes: tuple[str, ...]
    language: str | None
    language_confidence: float
    languages: tuple[ParagraphLanguage, ...]
    quality: Quality
    spin: Spin
    flags: tuple[str, ...]


def clean(
    title: str | None,
    paragraphs: Sequence[str],
    classes: Sequence[Class],
    declared: tuple[str | None, float],
    boilerplate: Sequence[tuple[str, float, bool]] = (),
    quoted: Sequence[bool] = (),
    inserted: Sequence[Class] = (),
) -> Cleaned:
    """Repair and describe. ``classes`` has one class a paragraph; ``declared`` is the page's language and how sure.

    ``boilerplate`` are the templates recognised on the page, as (id, similarity, fixed); ``quoted`` says of each
    paragraph whether its markup is that of a quotation; ``inserted`` are the classes of what stood between them.
    """
    applied: dict[str, None] = {}
    texts: list[str] = []
    origins: list[int] = []
    for origin, paragraph in enumerate(paragraphs):
        text, names = apply_fixes(paragraph)
        applied.update(dict.fromkeys(names))
        if texts and text == texts[-1] and len(text) >= REPEATED_CHARS:
            applied["repeated_paragraphs"] = None
            continue
        texts.append(text)
        origins.append(origin)
    if title is not None:
        title, names = apply_fixes(title)
        applied.update(dict.fromkeys(names))
    body = "\n\n".join(texts)
    found = detect(body)
    language, confidence = declared
    if found.confidence is not None and (found.confidence >= SURE or language is None):
        # a kin of English or Chinese is believed where the page says so too: the model takes slang for pidgin
        kin = KIN.get(found.code) if base(language) != found.code else None
        language, confidence = kin or found.code, found.confidence
    confidence = round(confidence, 4)
    matches = [(len(texts), template, similarity, fixed) for template, similarity, fixed in boilerplate]
    spin = spin_score(texts, title, matches, inserted)
    kinds = [classes[origin] for origin in origins]
    quotations = [bool(quoted) and quoted[origin] for origin in origins]
    languages = paragraph_languages(texts, language, confidence)
    marks = mark(Text(texts, kinds, languages, quotations, language), spin)
    return Cleaned(
        title=title,
        paragraphs=tuple(texts),
        classes=marks.classes,
        rules=marks.rules,
        origins=tuple(origins),
        fixes=tuple(applied),
        language=language,
        language_confidence=confidence,
        languages=languages,
        quality=quality(body),
        spin=spin._replace(evidence=spin.evidence + marks.evidence),
        flags=marks.flags,
    )
