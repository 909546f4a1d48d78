"""Is everything that the ledger and the tables speak of really there, whole, and linked? Nothing is changed here.

Records by their digests, table files by the checksums of their pages, releases by the digest in their names, rows by
the records they name, and the books of every run. The caller holds the lock, or a run at work would look like damage.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store import schema
from pipeline.store.durable import WORKING_PREFIX
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.releases import pointer, versions
from pipeline.store.sums import repeated_versions
from pipeline.store.tables import file_digest, table_files
from pipeline.store.warc import DamagedRecord, WarcError, read_page
from pipeline.store.warc_tail import torn_tail


class Kind(StrEnum):
    """What is damaged. ``record``, ``link`` and ``books`` cannot be mended: what they miss is nowhere else."""

    RECORD = "record"
    TAIL = "torn tail"
    TABLE = "table file"
    ROWS = "missing rows"
    OUTCOMES = "outcomes file"
    RELEASE = "release"
    TEMPORARY = "temporary file"
    LINK = "link"
    BOOKS = "books"


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage: the file relative to the data folder, the byte where one is known, and what is wrong there."""

    kind: Kind
    file: str
    detail: str
    offset: int | None = None

    def __str__(self) -> str:
        place = self.file if self.offset is None else f"{self.file} at byte {self.offset}"
        return f"{self.kind}: {place}: {self.detail}"


@dataclass(slots=True)
class Verified:
    """How much was looked at, and every damage found."""

    records: int = 0
    files: int = 0
    rows: int = 0
    releases: int = 0
    runs: int = 0
    damages: list[Damage] = field(default_factory=list)


def verify(data: DataDir) -> Verified:
    """Look at everything in a data folder.

    Raises:
        LedgerError: the ledger cannot be used.
        OSError: the disk refused.
    """
    found = Verified()
    with Ledger(data.ledger) as ledger:
        digests = _check_records(data, ledger, found)
        found.damages.extend(_check_tails(data, ledger))
        _check_tables(data, ledger, digests, found)
        _check_runs(data, ledger, found)
    found.damages.extend(_check_releases(data, found))
    found.damages.extend(_check_litter(data))
    return found


def unreadable(path: Path, table: str) -> str:
    """What is wrong with a Parquet file, read whole with the checksums of its pages; empty when nothing is."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            named = (file.schema_arrow.metadata or {}).get(schema.VERSION_KEY, b"").decode("ascii", "replace")
            for number in range(file.num_row_groups):
                file.read_row_group(number)
    except (OSError, ValueError, pa.ArrowException) as error:
        return " ".join(str(error).split())[:300] or type(error).__name__
    return "" if named.startswith(f"{table}/") else f"its schema is called {named!r}, not {table}"


def _harm(path: Path, table: str, digest: str | None) -> str:
    """As ``unreadable``, and whether the file is the one that the batch wrote, where the ledger knows its digest.

    The checksums are of pages only: a flipped bit in the head of a page or in the footer passes them.
    """
    if digest is not None and file_digest(path) != digest:
        return unreadable(path, table) or "another digest than the ledger says"
    return unreadable(path, table)


def _check_records(data: DataDir, ledger: Ledger, found: Verified) -> dict[tuple[str, int], str]:
    """Read every record that the ledger knows of; gives their digests by place."""
    digests: dict[tuple[str, int], str] = {}
    for url, place in ledger.locations():
        found.records += 1
        digests[place.file, place.offset] = place.page_digest
        try:
            read_page(data.raw, place)
        except WarcError as error:
            reason = str(error).partition(": ")[2]
            found.damages.append(Damage(Kind.RECORD, f"raw/{place.file}", f"{reason} ({url})", place.offset))
    return digests


def _check_tails(data: DataDir, ledger: Ledger) -> Iterator[Damage]:
    for run in ledger.runs():
        ends = ledger.archive_ends(run.run_id)
        for path in sorted(data.raw.glob(f"{run.run_id}-*.warc.gz")):
            torn = torn_tail(path, ends.get(path.name, 0))
            if isinstance(torn, DamagedRecord):
                yield Damage(Kind.TAIL, f"raw/{path.name}", torn.reason, torn.offset)


def _check_tables(data: DataDir, ledger: Ledger, digests: dict[tuple[str, int], str], found: Verified) -> None:
    batches, expected_digests = ledger.batch_rows(), ledger.file_digests()
    rows: Counter[str] = Counter()
    broken = set()
    for folder, table in ((data.articles, "articles"), (data.removals, "removals")):
        for path in table_files(folder):
            found.files += 1
            name, batch = path.relative_to(data.root).as_posix(), path.stem.removeprefix("part-")
            problem = _harm(path, table, expected_digests.pop(name, None))
            if problem:
                broken.add(batch)
                found.damages.append(Damage(Kind.TABLE, name, problem))
            elif batch not in batches:
                found.damages.append(Damage(Kind.LINK, name, "the ledger knows no batch of that name"))
            elif table == "articles":
                rows[batch] += _check_links(path, name, digests, found)
    for name in expected_digests:
        broken.add(Path(name).stem.removeprefix("part-"))
        found.damages.append(Damage(Kind.ROWS, name, "the file is missing"))
    for batch, (state, expected) in batches.items():
        if state == "committed" and rows[batch] != expected and batch not in broken:
            detail = f"{rows[batch]} rows, but the batch gave {expected}"
            found.damages.append(Damage(Kind.ROWS, f"articles/*/part-{batch}.parquet", detail))
    if not broken:
        repeated = repeated_versions(data)
        if repeated:
            found.damages.append(Damage(Kind.BOOKS, "articles", f"{repeated} versions stand there more than once"))


def _check_links(path: Path, name: str, digests: dict[tuple[str, int], str], found: Verified) -> int:
    """Each row names a record that the ledger knows, with that digest; gives the number of rows."""
    table = pq.ParquetFile(path).read(columns=["url", "warc_file", "warc_offset", "page_digest"])
    for row in table.to_pylist():
        known = digests.get((row["warc_file"], row["warc_offset"]))
        if known != row["page_digest"]:
            what = "no record that the ledger knows" if known is None else "a record with another digest"
            found.damages.append(Damage(Kind.LINK, name, f"the row of {row['url']} names {what}"))
    found.rows += len(table)
    return len(table)


def _check_runs(data: DataDir, ledger: Ledger, found: Verified) -> None:
    for run in ledger.runs():
        found.runs += 1
        books = ledger.books(run.run_id)
        found.damages.extend(Damage(Kind.BOOKS, f"runs/{run.run_id}", problem) for problem in books.problems)
        path = data.outcomes / f"{run.run_id}.parquet"
        if run.finished_at is None and not path.exists():
            continue
        found.files += 1
        problem = unreadable(path, "outcomes") if path.exists() else "missing, though the run is over"
        if not problem and run.finished_at is not None:
            rows = pq.ParquetFile(path).metadata.num_rows
            problem = "" if rows == books.known else f"{rows} rows, but the run knew {books.known} addresses"
        if problem:
            found.damages.append(Damage(Kind.OUTCOMES, f"outcomes/{path.name}", problem))


def _check_releases(data: DataDir, found: Verified) -> Iterator[Damage]:
    names = versions(data)
    standing = pointer(data)
    if standing is not None and standing not in names:
        yield Damage(Kind.RELEASE, "releases/CURRENT", f"names {standing}, which is not there")
    for name in names:
        found.releases += 1
        digest = hashlib.sha256()
        for path in sorted((data.releases / name / "articles").glob("*.parquet")):
            found.files += 1
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        if not name.endswith(digest.hexdigest()[:8]):
            yield Damage(Kind.RELEASE, f"releases/{name}", "its files have another digest than its name says")


def _check_litter(data: DataDir) -> Iterator[Damage]:
    for folder in (data.articles, data.removals, data.outcomes, data.releases, data.runs):
        for path in sorted(folder.rglob(f"{WORKING_PREFIX}*")):
            yield Damage(Kind.TEMPORARY, path.relative_to(data.root).as_posix(), "left by a run that was broken off")
