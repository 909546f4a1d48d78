"""Sites without end, sitemaps and feeds that bite, pages that are hard to read (T01 to T05, X01 to X04, H, C)."""

from __future__ import annotations

import gzip
from functools import cache

from tests.hostile.bodies import zeros
from tests.hostile.case import ARCHIVED, GOOD, PAGE, TEXT, Case, html
from tests.hostile.server import Exchange, Serve, answer

BUDGET = 60  # max_pages of a host in this suite
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def calendar(exchange: Exchange) -> None:
    """Every day links to the next ones, and each has a text of its own."""
    number = int(exchange.path.rpartition("/")[2] or 0)
    links = [f"/day/{number * 3 + step}" for step in (1, 2, 3)]
    answer(html(*links, text=f"Day {number} has nothing. "))(exchange)


def sessions(exchange: Exchange) -> None:
    """Each page gives new names to the same few pages."""
    mark = abs(hash(exchange.path)) % 10**9
    links = [f"/p?PHPSESSID={mark + n}&a={mark}&b={n}" for n in range(5)]
    answer(html(*links, text=f"Page {mark}. "))(exchange)


def growing(exchange: Exchange) -> None:
    answer(html(exchange.path.rstrip("/") + "/a", text=f"{len(exchange.path)} "))(exchange)


def same_again(exchange: Exchange) -> None:
    """One page under ever new addresses: each time the very same bytes."""
    answer(html(*(f"/copy/{n}" for n in range(200))))(exchange)


def sitemap(*addresses: str, root: str = "urlset", item: str = "url") -> bytes:
    items = "".join(f"<{item}><loc>{address}</loc></{item}>" for address in addresses)
    return f'<?xml version="1.0"?><{root} xmlns="{_NAMESPACE}">{items}</{root}>'.encode()


def with_sitemap(body: bytes) -> Serve:
    there = answer(body, kind="text/xml")

    def serve(exchange: Exchange) -> None:
        (there if exchange.path == "/sitemap.xml" else GOOD)(exchange)

    return serve


def endless_index(exchange: Exchange) -> None:
    if not exchange.path.startswith("/sitemap"):
        answer(PAGE)(exchange)
        return
    depth = exchange.path.count("x")
    more = [f"http://{exchange.host}/sitemap.xml?x{'x' * depth}={n}" for n in range(3)]
    answer(sitemap(*more, root="sitemapindex", item="sitemap"), kind="text/xml")(exchange)


@cache
def sitemap_bomb() -> bytes:
    return gzip.compress(b'<?xml version="1.0"?><urlset>' + b" " * (60 * 1024 * 1024) + b"</urlset>", 9)


def bomb_of_spaces(exchange: Exchange) -> None:
    at_home = exchange.path == "/"
    answer(PAGE if at_home else sitemap_bomb(), kind="text/html" if at_home else "application/gzip")(exchange)


def page_of(body: bytes, name: str, kind: str = "text/html; charset=utf-8", most: int = 1) -> Case:
    return Case(name, answer(body, kind=kind), ARCHIVED, most=most)


_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><urlset><url><loc>http://sitemap-of-laughs.example/&j;</loc></url></urlset>"
)
_OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b"<urlset><url><loc>http://sitemap-of-files.example/&x;</loc></url></urlset>"
)
_FILES = sitemap("file:///etc/services", "http://10.1.1.1/x", "http://elsewhere.example/x")

TRAPS = (
    Case("calendar", calendar, ARCHIVED, most=BUDGET, counted={"archived": 50}),
    Case("sessions", sessions, ARCHIVED, most=BUDGET),
    Case("growing-path", growing, "trap_limit", at="/a/a/a/a", most=5, quick=True),
    Case("one-page-under-many-names", same_again, ARCHIVED, most=25),
    Case("100000-links", answer(html(*(f"/x/{n}" for n in range(100_000)))), ARCHIVED, most=BUDGET),
)
LISTS = (
    Case("sitemap-of-files", with_sitemap(_FILES), "blocked.scheme", at="file:///etc/services", sitemaps=True,
         quick=True),
    Case("sitemap-of-laughs", with_sitemap(_LAUGHS), ARCHIVED, at="/sitemap.xml", sitemaps=True, quick=True),
    Case("sitemap-of-entities", with_sitemap(_OUTSIDE), ARCHIVED, at="/sitemap.xml", sitemaps=True),
    Case("sitemap-bomb", bomb_of_spaces, "bomb", at="/sitemap.xml", sitemaps=True, quick=True),
    Case("sitemap-of-nothing", with_sitemap(zeros(3)), ARCHIVED, at="/sitemap.xml", sitemaps=True),
    Case("sitemap-index-without-end", endless_index, ARCHIVED, at="/sitemap.xml", most=60, sitemaps=True,
         counted={"trap_limit": 3}),
    Case("sitemap-cut-off", with_sitemap(sitemap(*(f"http://sitemap-cut-off.example/{n}" for n in range(9)))[:-200]),
         ARCHIVED, at="/0", most=12, sitemaps=True),
)  # fmt: skip
PAGES = (
    page_of(b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">" + PAGE, "tag-of-100000-attributes"),
    page_of(b"<div>" * 60_000 + PAGE, "60000-elements-deep"),
    page_of(b"<!doctype html><p>" + TEXT.encode() * 60_000, "a-paragraph-of-5-megabytes"),
    page_of(b"<!doctype html><script>" + b"x" * 5_000_000 + b"</script>" + PAGE, "a-script-of-5-megabytes"),
    page_of(b"<!doctype html><!--" + b"x" * 5_000_000 + PAGE, "a-comment-without-end"),
    page_of(b"<!doctype html>" + b"<p>a" * 250_000, "250000-paragraphs"),
    page_of(b"<!doctype html><table>" + b"<tr><td>" * 30_000, "tables-in-tables"),
    page_of(PAGE.replace(b"e", b"e\0"), "nul-between"),
    page_of(PAGE.decode().encode("utf-16"), "utf-16", "text/html"),
    page_of(PAGE + bytes(range(128, 256)) * 99, "bytes-that-are-no-utf-8"),
    page_of(PAGE, "unknown-charset", "text/html; charset=zebra"),
    page_of(PAGE, "charset-that-is-a-codec", "text/html; charset=zip"),
    page_of(b"<!doctype html><a href='" + b"&" * 1_000_000 + b"'>" + PAGE, "an-address-of-a-megabyte"),
    page_of(b"<!doctype html><base href='file:///etc/'>" + html("passwd"), "base-of-files", most=2),
    page_of(b"", "an-empty-page"),
    page_of(b"<!doctype html>" + b"<" * 3_000_000, "nothing-but-brackets"),
    page_of(b"<!doctype html>" + b"<meta " * 500_000, "metas-without-end"),
    page_of(b"<!doctype html>" + b"<a href='http://[bad'>" * 3_000 + PAGE, "addresses-that-are-none"),
)

CASES = (*TRAPS, *LISTS, *PAGES)
