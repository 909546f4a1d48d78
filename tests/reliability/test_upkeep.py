"""Damage made on purpose in a real data folder: named, mended from the archive, or said not to be."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.crash_site import serve
from bench.crash_site import write_job as write_crash_job
from pipeline import load
from pipeline.outcome import Outcome
from pipeline.run.build import build
from pipeline.run.job import Job, load_job
from pipeline.run.jobs import build_job, crawl_job, run_job
from pipeline.run.report import read_report
from pipeline.run.upkeep import requeue, verify_data
from pipeline.store.claim import claim
from pipeline.store.export import safe_cell
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.releases import ReleaseError, current_release, publish_release, versions
from pipeline.store.tables import write_batch
from pipeline.store.verify import Kind
from pipeline.store.warc import read_warc
from tests.run.places import MOMENT, data_of, row, story, write_job, write_warc

PAGES = 12


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a job and its data: two captures of the same addresses, of which some changed."""
    folder = tmp_path_factory.mktemp("made")
    job = write_job(folder)
    first = [(f"http://news.example/day/{number}", story(number)) for number in range(PAGES)]
    second = [(url, story(number, "The harbour office counted them twice")) for number, (url, _) in enumerate(first)][
        :4
    ]
    assert build_job(job, [write_warc(folder, first, name="one")]) == 0
    assert build_job(job, [write_warc(folder, second, name="two", start=MOMENT + timedelta(days=1))]) == 0
    return folder


@pytest.fixture
def job(made: Path, tmp_path: Path) -> Job:
    shutil.copytree(made / "data", tmp_path / "data")
    return write_job(tmp_path)


def kinds(job: Job, **options: bool) -> list[Kind]:
    return [damage.kind for damage in verify_data(job.data_dir, **options).left.damages]


def table(job: Job, name: str = "articles") -> pd.DataFrame:
    frame = pd.concat(
        [pq.ParquetFile(path).read().to_pandas() for path in (job.data_dir / name).rglob("part-*.parquet")]
    )
    return frame.sort_values(["url", "version"] if name == "articles" else ["url", "position"]).reset_index(drop=True)


def flip(path: Path, share: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 0x40
    path.write_bytes(bytes(content))


def largest(folder: Path, pattern: str) -> Path:
    return max(folder.rglob(pattern), key=lambda path: path.stat().st_size)


def test_what_nobody_touched_is_sound(job: Job) -> None:
    looked = verify_data(job.data_dir)
    assert (looked.exit_code, looked.found.damages) == (0, [])
    found = looked.found
    assert (found.records, found.rows, found.releases, found.runs) == (PAGES + 4, PAGES + 4, 2, 2)


@pytest.mark.parametrize("harm", ["cut", "empty", "flip", "gone", "other"])
def test_a_table_file_is_named_and_built_again_with_the_same_rows(job: Job, harm: str) -> None:
    before, names = table(job), sorted((job.data_dir / "articles").rglob("*.parquet"))
    for path in names:
        if harm == "gone":
            path.unlink()
        elif harm == "flip":
            flip(path, 0.2)
        elif harm == "other":
            shutil.copy(largest(job.data_dir / "removals", "*.parquet"), path)
        else:
            path.write_bytes(path.read_bytes()[: 0 if harm == "empty" else path.stat().st_size // 2])
    assert kinds(job) == [Kind.ROWS if harm == "gone" else Kind.TABLE] * len(names)
    looked = verify_data(job.data_dir, repair=True)
    assert (looked.exit_code, looked.mended.failures) == (0, ())
    assert sorted((job.data_dir / "articles").rglob("*.parquet")) == names
    pd.testing.assert_frame_equal(table(job), before)
    assert list(before["version"]).count(2) == 4, "or versions were not put to the test"
    assert len(list((job.data_dir / "damaged").glob("*"))) == (0 if harm == "gone" else len(names))


def test_a_removals_file_is_built_again(job: Job) -> None:
    before = table(job, "removals")
    flip(largest(job.data_dir / "removals", "*.parquet"), 0.3)
    assert kinds(job) == [Kind.TABLE]
    assert kinds(job, repair=True) == []
    pd.testing.assert_frame_equal(table(job, "removals"), before)


def test_every_flipped_byte_of_a_table_file_is_noticed_or_harmless(job: Job) -> None:
    """No flip may change what is read and be called sound."""
    path = largest(job.data_dir / "articles", "*.parquet")
    good, rows = path.read_bytes(), pq.ParquetFile(path).read().to_pylist()
    unnoticed = []
    for place in range(4, len(good), len(good) // 24):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
        if not kinds(job) and pq.ParquetFile(path).read().to_pylist() != rows:
            unnoticed.append(place)
    assert unnoticed == []


def test_a_damaged_record_is_named_with_its_place_and_cannot_be_mended(job: Job) -> None:
    with Ledger(data_of(job).ledger) as ledger:
        url, place = list(ledger.locations())[3]
    path = job.data_dir / "raw" / place.file
    content = bytearray(path.read_bytes())
    content[place.offset + place.length // 2] ^= 1
    path.write_bytes(bytes(content))
    looked = verify_data(job.data_dir, repair=True)
    assert looked.exit_code == 5
    (damage,) = looked.left.damages
    assert (damage.kind, damage.file, damage.offset) == (Kind.RECORD, f"raw/{place.file}", place.offset)
    assert url in damage.detail


def test_a_missing_archive_file_is_named_for_each_of_its_records(job: Job) -> None:
    path = largest(job.data_dir / "raw", "*.warc.gz")
    path.unlink()
    assert kinds(job) == [Kind.RECORD] * PAGES


def test_a_torn_tail_is_named_and_cut(job: Job) -> None:
    path = largest(job.data_dir / "raw", "*.warc.gz")
    good = path.read_bytes()
    path.write_bytes(good + good[:100])
    (damage,) = verify_data(job.data_dir).found.damages
    assert (damage.kind, damage.offset) == (Kind.TAIL, len(good))
    assert kinds(job, repair=True) == []
    assert path.read_bytes() == good
    assert len(list(read_warc(path))) == PAGES


def test_a_row_without_its_record_is_named(job: Job) -> None:
    write_batch(DataDir(job.data_dir), "f" * 16, [row("nowhere")], [])
    assert kinds(job) == [Kind.LINK]
    with Ledger(data_of(job).ledger) as ledger:
        _, place = next(ledger.locations())
    path = next((job.data_dir / "articles").rglob("part-" + "f" * 16 + ".parquet"))
    known = next(name for name in (job.data_dir / "articles").rglob("*.parquet") if name != path)
    rows = pq.ParquetFile(known).read().to_pylist()
    rows[0] |= {"warc_file": place.file, "warc_offset": place.offset + 1}
    path.unlink()
    with Ledger(data_of(job).ledger) as ledger:
        ledger.note_files(known.stem[5:], write_batch(DataDir(job.data_dir), known.stem[5:], rows, []))
    (damage,) = [each for each in verify_data(job.data_dir).found.damages if each.kind is Kind.LINK]
    assert rows[0]["url"] in damage.detail


def test_working_files_and_outcomes_are_mended(job: Job) -> None:
    outcomes = largest(job.data_dir / "outcomes", "*.parquet")
    before = pd.read_parquet(outcomes)
    outcomes.write_bytes(b"PAR1")
    (job.data_dir / "articles" / ".tmp-part-1.parquet.77").write_bytes(b"half")
    (job.data_dir / "releases" / ".tmp-20260101T000000Z" / "articles").mkdir(parents=True)
    (job.data_dir / "releases" / ".tmp-20260101T000000Z" / "articles" / "part-1.parquet").write_bytes(b"half")
    assert sorted(kinds(job)) == sorted([Kind.OUTCOMES, Kind.TEMPORARY, Kind.TEMPORARY])
    assert kinds(job, repair=True) == []
    pd.testing.assert_frame_equal(pd.read_parquet(outcomes), before)


def test_a_damaged_release_is_replaced_by_a_new_one(job: Job) -> None:
    before, name = load(job.data_dir), current_release(DataDir(job.data_dir))
    flip(largest(job.data_dir / "releases" / name, "*.parquet"), 0.3)
    assert kinds(job) == [Kind.RELEASE]
    assert kinds(job, repair=True) == []
    assert name not in versions(DataDir(job.data_dir))
    pd.testing.assert_frame_equal(load(job.data_dir), before)


def test_books_that_were_forged_are_named(job: Job) -> None:
    with Ledger(data_of(job).ledger) as ledger, ledger.transaction():
        ledger._db.execute("UPDATE visits SET state = 'leased' WHERE address_id = 1")
    assert Kind.BOOKS in kinds(job)


def test_the_command_names_the_damage_and_ends_with_5_then_0(job: Job, broadsheet) -> None:
    flip(largest(job.data_dir / "articles", "*.parquet"), 0.2)
    path = largest(job.data_dir / "articles", "*.parquet").relative_to(job.data_dir)
    done = broadsheet("verify", "--data", str(job.data_dir))
    assert (done.returncode, f"table file: {path.as_posix()}" in done.stdout) == (5, True)
    done = broadsheet("verify", "--data", str(job.data_dir), "--json", "--repair")
    said = json.loads(done.stdout)
    assert (done.returncode, said["exit_code"], said["damages"], len(said["found"])) == (0, 0, [], 1)
    done = broadsheet("verify", "--data", str(job.data_dir))
    assert (done.returncode, "all sound" in done.stdout) == (0, True)


def test_refusals(job: Job, tmp_path: Path, broadsheet) -> None:
    assert broadsheet("verify", "--data", str(tmp_path / "nothing")).returncode == 2
    assert broadsheet("requeue", "--data", str(tmp_path / "nothing")).returncode == 2
    done = broadsheet("export", "--data", str(tmp_path / "nothing"))
    assert (done.returncode, done.stdout) == (2, "")
    assert broadsheet("requeue", "--data", str(job.data_dir), "--class", "article").returncode == 2
    with (job.data_dir / ".lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert broadsheet("verify", "--data", str(job.data_dir)).returncode == 75
        assert broadsheet("requeue", "--data", str(job.data_dir)).returncode == 75


@pytest.fixture
def quarantined(tmp_path: Path) -> Job:
    """Ten pages, of which number 7 kills its worker."""
    job = write_job(tmp_path, "max_quarantined = 1.0\n")
    pages = [(f"http://news.example/day/{number}", story(number)) for number in range(10)]
    warc = write_warc(tmp_path, pages)
    with claim(data_of(job)):
        build(job, warc=[warc], task="tests.run.poison:real_but_day_seven")
    assert build_job(job) == 0
    return job


@pytest.mark.parametrize(
    "options",
    [{}, {"outcome": "quarantined.crash"}, {"site": "news.example"}, {"url": "http://news.example/day/7"}],
    ids=str,
)
def test_a_requeued_page_is_built_by_the_next_build_and_by_nothing_else(
    quarantined: Job, options: dict[str, str]
) -> None:
    data = data_of(quarantined)
    assert len(load(data.root)) == 9
    assert requeue(data.root, **options) == 1
    assert requeue(data.root, **options) == 0
    assert build_job(quarantined) == 0
    assert len(load(data.root)) == 10
    report = read_report(data)
    assert (report.outcomes["article"], report.problems) == (10, ())
    assert kinds(quarantined) == []


def test_a_run_builds_what_was_requeued_in_an_older_run(tmp_path: Path) -> None:
    with serve(24) as site:
        job = load_job(write_crash_job(tmp_path, site.port))
        assert crawl_job(job) == 0
        with claim(data_of(job)):
            build(job, task="tests.run.poison:leaves_at_three")
        assert build_job(job) in {0, 4}
        assert len(load(job.data_dir)) == 20
        assert requeue(job.data_dir) == 4
        assert run_job(job) == 0
    assert set(load(job.data_dir)["url"]) == site.addresses
    assert kinds(job) == []


def test_requeue_takes_only_what_was_asked_for(quarantined: Job) -> None:
    folder = quarantined.data_dir
    assert requeue(folder, "quarantined.timeout") == 0
    assert requeue(folder, site="other.example") == 0
    assert requeue(folder, url="http://news.example/day/6") == 0


def test_a_requeued_page_that_fails_again_is_quarantined_again(tmp_path: Path) -> None:
    """Alone in its batch both times: the batch has the same name again."""
    job = write_job(tmp_path, "max_quarantined = 1.0\n")
    warc = write_warc(tmp_path, [("http://news.example/day/7", story(7))])
    task = "tests.run.poison:real_but_day_seven"
    data = data_of(job)
    with claim(data):
        build(job, warc=[warc], task=task)
    for _ in range(2):
        assert requeue(data.root) == 1
        report = build(job, task=task)
        assert report.outcomes == {Outcome.QUARANTINED_CRASH: 1}
    assert requeue(data.root) == 1
    assert build_job(job) == 0
    assert len(load(data.root)) == 1
    assert kinds(job) == []


TRIGGERS = "=+-@\t\r"


@given(
    st.text(alphabet=" \u200b\ufeff\u00a0\u2060\n\x00\x0b", max_size=4), st.sampled_from(TRIGGERS), st.text(max_size=20)
)
def test_no_cell_begins_as_a_formula(before: str, trigger: str, rest: str) -> None:
    assert safe_cell(before + trigger + rest) == "'" + before + trigger + rest


@given(st.text(max_size=30))
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) in {text, "'" + text}
    assert safe_cell("a" + text) == "a" + text


def test_export_gives_every_row_in_both_forms(job: Job, tmp_path: Path, broadsheet) -> None:
    with_formula = tmp_path / "formulas"
    data = DataDir(with_formula)
    data.make()
    titles = ["=HYPERLINK(1)", " \u200b@SUM(1)", "-1", "plain", 'a\nb, "c"']
    write_batch(data, "0" * 16, [row(str(n), title=title) for n, title in enumerate(titles)], [])
    publish_release(data, {}, datetime.now(UTC))
    done = broadsheet("export", "--data", str(with_formula))
    cells = [each["title"] for each in csv.DictReader(io.StringIO(done.stdout, newline=""))]
    assert sorted(cells) == sorted(["'=HYPERLINK(1)", "' \u200b@SUM(1)", "'-1", "plain", 'a\nb, "c"'])
    raw = broadsheet("export", "--data", str(with_formula), "--raw")
    assert sorted(each["title"] for each in csv.DictReader(io.StringIO(raw.stdout, newline=""))) == sorted(titles)
    target = tmp_path / "out.jsonl"
    done = broadsheet("export", "--data", str(job.data_dir), "--format", "jsonl", "--output", str(target))
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    frame = load(job.data_dir)
    assert (done.returncode, [each["body"] for each in rows]) == (0, list(frame["body"]))
    assert list(rows[0]) == list(frame.columns)


def test_releases_beyond_the_last_few_go_and_as_of_never_gives_another(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    data.make()
    names = []
    for day in range(1, 6):
        write_batch(data, f"{day:016d}", [row(f"a{day}")], [])
        names.append(publish_release(data, {}, datetime(2026, 5, day, 12, tzinfo=UTC), keep=3))
    assert versions(data) == names[2:]
    assert len(load(tmp_path)) == 5
    assert len(load(tmp_path, as_of="2026-05-04")) == 4
    for gone in ("2026-05-02", "2026-05-01T13:00:00Z"):
        with pytest.raises(ReleaseError, match="no longer kept"):
            load(tmp_path, as_of=gone)
    with pytest.raises(ReleaseError, match="no release as old"):
        load(tmp_path, as_of="2026-04-30")
    assert not list(data.releases.glob(".tmp-*"))


def test_the_current_release_stays_when_it_is_an_old_one(tmp_path: Path) -> None:
    """Somebody points CURRENT back; the next, unchanged release is then the one in between."""
    data = DataDir(tmp_path)
    data.make()
    names = []
    for day in range(1, 4):
        write_batch(data, f"{day:016d}", [row(f"a{day}")], [])
        names.append(publish_release(data, {}, datetime(2026, 5, day, 12, tzinfo=UTC)))
    for path in (data.articles).rglob("part-*[23].parquet"):
        path.unlink()
    (data.releases / "CURRENT").write_text(names[0] + "\n")
    assert publish_release(data, {}, datetime(2026, 5, 9, tzinfo=UTC), keep=1) == names[0]
    assert versions(data) == [names[0], names[2]]
    assert len(load(tmp_path)) == 1
    with pytest.raises(ReleaseError, match="no longer kept"):
        load(tmp_path, as_of="2026-05-02")


def test_the_lock_is_free_for_readers_of_a_read_only_folder(job: Job) -> None:
    code = "import sys; from pathlib import Path; from pipeline.run.upkeep import verify_data; "
    code += "sys.exit(verify_data(Path(sys.argv[1])).exit_code)"
    before = {path: path.stat().st_mtime_ns for path in job.data_dir.rglob("*.parquet")}
    done = subprocess.run([sys.executable, "-c", code, str(job.data_dir)], check=False, env=os.environ)
    assert done.returncode == 0
    assert {path: path.stat().st_mtime_ns for path in job.data_dir.rglob("*.parquet")} == before
