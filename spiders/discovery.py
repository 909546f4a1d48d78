"""Sitemaps and feeds: bytes to candidate addresses. Pure, and made for hostile input.

XML is read as a stream with expat: no document type (so no entities, no outside files), a limit on the unpacked size
and on the number of addresses. What was read before a fault is kept; the fault is named.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat

from spiders.addresses import resolved

MAX_BYTES = 50 * 1024 * 1024  # unpacked: the limit of the sitemap protocol
MAX_ENTRIES = 50_000  # the same
MAX_ADDRESS = 4_096
_STEP = 65_536
_DATE_TAGS = frozenset({"lastmod", "publication_date", "pubdate", "updated", "published", "date"})
_ADDRESS_TAGS = frozenset({"url/loc", "sitemap/loc", "item/link", "item/guid", "entry/link"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that a sitemap or feed names, as written, with its date as written."""

    url: str
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a document named. ``problem`` says what stopped the reading; empty when all was read."""

    kind: Literal["sitemap", "index", "feed", "unknown"]
    entries: tuple[Candidate, ...] = ()
    problem: str = ""
    bomb: bool = False


def read_discovery(body: bytes, url: str) -> Discovered:
    """Read a sitemap, sitemap index (plain, gzip, or text), RSS, Atom or JSON feed; total for any bytes.

    ``url`` is where it was found: relative addresses are resolved against it.
    """
    try:
        return _read(body, url)
    except _UnpackLimitError as error:
        return Discovered("unknown", problem=str(error), bomb=True)


def _read(body: bytes, url: str) -> Discovered:
    head = b"".join(_unpacked(body, 4_096))[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return _json_feed(b"".join(_unpacked(body, MAX_BYTES)), url)
    if head.startswith(b"<") or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _xml(body, url)
    if head.startswith((b"http://", b"https://")):
        return _text(body)
    return Discovered("unknown", problem="neither XML nor JSON nor a list of addresses")


class _UnpackLimitError(ValueError):
    """The document unpacks to more than it may."""


class _StopReadingError(Exception):
    """Raised inside a parser callback to end the reading; the text says why."""


def _unpacked(body: bytes, limit: int) -> Iterator[bytes]:
    """Pieces of the unpacked document. Reading only its head never raises; past ``MAX_BYTES`` it does."""
    if not body.startswith(b"\x1f\x8b"):
        if len(body) > MAX_BYTES:
            raise _UnpackLimitError(f"more than {MAX_BYTES} bytes")
        for start in range(0, min(len(body), limit), _STEP):
            yield body[start : start + _STEP]
        return
    unpacker = zlib.decompressobj(31)
    size, rest = 0, body
    try:
        while rest and not unpacker.eof and size < limit:
            piece = unpacker.decompress(rest, _STEP)
            rest = unpacker.unconsumed_tail
            size += len(piece)
            yield piece
    except zlib.error:
        return
    if size >= MAX_BYTES:
        raise _UnpackLimitError(f"unpacks to more than {MAX_BYTES} bytes")


class _Reader:
    """Collects addresses while expat reads."""

    def __init__(self, url: str) -> None:
        self.entries: list[Candidate] = []
        self.root = ""
        self._url = url
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._address = ""
        self._changed = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2].lower()
        self.root = self.root or tag
        self._path.append(tag)
        if len(self._path) > 200:
            raise _StopReadingError("nested more than 200 deep")
        self._text, self._length = [], 0
        if tag == "link" and self._path[-2:-1] == ["entry"] and attributes.get("rel", "alternate") == "alternate":
            self._address = self._address or attributes.get("href", "")
        if tag == "guid" and attributes.get("isPermaLink", "true").lower() != "true":
            self._path[-1] = "guid-no-address"

    def text(self, data: str) -> None:
        self._length += len(data)
        if self._length <= MAX_ADDRESS:
            self._text.append(data)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2].lower()
        place = "/".join(self._path[-2:])
        text = "".join(self._text).strip()
        if place in _ADDRESS_TAGS and text and self._length <= MAX_ADDRESS:
            self._address = text if tag == "link" or not self._address else self._address
        elif tag in _DATE_TAGS and text:
            self._changed = self._changed or text[:64]
        elif tag in {"url", "sitemap", "item", "entry"}:
            self._finish()
        self._path.pop()
        self._text, self._length = [], 0

    def _finish(self) -> None:
        if self._address:
            if len(self.entries) >= MAX_ENTRIES:
                raise _StopReadingError(f"more than {MAX_ENTRIES} addresses")
            self.entries.append(Candidate(resolved(self._url, self._address), self._changed))
        self._address = self._changed = ""


def _xml(body: bytes, url: str) -> Discovered:
    reader = _Reader(url)
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    problem = ""
    try:
        for piece in _unpacked(body, MAX_BYTES):
            parser.Parse(piece, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, _StopReadingError, ValueError, LookupError) as error:
        if isinstance(error, _UnpackLimitError):
            raise
        problem = str(error)
    kinds: dict[str, Literal["sitemap", "index", "feed"]] = {
        "urlset": "sitemap", "sitemapindex": "index", "rss": "feed", "feed": "feed", "rdf": "feed",
    }  # fmt: skip
    kind = kinds.get(reader.root)
    if kind is None:
        return Discovered("unknown", problem=problem or f"the root element is <{reader.root[:40]}>")
    return Discovered(kind, tuple(reader.entries), problem)


def _refuse_doctype(*_: object) -> None:
    raise _StopReadingError("a document type declaration, which is refused")


def _text(body: bytes) -> Discovered:
    lines = b"".join(_unpacked(body, MAX_BYTES)).decode("utf-8-sig", "replace").split("\n")
    found = [line.strip() for line in lines if line.strip().startswith(("http://", "https://"))]
    entries = tuple(Candidate(line) for line in found[:MAX_ENTRIES] if len(line) <= MAX_ADDRESS)
    return Discovered("sitemap", entries, f"more than {MAX_ENTRIES} addresses" if len(found) > MAX_ENTRIES else "")


def _json_feed(body: bytes, url: str) -> Discovered:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Discovered("unknown", problem=f"not JSON: {error}")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Discovered("unknown", problem="JSON, but no feed")
    entries = []
    for item in items[:MAX_ENTRIES]:
        address = item.get("url") if isinstance(item, dict) else None
        if isinstance(address, str) and len(address) <= MAX_ADDRESS:
            changed = item.get("date_modified") or item.get("date_published") or ""
            entries.append(Candidate(resolved(url, address), str(changed)[:64]))
    return Discovered("feed", tuple(entries))
