"""What later runs make of dates in sitemaps, of 304 answers, and of what the head of a page says of addresses."""

from __future__ import annotations

import io
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipeline.store.warc import NOT_MODIFIED_PROFILE, DamagedRecord, read_warc
from spiders.discovery import Candidate
from spiders.hints import changed_since
from tests.crawl.jobs import JobFolder, write_job
from tests.crawl.test_crawl_again import tell_validators
from tests.crawl.web import Reply, Web, page

HOST = "news.example"
START = f"http://{HOST}/"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def end_run(job: JobFolder) -> None:
    with sqlite3.connect(job.data.ledger) as db:
        # An hour ago, since dates in documents are to the second, and what is newer than the last run counts.
        db.execute("UPDATE runs SET finished_at = 1, exit_code = 0, started_at = started_at - 3600")


def sitemap(dates: dict[str, str]) -> Reply:
    items = "".join(f"<url><loc>{START}{name}</loc><lastmod>{date}</lastmod></url>" for name, date in dates.items())
    return Reply(f"<urlset>{items}</urlset>".encode(), headers={"Content-Type": "text/xml"})


def test_only_pages_that_are_said_to_have_changed_are_asked_before_their_time(web: Web, tmp_path: Path) -> None:
    old = "2020-01-01T00:00:00Z"
    web.sites[HOST] = {"/": page(), "/a": page(), "/b": page(), "/sitemap.xml": sitemap({"a": old, "b": old})}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["sitemaps"]')
    assert job.crawl().outcome(START + "a") == "archived"
    end_run(job)
    web.sites[HOST]["/sitemap.xml"] = sitemap({"a": datetime.now(UTC).isoformat(timespec="seconds"), "b": old})
    web.log.clear()
    again = job.crawl()
    assert again.outcome(START + "a") == "archived"
    assert START + "b" not in again.rows
    assert "/b" not in web.paths(HOST)


def test_a_document_that_calls_everything_new_is_not_believed() -> None:
    def dated(count: int, moment: datetime) -> list[Candidate]:
        return [Candidate(f"{START}{n}", moment.isoformat()) for n in range(count)]

    since, now = (NOW - timedelta(days=2)).timestamp(), NOW.timestamp()
    assert changed_since(dated(50, NOW - timedelta(days=1)), since, now) == frozenset()
    assert len(changed_since(dated(5, NOW - timedelta(days=1)), since, now)) == 5
    assert changed_since(dated(5, NOW + timedelta(days=9)), since, now) == frozenset()
    assert changed_since(dated(5, NOW - timedelta(days=3)), since, now) == frozenset()
    assert (
        changed_since([Candidate(START, "never"), Candidate(START), Candidate(START, "9" * 60)], since, now)
        == frozenset()
    )


def test_304_leaves_a_revisit_record_and_no_page(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/": tell_validators(page())}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site="follow = []")
    job.crawl()
    end_run(job)
    before = set(job.data.raw.iterdir())
    again = job.crawl()
    assert again.outcome(START) == "not_modified"
    assert again.rows[START].warc_file is None
    assert again.books.problems == ()
    (newest,) = set(job.data.raw.iterdir()) - before
    assert [one for one in read_warc(newest) if isinstance(one, DamagedRecord) or one.url == START] == []
    (record,) = ArchiveIterator(io.BytesIO(newest.read_bytes()), record_types=WarcRecordType.revisit)
    assert record.headers["WARC-Target-URI"] == record.headers["WARC-Refers-To-Target-URI"] == START
    assert record.headers["WARC-Profile"] == NOT_MODIFIED_PROFILE
    assert record.http_headers.status_code == 304


def test_canonical_makes_an_alias_and_other_versions_are_recorded(web: Web, tmp_path: Path) -> None:
    head = (
        b'<link rel="canonical" href="/a"><link rel="alternate" hreflang="de" href="/de/a">'
        b'<link rel="amphtml" href="/amp/a">'
    )
    web.sites[HOST] = {"/": page("/a?page=1"), "/a": page(), "/a?page=1": page().replace(b"<title>", head + b"<title>")}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    done = job.crawl()
    assert done.outcome(START + "a") == "archived"
    assert done.rows[START + "a?page=1"].detail == f"other versions: de {START}de/a, amp {START}amp/a"
    with sqlite3.connect(job.data.ledger) as db:
        aliases = dict(db.execute("SELECT a.url, b.url FROM addresses a JOIN addresses b ON a.alias_of = b.address_id"))
    assert aliases == {START + "a?page=1": START + "a"}


def test_a_site_that_called_unchanged_pages_changed_is_not_believed_again(web: Web, tmp_path: Path) -> None:
    names = [f"page{n}" for n in range(30)]
    web.sites[HOST] = {"/": page(), **{f"/{name}": tell_validators(page(text=name)) for name in names}}

    def said_new(new: list[str]) -> None:
        now = (datetime.now(UTC) + timedelta(minutes=1)).isoformat(timespec="seconds")
        dates = {name: now if name in new else "2020-01-01T00:00:00Z" for name in names}
        web.sites[HOST]["/sitemap.xml"] = sitemap(dates)
        web.log.clear()

    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["sitemaps"]')
    said_new([])
    job.crawl()
    end_run(job)
    said_new(names[:12])
    second = job.crawl()
    assert sum(row.outcome == "not_modified" for row in second.rows.values()) == 12, "believed, and wrong"
    with sqlite3.connect(job.data.ledger) as db:
        db.execute("UPDATE runs SET finished_at = 1, exit_code = 0")
        # Two hours lie between the runs, and the sitemap's dates of the second run lie before it.
        db.execute(
            "UPDATE runs SET started_at = started_at + 120 WHERE started_at = (SELECT MAX(started_at) FROM runs)"
        )
    items = web.sites[HOST]["/sitemap.xml"]
    fresh = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds").encode()
    assert isinstance(items, Reply)
    body = items.body.replace(b"page20</loc><lastmod>2020-01-01T00:00:00Z", b"page20</loc><lastmod>" + fresh)
    web.sites[HOST]["/sitemap.xml"] = Reply(body, headers=items.headers)
    web.log.clear()
    job.crawl()
    assert web.paths(HOST) == ["/", "/sitemap.xml"], "what it calls changed now is left to its own interval"
