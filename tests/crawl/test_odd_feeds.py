"""A feed may name what no server can be asked for; the rest of it counts all the same."""

from __future__ import annotations

import json
from pathlib import Path

from tests.crawl.jobs import write_job
from tests.crawl.web import Reply, Web, page

START = "http://news.example/"
HALF = chr(0xD800)  # of a surrogate pair: JSON can write it, UTF-8 cannot


def test_half_a_surrogate_pair_in_a_json_feed_costs_its_own_entry_only(web: Web, tmp_path: Path) -> None:
    urls = ["/before", f"/{HALF}", f"http://{HALF}.example/", f"ftp://news.example/{HALF}", "/behind"]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"url": url} for url in urls]}
    head = b'<head><link rel="alternate" type="application/feed+json" href="/feed.json">'
    web.sites["news.example"] = {
        "/": page().replace(b"<head>", head),
        "/feed.json": Reply(json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"}),
        "*": page(),
        "/robots.txt": Reply(b"", 404),
    }
    done = write_job(tmp_path, web, [START], hosts=["news.example"], site='follow = ["feeds"]').crawl()
    assert done.code == 0, done.log
    assert {url: done.outcome(url) for url in done.rows} == {
        START: "archived", f"{START}feed.json": "archived", f"{START}before": "archived", f"{START}behind": "archived",
        "ftp://news.example/": "blocked.scheme",
    }  # fmt: skip
