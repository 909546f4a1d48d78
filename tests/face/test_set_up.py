"""``make`` says what is missing, sets up once, and on a terminal shows what it shows elsewhere in plain lines."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import BIN, ROOT

SYSTEM_PYTHON = getattr(sys, "_base_executable", sys.executable)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up needs of a checkout, and no environment."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in ("Makefile", "pyproject.toml", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **env},
    )


@pytest.mark.parametrize("target", ["setup", "test", "demo"])
def test_without_venv_and_pip_the_package_to_install_is_named(checkout, tmp_path, target):
    for name in ("ensurepip", "pip"):
        (tmp_path / "gone" / name).mkdir(parents=True)
        (tmp_path / "gone" / name / "__init__.py").write_text(f"raise ImportError('no {name}')\n")
    done = make(checkout, target, f"PYTHON={SYSTEM_PYTHON}", PYTHONPATH=str(tmp_path / "gone"))
    assert done.returncode == 2
    assert "sudo apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_without_python_the_package_to_install_is_named(checkout):
    done = make(checkout, "test", "PYTHON=")
    assert done.returncode == 2
    assert "sudo apt install python3" in done.stderr


def test_when_pip_fails_its_last_words_are_shown(checkout):
    (checkout / "requirements-dev.lock").write_text("no-such-package-of-ours==1.0 --hash=sha256:" + "0" * 64 + "\n")
    done = make(checkout, "setup", f"PYTHON={SYSTEM_PYTHON}", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 2
    assert "no-such-package-of-ours" in done.stderr
    assert "set_up.log" in done.stderr
    assert not (checkout / ".venv" / ".ready").exists()


def test_help_of_make_lists_its_targets(checkout):
    done = make(checkout, "help")
    assert {"make setup", "make test", "make demo", "make lint", "make lock", "make help"} <= {
        " ".join(line.split()[:2]) for line in done.stdout.splitlines()
    }
    assert make(checkout).stdout == done.stdout, "make alone shows it too"


def test_on_a_terminal_help_is_framed():
    main, terminal = pty.openpty()
    with os.fdopen(main, "rb", buffering=0) as screen:
        subprocess.run([BIN / "broadsheet", "--help"], stdout=terminal, stdin=terminal, stderr=terminal, check=True)
        os.close(terminal)
        shown = b""
        while chunk := _read(screen.fileno()):
            shown += chunk
    assert "╭".encode() in shown
    assert b"Commands" in shown


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # the other side has gone: how Linux says end of file here
        return b""
