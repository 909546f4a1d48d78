"""One page as one JSON object: the line that ``broadsheet extract --jsonl`` writes."""

from __future__ import annotations

import json
from typing import Any

from pipeline.article import Article, Extraction
from pipeline.store.scrub import scrub_value
from pipeline.verdict import Removal


def page_json(page_id: str, extraction: Extraction) -> dict[str, Any]:
    """The fields of a page, also of one that is no article. ``date`` is the day of publication in its own zone."""
    article = extraction.article
    metadata = article.metadata
    found = article if isinstance(article, Article) else None
    return {
        "id": page_id,
        "url": metadata.canonical_url,
        "text": extraction.text,
        "title": metadata.title,
        "author": list(metadata.authors),
        "date": metadata.published_at.date().isoformat() if metadata.published_at else None,
        "language": metadata.language,
        "page_type": article.page_type.value if article.page_type else None,
        "outcome": extraction.outcome.value,
        "confidence": round(article.confidence, 4),
        "completeness": found.completeness.value if found else None,
        "spin_score": found.spin_score if found else 0,
        "flags": list(found.flags) if found else [],
        "removed": [removal_json(removal) for removal in extraction.removals],
    }


def removal_json(removal: Removal) -> dict[str, Any]:
    """A removed block, under the names of the ``removals`` table."""
    return {
        "position": removal.position,
        "reason": removal.reason.value,
        "class": removal.block_class.value,
        "rule": removal.rule,
        "score": round(removal.score, 4),
        "template": removal.template,
        "similarity": removal.similarity,
        "text": removal.text,
    }


def line(fields: dict[str, Any]) -> bytes:
    r"""One line of UTF-8; what no JSON reader takes (lone surrogates, controls) is out.

    >>> line({"id": "a", "text": "caf\u00e9 \ud800"}).decode() == '{"id": "a", "text": "caf\u00e9 \ufffd"}\n'
    True
    """
    return json.dumps(scrub_value(fields), ensure_ascii=False).encode() + b"\n"
