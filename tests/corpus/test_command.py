"""``broadsheet profiles``: what was learned can be seen, struck and brought back."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest

from pipeline.cleaning.fold import fold
from pipeline.command.profiles import change_entry, list_entries, list_sites
from pipeline.store.layout import DataDir
from pipeline.store.profiles import ProfileStore
from tests.conftest import Run
from tests.corpus.pages import BANNER, SITE
from tests.corpus.test_store import DOUBTED, NOW, article


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = DataDir(tmp_path / "data")
    folder.make()
    with ProfileStore(folder.profiles) as store:
        store.stage("one", [article(n, DOUBTED) for n in range(3)])
        store.take_in(set())
        store.publish(NOW)
    return folder.root


def test_an_entry_is_shown_struck_and_restored(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_sites(data, machine=True) == 0
    (site,) = json.loads(capsys.readouterr().out)
    assert (site["site"], site["entries"], site["struck"]) == (SITE, 1, 0)
    assert change_entry(data, SITE, BANNER, restore=False) == 0
    assert list_entries(data, SITE, machine=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["entries"], said["struck"]) == ([], [fold(BANNER)])
    assert change_entry(data, SITE, BANNER, restore=True) == 0
    assert list_entries(data, SITE, machine=False) == 0
    shown = capsys.readouterr().out
    assert site["version"] in shown
    assert "the post is read in four valleys" in shown
    assert "2026-03-01" in shown


def test_what_is_not_there_is_refused_with_the_remedy(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_sites(data / "none", machine=False) == 2
    assert list_entries(data, "other.example", machine=False) == 2
    assert change_entry(data, SITE, "no such line on any page", restore=False) == 2
    none, site, entry = capsys.readouterr().err.splitlines()
    assert "a build learns them" in none
    assert "nothing is learned of 'other.example'; see: broadsheet profiles" in site
    assert "no entry with the text 'no such line on any page'" in entry


def test_nothing_is_struck_while_a_run_is_at_work(data: Path) -> None:
    with DataDir(data).lock.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert change_entry(data, SITE, BANNER, restore=False) == 75
    with ProfileStore(DataDir(data).profiles) as store:
        assert SITE in store


def test_from_the_command_line(data: Path, broadsheet: Run) -> None:
    done = broadsheet("profiles", SITE, "--strike", BANNER, "--data", str(data))
    assert (done.returncode, done.stdout) == (0, "")
    assert "the profile is now empty" in done.stderr
    assert broadsheet("profiles", "--strike", BANNER, "--data", str(data)).returncode == 2
