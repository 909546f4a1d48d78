"""Builds learn as they go, work with what earlier ones learned, and say in each row with which."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path

import pandas as pd
import pytest

from pipeline.run.build import build
from pipeline.run.job import Job
from pipeline.run.jobs import build_job
from pipeline.run.upkeep import verify_data
from pipeline.store import profiles
from pipeline.store.profiles import ProfileStore
from tests.conftest import Run
from tests.run.places import data_of, story, write_job, write_warc

SITE = "news.example"
FOOT = "Printed on the quay and read in four valleys"
FOOTER = f"<footer><p>{FOOT}</p></footer></body>".encode()


def pages(first: int, number: int = 3) -> list[tuple[str, bytes]]:
    numbers = range(first, first + number)
    bodies = [story(n).replace(b"<p>", f"<p>On day {n} the tide stood at {n} hands. ".encode()) for n in numbers]
    return [(f"http://{SITE}/{n}", each.replace(b"</body>", FOOTER)) for n, each in zip(numbers, bodies, strict=True)]


def learned(job: Job) -> int:
    """Pages on which the footer is known to stand, 0 when it is no entry."""
    with ProfileStore(data_of(job).profiles) as store:
        profile = store.learned(SITE)
        return {entry.text: entry.pages for entry in profile.entries}.get(FOOT.lower(), 0) if profile else 0


def versions(job: Job) -> dict[int, str]:
    frame = pd.read_parquet(job.data_dir / "articles")
    return {int(row.url.rsplit("/", 1)[1]): row.profile_version for row in frame.itertuples()}


def test_a_build_learns_and_the_next_one_works_with_it(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    names = (f"warc{number}" for number in count())
    build(job, warc=[write_warc(tmp_path, pages(1), name=next(names))], workers=1)
    assert learned(job) == 3
    with ProfileStore(data_of(job).profiles) as store:
        first = store[SITE].version
    build(job, warc=[write_warc(tmp_path, pages(4), name=next(names))], workers=1)
    assert versions(job) == {1: "", 2: "", 3: "", 4: first, 5: first, 6: first}
    assert learned(job) == 6


def test_what_is_not_committed_is_not_learned_and_counts_once_when_it_is(tmp_path: Path) -> None:
    job = write_job(tmp_path)
    data = data_of(job)
    path = write_warc(tmp_path, pages(1))
    asked = count()
    assert build(job, warc=[path], workers=1, stop=lambda: next(asked) >= 2).stopped
    assert learned(job) == 0
    in_the_way = data.articles / "fetched=2026-03-01"
    in_the_way.write_bytes(b"")  # the batch's files cannot be written: it is staged, and stays planned
    with pytest.raises(OSError, match="fetched=2026-03-01"):
        build(job, workers=1)
    assert learned(job) == 0
    with ProfileStore(data.profiles) as store:
        store.publish(pd.Timestamp.now("UTC").to_pydatetime())
        assert store.sites() == []
    in_the_way.unlink()
    build(job, workers=1)
    assert learned(job) == 3


def three_builds(folder: Path) -> Job:
    """The first without a profile, the second with one, the third with the one that the second has taught anew."""
    job = write_job(folder, "max_quarantined = 1.0\n")
    for number in range(3):
        found = [
            (url, page.replace(b"</footer>", f"<p>{NEW_FOOT}</p></footer>".encode()) if number else page)
            for url, page in pages(1 + 3 * number)
        ]
        assert build_job(job, [write_warc(folder, found, name=f"warc{number}")]) == 0
    assert [len(set(list(versions(job).values())[place : place + 3])) for place in (0, 3, 6)] == [1, 1, 1]
    assert len(set(versions(job).values())) == 3
    return job


NEW_FOOT = "Letters to the editor are answered by the woman who sells the ink"


def rows(job: Job) -> pd.DataFrame:
    return pd.read_parquet(job.data_dir / "articles").sort_values("url").reset_index(drop=True)


def removed(job: Job) -> pd.DataFrame:
    frame = pd.read_parquet(job.data_dir / "removals")
    return frame.sort_values(["url", "position"]).reset_index(drop=True)


def test_a_repair_works_with_the_profiles_of_the_rows(tmp_path: Path) -> None:
    job = three_builds(tmp_path)
    before, gone = rows(job), removed(job)
    for path in (job.data_dir / "articles").rglob("part-*.parquet"):
        path.write_bytes(b"")
    looked = verify_data(job.data_dir, repair=True)
    assert (looked.exit_code, [deed for deed in looked.mended.deeds if "profile" in deed]) == (0, [])
    pd.testing.assert_frame_equal(rows(job), before)
    pd.testing.assert_frame_equal(removed(job), gone)


def test_a_profile_that_is_no_longer_kept_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broadsheet: Run
) -> None:
    monkeypatch.setattr(profiles, "VERSIONS_KEPT", 1)
    job = three_builds(tmp_path)
    (lost,) = {version for number, version in versions(job).items() if 4 <= number < 7}
    for path in (job.data_dir / "articles").rglob("part-*.parquet"):
        path.write_bytes(b"")
    told = broadsheet("explain", f"http://{SITE}/5", "--data", job.data_dir).stderr
    assert f"version {lost}, which the row names, is no longer kept; explained with that of today" in told
    looked = verify_data(job.data_dir, repair=True)
    assert looked.exit_code == 0
    words = f"profile of {SITE}: version {lost} is no longer kept; that of today is used"
    assert [deed for deed in looked.mended.deeds if "profile" in deed] == [words]


def test_explain_works_with_the_profile_of_the_row(tmp_path: Path, broadsheet: Run) -> None:
    job = three_builds(tmp_path)
    for number in (2, 5, 8):
        url = f"http://{SITE}/{number}"
        done = broadsheet("explain", url, "--data", job.data_dir, "--json")
        assert (done.returncode, "profile" in done.stderr) == (0, False), done.stderr
        assert json.loads(done.stdout)["profile_version"] == versions(job)[number]


def test_a_strike_acts_on_what_was_built_before_when_the_archive_is_built_into_another_folder(
    tmp_path: Path, broadsheet: Run
) -> None:
    """The way that the README names: copy profiles.sqlite beside, then ``build --warc`` of the archive's files."""
    job = three_builds(tmp_path)
    assert broadsheet("profiles", SITE, "--strike", FOOT, "--data", job.data_dir).returncode == 0
    with ProfileStore(data_of(job).profiles) as store:
        struck = store[SITE].version
    other = tmp_path / "other"
    other.mkdir()
    again = write_job(other, "max_quarantined = 1.0\n")
    again.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(data_of(job).profiles, data_of(again).profiles)
    assert build_job(again, sorted(data_of(job).raw.rglob("*.warc.gz"))) == 0
    assert struck not in versions(job).values()
    assert versions(again) == dict.fromkeys(versions(job), struck)
