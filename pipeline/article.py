"""The record: an article, or a named reason why the page has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.outcome import Outcome
from pipeline.quality import Band, Evidence, ParagraphLanguage, Quality
from pipeline.verdict import Class, Removal, Verdict


class PageType(StrEnum):
    """What kind of page it is."""

    ARTICLE = "article"
    FORUM = "forum"
    PRODUCT = "product"
    LISTING = "listing"
    COLLECTION = "collection"
    DOCUMENTATION = "documentation"
    SERVICE = "service"


class Completeness(StrEnum):
    """How much of the article the page holds."""

    FULL = "full"
    TEASER = "teaser"
    PAYWALLED = "paywalled"
    TRUNCATED = "truncated"


class Precision(StrEnum):
    """How exact a date is."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value that the page offers for a field, and where it stands.

    ``source`` is ``json_ld``, ``opengraph``, ``meta``, ``visible`` and the like; ``confidence`` is 0 to 1. Candidates
    of a field come in order of trust; the first is the winner.
    """

    field: str
    value: str
    source: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says of itself: one value a field, the winner's source, and every candidate for ``explain``.

    ``published_at`` and ``modified_at`` are aware, in the zone that the page gave (UTC where it gave none);
    ``published_raw`` is the text as found. ``*_confidence`` are 0 to 1, 0 where the field is empty.
    """

    title: str | None = None
    title_source: str | None = None
    title_confidence: float = 0.0
    authors: tuple[str, ...] = ()
    authors_source: str | None = None
    authors_confidence: float = 0.0
    published_at: datetime | None = None
    published_precision: Precision | None = None
    published_raw: str | None = None
    published_source: str | None = None
    published_confidence: float = 0.0
    modified_at: datetime | None = None
    language: str | None = None
    language_confidence: float = 0.0
    section: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    image_url: str | None = None
    site_name: str | None = None
    canonical_url: str | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article as published (schema.org ``Article``).

    ``body`` (``articleBody``) is the kept paragraphs joined by a blank line, without the headline;
    ``block_classes`` and ``block_languages`` have one entry a paragraph of it. ``completeness_evidence`` are the words
    of the page that say how whole it is. ``confidence`` is the estimate of the text's F1, 0 to 1.
    ``word_count`` counts words, in scripts without word spaces characters. ``content_digest`` is the sha256 hex of
    title and text as the page has them, before repairs, masks and the site's profile: what "unchanged" and "duplicate"
    mean. ``flags`` name what a reader should know
    (``headline_repeated`` …); ``fixes`` name the text repairs that changed something. ``spin_score`` is 0 to 100, with
    its band and the evidence; ``quality`` holds the published measures, and which presets the text passes.
    """

    url: str
    metadata: Metadata
    page_type: PageType
    completeness: Completeness
    completeness_evidence: str | None
    body: str
    body_markdown: str
    block_classes: tuple[Class, ...]
    block_languages: tuple[ParagraphLanguage, ...]
    author_bio: str | None
    comments: tuple[str, ...]
    word_count: int
    confidence: float
    content_digest: str
    quality: Quality
    spin_score: int
    spin_band: Band
    spin_evidence: tuple[Evidence, ...]
    flags: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A page without an article, and which kind (an extract-stage ``Outcome`` other than ``article``)."""

    url: str
    outcome: Outcome
    detail: str
    metadata: Metadata
    page_type: PageType | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one page gave: a value for any bytes.

    ``text`` is the kept text, also of a Reject, blocks joined by a newline, without the headline.
    ``verdicts`` has one verdict a block, in page order, with ``block_texts`` beside it.
    ``page_digest`` is the sha256 hex of the page's bytes. ``profile_version`` is that of the site's profile it was made
    with, empty without one.
    """

    article: Article | Reject
    removals: tuple[Removal, ...]
    text: str
    verdicts: tuple[Verdict, ...]
    block_texts: tuple[str, ...]
    page_digest: str
    encoding: str
    profile_version: str = ""

    @property
    def outcome(self) -> Outcome:
        """``article``, or the reject's own outcome."""
        return Outcome.ARTICLE if isinstance(self.article, Article) else self.article.outcome
