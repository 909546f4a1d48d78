"""``broadsheet explain``: what it says, and the page with its blocks marked."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from pipeline.page import Page
from pipeline.run.sample_site import load_site
from pipeline.verdict import Decision
from pipeline.view.explain import as_json, explain, text_lines
from pipeline.view.marked_page import marked_page
from tests.conftest import BIN, ROOT, run_broadsheet

SAMPLE = ROOT / "data" / "sample"
CASES = ROOT / "tests" / "cases"
IN_A_SCRIPT = ROOT / "tests" / "cases" / "structure" / "article_in_json_only" / "page.html"
FERRY = "http://harbour-gazette.example/local/2026/03/night-ferry-returns-to-saltmere.html"
PAGES = sorted(
    path for path in SAMPLE.glob("*.example/**/*") if path.is_file() and b"<html" in path.read_bytes()[:2000].lower()
)
NASTY = b"""<!doctype html><html><head><base href="https://evil.example/"><style>@import "https://evil.example/s.css";</style>
<meta http-equiv="refresh" content="0;url=https://evil.example/"><script>alert(1)</script></head>
<body onload="alert(2)" background="https://evil.example/b.png"><h1>A page that wants out</h1>
<p style="background:url(https://evil.example/i.png)">The keeper of the lighthouse wrote down the weather every hour.
<a href="javascript:alert(3)" onclick="alert(4)" data-position="0" data-decision="keep">He said so himself</a>.</p>
<img src="https://evil.example/p.png" srcset="https://evil.example/q.png 2x" alt="a picture" onerror="alert(5)">
<form action="https://evil.example/f"><select><option>One<option>Two</select>
<textarea>Say <b>something</b></textarea></form>
<iframe src="https://evil.example/x">frame</iframe><svg onload="alert(6)"><text>drawn</text></svg>
<xmp><script>alert(7)</script></xmp>
<object data="https://evil.example/o"></object><math><mtext>x</mtext></math><video src="https://evil.example/v"></video>
<p>A second paragraph stands at the end, so that there is something after all of this.</p></body></html>"""


def marks(html: str) -> dict[int, list]:
    found: dict[int, list] = {}
    for element in BeautifulSoup(html, "html.parser").find("main").find_all(attrs={"data-position": True}):
        found.setdefault(int(element["data-position"]), []).append(element)
    return found


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("path", [*PAGES, None], ids=lambda path: path.name if path else "nasty")
def test_each_block_is_marked_where_it_stands(path):
    explanation = explain(Page(url="http://a.example/", body=path.read_bytes() if path else NASTY))
    found = marks(marked_page(explanation))
    assert set(found) == {block.position for block, _ in explanation.judged()}
    for block, verdict in explanation.judged():
        marked = found[block.position]
        assert letters("".join(mark.get_text() for mark in marked)) == letters(block.text)
        assert {mark["data-decision"] for mark in marked} == {verdict.decision.value}
        assert {mark["data-class"] for mark in marked} == {verdict.block_class.value}
        assert {mark.get("data-reason") for mark in marked} == {verdict.reason.value if verdict.reason else None}


def test_the_sample_has_pages_to_mark():
    assert len(PAGES) >= 40
    assert {path.relative_to(SAMPLE).parts[0] for path in PAGES} == set(load_site().hosts)


def test_the_marked_page_asks_nothing_and_runs_nothing():
    html = marked_page(explain(Page(url="javascript:alert(8)", body=NASTY)))
    soup = BeautifulSoup(html, "html.parser")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    unwanted = ["script", "iframe", "object", "embed", "link", "base", "svg", "video", "audio", "source", "img[src]"]
    assert soup.select(", ".join(unwanted)) == []
    assert len(soup.find_all("style")) == len(soup.find_all("title")) == 1
    for element in soup.find("main").find_all(name=True):
        loading = {"src", "srcset", "href", "style", "background", "action", "data", "poster", "formaction"}
        assert not loading & set(element.attrs), element
        assert not [name for name in element.attrs if name.startswith("on")], element
    assert soup.find("a")["data-href"] == "javascript:alert(3)", "where a link led can still be read"
    assert "position" not in str(soup.find("a").attrs), "a page's own attributes are not taken for ours"


def test_a_file_is_explained_for_people_and_machines(broadsheet):
    path = SAMPLE / "harbour-gazette.example/local/2026/03/night-ferry-returns-to-saltmere.html"
    said = broadsheet("explain", path)
    assert said.returncode == 0
    as_json = broadsheet("explain", path, "--json")
    told = json.loads(as_json.stdout)
    assert told["outcome"] == "article"
    assert [block["position"] for block in told["blocks"]] == list(range(len(told["blocks"])))
    assert Counter(block["decision"] for block in told["blocks"]).keys() == {item.value for item in Decision}
    assert {field["field"] for field in told["fields"]} >= {"title", "authors", "published_at"}
    for block in told["blocks"]:
        assert bool(block["reason"]) == (block["decision"] == "remove")
        shown = block["reason"] or block["class"]
        assert re.search(rf"^ *{block['position']} +\d\.\d\d {block['decision']} {shown} ", said.stdout, re.M)
    for field in told["fields"]:
        assert field["source"] in said.stdout


def test_an_address_of_a_run_is_explained_from_the_archive(demo, tmp_path):
    done = run_broadsheet("explain", FERRY, "--data", demo.data, "--html", "out/page.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert FERRY in done.stdout
    assert re.search(r"raw record: \S+\.warc\.gz at byte \d+", done.stdout)
    told = json.loads(run_broadsheet("explain", FERRY, "--data", demo.data, "--json", cwd=tmp_path).stdout)
    assert len(marks((tmp_path / "out/page.html").read_text(encoding="utf-8"))) == len(told["blocks"]) > 20
    assert told["warc_file"]


def test_an_address_is_found_however_it_is_spelt(demo, tmp_path):
    spelt = FERRY.replace("http://harbour", "HTTP://Harbour") + "?utm_source=letter&fbclid=x1#comments"
    done = run_broadsheet("explain", spelt, "--data", demo.data, cwd=tmp_path)
    assert done.stdout.splitlines()[:1] == [FERRY], done.stderr


def test_a_redirect_leads_to_the_page_behind_it(demo, tmp_path):
    done = run_broadsheet(
        "explain", "http://harbour-gazette.example/old/saltmere-ferry.html", "--data", demo.data, cwd=tmp_path
    )
    assert done.stdout.splitlines()[0] == FERRY


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://harbour-gazette.example/nowhere", ["never met", "http://harbour-gazette.example/"]),
        ("http://elsewhere.example/", ["never met", "nothing of that host"]),
        ("nowhere.html", ["no such file"]),
        (".", ["a folder"]),
    ],
)
def test_what_is_not_there_is_said(demo, tmp_path, target, said):
    done = run_broadsheet("explain", target, "--data", demo.data, cwd=tmp_path)
    assert done.returncode == 2
    for words in said:
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_is_none_is_said(broadsheet):
    done = broadsheet("explain", FERRY, "--data", "nowhere")
    assert done.returncode == 2
    assert "--data" in done.stderr


def test_a_blocked_address_tells_its_outcome(demo, tmp_path):
    import pyarrow.parquet as pq

    rows = pq.read_table(demo.data / "outcomes").to_pylist()
    blocked = next(row["url"] for row in rows if row["outcome"] == "blocked.robots")
    done = run_broadsheet("explain", blocked, "--data", demo.data, cwd=tmp_path)
    assert done.returncode == 2
    assert "blocked.robots" in done.stderr


def test_the_archive_of_the_demo_is_read_by_others_too(demo):
    """warcio, which is no part of ours, reads every record and finds its digests right."""
    for path in (demo.data / "raw").glob("*.warc.gz"):
        done = subprocess.run([BIN / "warcio", "check", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("body", [bytes(range(256)) * 20, IN_A_SCRIPT.read_bytes()])
def test_what_does_not_stand_in_the_page_is_explained_without_marks(body):
    explanation = explain(Page("https://news.example/a", body, "text/html"))
    assert len(explanation.blocks) == len(explanation.extraction.verdicts)
    assert "<mark" not in marked_page(explanation)


def test_what_is_known_of_a_text_is_told():
    explanation = explain(Page("http://a.example/", (CASES / "content_farm/bees_in_winter/page.html").read_bytes()))
    told = "\n".join(text_lines(explanation, 100))
    assert "  spin score 60, band quarantine\n" in told
    assert "  +25 digit_to_word (paragraph 1): [four]\n" in told
    assert "keep truncated_fragment    marks.truncated_end " in told
    fields = as_json(explanation)
    assert (fields["spin_score"], fields["spin_band"], fields["completeness"]) == (60, "quarantine", "full")
    assert fields["spin_evidence"][0] == {"rule": "digit_to_word", "points": 25, "paragraph": 1, "text": "[four]"}
    assert len(fields["block_classes"]) == len(fields["block_languages"]) == 5


def test_how_whole_a_text_is_and_why():
    explanation = explain(Page("http://a.example/", (CASES / "outcome/part_of_several_pages/page.html").read_bytes()))
    assert "\nText\n  truncated: one of several pages: Page 1 of 3" in "\n".join(text_lines(explanation, 100))
    assert as_json(explain(Page("http://a.example/", b"")))["spin_evidence"] == []


def test_every_rule_that_knows_a_removed_block_is_told():
    page = Page("http://a.example/", (CASES / "content_farm/drill_battery/page.html").read_bytes())
    removed = [block for block in as_json(explain(page))["blocks"] if block["decision"] == "remove"]
    banner = next(block for block in removed if block["text"].startswith("The website is safe"))
    assert banner["hits"][0] == {key: banner[key] for key in ("rule", "reason", "template", "similarity")}
    assert all(block["reason"] in {hit["reason"] for hit in block["hits"]} for block in removed)
    assert max(len(block["hits"]) for block in removed) > 1
