"""One declared Arrow schema a table, cast on every write: types from the values, order and words from ``columns``.

Declared, because readers take the first file's schema for the whole table: pandas then drops later new columns in
silence, and a batch whose column is all empty would be of type null.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from pipeline.article import Article, Metadata
from pipeline.store import columns
from pipeline.store.columns import About
from pipeline.told import OptOut, Variant
from pipeline.verdict import Removal

VERSION = "1"
VERSION_KEY = b"broadsheet.schema"

TIME = pa.timestamp("us", tz="UTC")
_PLAIN = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), datetime: TIME}
_CONFIDENCE = ("title", "authors", "published")

# What a row has beside the article itself: the address, the page and the run that it comes from.
_ORIGIN: dict[str, Any] = {
    "id": str,
    "version": int,
    "url": str,
    "site": str,
    "fetched_at": datetime,
    "first_seen_at": datetime,
    "http_status": int,
    "warc_file": str,
    "warc_offset": int,
    "page_digest": str,
    "extractor_version": str,
    "opt_out": OptOut,
    "variants": tuple[Variant, ...],
    "profile_version": str,
    "run_id": str,
}


def arrow_type(hint: Any) -> tuple[pa.DataType, bool]:
    """The Arrow type of a value's type hint, and whether it may be empty.

    >>> arrow_type(tuple[str, ...]), arrow_type(int | None)
    ((ListType(list<item: string>), False), (DataType(int64), True))

    A value of named members is a struct.
    """
    if get_origin(hint) in (types.UnionType, Union):
        (inner,) = (part for part in get_args(hint) if part is not type(None))
        return arrow_type(inner)[0], True
    if get_origin(hint) is tuple:
        return pa.list_(arrow_type(get_args(hint)[0])[0]), False
    if isinstance(hint, type) and issubclass(hint, Enum):
        return pa.string(), False
    if isinstance(hint, type) and hint not in _PLAIN:
        members = ((name, *arrow_type(member)) for name, member in get_type_hints(hint).items())
        return pa.struct([pa.field(name, kind, nullable) for name, kind, nullable in members]), False
    return _PLAIN[hint], False


def _schema(table: str, hints: Mapping[str, Any], about: Mapping[str, About]) -> pa.Schema:
    order = [name for name in about if name in hints] + [name for name in hints if name not in about]
    fields = []
    for name in order:
        kind, nullable = hints[name] if isinstance(hints[name], tuple) else arrow_type(hints[name])
        line = about.get(name, About(""))
        words = {"about": line.text, "schema.org": line.schema_org}
        fields.append(pa.field(name, kind, nullable, {key: text for key, text in words.items() if text}))
    return pa.schema(fields, metadata={VERSION_KEY: f"{table}/{VERSION}".encode()})


def _article_hints() -> dict[str, Any]:
    article, metadata = get_type_hints(Article), get_type_hints(Metadata)
    del article["metadata"], metadata["candidates"]
    for name in _CONFIDENCE:
        del metadata[f"{name}_confidence"]
    confidence = pa.struct([pa.field(name, pa.float64()) for name in ("title", "authors", "published_at")])
    return {**article, **metadata, **_ORIGIN, "field_confidence": (confidence, False)}


def _removal_hints() -> dict[str, Any]:
    removal = get_type_hints(Removal)
    removal["class"] = removal.pop("block_class")
    return {"page_digest": str, "article_id": str | None, "url": str, "run_id": str, **removal}


_OUTCOME_HINTS: dict[str, Any] = {
    **dict.fromkeys(("run_id", "url", "site", "outcome", "stage"), str),
    **dict.fromkeys(("detail", "article_id", "warc_file"), str | None),
    **dict.fromkeys(("http_status", "warc_offset", "warc_length"), int | None),
    "fetched_at": datetime | None,
}

ARTICLES = _schema("articles", _article_hints(), columns.ARTICLES)
REMOVALS = _schema("removals", _removal_hints(), columns.REMOVALS)
OUTCOMES = _schema("outcomes", _OUTCOME_HINTS, columns.OUTCOMES)
RELEASE = _schema(
    "release",
    {**_article_hints(), "last_seen_at": datetime, "gone_at": datetime | None},
    {**columns.ARTICLES, **columns.RELEASE},
)
