"""Releases: what analysts load. A folder that is complete before one pointer names it, and never changes after.

``releases/<version>/articles/*.parquet`` holds the latest version of each article in the order of fetching. Readers
resolve ``releases/CURRENT`` once and read the folder it names: reading through a link mixed two versions in 8 of 1,795
tries.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from pipeline.store import schema
from pipeline.store.durable import WORKING_PREFIX, replace_file, sync_folder
from pipeline.store.layout import DataDir
from pipeline.store.release_writing import write_release

if TYPE_CHECKING:
    import pandas as pd

KEPT = 10
RETIRED = "RETIRED"
VERSION_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_STAMP = "%Y%m%dT%H%M%SZ"


class ReleaseError(LookupError):
    """There is no such release, or it is not whole. The text says what is missing and the remedy."""


def publish_release(
    data: DataDir,
    last_seen: Mapping[str, datetime],
    now: datetime,
    *,
    keep: int = KEPT,
    distrusted: AbstractSet[str] = frozenset(),
    gone: Mapping[str, datetime] = MappingProxyType({}),
) -> str:
    """Make a release of the latest version of each article, point ``CURRENT`` at it, and return its name.

    ``last_seen`` maps article ids to when they were last seen, ``gone`` to when their address was last gone.
    When the content is that of the current release, nothing is made and the current name is returned, unless it is
    ``distrusted``. The newest ``keep`` releases stay, and the current one.

    Raises:
        OSError: the disk refused; ``CURRENT`` is then as it was.
    """
    names = versions(data)
    standing = pointer(data)
    stamp = now.astimezone(UTC).strftime(_STAMP)
    trusted = standing if standing in names and standing not in distrusted else None
    version = write_release(data, last_seen, stamp, trusted, gone)
    if version != standing:
        replace_file(data.releases / "CURRENT", lambda stream: stream.write(f"{version}\n".encode()))
    _retire(data, version, keep)
    return version


def _retire(data: DataDir, current: str, keep: int) -> None:
    """Take away releases beyond the newest ``keep``; first they are written down, so that ``as_of`` knows of them."""
    gone = [name for name in versions(data)[: -max(keep, 1)] if name != current]
    if not gone:
        return
    listed = "".join(f"{name}\n" for name in sorted({*_retired(data), *gone}))
    replace_file(data.releases / RETIRED, lambda stream: stream.write(listed.encode()))
    for name in gone:
        # Under a working name first: a kill in the middle leaves no half release, and the next one sweeps it.
        aside = data.releases / f"{WORKING_PREFIX}{name}"
        (data.releases / name).rename(aside)
        shutil.rmtree(aside)
    sync_folder(data.releases)


def _retired(data: DataDir) -> list[str]:
    """Names of the releases that were taken away."""
    try:
        return (data.releases / RETIRED).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def versions(data: DataDir) -> list[str]:
    """Names of the releases there are, oldest first."""
    if not data.releases.is_dir():
        return []
    return sorted(path.name for path in data.releases.iterdir() if VERSION_NAME.fullmatch(path.name))


def current_release(data: DataDir, as_of: datetime | date | str | None = None) -> str:
    """Name of the current release, or of the newest one that stood at ``as_of``.

    ``as_of`` is a moment, a day (its end is meant), either of them as ISO text, or a release's own name.

    Raises:
        ReleaseError: there is none.
        ValueError: ``as_of`` is neither.
    """
    names = versions(data)
    if as_of is None:
        name = pointer(data)
        if name is None:
            raise ReleaseError(
                f"{data.root}: no release yet; make one with `broadsheet run JOB.toml`, or give another folder"
            )
        if name not in names:
            raise ReleaseError(f"{data.releases / 'CURRENT'} names {name}, which is not there; run the job again")
        return name
    if isinstance(as_of, str) and VERSION_NAME.fullmatch(as_of):
        if as_of not in names:
            raise ReleaseError(f"{data.releases}: no release {as_of}; there are {', '.join(names) or 'none'}")
        return as_of
    moment = _moment(as_of, end_of_day=True).strftime(_STAMP)
    older = sorted(name for name in {*names, *_retired(data)} if name[: len(moment)] <= moment)
    if older and older[-1] not in names:
        raise ReleaseError(
            f"{data.releases}: the release that stood at {as_of} was {older[-1]}; it is no longer kept (keep_releases)"
        )
    if not older:
        raise ReleaseError(
            f"{data.releases}: no release as old as {as_of}; the first is {names[0] if names else 'not made'}"
        )
    return older[-1]


def load(
    data: str | Path = "data",
    as_of: datetime | date | str | None = None,
    site: str | Sequence[str] | None = None,
    since: datetime | date | str | None = None,
    min_confidence: float | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The articles of a release as a pandas DataFrame, one row an article.

    Args:
        data: the data folder of a job.
        as_of: a moment, a day or a release's name: the release that stood then (see :func:`current_release`).
        site: one registrable domain, or several.
        since: only what was fetched at or after this moment or day (UTC).
        min_confidence: only rows of at least this confidence, 0 to 1.
        columns: only these columns.

    Raises:
        ReleaseError: there is no such release.
        ValueError: an argument cannot be understood, or there is no such column.
    """
    import pandas as pd  # noqa: PLC0415  (half a second, and only analysts need it)

    place = DataDir(Path(data))
    folder = place.releases / current_release(place, as_of) / "articles"
    known = schema.RELEASE.names
    for name in columns or ():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise ValueError(f"no column {name!r}; {f'did you mean {near[0]!r}?' if near else 'see data/README.md'}")
    wanted = list(columns) if columns is not None else None
    return pd.read_parquet(folder, columns=wanted, filters=_filters(site, since, min_confidence))


def _filters(site: str | Sequence[str] | None, since: Any, min_confidence: float | None) -> pc.Expression | None:
    parts = []
    if site is not None:
        parts.append(pc.field("site").isin([site] if isinstance(site, str) else list(site)))
    if since is not None:
        parts.append(pc.field("fetched_at") >= pc.scalar(_moment(since, end_of_day=False)).cast(schema.TIME))
    if min_confidence is not None:
        parts.append(pc.field("confidence") >= min_confidence)
    together = None
    for part in parts:
        together = part if together is None else together & part
    return together


def _moment(when: datetime | date | str, *, end_of_day: bool) -> datetime:
    """In UTC; without a zone, UTC is meant."""
    if isinstance(when, str):
        try:
            when = date.fromisoformat(when) if len(when) == len("2026-11-22") else datetime.fromisoformat(when)
        except ValueError:
            raise ValueError(f"{when!r} is no day or moment; write 2026-11-22 or 2026-11-22T08:00:00Z") from None
    if not isinstance(when, datetime):
        when = datetime.combine(when, time.max if end_of_day else time.min)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def pointer(data: DataDir) -> str | None:
    """What ``CURRENT`` names, whether or not it is there; None without ``CURRENT``."""
    try:
        return (data.releases / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
