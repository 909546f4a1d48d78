"""Values as rows of the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline import __version__
from pipeline.article import Article, Extraction, Metadata
from pipeline.page import Page
from pipeline.told import NOTHING_TOLD, Told

_SHARES = {"confidence", "language_confidence", "score", "similarity"}
_CONFIDENCE = {"title": "title_confidence", "authors": "authors_confidence", "published_at": "published_confidence"}
_METADATA = [field.name for field in fields(Metadata) if field.name not in {"candidates", *_CONFIDENCE.values()}]
_ARTICLE = [field.name for field in fields(Article) if field.name not in {"metadata", "url"}]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from, beside its page. ``article_id`` is None for a page without an article."""

    site: str
    run_id: str
    article_id: str | None = None
    version: int = 1
    first_seen_at: datetime | None = None
    profile_version: str = ""
    told: Told = NOTHING_TOLD


def article_id(key: str) -> str:
    """The stable name of an article: first 32 hex digits of the sha256 of its canonical address.

    >>> article_id("https://example.org/a")
    'b5b10dd0429e69ac7cfaf0a20b6901c1'
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def article_row(article: Article, page: Page, page_digest: str, origin: Origin) -> dict[str, Any]:
    """One row of ``articles``. The page must have been fetched at a known moment."""
    metadata = article.metadata
    row: dict[str, Any] = {name: _plain(name, getattr(metadata, name)) for name in _METADATA}
    row |= {name: _plain(name, getattr(article, name)) for name in _ARTICLE}
    row["field_confidence"] = {name: round(getattr(metadata, key), 4) for name, key in _CONFIDENCE.items()}
    return row | {
        "id": origin.article_id,
        "version": origin.version,
        "url": page.url,
        "site": origin.site,
        "fetched_at": page.fetched_at,
        "first_seen_at": origin.first_seen_at or page.fetched_at,
        "http_status": page.http_status,
        "warc_file": page.warc_file,
        "warc_offset": page.warc_offset,
        "page_digest": page_digest,
        "extractor_version": __version__,
        "profile_version": origin.profile_version,
        "opt_out": _plain("opt_out", origin.told.opt_out),
        "variants": _plain("variants", origin.told.variants),
        "run_id": origin.run_id,
    }


def removal_rows(extraction: Extraction, page: Page, origin: Origin) -> Iterator[dict[str, Any]]:
    """Rows of ``removals``: one a removed block, in page order."""
    for removal in extraction.removals:
        row = {name: _plain(name, value) for name, value in removal._asdict().items()}
        row["class"] = row.pop("block_class")
        yield row | {
            "page_digest": extraction.page_digest,
            "article_id": origin.article_id,
            "url": page.url,
            "run_id": origin.run_id,
        }


def _plain(name: str, value: Any) -> Any:
    """As Arrow takes it: enums as text, tuples as lists, named members as a dict, times in UTC, shares rounded."""
    if isinstance(value, str):
        return str(value)
    if is_dataclass(value) or hasattr(value, "_fields"):
        members = value._fields if hasattr(value, "_fields") else [field.name for field in fields(value)]
        return {member: _plain(member, getattr(value, member)) for member in members}
    if isinstance(value, tuple):
        return [_plain(name, item) for item in value]
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, float) and name in _SHARES:
        return round(value, 4)
    return value


def _utc(moment: datetime) -> datetime | None:
    """In UTC; a moment without a zone is taken for UTC, one that leaves the calendar on the way is dropped.

    >>> _utc(datetime.fromisoformat("0001-01-01T00:00:00+02:00")) is None
    True
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
