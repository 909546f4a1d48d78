"""Readers of three kinds over the tables and the release, in a loop, while batches and releases are written.

    python -m bench.readers [--batches 200] [--releases 20] [--rows 20]

pandas, DuckDB and Polars read the whole table of articles and, apart, the current release; ``pipeline.load`` reads it
too. The writer is a process of its own. Every count must be of whole batches and none may be lower than the one before
it; old releases are taken away meanwhile (5 are kept). Exit 1 when a reader failed or saw anything else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

from pipeline import load
from pipeline.store.layout import DataDir
from pipeline.store.releases import publish_release
from pipeline.store.tables import write_batch
from tests.run.places import row

ROOT = Path(__file__).parents[1]
KEPT = 5
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def with_pandas(folder: Path) -> int:
    return len(pd.read_parquet(folder, columns=["id", "body"]))


def with_duckdb(folder: Path) -> int:
    connection = duckdb.connect()
    try:
        sql = f"SELECT count(id), sum(length(body)) FROM read_parquet('{folder}/**/*.parquet')"
        return int(connection.sql(sql).fetchall()[0][0])
    finally:
        connection.close()


def with_polars(folder: Path) -> int:
    return int(pl.scan_parquet(f"{folder}/**/*.parquet").select(pl.col("body").count()).collect().item())


KINDS: dict[str, Callable[[Path], int]] = {"pandas": with_pandas, "duckdb": with_duckdb, "polars": with_polars}


@dataclass
class Read:
    """What a reader saw: how often it read, the highest count, and what was wrong."""

    name: str
    reads: int = 0
    highest: int = 0
    problems: list[str] = field(default_factory=list)


def release_folder(root: Path) -> Path:
    """The current release's articles, as the README tells readers to find them."""
    releases = root / "releases"
    return releases / (releases / "CURRENT").read_text().strip() / "articles"


def readers_of(root: Path) -> dict[str, Callable[[], int]]:
    """Every reader, by what it reads and with what."""
    found: dict[str, Callable[[], int]] = {"load, release": lambda: len(load(root, columns=["id", "body"]))}
    for name, read in KINDS.items():
        found[f"{name}, table"] = lambda read=read: read(root / "articles")  # type: ignore[misc]
        found[f"{name}, release"] = lambda read=read: read(release_folder(root))  # type: ignore[misc]
    return found


def follow(writer: subprocess.Popen[bytes], seen: Read, read: Callable[[], int], rows: int) -> None:
    """Read until the writer has ended, and once more."""
    last = False
    while not last:
        last = writer.poll() is not None
        try:
            count = read()
        except Exception as error:  # noqa: BLE001  (any failure of a reader is what is looked for)
            seen.problems.append(f"{seen.name}: {error!r}")
            return
        if count % rows or count < seen.highest:
            seen.problems.append(f"{seen.name}: {count} rows after {seen.highest}")
        seen.highest = max(seen.highest, count)
        seen.reads += 1


def watch(root: Path, batches: int, releases: int, rows: int) -> list[Read]:
    """Write in a process, read in threads, and tell what the readers saw."""
    data = DataDir(root)
    data.make()
    write_one(data, 0, rows)
    publish_release(data, {}, _FIRST)
    command = [sys.executable, "-m", "bench.readers", "--write", str(root)]
    command += ["--batches", str(batches), "--releases", str(releases), "--rows", str(rows)]
    writer = subprocess.Popen(command, cwd=ROOT)
    followed = [(Read(name), read) for name, read in readers_of(root).items()]
    threads = [threading.Thread(target=follow, args=(writer, seen, read, rows)) for seen, read in followed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = [each for each, _ in followed]
    if writer.wait() != 0:
        seen.append(Read("the writer", problems=[f"ended with {writer.returncode}"]))
    for each in seen:
        if each.highest != batches * rows:
            each.problems.append(f"{each.name}: saw {each.highest} rows at the end, not {batches * rows}")
    return seen


def write_one(data: DataDir, number: int, rows: int) -> None:
    """A batch of so many rows."""
    made = [row(f"b{number}r{each}", body="counted the boats again " * 400) for each in range(rows)]
    write_batch(data, f"{number:016x}", made, [])


def write_all(data: DataDir, batches: int, releases: int, rows: int) -> None:
    """The other batches, a release after each so many and after the last."""
    step = batches // releases
    for number in range(1, batches):
        write_one(data, number, rows)
        if number % step == 0 or number == batches - 1:
            publish_release(data, {}, _FIRST + timedelta(minutes=number), keep=KEPT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--releases", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write is not None:
        write_all(DataDir(options.write), options.batches, options.releases, options.rows)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        seen = watch(Path(folder), options.batches, options.releases, options.rows)
    for each in seen:
        print(f"{each.name:18} {each.reads:6} reads, {len(each.problems)} wrong")
    problems = [problem for each in seen for problem in each.problems]
    print("\n".join(problems) or f"{options.batches} batches, {options.releases} releases:"
          " no error, no half batch, no count that fell")  # fmt: skip
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
