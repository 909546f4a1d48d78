"""One crawl over a small web in which each address has another fate: every one ends in its named outcome."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from pipeline.store.warc import RecordLocation, read_page
from tests.crawl.jobs import Crawled, JobFolder, write_job
from tests.crawl.web import Reply, Web, listen, page, serve

NEWS = "http://news.example"
CLOSED = ("unreachable", "forbidden", "patient", "inside", "busy")
HOSTS = ["news.example", "moved.example", *(f"{name}.example" for name in CLOSED if name != "inside")]

XML = {"Content-Type": "application/xml"}


def news_site(web: Web, hidden_port: int) -> None:
    index = f"<sitemapindex><sitemap><loc>{NEWS}/map-1.xml.gz</loc></sitemap></sitemapindex>".encode()
    listed = (
        f"<urlset><url><loc>{NEWS}/from-sitemap</loc></url><url><loc>file:///etc/hostname</loc></url></urlset>".encode()
    )
    rss = f"<rss><channel><item><link>{NEWS}/from-feed</link></item></channel></rss>".encode()
    links = """
        /plain /gzip /brotli-lie /bomb /cut /partial /empty /gone /error /picture.png /looks-like-picture /not-a-page
        /private/x /denied/x /old /circle-1 /chain-1 /nowhere /to-file /to-inside /leaves /unknown-encoding /big
        /deep/a/a/a/a /noindex #top mailto:a@example.org javascript:void(0) file:///etc/passwd ftp://news.example/x
        http://other.example/ http://[bad/ /plain?utm_source=x
    """.split()
    head = b'<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    site = {
        "/robots.txt": Reply(f"User-agent: *\nDisallow: /private\nSitemap: {NEWS}/index.xml\n".encode()),
        "/": page(*links).replace(b"</head>", head + b"</head>"),
        "/index.xml": Reply(index, headers=XML),
        "/map-1.xml.gz": Reply(gzip.compress(listed), headers={"Content-Type": "application/gzip"}),
        "/feed.xml": Reply(rss, headers=XML),
        "/gzip": Reply(gzip.compress(page("/only-in-gzip")), headers={"Content-Encoding": "gzip"}),
        "/brotli-lie": Reply(b"not brotli", headers={"Content-Encoding": "br"}),
        "/bomb": Reply(gzip.compress(b"<p>" + b"0" * 30_000_000), headers={"Content-Encoding": "gzip"}),
        "/cut": Reply(gzip.compress(page())[:-20], headers={"Content-Encoding": "gzip"}),
        "/partial": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<p>too short"),
        "/empty": b"",
        "/gone": Reply(b"<p>gone</p>", 410),
        "/error": Reply(b"<p>error</p>", 500),
        "/looks-like-picture": Reply(page(text="HTML under a wrong type"), headers={"Content-Type": "image/png"}),
        "/not-a-page": Reply(b"%PDF-1.7 ...", headers={"Content-Type": "text/html"}),
        "/old": Reply(status=301, headers={"Location": "http://moved.example/new#part"}),
        "/circle-1": Reply(status=302, headers={"Location": "/circle-2"}),
        "/circle-2": Reply(status=302, headers={"Location": "/circle-1"}),
        "/nowhere": Reply(status=302),
        "/to-file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
        "/to-inside": Reply(status=302, headers={"Location": f"http://127.0.0.1:{hidden_port}/secret"}),
        "/leaves": Reply(status=302, headers={"Location": "http://inside.example/secret"}),
        "/unknown-encoding": Reply(b"xx", headers={"Content-Encoding": "rot13"}),
        "/big": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999999\r\n\r\n<p>"),
        "/noindex": Reply(page(), headers={"X-Robots-Tag": "noindex"}),
        **{f"/chain-{n}": Reply(status=302, headers={"Location": f"/chain-{n + 1}"}) for n in range(1, 12)},
    }  # fmt: skip
    for name in ("plain", "only-in-gzip", "from-sitemap", "from-feed"):
        site[f"/{name}"] = page()
    web.sites["news.example"] = site


@pytest.fixture(scope="module")
def done() -> Iterator[tuple[Crawled, JobFolder, Web, list[object]]]:
    import tempfile
    from pathlib import Path

    with serve() as web, listen() as (hidden_port, caught), tempfile.TemporaryDirectory() as folder:
        news_site(web, hidden_port)
        web.sites["moved.example"] = {"/new": page()}
        web.sites["unreachable.example"] = {"*": Reply(b"User-agent: *\nAllow: /", 503)}
        web.sites["forbidden.example"] = {"/robots.txt": Reply(b"no", 403), "*": page()}
        web.sites["patient.example"] = {"/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 61\n"), "*": page()}
        web.sites["busy.example"] = {
            "/robots.txt": Reply(b"", 404),
            "*": Reply(b"", 429, headers={"Retry-After": "3600"}),
        }
        starts = [
            f"{NEWS}/",
            *(f"http://{name}.example/" for name in CLOSED),
            "http://127.0.0.1:22/",
            "http://10.1.2.3/",
            "http://localhost/",
            "http://no-such-name.invalid/",
        ]
        job = write_job(
            Path(folder), web, starts, hosts=HOSTS, site="deny = ['/denied/']",
            elsewhere={"inside.example": f"127.0.0.1:{hidden_port}"},
        )  # fmt: skip
        yield job.crawl(), job, web, caught


FATES = {
    "/": "archived",
    "/plain": "archived",
    "/gzip": "archived",
    "/only-in-gzip": "archived",
    "/from-sitemap": "archived",
    "/from-feed": "archived",
    "/index.xml": "archived",
    "/map-1.xml.gz": "archived",
    "/feed.xml": "archived",
    "/empty": "archived",
    "/looks-like-picture": "archived",
    "/noindex": "archived",
    "/brotli-lie": "protocol_error",
    "/unknown-encoding": "protocol_error",
    "/bomb": "bomb",
    "/big": "too_large",
    "/cut": "truncated",
    "/partial": "truncated",
    "/gone": "gone",
    "/error": "http_error",
    "/not-a-page": "not_html",
    "/private/x": "blocked.robots",
    "/old": "redirected",
    "/circle-1": "redirect_limit",
    "/circle-2": "redirect_limit",
    "/chain-1": "redirect_limit",
    "/chain-2": "redirected",
    "/nowhere": "protocol_error",
    "/to-file": "blocked.scheme",
    "/to-inside": "redirected",
    "/leaves": "redirected",
    "/deep/a/a/a/a": "trap_limit",
}


@pytest.mark.parametrize(("path", "outcome"), FATES.items())
def test_each_address_of_a_site_ends_in_its_outcome(
    done: tuple[Crawled, JobFolder, Web, list[object]], path: str, outcome: str
) -> None:
    assert done[0].outcome(NEWS + path) == outcome, done[0].rows[NEWS + path]


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://moved.example/new", "archived"),
        ("http://unreachable.example/", "blocked.robots_unreachable"),
        ("http://forbidden.example/", "blocked.robots"),
        ("http://patient.example/", "blocked.crawl_delay"),
        ("http://busy.example/", "rate_limited"),
        ("http://inside.example/", "blocked.address"),
        ("http://inside.example/secret", "blocked.address"),
        ("http://10.1.2.3/", "blocked.address"),
        ("http://localhost/", "blocked.address"),
        ("http://no-such-name.invalid/", "dns_error"),
        ("http://127.0.0.1:22/", "blocked.port"),
        ("file:///etc/passwd", "blocked.scheme"),
        ("file:///etc/hostname", "blocked.scheme"),
        ("ftp://news.example/x", "blocked.scheme"),
    ],
)
def test_hosts_and_schemes_that_are_not_for_us(
    done: tuple[Crawled, JobFolder, Web, list[object]], url: str, outcome: str
) -> None:
    assert done[0].outcome(url) == outcome, done[0].rows[url]


def test_nothing_else_is_known_and_the_books_balance(done: tuple[Crawled, JobFolder, Web, list[object]]) -> None:
    crawled = done[0]
    assert crawled.books.balanced, crawled.books.problems
    assert sum(crawled.books.by_outcome.values()) == len(crawled.rows)
    for absent in (f"{NEWS}/denied/x", f"{NEWS}/picture.png", "http://other.example/", f"{NEWS}/plain?utm_source=x"):
        assert absent not in crawled.rows
    assert "internal error" not in crawled.log


def test_no_connection_was_made_to_the_inner_port(done: tuple[Crawled, JobFolder, Web, list[object]]) -> None:
    crawled, _, _, caught = done
    assert any(row.outcome == "blocked.address" for row in crawled.rows.values())
    assert caught == []


def test_robots_come_first_and_closed_hosts_are_asked_for_nothing_else(
    done: tuple[Crawled, JobFolder, Web, list[object]],
) -> None:
    web = done[2]
    for host in ("unreachable.example", "forbidden.example", "patient.example"):
        assert set(web.paths(host)) == {"/robots.txt"}
    assert web.paths("news.example")[0] == "/robots.txt"
    assert web.paths("moved.example") == ["/robots.txt", "/new"]
    assert web.paths("busy.example") == ["/robots.txt", "/"], "a host that asks for rest is left alone"
    assert not [path for path in web.paths("news.example") if path.startswith(("/private", "/denied"))]


def test_each_request_names_us_and_nothing_else(done: tuple[Crawled, JobFolder, Web, list[object]]) -> None:
    for asked in done[2].log:
        assert asked.headers["user-agent"].startswith("Broadsheet/")
        assert "(+mailto:crawl@example.org)" in asked.headers["user-agent"]
        assert not {"cookie", "referer", "authorization"} & set(asked.headers)


def test_an_error_is_tried_three_times_and_a_missing_page_once(
    done: tuple[Crawled, JobFolder, Web, list[object]],
) -> None:
    paths = done[2].paths("news.example")
    assert paths.count("/error") == 3
    assert paths.count("/gone") == 1
    assert paths.count("/plain") == 1


def test_the_archive_holds_what_was_decoded_and_a_redirect_names_its_target(
    done: tuple[Crawled, JobFolder, Web, list[object]],
) -> None:
    crawled, job = done[:2]
    for path, body in (("/gzip", page("/only-in-gzip")), ("/gone", b"<p>gone</p>"), ("/empty", b"")):
        row = crawled.rows[NEWS + path]
        location = RecordLocation(
            row.warc_file or "", row.warc_offset or 0, row.warc_length or 0, row.page_digest or ""
        )
        found = read_page(job.data.raw, location)
        assert (found.body, found.url) == (body, NEWS + path)
        assert found.header("content-encoding") is None
    assert crawled.rows[f"{NEWS}/old"].final_url == "http://moved.example/new"
    assert "noindex" in crawled.rows[f"{NEWS}/noindex"].detail


def test_too_many_failures_are_an_exit_code_of_their_own(done: tuple[Crawled, JobFolder, Web, list[object]]) -> None:
    books = done[0].books
    failed = ("bomb", "http_error", "protocol_error", "rate_limited", "redirect_limit", "too_large", "truncated",
              "blocked.robots_unreachable")  # fmt: skip
    share = sum(books.by_outcome.get(name, 0) for name in failed) / books.known
    assert share > 0.2, json.dumps(dict(books.by_outcome))
    assert done[0].code == 4
