"""``broadsheet extract``: files and addresses to JSON lines, text or Markdown, with progress and a closing line."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from pipeline.exit_code import ExitCode
from pipeline.run.extract_files import (
    Result,
    as_json,
    as_markdown,
    as_text,
    extract_files,
    extract_pages,
    headed,
    write_results,
)
from pipeline.run.fetch import fetch, one_off_job
from pipeline.run.job import load_job
from pipeline.run.sources import SourceError, find_sources, is_address
from pipeline.view.console import note
from pipeline.view.progress import watched

_FORMS = {"json": as_json, "text": as_text, "markdown": as_markdown}


def extract_and_write(
    paths: Sequence[str],
    *,
    to: Path | None,
    form: str,
    fetched_at: datetime,
    contact: str = "",
    like: Path | None = None,
) -> int:
    """Extract ``paths`` and write them in ``form`` to a file or stdout; the exit code is 4 when none could be read.

    Raises:
        SourceError: a path is not there, or an address is given and nobody to ask in the name of.
        JobError, FetchError, WorkerError, OSError: see ``fetch`` and ``extract_files``.
    """
    addresses = [path for path in paths if is_address(path)]
    sources = find_sources([path for path in paths if not is_address(path)])
    results = chain(
        extract_files(sources, fetched_at) if sources else (), _fetched(addresses, contact, like) if addresses else ()
    )
    total = len(sources) + len(addresses)
    counted: Counter[str] = Counter()
    shape = _FORMS[form] if form == "json" or total == 1 else headed(_FORMS[form])
    write_results(_told(watched(results, "extract", total), counted), shape, to or sys.stdout.buffer)
    if to is not None:
        note(f"{to}: {total:,} pages; {', '.join(f'{number:,} {name}' for name, number in counted.most_common())}")
    return ExitCode.FAILED if total and not counted.total() - counted["not read"] else ExitCode.FINE


def _fetched(addresses: Sequence[str], contact: str, like: Path | None) -> Iterator[Result]:
    if not contact and like is None:
        raise SourceError(
            f"{addresses[0]}: to fetch it, say who asks: --contact mailto:you@example.org, the variable"
            " BROADSHEET_CONTACT, or --job JOB.toml"
        )
    job, crawl = one_off_job(contact, load_job(like) if like else None)
    yield from extract_pages(fetch(addresses, job, crawl))


def _told(results: Iterator[Result], counted: Counter[str]) -> Iterator[Result]:
    """The results as they come: counted by outcome, each problem a line on stderr."""
    for result in results:
        if result.problem:
            note(result.problem)
        counted[result.extraction.outcome.value if result.read else "not read"] += 1
        yield result
