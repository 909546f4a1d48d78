"""WARC files of others: taken into our own archive, each address with one outcome a run."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.warc import WarcWriter, read_page
from pipeline.told import from_text
from tests.crawl.jobs import SECONDS
from tests.crawl.web import page

OLD = datetime(2020, 1, 1, tzinfo=UTC)
NEW = datetime(2021, 1, 1, tzinfo=UTC)
HTML = [("Content-Type", "text/html")]


def take_over(data: Path, *files: Path) -> tuple[int, list[dict[str, object]]]:
    order = [sys.executable, "-m", "spiders.foreign", "--data", str(data), "--job", "theirs", "--", *map(str, files)]
    done = subprocess.run(order, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_their_responses_get_outcomes_and_records_of_ours(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "theirs", "crawl") as writer:
        place = writer.write("http://a.example/1", 200, "OK", HTML, page(text="old"), OLD)
        writer.write("http://a.example/2?utm_source=x", 200, "OK", HTML, page(), OLD)
        writer.write("http://a.example/gone", 404, "", HTML, b"<p>gone</p>", OLD)
        writer.write("http://a.example/old", 301, "", [("Location", "http://a.example/1")], b"", OLD)
        writer.write("http://a.example/x.pdf", 200, "", [("Content-Type", "application/pdf")], b"%PDF-", OLD)
        writer.write("http://a.example/robots.txt", 200, "", [("Content-Type", "text/plain")], b"", OLD)
        writer.write("http://a.example/1", 200, "OK", HTML, page(text="new"), NEW)
    path = tmp_path / "theirs" / place.file
    path.write_bytes(path.read_bytes() + path.read_bytes()[:40])
    data = DataDir(tmp_path / "data")
    code, lines = take_over(data.root, path)
    runs = [str(line["run_id"]) for line in lines if "run_id" in line]
    assert (code, len(runs)) == (0, 2)
    (damaged,) = [line["damaged"] for line in lines if "damaged" in line]
    assert damaged == {
        "file": path.name,
        "offset": path.stat().st_size - 40,
        "reason": "the file ends inside a gzip member",
    }
    with Ledger(data.ledger) as ledger:
        first, second = ({row.url: row.outcome for row in ledger.outcomes(run)} for run in runs)
        assert first == {
            "http://a.example/1": "pending", "http://a.example/2": "pending", "http://a.example/gone": "gone",
            "http://a.example/old": "redirected", "http://a.example/x.pdf": "not_html",
        }  # fmt: skip
        assert second == {"http://a.example/1": "pending"}
        assert all(ledger.books(run).balanced for run in runs)
        waiting = [visit for run in runs for visit in ledger.awaiting_build(run)]
    bodies = [(read_page(data.raw, one.location).body, one.fetched_at) for one in waiting]
    assert bodies[0] == (page(text="old"), OLD.isoformat())
    assert bodies[-1] == (page(text="new"), NEW.isoformat())


def test_a_rendered_page_is_taken_with_the_answer_it_was_made_of_and_a_cut_one_is_no_page(tmp_path: Path) -> None:
    said = b"<p>whole <meta name=robots content=noindex>"
    with WarcWriter(tmp_path / "theirs", "crawl") as writer:
        writer.write("http://a.example/ai.txt", 200, "", [("Content-Type", "text/plain")], b"User-agent: *", OLD)
        place = writer.write("http://a.example/shell", 200, "OK", HTML, b"<div id=root></div>", OLD)
        writer.write_rendered("http://a.example/shell", b"<p>rendered", OLD)
        writer.write("http://a.example/cut", 200, "OK", HTML, b"<p>cut", OLD, "length")
        coded = [*HTML, ("X-Archive-Orig-Content-Encoding", "br")]
        writer.write("http://a.example/coded", 200, "OK", coded, b"\0\1\2", OLD)
        writer.write("http://a.example/said", 200, "OK", HTML, said, OLD)
    data = DataDir(tmp_path / "data")
    code, lines = take_over(data.root, tmp_path / "theirs" / place.file)
    assert (code, len(lines)) == (0, 1), "one run"
    with Ledger(data.ledger) as ledger:
        (run,) = ledger.runs()
        rows = {row.url: row for row in ledger.outcomes(run.run_id)}
        assert {url.rpartition("/")[2]: row.outcome for url, row in rows.items()} == {
            "shell": "pending", "cut": "truncated", "coded": "protocol_error", "said": "pending",
        }  # fmt: skip
        waiting = {visit.url: visit for visit in ledger.awaiting_build(run.run_id)}
    assert read_page(data.raw, waiting["http://a.example/shell"].location).body == b"<p>rendered"
    told = from_text(waiting["http://a.example/said"].told)
    assert (told.opt_out.refused, told.opt_out.directives) == (True, ("noindex",))


def test_a_folder_that_cannot_be_written_has_its_own_exit_code(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    empty = tmp_path / "empty.warc"
    empty.write_bytes(b"")
    assert take_over(tmp_path / "data", empty)[0] == 3
    damaged = {"file": "empty.warc", "offset": 0, "reason": "the file is empty"}
    assert take_over(tmp_path / "other", empty) == (0, [{"damaged": damaged}])


def test_a_ledger_that_is_none_is_told_as_the_disk_s_fault(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "theirs", "crawl") as writer:
        place = writer.write("http://a.example/1", 200, "OK", HTML, page(), OLD)
    data = DataDir(tmp_path / "data")
    data.root.mkdir()
    data.ledger.write_bytes(b"no ledger" * 100)
    assert take_over(data.root, tmp_path / "theirs" / place.file) == (3, [])
