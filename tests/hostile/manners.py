"""robots.txt and requests to slow down (P01 to P10, section 3)."""

from __future__ import annotations

from tests.hostile.case import ARCHIVED, GOOD, PAGE, Case, html
from tests.hostile.framing import stalled
from tests.hostile.server import Exchange, Serve, answer, raw

ALLOW = b"User-agent: *\nAllow: /\n"
DENY = "User-agent: *\nDisallow: /\n"


def text(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Serve:
    return answer(body, status, headers, kind="text/plain")


def robots_of_100_mebibytes(exchange: Exchange) -> None:
    exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nUser-agent: *\nDisallow: /no\n"
    )
    exchange.flood(b"Disallow: /filler-of-a-file-that-is-too-long\n" * 1_000, 100 * 1024 * 1024)


def robots_elsewhere(exchange: Exchange) -> None:
    answer(b"", 302, {"Location": f"{exchange.path}"})(exchange)


_SLOW = b"User-agent: *\nDisallow: /" + b"*1" * 2_000 + b"Z\n"
_UNREACHABLE = "blocked.robots_unreachable"

CASES = (
    Case("robots-503", GOOD, _UNREACHABLE, robots=text(ALLOW, 503), most=0, quick=True),
    Case("robots-500-with-a-page", GOOD, _UNREACHABLE, robots=answer(PAGE, 500), most=0),
    Case("robots-429", GOOD, _UNREACHABLE, robots=text(ALLOW, 429, {"Retry-After": "60"}), most=0, quick=True),
    Case("robots-hangs", GOOD, _UNREACHABLE, robots=stalled(), most=0),
    Case("robots-resets", GOOD, _UNREACHABLE, robots=raw(reset=True), most=0, quick=True),
    Case("robots-of-garbage-http", GOOD, _UNREACHABLE, robots=raw(b"\0\1\2" * 99), most=0),
    Case("robots-in-a-circle", GOOD, _UNREACHABLE, robots=robots_elsewhere, most=0, quick=True),
    Case("robots-of-100-mebibytes", GOOD, ARCHIVED, robots=robots_of_100_mebibytes, most=1, quick=True),
    Case("robots-of-stars", answer(html("/" + "1" * 1_500)), ARCHIVED, robots=text(_SLOW), most=2, quick=True),
    Case("robots-with-mark", GOOD, "blocked.robots", robots=text(b"\xef\xbb\xbf" + DENY.encode()), most=0),
    Case("robots-in-utf-16", GOOD, "blocked.robots", robots=text(DENY.encode("utf-16")), most=0, quick=True),
    Case("robots-of-html", GOOD, ARCHIVED, robots=answer(PAGE), most=1),
    Case("robots-401", GOOD, "blocked.robots", robots=text(b"", 401), most=0),
    Case("robots-404", GOOD, ARCHIVED, robots=text(b"", 404), most=1),
    Case("robots-with-nul", GOOD, "blocked.robots", robots=text(b"\0\n" + DENY.encode()), most=0),
    Case("robots-status-999", GOOD, _UNREACHABLE, robots=text(ALLOW, 999), most=0),
    Case("delay-of-a-year", GOOD, "blocked.crawl_delay", robots=text(b"User-agent: *\nCrawl-delay: 3e7\n"), most=0,
         quick=True),
    Case("delay-that-is-no-number", GOOD, ARCHIVED, robots=text(b"User-agent: *\nCrawl-delay: nan\n"), most=1),
    Case("delay-below-nothing", GOOD, ARCHIVED, robots=text(b"User-agent: *\nCrawl-delay: -1\n"), most=1),
    Case("asks-for-an-hour", answer(PAGE, 429, {"Retry-After": "3600"}), "rate_limited", most=1, quick=True),
    Case("asks-for-a-date", answer(PAGE, 503, {"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"}), "rate_limited",
         most=1),
)  # fmt: skip
