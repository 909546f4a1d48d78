"""Three runs of one job over a site that changes: only what changed comes again, intervals are learned from that."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections import Counter
from pathlib import Path

from pipeline.run.job import Job, load_job
from pipeline.run.jobs import run_job
from pipeline.run.report import RunReport
from pipeline.store.layout import DataDir
from tests.crawl.jobs import write_job
from tests.crawl.web import Asked, Reply, Web

HOSTS = [f"gazette{number}.example" for number in range(10)]
PAGES = 50  # on each host
CHANGES = 4  # of these get a new text before the second run
SILENT = 2  # of these send no validators, and other bytes each time around the same article
HOUR = 3_600.0
WORDS = """harbour ferry council bridge winter market school river engine captain library garden weather festival
railway bakery museum orchard lantern meadow parish village concert tower station copper timber island reservoir
mayor teacher nurse fisherman carpenter gardener painter musician doctor farmer baker sailor opened closed repaired
counted painted moved promised visited carried measured planted remembered discovered explained welcomed""".split()


def story(seed: str) -> bytes:
    """An article that shares no sentence with another."""
    choose = random.Random(seed)
    paragraphs = [
        " ".join(f"The {' '.join(choose.choices(WORDS, k=11))} in {choose.randrange(9_999)}." for _ in range(4))
        for _ in range(4)
    ]
    title = " ".join(choose.sample(WORDS, 5)).capitalize()
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<!doctype html><title>{title}</title><article><h1>{title}</h1>{text}</article>".encode()


class Press:
    """The sites: ``edition`` counts the runs; ``bodies`` counts pages that were sent whole."""

    def __init__(self) -> None:
        self.edition = 1
        self.bodies: Counter[str] = Counter()

    def serve(self, asked: Asked) -> Reply:
        number = int(asked.path.strip("/") or -1)
        if number < 0:
            links = "".join(f'<a href="/{n}">{n}</a> ' for n in range(PAGES))
            return self.conditional(asked, f"<!doctype html><title>All</title><p>{links}</p>".encode())
        edition = self.edition if number < CHANGES and self.edition == 2 else 1
        if number < CHANGES and self.edition > 2:
            edition = 2
        body = story(f"{asked.host} {number} {edition}")
        if PAGES - number <= SILENT:
            self.bodies["silent"] += 1
            return Reply(body + f"<!-- made in edition {self.edition} -->".encode())
        return self.conditional(asked, body)

    def conditional(self, asked: Asked, body: bytes) -> Reply:
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == tag:
            return Reply(status=304, headers={"ETag": tag})
        self.bodies["tagged"] += 1
        return Reply(body, headers={"ETag": tag})


def run(job: Job, press: Press, web: Web, hours: float) -> tuple[RunReport, list[str]]:
    """One run after so many hours; gives its report and the articles that the servers were asked for."""
    if hours:  # the clock moves on: to the ledger it is all the same when its times move back
        with sqlite3.connect(DataDir(job.data_dir).ledger) as db:
            db.execute("UPDATE addresses SET due_at = due_at - ?", (hours * HOUR,))
            db.execute("UPDATE hosts SET robots_fetched_at = robots_fetched_at - ?", (hours * HOUR,))
    web.log.clear()
    press.bodies.clear()
    reports: list[RunReport] = []
    code = run_job(job, report=reports.append)
    assert code == 0, reports
    return reports[0], [asked.host + asked.path for asked in web.log if asked.path.strip("/").isdigit()]


def test_three_runs_over_500_pages(web: Web, tmp_path: Path) -> None:
    press = Press()
    for host in HOSTS:
        web.sites[host] = {"/robots.txt": Reply(b"", 404), "*": press.serve}
    folder = write_job(tmp_path, web, [f"http://{host}/" for host in HOSTS], hosts=HOSTS, site='follow = ["links"]')
    job = load_job(folder.path)
    total, changed, silent = len(HOSTS) * PAGES, len(HOSTS) * CHANGES, len(HOSTS) * SILENT

    first, asked = run(job, press, web, 0)
    assert len(asked) == total == 500
    assert first.outcomes["article"] == total

    press.edition = 2
    second, asked = run(job, press, web, 1.1)
    assert len(asked) == total
    assert press.bodies == {"tagged": changed, "silent": silent}, (
        "bodies only of what changed, or cannot be asked about"
    )
    assert second.outcomes["not_modified"] == total - changed - silent + len(HOSTS)
    assert (second.outcomes["article"], second.outcomes["unchanged"]) == (changed, silent)

    press.edition = 3
    third, asked = run(job, press, web, 1.1)
    assert sorted(asked) == sorted(f"{host}/{n}" for host in HOSTS for n in range(CHANGES)), (
        "what changed is due sooner"
    )
    assert press.bodies == {}
    assert third.outcomes == {"not_modified": changed + len(HOSTS)}

    press.edition = 4
    fourth, asked = run(job, press, web, 1.1)
    assert len(asked) == total - changed, "two hours later the rest is due, and what has not changed again is not"
    assert (fourth.outcomes["not_modified"], fourth.outcomes["unchanged"]) == (total - changed - silent + 10, silent)
