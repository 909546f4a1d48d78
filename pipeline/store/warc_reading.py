"""WARC files of anyone, damaged ones included: whole records become pages, damage is named, reading goes on.

FastWARC stops at the first damage or returns a short body in silence (measured), so members and record lengths are
checked here, and it is given one whole record at a time.
"""

from __future__ import annotations

import io
import mmap
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.page import Page

MEMBER_BYTES = 256 * 1024 * 1024  # a member that unpacks to more is named as damaged, not read into memory
DECODED_BYTES = 20 * 1024 * 1024  # of a body that was sent compressed: what a crawl takes of a page
_HEADER_BYTES = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b\x08"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DamagedRecord:
    """A place that could not be read: file name, offset in bytes of the file as stored, and why."""

    file: str
    offset: int
    reason: str


def read_warc(path: Path) -> Iterator[Page | DamagedRecord]:
    """Pages of a ``.warc`` or ``.warc.gz`` file in their order: response, resource and conversion records.

    A torn or overwritten place gives one :class:`DamagedRecord`; reading goes on at the next record that can be found.
    Raises ``OSError`` when the file cannot be opened.
    """
    if path.stat().st_size == 0:
        yield DamagedRecord(path.name, 0, "the file is empty")
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packed = data[:2] == _GZIP_MAGIC[:2]
        for offset, length, record in _members(data) if packed else _plain(data):
            if isinstance(record, str):
                yield DamagedRecord(path.name, offset, record)
                continue
            page = page_of(record, path.name, offset, length)
            if page is not None:
                yield page if isinstance(page, Page) else DamagedRecord(path.name, offset, page)


def first_damage(path: Path, start: int) -> tuple[int, str] | None:
    """Offset and reason of the first member at or behind byte ``start`` of a ``.warc.gz`` file that is not whole.

    ``start`` must be where a member begins, or the end of the file. An empty file is damaged at byte 0.
    """
    size = path.stat().st_size
    if size == 0:
        return 0, "the file is empty"
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while start < size:
            _, length, problem = _unpack(data, start)
            if problem:
                return start, problem
            start += length
    return None


def read_member(raw: bytes) -> Iterator[tuple[int, WarcRecord | str]]:
    """The records in the bytes of one gzip member or of a plain file, each with its offset there; text is damage."""
    if raw.startswith(b"WARC/1."):
        yield from ((offset, record) for offset, _, record in _plain(raw))
        return
    unpacked, _, problem = _unpack(raw, 0)
    if problem:
        yield 0, problem
        return
    for offset, _, record in _plain(unpacked):
        yield offset, record


def page_of(record: WarcRecord, file: str, offset: int, length: int) -> Page | str | None:
    """A page of a whole record; a string when its HTTP part cannot be read; None when it holds no page."""
    kind = record.record_type
    if kind not in (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion):
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(("http:", "https:")):
        return None
    try:
        if kind == WarcRecordType.response:
            record.parse_http(auto_decode="all")
        status, headers = _http_head(record)
        body = _body(record, is_encoded=any(name.casefold() == "content-encoding" for name, _ in headers))
        fetched_at: datetime | None = record.record_date
        cut = record.headers.get("WARC-Truncated")
        headers += (("WARC-Truncated", cut),) if cut else ()
    except (ValueError, OSError, EOFError) as error:
        return f"the HTTP part cannot be read: {error}"
    return Page(
        url=url,
        body=body,
        content_type=next((value for name, value in headers if name.casefold() == "content-type"), None),
        fetched_at=fetched_at if fetched_at is not None and fetched_at.tzinfo else None,
        http_status=status,
        headers=headers,
        warc_file=file,
        warc_offset=offset,
        warc_length=length,
    )


def _body(record: WarcRecord, *, is_encoded: bool) -> bytes:
    """The decoded body. One that is stored as it is cannot be larger than its record; an encoded one can, and is bound.

    Raises ``ValueError`` when it unpacks to more than ``DECODED_BYTES``.
    """
    if not is_encoded:
        return record.reader.read()
    body = record.reader.read(DECODED_BYTES + 1)
    if len(body) > DECODED_BYTES:
        raise ValueError(f"its body unpacks to more than {DECODED_BYTES} bytes")
    return body


def _http_head(record: WarcRecord) -> tuple[int, tuple[tuple[str, str], ...]]:
    if record.record_type != WarcRecordType.response:
        kind = (("WARC-Type", "conversion"),) if record.record_type == WarcRecordType.conversion else ()
        return 200, (("Content-Type", record.headers.get("Content-Type") or ""), *kind)
    head = record.http_headers
    if head is None:
        raise ValueError("no HTTP header")
    pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.items_bytes())
    return head.status_code or 0, pairs


def _members(data: mmap.mmap) -> Iterator[tuple[int, int, WarcRecord | str]]:
    """Offset and length in the packed file, and the record; searches the next member behind damage."""
    offset = 0
    while offset < len(data):
        unpacked, length, problem = _unpack(data, offset)
        if problem:
            yield offset, 0, problem
            offset = data.find(_GZIP_MAGIC, offset + 1)
            if offset < 0:
                return
            continue
        for _, _, record in _plain(unpacked):
            yield offset, length, record
        offset += length


def _unpack(data: bytes | mmap.mmap, offset: int) -> tuple[bytes, int, str]:
    """The unpacked member at ``offset``, its packed length, and what is wrong with it (empty: nothing)."""
    unpacker = zlib.decompressobj(31)
    parts: list[bytes] = []
    size, place = 0, offset
    try:
        while not unpacker.eof and place < len(data):
            chunk = data[place : place + 65536]
            place += len(chunk)
            parts.append(unpacker.decompress(chunk, MEMBER_BYTES - size + 1))
            size += len(parts[-1])
            if size > MEMBER_BYTES:
                return b"", 0, f"the gzip member unpacks to more than {MEMBER_BYTES} bytes"
    except zlib.error as error:
        return b"", 0, f"not a readable gzip member: {error}"
    if not unpacker.eof:
        return b"", 0, "the file ends inside a gzip member"
    return b"".join(parts), place - offset - len(unpacker.unused_data), ""


def _plain(data: bytes | mmap.mmap) -> Iterator[tuple[int, int, WarcRecord | str]]:
    """Records in unpacked bytes, with offset and length there, by their own declared lengths."""
    offset = 0
    while offset < len(data):
        length, problem = _record_length(data, offset)
        if not problem:
            record = next(iter(ArchiveIterator(io.BytesIO(data[offset : offset + length]), parse_http=False)), None)
            yield offset, length, record if record is not None else "not a readable WARC record"
            offset += length
            continue
        if data[offset : offset + _HEADER_BYTES].strip():
            yield offset, 0, problem
        following = data.find(b"\r\n\r\nWARC/1.", offset + 1)
        if following < 0:
            return
        offset = following + 4


def _record_length(data: bytes | mmap.mmap, offset: int) -> tuple[int, str]:
    """Bytes of the record at ``offset`` with its closing line breaks, or what is wrong."""
    head = data[offset : offset + _HEADER_BYTES]
    if not head.startswith(b"WARC/1."):
        return 0, "no WARC record begins here"
    end = head.find(b"\r\n\r\n")
    declared = _LENGTH.search(head[:end]) if end >= 0 else None
    if declared is None:
        return 0, "the record header is cut off or has no length"
    stop = offset + end + 4 + int(declared.group(1))
    if stop > len(data):
        return 0, f"the record is {stop - len(data)} bytes short"
    return stop + 4 - offset, ""
