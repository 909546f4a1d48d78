"""Response bodies: content encodings taken off within limits, and a look at what they are. Pure.

Scrapy's own decoding takes a cut-off gzip for whole, passes unknown encodings on, and unpacks fifty layers (measured).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]

from pipeline.outcome import Outcome

ACCEPTED = "gzip, deflate, br"
MAX_WIRE = 10 * 1024 * 1024
MAX_DECODED = 20 * 1024 * 1024
MAX_RATIO = 200  # only looked at past a mebibyte: small pages of one letter are no bombs
MAX_LAYERS = 2
_RATIO_FROM = 1024 * 1024
_STEP = 65_536
_GZIP_WINDOW = 31
_GZIP_START = b"\x1f\x8b\x08"

_HTML_SIGNS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|script|article|main|h1|a\s|!--)[\s>/]?", re.IGNORECASE
)
_BINARY_STARTS = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


class BodyError(Exception):
    """A body that cannot be taken as it is; ``outcome`` is its fate."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


def decode_body(body: bytes, encodings: str, limit: int = MAX_DECODED) -> bytes:
    """The body without its content encodings (a header value such as "gzip").

    Raises :class:`BodyError`: ``bomb`` past the limits, ``truncated`` for a stream that ends early, ``protocol_error``
    for one that is none or has an unknown name.
    """
    layers = [name for part in encodings.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if len(layers) > MAX_LAYERS:
        raise BodyError(Outcome.BOMB, f"{len(layers)} content encodings")
    wire = len(body)
    for name in reversed(layers):
        body = _joined(_decoder(name)(body), wire, limit) if body else body
    return body


def looks_like_html(body: bytes, content_type: str) -> bool:
    """Whether a page can be read as HTML: by its first bytes, and by its declared type only when these say nothing.

    >>> looks_like_html(b"<!DOCTYPE html><p>", "image/png"), looks_like_html(b"%PDF-1.7", "text/html")
    (True, False)
    """
    head = body[:4_096]
    if head.startswith(_BINARY_STARTS):
        return False
    if _HTML_SIGNS.search(head.replace(b"\x00", b"")):
        return True
    return content_type.partition(";")[0].strip().lower() in _HTML_TYPES


def _joined(pieces: Iterator[bytes], wire: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > limit:
            raise BodyError(Outcome.BOMB, f"{wire} bytes unpack to more than {limit}")
        if size > _RATIO_FROM and size > wire * MAX_RATIO:
            raise BodyError(Outcome.BOMB, f"unpacks to more than {MAX_RATIO} times its size")
    return b"".join(parts)


def _decoder(name: str) -> Callable[[bytes], Iterator[bytes]]:
    if name in {"gzip", "x-gzip"}:
        return lambda data: _inflated(data, _GZIP_WINDOW)
    if name == "deflate":
        # Named zlib format, but some servers send the bare stream; the first byte tells them apart.
        return lambda data: _inflated(data, 15 if data[0] & 0x0F == 8 else -15)
    if name == "br":
        return _unbrotlied
    raise BodyError(Outcome.PROTOCOL_ERROR, f"unknown content encoding {name[:40]!r}")


def _inflated(data: bytes, window: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(window)
    rest = data
    try:
        while True:
            piece = unpacker.decompress(rest, _STEP)
            yield piece
            rest = unpacker.unconsumed_tail
            if unpacker.eof and unpacker.unused_data.startswith(_GZIP_START) and window == _GZIP_WINDOW:
                rest = (
                    unpacker.unused_data
                )  # RFC 1952, 2.2: a file may be of several members; what else follows is junk
                unpacker = zlib.decompressobj(window)
            elif unpacker.eof or (not rest and not piece):
                break
    except zlib.error as error:
        raise BodyError(Outcome.PROTOCOL_ERROR, f"not the encoding it is said to be: {error}") from None
    if not unpacker.eof:
        raise BodyError(Outcome.TRUNCATED, "the compressed body is cut off")


def _unbrotlied(data: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    try:
        piece = unpacker.process(data, output_buffer_limit=_STEP)
        while piece:
            yield piece
            if unpacker.is_finished():
                break
            piece = unpacker.process(b"", output_buffer_limit=_STEP)
    except brotli.error as error:
        raise BodyError(Outcome.PROTOCOL_ERROR, f"not the encoding it is said to be: {error}") from None
    if not unpacker.is_finished():
        raise BodyError(Outcome.TRUNCATED, "the compressed body is cut off")
