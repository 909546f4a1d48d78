"""Files of a site that speak of use: what they mean, when they are asked, and what becomes of their pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.run.build import build
from pipeline.run.job import load_job
from pipeline.told import OptOut, Told, from_text, to_text
from spiders.opt_out import PageWords, read_opt_out
from spiders.rights import AI_TXT, TDMREP, SiteRights
from tests.crawl.jobs import JobFolder, write_job
from tests.crawl.web import Reply, Web, page

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "a.example"


def say(files: dict[str, str], url: str, robots: str = "") -> OptOut:
    return SiteRights.of(files, robots, "Broadsheet").say_of(url)


RULES = json.dumps(
    [
        {"location": "/*", "tdm-reservation": 1, "tdm-policy": "https://a.example/policy.json"},
        {"location": "/free/*", "tdm-reservation": 0},
        {"location": "/free/not$", "tdm-reservation": 1},
    ]
)


@pytest.mark.parametrize(
    ("text", "path", "reserved"),
    [
        (RULES, "/news/1", True),
        (RULES, "/free/1", False),
        (RULES, "/free/not", True),
        (RULES, "/free/nothing", False),
        ('{"location": "/", "tdm-reservation": "1"}', "/x", True),
        ("[]", "/x", None),
        ("<!doctype html><p>no such page", "/x", None),
        ('[{"location": "/", "tdm-reservation": 2}, {"location": 5, "tdm-reservation": 1}, 7]', "/x", None),
        ("[" * 100_000, "/x", None),
        (json.dumps([{"location": "/" + "*1" * 900 + "Z", "tdm-reservation": 1}]), "/" + "1" * 1_500, None),
        (json.dumps([{"location": "/no\nAllow: /", "tdm-reservation": 1}]), "/x", None),
    ],
)
def test_the_longest_pattern_of_a_tdmrep_file_counts(text: str, path: str, reserved: bool | None) -> None:
    found = say({TDMREP: text}, f"http://{HOST}{path}")
    assert (found.tdm_reserved, found.refused) == (reserved, bool(reserved))


def test_half_surrogate_pairs_of_a_tdmrep_file_reach_neither_the_rules_nor_the_ledger() -> None:
    other = r'{"location": "/*\ud800", "tdm-reservation": 1}'
    rules = rf'[{other}, {{"location": "/", "tdm-reservation": 0, "tdm-policy": "\udc00p"}}]'
    found = say({TDMREP: rules}, f"http://{HOST}/x")
    assert (found.tdm_reserved, found.tdm_policy) == (False, "\ufffdp")
    assert from_text(to_text(Told(found)).encode().decode()).opt_out == found


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("User-agent: *\nContent-Usage: train-ai=n\nAllow: /\n", "/x", False),
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no\n", "/x", False),
        ("User-agent: *\nContent-Signal: search=yes\n", "/x", None),
        ("Content-Usage: train-ai=n\nUser-agent: *\nAllow: /\n", "/x", False),
        ("User-agent: other\nContent-Usage: train-ai=n\n\nUser-agent: *\nAllow: /\n", "/x", None),
        ("User-agent: *\nContent-Usage: train-ai=n\n\nUser-agent: broadsheet\nAllow: /\n", "/x", None),
        ("User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /open/ train-ai=y\n", "/open/x", True),
    ],
)
def test_lines_of_robots_belong_to_a_group_and_a_path(robots: str, path: str, allowed: bool | None) -> None:
    found = say({}, f"http://{HOST}{path}", robots)
    assert (found.train_ai, found.refused) == (allowed, allowed is False)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-Agent: *\nDisallow: /\n", "/x", False),
        ("User-Agent: *\nDisallow: *.txt\nAllow: *.html\n", "/a.txt", False),
        ("User-Agent: *\nDisallow: *.txt\nAllow: *.html\n", "/a.html", True),
        ("User-Agent: otherbot\nDisallow: /\n", "/x", True),
        ("# Our app\nname: this is a text for assistants\n", "/x", None),
        ("<html>Disallow: /</html>", "/x", None),
    ],
)
def test_an_ai_txt_is_read_like_robots(text: str, path: str, allowed: bool | None) -> None:
    found = say({AI_TXT: text}, f"http://{HOST}{path}")
    assert (found.ai_txt, found.refused) == (allowed, allowed is False)


def test_a_header_overrules_the_file_and_the_head_the_header() -> None:
    site = say({TDMREP: RULES}, f"http://{HOST}/news/1")
    freed = read_opt_out(PageWords((("TDM-Reservation", "0"),)), "Broadsheet", NOW, site)
    assert (freed.tdm_reserved, freed.refused) == (False, False)
    body = b'<meta name="tdm-reservation" content="1">'
    kept = read_opt_out(PageWords((("TDM-Reservation", "0"),), "", body), "Broadsheet", NOW, site)
    assert (kept.tdm_reserved, kept.tdm_policy) == (True, "https://a.example/policy.json")
    assert [signal.source for signal in kept.signals] == ["tdmrep.json", "tdm-reservation", "meta tdm-reservation"]


TEXT = " ".join(
    f"The ferry of {place} will cross again this spring, says the harbour master." for place in "ABCDEFGHIJ"
)


def site_of(web: Web, **files: Reply) -> None:
    article = page(text=TEXT).replace(b"<p>", b"<article><h1>The ferry</h1><p>").replace(b"</p>", b"</p></article>")
    amp = b'<link rel="amphtml" href="/amp/news"><link rel="alternate" hreflang="de" href="/de/news"><title>'
    web.sites[HOST] = {
        "/robots.txt": Reply(b"", 404),
        "/": page("/free/b", "/news"),
        "/news": article.replace(b"<title>", amp),
        "/free/b": page(text="Something else."),
        **{path.replace("tdmrep", TDMREP): reply for path, reply in files.items()},
    }


def job_of(folder: Path, web: Web, respect: str) -> JobFolder:
    crawl = 'delay = 0.0\nrights_files = ["/.well-known/tdmrep.json", "/ai.txt"]'
    site = f'follow = ["links"]\nrespect_opt_out = "{respect}"'
    return write_job(folder, web, [f"http://{HOST}/"], hosts=[HOST], crawl=crawl, site=site)


RESERVED = Reply(
    json.dumps([{"location": "/news", "tdm-reservation": 1}]).encode(), headers={"Content-Type": "text/json"}
)


def test_the_files_are_asked_once_a_day_before_the_first_page_and_a_reserved_page_not_at_all(
    web: Web, tmp_path: Path
) -> None:
    site_of(web, tdmrep=RESERVED)
    job = job_of(tmp_path, web, "skip")
    done = job.crawl()
    assert web.paths(HOST) == ["/robots.txt", TDMREP, AI_TXT, "/", "/free/b"]
    assert (done.rows[f"http://{HOST}/news"].outcome, done.rows[f"http://{HOST}/news"].detail) == (
        "blocked.optout", "tdmrep.json: /news 1",
    )  # fmt: skip
    web.log.clear()
    job.crawl()
    assert web.paths(HOST) == ["/"], "remembered between runs"


def test_a_reservation_stands_on_the_row_with_the_other_versions_of_the_page(web: Web, tmp_path: Path) -> None:
    site_of(web, tdmrep=RESERVED)
    job = job_of(tmp_path, web, "record")
    assert job.crawl().outcome(f"http://{HOST}/news") == "archived"
    build(load_job(job.path), workers=1)
    rows = {row["url"]: row for row in pq.read_table(job.data.articles).to_pylist()}
    opt_out = rows[f"http://{HOST}/news"]["opt_out"]
    assert (opt_out["refused"], opt_out["tdm_reserved"]) == (True, True)
    assert opt_out["signals"] == [{"source": "tdmrep.json", "value": "/news 1"}]
    assert rows[f"http://{HOST}/news"]["variants"] == [
        {"kind": "amp", "url": f"http://{HOST}/amp/news"}, {"kind": "de", "url": f"http://{HOST}/de/news"},
    ]  # fmt: skip


@pytest.mark.parametrize("reply", [Reply(b"[]", 500), Reply(b"x" * 3_000_000), Reply(raw=b"HTTP/1.1 200 OK\r\n")])
def test_a_file_that_cannot_be_read_keeps_no_page_away(web: Web, tmp_path: Path, reply: Reply) -> None:
    site_of(web, tdmrep=reply)
    done = job_of(tmp_path, web, "skip").crawl()
    assert done.outcome(f"http://{HOST}/news") == "archived"
    assert web.paths(HOST).count(TDMREP) == 1
    assert done.books.balanced


def test_robots_rules_hold_for_these_files_too(web: Web, tmp_path: Path) -> None:
    site_of(web, tdmrep=RESERVED)
    web.sites[HOST]["/robots.txt"] = b"User-agent: *\nDisallow: /.well-known/\nDisallow: /ai.txt\n"
    assert job_of(tmp_path, web, "skip").crawl().outcome(f"http://{HOST}/news") == "archived"
    assert web.paths(HOST) == ["/robots.txt", "/", "/free/b", "/news"]
