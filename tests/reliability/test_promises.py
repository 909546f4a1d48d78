"""Every promise of the README and of docs/reliability.md names tests and commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:(tests/[\w/]+\.py))?::(\w+)`")


def named_tests(text: str) -> list[tuple[str, str]]:
    """File and name of each test; a name without a file is of the file named before it."""
    found: list[tuple[str, str]] = []
    for file, name in NAMED.findall(text):
        found.append((file or found[-1][0], name))
    return found


@pytest.mark.parametrize("page", ["README.md", "docs/reliability.md"])
def test_every_test_that_is_named_exists(page: str) -> None:
    named = named_tests((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) >= 10
    for file, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), f"{page}: {file}::{name}"


@pytest.mark.parametrize("page", ["README.md", "docs/reliability.md"])
def test_every_command_that_is_named_exists(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.M), f"{page}: make {target}"
    for module in re.findall(r"`python -m (bench\.\w+)", text):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists(), f"{page}: {module}"


def test_every_promise_of_the_readme_has_its_test() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## What is promised")[2].partition("\n## ")[0].partition("Not promised")[0]
    promises = re.split(r"^\d+\. ", section, flags=re.M)[1:]
    assert len(promises) >= 9
    assert [promise for promise in promises if not named_tests(promise)] == []
