"""A dry run says what would be asked and why the rest would not; pages that are gone stay, and are marked."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from pipeline import load
from pipeline.run.job import load_job
from pipeline.run.jobs import run_job
from tests.crawl.jobs import write_job
from tests.crawl.test_three_runs import story
from tests.crawl.web import Reply, Web, page

HOST, BUSY = "a.example", "busy.example"
START = f"http://{HOST}/"


def test_a_dry_run_says_why_not(web: Web, tmp_path: Path) -> None:
    rights = json.dumps([{"location": "/reserved", "tdm-reservation": 1}]).encode()
    web.sites[HOST] = {
        "/robots.txt": b"User-agent: *\nDisallow: /private\n", "/.well-known/tdmrep.json": rights,
        "/": page("/a", "/private", "/reserved", "/old"), "*": page(),
        "/old": Reply(status=301, headers={"Location": "/new"}),
    }  # fmt: skip
    web.sites[BUSY] = {"/robots.txt": Reply(b"", 404), "*": Reply(status=429, headers={"Retry-After": "7200"})}
    crawl = 'delay = 0.0\nrights_files = ["/.well-known/tdmrep.json"]'
    site = 'follow = ["links"]\nrespect_opt_out = "skip"'
    job = write_job(tmp_path, web, [START, f"http://{BUSY}/"], hosts=[HOST, BUSY], crawl=crawl, site=site)
    job.crawl()
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE addresses SET due_at = 0 WHERE key NOT LIKE '%/a'")
    web.log.clear()
    lines = job.crawl("--dry-run").log.splitlines()
    assert web.log == []
    told = {words[1]: (words[0], line) for line in lines if (words := line.split()) and words[0] != "start"}
    assert told[START][0] == "due"
    assert told[f"{START}private"][1].endswith("(robots.txt disallows it)")
    assert told[f"{START}reserved"][1].endswith("(tdmrep.json: /reserved 1)")
    assert told[f"{START}old"][1].endswith(f"(to {START}new, as it said for good)")
    assert told[f"http://{BUSY}/"][0] == "waits"
    assert "the host wants no requests until 2" in told[f"http://{BUSY}/"][1]
    assert [line.split(",")[0] for line in lines if line.startswith("later")] == ["later    1 addresses"]


def test_an_article_that_is_gone_stays_in_the_release_and_is_marked(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "/": page("/a", "/b"), "/a": story("a"), "/b": story("b")}
    folder = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    job = load_job(folder.path)

    def run() -> dict[str, bool]:
        with sqlite3.connect(folder.data.ledger) as db:
            db.execute("UPDATE addresses SET due_at = 0")
        assert run_job(job) == 0
        rows = load(job.data_dir)
        return dict(zip(rows["url"], rows["gone_at"].notna(), strict=True))

    assert run_job(job) == 0
    web.sites[HOST]["/a"] = Reply(b"gone", 410)
    assert run() == {f"{START}a": True, f"{START}b": False}
    web.sites[HOST]["/a"] = story("a")
    assert run() == {f"{START}a": False, f"{START}b": False}, "it is there again"
