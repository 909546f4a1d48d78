"""Personal data out of everything that a page gives, where the job asks for it.

The raw page in the archive is not touched, nor are addresses of pages: masking is for the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.article import Article, Extraction, Metadata, Reject
from pipeline.block import Block, Span
from pipeline.cleaning.masking import Masked, mask
from pipeline.verdict import Class, Decision, Reason, Removal, Verdict

NO_BLOCK = -1
"""Position of a mark that was not set in a block: the words stand in a meta element, or only in the repaired text."""


def mask_blocks(
    blocks: Sequence[Block], verdicts: Sequence[Verdict], kinds: Sequence[str], language: str | None
) -> tuple[tuple[Block, ...], tuple[Removal, ...]]:
    """The blocks with marks in place of personal data, and a removal for each mark in a block that stays.

    A removal says kind, block and offset (``[email] at character 120 of the block``), never the words. Of blocks that
    are removed for another reason the text is masked in their own row.
    """
    masked: list[Block] = []
    removals: list[Removal] = []
    for block, verdict in zip(blocks, verdicts, strict=True):
        text, found = mask(block.text, kinds, language)
        masked.append(block._replace(text=text, spans=_shifted(block.spans, found)) if found else block)
        if verdict.decision is not Decision.REMOVE:
            removals += [_removal(one, block.position, verdict.block_class, "the block") for one in found]
    return tuple(masked), tuple(removals)


def _removal(one: Masked, position: int, block_class: Class, where: str) -> Removal:
    words = f"[{one.kind}] at character {one.offset} of {where}"
    return Removal(position, block_class, Reason.MASKED, f"masking.{one.kind}", 1.0, None, None, words)


def _shifted(spans: Sequence[Span], found: Sequence[Masked]) -> tuple[Span, ...]:
    """Spans over a text as they lie after the masking; an end inside masked words moves to the end of the mark."""
    places: list[tuple[int, int, int]] = []  # start and end in the text as it was, and by how much what follows moves
    moved = 0
    for one in found:
        start = one.offset - moved
        moved += len(one.kind) + 2 - len(one.text)
        places.append((start, start + len(one.text), moved))

    def there(place: int, *, is_end: bool) -> int:
        before = 0
        for start, end, after in places:
            if place < end and not (is_end and place <= start):
                return place + before if place <= start else (end + after if is_end else start + before)
            if place <= start:
                break
            before = after
        return place + before

    return tuple([s._replace(start=there(s.start, is_end=False), end=there(s.end, is_end=True)) for s in spans])


def mask_extraction(extraction: Extraction, kinds: Sequence[str]) -> Extraction:
    """The rest: what is no block (title, authors, tags …), and what only the repaired text shows.

    Each mark in title, body, note on the author and comments is a removal, as those of `mask_blocks` are.
    """
    return _Masking(extraction, tuple(kinds)).done()


class _Masking:
    """One extraction, its kinds, and the language that national telephone numbers are looked for in."""

    def __init__(self, extraction: Extraction, kinds: tuple[str, ...]) -> None:
        self._extraction = extraction
        self._kinds = kinds
        self._language = extraction.article.metadata.language

    def done(self) -> Extraction:
        """Everything masked."""
        whole, record = self._extraction, self._extraction.article
        article: Article | Reject
        if isinstance(record, Article):
            found = list(self._found(record))
            article = self._article(record)
        else:
            found = []
            article = replace(record, metadata=self._metadata(record.metadata), detail=self._text(record.detail))
        removals = [removal._replace(text=self._text(removal.text)) for removal in whole.removals]
        return replace(
            whole,
            article=article,
            removals=(*removals, *found),
            text=self._text(whole.text),
            block_texts=self._each(whole.block_texts),
        )

    def _mask(self, text: str) -> tuple[str, tuple[Masked, ...]]:
        return mask(text, self._kinds, self._language)

    def _text(self, text: str) -> str:
        return self._mask(text)[0]

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self._text(text)

    def _each(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([self._text(text) for text in texts])

    def _found(self, article: Article) -> Iterator[Removal]:
        """One removal a mark, in the order of the fields; the Markdown says what the body says."""
        fields = [("title", article.metadata.title), ("body", article.body), ("author_bio", article.author_bio)]
        fields += [("comments", comment) for comment in article.comments]
        for name, text in fields:
            for one in self._mask(text or "")[1]:
                yield _removal(one, NO_BLOCK, Class.HEADLINE if name == "title" else Class.BODY, name)

    def _article(self, article: Article) -> Article:
        return replace(
            article,
            metadata=self._metadata(article.metadata),
            completeness_evidence=self._maybe(article.completeness_evidence),
            body=self._text(article.body),
            body_markdown=self._text(article.body_markdown),
            author_bio=self._maybe(article.author_bio),
            comments=self._each(article.comments),
            spin_evidence=tuple([trace._replace(text=self._text(trace.text)) for trace in article.spin_evidence]),
        )

    def _metadata(self, metadata: Metadata) -> Metadata:
        return replace(
            metadata,
            title=self._maybe(metadata.title),
            authors=self._each(metadata.authors),
            section=self._maybe(metadata.section),
            tags=self._each(metadata.tags),
            description=self._maybe(metadata.description),
            site_name=self._maybe(metadata.site_name),
            candidates=tuple([replace(each, value=self._text(each.value)) for each in metadata.candidates]),
        )
