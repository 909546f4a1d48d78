"""Writing a release: the latest version of each article, a day of fetching at a time, so memory holds one day."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.store import schema
from pipeline.store.durable import WORKING_PREFIX, make_folder, sync_folder
from pipeline.store.layout import DataDir
from pipeline.store.tables import table_files, write_table

FILE_ROWS = 50_000  # 581 small files were slow to open: a release has few, large ones
_ORDER = [("fetched_at", "ascending"), ("id", "ascending")]


def write_release(
    data: DataDir, last_seen: Mapping[str, datetime], stamp: str, standing: str | None, gone: Mapping[str, datetime]
) -> str:
    """Write the release ``<stamp>-<8 hex of its content>`` and return that name.

    When ``standing``, the name of a release that is there, has the same content, nothing is kept and it is returned.
    """
    make_folder(data.releases)
    for left in data.releases.glob(f"{WORKING_PREFIX}*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    working = data.releases / f"{WORKING_PREFIX}{stamp}"
    articles = working / "articles"
    make_folder(articles)
    try:
        content = _write_files(articles, _days(data, last_seen, gone))
        if standing is not None and standing.endswith(content):
            shutil.rmtree(working)
            return standing
        version = f"{stamp}-{content}"
        working.rename(data.releases / version)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    sync_folder(data.releases)
    return version


def _newest(files: list[Path]) -> pa.Table:
    """For each article the file and row of its highest version: columns file, row."""
    parts = []
    for number, path in enumerate(files):
        part = pq.ParquetFile(path).read(columns=["id", "version"])
        rows = len(part)
        part = part.append_column("file", pa.array([number] * rows, pa.int32()))
        parts.append(part.append_column("row", pa.array(range(rows), pa.int32())))
    if not parts:
        return pa.table({"file": pa.array([], pa.int32()), "row": pa.array([], pa.int32())})
    ordered = pa.concat_tables(parts).sort_by([("id", "ascending"), ("version", "descending"), ("file", "descending")])
    ids = ordered["id"].combine_chunks()
    if len(ids) == 0:
        return ordered.select(["file", "row"])
    first = pa.concat_arrays([pa.array([True]), pc.not_equal(ids[1:], ids[:-1])])
    return ordered.filter(first).select(["file", "row"]).sort_by([("file", "ascending"), ("row", "ascending")])


def _days(data: DataDir, last_seen: Mapping[str, datetime], gone: Mapping[str, datetime]) -> Iterator[pa.Table]:
    """The rows of the release, one table a day of fetching, each in the order of the release."""
    files = table_files(data.articles)
    newest = _newest(files)
    rows_of: dict[int, list[int]] = {}
    for number, row in zip(newest["file"].to_pylist(), newest["row"].to_pylist(), strict=True):
        rows_of.setdefault(number, []).append(row)
    for _, numbers in groupby(rows_of, key=lambda number: files[number].parent):
        day = pa.concat_tables(
            [pq.ParquetFile(files[n]).read().take(rows_of[n]) for n in numbers], promote_options="default"
        )
        seen = [last_seen.get(name, fetched) for name, fetched in zip(*_columns(day, "id", "fetched_at"), strict=True)]
        day = day.append_column("last_seen_at", pa.array(seen, schema.TIME))
        left = [gone.get(str(name)) for (name,) in zip(*_columns(day, "id"), strict=True)]
        day = day.append_column("gone_at", pa.array(left, schema.TIME))
        yield _complete(day).sort_by(_ORDER)


def _columns(table: pa.Table, *names: str) -> list[list[object]]:
    return [table[name].to_pylist() for name in names]


def _complete(table: pa.Table) -> pa.Table:
    """With every column of the release, so that files of an older schema can stand beside newer ones."""
    for field in schema.RELEASE:
        if field.name not in table.column_names:
            table = table.append_column(field.name, pa.nulls(len(table), field.type))
    return table.select(schema.RELEASE.names).cast(schema.RELEASE)


def _write_files(folder: Path, days: Iterator[pa.Table]) -> str:
    """Write the tables in files of some ``FILE_ROWS`` rows and return 8 hex digits of the whole content."""
    digest = hashlib.sha256()
    number = 0
    for number, table in enumerate(_gathered(days), start=1):
        path = folder / f"part-{number:05d}.parquet"
        write_table(path, table, schema.RELEASE)
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:8]


def _gathered(days: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Days put together until a file is full; at least one table, so that a release without articles reads as empty."""
    waiting: list[pa.Table] = []
    yielded = False
    for day in days:
        waiting.append(day)
        if sum(map(len, waiting)) >= FILE_ROWS:
            yield pa.concat_tables(waiting)
            waiting, yielded = [], True
    if waiting or not yielded:
        yield pa.concat_tables(waiting) if waiting else schema.RELEASE.empty_table()
