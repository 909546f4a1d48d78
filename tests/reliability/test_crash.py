"""The short form of the crash matrix and of the poison suite; ``make crash`` and ``make poison`` are the long ones."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from bench.crash_case import POINTS, run_case, run_full_disk
from bench.crash_site import serve
from bench.poison import own_pages, suite
from pipeline import extract_many, load
from pipeline.run.job import load_job
from pipeline.run.jobs import run_job
from pipeline.run.upkeep import verify_data
from pipeline.run.worker_process import Limits
from pipeline.store.layout import DataDir
from pipeline.store.releases import publish_release
from pipeline.store.room import NoRoomError, check_room
from pipeline.store.tables import write_batch
from tests.run.places import data_of, row, write_job

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("point", "fault"),
    [("warc.mid_write", "kill"), ("batch.after_rename", "kill"), ("fetch.begin", "term2")],
)
def test_a_fault_at_a_named_point_loses_nothing(point: str, fault: str) -> None:
    assert point in POINTS
    with serve(24) as site:
        case = run_case(site, point, fault)
    assert case.happened
    assert case.good, case


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
def test_a_file_system_that_is_really_full() -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let us mount")
    subprocess.run(["umount", "/mnt"], check=True)
    with serve(24) as site:
        case = run_full_disk(site, 2)
    assert case.good, case


def test_pages_that_kill_cost_themselves_only() -> None:
    assert suite(own_pages(200), Limits(cpu_s=3, wall_s=120)) == []  # no kind sleeps, so only processor time is tight


def test_a_worker_has_everything_loaded_before_its_first_page() -> None:
    """Else each fork loads the model anew, out of the time of its first page."""
    (found,) = extract_many(own_pages(1), workers=1, task="tests.run.poison:pages_before")
    assert found.text == "1"


def test_too_little_free_space_is_told_before_anything_is_fetched(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(24) as site:
        job = write_job(tmp_path, "min_free_mb = 1000000000\n")
        assert run_job(job) == 3
        assert site.asked.total() == 0
    assert "no space left on " in caplog.text
    assert "need 1000000000 MB" in caplog.text
    assert not data_of(job).ledger.exists()
    with pytest.raises(NoRoomError, match="need"):
        check_room(tmp_path, 10**9)
    check_room(tmp_path, 0)


def test_a_job_keeps_as_many_releases_as_it_says(tmp_path: Path) -> None:
    assert load_job(write_job(tmp_path, "keep_releases = 3\n").path).job.keep_releases == 3
    assert load_job(write_job(tmp_path).path).job.keep_releases == 10


READERS = {
    "pandas": lambda folder: len(pd.read_parquet(folder)),
    "duckdb": lambda folder: duckdb.sql(f"SELECT count(*) FROM '{folder}/**/*.parquet'").fetchall()[0][0],
    "polars": lambda folder: pl.scan_parquet(f"{folder}/**/*.parquet").select(pl.len()).collect().item(),
}
BATCHES, ROWS, RELEASES = 40, 5, 8


def test_readers_meet_whole_batches_only_and_counts_never_fall(tmp_path: Path) -> None:
    """One writer, in a process of its own; readers of three kinds over the table, and ``load`` over the release."""
    data = DataDir(tmp_path)
    data.make()
    write_some(data, 0)
    publish_release(data, {}, datetime(2026, 1, 1, tzinfo=UTC))
    writer = subprocess.Popen([sys.executable, "-m", "tests.reliability.test_crash", str(tmp_path)], cwd=ROOT)
    problems: list[str] = []
    reads = dict.fromkeys([*READERS, "load"], 0)

    def follow(name: str) -> None:
        before = 0
        while writer.poll() is None:
            try:
                count = len(load(tmp_path)) if name == "load" else READERS[name](tmp_path / "articles")
            except Exception as error:  # noqa: BLE001  (any failure of a reader is what is looked for)
                problems.append(f"{name}: {error!r}")
                return
            if count % ROWS or count < before:
                problems.append(f"{name}: {count} rows after {before}")
            before = count
            reads[name] += 1

    threads = [threading.Thread(target=follow, args=(name,)) for name in reads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.wait() == 0
    assert problems == []
    assert min(reads.values()) > 0, reads
    assert len(load(tmp_path)) == READERS["duckdb"](tmp_path / "articles") == BATCHES * ROWS


def write_some(data: DataDir, number: int) -> None:
    rows = [row(f"b{number}r{each}", body="text " * 2000) for each in range(ROWS)]
    write_batch(data, f"{number:016x}", rows, [])


def write_all(data: DataDir) -> None:
    for number in range(1, BATCHES):
        write_some(data, number)
        if number % (BATCHES // RELEASES) == 0 or number == BATCHES - 1:
            publish_release(data, {}, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number), keep=3)


def test_verify_is_content_with_an_undisturbed_run(tmp_path: Path) -> None:
    from bench.crash_site import write_job as crash_job

    with serve(24) as site:
        job = load_job(crash_job(tmp_path, site.port))
        assert run_job(job) == 0
        assert set(load(job.data_dir)["url"]) == site.addresses
        assert max(site.asked.values()) == 1
    looked = verify_data(job.data_dir)
    assert (looked.exit_code, looked.found.rows) == (0, 24)


if __name__ == "__main__":
    write_all(DataDir(Path(sys.argv[1])))
