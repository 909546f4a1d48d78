"""All fields of a page's metadata together."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.article import Candidate, Metadata
from pipeline.block import Segments
from pipeline.extraction.metadata import site
from pipeline.extraction.metadata.authors import Authors, read_authors
from pipeline.extraction.metadata.ballot import Offer, candidates
from pipeline.extraction.metadata.dates import Dates, read_dates
from pipeline.extraction.metadata.headline import read_lines
from pipeline.extraction.metadata.json_ld import read_linked_data
from pipeline.extraction.metadata.marked import marked_blocks
from pipeline.extraction.metadata.title import Title, read_title
from pipeline.extraction.signals import Signals

# Where the time of the fetch is not known no date is in the future.
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


def read_metadata(signals: Signals, segments: Segments, page_url: str, fetched_at: datetime | None) -> Metadata:
    """What the page says of itself, each field with its source. Total: a value for any signals and blocks.

    Dates are judged against ``fetched_at`` (aware); without it only the far future is refused.
    """
    data = read_linked_data(signals.json_ld, page_url)
    canonical = site.canonical_url(signals, page_url)
    stated = site.stated_names(signals, data)
    names = site.site_names(stated, canonical or page_url)
    title = read_title(signals, data, names, canonical or page_url)
    lines = read_lines(segments, title.value)
    signals = signals._replace(marks=(*signals.marks, *marked_blocks(segments, lines.place)))
    language, languages = site.language(signals)
    code = language.value if language else None
    authors = read_authors(signals, data, names, lines, code or "")
    dates = read_dates(signals, data, page_url, fetched_at or _FAR, lines, code or "")
    published = dates.published
    return Metadata(
        title=title.value,
        title_source=title.source,
        title_confidence=title.confidence,
        authors=authors.names,
        authors_source=authors.source,
        authors_confidence=authors.confidence,
        published_at=published.moment.at if published else None,
        published_precision=published.moment.precision if published else None,
        published_raw=published.moment.raw if published else None,
        published_source=published.source if published else None,
        published_confidence=dates.confidence,
        modified_at=dates.modified.at if dates.modified else None,
        language=code,
        language_confidence=language.trust if language else 0.0,
        section=site.section(signals, data),
        tags=site.tags(signals, data),
        description=site.description(signals, data),
        image_url=site.image_url(signals, data, page_url),
        site_name=stated[0] if stated else None,
        canonical_url=canonical,
        candidates=_all_candidates(title, authors, dates, language, languages),
    )


def _all_candidates(
    title: Title, authors: Authors, dates: Dates, language: Offer | None, languages: list[Offer]
) -> tuple[Candidate, ...]:
    headline = Offer(title.value, title.source or "", title.confidence) if title.value else None
    names = Offer("; ".join(authors.names), authors.source or "", authors.confidence) if authors.names else None
    people = [Offer("; ".join(offer.names), offer.source, offer.trust) for offer in authors.offers]
    first = dates.published
    day = Offer(first.moment.at.isoformat(), first.source, dates.confidence) if first else None
    moments = [Offer(offer.moment.at.isoformat(), offer.source, offer.trust) for offer in dates.offers]
    return (
        *candidates("title", title.offers, headline),
        *candidates("authors", people, names),
        *candidates("published_at", moments, day),
        *candidates("language", languages, language),
    )
