"""Which files are pages, what they are called, and what is said of those that cannot be reached."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.run.extract_files import extract_files
from pipeline.run.sources import Damaged, find_sources, read_source
from tests.run.places import story

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_suffixes_are_read_in_either_case(tmp_path: Path) -> None:
    for name in ("a.HTML", "b.Htm", "c.html.GZ", "d.html", "e.HTML.txt"):
        (tmp_path / name).write_bytes(story(1))
    assert [source.id for source in find_sources([str(tmp_path)])] == ["a", "b.Htm", "c", "d"]


def test_pages_of_one_name_are_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("a.html", "a.html.gz", "b.html"):
        (tmp_path / name).write_bytes(story(1))
    assert [source.id for source in find_sources([str(tmp_path)])] == ["a", "a", "b"]
    assert caplog.messages == [f"{tmp_path}/a.html, {tmp_path}/a.html.gz are all called a in the output"]


def test_a_folder_that_cannot_be_listed_is_no_silence(tmp_path: Path) -> None:
    """Its path is longer than the kernel takes: that holds for root too."""
    (tmp_path / "a.html").write_bytes(story(1))
    inside = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(25):
            os.mkdir("d" * 200, dir_fd=inside)
            inner = os.open("d" * 200, os.O_RDONLY, dir_fd=inside)
            os.close(inside)
            inside = inner
    finally:
        os.close(inside)
    good, shut = find_sources([str(tmp_path)])
    assert (good.id, shut.id[:3], shut.id[-1]) == ("a", "ddd", "/")
    assert read_source(shut, NOW) == Damaged("quarantined.error", "this folder cannot be listed: File name too long")
    results = list(extract_files([good, shut], NOW, workers=1))
    assert [(result.read, bool(result.problem)) for result in results] == [(True, False), (False, True)]
