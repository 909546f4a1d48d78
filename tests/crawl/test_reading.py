"""What bytes are: encodings, sitemaps and feeds, robots files, headers that say when and whether."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.outcome import Outcome
from pipeline.store.ledger import HostState
from spiders.bodies import MAX_DECODED, BodyError, decode_body, looks_like_html
from spiders.discovery import MAX_ENTRIES, Candidate, read_discovery
from spiders.politeness import (
    MAX_FREEZE,
    ROBOTS_BYTES,
    Pace,
    Robots,
    is_fresh,
    retry_after,
    robots_text,
)
from spiders.reading import Answer, judge_answer

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TEXT = b"<p>hello</p>" * 500


def short(value: object) -> str | None:
    """Bytes by their length in the names of tests: gzip writes the time, and two workers must agree on a name."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("encodings", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("br", brotli.compress(TEXT)),
        ("gzip, br", brotli.compress(gzip.compress(TEXT))),
        ("gzip", gzip.compress(TEXT) + b"something behind it"),
    ],
    ids=short,
)
def test_encodings_are_taken_off(encodings: str, packed: bytes) -> None:
    assert decode_body(packed, encodings) == TEXT


@pytest.mark.parametrize(
    ("encodings", "packed", "outcome"),
    [
        ("gzip", gzip.compress(TEXT)[:-12], Outcome.TRUNCATED),
        ("br", brotli.compress(TEXT)[:-2], Outcome.TRUNCATED),
        ("gzip", TEXT, Outcome.PROTOCOL_ERROR),
        ("br", b"\xff" * 40, Outcome.PROTOCOL_ERROR),
        ("rot13", TEXT, Outcome.PROTOCOL_ERROR),
        ("gzip", gzip.compress(bytes(MAX_DECODED + 1)), Outcome.BOMB),
        ("gzip", gzip.compress(bytes(1_500_000)), Outcome.BOMB),
        ("br", brotli.compress(bytes(50_000_000)), Outcome.BOMB),
        ("gzip, gzip, gzip", gzip.compress(gzip.compress(gzip.compress(TEXT))), Outcome.BOMB),
    ],
    ids=short,
)
def test_encodings_that_lie(encodings: str, packed: bytes, outcome: Outcome) -> None:
    with pytest.raises(BodyError) as caught:
        decode_body(packed, encodings)
    assert caught.value.outcome is outcome


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "br, gzip"]))
def test_any_bytes_decode_or_have_an_outcome(data: bytes, encodings: str) -> None:
    with suppress(BodyError):
        decode_body(data, encodings)


@pytest.mark.parametrize(
    ("body", "content_type", "is_html"),
    [
        (b"<!doctype html>", "", True),
        (b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "", True),
        (b"just words", "text/html; charset=utf-8", True),
        (b"just words", "text/plain", False),
        (b"<html>", "application/octet-stream", True),
        (b"\x89PNG\r\n", "text/html", False),
        (b'{"a": 1}', "application/json", False),
        (b"<rss><channel/></rss>", "application/xml", False),
    ],
)
def test_what_can_be_read_as_a_page(body: bytes, content_type: str, is_html: bool) -> None:
    assert looks_like_html(body, content_type) is is_html


@pytest.mark.parametrize(
    ("status", "conditional", "outcome"),
    [
        (200, False, None),
        (203, False, None),
        (206, False, Outcome.TRUNCATED),
        (304, True, Outcome.NOT_MODIFIED),
        (304, False, Outcome.PROTOCOL_ERROR),
        (404, False, Outcome.GONE),
        (410, False, Outcome.GONE),
        (403, False, Outcome.HTTP_ERROR),
        (500, False, Outcome.HTTP_ERROR),
        (999, False, Outcome.PROTOCOL_ERROR),
        (0, False, Outcome.PROTOCOL_ERROR),
    ],
)
def test_a_status_has_an_outcome(status: int, conditional: bool, outcome: Outcome | None) -> None:
    answer = Answer("http://a.example/", status, (("Content-Type", "text/html"),), TEXT, "page", conditional)
    assert judge_answer(answer).outcome is outcome


def urls(body: bytes, url: str = "http://a.example/x/map.xml") -> list[str]:
    return [entry.url for entry in read_discovery(body, url).entries]


def test_sitemaps() -> None:
    body = b"""<?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
            xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc> http://a.example/1?a=1&amp;b=2 </loc><lastmod>2026-03-01</lastmod>
        <image:image><image:loc>http://a.example/1.jpg</image:loc></image:image></url>
      <url><news:news><news:title>t</news:title></news:news><loc><![CDATA[http://a.example/2]]></loc></url>
      <url><lastmod>2026-03-01</lastmod></url>
      <url><loc>/3</loc></url>
    </urlset>"""
    expected = ["http://a.example/1?a=1&b=2", "http://a.example/2", "http://a.example/3"]
    assert urls(body) == urls(gzip.compress(body)) == expected
    assert read_discovery(body, "").entries[0] == Candidate(expected[0], "2026-03-01")
    prefixed = b'<s:urlset xmlns:s="x"><s:url><s:loc>http://a.example/1</s:loc></s:url></s:urlset>'
    assert urls(prefixed) == ["http://a.example/1"]
    index = b"<sitemapindex><sitemap><loc>http://a.example/m.xml.gz</loc></sitemap></sitemapindex>"
    assert (read_discovery(index, "").kind, urls(index)) == ("index", ["http://a.example/m.xml.gz"])
    assert urls(b"\xef\xbb\xbfhttp://a.example/1\r\nhttp://a.example/2\n\nnonsense") == [
        "http://a.example/1",
        "http://a.example/2",
    ]


def test_feeds() -> None:
    rss = b"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>http://a.example/</link>
      <atom:link rel="self" href="http://a.example/feed"/>
      <item><title>one</title><guid>http://a.example/?p=1</guid><link>http://a.example/1</link><pubDate>Mon</pubDate></item>
      <item><guid isPermaLink="false">tag:2</guid></item><item><guid>http://a.example/3</guid></item></channel></rss>"""
    assert urls(rss) == ["http://a.example/1", "http://a.example/3"]
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://a.example/"/><entry>
      <link rel="replies" href="/1#c"/><link rel="alternate" href="/1"/><updated>2026-03-01</updated></entry></feed>"""
    assert read_discovery(atom, "http://a.example/f").entries == (Candidate("http://a.example/1", "2026-03-01"),)
    assert urls(b'{"version": "x", "items": [{"url": "/1"}, {"id": 2}, 3]}') == ["http://a.example/1"]
    rdf = b'<rdf:RDF xmlns:rdf="r" xmlns="p"><item><link>http://a.example/1</link></item></rdf:RDF>'
    assert (read_discovery(rdf, "").kind, urls(rdf)) == ("feed", ["http://a.example/1"])


def test_hostile_lists() -> None:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><urlset><url><loc>http://a.example/&b;</loc></url></urlset>'
    outside = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'
    for body in (laughs, outside):
        assert read_discovery(body, "").entries == ()
        assert "refused" in read_discovery(body, "").problem
    torn = b"<urlset><url><loc>http://a.example/1</loc></url><url><loc>http://a.exam"
    assert urls(torn) == ["http://a.example/1"]
    assert read_discovery(torn, "").problem
    many = b"<urlset>" + b"<url><loc>http://a.example/1</loc></url>" * (MAX_ENTRIES + 10) + b"</urlset>"
    assert len(urls(many)) == MAX_ENTRIES
    assert str(MAX_ENTRIES) in read_discovery(many, "").problem
    bomb = read_discovery(gzip.compress(b"<urlset>" + b" " * 60_000_000), "")
    assert (bomb.bomb, bomb.entries) == (True, ())
    assert read_discovery(b"<a>" * 100_000, "").kind == "unknown"
    long = b"<urlset><url><loc>http://a.example/" + b"x" * 10_000 + b"</loc></url></urlset>"
    assert urls(long) == []


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.binary(max_size=100).map(lambda data: b"<urlset>" + data), st.just(b"\x1f\x8b")
    )
)
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    read_discovery(data, "http://a.example/")


RULES = """
User-agent: broadsheet
User-agent: other
Disallow: /a/
Allow: /a/b
Crawl-delay: 2.5

User-agent: *
Disallow: /
Sitemap: http://a.example/map.xml
"""


def robots(status: int, body: str | None = None) -> Robots:
    return Robots.of(HostState("http://a.example:80", body, 0.0, status), "Broadsheet")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, RULES, None),
        (200, "", None),
        (404, None, None),
        (410, None, None),
        (400, None, None),
        (401, None, Outcome.BLOCKED_ROBOTS),
        (403, None, Outcome.BLOCKED_ROBOTS),
        (429, None, Outcome.BLOCKED_ROBOTS_UNREACHABLE),
        (500, None, Outcome.BLOCKED_ROBOTS_UNREACHABLE),
        (503, "User-agent: *\nAllow: /", Outcome.BLOCKED_ROBOTS_UNREACHABLE),
        (0, None, Outcome.BLOCKED_ROBOTS_UNREACHABLE),
        (200, "User-agent: *\nCrawl-delay: 60", None),
        (200, "User-agent: *\nCrawl-delay: 60.5", Outcome.BLOCKED_CRAWL_DELAY),
        (200, "User-agent: *\nCrawl-delay: nan", None),
        (200, "User-agent: *\nCrawl-delay: -1", None),
        (200, "User-agent: *\nCrawl-delay: a lot", None),
        (200, "User-agent: *\nDisallow: /x", Outcome.BLOCKED_ROBOTS),
    ],
)
def test_what_a_robots_answer_means_for_a_page(status: int, body: str | None, outcome: Outcome | None) -> None:
    objection = robots(status, body).objection("http://a.example/x")
    assert (objection[0] if objection else None) is outcome


def test_rules_of_a_robots_file() -> None:
    found = robots(200, RULES)
    assert found.objection("http://a.example/a/b/c") is None, "the longer rule wins"
    assert found.objection("http://a.example/a/x") is not None
    assert found.crawl_delay == 2.5
    assert found.sitemaps("http://a.example") == ("http://a.example/map.xml",)
    assert robots(404).sitemaps("http://a.example") == ("http://a.example/sitemap.xml",)


def test_a_long_robots_file_is_cut_at_a_line_and_utf16_is_read() -> None:
    line = b"Disallow: /0123456789\n"
    text = robots_text(b"User-agent: *\n" + line * (ROBOTS_BYTES // len(line) + 10))
    assert len(text) <= ROBOTS_BYTES
    assert text.endswith("Disallow: /0123456789\n")
    assert robots_text("User-agent: *\nDisallow: /ä".encode("utf-16")) == "User-agent: *\nDisallow: /ä"


def test_how_long_a_robots_file_is_remembered() -> None:
    day = 86_400.0
    for status, fresh in ((200, True), (404, True), (403, True), (500, False), (429, False), (0, False)):
        assert is_fresh(HostState("h", "", 0.0, status), day - 1) is fresh
        assert not is_fresh(HostState("h", "", 0.0, status), day)
    assert not is_fresh(None, 0.0)
    assert not is_fresh(HostState("h", "", 100.0, 200), 0.0), "a clock that went back"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("0", 1.0),
        ("999999999999", 86_400.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), None),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_pauses_grow_with_slow_answers_failures_and_freezes() -> None:
    pace = Pace(delay=2.0)
    pace.answered(100.0, 0.1, failed=False)
    assert pace.next_at == 102.0
    pace.answered(100.0, 3.0, failed=False)
    assert pace.next_at == 109.0, "three times the answer"
    pace.answered(100.0, 0.1, failed=True)
    pace.answered(100.0, 0.1, failed=True)
    assert pace.next_at == 108.0, "doubled twice"
    pace.crawl_delay = 30.0
    pace.answered(100.0, 0.1, failed=False)
    assert pace.next_at == 130.0
    hurried = Pace(delay=2.0, jitter=lambda: 1.0)
    hurried.answered(100.0, 0.1, failed=False)
    assert hurried.next_at == pytest.approx(102.6), "jitter only adds"
    none = Pace(delay=0.0)
    none.answered(100.0, 5.0, failed=True)
    assert none.next_at == 100.0
    assert [none.freeze(100.0, None) for _ in range(8)][-1] == MAX_FREEZE
    assert none.freeze(100.0, 5.0) == 5.0
