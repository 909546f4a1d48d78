"""Hosts on one IP address share one connection and one pause."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from tests.crawl.jobs import JobFolder
from tests.crawl.web import Reply, Web, page

SLACK = 0.02  # the server notes a request a little after it was sent, and unevenly


def test_two_sites_on_one_address_take_turns(web: Web, tmp_path: Path) -> None:
    hosts = [f"127.0.0.1:{web.port}", f"localhost:{web.port}"]
    for host in hosts:
        web.sites[host] = {"/": page("/a", "/b"), "/a": Reply(page(), pause=0.3), "/b": Reply(page(), pause=0.3)}
    path = tmp_path / "job.toml"
    path.write_text(
        f"""
[job]
name = "test"
contact = "mailto:crawl@example.org"
[crawl]
delay = 0.2
rights_files = []
allow_addresses = ["127.0.0.1:{web.port}", "[::1]:{web.port}"]
[[sites]]
start = {json.dumps([f"http://{host}/" for host in hosts])}
follow = ["links"]
"""
    )
    done = JobFolder(path).crawl()
    assert [done.outcome(f"http://{host}{path}") for host in hosts for path in ("/", "/a", "/b")] == ["archived"] * 6
    times = [(asked.at, 0.3 if asked.path in {"/a", "/b"} else 0.0) for asked in web.log]
    assert len(times) == 8
    for (before, took), (after, _) in pairwise(times):
        assert after - before >= took + 0.2 - SLACK


def test_a_name_that_does_not_resolve_holds_up_nobody(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "job.toml"
    host = f"127.0.0.1:{web.port}"
    web.sites[host] = {"/": page()}
    path.write_text(
        f"""
[job]
name = "test"
contact = "mailto:crawl@example.org"
[crawl]
delay = 0.0
allow_addresses = ["{host}"]
[[sites]]
start = ["http://there-is-no-such-name.invalid/", "http://{host}/"]
follow = []
"""
    )
    done = JobFolder(path).crawl()
    assert done.outcome("http://there-is-no-such-name.invalid/") == "dns_error"
    assert done.outcome(f"http://{host}/") == "archived"
