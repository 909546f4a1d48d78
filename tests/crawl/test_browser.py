"""Pages that need their scripts: rendered where the job wants it, told where it does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.run.build import build
from pipeline.run.job import load_job
from pipeline.store.ledger import Ledger, OutcomeRow
from pipeline.store.warc import RecordLocation, WarcWriter, read_page
from spiders.browser import missing
from spiders.rendering import MOST_PARTS
from tests.crawl.jobs import SECONDS, Crawled, JobFolder, write_job
from tests.crawl.test_foreign import OLD
from tests.crawl.web import Reply, Web, listen, page, serve

HOST, CDN, TRICKS = "a.example", "cdn.example", "tricks.example"
START = f"http://{HOST}/"
needs_browser = pytest.mark.skipif(bool(missing()), reason=f"pages cannot be rendered here: {missing()}")

SHELL = f"""<!doctype html><html><head><title>Loading</title><script src="/app.js"></script>
<script src="http://{CDN}/lib.js"></script><script src="http://{CDN}/private/lib.js"></script>
<link rel="stylesheet" href="/style.css"></head><body><div id="root"></div><img src="/picture.png"></body></html>"""
# It also does what a page may try: ask inside, ask what robots.txt forbids, send, open a socket, lead elsewhere.
APP = """
for (const url of ['http://127.0.0.1:%d/inside', 'http://inside.example/', '/private/x', 'file:///etc/passwd'])
  fetch(url).catch(() => 0);
fetch('/post', {method: 'POST', body: 'x'}).catch(() => 0);
navigator.sendBeacon('/beacon', 'x');
try { new WebSocket('ws://a.example/socket'); new WebSocket('ws://127.0.0.1:%d/'); } catch (e) {}
new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]}).createDataChannel('x');
document.cookie = 'seen=1';
const frame = document.createElement('iframe'); frame.src = '/frame'; document.documentElement.append(frame);
fetch('/data' + location.pathname).then(answer => answer.json()).then(story => {
  document.title = story.title;
  document.getElementById('root').innerHTML =
    '<article><h1>' + story.title + '</h1><p>' + story.text + '</p></article><a href="/second">more</a>';
});
"""
SCRIPT = {"Content-Type": "text/javascript"}
# It waits for an answer that nobody gives, opens a window, leads elsewhere, and asks without end.
TIRING = b"""<!doctype html><title>Tricks</title><p>before</p><script>
alert(1); confirm(2); window.open('/window'); setInterval(() => fetch('/tick?' + Math.random()), 20);
document.body.append('written after'); setTimeout(() => { location = '/elsewhere' }, 100);
</script>"""


def story(number: int) -> Reply:
    places = "Saltmere Northgate Eastwick Harrowby Millbrook Oakford Stonebridge Westcombe".split()
    text = " ".join(
        f"Ferry {number} to {place} will cross again in spring, says the harbour master." for place in places
    )
    body = json.dumps({"title": f"Ferry {number} crosses again", "text": text}).encode()
    return Reply(body, headers={"Content-Type": "application/json"})


def set_up(web: Web, inside: int) -> None:
    app = Reply((APP % (inside, inside, inside)).encode(), headers=SCRIPT)
    web.sites[HOST] = {
        "/robots.txt": b"User-agent: *\nDisallow: /private\n", "/": SHELL.encode(), "/second": SHELL.encode(),
        "/app.js": app, "/data/": story(1), "/data/second": story(2), "*": page(text="Not for us."),
    }  # fmt: skip
    web.sites[TRICKS] = {"/robots.txt": Reply(b"", 404), "/": TIRING, "*": page()}
    web.sites[CDN] = {
        "/robots.txt": Reply(status=301, headers={"Location": "/rules"}),
        "/rules": b"User-agent: *\nDisallow: /private\n",
        "*": Reply(b"window.lib = 1;", headers=SCRIPT),
    }


def make_job(folder: Path, web: Web, inside: int, browser: str) -> JobFolder:
    site = f'follow = ["links"]\nbrowser = {browser}'
    there = {"inside.example": f"127.0.0.1:{inside}"}
    starts = [START, f"http://{TRICKS}/"]
    return write_job(folder, web, starts, hosts=[HOST, CDN, TRICKS], site=site, elsewhere=there)


def built(job: JobFolder) -> dict[str, OutcomeRow]:
    build(load_job(job.path), workers=1)
    with Ledger(job.data.ledger) as ledger:
        return {row.url: row for row in ledger.outcomes(ledger.runs()[-1].run_id)}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, JobFolder, Web, list[object]]]:
    with serve() as web, listen() as (inside, caught):
        set_up(web, inside)
        job = make_job(Path(tmp_path_factory.mktemp("job")), web, inside, "true")
        yield job.crawl(), job, web, caught


@needs_browser
def test_the_rendered_page_stands_beside_the_answer_and_is_what_is_built(
    rendered: tuple[Crawled, JobFolder, Web, list[object]],
) -> None:
    done, job, _, _ = rendered
    assert (done.code, done.outcome(START), done.outcome(f"{START}second")) == (0, "archived", "archived"), done.log
    (file,) = job.data.raw.iterdir()
    with file.open("rb") as stream:
        records = [(one.rec_type, one.rec_headers, one.content_stream().read()) for one in ArchiveIterator(stream)]
    kinds = [kind for kind, headers, _ in records if headers.get_header("WARC-Target-URI") == START]
    assert kinds == ["response", "conversion"]
    (raw,) = [one for one in records if one[1].get_header("WARC-Target-URI") == START and one[0] == "response"]
    (after,) = [one for one in records if one[1].get_header("WARC-Target-URI") == START and one[0] == "conversion"]
    assert after[1].get_header("WARC-Refers-To") == raw[1].get_header("WARC-Record-ID")
    assert b"Ferry 1 crosses again" in after[2]
    assert raw[2] == SHELL.encode()
    rows = built(job)
    assert [rows[url].outcome for url in (START, f"{START}second")] == ["article", "article"]


@needs_browser
def test_a_browser_dials_nothing_and_parts_are_asked_politely(
    rendered: tuple[Crawled, JobFolder, Web, list[object]],
) -> None:
    _, _, web, caught = rendered
    assert caught == [], "neither addresses inside nor sockets nor STUN"
    assert web.paths(HOST) == ["/robots.txt", "/", "/app.js", "/data/", "/second", "/data/second"], "scripts once a run"
    assert web.paths(CDN) == ["/robots.txt", "/rules", "/lib.js"], "its own robots.txt first, and obeyed"
    for asked in web.log:
        assert asked.headers["user-agent"].endswith("(+mailto:crawl@example.org)")
        assert not {"cookie", "referer", "origin"} & set(asked.headers)


@needs_browser
def test_a_page_that_asks_without_end_gets_so_much_and_leads_nowhere(
    rendered: tuple[Crawled, JobFolder, Web, list[object]],
) -> None:
    done, job, web, _ = rendered
    row = done.rows[f"http://{TRICKS}/"]
    place = RecordLocation(row.warc_file or "", row.warc_offset or 0, row.warc_length or 0, row.page_digest or "")
    assert b"written after" in read_page(job.data.raw, place).body
    asked = [path.partition("?")[0] for path in web.paths(TRICKS)]
    assert (asked[:2], set(asked[2:])) == (["/robots.txt", "/"], {"/tick"})
    assert len(asked) <= 2 + MOST_PARTS


def test_without_it_a_script_shell_is_told_as_one(web: Web, tmp_path: Path) -> None:
    set_up(web, 9)
    job = make_job(tmp_path, web, 9, "false")
    assert job.crawl().outcome(START) == "archived"
    assert built(job)[START].outcome == "reject.needs_javascript"


def test_a_job_that_renders_is_refused_where_that_cannot_be_done(web: Web, tmp_path: Path) -> None:
    job = make_job(tmp_path, web, 9, "true")
    env = {"PATH": str(tmp_path)}
    done = subprocess.run(job.command(), env=env, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 2
    assert "sites[0].browser: pages cannot be rendered: " in done.stderr
    assert web.log == []


def test_a_rendered_page_is_read_at_its_place(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "run") as writer:
        writer.write(START, 200, "OK", (("Content-Type", "text/html"),), b"<p>shell", OLD)
        place = writer.write_rendered(START, "<p>whole: é".encode(), OLD)
    found = read_page(tmp_path, RecordLocation(place.file, place.offset, place.length, place.page_digest))
    assert (found.url, found.body.decode(), found.content_type) == (START, "<p>whole: é", "text/html; charset=utf-8")
