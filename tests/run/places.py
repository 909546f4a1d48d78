"""Job files, pages and WARC files of our own writing for the tests in this folder."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from pipeline import extract
from pipeline.article import Article
from pipeline.page import Page
from pipeline.run.job import Job, load_job
from pipeline.store.layout import DataDir
from pipeline.store.rows import Origin, article_row
from pipeline.store.warc import WarcWriter

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def write_job(folder: Path, extra: str = "") -> Job:
    """A job file that starts nowhere near the network."""
    path = folder / "job.toml"
    path.write_text(
        '[job]\nname = "test"\ncontact = "mailto:data@example.org"\n' + extra
        + '\n[[sites]]\nstart = ["http://news.example/"]\n',
        encoding="utf-8",
    )  # fmt: skip
    return load_job(path)


def data_of(job: Job) -> DataDir:
    data = DataDir(job.data_dir)
    data.make()
    return data


PROSE = """
{words} on the {number}th morning of the season, and the sum in the long grey book came to {sum} boats, which is more
than anybody on the quay had expected after the storm that closed the outer channel last winter.

Mirel Ostrander, who has kept the book since she was nineteen, says that the number matters less than the order in which
the boats come home. A boat that is last three evenings in a row has a worn propeller, a tired skipper or something to
hide, and she has never needed more than a week to find out which.

The council wants to replace her with a camera on a pole. It would cost {number} thousand crowns, see at night and ask
for no pension, and at the public hearing nobody could say what it would do when the lens was covered with salt, as
every window on this side of the island is by the end of October.

For the fishermen the question is an older one. Their fathers were counted by a bell, and their grandfathers by a woman
with a lamp; both times the harbour changed its mind within ten years, because somebody had drowned and the new way of
counting had not noticed.

A decision is expected before the herring come back. Until then the book stays open on the desk beside the stove, and
whoever passes after dark can see through the window that somebody is still sitting there and writing.
"""


def story(number: int, words: str = "The harbour office counted the boats again") -> bytes:
    """An article page that differs from every other number's."""
    prose = PROSE.strip().format(words=words, number=number, sum=number * 7 + 11)
    paragraphs = "".join(f"<p>{text}</p>" for text in prose.split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><title>Day {number} at the harbour</title>"
        f"<meta property=og:type content=article></head><body>"
        f"<nav><ul><li><a href='/'>Home</a></li><li><a href='/about'>About us</a></li></ul></nav>"
        f"<article><h1>Day {number} at the harbour</h1>{paragraphs}</article></body></html>"
    ).encode()


def write_warc(folder: Path, pages: list[tuple[str, bytes]], *, name: str = "other", start: datetime = MOMENT) -> Path:
    """A WARC file with these addresses and bodies, fetched a second apart."""
    with WarcWriter(folder, name) as writer:
        for number, (url, body) in enumerate(pages):
            place = writer.write(url, 200, "OK", HTML, body, start + timedelta(seconds=number))
    return folder / place.file


@cache
def extracted() -> Article:
    """A real article: the rows made of it have whatever fields an article has."""
    found = extract(Page("http://news.example/day/1", story(1), fetched_at=MOMENT)).article
    assert isinstance(found, Article)
    return found


def article(url: str, body: str, title: str | None = "A title") -> Article:
    base = extracted()
    metadata = replace(base.metadata, title=title, authors=("A. Writer",), published_at=MOMENT, tags=("one", "two"))
    digest = hashlib.sha256(f"{title}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()
    return replace(base, url=url, metadata=metadata, body=body, confidence=0.5, content_digest=digest)


def row(name: str, body: str = "text", *, version: int = 1, moment: datetime = MOMENT, title: str | None = "A title"):
    """A row of the articles table."""
    url = f"http://news.example/{name}"
    page = Page(url, b"x", fetched_at=moment, warc_file="a.warc.gz", warc_offset=0, warc_length=1)
    return article_row(article(url, body, title), page, "0" * 64, Origin("news.example", "run", name, version, moment))
