"""A few addresses fetched now: a small crawl job in a folder of its own, so that robots and the guard apply as ever."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.exit_code import ExitCode
from pipeline.outcome import Outcome, Stage
from pipeline.page import Page
from pipeline.run.endpoints import check_contact
from pipeline.run.job import CrawlSection, Job, JobError, JobSection, load_job
from pipeline.run.job_text import toml_text
from pipeline.run.sources import Damaged
from pipeline.run.tether import tethered
from pipeline.store.find_visit import newest_visit
from pipeline.store.layout import DataDir
from pipeline.store.warc import RecordLocation, read_page

_NAME = "extract"
_MOST_HOPS = 10  # twice what the crawl follows: each is a page to it, and nothing but redirects is followed here


class FetchError(Exception):
    """The crawl could not be done; the text holds what it said."""


def one_off_job(contact: str, like: Job | None = None) -> tuple[JobSection, CrawlSection]:
    """Who asks and how: as in the job ``like``, or by the defaults with that contact.

    Raises:
        JobError: the contact cannot be used.
    """
    if like is not None:
        return like.job, like.crawl
    try:
        check_contact(contact)
    except ValueError as error:
        raise JobError(f"--contact: {error}; write mailto:you@example.org or https://example.org/crawler") from None
    return JobSection(name=_NAME, contact=contact), CrawlSection()


def fetch(urls: Sequence[str], job: JobSection, crawl: CrawlSection) -> Iterator[tuple[str, Page | Damaged]]:
    """Each address with its page, or with the outcome of asking for it.

    Raises:
        FetchError: the crawl itself failed.
        JobError: an address or the contact cannot be used.
    """
    with TemporaryDirectory(prefix="broadsheet-") as folder:
        path = Path(folder, "job.toml")
        path.write_text(_job_text(urls, job, crawl), encoding="utf-8")
        data = DataDir(load_job(path).data_dir)
        done = subprocess.run(
            tethered("spiders", str(path)), stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        # FAILED says that more addresses failed than a job may have; here each says so by itself.
        if done.returncode not in {ExitCode.FINE, ExitCode.FAILED} or not data.ledger.is_file():
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise FetchError(f"the crawl ended with exit code {done.returncode}: {lines[-1] if lines else 'no word'}")
        for url in urls:
            yield url, _fetched(data, url)


def _fetched(data: DataDir, url: str) -> Page | Damaged:
    visit = newest_visit(data.ledger, url)
    if visit is None:
        return Damaged(Outcome.PENDING, "it was not asked for")
    if visit.stage == Stage.FETCH or visit.warc_file is None or visit.warc_offset is None or visit.warc_length is None:
        return Damaged(Outcome(visit.outcome), visit.detail or f"HTTP status {visit.http_status or 'none'}")
    location = RecordLocation(visit.warc_file, visit.warc_offset, visit.warc_length, visit.page_digest or "")
    return read_page(data.raw, location)


def _job_text(urls: Sequence[str], job: JobSection, crawl: CrawlSection) -> str:
    asker = {"name": _NAME, "contact": job.contact, "agent": job.agent, "max_failed": 1.0}
    # What owners say of use is recorded by crawls: one page for its reader's eyes is asked for with robots.txt alone.
    how = {**crawl.model_dump(mode="json"), "rights_files": []}
    site = {"start": list(urls), "follow": [], "max_pages": len(urls) * (1 + _MOST_HOPS)}
    return toml_text([("[job]", asker), ("[crawl]", how), ("[[sites]]", site)])
