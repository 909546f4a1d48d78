"""Why a page gave what it gave: every block with its verdict, every candidate for a field, the outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.article import Article, Extraction, Reject
from pipeline.block import Block
from pipeline.cleaning.boilerplate import match
from pipeline.extraction.decode import decode
from pipeline.extraction.outline import Outline, outline
from pipeline.extraction.parse import PageLimitError, markup, parse
from pipeline.extraction.rules import CERTAIN, EXPLAINING, name_of, templates
from pipeline.extraction.segment import segment
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.verdict import Decision, Verdict
from pipeline.view.console import shorten

TEMPLATES = (templates.boilerplate, templates.notice)
"""The rules that know a block by its wording."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page, what became of it, and its blocks as they stand in ``html`` (the parsed page, normalised).

    ``blocks`` and ``html`` are empty for a page that is over a limit of the parser. ``seen`` is what the rules saw of
    the page, None where the text does not stand in it.
    """

    page: Page
    extraction: Extraction
    blocks: tuple[Block, ...]
    html: str
    seen: Outline | None = None

    def judged(self) -> Iterator[tuple[Block, Verdict]]:
        """Each block with its verdict, in page order."""
        return zip(self.blocks, self.extraction.verdicts, strict=True)

    def hits(self) -> dict[int, list[dict[str, Any]]]:
        """For each removed block every rule that knows it, in the order in which they are asked: the first has decided.

        Of a block that the score wanted only the certain ones were asked: what the others say was not heeded.
        """
        removed = [block.position for block, verdict in self.judged() if verdict.decision is Decision.REMOVE]
        found: dict[int, list[dict[str, Any]]] = {position: [] for position in removed}
        if self.seen is None:
            return found
        for rule in dict.fromkeys((*CERTAIN, *EXPLAINING)):
            for position, reason in rule(self.seen, removed):
                known = match(self.blocks[position].text) if rule in TEMPLATES else None
                found[position].append(
                    {
                        "rule": name_of(rule),
                        "reason": reason.value,
                        "template": known.template if known else None,
                        "similarity": known.similarity if known else None,
                    }
                )
        return found

    def counts(self) -> dict[str, int]:
        """Blocks by decision, removed ones by reason: ``keep``, ``field``, then reasons by frequency."""
        verdicts = self.extraction.verdicts
        kept = Counter(verdict.decision.value for verdict in verdicts if verdict.decision is not Decision.REMOVE)
        reasons = Counter(verdict.reason.value for verdict in verdicts if verdict.reason)
        return dict(sorted(kept.items(), reverse=True)) | dict(reasons.most_common())


def explain(page: Page, profile: SiteProfile | None = None) -> Explanation:
    """Run the flow on a page and keep what a reader needs to follow it. Total, as the flow is."""
    extraction = extract(page, profile)
    try:
        tree = parse(decode(page.body, page.content_type).text)
    except PageLimitError:
        return Explanation(page, extraction, (), "")
    segments = segment(tree)
    blocks = segments.blocks
    seen: Outline | None = outline(segments, extraction.article.metadata.title, profile)
    if tuple(block.text for block in blocks) != extraction.block_texts:
        # What was judged does not stand in the page as parsed (a script held it, or the bytes are no text): no marks.
        blocks = tuple([Block(place, text, "p", 0) for place, text in enumerate(extraction.block_texts)])
        seen = None
    return Explanation(page, extraction, blocks, markup(tree), seen)


def summary(explanation: Explanation) -> str:
    """The outcome in a line.

    For an article its confidence and completeness, for a reject the word on why, for both the encoding.
    """
    extraction = explanation.extraction
    article = extraction.article
    if isinstance(article, Reject):
        parts = [str(article.outcome), article.detail]
    else:
        flags = f"flags {', '.join(article.flags)}" if article.flags else ""
        about = f"{article.page_type}, {article.completeness}"
        parts = ["article", about, f"{article.word_count} words", f"confidence {article.confidence:.2f}", flags]
    return " · ".join(part for part in [*parts, extraction.encoding] if part)


def text_lines(explanation: Explanation, columns: int) -> Iterator[str]:
    """The explanation for people, in lines of at most ``columns`` characters where they can be cut."""
    page = explanation.page
    yield page.url or "(address not known)"
    yield summary(explanation)
    if page.warc_file:
        yield f"raw record: {page.warc_file} at byte {page.warc_offset}"
    yield ""
    yield "Fields (the first candidate of each is used)"
    yield from _field_lines(explanation.extraction.article, columns)
    yield from _text_lines(explanation.extraction.article, columns)
    yield ""
    counted = ", ".join(f"{number} {name}" for name, number in explanation.counts().items())
    yield f"Blocks: {counted or 'none'}"
    whats = [f"{verdict.decision} {verdict.reason or verdict.block_class}" for _, verdict in explanation.judged()]
    what_room = max(map(len, whats), default=0)
    rule_room = max((len(verdict.rule) for _, verdict in explanation.judged()), default=0)
    for (block, verdict), what in zip(explanation.judged(), whats, strict=True):
        head = f"{block.position:4} {verdict.score:.2f} {what:{what_room}}  {verdict.rule or '-':{rule_room}}  "
        yield head + shorten(block.text, max(columns - len(head), 30))


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation for machines; texts are whole."""
    page, extraction = explanation.page, explanation.extraction
    article, hits = extraction.article, explanation.hits()
    return {
        "url": page.url or None,
        "fetched_at": page.fetched_at,
        "warc_file": page.warc_file,
        "warc_offset": page.warc_offset,
        "page_digest": extraction.page_digest,
        "encoding": extraction.encoding,
        "profile_version": extraction.profile_version,
        "outcome": extraction.outcome.value,
        "detail": article.detail if isinstance(article, Reject) else "",
        "confidence": article.confidence,
        "flags": list(article.flags) if isinstance(article, Article) else [],
        **_of_the_text(article),
        "fields": [
            {"field": item.field, "value": item.value, "source": item.source, "confidence": item.confidence}
            for item in article.metadata.candidates
        ],
        "blocks": [
            {
                "position": block.position,
                "decision": verdict.decision.value,
                "class": verdict.block_class.value,
                "reason": verdict.reason.value if verdict.reason else None,
                "rule": verdict.rule,
                "score": verdict.score,
                "template": verdict.template,
                "similarity": verdict.similarity,
                "hits": hits.get(block.position, []),
                "text": block.text,
            }
            for block, verdict in explanation.judged()
        ],
    }


def _field_lines(article: Article | Reject, columns: int) -> Iterator[str]:
    candidates = article.metadata.candidates
    if not candidates:
        yield "  (the page names none)"
    for field, group in groupby(candidates, key=lambda candidate: candidate.field):
        for place, candidate in enumerate(group):
            name = field if place == 0 else ""
            head = f"  {name:14} {candidate.confidence:.2f}  {candidate.source:14} "
            yield head + shorten(candidate.value, max(columns - len(head), 30))


def _text_lines(article: Article | Reject, columns: int) -> Iterator[str]:
    """What is known of the text: how whole it is, traces of a spinner, paragraphs in other languages."""
    if not isinstance(article, Article):
        return
    lines = []
    if article.completeness_evidence:
        lines.append(f"{article.completeness}: {article.completeness_evidence}")
    if article.spin_evidence:
        lines.append(f"spin score {article.spin_score}, band {article.spin_band}")
    for trace in article.spin_evidence:
        where = "page" if trace.paragraph is None else f"paragraph {trace.paragraph}"
        lines.append(f"{trace.points:+3} {trace.rule} ({where}): {trace.text}")
    for number, each in enumerate(article.block_languages):
        if each.confidence is not None and each.language != article.metadata.language:
            lines.append(f"paragraph {number} is in {each.language}, confidence {each.confidence:.2f}")
    if lines:
        yield ""
        yield "Text"
        yield from (f"  {shorten(line, max(columns - 2, 30))}" for line in lines)


def _of_the_text(article: Article | Reject) -> dict[str, Any]:
    """The same for machines; of a page without an article nothing is known."""
    found = article if isinstance(article, Article) else None
    return {
        "completeness": found.completeness.value if found else None,
        "completeness_evidence": found.completeness_evidence if found else None,
        "spin_score": found.spin_score if found else 0,
        "spin_band": found.spin_band.value if found else None,
        "spin_evidence": [trace._asdict() for trace in found.spin_evidence] if found else [],
        "block_classes": [kind.value for kind in found.block_classes] if found else [],
        "block_languages": [each._asdict() for each in found.block_languages] if found else [],
    }
