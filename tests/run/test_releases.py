"""A release is whole before it is named, never changes after, and reads the same in pandas, DuckDB and Polars."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from pipeline import load
from pipeline.store.layout import DataDir
from pipeline.store.releases import ReleaseError, current_release, publish_release, versions
from pipeline.store.tables import write_batch
from tests.run.places import MOMENT, row

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    data = DataDir(tmp_path / "data")
    data.make()
    write_batch(data, "b1", [row("a"), row("b", "b, first"), row("c", moment=MOMENT + timedelta(days=1))], [])
    write_batch(data, "b2", [row("b", "b, second", version=2, moment=MOMENT + timedelta(days=2))], [])
    return data


def folder(data: DataDir) -> Path:
    return data.releases / (data.releases / "CURRENT").read_text(encoding="ascii").strip() / "articles"


def test_it_holds_the_latest_version_of_each_article_in_order(data: DataDir) -> None:
    seen = NOW - timedelta(hours=1)
    version = publish_release(data, {"a": seen}, NOW)
    assert version.startswith("20260305T080000Z-")
    assert (data.releases / "CURRENT").read_bytes() == f"{version}\n".encode()
    frame = load(data.root)
    assert list(zip(frame["id"], frame["version"], frame["body"], strict=True)) == [
        ("a", 1, "text"), ("c", 1, "text"), ("b", 2, "b, second"),
    ]  # fmt: skip
    assert list(frame["last_seen_at"]) == [seen, MOMENT + timedelta(days=1), MOMENT + timedelta(days=2)]


def test_three_readers_agree_without_our_help(data: DataDir) -> None:
    publish_release(data, {}, NOW)
    files = folder(data)
    want = [("a", 1), ("b", 2), ("c", 1)]
    by_pandas = pd.read_parquet(files)
    by_duck = duckdb.sql(f"select id, version from read_parquet('{files}/*.parquet') order by id").fetchall()
    by_polars = pl.read_parquet(files / "*.parquet").sort("id")
    assert sorted(zip(by_pandas["id"], by_pandas["version"], strict=True)) == want
    assert by_duck == want
    assert by_polars.select("id", "version").rows() == want


def test_the_same_content_makes_no_new_release(data: DataDir) -> None:
    first = publish_release(data, {}, NOW)
    assert publish_release(data, {}, NOW + timedelta(hours=1)) == first
    assert versions(data) == [first]
    write_batch(data, "b3", [row("d")], [])
    second = publish_release(data, {}, NOW + timedelta(hours=2))
    assert versions(data) == [first, second]
    assert len(load(data.root)) == 4
    assert len(load(data.root, as_of=first)) == 3


def test_a_release_as_of_a_moment(data: DataDir) -> None:
    first = publish_release(data, {}, NOW)
    write_batch(data, "b3", [row("d")], [])
    second = publish_release(data, {}, NOW + timedelta(days=1))
    assert current_release(data, "2026-03-05") == first
    assert current_release(data, NOW + timedelta(days=1, seconds=-1)) == first
    assert current_release(data, "2026-03-06T08:00:00+00:00") == second
    assert current_release(data, "2026-03-06T08:00:00+02:00") == first
    with pytest.raises(ReleaseError, match=f"no release as old as 2026-03-04; the first is {first}"):
        load(data.root, as_of="2026-03-04")
    with pytest.raises(ReleaseError, match="no release 20200101T000000Z-00000000"):
        load(data.root, as_of="20200101T000000Z-00000000")


def test_filters_and_columns(data: DataDir) -> None:
    write_batch(data, "b3", [{**row("d"), "site": "other.example", "confidence": 0.9}], [])
    publish_release(data, {}, NOW)
    assert set(load(data.root, site="other.example")["id"]) == {"d"}
    assert set(load(data.root, site=["other.example", "news.example"])["id"]) == {"a", "b", "c", "d"}
    assert set(load(data.root, since="2026-03-02")["id"]) == {"b", "c"}
    assert set(load(data.root, since=MOMENT + timedelta(days=2))["id"]) == {"b"}
    assert set(load(data.root, min_confidence=0.9, columns=["id"])["id"]) == {"d"}
    assert list(load(data.root, columns=["title", "id"]).columns) == ["title", "id"]


def test_what_cannot_be_loaded_is_said(tmp_path: Path, data: DataDir) -> None:
    with pytest.raises(ReleaseError, match=r"no release yet; make one with `broadsheet run"):
        load(tmp_path / "nowhere")
    with pytest.raises(ReleaseError, match="no release yet"):
        load(data.root)
    version = publish_release(data, {}, NOW)
    with pytest.raises(ValueError, match=r"no column 'titel'; did you mean 'title'\?"):
        load(data.root, columns=["titel"])
    with pytest.raises(ValueError, match="'yesterday' is no day or moment"):
        load(data.root, since="yesterday")
    (data.releases / version).rename(tmp_path / "gone")
    with pytest.raises(ReleaseError, match=f"names {version}, which is not there"):
        load(data.root)


def test_a_job_without_articles_still_has_a_release(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    data.make()
    publish_release(data, {}, NOW)
    frame = load(tmp_path)
    assert len(frame) == 0
    assert "last_seen_at" in frame.columns


def test_readers_never_see_a_part_of_a_release(data: DataDir) -> None:
    """Readers of each kind loop while releases are made, each of which has one row more and one version everywhere."""
    publish_release(data, {}, NOW)
    done, problems, reads = threading.Event(), [], 0

    def read() -> None:
        nonlocal reads
        least = 0
        while not done.is_set() or reads == 0:
            files = folder(data)
            by_pandas = load(data.root, columns=["id", "version"])
            duck = duckdb.connect()
            by_duck = duck.sql(f"select count(*) from read_parquet('{files}/*.parquet')").fetchall()[0][0]
            by_polars = pl.read_parquet(files / "*.parquet", columns=["id"]).height
            if not len(by_pandas) >= by_duck == by_polars >= least:
                problems.append((len(by_pandas), by_duck, by_polars, least))
            least, reads = by_duck, reads + 1

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(12):
        write_batch(data, f"more{number}", [row(f"n{number}")], [])
        publish_release(data, {}, NOW + timedelta(minutes=number + 1))
    done.set()
    reader.join()
    assert reads > 0
    assert problems == []
    assert len(load(data.root)) == 15


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.store import durable, release_writing, releases
from pipeline.store.layout import DataDir
point = sys.argv[2]
def die(*_args, **_kwargs): os.kill(os.getpid(), 9)
if point == "writing": release_writing.write_table = die
if point == "complete": release_writing.sync_folder = die
if point == "pointer": releases.replace_file = die
releases.publish_release(DataDir(Path(sys.argv[1])), {}, datetime(2026, 3, 9, tzinfo=UTC))
"""


@pytest.mark.parametrize("point", ["writing", "complete", "pointer"])
def test_killed_while_releasing_the_old_one_stands(data: DataDir, point: str) -> None:
    first = publish_release(data, {}, NOW)
    write_batch(data, "b3", [row("d")], [])
    killed = subprocess.run([sys.executable, "-c", KILLED, str(data.root), point], check=False)
    assert killed.returncode == -9
    assert current_release(data) == first
    assert len(load(data.root)) == 3
    publish_release(data, {}, NOW + timedelta(days=7))
    assert len(load(data.root)) == 4
    assert [path.name for path in data.releases.iterdir() if path.name.startswith(".")] == []
