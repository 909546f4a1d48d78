"""``broadsheet extract``: files, folders, stdin; one line a page whatever it holds."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import Page, extract
from pipeline.run.sources import MAX_BYTES
from tests.conftest import BIN, TIME_OUT_S

SENTENCES = (
    "The weir below the mill was lowered by a hand's breadth last autumn, and the trout have come back to the pool.",
    "Nobody had counted them since the flood, so the angling club paid two students to sit on the bank with a clicker.",
    "They wrote down every fish that jumped, the hour and the weather, and drank a great deal of tea from a flask.",
    "In the end they had a list of four hundred and twelve leaps, which may well have been the same twelve trout.",
)
KEYS = [
    "id", "url", "text", "title", "author", "date", "language", "page_type", "outcome", "confidence", "completeness",
    "spin_score", "flags", "removed",
]  # fmt: skip
REMOVED_KEYS = ["position", "reason", "class", "rule", "score", "template", "similarity", "text"]


def article(title: str = "Trout return to the mill pool") -> bytes:
    paragraphs = "".join(f"<p>{sentence}</p>\n" for sentence in SENTENCES)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>"
        '<link rel=canonical href="https://mill.example/trout">'
        '<meta property="article:published_time" content="2026-03-05T23:30:00-05:00"></head><body>'
        "<nav><ul><li><a href=/>Home</a><li><a href=/news>News</a><li><a href=/about>About us</a></ul></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article>"
        "<div class=share-buttons><a href=/s>Share this</a></div>"
        "<footer><p>© 2026 The Mill Pool</p></footer></body></html>"
    ).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Good pages at several depths, and every kind of bad file."""
    pages = tmp_path / "pages"
    (pages / "a" / "b").mkdir(parents=True)
    noise = random.Random(7).randbytes(4000)
    packed = gzip.compress(article())
    files = {
        "one.html": article(),
        "a/two.html.gz": packed,
        "a/b/three.v2.html": article(),
        "a/b/old.htm": article(),
        "cut.html.gz": packed[: len(packed) // 2],
        "two-members.html.gz": gzip.compress(article()[:500]) + gzip.compress(article()[500:]),
        "not-packed.html.gz": article(),
        "noise.html": noise,
        "noise.html.gz": noise,
        "empty.html": b"",
        "empty.html.gz": b"",
        "bomb.html.gz": gzip.compress(b" " * (MAX_BYTES + 1)),
        "notes.txt": b"no page",
    }
    for name, content in files.items():
        (pages / name).write_bytes(content)
    (pages / "gone.html").symlink_to(pages / "nowhere")
    return pages


@pytest.fixture
def lines(broadsheet, folder, tmp_path) -> dict[str, dict]:
    done = broadsheet("extract", folder, "--jsonl", "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows) - 2, "noise and empty stand there twice, as .html and as .html.gz"
    found["noise.gz"], found["noise"] = (row for row in sorted((r for r in rows if r["id"] == "noise"), key=_damaged))
    for name in ("cut", "gone", "bomb"):
        assert f"{name}: " in done.stderr, "a file that cannot be read is told of"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".tmp")]
    return found


def _damaged(row: dict) -> bool:
    return row["outcome"] != "quarantined.error"


def test_every_file_has_a_line_and_an_outcome(lines):
    outcomes = {name: row["outcome"] for name, row in lines.items()}
    good = dict.fromkeys(["one", "a/two", "a/b/three.v2", "a/b/old.htm", "two-members", "not-packed"], "article")
    bad = {
        "cut": "truncated",
        "empty": "reject.empty",
        "gone": "quarantined.error",
        "noise.gz": "quarantined.error",
        "bomb": "too_large",
    }
    assert {**good, **bad}.items() <= outcomes.items()
    assert set(outcomes) == {*good, *bad, "noise"}


def test_the_line_holds_what_the_house_says(lines):
    row = lines["a/two"]
    assert list(row) == KEYS
    assert row["url"] == "https://mill.example/trout"
    assert row["title"] == "Trout return to the mill pool"
    assert row["text"].splitlines() == list(SENTENCES)
    assert row["date"] == "2026-03-05", "the day in the page's own zone, not in UTC"
    assert row["language"] == "en"
    assert all(list(removed) == REMOVED_KEYS for removed in row["removed"])
    assert {removed["text"] for removed in row["removed"]} >= {"Home", "Share this", "© 2026 The Mill Pool"}
    assert list(lines["cut"]) == KEYS, "a page without content has the same keys"
    assert lines["cut"]["url"] is None


def test_the_line_says_what_the_library_says(lines):
    found = extract(Page(url="", body=article(), fetched_at=datetime.now(UTC)))
    assert lines["one"]["text"] == found.text
    assert lines["one"]["confidence"] == found.article.confidence
    assert [removed["text"] for removed in lines["one"]["removed"]] == [item.text for item in found.removals]


def test_one_file_to_stdout_in_each_form(broadsheet, tmp_path):
    (tmp_path / "page.html").write_bytes(article())
    as_json = broadsheet("extract", "page.html")
    assert json.loads(as_json.stdout)["id"] == "page"
    as_text = broadsheet("extract", "page.html", "--format", "text")
    assert as_text.stdout.splitlines() == list(SENTENCES)
    as_markdown = broadsheet("extract", "page.html", "--format", "markdown")
    assert as_markdown.stdout.startswith("# Trout return to the mill pool\n\nThe weir below")


def test_several_files_as_text_are_told_apart(broadsheet, tmp_path):
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(article())
    done = broadsheet("extract", "a.html", "b.html", "--format", "text")
    assert [line for line in done.stdout.splitlines() if line.startswith("==>")] == ["==> a <==", "==> b <=="]


def test_stdin_packed_or_not(broadsheet):
    for body in (article(), gzip.compress(article())):
        done = broadsheet("extract", "-", stdin=body)
        assert json.loads(done.stdout)["text"].splitlines() == list(SENTENCES)
        assert json.loads(done.stdout)["id"] == "-"


def test_fetched_at_is_what_dates_are_judged_by(broadsheet, tmp_path):
    (tmp_path / "page.html").write_bytes(article())
    before = broadsheet("extract", "page.html", "--fetched-at", "2026-03-01")
    after = broadsheet("extract", "page.html", "--fetched-at", "2026-03-10T12:00:00Z")
    assert json.loads(before.stdout)["date"] is None, "published after it was fetched: not believed"
    assert json.loads(after.stdout)["date"] == "2026-03-05"
    wrong = broadsheet("extract", "page.html", "--fetched-at", "yesterday")
    assert wrong.returncode == 2
    assert "2026-11-22" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing-here"], "nothing-here: no such file or folder"),
        (["."], "no .html, .htm or .html.gz file"),
        (["http://127.0.0.1:9/page"], "--contact"),
        (["http://127.0.0.1:9/page", "--contact", "nobody"], "--contact: 'nobody'"),
        (["-", "--jsonl", "o.jsonl", "--format", "text"], "--jsonl"),
    ],
)
def test_what_cannot_be_done_is_refused(broadsheet, arguments, said):
    done = broadsheet("extract", *arguments)
    assert done.returncode == 2
    assert said in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_an_output_that_cannot_be_written_ends_with_3_and_says_which(broadsheet, tmp_path):
    (tmp_path / "page.html").write_bytes(article())
    (tmp_path / "file").write_bytes(b"")
    done = broadsheet("extract", "page.html", "--jsonl", "file/out.jsonl")
    assert done.returncode == 3
    assert "file" in done.stderr
    assert "Traceback" not in done.stderr


def test_when_no_page_can_be_read_the_exit_code_says_so(broadsheet, tmp_path):
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(article())[:100])
    done = broadsheet("extract", ".")
    assert done.returncode == 4
    assert json.loads(done.stdout)["outcome"] == "truncated"


@pytest.mark.parametrize("count", [1, 30])
def test_a_reader_that_goes_away_ends_it_in_silence(tmp_path, count):
    """With little to say it is noticed only when the last is written out, with much in the middle."""
    for number in range(count):
        (tmp_path / f"{number}.html").write_bytes(article() * 20)
    command = f"'{BIN}/broadsheet' extract . | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (141, b"", b"")


def test_an_output_that_is_a_folder_is_named_as_it_was_given(broadsheet, tmp_path):
    (tmp_path / "page.html").write_bytes(article())
    (tmp_path / "out").mkdir()
    done = broadsheet("extract", "page.html", "--jsonl", "out")
    assert (done.returncode, done.stderr) == (3, "broadsheet: out: Is a directory\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "page.html"]


def test_a_warc_file_is_refused_with_the_command_for_it(broadsheet, tmp_path):
    (tmp_path / "pages.warc.gz").write_bytes(random.Random(7).randbytes(4000))
    done = broadsheet("extract", "pages.warc.gz")
    assert done.returncode == 2
    assert done.stderr.startswith("broadsheet: pages.warc.gz: a WARC file; ")
    assert "broadsheet build JOB.toml --warc pages.warc.gz" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_leaves_nothing_behind(tmp_path, number):
    pages = tmp_path / "pages"
    pages.mkdir()
    for place in range(400):
        (pages / f"{place}.html").write_bytes(article() * 40)
    command = [BIN / "broadsheet", "extract", pages, "--jsonl", "out.jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        while not list(tmp_path.glob(".tmp-out.jsonl*")):
            assert process.poll() is None, "it ended before it could be stopped"
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=TIME_OUT_S)
    assert process.returncode == 11
    assert b"stopped" in said
    assert b"Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_a_pipe_in_a_folder_is_told_of_and_not_waited_at(broadsheet, tmp_path):
    os.mkfifo(tmp_path / "a.html")
    (tmp_path / "b.html").write_text("<p>One line.")
    said = broadsheet("extract", tmp_path)
    told = [json.loads(line) for line in said.stdout.splitlines()]
    assert [(line["id"], line["outcome"]) for line in told] == [("a", "quarantined.error"), ("b", "reject.empty")]
    assert "not a regular file" in said.stderr
