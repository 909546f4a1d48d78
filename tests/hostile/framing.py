"""Broken HTTP: heads, lengths, chunks, status lines (N09 to N14)."""

from __future__ import annotations

from tests.hostile.case import ARCHIVED, PAGE, Case
from tests.hostile.server import Exchange, Serve, answer, raw

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SIZE = len(PAGE)


def sized(length: object) -> bytes:
    return OK + f"Content-Length: {length}\r\n\r\n".encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def flooding(start: bytes, piece: bytes) -> Serve:
    """A head or tail without end."""

    def serve(exchange: Exchange) -> None:
        exchange.send(start)
        exchange.flood(piece)

    return serve


def dripping(start: bytes, piece: bytes, pause: float) -> Serve:
    def serve(exchange: Exchange) -> None:
        exchange.send(start)
        exchange.drip(piece, pause)

    return serve


def stalled(*pieces: bytes) -> Serve:
    """These bytes and then nothing, on an open connection."""

    def serve(exchange: Exchange) -> None:
        for piece in pieces:
            exchange.send(piece)
        exchange.wait()

    return serve


def slow_but_steady(exchange: Exchange) -> None:
    """Four seconds at twice the least rate: slow servers are no bad servers."""
    body = PAGE * 20
    exchange.send(sized(len(body)))
    for start in range(0, len(body), 2_048):
        exchange.send(body[start : start + 2_048])
        exchange.wait(0.5)


def status(line: bytes) -> Serve:
    return raw(line + b"\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % SIZE + PAGE)


_MANY = b"".join(b"X-Filler-%d: %s\r\n" % (n, b"x" * 1_000) for n in range(300))
_LAST = b"0\r\n\r\n"
_TWO_LENGTHS = OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n"
_LENGTH_AND_CHUNKS = OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(PAGE) + _LAST
_CHUNKED_TWICE = OK + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n" + chunk(PAGE) + _LAST

STALLS = (
    Case("never-answers", stalled(), "timeout"),
    Case("drips-its-head", dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x", 1.0), "timeout"),
    Case("drips-its-body", dripping(sized(100_000), b"x", 1.0), "timeout"),
    Case("drips-one-byte-chunks", dripping(CHUNKED, chunk(b"x"), 0.5), "timeout"),
    Case("drips-100-continue", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.5), "timeout"),
    Case("drips-headers", dripping(OK, b"X-More: yes\r\n", 0.5), "timeout"),
    Case("half-a-body-then-nothing", stalled(sized(SIZE), PAGE[: SIZE // 2]), "timeout"),
    Case("a-head-then-nothing", stalled(CHUNKED), "timeout"),
    Case("slow-but-steady", slow_but_steady, ARCHIVED, most=1),
)

# Three tries, and one more at once where the connection was kept from robots.txt: it may have been closed since.
HEADS = (
    Case("header-line-of-17-kilobytes", raw(OK + b"X: " + b"x" * 17_000 + b"\r\n\r\n" + PAGE), "protocol_error"),
    Case("headers-of-300-kilobytes", raw(OK + _MANY + b"\r\n" + PAGE), "protocol_error", most=1, quick=True),
    Case("headers-without-end", flooding(OK, b"X-More: and more\r\n" * 100), "protocol_error", most=1, quick=True),
    Case("header-line-without-end", flooding(OK + b"X: ", b"x" * 10_000), "protocol_error", most=3),
    Case("100-continue-without-end", flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40), "protocol_error", most=1),
    Case("trailers-without-end", flooding(CHUNKED + chunk(PAGE) + b"0\r\n", b"X-T: t\r\n" * 500), "truncated"),
    Case("chunk-extension-without-end", flooding(CHUNKED + b"5;", b"x=y;" * 500), "truncated"),
    Case("two-lengths", raw(_TWO_LENGTHS + PAGE), "protocol_error", quick=True),
    Case("a-length-below-nothing", raw(sized(-5) + PAGE), "protocol_error"),
    Case("a-length-that-is-no-number", raw(sized("many") + PAGE), "protocol_error"),
    Case("a-header-without-colon", raw(OK + b"no colon here\r\n\r\n" + PAGE), ARCHIVED),
    Case("length-and-chunks", raw(_LENGTH_AND_CHUNKS), ARCHIVED, most=1, quick=True),
    Case("unknown-transfer-encoding", raw(OK + b"Transfer-Encoding: zebra\r\n\r\n" + PAGE), "protocol_error"),
    Case("chunked-twice", raw(_CHUNKED_TWICE), ARCHIVED),
    Case("old-http", raw(PAGE), "protocol_error"),
    Case("icy", raw(b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE), "protocol_error"),
    Case("garbage", raw(bytes(range(256)) * 50), "protocol_error", quick=True),
    Case("http-9-9", raw(b"HTTP/9.9 200 OK\r\nConnection: close\r\n\r\n" + PAGE), ARCHIVED),
    Case("closes-at-once", raw(), "protocol_error", most=4),
    Case("resets-at-once", raw(reset=True), "protocol_error", most=4, quick=True),
)  # fmt: skip

ENDS = (
    Case("body-shorter-than-its-length", raw(sized(SIZE * 2) + PAGE), "truncated", quick=True),
    Case("reset-in-the-body", raw(sized(SIZE), PAGE[:100], reset=True), "truncated"),
    Case("reset-in-a-body-without-length", raw(OK + b"\r\n", PAGE[:100], reset=True), "truncated"),
    Case("a-chunk-size-that-is-none", raw(CHUNKED + chunk(PAGE) + b"zebra\r\n"), "truncated", quick=True),
    Case("a-chunk-of-a-terabyte", raw(CHUNKED + b"ffffffffff\r\n" + PAGE), "truncated"),
    Case("a-chunk-size-below-nothing", raw(CHUNKED + b"-5\r\n" + PAGE), "truncated"),
    Case("chunks-without-an-end", raw(CHUNKED + chunk(PAGE)), "truncated"),
    Case("body-longer-than-its-length", raw(sized(SIZE) + PAGE + b"HTTP/1.1 200 OK\r\n\r\nsmuggled"), ARCHIVED, most=1),
    Case("status-999", status(b"HTTP/1.1 999 Denied"), "protocol_error", most=1, quick=True),
    Case("status-99999", status(b"HTTP/1.1 99999 Much"), "protocol_error", most=1),
    Case("status-below-nothing", status(b"HTTP/1.1 -1 Less"), "protocol_error", most=1),
    Case("status-nothing", status(b"HTTP/1.1 0 None"), "protocol_error", most=1),
    Case("status-of-words", status(b"HTTP/1.1 two hundred"), "protocol_error"),
    Case("not-modified-unasked", answer(b"", 304), "protocol_error", most=2),
    Case("server-error", answer(PAGE, 500), "http_error"),
    Case("gone", answer(PAGE, 410), "gone", most=1),
    Case("payment-required", answer(PAGE, 402), "http_error", most=1),
)

CASES = (*STALLS, *HEADS, *ENDS)
