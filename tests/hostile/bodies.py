"""Bodies: too long, packed too well, cut off, or not what they are said to be (N01 to N08, N15)."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli

from tests.hostile.case import ARCHIVED, PAGE, Case
from tests.hostile.server import Exchange, Serve, answer, raw

MIB = 1024 * 1024
LONG_PAGE = PAGE * 2_000
CLOSED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"


def packed(body: bytes, encoding: str) -> Serve:
    return answer(body, headers={"Content-Encoding": encoding})


@cache
def zeros(mebibytes: int, window: int = 31) -> bytes:
    """A packed stream of that many mebibytes of nothing: one block, repeated, so that it is made in no time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    start = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * (mebibytes - 1) + packer.flush()


@cache
def brotli_zeros(mebibytes: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(bytes(MIB)) for _ in range(mebibytes)) + packer.finish()


def layers(count: int) -> bytes:
    body = PAGE
    for _ in range(count):
        body = gzip.compress(body)
    return body


def lazily(body: object, encoding: str) -> Serve:
    """Made when it is asked for, not when the table is read."""

    def serve(exchange: Exchange) -> None:
        packed(body(), encoding)(exchange)  # type: ignore[operator]

    return serve


def endless(exchange: Exchange) -> None:
    exchange.send(CLOSED)
    exchange.flood(PAGE * 100)


def endless_chunks(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    exchange.flood(b"%x\r\n%s\r\n" % (len(LONG_PAGE), LONG_PAGE))


def declared(length: int) -> Serve:
    def serve(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % length)
        exchange.flood(LONG_PAGE, 20 * MIB)

    return serve


_GZIP = gzip.compress(LONG_PAGE)
_WRONG_SUM = gzip.compress(PAGE)[:-8] + b"\0" * 8
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
_PDF = b"%PDF-1.7\n" + b"1 0 obj << /Type /Catalog >> endobj\n" * 50

CASES = (
    Case("endless-body", endless, "too_large", quick=True),
    Case("endless-chunks", endless_chunks, "too_large"),
    Case("length-of-99-terabytes", declared(99 * 10**12), "too_large", most=1, quick=True),
    Case("length-of-11-mebibytes", declared(11 * MIB), "too_large", most=1),
    Case("gzip-bomb", lazily(lambda: zeros(2_048), "gzip"), "bomb", most=1, quick=True),
    Case("gzip-bomb-below-the-wire-limit", lazily(lambda: zeros(900), "gzip"), "bomb", most=1),
    Case("deflate-bomb", lazily(lambda: zeros(900, 15), "deflate"), "bomb", most=1),
    Case("bare-deflate-bomb", lazily(lambda: zeros(900, -15), "deflate"), "bomb", most=1),
    Case("brotli-bomb", lazily(lambda: brotli_zeros(300), "br"), "bomb", most=1),
    Case("bomb-in-two-layers", lazily(lambda: gzip.compress(zeros(2_048)), "gzip, gzip"), "bomb", most=1, quick=True),
    Case("three-layers", packed(layers(3), "gzip, gzip, gzip"), "bomb", most=1),
    Case("fifty-layers", packed(layers(50), ", ".join(["gzip"] * 50)), "bomb", most=1, quick=True),
    Case("two-layers", packed(layers(2), "gzip, gzip"), ARCHIVED, most=1),
    Case("two-gzip-members", packed(gzip.compress(PAGE[:90]) + gzip.compress(PAGE[90:]), "gzip"), ARCHIVED, most=1),
    Case("gzip-cut-off", packed(_GZIP[: len(_GZIP) // 2], "gzip"), "truncated", quick=True),
    Case("gzip-without-its-sum", packed(_GZIP[:-8], "gzip"), "truncated"),
    Case("gzip-with-a-wrong-sum", packed(_WRONG_SUM, "gzip"), "protocol_error", most=1),
    Case("gzip-with-junk-behind", packed(gzip.compress(PAGE) + b"junk" * 9, "gzip"), ARCHIVED, most=1),
    Case("brotli-cut-off", packed(brotli.compress(LONG_PAGE)[:-9], "br"), "truncated"),
    Case("gzip-that-is-none", packed(PAGE, "gzip"), "protocol_error", most=1, quick=True),
    Case("brotli-that-is-none", packed(PAGE, "br"), "protocol_error", most=1),
    Case("unknown-encoding", packed(PAGE, "zebra"), "protocol_error", most=1, quick=True),
    Case("html-as-image", answer(PAGE, kind="image/png"), ARCHIVED, most=1),
    Case("html-as-octets", answer(PAGE, kind="application/octet-stream"), ARCHIVED, most=1),
    Case("image-as-html", answer(_PNG), "not_html", most=1, quick=True),
    Case("pdf-as-html", answer(_PDF), "not_html", most=1),
    Case("no-type", answer(PAGE, kind=""), ARCHIVED, most=1),
    Case("plain-binary", answer(bytes(range(256)) * 40, kind="application/octet-stream"), "not_html", most=1),
    Case("a-part-of-it", answer(PAGE, 206, {"Content-Range": "bytes 0-99/9000"}), "truncated"),
    Case("body-to-the-end-of-the-connection", raw(CLOSED + PAGE), ARCHIVED, most=1),
)
