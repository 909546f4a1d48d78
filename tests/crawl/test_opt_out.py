"""Signals of owners: what is recorded, what is meant for us, what keeps a page out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.told import OptOut
from spiders.opt_out import PageWords, read_opt_out
from tests.crawl.jobs import write_job
from tests.crawl.web import Reply, Web, page

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(headers: dict[str, str] | None = None, meta: str = "", body: bytes = b"") -> OptOut:
    return read_opt_out(PageWords(tuple((headers or {}).items()), meta, body), "Broadsheet", NOW)


@pytest.mark.parametrize(
    ("headers", "meta", "body", "follows", "keeps_out"),
    [
        ({}, "index, follow", b"", True, False),
        ({"X-Robots-Tag": "noindex, nofollow"}, "", b"", False, True),
        ({"x-robots-tag": "broadsheet: none"}, "", b"", False, True),
        ({"x-robots-tag": "otherbot: none, noindex"}, "", b"", True, False),
        ({"x-robots-tag": "otherbot: noindex, broadsheet: noarchive"}, "", b"", True, True),
        ({}, "NOAI", b"", True, True),
        ({}, "noimageai", b"", True, False),
        ({}, "nofollow", b"", False, False),
        ({}, "max-snippet: 20, noarchive", b"", True, True),
        ({"X-Robots-Tag": "unavailable_after: 25 Jun 2020 15:00:00 GMT"}, "", b"", True, True),
        ({"X-Robots-Tag": "unavailable_after: Thursday, 25-Jun-20 15:00:00 GMT"}, "", b"", True, True),
        ({"X-Robots-Tag": "unavailable_after: Wed, 25 Jun 2031 15:00:00 GMT, nofollow"}, "", b"", False, False),
        ({"X-Robots-Tag": "unavailable_after: 2031-06-25"}, "", b"", True, False),
        ({"X-Robots-Tag": "unavailable_after: some day"}, "", b"", True, False),
        ({"TDM-Reservation": "1"}, "", b"", True, True),
        ({"TDM-Reservation": "0"}, "", b"", True, False),
        ({"Content-Usage": "search=y, train-ai=n"}, "", b"", True, True),
        ({"Content-Usage": "train-ai=y"}, "", b"", True, False),
        ({}, "", b'<head><META content="1" name=tdm-reservation></head>', True, True),
        ({}, "", b"<meta name='tdm-reservation' content=0>", True, False),
        ({}, "", b"<meta name=author content=tdm-reservation>", True, False),
    ],
)
def test_what_signals_mean(headers: dict[str, str], meta: str, body: bytes, follows: bool, keeps_out: bool) -> None:
    found = read(headers, meta, body)
    assert (found.follows, found.refused) == (follows, keeps_out)


def test_all_that_was_said_is_recorded_and_bounded() -> None:
    body = b'<meta name="tdm-policy" content="https://a.example/policy.json">'
    found = read({"X-Robots-Tag": "otherbot: noindex", "TDM-Policy": "/p", "Server": "x"}, "noai", body)
    assert found.said == (
        "x-robots-tag: otherbot: noindex; tdm-policy: /p; meta robots: noai; meta tdm-policy: https://a.example/policy.json"
    )
    assert len(read({"X-Robots-Tag": "x" * 9_000}).said) == 500


@pytest.mark.parametrize("respect", ["record", "skip"])
def test_a_reserved_page_is_recorded_or_skipped_as_the_job_says(web: Web, tmp_path: Path, respect: str) -> None:
    reserved = b'<meta name="tdm-reservation" content="1">'
    web.sites["a.example"] = {
        "/": page("/meta", "/header", "/free"),
        "/meta": page().replace(b"<title>", reserved + b"<title>"),
        "/header": Reply(page(), headers={"TDM-Reservation": "1"}),
        "/free": page(text="Another paragraph."),
    }
    site = f'follow = ["links"]\nrespect_opt_out = "{respect}"'
    done = write_job(tmp_path, web, ["http://a.example/"], hosts=["a.example"], site=site).crawl()
    kept = "archived" if respect == "record" else "blocked.optout"
    assert [done.outcome(f"http://a.example/{name}") for name in ("meta", "header", "free")] == [kept, kept, "archived"]
    assert done.rows["http://a.example/meta"].detail == "meta tdm-reservation: 1"
    assert done.rows["http://a.example/header"].detail == "tdm-reservation: 1"
    assert (done.rows["http://a.example/meta"].warc_file is None) == (respect == "skip")
