"""Raw pages in WARC files: written once, one gzip member a record, read by place or from end to end.

A file is never appended to by a second process: behind a torn tail every later record would be lost to each
reader that walks the file (measured with warcio and FastWARC). So each start of a crawl makes a file of its own.
Bodies are stored decoded, with ``Content-Length`` rewritten and the encodings dropped; what was sent compressed
cannot then be mistaken for what is stored.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from pipeline.page import Page
from pipeline.store.durable import make_folder, sync_folder
from pipeline.store.warc_reading import DamagedRecord, page_of, read_member, read_warc

__all__ = ["DamagedRecord", "RecordLocation", "WarcError", "WarcWriter", "read_page", "read_warc"]

SEGMENT_BYTES = 256 * 1024 * 1024  # a file is closed and the next begun above this (design: WARC segment)
GZIP_LEVEL = 6  # level 9 takes a quarter more time for half a percent of space on HTML
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_REWRITTEN = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


class WarcError(ValueError):
    """A record is not where the ledger says, is cut off, or has another digest. The text says which and where."""


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where one record lies.

    ``file`` is a name relative to the raw folder; ``offset`` and ``length`` are bytes of the compressed file;
    ``page_digest`` is the sha256 (hex) of the stored body.
    """

    file: str
    offset: int
    length: int
    page_digest: str


class WarcWriter:
    """Writes response records; the caller decides with :meth:`flush` when a group of them is safe on the disk."""

    def __init__(self, folder: Path, run_id: str, clock: Callable[[], datetime] | None = None) -> None:
        """``clock`` gives aware datetimes; it dates the ``warcinfo`` record only."""
        self._folder = folder
        self._run_id = run_id
        self._clock = clock or (lambda: datetime.now(UTC))
        self._stream: BinaryIO | None = None
        self._name = ""
        self._offset = 0
        self._last_id = ""

    def write(
        self,
        url: str,
        status: int,
        reason: str,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        fetched_at: datetime,
        truncated: str = "",
    ) -> RecordLocation:
        """Add one response. It is not safe before :meth:`flush` has returned.

        ``truncated`` is why the body is not all that the server had: "length", "time", "disconnect" or "unspecified".

        Raises ``OSError`` when the disk refuses and ``ValueError`` for a naive ``fetched_at``.
        """
        if fetched_at.tzinfo is None:
            raise ValueError("fetched_at must carry a time zone")
        digest = hashlib.sha256(body).hexdigest()
        record = WarcRecord()
        record.init_headers(record_type=WarcRecordType.response)
        record.headers["WARC-Target-URI"] = _one_line(url)
        record.headers["WARC-Date"] = _warc_date(fetched_at)
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.headers["WARC-Payload-Digest"] = f"sha256:{digest}"
        if truncated:
            record.headers["WARC-Truncated"] = truncated
        record.set_bytes_content(_http_block(status, reason, headers, body))
        return self._append(record, digest)

    def write_unchanged(
        self, url: str, status: int, reason: str, headers: Iterable[tuple[str, str]], fetched_at: datetime
    ) -> None:
        """Add a revisit record: the server said that the page is as it was (WARC 1.1, 6.7.3).

        It holds no page, so no place is given. Raises as :meth:`write`.
        """
        if fetched_at.tzinfo is None:
            raise ValueError("fetched_at must carry a time zone")
        record = WarcRecord()
        record.init_headers(record_type=WarcRecordType.revisit)
        record.headers["WARC-Target-URI"] = record.headers["WARC-Refers-To-Target-URI"] = _one_line(url)
        record.headers["WARC-Date"] = _warc_date(fetched_at)
        record.headers["WARC-Profile"] = NOT_MODIFIED_PROFILE
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(_http_block(status, reason, headers, b""))
        self._append(record, hashlib.sha256(b"").hexdigest())

    def write_rendered(self, url: str, document: bytes, fetched_at: datetime) -> RecordLocation:
        """Add a page as a browser rendered it, of the response that was written last (``conversion``, WARC 1.1, 6.8).

        ``document`` is HTML in UTF-8. Raises as :meth:`write`.
        """
        digest = hashlib.sha256(document).hexdigest()
        record = WarcRecord()
        record.init_headers(record_type=WarcRecordType.conversion)
        record.headers["WARC-Target-URI"] = _one_line(url)
        record.headers["WARC-Date"] = _warc_date(fetched_at)
        record.headers["WARC-Refers-To"] = self._last_id
        record.headers["Content-Type"] = "text/html; charset=utf-8"
        record.headers["WARC-Payload-Digest"] = f"sha256:{digest}"
        record.set_bytes_content(document)
        return self._append(record, digest)

    def _append(self, record: WarcRecord, digest: str) -> RecordLocation:
        stream = self._open_stream()
        self._last_id = record.record_id or ""
        offset, member = self._offset, _member(record)
        stream.write(member)
        self._offset += len(member)
        return RecordLocation(self._name, offset, len(member), digest)

    def flush(self) -> None:
        """Return when all records written so far are on the disk."""
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Flush and close; a later write opens a new file."""
        if self._stream is not None:
            self.flush()
            self._stream.close()
            self._stream = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_stream(self) -> BinaryIO:
        if self._stream is not None and self._offset < SEGMENT_BYTES:
            return self._stream
        self.close()
        make_folder(self._folder)
        taken = [_sequence(path.name) for path in self._folder.glob(f"{self._run_id}-*.warc.gz")]
        self._name = f"{self._run_id}-{max(taken, default=0) + 1:05d}.warc.gz"
        # "x": two processes can never write into one file, whatever the lock says.
        self._stream = (self._folder / self._name).open("xb")
        sync_folder(self._folder)
        member = _member(self._warcinfo())
        self._stream.write(member)
        self._offset = len(member)
        return self._stream

    def _warcinfo(self) -> WarcRecord:
        record = WarcRecord()
        record.init_headers(record_type=WarcRecordType.warcinfo)
        record.headers["WARC-Date"] = _warc_date(self._clock())
        record.headers["WARC-Filename"] = self._name
        record.headers["Content-Type"] = "application/warc-fields"
        record.set_bytes_content(
            f"software: Broadsheet\r\nformat: WARC File Format 1.1\r\nisPartOf: {_one_line(self._run_id)}\r\n".encode()
        )
        return record


def read_page(folder: Path, location: RecordLocation) -> Page:
    """The page stored at ``location``; raises :class:`WarcError` unless it is whole and has its digest."""
    where = f"{location.file} at byte {location.offset}"
    try:
        with (folder / location.file).open("rb") as stream:
            stream.seek(location.offset)
            raw = stream.read(location.length)
    except FileNotFoundError:
        raise WarcError(f"{where}: the file is missing") from None
    if len(raw) < location.length:
        raise WarcError(f"{where}: the file ends {location.length - len(raw)} bytes early")
    problem = "no response record"
    for _, record in read_member(raw):
        page = record if isinstance(record, str) else page_of(record, location.file, location.offset, location.length)
        if isinstance(page, Page):
            if hashlib.sha256(page.body).hexdigest() == location.page_digest:
                return page
            problem = "the stored body has another digest than the ledger says"
        elif page:
            problem = page
    raise WarcError(f"{where}: {problem}")


def _member(record: WarcRecord) -> bytes:
    """One gzip member: a writer of its own for each record, or no reader could seek to it."""
    buffer = io.BytesIO()
    writer = GzipWriter(buffer, compression_level=GZIP_LEVEL)
    record.write(writer, checksum_data=True)
    writer.finish()
    return buffer.getvalue()


def _http_block(status: int, reason: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status:03d} {_one_line(reason)}"]
    for name, value in headers:
        clean = _one_line(name).replace(":", "")
        if clean and clean.casefold() not in _REWRITTEN:
            lines.append(f"{clean}: {_one_line(value)}")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def _one_line(text: str) -> str:
    """Header values carry no control characters: a line break in an address would write a header of its own.

    >>> _one_line("http://a.example/" + chr(13) + chr(10) + "WARC-Target-URI: http://b.example/")
    'http://a.example/ WARC-Target-URI: http://b.example/'
    """
    return _CONTROLS.sub(" ", text).strip()


def _warc_date(moment: datetime) -> str:
    """WARC 1.1 dates: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sequence(name: str) -> int:
    """The running number in a file name of ours; 0 for any other."""
    found = re.search(r"-(\d+)\.warc\.gz$", name)
    return int(found.group(1)) if found else 0
