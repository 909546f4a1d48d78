"""From WARC files to rows: every archived page gets its outcome, whatever state file and page are in; nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from pipeline import load
from pipeline.outcome import Outcome, Stage
from pipeline.run import batches
from pipeline.run.build import build
from pipeline.run.job import Job, JobError
from pipeline.run.jobs import build_job
from pipeline.run.report import RunReport, read_report
from pipeline.run.worker_process import Limits
from pipeline.store.ledger import Ledger
from pipeline.store.warc import RecordLocation, read_page
from spiders.foreign import take_over
from tests.run.places import MOMENT, data_of, story, write_job, write_warc

ROOT = Path(__file__).parents[2]


def stories(count: int, first: int = 1) -> list[tuple[str, bytes]]:
    return [(f"http://news.example/day/{number}", story(number)) for number in range(first, first + count)]


def table(job: Job, name: str = "articles") -> pd.DataFrame:
    return pd.read_parquet(job.data_dir / name)


def run_build(job: Job, *files: Path) -> tuple[int, list[RunReport]]:
    reports: list[RunReport] = []
    return build_job(job, files, report=reports.append), reports


def test_odd_pages_have_named_outcomes_and_the_rest_goes_on(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    noise = random.Random(7).randbytes(50_000)
    pages = [*stories(3), ("http://news.example/noise", noise), ("http://news.example/nothing", b""), *stories(3, 10)]
    code, (report,) = run_build(job, write_warc(tmp_path, pages))
    assert (code, report.exit_code, report.problems) == (0, 0, ())
    outcomes = table(job, "outcomes").set_index("url")["outcome"]
    assert outcomes["http://news.example/nothing"] == Outcome.REJECT_EMPTY
    assert Outcome(outcomes["http://news.example/noise"]).stage is Stage.EXTRACT
    assert [outcomes[url] for url, _ in [*stories(3), *stories(3, 10)]] == ["article"] * 6
    assert (
        report.outcomes["article"]
        == report.rows
        == len(table(job))
        == len(load(job.data_dir))
        == list(outcomes).count("article")
    )
    assert sum(report.outcomes.values()) == report.known == report.archived == 8
    assert "balanced" in report.books
    assert read_report(data_of(job)) == report


def test_every_row_leads_to_its_record(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    run_build(job, write_warc(tmp_path, stories(5)))
    outcomes = table(job, "outcomes").set_index("url")
    for row in load(job.data_dir).itertuples():
        length = int(outcomes.loc[row.url, "warc_length"])
        page = read_page(job.data_dir / "raw", RecordLocation(row.warc_file, row.warc_offset, length, row.page_digest))
        assert (page.url, page.fetched_at) == (row.url, row.fetched_at)
        assert page.body == story(int(row.url.rsplit("/", 1)[1]))


def test_removed_blocks_stand_in_their_table_with_reasons(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    _, (report,) = run_build(job, write_warc(tmp_path, stories(4)))
    removals, articles = table(job, "removals"), table(job)
    assert Counter(removals["reason"]) == report.removals
    assert set(removals[removals["reason"] == "navigation"]["article_id"]) == set(articles["id"])
    assert not articles["body"].str.contains("About us").any()


def test_new_edited_unchanged_and_duplicate(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    same = ("http://news.example/print/1", story(1))
    first = write_warc(tmp_path, [*stories(2), same], name="first")
    _, (report,) = run_build(job, first)
    assert report.outcomes == {"article": 2, "duplicate": 1}
    edited = ("http://news.example/day/2", story(2, "The harbour office lost count of the boats"))
    second = write_warc(tmp_path, [stories(1)[0], edited, same], name="second", start=MOMENT + timedelta(days=1))
    _, (report,) = run_build(job, second)
    assert report.outcomes == {"unchanged": 1, "article": 1, "duplicate": 1}
    frame = load(job.data_dir).set_index("url")
    assert list(frame["version"][["http://news.example/day/1", "http://news.example/day/2"]]) == [1, 2]
    assert "lost count" in frame["body"]["http://news.example/day/2"]
    assert frame["first_seen_at"]["http://news.example/day/2"] == MOMENT + timedelta(seconds=1)
    assert frame["last_seen_at"]["http://news.example/day/1"] == MOMENT + timedelta(days=1)
    duplicates = table(job, "outcomes").query("outcome == 'duplicate'")
    assert set(duplicates["article_id"]) == {frame["id"]["http://news.example/day/1"]}


def test_an_older_capture_that_comes_late_makes_no_version(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    address = "http://news.example/day/1"
    run_build(job, write_warc(tmp_path, [(address, story(1, "The second wording"))], name="new"))
    old = write_warc(tmp_path, [(address, story(1, "The first wording"))], name="old", start=MOMENT - timedelta(days=9))
    _, (report,) = run_build(job, old)
    assert report.outcomes == {"unchanged": 1}
    assert "second wording" in load(job.data_dir)["body"][0]


def test_a_file_cut_in_the_middle_gives_what_is_whole(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    path = write_warc(tmp_path, stories(10))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    code, (report,) = run_build(job, path)
    assert code == report.exit_code == 4
    assert 4 <= report.rows <= 7
    (damage,) = report.damaged
    assert damage.startswith(f"{path.name} at byte ")
    assert "ends inside a gzip member" in damage
    assert "damaged" in report.reasons[0]


def test_a_missing_file_is_refused_before_anything_is_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = write_job(tmp_path)
    assert build_job(job, [tmp_path / "none.warc.gz"]) == 2
    assert "none.warc.gz: cannot be read: No such file" in caplog.text
    with pytest.raises(JobError, match=r"give a \.warc or \.warc\.gz file"):
        build(job, warc=[tmp_path / "none.warc.gz"])
    assert list((job.data_dir / "raw").iterdir()) == []


def test_a_file_that_is_no_warc_is_named(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    (tmp_path / "notes.warc").write_text("just some notes", encoding="utf-8")
    report = build(job, warc=[tmp_path / "notes.warc"])
    assert report.pages == 0
    assert [damage.file for damage in report.damaged] == ["notes.warc"]


@pytest.mark.parametrize("content", [b"", random.Random(7).randbytes(50_000)], ids=["empty", "noise"])
def test_a_file_without_any_page_is_named_though_no_run_comes_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    (tmp_path / "other.warc.gz").write_bytes(content)
    code, reports = run_build(write_job(tmp_path), tmp_path / "other.warc.gz")
    assert (code, reports) == (4, [])
    assert caplog.messages[0].startswith("other.warc.gz at byte 0: ")


def archive(job: Job, tmp_path: Path, count: int) -> str:
    """Have pages of others in our archive, not built; the run's id."""
    data = data_of(job)
    with Ledger(data.ledger) as ledger:
        (line,) = take_over(ledger, data, job.job.name, [write_warc(tmp_path, stories(count))])
    return str(line["run_id"])


def test_damage_in_our_own_archive_is_one_outcome_each(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    run_id = archive(job, tmp_path, 8)
    data = data_of(job)
    with Ledger(data.ledger) as ledger:
        third = ledger.awaiting_build(run_id)[2].location
    path = data.raw / third.file
    content = bytearray(path.read_bytes())
    content[third.offset + third.length // 2] ^= 0xFF
    path.write_bytes(content)
    report = build(job)
    assert report.outcomes == {Outcome.ARTICLE: 7, Outcome.QUARANTINED_ERROR: 1}
    with Ledger(data.ledger) as ledger:
        (bad,) = [row for row in ledger.outcomes(run_id) if row.outcome == "quarantined.error"]
    assert bad.url == "http://news.example/day/3"
    assert f"{third.file} at byte {third.offset}" in bad.detail


def test_a_missing_archive_file_is_an_outcome_for_each_page(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    archive(job, tmp_path, 3)
    for path in data_of(job).raw.iterdir():
        path.unlink()
    assert build(job).outcomes == {Outcome.QUARANTINED_ERROR: 3}


def test_pages_that_kill_are_quarantined_and_the_rest_built(tmp_path: Path) -> None:
    job = write_job(tmp_path, "max_quarantined = 0.1\n")
    run_id = archive(job, tmp_path, 30)
    report = build(job, task="tests.run.poison:real_but_day_seven", limits=Limits(cpu_s=60, wall_s=300))
    assert report.outcomes == {Outcome.ARTICLE: 29, Outcome.QUARANTINED_CRASH: 1}
    with Ledger(data_of(job).ledger) as ledger:
        assert ledger.books(run_id).balanced


def test_batches_are_cut_and_named_by_their_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = write_job(tmp_path)
    run_id = archive(job, tmp_path, 10)
    monkeypatch.setattr(batches, "BATCH_PAGES", 4)
    report = build(job)
    assert (report.batches, report.pages, report.run_ids) == (3, 10, [run_id])
    assert len(list((job.data_dir / "articles").rglob("part-*.parquet"))) == 3
    assert build(job).batches == 0


def test_a_build_that_is_stopped_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = write_job(tmp_path)
    archive(job, tmp_path, 10)
    monkeypatch.setattr(batches, "BATCH_PAGES", 4)
    asked = iter([False] * 6 + [True] * 100)
    stopped = build(job, stop=lambda: next(asked))
    assert (stopped.stopped, stopped.batches, stopped.pages) == (True, 1, 4)
    rest = build(job)
    assert (rest.stopped, rest.batches, rest.pages) == (False, 2, 6)
    assert sorted(table(job)["url"]) == sorted(url for url, _ in stories(10))


KILLED = """
import os, sys
from pathlib import Path
from pipeline.run import batches
from pipeline.run.build import build
from pipeline.run.job import load_job
from pipeline.store import durable, tables
from pipeline.store.ledger import Ledger
point = sys.argv[2]
batches.BATCH_PAGES = 4
left = [int(sys.argv[3])]
def dying(function):
    def call(*args, **kwargs):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), 9)
        return function(*args, **kwargs)
    return call
if point == "planning": Ledger.plan_batch = dying(Ledger.plan_batch)
if point == "reading": batches.read = dying(batches.read); import pipeline.run.build as b; b.read = batches.read
if point == "renaming": Path.replace = dying(Path.replace)
if point == "renamed": durable.sync_folder = dying(durable.sync_folder)
if point == "committing": Ledger.commit_batch = dying(Ledger.commit_batch)
if point == "committed":
    commit = Ledger.commit_batch
    def call(*args, **kwargs):
        commit(*args, **kwargs)
        os.kill(os.getpid(), 9)
    Ledger.commit_batch = call
build(load_job(Path(sys.argv[1])))
"""


@pytest.mark.parametrize(
    ("point", "after"),
    [("planning", 1), ("reading", 6), ("renaming", 1), ("renamed", 4), ("committing", 1), ("committed", 0)],
)
def test_killed_anywhere_and_built_again_no_page_is_lost_and_no_row_twice(
    tmp_path: Path, point: str, after: int
) -> None:
    job = write_job(tmp_path)
    run_id = archive(job, tmp_path, 12)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(job.path), point, str(after)], check=False, cwd=ROOT, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with Ledger(data_of(job).ledger) as ledger:
        assert ledger.books(run_id).awaiting > 0
    assert build_job(job) == 0
    frame = table(job)
    assert sorted(frame["url"]) == sorted(url for url, _ in stories(12))
    report = read_report(data_of(job), run_id)
    assert (report.rows, report.outcomes, report.problems) == (12, {"article": 12}, ())
    assert list(job.data_dir.rglob(".tmp-*")) == []


def test_killed_at_random_moments_and_built_again(tmp_path: Path) -> None:
    """The whole process, from outside, at moments drawn from a printed seed."""
    seed = int(time.time())
    print("seed", seed)
    draw = random.Random(seed)
    job = write_job(tmp_path)
    archive(job, tmp_path, 150)
    order = [sys.executable, "-c", KILLED.replace("= 4", "= 10"), str(job.path), "never", "0"]
    for _ in range(3):
        with subprocess.Popen(order, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            time.sleep(draw.uniform(0.8, 2.5))
            process.kill()
    assert build_job(job) == 0
    assert sorted(table(job)["url"]) == sorted(url for url, _ in stories(150))
    assert sorted(load(job.data_dir)["url"]) == sorted(url for url, _ in stories(150))


def test_the_books_notice_a_row_too_many(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    archive(job, tmp_path, 3)
    build(job)
    (part,) = (job.data_dir / "articles").rglob("part-*.parquet")
    os.link(part, part.with_name("part-copy.parquet"))
    code, (report,) = run_build(job)
    assert (code, report.exit_code) == (5, 5)
    assert report.problems == ("6 new rows, but 3 articles", "3 versions stand in the table more than once")
    assert "NOT BALANCED" in report.books
