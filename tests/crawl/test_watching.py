"""What can be seen of a crawl: progress lines, statistics, JSON lines, metrics for Prometheus."""

from __future__ import annotations

import json
import logging
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.run.crawl import _progress
from pipeline.view.progress import Shown
from spiders.figures import Figures, Hosts, Snapshot
from spiders.groups import Turn
from spiders.log_lines import EVENT, json_log
from spiders.metrics import metrics_text
from spiders.watching import _hosts
from tests.crawl.jobs import SECONDS, write_job
from tests.crawl.web import Reply, Web, page

HOST = "a.example"
START = f"http://{HOST}/"
SAMPLE = re.compile(r'^broadsheet_crawl_(\w+)\{job="test"(?:,(\w+)="([^"]+)")?\} (\S+)$', re.MULTILINE)


def samples(text: str) -> dict[tuple[str, str], float]:
    """Name and label value -> value."""
    return {(name, label): float(value) for name, _, label, value in SAMPLE.findall(text)}


def test_a_crawl_leaves_statistics_a_log_and_metrics(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "/": page("/a?token=hush", "/gone"), "/a?token=hush": page()}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site='follow = ["links"]')
    job.path.write_text(job.path.read_text().replace("[crawl]", 'metrics = "seen/news.prom"\n[crawl]'))
    done = subprocess.run(job.command("--progress"), capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    (folder,) = (path for path in job.data.runs.iterdir() if path.is_dir())
    told = json.loads((folder / "crawl.json").read_text())
    assert (told["finished"], told["known"], told["done"], told["answers"]) == (True, 3, 3, 4)
    assert told["answers_by_status"] == {"200": 2, "404": 2}
    assert told["answers_by_kind"] == {"page": 3, "robots": 1}
    lines = [json.loads(line) for line in (folder / "crawl.jsonl").read_text().splitlines()]
    answers = {line["url"]: line for line in lines if line.get("event") == "answer"}
    assert answers[f"{START}gone"]["status"] == 404
    assert f"{START}a?token=…" in answers
    assert "hush" not in (folder / "crawl.jsonl").read_text() + done.stderr
    found = samples((tmp_path / "seen" / "news.prom").read_text())
    assert (found["running", ""], found["answers_total", "404"], found["addresses", "gone"]) == (0, 2, 1)
    assert sorted(path.name for path in (tmp_path / "seen").iterdir()) == ["news.prom"], "nothing is left beside it"
    progress = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert progress[-1].items() >= {"done": 3, "known": 3, "hosts": 1, "waiting": 0}.items()
    assert {"rate", "oldest_wait", "outcomes"} <= set(progress[-1])


def test_metrics_that_cannot_be_written_stop_no_crawl(web: Web, tmp_path: Path) -> None:
    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "/": page()}
    job = write_job(tmp_path, web, [START], hosts=[HOST], site="follow = []")
    job.path.write_text(job.path.read_text().replace("[crawl]", 'metrics = "job.toml/news.prom"\n[crawl]'))
    done = job.crawl()
    assert (done.code, done.outcome(START)) == (0, "archived")
    assert done.log.count("cannot be written") == 1


def snapshot() -> Snapshot:
    figures = Figures(begun=0.0)
    for number in range(10):
        figures.answered(float(number), "page", 200 if number else 500, 1_000, 0.3 if number else 45.0)
    return Snapshot(
        job="test", run_id="run", started_at=1.0, now=11.0, finished=False, seconds=10.0, rate=1.0,
        outcomes={"pending": 4, "gone": 1}, archived=3, hosts=Hosts(), figures=figures, memory_mib=80.0, traps={},
    )  # fmt: skip


def test_metrics_are_what_prometheus_reads() -> None:
    now = snapshot()
    text = metrics_text(now)
    found = samples(text)
    assert (found["received_bytes_total", ""], found["answers_total", "500"], found["running", ""]) == (10_000, 1, 1)
    assert [found["latency_seconds_bucket", bound] for bound in ("0.25", "0.5", "30.0", "+Inf")] == [0, 9, 9, 10]
    assert (found["latency_seconds_count", ""], found["addresses", "pending"]) == (10, 4)
    assert len(found) == sum(not line.startswith("#") for line in text.splitlines())
    assert 'job="a \\"b\\" \\\\n"' in metrics_text(replace(now, job='a "b" \\n'))


@pytest.mark.parametrize(
    ("turns", "waits"),
    [
        ([(Turn.WAITING, 80.0), (Turn.READY, 99.0), (Turn.BUSY, 5.0), (Turn.OVER, 1.0)], (4, 2, 1, 1, 20.0)),
        ([(Turn.WAITING, float("-inf"))], (0, 0, 1, 0, 90.0)),
        ([], (0, 0, 0, 0, 0.0)),
    ],
)
def test_the_longest_wait_is_that_of_a_host_with_work(
    turns: list[tuple[Turn, float]], waits: tuple[float, ...]
) -> None:
    groups = [SimpleNamespace(turn=turn, pace=SimpleNamespace(ended_at=ended)) for turn, ended in turns]
    found = _hosts(groups, 100.0, begun=10.0)
    assert (found.asked, found.ready, found.waiting, found.left_alone, found.oldest_wait) == waits


def test_log_lines_are_one_object_each_whatever_is_said(tmp_path: Path) -> None:
    log = logging.getLogger("spiders.test")
    with json_log(tmp_path / "log.jsonl"):
        log.warning("a title\r\n2026 ERROR forged \x1b[31m %s", "http://me:secret@a.example/?api_key=1")
        log.warning("event", extra={EVENT: {"event": "x", "url": "\u2028http://a.example/?auth=1&b=2"}})
    log.warning("not any more")
    first, second = (json.loads(line) for line in (tmp_path / "log.jsonl").read_text().split("\n")[:-1])
    assert (first["level"], first["message"].count("…")) == ("warning", 2)
    assert second["url"] == "\u2028http://a.example/?auth=…&b=2"


def test_what_a_crawl_tells_reaches_people_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    told = {"done": 3, "known": 9, "outcomes": {"pending": 6, "gone": 1}, "hosts": 2, "rate": 1.5, "oldest_wait": 61.2}
    progress = _progress(json.dumps(told))
    assert progress is not None
    with Shown(every_s=0.0) as shown:
        shown(progress)
        shown(progress)
    assert "crawl: 3 of 9 pages" in (said := capsys.readouterr().err)
    assert "2 hosts, 1.5/s, oldest wait 61 s; gone 1" in said
