"""What a crawl would ask first, and what it would not ask and why: the answer to ``--dry-run``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from pipeline.run.job import Job
from pipeline.store.ledger import Ledger
from spiders.addresses import Address, read_address
from spiders.admission import Admission, Seed
from spiders.decisions import MEGABYTE
from spiders.groups import ledger_name, today, volume_name
from spiders.moving import BELIEVED_SECONDS
from spiders.politeness import Robots
from spiders.rights import SiteRights
from spiders.rights_desk import remembered_files


def dry_run(job: Job, admission: Admission, path: Path) -> Iterator[str]:
    """One line for each address; nothing is written or sent."""
    now = time.time()
    with Ledger(path) if path.exists() else nullcontext() as ledger:
        for key in (key for key in admission.seeds if key in admission.selected):
            seed = admission.seeds[key]
            follow = ", ".join(seed.site.follow) or "nothing"
            yield f"start    {key}  (follows {follow}, scope {seed.site.scope}, at most {seed.site.max_pages} pages)"
            if ledger is not None:
                yield from _known(job, admission, ledger, seed, now)
    for text in admission.invalid:
        yield f"invalid  {text}"


def _known(job: Job, admission: Admission, ledger: Ledger, seed: Seed, now: float) -> Iterator[str]:
    """What is known of a start address: due, due but kept from, and later."""
    for url in ledger.due_addresses(seed.address.key, now):
        address = read_address(url)
        if address is None or not admission.still_wanted(url, seed.address.key, "page", 0):
            yield f"left     {url}  (the job no longer asks for it)"
            continue
        target = ledger.move_of(url, now - BELIEVED_SECONDS)
        if target is not None:
            yield f"moved    {url}  (to {target}, as it said for good)"
            continue
        why = _objection(job, ledger, seed, address)
        waits = "" if why else _waits(job, ledger, admission.group_of(address), now)
        yield f"blocked  {url}  ({why})" if why else f"waits    {url}  ({waits})" if waits else f"due      {url}"
    count, first = ledger.later_addresses(seed.address.key, now)
    if count:
        yield f"later    {count} addresses, the first at {_moment(first)}"


def _objection(job: Job, ledger: Ledger, seed: Seed, address: Address) -> str:
    """What the remembered files of its site say against an address; empty when nothing or when none is remembered."""
    state = ledger.host(address.authority)
    robots = Robots.of(state, job.job.agent) if state is not None else None
    objection = robots.objection(address.key) if robots is not None else None
    if objection is not None:
        return objection[1]
    if seed.site.respect_opt_out == "skip":
        files = remembered_files(ledger, job.crawl.rights_files, address.authority)
        said = SiteRights.of(files, robots.text if robots is not None else "", job.job.agent).say_of(address.key)
        return said.said if said.refused else ""
    return ""


def _waits(job: Job, ledger: Ledger, group: str, now: float) -> str:
    """Why the host of an address would not be asked now."""
    host, volume = ledger.host(ledger_name(group)), ledger.host(volume_name(group))
    if host is not None and (host.frozen_until or 0.0) > now:
        return f"the host wants no requests until {_moment(host.frozen_until or now)}"
    if host is not None and host.day == today(now) and host.pages_today >= job.crawl.pages_per_host_per_day:
        return "the host has had its pages for today"
    most = job.crawl.megabytes_per_host_per_day
    if volume is not None and volume.day == today(now) and volume.pages_today >= most * MEGABYTE:
        return f"the host has sent its {most} MB for today"
    return ""


def _moment(seconds: float) -> str:
    """A time in seconds since 1970 as people read it.

    >>> _moment(0.0)
    '1970-01-01 00:00 UTC'
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
