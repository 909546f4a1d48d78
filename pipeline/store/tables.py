"""Append-only tables: files named from the batch that made them, whole or not there.

``articles`` and ``removals`` lie in one folder a day of fetching (never a folder a site: that makes a hundred thousand
tiny files). A batch done again writes the same names, so nothing can be there twice.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store import schema
from pipeline.store.durable import replace_file, sync_folder
from pipeline.store.layout import DataDir
from pipeline.store.scrub import scrub_value

Row = Mapping[str, Any]


def to_table(rows: Iterable[Row], declared: pa.Schema) -> pa.Table:
    """Rows as a table of the declared schema, scrubbed.

    Raises:
        pa.ArrowInvalid, pa.ArrowTypeError: a value does not fit its column.
    """
    clean = [{name: scrub_value(row.get(name)) for name in declared.names} for row in rows]
    return pa.Table.from_pylist(clean, schema=declared)


def write_table(path: Path, table: pa.Table, declared: pa.Schema) -> None:
    """Write one Parquet file, cast to the declared schema, with checksums on its pages.

    Raises:
        OSError: the disk refused.
        ValueError: the table does not fit the schema (``pa.ArrowInvalid`` is one).
    """
    cast = table.select(declared.names).cast(declared)
    replace_file(
        path,
        lambda stream: pq.write_table(cast, stream, compression="zstd", write_page_checksum=True, store_schema=True),
    )


def write_batch(
    data: DataDir, batch_id: str, articles: Iterable[Row], removals: Iterable[tuple[str, Row]]
) -> dict[str, str]:
    """Write what one batch gave: ``articles`` rows, and ``removals`` rows each with the day its page was fetched.

    Gives the sha256 of each file written, by its path in the data folder.

    A file that an earlier, interrupted try of the batch left and that this try does not make is taken away.

    Raises:
        OSError: the disk refused.
    """
    name = f"part-{batch_id}.parquet"
    by_day: dict[str, list[Row]] = defaultdict(list)
    for row in articles:
        by_day[f"{row['fetched_at']:%Y-%m-%d}"].append(row)
    removed: dict[str, list[Row]] = defaultdict(list)
    for day, row in removals:
        removed[day].append(row)
    written = [
        *_write_days(data.articles, name, by_day, schema.ARTICLES),
        *_write_days(data.removals, name, removed, schema.REMOVALS),
    ]
    return {path.relative_to(data.root).as_posix(): file_digest(path) for path in written}


def write_outcomes(data: DataDir, run_id: str, rows: Iterable[Row]) -> None:
    """Write the outcomes of one run, replacing what stood there for it.

    Raises:
        OSError: the disk refused.
    """
    write_table(data.outcomes / f"{run_id}.parquet", to_table(rows, schema.OUTCOMES), schema.OUTCOMES)


def table_files(folder: Path) -> list[Path]:
    """The files of a table in the order of their days, then names."""
    return sorted(path for path in folder.rglob("*.parquet") if not path.name.startswith("."))


def file_digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_days(folder: Path, name: str, by_day: Mapping[str, list[Row]], declared: pa.Schema) -> list[Path]:
    wanted = {folder / f"fetched={day}" / name: rows for day, rows in sorted(by_day.items())}
    for path, rows in wanted.items():
        write_table(path, to_table(rows, declared), declared)
    for left in folder.glob(f"fetched=*/{name}"):
        if left not in wanted:
            left.unlink()
            sync_folder(left.parent)
    return list(wanted)
