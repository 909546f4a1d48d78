"""A page to look at: from the archive by its address, or from a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.run.sources import Damaged, find_sources, read_source
from pipeline.store.find_visit import near_addresses, newest_visit
from pipeline.store.layout import DataDir
from pipeline.store.made_with import made_with, profile_at
from pipeline.store.profiles import ProfileStore
from pipeline.store.visits import OutcomeRow
from pipeline.store.warc import RecordLocation, read_page


class PageNotFoundError(Exception):
    """There is no page to look at; the text says why and what can be done."""


def archived_page(data: DataDir, url: str) -> tuple[Page, OutcomeRow]:
    """The newest archived page of an address, with the visit that brought it.

    Raises:
        PageNotFoundError: the address was never met, or has no page; the text holds its outcome.
        LedgerError: the ledger cannot be read.
        OSError: the archive cannot be read.
    """
    if not data.ledger.is_file():
        raise PageNotFoundError(f"{data.root}: no ledger here; name the data folder of a job with --data")
    visit = newest_visit(data.ledger, url)
    if visit is None:
        near = near_addresses(data.ledger, url)
        known = f"known there: {', '.join(near)}" if near else "nothing of that host is known"
        raise PageNotFoundError(f"{url}: never met by a run in {data.root}; {known}")
    if visit.warc_file is None or visit.warc_offset is None or visit.warc_length is None:
        detail = f" ({visit.detail})" if visit.detail else ""
        raise PageNotFoundError(f"{url}: no page in the archive; outcome {visit.outcome}{detail} in run {visit.run_id}")
    location = RecordLocation(visit.warc_file, visit.warc_offset, visit.warc_length, visit.page_digest or "")
    return read_page(data.raw, location), visit


def profile_of(data: DataDir, page: Page, visit: OutcomeRow) -> tuple[SiteProfile | None, str]:
    """The profile that the page's row was made with, and a word when it has to be another.

    Raises:
        LedgerError: the file of the profiles cannot be read.
    """
    if not data.profiles.is_file():
        return None, ""
    place = (page.warc_file or "", page.warc_offset or 0)
    version = made_with(data, [place], {(visit.fetched_at or "")[:10]}).get(place)
    if version == "":
        return None, ""
    with ProfileStore(data.profiles) as known:
        profile = profile_at(known, page.url, visit.site, version) if version else None
        if profile is not None:
            return profile, ""
        today = known.get(visit.site)
    used = f"explained with {'that of today' if today else 'none'}"
    if version:
        return today, f"profile of {visit.site}: version {version}, which the row names, is no longer kept; {used}"
    return today, f"profile of {visit.site}: no row of this page names one; {used}" if today else ""


def page_of_file(name: str) -> Page:
    """The page in a file, or on standard input for ``-``.

    Raises:
        PageNotFoundError: it is a folder, is not there, or cannot be read.
    """
    if Path(name).is_dir():
        raise PageNotFoundError(f"{name}: a folder; name one page in it")
    (source,) = find_sources([name])
    page = read_source(source, datetime.now(UTC))
    if isinstance(page, Damaged):
        raise PageNotFoundError(f"{name}: {page.outcome}: {page.detail}")
    return page
