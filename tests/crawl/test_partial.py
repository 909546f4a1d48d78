"""Answers that did not come whole, or cannot be decoded: their bytes are archived with a mark, and never built."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.page import Page
from pipeline.store.warc import read_warc
from spiders.partial import MOST_KEPT
from tests.crawl.jobs import Crawled, JobFolder, write_job
from tests.crawl.web import Reply, page, serve

HOST = "a.example"
HTML = {"Content-Type": "text/html"}
PACKED = gzip.compress(page(text="A long text. " * 900), mtime=0)
SHORT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<p>the beginning"
HUGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>" + b"0123456789abcdef" * 700_000


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, JobFolder, dict[str, Page]]]:
    with serve() as web:
        web.sites[HOST] = {
            "/robots.txt": Reply(b"", 404),
            "/": page("/short", "/huge", "/cut", "/lie", "/declared"),
            "/short": Reply(raw=SHORT),
            "/huge": Reply(raw=HUGE),
            "/cut": Reply(PACKED[:100], headers={"Content-Encoding": "gzip"}),
            "/lie": Reply(b"no brotli at all", headers={"Content-Encoding": "br"}),
            "/declared": Reply(raw=SHORT.replace(b"500", b"99999999999")),
        }
        job = write_job(
            Path(tmp_path_factory.mktemp("job")), web, [f"http://{HOST}/"], hosts=[HOST], site='follow = ["links"]'
        )
        done = job.crawl()
        pages = [page for path in sorted(job.data.raw.iterdir()) for page in read_warc(path) if isinstance(page, Page)]
        yield done, job, {page.url: page for page in pages}


@pytest.mark.parametrize(
    ("path", "outcome", "mark", "body"),
    [
        ("/short", "truncated", "disconnect", b"<p>the beginning"),
        ("/cut", "truncated", "disconnect", PACKED[:100]),
        ("/huge", "too_large", "length", HUGE.partition(b"\r\n\r\n")[2][:MOST_KEPT]),
        ("/lie", "protocol_error", None, b"no brotli at all"),
    ],
)
def test_what_came_is_archived_with_its_mark(
    crawled: tuple[Crawled, JobFolder, dict[str, Page]], path: str, outcome: str, mark: str | None, body: bytes
) -> None:
    done, _, pages = crawled
    kept = pages[f"http://{HOST}{path}"]
    assert (done.outcome(kept.url), kept.header("WARC-Truncated"), kept.body) == (outcome, mark, body)
    row = done.rows[kept.url]
    assert (row.warc_file, row.warc_offset) == (kept.warc_file, kept.warc_offset)


def test_the_coding_of_a_body_that_is_kept_as_it_was_sent_is_told(
    crawled: tuple[Crawled, JobFolder, dict[str, Page]],
) -> None:
    lie = crawled[2][f"http://{HOST}/lie"]
    assert (lie.header("X-Archive-Orig-Content-Encoding"), lie.header("Content-Encoding")) == ("br", None)


def test_a_body_that_is_refused_by_its_declared_length_leaves_no_record(
    crawled: tuple[Crawled, JobFolder, dict[str, Page]],
) -> None:
    done, _, pages = crawled
    assert done.outcome(f"http://{HOST}/declared") == "too_large"
    assert f"http://{HOST}/declared" not in pages
    assert done.books.balanced
    assert done.books.awaiting == 1, "the start page alone goes to the build"
