"""What several tests share: the command line as a real process, and one run of the demo for all of them."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SHARED = ROOT.parent / "shared"
TIME_OUT_S = 1_200.0  # a safety limit, never a measurement

Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes do not name a test: packed ones hold the time, and two workers would collect different tests."""
    return argname if isinstance(val, bytes) else None


def run_broadsheet(
    *arguments: str | Path, cwd: Path, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``broadsheet`` with these arguments, as a user would start it; output is text."""
    done = subprocess.run(
        [BIN / "broadsheet", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=TIME_OUT_S,
        env={**os.environ, **(env or {})},
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@pytest.fixture
def broadsheet(tmp_path: Path) -> Run:
    """The command in an empty folder: ``broadsheet("extract", "page.html")``; ``cwd`` may be given."""

    def run(*arguments: str | Path, cwd: Path = tmp_path, **options: object) -> subprocess.CompletedProcess[str]:
        return run_broadsheet(*arguments, cwd=cwd, **options)  # type: ignore[arg-type]

    return run


@dataclass(frozen=True)
class Demo:
    """One run of ``broadsheet demo``: the folder it was started in, its data folder and what it said."""

    folder: Path
    stdout: str
    stderr: str
    exit_code: int
    seconds: float

    @property
    def data(self) -> Path:
        return self.folder / "data" / "demo" / "data"

    @property
    def job(self) -> Path:
        return self.folder / "data" / "demo" / "sample.toml"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, run once for all tests and all workers of pytest-xdist. Its folder is for reading."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    folder.mkdir(exist_ok=True)
    told = folder / "told.json"
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            begun = time.monotonic()
            done = run_broadsheet("demo", cwd=folder)
            told.write_text(json.dumps([done.stdout, done.stderr, done.returncode, time.monotonic() - begun]))
    stdout, stderr, exit_code, seconds = json.loads(told.read_text())
    assert exit_code == 0, f"the demo ended with exit code {exit_code}:\n{stderr}\n{stdout}"
    return Demo(folder, stdout, stderr, exit_code, seconds)
