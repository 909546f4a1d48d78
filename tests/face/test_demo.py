"""``broadsheet demo`` as it is shown, its tables as analysts read them, and addresses extracted without a job."""

from __future__ import annotations

import json
import re
import shutil

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq

import pipeline
from pipeline.run.sample_site import Request, serve, write_job
from pipeline.verdict import Reason
from tests.conftest import Demo, run_broadsheet

FERRY = "http://harbour-gazette.example/local/2026/03/night-ferry-returns-to-saltmere.html"


def release(demo: Demo):
    return demo.data / "releases" / (demo.data / "releases" / "CURRENT").read_text().strip() / "articles"


def test_the_demo_shows_articles_removals_books_and_places(demo):
    rows = pipeline.load(demo.data)
    assert len(rows) >= 25
    assert f"{len(rows)} articles\n" in demo.stdout
    assert "Night ferry to return to Saltmere" in demo.stdout
    assert "The books balance." in demo.stdout
    removed = pq.read_table(demo.data / "removals", columns=["reason"])["reason"].to_pylist()
    assert f"{len(removed)} blocks removed, each with its reason" in demo.stdout
    for reason in set(removed):
        assert re.search(rf"^  {reason} +{removed.count(reason)} ", demo.stdout, re.M)
    assert set(removed) <= {reason.value for reason in Reason}
    for line in demo.stdout.partition("Where everything lies")[2].partition("To try next")[0].splitlines()[2:]:
        if line.strip():
            assert (demo.folder / re.split(r"  +", line.strip())[-1]).exists(), line
    assert "Traceback" not in demo.stderr
    assert "WARNING" not in demo.stderr


def test_the_commands_to_try_next_work(demo, tmp_path):
    shutil.copytree(demo.folder / "data", tmp_path / "data")
    lines = [line.strip() for line in demo.stdout.partition("To try next\n")[2].splitlines()]
    tried = [line.split()[1:] for line in lines if "broadsheet explain" in line]
    assert tried
    for arguments in tried:
        done = run_broadsheet(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_analysts_read_the_release_without_help(demo):
    folder = release(demo)
    ours = pipeline.load(demo.data)
    by_pandas = pd.read_parquet(folder)
    by_duckdb = duckdb.sql(f"SELECT * FROM read_parquet('{folder}/*.parquet')").df()
    by_polars = pl.read_parquet(folder)
    assert len(ours) == len(by_pandas) == len(by_duckdb) == len(by_polars)
    assert list(ours.columns) == list(by_pandas.columns) == list(by_duckdb.columns) == by_polars.columns
    for frame in (ours, by_pandas, by_duckdb, by_polars.to_pandas()):
        ferry = frame[frame["url"] == FERRY].iloc[0]
        assert ferry["title"] == "Night ferry to return to Saltmere after eleven years"
        assert list(ferry["authors"]) == ["Orla Penhallow"]
        assert str(ferry["published_at"].date()) == "2026-03-12"
        assert "A late ferry will cross the bay to Saltmere again this spring" in ferry["body"]


def test_load_selects(demo):
    some = pipeline.load(demo.data, site="kitchen-notes.example", columns=["title", "site"])
    assert set(some["site"]) == {"kitchen-notes.example"}
    assert list(some.columns) == ["title", "site"]
    assert len(pipeline.load(demo.data, since="2999-01-01")) == 0


def test_a_second_demo_gives_the_same_and_a_strange_folder_is_left_alone(demo, tmp_path):
    shutil.copytree(demo.folder / "data", tmp_path / "data")
    again = run_broadsheet("demo", "--json", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["books_balance"] is True
    columns = ["url", "title", "word_count", "confidence"]
    first = pipeline.load(demo.data, columns=columns).sort_values("url").to_dict("records")
    second = pipeline.load(tmp_path / "data/demo/data", columns=columns).sort_values("url").to_dict("records")
    assert first == second
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    refused = run_broadsheet("demo", "--data", "mine", cwd=tmp_path)
    assert refused.returncode == 2
    assert "--data" in refused.stderr
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_addresses_are_fetched_politely_without_a_job_of_their_own(tmp_path):
    seen: list[Request] = []
    private = "http://harbour-gazette.example/intern/rota.html"
    with serve(seen=seen) as (_, port):
        job = write_job(tmp_path, port)
        robots = run_broadsheet("extract", private, "--job", job, cwd=tmp_path)
        good = run_broadsheet(
            "extract",
            FERRY,
            "http://harbour-gazette.example/go/market",  # over two redirects
            "http://harbour-gazette.example/no-such-page",
            "--job",
            job,
            "--jsonl",
            "o.jsonl",
            cwd=tmp_path,
        )
    assert good.returncode == 0, good.stderr
    ferry, market, missing = [json.loads(line) for line in (tmp_path / "o.jsonl").read_bytes().splitlines()]
    assert (ferry["id"], ferry["outcome"], ferry["url"]) == (FERRY, "article", FERRY)
    assert (market["id"], market["outcome"]) == ("http://harbour-gazette.example/go/market", "article")
    assert market["url"].endswith("/fish-market-electronic-clock.html")
    assert missing["outcome"] == "gone"
    assert "no-such-page: gone" in good.stderr
    assert {request.user_agent.partition("(")[2] for request in seen} == {"+mailto:sample@example.org)"}
    assert seen[0].target == "/robots.txt"
    assert json.loads(robots.stdout)["outcome"] == "blocked.robots"
    assert robots.returncode == 4
    assert private.partition(".example")[2] not in {request.target for request in seen}


def test_without_leave_no_private_address_is_dialled(tmp_path):
    with serve() as (host, port):
        done = run_broadsheet("extract", f"http://{host}:{port}/", "--contact", "mailto:a@example.org", cwd=tmp_path)
    assert json.loads(done.stdout)["outcome"].startswith("blocked.")
    assert done.returncode == 4


def test_the_halves_and_another_data_folder(tmp_path):
    with serve() as (_, port):
        job = write_job(tmp_path, port)
        dry = run_broadsheet("run", job, "--dry-run", cwd=tmp_path)
        crawled = run_broadsheet("crawl", job, "--site", "kitchen-notes.example", "--data", "other", cwd=tmp_path)
    assert dry.returncode == crawled.returncode == 0, dry.stderr + crawled.stderr
    assert "http://kitchen-notes.example/" in dry.stdout
    built = run_broadsheet("build", job, "--data", "other", "--json", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    report = json.loads(built.stdout)
    assert report["problems"] == []
    assert report["rows"] == len(pipeline.load(tmp_path / "other")) > 5
    assert not list((tmp_path / "data").glob("raw/*")), "the job's own data folder was left alone"
    nothing = run_broadsheet("build", job, "--data", "other", cwd=tmp_path)
    assert nothing.returncode == 0
    assert "nothing awaited the build" in nothing.stderr
