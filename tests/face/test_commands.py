"""The commands as a user meets them first: help, version, and what is said when something is wrong."""

from __future__ import annotations

import re
import tomllib
from contextlib import closing

import pytest
from typer.main import get_command

from pipeline import __version__
from pipeline.cli.app import app
from pipeline.run.job import Job, load_job
from pipeline.store import ledger_schema, profiles_schema
from pipeline.store.layout import DataDir
from tests.conftest import ROOT

COMMANDS = list(get_command(app).commands)
"""From the command line itself, so that a new command cannot be forgotten here."""


def test_help_lists_every_command(broadsheet):
    done = broadsheet("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout
    assert "\x1b" not in done.stdout, "no colours where there is no terminal"


def test_the_commands_are_all_there():
    """``pipeline.cli`` imports the modules that add commands; the app alone would have some of them."""
    assert set(COMMANDS) >= {"demo", "init", "run", "crawl", "build", "extract", "explain"}
    assert set(COMMANDS) >= {"verify", "requeue", "export", "profiles"}


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_every_command_is_documented(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [command for command in COMMANDS if not re.search(rf"\bbroadsheet {command}\b", text)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(broadsheet, command):
    done = broadsheet(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: broadsheet {command}")
    assert "--version" in done.stdout
    if command in {"run", "crawl", "build"}:
        assert "Exit codes" in done.stdout
        assert "75" in done.stdout


@pytest.mark.parametrize("arguments", [["--version"], ["run", "--version"], ["explain", "--version"]])
def test_version(broadsheet, arguments):
    done = broadsheet(*arguments)
    assert (done.returncode, done.stdout) == (0, f"broadsheet {__version__}\n")


def test_help_loads_nothing_heavy(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys; sys.argv = ['broadsheet', '--help']\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'pyarrow', 'scrapy', 'trafilatura', 'pydantic', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, ["job.toml", "broadsheet init"]),
        ("[job\nname=1", ["job.toml", "not TOML", "line 1"]),
        ('[job]\nname = "x"\n[[sites]]\nstart = ["https://example.org/"]\n', ["job.contact", "mailto:"]),
        (
            '[job]\nname = "x"\ncontact = "mailto:a@example.org"\ncolour = 1\n[[sites]]\nstart = ["https://a.example/"]\n',
            ["job.colour"],
        ),
        (
            '[job]\nname = "x"\ncontact = "mailto:a@b.org"\n[[sites]]\nstart = ["https://a.example"]\nallow = ["("]',
            ["allow", "regular expression"],
        ),
    ],
    ids=["missing", "not TOML", "no contact", "unknown key", "bad pattern"],
)
def test_a_bad_job_file_is_refused_with_file_key_and_remedy(broadsheet, tmp_path, text, said):
    if text is not None:
        (tmp_path / "job.toml").write_text(text)
    done = broadsheet("run", "job.toml")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in said:
        assert word in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["crawl", "build"])
def test_the_halves_refuse_it_too(broadsheet, command):
    done = broadsheet(command, "job.toml")
    assert done.returncode == 2
    assert "broadsheet init" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["extract"],
        ["explain"],
        ["no-such-command"],
        ["run", "job.toml", "--limit", "0"],
        ["extract", "--speed"],
    ],
)
def test_bad_arguments_end_with_2(broadsheet, arguments):
    done = broadsheet(*arguments)
    assert done.returncode == 2
    assert "Usage: broadsheet" in done.stderr


def test_init_writes_a_job_with_every_key_at_its_default(broadsheet, tmp_path):
    assert broadsheet("init").returncode == 0
    job = load_job(tmp_path / "job.toml")
    content = tomllib.loads((tmp_path / "job.toml").read_text())
    bare = {
        "job": {key: content["job"][key] for key in ("name", "contact")},
        "sites": [{"start": content["sites"][0]["start"]}],
    }
    assert set(content["job"]) == set(type(job.job).model_fields)
    assert set(content["crawl"]) == set(type(job.crawl).model_fields)
    assert set(content["sites"][0]) == set(type(job.sites[0]).model_fields)
    lines = [f"[job]\nname = {bare['job']['name']!r}\ncontact = {bare['job']['contact']!r}\n"]
    lines.append(f"[[sites]]\nstart = {bare['sites'][0]['start']!r}\n")
    (tmp_path / "bare.toml").write_text("".join(lines))
    assert job.model_copy(update={"path": None}) == _without_path(load_job(tmp_path / "bare.toml"))


def test_init_replaces_a_file_only_when_told_to(broadsheet, tmp_path):
    (tmp_path / "mine.toml").write_text("# mine\n")
    refused = broadsheet("init", "mine.toml")
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert (tmp_path / "mine.toml").read_text() == "# mine\n"
    assert broadsheet("init", "mine.toml", "--force").returncode == 0
    assert load_job(tmp_path / "mine.toml").job.name == "my-articles"


def _without_path(job: Job) -> Job:
    return job.model_copy(update={"path": None})


@pytest.mark.parametrize("command", [["verify"], ["profiles"], ["explain", "https://a.example/"]])
def test_a_database_that_does_not_open_is_told_in_a_line(broadsheet, tmp_path, command):
    """As on a read-only disk, where SQLite cannot make the files that it needs beside the database."""
    data = DataDir(tmp_path / "data")
    data.make()
    data.lock.touch()
    for path, connect in ((data.ledger, ledger_schema.connect), (data.profiles, profiles_schema.connect)):
        with closing(connect(path)):
            pass
        path.with_name(f"{path.name}-wal").mkdir()  # root may write where nobody may, but not this
    done = broadsheet(*command, "--data", str(data.root))
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr
    assert "cannot be opened" in done.stderr
