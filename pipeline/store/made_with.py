"""With which version of a site's profile a row was made: in the tables, and in the releases when a table is damaged."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.profile import SiteProfile
from pipeline.store.layout import DataDir
from pipeline.store.profiles import ProfileStore
from pipeline.store.releases import versions

Place = tuple[str, int]
_COLUMNS = ["warc_file", "warc_offset", "profile_version"]


def made_with(data: DataDir, places: Collection[Place], days: Collection[str]) -> dict[Place, str]:
    """The version of the profile for each place in the archive (file, offset) of which a row is found.

    ``days`` are those on which the places were fetched (YYYY-MM-DD, UTC). An empty version says that the row was made
    without a profile. Files that cannot be read are passed over.
    """
    wanted = pc.field("warc_file").isin(sorted({file for file, _ in places}))
    found: dict[Place, str] = {}
    for path in _files(data, days):
        if len(found) == len(places):
            break
        try:
            table = pq.read_table(path, columns=_COLUMNS, filters=wanted, partitioning=None)
        except (OSError, ValueError, pa.ArrowException):
            continue
        for row in table.to_pylist():
            place = (row["warc_file"], row["warc_offset"])
            if place in places:
                found.setdefault(place, row["profile_version"] or "")
    return found


def profile_at(known: ProfileStore, url: str, site: str, version: str) -> SiteProfile | None:
    """The profile of that version, of the site an address lies in; None when it is no longer kept."""
    labels = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].split(".")
    for name in (site, *(".".join(labels[place:]) for place in range(len(labels)))):
        learned = known.learned(name, version)
        if learned is not None:
            return learned.profile
    return None


def _files(data: DataDir, days: Collection[str]) -> Iterator[Path]:
    for day in sorted(days):
        yield from sorted((data.articles / f"fetched={day}").glob("part-*.parquet"))
    for name in reversed(versions(data)):
        yield from sorted((data.releases / name / "articles").glob("*.parquet"))
