"""Score and rules to one verdict a block.

The score decides. Rules that are certain overrule it; the others say why a block goes that the score has refused.
What the site's profile takes is bounded twice: by the block's own score, and by what it would leave of the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pipeline.block import Block, Segments
from pipeline.cleaning.boilerplate import match
from pipeline.extraction.names import Role
from pipeline.extraction.outline import Outline
from pipeline.extraction.rules import CERTAIN, EXPLAINING, Rule, language, name_of, names, site, templates
from pipeline.verdict import Class, Decision, Reason, Removal, Verdict

FIELDS = frozenset({Reason.BYLINE_DATELINE, Reason.AUTHOR_BIO, Reason.BREADCRUMBS})
"""Reasons whose text is not lost but goes into a field of the record."""

COMMENT_WORDS = 5
"""A block of a comment thread with so many words is somebody's comment, and goes into that field."""

SURE = 0.9
"""Score from which a block is text although it repeats on the site: a lead that other pages quote has it on its own
page. ``bench/profiles.py`` prints how such blocks fare."""

FEWEST_LEFT = 50
"""Words that the profile must leave on a page, and at least as many as it takes; else it takes nothing there."""

_TEMPLATES = frozenset({name_of(templates.boilerplate), name_of(templates.notice), name_of(language.foreign_line)})
"""Rules whose removals name the template that the block is a copy of; a foreign line need not be one."""

_SITE = name_of(site.repeated)
_COMMENTS = name_of(names.comments)
_CERTAIN = tuple((rule, name_of(rule)) for rule in CERTAIN)
_SURE = tuple(pair for pair in _CERTAIN if pair[1] != _SITE)
_EXPLAINING = tuple((rule, name_of(rule)) for rule in EXPLAINING)
_CLASS_OF = {reason: Class(reason.value) for reason in Reason if reason.value in {each.value for each in Class}}

# a rule with its name; what was objected to a block, and by which
_Named = tuple[Rule, str]
_Objection = tuple[Reason, str]


def judge(segments: Segments, outline: Outline, scores: Sequence[float], threshold: float) -> tuple[Verdict, ...]:
    """One verdict a block, in page order.

    ``scores`` are keep-scores, one a block, 0 to 1, rounded to 4 decimals; ``threshold`` is the score from which on
    this page's blocks are article.
    """
    verdicts = _verdicts(segments.blocks, outline, scores, threshold)
    if outline.repeated and not _leaves_enough(outline, verdicts, threshold):
        verdicts = _verdicts(segments.blocks, outline._replace(repeated=frozenset()), scores, threshold)
    return verdicts


def _verdicts(
    blocks: Sequence[Block], outline: Outline, scores: Sequence[float], threshold: float
) -> tuple[Verdict, ...]:
    bound = SURE if outline.repeated else math.inf  # without a profile the two ask the same
    open_to: dict[tuple[_Named, ...], list[int]] = {_SURE: [], _CERTAIN: [], _EXPLAINING: []}
    for at, score in enumerate(scores):
        if at != outline.headline:
            open_to[_EXPLAINING if score < threshold else _SURE if score >= bound else _CERTAIN].append(at)
    refused = set(open_to[_EXPLAINING])
    objections = {at: found for rules, positions in open_to.items() for at, found in _asked(rules, outline, positions)}
    known = dict(_asked(_EXPLAINING, outline, [at for at, (_, rule) in objections.items() if rule == _SITE]))
    verdicts: list[Verdict] = []
    for block, score in zip(blocks, scores, strict=True):
        at = block.position
        if at == outline.headline:
            verdict = Verdict(Decision.FIELD, Class.HEADLINE, None, "headline.title", score)
        elif at in known:
            verdict = _repeated(known[at], score)
        elif at in objections:
            verdict = _taken(block, objections[at], outline, score)
        elif at in refused:
            verdict = Verdict(Decision.REMOVE, Class.UNRECOGNISED, Reason.UNLIKE_ARTICLE, "", score)
        else:
            verdict = Verdict(Decision.KEEP, _kept_class(block, outline), None, "", score)
        verdicts.append(verdict)
    return tuple(verdicts)


def _asked(rules: Sequence[_Named], outline: Outline, positions: Sequence[int]) -> Iterator[tuple[int, _Objection]]:
    """Of the blocks at these positions those that a rule objects to, with the first that does."""
    for rule, name in rules:
        if not positions:
            return
        found = rule(outline, positions)
        if found:
            for at, reason in found:
                yield at, (reason, name)
            gone = {at for at, _ in found}
            positions = [at for at in positions if at not in gone]


def _leaves_enough(outline: Outline, verdicts: Sequence[Verdict], threshold: float) -> bool:
    """What the profile took from the text is nothing, or less than what is left and not the whole of a short page."""
    left = lost = 0
    for verdict, words in zip(verdicts, outline.words, strict=True):
        if verdict.decision is Decision.KEEP:
            left += words
        elif verdict.rule == _SITE and verdict.score >= threshold:
            lost += words
    return not lost or left >= max(lost, FEWEST_LEFT)


def taken_by_profile(outline: Outline, verdicts: Sequence[Verdict], threshold: float) -> frozenset[int]:
    """Positions of the blocks that would stand in the text if the site had no profile."""
    if not outline.repeated:
        return frozenset()
    taken = [
        block.position
        for block, verdict in zip(outline.blocks, verdicts, strict=True)
        if verdict.decision is not Decision.KEEP
        and verdict.score >= threshold
        and block.position != outline.headline
        and outline.folded[block.position] in outline.repeated
    ]
    return frozenset(taken).difference([at for at, _ in _asked(_SURE, outline, taken)])


def _taken(block: Block, objection: _Objection, outline: Outline, score: float) -> Verdict:
    """A block that a rule took: out, or into a field."""
    reason, rule = objection
    if reason in FIELDS or (rule == _COMMENTS and outline.words[block.position] >= COMMENT_WORDS):
        return Verdict(Decision.FIELD, _CLASS_OF[reason], None, rule, score)
    known = match(block.text) if rule in _TEMPLATES else None
    template, similarity = (known.template, known.similarity) if known is not None else (None, None)
    return Verdict(Decision.REMOVE, _CLASS_OF[reason], reason, rule, score, template, similarity)


def _repeated(objection: _Objection, score: float) -> Verdict:
    """A block that the profile takes: why is known, what it is the other rules say; a by-line is not lost."""
    reason, rule = objection
    if reason in FIELDS:
        return Verdict(Decision.FIELD, _CLASS_OF[reason], None, rule, score)
    return Verdict(Decision.REMOVE, _CLASS_OF.get(reason, Class.UNRECOGNISED), Reason.REPEATED_ON_SITE, _SITE, score)


def _kept_class(block: Block, outline: Outline) -> Class:
    """What a kept block is: text, or one of the apparatus around it."""
    role = outline.roles[block.container]
    if block.tag == "figcaption" or role is Role.CAPTION:
        return Class.CAPTION
    return Class.REFERENCE_LIST if role is Role.REFERENCES else Class.BODY


def removals(segments: Segments, verdicts: tuple[Verdict, ...]) -> tuple[Removal, ...]:
    """The removed blocks, as the ``removals`` table keeps them."""
    return tuple(
        [
            Removal(block.position, v.block_class, v.reason, v.rule, v.score, v.template, v.similarity, block.text)
            for block, v in zip(segments.blocks, verdicts, strict=True)
            if v.reason is not None
        ]
    )
