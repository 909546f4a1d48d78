"""The one reader of links: addresses made absolute, and what the head says of them."""

from __future__ import annotations

import pytest

from pipeline.extraction.links import PageLinks, absolute, read_links
from pipeline.extraction.parse import parse

URL = "https://news.example/2026/owls.html"


def read(page: str, url: str = URL) -> PageLinks:
    return read_links(parse(page), url)


def addresses(page: str) -> list[str]:
    return [link.url for link in read(page).links]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("tides.html", "https://news.example/2026/tides.html"),
        ("/about", "https://news.example/about"),
        ("../?page=2", "https://news.example/?page=2"),
        ("//other.example/x", "https://other.example/x"),
        ("#top", "https://news.example/2026/owls.html#top"),
        ("  tides.html\n", "https://news.example/2026/tides.html"),
        ("mailto:post@news.example", "mailto:post@news.example"),
        ("javascript:void(0)", "javascript:void(0)"),
    ],
)
def test_absolute(href: str, url: str) -> None:
    assert addresses(f'<a href="{href}">x</a>') == [url]


def test_what_cannot_be_an_address_is_left_out() -> None:
    assert absolute(URL, "http://[::bad") is None
    assert addresses('<a href="http://[::bad">x</a><a>no address</a><a href="/y">y</a>') == ["https://news.example/y"]


def test_links_in_order_once_each() -> None:
    page = '<a href="/b"> B <i>b</i></a><map><area href="/a"></map><a href="/b" rel="NoFollow">again</a>'
    links = read(page + '<a rel="NoFollow next" href="/c">C</a>').links
    assert [(link.url[-1], link.text, link.rel) for link in links] == [
        ("b", "B b", ""),
        ("a", "", ""),
        ("c", "C", "nofollow next"),
    ]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://cdn.example/deep/", "https://cdn.example/deep/x"),
        ("/archive/", "https://news.example/archive/x"),
        ("javascript:alert(1)//", "https://news.example/2026/x"),
        ("data:text/html,", "https://news.example/2026/x"),
        ("http://[bad", "https://news.example/2026/x"),
    ],
)
def test_base(base: str, url: str) -> None:
    assert addresses(f'<base href="{base}"><a href="x">x</a>') == [url]


def test_the_first_base_counts() -> None:
    page = '<base target="_blank"><base href="/one/"><base href="/two/"><a href="x">x</a>'
    assert read(page).base == "https://news.example/one/"


def test_canonical_is_the_first_one_made_absolute() -> None:
    page = '<link rel="Canonical" href="/owls"><link rel="canonical" href="/other">'
    assert read(page).canonical == "https://news.example/owls"
    assert read("<p>none</p>").canonical is None


def test_feeds_and_alternates() -> None:
    page = """
        <link rel="alternate" type="application/rss+xml" href="/feed">
        <link rel="ALTERNATE" type="Application/Atom+XML" href="/atom">
        <link rel="alternate" type="application/rss+xml" href="/feed">
        <link rel="alternate" hreflang="de" href="/de/">
        <link rel="amphtml" href="/amp">
        <link rel="alternate" type="text/css" href="/style">
        <link rel="stylesheet" href="/site.css">"""
    found = read(page)
    assert found.feeds == ("https://news.example/feed", "https://news.example/atom")
    assert found.alternates == (("de", "https://news.example/de/"), ("amp", "https://news.example/amp"))
    assert found.links == ()


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("0; url=/new", "https://news.example/new"),
        ("0;URL='/new'", "https://news.example/new"),
        ("5, /new", "https://news.example/new"),
        ("0.5; url = next.html", "https://news.example/2026/next.html"),
        ("30; url=/new", None),
        ("600", None),
        ("soon; url=/new", None),
    ],
)
def test_refresh(content: str, url: str | None) -> None:
    assert read(f'<meta http-equiv="Refresh" content="{content}">').refresh == url


def test_robots_words_for_everyone_and_for_us() -> None:
    page = """<meta name="robots" content="NoIndex"><meta name="Broadsheet" content="noarchive">
        <meta name="otherbot" content="nofollow"><meta name="description" content="robots">"""
    assert read(page).robots == "noindex, noarchive"


def test_a_page_without_anything() -> None:
    assert read("") == PageLinks(URL, (), (), None, None, "", ())


@pytest.mark.parametrize("base", ["https://example.com/a/b?x=1#y", "http://h.example:8080", "https://EXAMPLE.com/a;b/"])
def test_plain_links_are_joined_as_all_others_are(base: str) -> None:
    """Most links are put together without ``urljoin``; they must come out as it gives them."""
    hrefs = "/ /a /a/ /a/b.html /a?b=c&d=/e /a? /a# //h/x /./a /a/../b /a/.b /.. a ../a ?b #c /a;b /a:b /é".split()
    hrefs += "https://h.example/a https://h.example http://H/a https://h.example/a/../b mailto:a@b.example".split()
    for href in hrefs:
        (link,) = read_links(parse(f'<a href="{href}">x</a>'), base).links
        assert link.url == absolute(base, href)
