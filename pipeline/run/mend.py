"""Mending what ``verify`` found, as far as it can be made again from the archive and the ledger.

A batch whose file is unreadable or gone is built again from its WARC records under the same name: the outcomes and
version numbers stay those of the ledger, only the rows are made anew: by the program of today, with the profiles that
they were made with as far as these are kept. The unreadable file is kept in ``damaged/``.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.article import Article, Extraction
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.run.batches import Unreadable, is_page, read
from pipeline.run.decide import EXPLAINED, Decided
from pipeline.run.masks import masks_of
from pipeline.run.report import outcome_row
from pipeline.run.workers import extract_many
from pipeline.store.durable import make_folder, sync_folder
from pipeline.store.layout import DataDir
from pipeline.store.ledger import ArchivedVisit, BuildResult, BuiltVisit, Ledger
from pipeline.store.made_with import made_with, profile_at
from pipeline.store.profiles import ProfileStore
from pipeline.store.releases import pointer, publish_release
from pipeline.store.rows import Origin, article_row, removal_rows
from pipeline.store.tables import write_batch, write_outcomes
from pipeline.store.verify import Damage, Kind
from pipeline.store.warc_tail import cut_torn_tails
from pipeline.told import from_text

_BATCH = re.compile(r"part-([0-9a-f]{16})\.parquet$")


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done, one line a deed, and what could not be done."""

    deeds: tuple[str, ...]
    failures: tuple[str, ...]


def mend(data: DataDir, damages: Iterable[Damage], workers: int | None = None) -> Mended:
    """Mend what can be mended. The caller holds the lock, and verifies again.

    Raises:
        OSError: the disk refused; what was mended before stays so, the rest is as it was.
    """
    by_kind: dict[Kind, list[Damage]] = {kind: [] for kind in Kind}
    for damage in damages:
        by_kind[damage.kind].append(damage)
    deeds = [_remove(data.root / damage.file) for damage in by_kind[Kind.TEMPORARY]]
    failures: list[str] = []
    with Ledger(data.ledger) as ledger:
        if by_kind[Kind.TAIL]:
            for run in ledger.runs():
                deeds.extend(
                    f"cut {torn.file} at byte {torn.offset}" for torn in cut_torn_tails(data, ledger, run.run_id)
                )
        broken = [*by_kind[Kind.TABLE], *by_kind[Kind.ROWS]]
        for name in sorted({found[1] for damage in broken if (found := _BATCH.search(damage.file))}):
            deeds.extend(
                _keep_aside(data, data.root / damage.file) for damage in by_kind[Kind.TABLE] if name in damage.file
            )
            told, missing = _rebuild(data, ledger, name, workers)
            deeds.extend([f"built batch {name} again", *told])
            failures.extend(missing)
        for damage in by_kind[Kind.OUTCOMES]:
            path = data.root / damage.file
            if path.exists():
                deeds.append(_keep_aside(data, path))
            write_outcomes(data, path.stem, (outcome_row(row) for row in ledger.outcomes(path.stem)))
            deeds.append(f"wrote {damage.file} from the ledger")
        if by_kind[Kind.RELEASE] or broken:
            deeds.extend(_release_again(data, ledger, by_kind[Kind.RELEASE]))
    return Mended(tuple(deeds), tuple(failures))


def _rebuild(data: DataDir, ledger: Ledger, batch_id: str, workers: int | None) -> tuple[list[str], list[str]]:
    """Write the files of a batch anew; gives where another profile had to do, and what could not be made."""
    run_id = ledger.run_of_batch(batch_id)
    members = [
        member for member in ledger.built_members(batch_id) if is_page(member.visit) and member.outcome in EXPLAINED
    ]
    failures: list[str] = []
    decided: list[Decided] = []
    waiting: deque[tuple[BuiltVisit, Page]] = deque()

    def pages() -> Iterator[Page]:
        for member in members:
            entry = read(data.raw, member.visit)
            if isinstance(entry, Unreadable):
                failures.append(f"no row for {member.visit.url}: {entry.reason}")
                continue
            waiting.append((member, entry))
            yield entry

    with ProfileStore(data.profiles) as known:
        profiles, told = _profiles(data, known, [member.visit for member in members])
    with closing(extract_many(pages(), profiles, workers, mask=masks_of(data, run_id))) as extractions:
        for extraction in extractions:
            member, page = waiting.popleft()
            made = _again(member, page, extraction, run_id)
            if isinstance(made, Unreadable):
                failures.append(f"no row for {member.visit.url}: {made.reason}")
            else:
                decided.append(made)
    files = write_batch(
        data,
        batch_id,
        (each.row for each in decided if each.row is not None),
        ((each.day, row) for each in decided for row in each.removals),
    )
    ledger.note_files(batch_id, files)
    return told, failures


def _profiles(
    data: DataDir, known: ProfileStore, visits: Sequence[ArchivedVisit]
) -> tuple[dict[str, SiteProfile], list[str]]:
    """The profiles that a batch was made with, one a site, and a line for each site that gets another.

    A build works with one version of a profile from beginning to end, so one row of a site speaks for all.
    """
    places = {(visit.location.file, visit.location.offset): visit for visit in visits}
    found = made_with(data, places, {visit.fetched_at[:10] for visit in visits})
    profiles: dict[str, SiteProfile] = {}
    told = []
    rows = {places[place].site: (places[place].url, version) for place, version in found.items()}
    for site in sorted({visit.site for visit in visits}):
        url, version = rows.get(site, ("", None))
        profile = profile_at(known, url, site, version) if version else None
        if profile is not None:
            profiles[profile.site] = profile
        elif version != "":
            why = f"version {version} is no longer kept" if version else "no row says which it was made with"
            told.append(f"profile of {site}: {why}; {'that of today' if site in known else 'none'} is used")
            profiles |= {site: known[site]} if site in known else {}
    return profiles, told


def _again(member: BuiltVisit, page: Page, extraction: Extraction, run_id: str) -> Decided | Unreadable:
    """The rows of a visit whose outcome stands in the ledger."""
    visit, article = member.visit, extraction.article
    first_seen = datetime.fromisoformat(member.first_seen_at) if member.first_seen_at else None
    origin = Origin(
        visit.site, run_id, member.article_id, max(member.version, 1), first_seen, extraction.profile_version,
        from_text(visit.told),
    )  # fmt: skip
    result = BuildResult(visit.run_id, visit.address_id, member.outcome, article_id=member.article_id)
    fetched = page.fetched_at or datetime.fromisoformat(visit.fetched_at)
    decided = Decided(
        result, removals=tuple(removal_rows(extraction, page, origin)), day=f"{fetched.astimezone(UTC):%Y-%m-%d}"
    )
    if member.outcome is not Outcome.ARTICLE:
        return decided
    if not isinstance(article, Article):
        return Unreadable(f"this version of the program finds no article there ({article.outcome})")
    row = article_row(article, page, extraction.page_digest, origin)
    return Decided(result, row, decided.removals, decided.day)


def _release_again(data: DataDir, ledger: Ledger, damages: Iterable[Damage]) -> Iterator[str]:
    """A new release when the current one is damaged or its table was mended; then the damaged ones go aside."""
    names = {Path(damage.file).name for damage in damages}
    before = pointer(data)
    seen = {name: datetime.fromisoformat(moment) for name, moment in ledger.last_seen().items()}
    gone = {name: datetime.fromisoformat(moment) for name, moment in ledger.gone().items()}
    if before is not None:
        made = publish_release(data, seen, datetime.now(UTC), distrusted=names, gone=gone)
        if made != before:
            yield f"published release {made}"
    for name in sorted(names - {"CURRENT"}):
        yield _keep_aside(data, data.releases / name)


def _keep_aside(data: DataDir, path: Path) -> str:
    """Into ``damaged/``, under a name that is free. A file stays readable under its old name until it is replaced."""
    make_folder(data.damaged)
    number, target = 0, data.damaged / path.name
    while target.exists():
        number += 1
        target = data.damaged / f"{path.name}.{number}"
    if path.is_dir():
        path.rename(target)
        sync_folder(path.parent)
    else:
        os.link(path, target)
    sync_folder(data.damaged)
    return f"kept {path.relative_to(data.root).as_posix()} as {target.relative_to(data.root).as_posix()}"


def _remove(path: Path) -> str:
    if path.is_dir():
        for inside in sorted(path.rglob("*"), reverse=True):
            inside.rmdir() if inside.is_dir() else inside.unlink()
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    return f"removed {path.name}"
