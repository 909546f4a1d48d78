"""One article's text, cleaned and described: what ``flow`` asks of this package in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.cleaning.fixes import apply_fixes
from pipeline.cleaning.language import detect
from pipeline.cleaning.quality import quality
from pipeline.cleaning.spin import Spin, spin_score
from pipeline.quality import Quality
from pipeline.verdict import Class

SURE = 0.5
"""Confidence in the text's language below which the page's own word is believed (py3langid: "Read more" has 0.08)."""

REPEATED_CHARS = 40
"""A shorter paragraph may stand twice on purpose: an interviewer's name, a refrain."""


class Cleaned(NamedTuple):
    """The text of an article after the fixes, with what can be said of it.

    ``classes`` has one class a paragraph; ``fixes`` are the names of the repairs that changed something, in order;
    ``language`` is a BCP 47 primary tag or None, with its confidence, 0 to 1.
    """

    title: str | None
    paragraphs: tuple[str, ...]
    classes: tuple[Class, ...]
    fixes: tuple[str, ...]
    language: str | None
    language_confidence: float
    quality: Quality
    spin: Spin


def clean(
    title: str | None,
    paragraphs: Sequence[str],
    classes: Sequence[Class],
    declared: tuple[str | None, float],
    boilerplate: Sequence[tuple[str, float, bool]] = (),
) -> Cleaned:
    """Repair and describe. ``declared`` is the page's own language and the confidence in that.

    ``boilerplate`` are the templates recognised on the page, as (id, similarity, fixed).
    """
    applied: dict[str, None] = {}
    texts: list[str] = []
    kinds: list[Class] = []
    for paragraph, kind in zip(paragraphs, classes, strict=True):
        text, names = apply_fixes(paragraph)
        applied.update(dict.fromkeys(names))
        if texts and text == texts[-1] and len(text) >= REPEATED_CHARS:
            applied["repeated_paragraphs"] = None
            continue
        texts.append(text)
        kinds.append(kind)
    if title is not None:
        title, names = apply_fixes(title)
        applied.update(dict.fromkeys(names))
    body = "\n\n".join(texts)
    found = detect(body)
    language, confidence = declared
    if found.confidence is not None and (found.confidence >= SURE or language is None):
        language, confidence = found.code, found.confidence
    matches = [(len(texts), template, similarity, fixed) for template, similarity, fixed in boilerplate]
    return Cleaned(
        title,
        tuple(texts),
        tuple(kinds),
        tuple(applied),
        language,
        round(confidence, 4),
        quality(body),
        spin_score(texts, title, matches),
    )
