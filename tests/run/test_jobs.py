"""Whole jobs by real processes against the sample site on loopback: exit codes, lock, kills, stops."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from pipeline import load
from pipeline.exit_code import first_of
from pipeline.outcome import Outcome
from pipeline.run.job import Job, load_job
from pipeline.run.job_text import with_data
from pipeline.run.jobs import build_job, crawl_job, run_job
from pipeline.run.progress import Progress
from pipeline.run.report import RunReport, read_report
from pipeline.run.sample_site import serve
from pipeline.run.sample_site import write_job as write_sample_job
from pipeline.run.upkeep import verify_data
from pipeline.store.ledger import Ledger
from spiders.foreign import take_over
from tests.conftest import run_broadsheet
from tests.run.places import data_of, story, write_job, write_warc

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from pipeline.run import batches
from pipeline.run.job import load_job
from pipeline.run.jobs import build_job, run_job
batches.BATCH_PAGES = 50
job = load_job(Path(sys.argv[1]))
sys.exit(run_job(job) if sys.argv[2] == "run" else build_job(job))
"""


def start(job: Job, what: str = "run") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(job.path), what], cwd=ROOT, stderr=subprocess.DEVNULL)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 300
    while not condition():
        assert process.poll() is None, "it ended before it came so far"
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.02)


def archived(job: Job) -> int:
    """Responses that the crawl has in its books, asked from outside."""
    try:
        with sqlite3.connect(f"file:{job.data_dir / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
            return int(ledger.execute("SELECT COUNT(*) FROM visits WHERE state = 'archived'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    with serve() as (_, port):
        yield port


@pytest.fixture
def job(tmp_path: Path, site: int) -> Job:
    return load_job(write_sample_job(tmp_path, site))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, site: int) -> tuple[Job, RunReport, list[Progress]]:
    """One run from start to end, to hold others against."""
    job = load_job(write_sample_job(tmp_path_factory.mktemp("undisturbed"), site))
    reports: list[RunReport] = []
    told: list[Progress] = []
    assert run_job(job, progress=told.append, report=reports.append) == 0
    return job, reports[0], told


def urls(job: Job) -> list[str]:
    return sorted(load(job.data_dir)["url"])


def test_a_run_from_job_file_to_release(undisturbed: tuple[Job, RunReport, list[Progress]]) -> None:
    job, report, told = undisturbed
    frame = load(job.data_dir)
    assert (report.exit_code, report.problems, report.awaiting) == (0, (), 0)
    assert report.rows == report.outcomes["article"] == len(frame) > 20
    assert report.known == sum(report.outcomes.values())
    assert sum(report.removals.values()) == len(pd.read_parquet(job.data_dir / "removals"))
    folder = job.data_dir / "runs" / report.run_id
    assert {path.name for path in folder.iterdir()} == {
        "job.toml", "crawl.log", "crawl.jsonl", "crawl.json", "report.json",
    }  # fmt: skip
    assert (folder / "job.toml").read_bytes() == job.path.read_bytes()
    assert read_report(data_of(job)) == report
    assert [each.stage for each in told][-2:] == ["release", "release"]
    last = [each for each in told if each.stage == "build"][-1]
    assert last.done == last.total
    outcomes = pd.read_parquet(job.data_dir / "outcomes")
    assert outcomes["outcome"].value_counts().to_dict() == dict(report.outcomes)
    assert set(outcomes["outcome"]) <= {outcome.value for outcome in Outcome}


def test_killed_in_mid_crawl_and_run_again(job: Job, undisturbed: tuple[Job, RunReport, list[Progress]]) -> None:
    process = start(job)
    wait_for(lambda: archived(job) >= 8, process)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    reports: list[RunReport] = []
    assert run_job(job, report=reports.append) == 0
    assert urls(job) == urls(undisturbed[0])
    assert reports[0].problems == ()
    assert reports[0].outcomes == undisturbed[1].outcomes
    with Ledger(data_of(job).ledger) as ledger:
        (run,) = ledger.runs()
        assert (run.run_id, run.exit_code) == (reports[0].run_id, 0)


def test_stopped_by_a_signal_and_run_again(job: Job, undisturbed: tuple[Job, RunReport, list[Progress]]) -> None:
    process = start(job)
    wait_for(lambda: archived(job) >= 8, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=300) == 11
    assert run_job(job) == 0
    assert urls(job) == urls(undisturbed[0])


def test_the_halves_alone_give_the_same(job: Job, undisturbed: tuple[Job, RunReport, list[Progress]]) -> None:
    assert crawl_job(job) == 0
    assert not list((job.data_dir / "articles").iterdir())
    reports: list[RunReport] = []
    assert build_job(job, report=reports.append) == 0
    assert urls(job) == urls(undisturbed[0])
    assert [report.outcomes for report in reports] == [undisturbed[1].outcomes]


def test_crawls_that_were_never_built_are_built_in_order_and_then_it_crawls(
    job: Job, undisturbed: tuple[Job, RunReport, list[Progress]]
) -> None:
    assert [crawl_job(job), crawl_job(job)] == [0, 0]
    with Ledger(data_of(job).ledger) as ledger:
        before = [run.run_id for run in ledger.runs()]
    reports: list[RunReport] = []
    assert run_job(job, report=reports.append) == 0
    with Ledger(data_of(job).ledger) as ledger:
        runs = ledger.runs()
        asked = [sum(row.fetched_at is not None for row in ledger.outcomes(run.run_id)) for run in runs]
    assert [run.run_id for run in runs][:2] == before
    assert [report.run_id for report in reports] == [run.run_id for run in runs]
    assert (len(runs), [run.exit_code for run in runs], min(asked) > 0) == (3, [0, 0, 0], True)
    assert [report.problems for report in reports] == [(), (), ()]
    assert urls(job) == urls(undisturbed[0])


def test_finished_crawls_are_built_before_one_that_was_broken_off_goes_on(
    job: Job, undisturbed: tuple[Job, RunReport, list[Progress]]
) -> None:
    assert crawl_job(job, site="quickposts.example") == 0
    with Ledger(data_of(job).ledger) as ledger:
        cut = ledger.new_run(job.job.name, datetime.now(UTC)).run_id
    reports: list[RunReport] = []
    assert run_job(job, report=reports.append) == 0
    assert [report.run_id for report in reports][1:] == [cut]
    with Ledger(data_of(job).ledger) as ledger:
        assert [run.finished_at is not None for run in ledger.runs()] == [True, True]
    assert urls(job) == urls(undisturbed[0])


def test_one_site_and_a_site_that_is_not_in_the_job(job: Job) -> None:
    assert run_job(job, site="nowhere.example") == 2
    assert run_job(job, site="quickposts.example") == 0
    assert set(load(job.data_dir)["site"]) == {"quickposts.example"}


def test_a_dry_run_writes_nothing(job: Job, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_job(job, dry_run=True) == 0
    assert "http://harbour-gazette.example/" in capfd.readouterr().out
    data = data_of(job)
    assert list(data.raw.iterdir()) == list(data.runs.iterdir()) == []
    with Ledger(data.ledger) as ledger:
        assert ledger.runs() == []


def test_a_second_run_is_turned_away_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = write_job(tmp_path)
    data = data_of(job)
    with data.lock.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert [run_job(job), crawl_job(job), build_job(job)] == [75, 75, 75]
    assert "another run is at work here" in caplog.text
    assert not data.ledger.exists()
    assert build_job(job) == 0


def test_a_folder_that_cannot_be_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    job = write_job(tmp_path, 'data = "file/data"\n')
    assert run_job(job) == 3
    assert "file/data" in caplog.text


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n" + RUN


@pytest.mark.parametrize("size", [1000, 20_000])
def test_a_disk_that_takes_no_more(tmp_path: Path, size: int) -> None:
    """The kernel refuses to let any file grow beyond a size: at the preflight, or later. Nothing is lost by it."""
    job = write_job(tmp_path)
    data = data_of(job)
    with Ledger(data.ledger) as ledger:
        (line,) = take_over(ledger, data, "test", [write_warc(tmp_path, many(60))])
    order = [sys.executable, "-c", FULL.format(size=size), str(job.path), "build"]
    full = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (full.returncode, "the disk does not do what it must" in full.stderr) == (3, True)
    assert build_job(job) == 0
    assert read_report(data, str(line["run_id"])).problems == ()
    assert len(load(job.data_dir)) == 60


def many(count: int) -> list[tuple[str, bytes]]:
    return [(f"http://news.example/day/{number}", story(number)) for number in range(count)]


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM, signal.SIGTERM]])
def test_a_build_stopped_by_signals_goes_on_later(tmp_path: Path, signals: list[signal.Signals]) -> None:
    job = write_job(tmp_path)
    data = data_of(job)
    with Ledger(data.ledger) as ledger:
        list(take_over(ledger, data, "test", [write_warc(tmp_path, many(300))]))
    process = start(job, "build")
    wait_for(lambda: any(data.articles.rglob("part-*.parquet")), process)
    for number in signals:
        process.send_signal(number)
    assert process.wait(timeout=300) == 11
    assert 0 < len(pd.read_parquet(data.articles)) < 300
    assert build_job(job) == 0
    assert len(load(job.data_dir)) == 300


def test_too_many_quarantined_is_exit_code_4(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    data = data_of(job)
    with Ledger(data.ledger) as ledger:
        list(take_over(ledger, data, "test", [write_warc(tmp_path, many(10))]))
    (raw,) = data.raw.iterdir()
    os.truncate(raw, raw.stat().st_size - 10)
    reports: list[RunReport] = []
    assert build_job(job, report=reports.append) == 4
    assert reports[0].reasons == ("1 of 10 pages quarantined, more than max_quarantined = 0.02",)
    assert reports[0].outcomes == {"article": 9, "quarantined.error": 1}


def test_a_ledger_that_is_none_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = write_job(tmp_path)
    data_of(job).ledger.write_text("this is no ledger" * 100, encoding="utf-8")
    assert build_job(job) == 3
    assert "ledger.sqlite" in caplog.text


@pytest.mark.parametrize("harm", ["cut", "flipped", "ledger"])
def test_a_file_that_cannot_be_read_is_named_with_the_remedy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    job = write_job(tmp_path)
    data = data_of(job)
    assert build_job(job, [write_warc(tmp_path, many(20))]) == 0
    (path,) = data.articles.rglob("part-*.parquet")
    if harm == "cut":
        os.truncate(path, path.stat().st_size - 100)
    elif harm == "flipped":
        content = bytearray(path.read_bytes())
        content[4:2000] = bytes(1996)
        path.write_bytes(content)
    else:
        path = data.ledger
        content = bytearray(path.read_bytes())
        content[8192:] = b"\xff" * (len(content) - 8192)
        path.write_bytes(content)
    assert build_job(job, [write_warc(tmp_path, [("http://news.example/new", story(99))], name="more")]) == 5
    (line,) = caplog.messages
    assert line == f"{path} is unreadable; run `broadsheet verify --repair`"
    if harm != "ledger":
        assert (verify_data(job.data_dir, repair=True).exit_code, build_job(job)) == (0, 0)
        assert len(load(job.data_dir)) == 21


def test_a_crawl_that_the_user_broke_off_is_told_by_the_users_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Ctrl-C reaches the crawl as SIGTERM, which nobody sent."""

    def broken_off(*_: object) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return -signal.SIGTERM

    monkeypatch.setattr("pipeline.run.jobs.crawl", broken_off)
    assert crawl_job(write_job(tmp_path)) == 11
    assert caplog.messages == ["the crawl was ended by SIGINT; the next run goes on where it was"]


def test_another_data_folder_leaves_the_job_its_name(tmp_path: Path) -> None:
    job = with_data(write_job(tmp_path, 'data = "one"\n'), tmp_path / "two")
    said = run_broadsheet("crawl", "job.toml", "--data", "two", "--site", "nowhere.example", cwd=tmp_path)
    assert (said.returncode, job.path, job.data_dir) == (2, tmp_path / "job.toml", tmp_path / "two")
    assert f"{job.path}: no start address is of 'nowhere.example'" in said.stderr
    assert (tmp_path / "two" / "ledger.sqlite").exists()
    assert not (tmp_path / "one").exists()
    assert not list(tmp_path.rglob("job-*.toml"))


def test_the_first_exit_code_that_applies_wins() -> None:
    order = [2, 75, 3, 5, 1, 11, 4, 0]
    for place, code in enumerate(order):
        assert first_of(order[place:][::-1]) == code
