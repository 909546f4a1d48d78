"""Every command that README.md and CONTRIBUTING.md show is run, on what the demo left."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.run.job import load_job
from pipeline.run.sample_site import serve, write_job
from tests.conftest import BIN, ROOT, TIME_OUT_S, Demo

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return [body for name, body in FENCE.findall(text) if name == kind]


def commands() -> list[str]:
    return [line for block in blocks(README, "sh") for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def place(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout after ``make demo``: the demo's data, the sample site and the environment."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(demo.folder / "data", folder / "data")
    (folder / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    (folder / ".venv").symlink_to(BIN.parent)
    return folder


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serve() as (_, port):
        yield port


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=TIME_OUT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
    )


def test_every_shell_command_works(place, port):
    """In their order, each ending with 0. ``make`` is asked what it would do: this test is a part of it."""
    for command in commands():
        if command.startswith("make "):
            done = run(["make", "-n", "-C", str(ROOT), *command.split()[1:]], place)
        else:
            done = run(["sh", "-c", command], place)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if command.startswith("broadsheet init"):
            # The reader fills in sites of their own here; ours is the sample site.
            job = place / command.split()[-1]
            assert load_job(job).job.contact == "mailto:you@example.org"
            write_job(place, port).replace(job)
    assert len((place / "articles.jsonl").read_bytes().splitlines()) > 20
    assert "<mark" in (place / "explained.html").read_text(encoding="utf-8")
    assert list((place / "data" / "outcomes").glob("*.parquet")), "broadsheet run wrote where its job file says"


@pytest.mark.parametrize("code", blocks(README, "python"), ids=lambda code: code.splitlines()[-1][:40])
def test_every_python_block_works(place, code):
    done = run([sys.executable, "-c", code], place)
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    assert done.stdout.strip(), "it prints something"


@pytest.mark.parametrize("code", blocks(README, "toml"))
def test_the_job_file_shown_is_a_job_file(tmp_path, code):
    (tmp_path / "job.toml").write_text(code)
    assert load_job(tmp_path / "job.toml").sites


def test_commands_of_contributing_exist():
    lines = [line for block in blocks((ROOT / "CONTRIBUTING.md").read_text(), "sh") for line in block.splitlines()]
    assert lines
    for line in lines:
        assert line.startswith("make "), "only make is shown there, so only make is checked"
        done = run(["make", "-n", "-C", str(ROOT), *line.split()[1:]], ROOT)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


@pytest.mark.parametrize("target", ["bench", "bench-quality", "bench-speed", "model"])
def test_a_bench_without_its_folder_says_what_to_name(tmp_path, target):
    done = run(["make", "-f", str(ROOT / "Makefile"), "-o", "setup", target, "BENCHMARK=nowhere"], tmp_path)
    assert done.returncode != 0
    assert "no benchmark folder nowhere" in done.stderr
    assert "BENCHMARK=" in done.stderr


@pytest.mark.parametrize("target", ["bench", "bench-quality"])
def test_a_bench_of_a_fresh_clone_says_what_makes_its_weights(tmp_path, target):
    (tmp_path / "pages").mkdir()
    done = run(["make", "-f", str(ROOT / "Makefile"), "-o", "setup", target, "BENCHMARK=pages"], tmp_path)
    assert done.returncode != 0
    assert "build/folds" in done.stderr
    assert "make model BENCHMARK=pages" in done.stderr
    assert "Traceback" not in done.stderr


def test_make_help_lists_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([\w-]+):", text, re.M)
    assert {"bench", "bench-quality", "bench-speed"} <= set(targets)
    done = run(["make", "-C", str(ROOT), "help"], ROOT)
    assert [name for name in targets if not re.search(rf"^make {name} ", done.stdout, re.M)] == []
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)", text, re.M)
    assert phony is not None
    assert set(phony[1].replace("\\", " ").split()) == set(targets)


def test_links_lead_to_files():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def test_the_lists_of_the_readme_are_whole():
    from pipeline.outcome import Outcome

    for outcome in Outcome:
        stem, _, rest = outcome.value.partition(".")
        assert f"`{stem}`" in README or f"`{stem}.`" in README
        assert not rest or f"`{rest}`" in README, outcome
