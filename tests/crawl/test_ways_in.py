"""Where addresses come from: standard input, feeds that robots.txt names, news sitemaps, JSON feeds of a page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from spiders.discovery import Candidate, read_discovery
from tests.conftest import run_broadsheet
from tests.crawl.jobs import SECONDS, write_job
from tests.crawl.web import Reply, Web, page

HOST = "a.example"
START = f"http://{HOST}/"


def test_start_addresses_from_standard_input_reach_the_crawl_through_the_command_too(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "*": page()}
    job = write_job(tmp_path, web, [], hosts=[HOST], site='start_file = "-"\nfollow = []')
    lines = f"# two pages\n{START}1\n\n{START}2\n"
    done = subprocess.run(job.command(), input=lines, text=True, timeout=SECONDS, capture_output=True, check=False)
    assert (done.returncode, sorted(web.paths(HOST))) == (0, ["/1", "/2", "/robots.txt"]), done.stderr
    web.log.clear()
    told = run_broadsheet("crawl", job.path, "--data", tmp_path / "other", cwd=tmp_path, stdin=lines.encode())
    assert (told.returncode, sorted(web.paths(HOST))) == (0, ["/1", "/2", "/robots.txt"]), told.stderr
    empty = subprocess.run(job.command(), input="", text=True, timeout=SECONDS, capture_output=True, check=False)
    assert (empty.returncode, "standard input holds no address" in empty.stderr) == (2, True)


def test_feeds_that_robots_or_a_page_names_are_read(web: Web, tmp_path: Path) -> None:
    rss = f"<rss><channel><item><link>{START}from-rss</link></item></channel></rss>".encode()
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/from-json"}]}
    head = b'<link rel="alternate" type="application/feed+json" href="/feed.json"><title>'
    web.sites[HOST] = {
        "/robots.txt": f"User-agent: *\nSitemap: {START}rss.xml\n".encode(),
        "/": page().replace(b"<title>", head),
        "/rss.xml": Reply(rss, headers={"Content-Type": "application/rss+xml"}),
        "/feed.json": Reply(json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"}),
        "*": page(text="Found."),
    }
    done = write_job(tmp_path, web, [START], hosts=[HOST]).crawl()
    assert {done.outcome(START + name) for name in ("from-rss", "from-json")} == {"archived"}
    assert done.rows[f"{START}rss.xml"].kind == "sitemap"


def test_a_news_sitemap_tells_when_a_page_was_published() -> None:
    body = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>http://a.example/ferry</loc>
        <news:news><news:publication><news:name>The Gazette</news:name></news:publication>
        <news:publication_date>2026-03-01T08:00:00Z</news:publication_date><news:title>Ferry</news:title></news:news>
        <image:image><image:loc>http://a.example/ferry.jpg</image:loc></image:image></url></urlset>"""
    assert read_discovery(body, START).entries == (Candidate("http://a.example/ferry", "2026-03-01T08:00:00Z"),)


def test_addresses_that_are_none_in_files_of_a_site_cost_themselves_only(web: Web, tmp_path: Path) -> None:
    other = "b.example"
    web.sites[HOST] = {
        "/robots.txt": f"User-agent: *\nAllow: /\nSitemap: http://[\nSitemap: {START}map.xml\n".encode(),
        "/ai.txt": Reply(b"", 302, headers={"Location": "http://[bad"}),
        "/map.xml": f"<urlset><url><loc>{START}found</loc></url></urlset>".encode(),
        "*": page(),
    }
    web.sites[other] = {"/robots.txt": Reply(b"", 302, headers={"Location": "http://[bad"}), "*": page()}
    crawl = 'delay = 0.0\nrights_files = ["/ai.txt"]'
    starts, site = [START, f"http://{other}/"], 'follow = ["sitemaps"]'
    done = write_job(tmp_path, web, starts, hosts=[HOST, other], crawl=crawl, site=site).crawl()
    assert "Traceback" not in done.log, done.log
    assert [done.outcome(START), done.outcome(f"{START}found")] == ["archived", "archived"]
    assert done.outcome(f"http://{other}/") == "blocked.robots_unreachable"
    assert web.paths(HOST).count("/ai.txt") == 1
