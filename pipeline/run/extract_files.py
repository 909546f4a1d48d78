"""Many files through ``extract``, in isolated workers, in order: what ``broadsheet extract`` does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.article import Article, Extraction, Reject
from pipeline.page import Page
from pipeline.run.page_json import line, page_json
from pipeline.run.sources import Damaged, Source, read_source
from pipeline.run.worker import Lost
from pipeline.run.workers import extract_many, quarantined
from pipeline.store.durable import replace_file

Format = Callable[["Result"], bytes]


@dataclass(frozen=True, slots=True)
class Result:
    """What one page gave, under its name in the output. ``read`` is false where there was no page to read."""

    id: str
    extraction: Extraction
    read: bool = True

    @property
    def problem(self) -> str:
        """A line about a page that was damaged or could not be read within the limits, else empty."""
        article = self.extraction.article
        if isinstance(article, Reject) and (not self.read or article.outcome.quarantined):
            return f"{self.id}: {article.outcome}: {article.detail}"
        return ""


def extract_files(sources: Iterable[Source], fetched_at: datetime, workers: int | None = None) -> Iterator[Result]:
    """One result a source, in their order; nothing that a file holds ends the work.

    Raises:
        WorkerError: the workers cannot be started.
    """
    return extract_pages(((source.id, read_source(source, fetched_at)) for source in sources), workers)


def extract_pages(pages: Iterable[tuple[str, Page | Damaged]], workers: int | None = None) -> Iterator[Result]:
    """The same for pages at hand, each with its name."""
    # Names of the pages in work, and the results that wait for those before them.
    waiting: deque[str | Result] = deque()

    def readable() -> Iterator[Page]:
        for name, page in pages:
            if isinstance(page, Damaged):
                waiting.append(Result(name, _nothing(page), read=False))
            else:
                waiting.append(name)
                yield page

    for extraction in extract_many(readable(), workers=workers):
        while isinstance(entry := waiting.popleft(), Result):
            yield entry
        yield Result(entry, extraction)
    yield from (entry for entry in waiting if isinstance(entry, Result))


def write_results(results: Iterable[Result], form: Format, to: Path | BinaryIO) -> None:
    """Write each result as ``form`` gives it: into a stream, or into a file that is whole or not there.

    Raises:
        OSError: the output cannot be written.
    """
    if isinstance(to, Path):
        replace_file(to, lambda stream: write_results(results, form, stream))
        return
    for result in results:
        to.write(form(result))


def as_json(result: Result) -> bytes:
    """The JSON line."""
    return line(page_json(result.id, result.extraction))


def as_text(result: Result) -> bytes:
    """The kept text, blocks a line each."""
    return result.extraction.text.encode("utf-8", "replace") + b"\n"


def as_markdown(result: Result) -> bytes:
    """The headline and the body as Markdown; of a page that is no article its kept text."""
    article = result.extraction.article
    if not isinstance(article, Article):
        return as_text(result)
    title = f"# {article.metadata.title}\n\n" if article.metadata.title else ""
    return f"{title}{article.body_markdown}\n".encode("utf-8", "replace")


def headed(form: Format) -> Format:
    """The same form with a line ``==> name <==`` above each page, for more pages than one."""
    return lambda result: f"==> {result.id} <==\n".encode("utf-8", "replace") + form(result) + b"\n"


def _nothing(damaged: Damaged) -> Extraction:
    return quarantined(Page(url="", body=b""), Lost(damaged.outcome, damaged.detail))
