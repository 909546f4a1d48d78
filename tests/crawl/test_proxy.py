"""A job that names a proxy: it is what is dialled, and the guard still says no where it can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiders.dialling import check_proxied
from spiders.guard import BlockedError, Guard
from tests.crawl.jobs import write_job
from tests.crawl.web import Reply, Web, page

HOST = "a.example"
START = f"http://{HOST}/"


def test_what_lies_inside_is_not_asked_of_a_proxy_either(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {f"{START}robots.txt": Reply(b"", 404), START: page()}  # a proxy is asked with whole addresses
    inside = ["http://169.254.169.254/latest", "http://2130706433/", f"http://{HOST}:8081/"]
    crawl = f'delay = 0.0\nproxy = "http://{web.endpoint}"'
    done = write_job(tmp_path, web, [START, *inside], hosts=[], crawl=crawl, site="follow = []").crawl()
    assert done.outcome(START) == "archived", done.log
    outcomes = [done.outcome(url) for url in (inside[0], "http://127.0.0.1/", inside[2])]
    assert outcomes == ["blocked.address", "blocked.address", "blocked.port"]
    assert {asked.host for asked in web.log} == {HOST}


@pytest.mark.parametrize(
    "url", ["http://[::1]/", "http://0x7f.1/", "http://10.0.0.1:80/x", "http://[bad", "ftp://a.example/"]
)
def test_addresses_are_read_as_they_are_dialled(url: str) -> None:
    with pytest.raises(BlockedError):
        check_proxied(Guard.of([80, 443], [], {}), url)


def test_names_and_what_the_job_allows_are_left_to_the_proxy() -> None:
    guard = Guard.of([80], ["127.0.0.1:8000"], {"b.example:81": "127.0.0.1:9"})
    for url in ("http://a.example/", "http://127.0.0.1:8000/", "http://b.example:81/", "http://93.184.216.34/"):
        check_proxied(guard, url)
