"""The short form of the crash matrix and of the poison suite; ``make crash`` and ``make poison`` are the long ones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bench.crash_case import POINTS, run_case, run_full_disk
from bench.crash_site import serve
from bench.poison import own_pages, suite
from bench.readers import watch
from pipeline import extract_many, load
from pipeline.run.job import load_job
from pipeline.run.jobs import run_job
from pipeline.run.upkeep import verify_data
from pipeline.run.worker_process import Limits
from pipeline.store.room import NoRoomError, check_room
from tests.run.places import data_of, write_job

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


def test_readers_meet_whole_batches_only_and_counts_never_fall(tmp_path: Path) -> None:
    """The short form of ``make readers``."""
    seen = watch(tmp_path, batches=40, releases=8, rows=5)
    assert [problem for each in seen for problem in each.problems] == []
    assert len(seen) == 7
    assert min(each.reads for each in seen) > 0


def test_verify_is_content_with_an_undisturbed_run(tmp_path: Path) -> None:
    from bench.crash_site import write_job as crash_job

    with serve(24) as site:
        job = load_job(crash_job(tmp_path, site.port))
        assert run_job(job) == 0
        assert set(load(job.data_dir)["url"]) == site.addresses
        assert max(site.asked.values()) == 1
    looked = verify_data(job.data_dir)
    assert (looked.exit_code, looked.found.rows) == (0, 24)
