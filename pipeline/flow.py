"""The whole flow of one page, from bytes to an article. Read this first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.article import Article, Extraction, Metadata, Reject
from pipeline.block import Segments
from pipeline.cleaning.boilerplate import EXACT
from pipeline.cleaning.fixes import apply_fixes
from pipeline.cleaning.mask_record import mask_blocks, mask_extraction
from pipeline.cleaning.record import Cleaned, clean
from pipeline.cleaning.template_library import is_fixed
from pipeline.extraction.completeness import End
from pipeline.extraction.decode import decode, is_binary
from pipeline.extraction.judge import judge, removals, taken_by_profile
from pipeline.extraction.kind import PageKind, page_kind
from pipeline.extraction.markdown import Paragraphs, markdown, paragraphs
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.model import score_page
from pipeline.extraction.outline import Outline, count_words, outline
from pipeline.extraction.page_state import is_prose
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.extraction.script_text import script_segments
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import Signals, read_signals
from pipeline.extraction.tables import whole_tables
from pipeline.extraction.unclosed import reopened
from pipeline.extraction.unshown import UNSHOWN, opened
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.verdict import Class, Decision, Removal, Verdict

IN_THE_TEXT = "templates.boilerplate"
FOREIGN_LINE = "language.foreign_line"
"""The rules that take boilerplate and stray lines out of the running text. Banners in a place of their own are the
site's, and no sign of a spinner, however they are worded."""

TAIL = 4096
"""Bytes at a page's end in which its end tag stands: comments of caches and counters follow it."""

QUOTATIONS = frozenset({"blockquote", "q", "pre", "code"})
"""Elements whose text is not the author's own: another language in them is no stray line."""

THIN = frozenset({Outcome.REJECT_EMPTY, Outcome.REJECT_NEEDS_JAVASCRIPT})
"""Outcomes of a page that shows hardly a word: its article may stand in a script."""


def extract(page: Page, profile: SiteProfile | None = None, mask: Sequence[str] = ()) -> Extraction:
    """Everything that one page gives. Total: a value for any bytes, never an exception for what the page holds.

    ``mask`` names kinds of personal data to put marks in place of: ``email``, ``phone``, ``ip``.
    """
    extraction = _extract(page, profile, mask)
    return mask_extraction(extraction, mask) if mask else extraction


def _extract(page: Page, profile: SiteProfile | None, mask: Sequence[str]) -> Extraction:
    digest = hashlib.sha256(page.body).hexdigest()
    decoded = decode(page.body, page.content_type)
    if is_binary(page.body):
        reject = Reject(page.url, Outcome.REJECT_EMPTY, "the body is not text", Metadata())
        return Extraction(reject, (), "", (), (), digest, decoded.encoding)
    try:
        tree = parse(decoded.text)
    except PageLimitError as limit:
        reject = Reject(page.url, Outcome.QUARANTINED_LIMIT, str(limit), Metadata())
        return Extraction(reject, (), "", (), (), digest, decoded.encoding)
    signals, segments, scripts, script_chars = read_signals(tree), segment(tree), tree.scripts, tree.script_chars
    del tree  # of a long page it has tens of megabytes, and so has the scoring
    reading = _read(page, segments, signals, (profile, mask), script_chars)
    if reading.kind.outcome in THIN and (written := script_segments(signals, scripts)) is not None:
        reading = _read(page, written.segments, signals, (profile, mask), script_chars)
        reading = reading._replace(origin=written.flag)
    if reading.kind.outcome in THIN and (whole := reopened(decoded.text)) is not None:
        reading = _read_again(page, whole, (profile, mask)) or reading
    if reading.kind.outcome in THIN and (held := opened(decoded.text)) is not None:
        reading = _read_unshown(page, held, (profile, mask), reading)
    shown = reading.shown
    pairs = zip(shown.blocks, reading.verdicts, strict=True)
    record, verdicts = _record(page, reading)
    return Extraction(
        record,
        removals(shown, reading.verdicts) + reading.masked,
        "\n".join([block.text for block, verdict in pairs if verdict.decision is Decision.KEEP]),
        verdicts,
        tuple([block.text for block in shown.blocks]),
        digest,
        decoded.encoding,
        profile.version if profile else "",
    )


_Asked = tuple[SiteProfile | None, Sequence[str]]
"""What is asked of a page beside itself: what is known of its site, and the kinds to be masked."""


class _Reading(NamedTuple):
    """One page's blocks, judged. ``taken`` are those that the site's profile alone takes out of the text.

    ``shown`` are the blocks as they may be shown: with marks where the job masks, each of them in ``masked``.
    """

    segments: Segments
    shown: Segments
    masked: tuple[Removal, ...]
    metadata: Metadata
    seen: Outline
    verdicts: tuple[Verdict, ...]
    kind: PageKind
    confidence: float
    taken: frozenset[int]
    origin: str = ""
    """A flag that says where the text is from, where it is not the page that a reader sees."""


def _read(page: Page, segments: Segments, signals: Signals, asked: _Asked, script_chars: int) -> _Reading:
    """Blocks to verdicts, and what kind of page they make."""
    profile, mask = asked
    metadata = read_metadata(signals, segments, page.url, page.fetched_at)
    seen = outline(segments, metadata.title, profile)
    scores = score_page(segments, signals.title or None)
    verdicts = judge(segments, seen, whole_tables(segments, scores.keep), scores.threshold)
    shown, masked = segments, tuple[Removal, ...]()
    if mask:
        blocks, masked = mask_blocks(segments.blocks, verdicts, mask, metadata.language)
        shown = segments._replace(blocks=blocks)
    # The page's words that it quotes are cut off at a length, and half a telephone number would not be found later.
    quotable = seen._replace(blocks=shown.blocks)
    kind = page_kind(page.url, quotable, verdicts, signals, scores.page_type, script_chars, _end(page, metadata))
    taken = taken_by_profile(seen, verdicts, scores.threshold)
    return _Reading(segments, shown, masked, metadata, seen, verdicts, kind, scores.confidence, taken)


def _end(page: Page, metadata: Metadata) -> End:
    """What the page's last bytes say: one that was cut has no end tag. Pages of two bytes a character are not asked."""
    tail = page.body[-TAIL:].lower()
    return End(metadata.language, b"</html" not in tail and b"</body" not in tail and b"\0" not in tail)


def _read_again(page: Page, text: str, asked: _Asked) -> _Reading | None:
    """A page as it is without what swallowed it; None when there is nothing in it then either."""
    try:
        tree = parse(text)
    except PageLimitError:
        return None
    reading = _read(page, segment(tree), read_signals(tree), asked, tree.script_chars)
    return None if reading.kind.outcome in THIN else reading


def _read_unshown(page: Page, text: str, asked: _Asked, thin: _Reading) -> _Reading:
    """A thin page with what its elements hold for scripts and old browsers: an article, or the word that it is there.

    Templates hold forms with holes in them too, so only what reads like prose is believed.
    """
    reading = _read_again(page, text, asked)
    if reading is None:
        return thin
    pairs = zip(reading.shown.blocks, reading.verdicts, strict=True)
    kept = [block.text for block, verdict in pairs if verdict.decision is Decision.KEEP]
    if reading.kind.outcome is Outcome.ARTICLE and is_prose(kept):
        return reading._replace(origin=UNSHOWN)
    detail = "its words stand in templates, drawings, or for browsers that cannot show something else"
    return thin._replace(kind=thin.kind._replace(outcome=Outcome.REJECT_NEEDS_JAVASCRIPT, detail=detail))


def _record(page: Page, reading: _Reading) -> tuple[Article | Reject, tuple[Verdict, ...]]:
    """The article, or why there is none, and the verdicts with what was seen in the kept paragraphs."""
    _, segments, _, metadata, seen, verdicts, kind, confidence, _, origin = reading
    if kind.outcome is not Outcome.ARTICLE:
        return Reject(page.url, kind.outcome, kind.detail, metadata, kind.page_type, confidence), verdicts
    known = [
        (v.template, v.similarity, is_fixed(v.template))
        for v in verdicts
        if v.template and v.similarity and v.rule == IN_THE_TEXT
    ]
    declared = (metadata.language, metadata.language_confidence)
    found = paragraphs(segments, verdicts)
    quoted = [bool(QUOTATIONS & seen.within[segments.blocks[positions[0]].container]) for positions in found.blocks]
    inserted = [
        v.block_class for v in verdicts if v.rule in {IN_THE_TEXT, FOREIGN_LINE} and (v.similarity or 0) < EXACT
    ]
    text = clean(metadata.title, found.texts, found.classes, declared, known, quoted, inserted)
    body = "\n\n".join(text.paragraphs)
    base_url = metadata.canonical_url or page.url
    article = Article(
        url=page.url,
        metadata=replace(
            metadata, title=text.title, language=text.language, language_confidence=text.language_confidence
        ),
        page_type=kind.page_type,
        completeness=kind.completeness,
        completeness_evidence=kind.evidence or None,
        body=body,
        body_markdown=apply_fixes(markdown(segments, verdicts, base_url))[0],
        block_classes=text.classes,
        block_languages=text.languages,
        author_bio=" ".join(_field(segments, verdicts, Class.AUTHOR_BIO)) or None,
        comments=_field(segments, verdicts, Class.COMMENTS),
        word_count=count_words(body),
        confidence=confidence,
        content_digest=_content_digest(reading),
        quality=text.quality,
        spin_score=text.spin.score,
        spin_band=text.spin.band,
        spin_evidence=text.spin.evidence,
        flags=_flags(seen, verdicts, origin) + text.flags,
        fixes=text.fixes,
    )
    return article, _marked(verdicts, found, text)


def _content_digest(reading: _Reading) -> str:
    """Of what the site published: a newer profile, a repair of the text or a mask makes no other article of it."""
    texts = [
        block.text
        for block, verdict in zip(reading.segments.blocks, reading.verdicts, strict=True)
        if verdict.decision is Decision.KEEP or block.position in reading.taken
    ]
    whole = "\n".join([reading.metadata.title or "", "", *texts])
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def _marked(verdicts: tuple[Verdict, ...], found: Paragraphs, text: Cleaned) -> tuple[Verdict, ...]:
    """The verdicts, with another class and the rule that gave it where a kept paragraph is no plain text."""
    marked = list(verdicts)
    for origin, kind, rule in zip(text.origins, text.classes, text.rules, strict=True):
        for position in found.blocks[origin] if rule else ():
            marked[position] = marked[position]._replace(block_class=kind, rule=f"marks.{rule}")
    return tuple(marked)


def _field(segments: Segments, verdicts: tuple[Verdict, ...], block_class: Class) -> tuple[str, ...]:
    """The texts of the blocks that went into a field, in page order."""
    return tuple(
        [
            block.text
            for block, verdict in zip(segments.blocks, verdicts, strict=True)
            if verdict.decision is Decision.FIELD and verdict.block_class is block_class
        ]
    )


def _flags(seen: Outline, verdicts: tuple[Verdict, ...], origin: str) -> tuple[str, ...]:
    """What a reader should know of the page."""
    copies = sum(verdict.block_class is Class.DUPLICATE_HEADLINE for verdict in verdicts)
    flags = ["headline_repeated"] if copies > 1 else []
    if any(verdict.block_class is Class.FOREIGN_LANGUAGE_INSERT for verdict in verdicts):
        flags.append("foreign_insert")
    if seen.headline < 0:
        flags.append("headline_not_on_page")
    if origin:
        flags.append(origin)
    return tuple(flags)
