"""The sample site: pages are served as they should be, links lead somewhere, expected.toml speaks of real pages."""

import gzip
import http.client
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from pipeline.outcome import Outcome
from pipeline.run import sample_site
from pipeline.run.job import load_job
from pipeline.verdict import Reason

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "data" / "sample"
SEED = REPOSITORY.parent / "shared" / "seed" / "page.txt"
SETTINGS = tomllib.loads((FOLDER / "site.toml").read_text(encoding="utf-8"))
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))["page"]
NOTHING_TO_READ = {"attachments/holiday-photo.html", "attachments/plan.html"}
SHARED_RUN = 8  # words in a row that no page may share with the seed


class Texts(HTMLParser):
    """Text of a page with white space folded, and the addresses that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in {"script", "style"}
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.silent:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def read(html: str) -> Texts:
    texts = Texts()
    texts.feed(html)
    texts.close()
    return texts


def encoding_of(host: str, path: str) -> str:
    routes = [route for route in SETTINGS["route"] if (route["host"], route["path"]) == (host, path)]
    return routes[0].get("encoding", "utf-8") if routes else "utf-8"


def html_files() -> list[Path]:
    """By suffix, and those without one that site.toml calls HTML (the content-farm posts)."""
    by_suffix = {file for file in FOLDER.glob("*.example/**/*") if file.suffix in {".html", ".htm"}}
    named = {
        FOLDER / route["host"] / route["path"].lstrip("/")
        for route in SETTINGS["route"]
        if route.get("type", "").startswith("text/html") and route["path"] != "/"
    }
    return sorted(by_suffix | named)


def address_of(file: Path) -> tuple[str, str]:
    host, _, path = file.relative_to(FOLDER).as_posix().partition("/")
    return host, "/" + path.removesuffix("index.html")


def html_of(file: Path) -> str:
    host, path = address_of(file)
    return file.read_bytes().decode(encoding_of(host, path))


READABLE = [file for file in html_files() if "/".join(file.parts[-2:]) not in NOTHING_TO_READ]


@pytest.fixture(scope="module")
def port():
    with sample_site.serve() as address:
        assert address.host == "127.0.0.1"
        yield address.port


def ask(port: int, url: str, method: str = "GET", **headers: str):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path or "/", headers={"Host": parts.netloc, **named})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_there_is_enough_of_it():
    assert len(html_files()) >= 44
    outcomes = [page.get("outcome") for page in EXPECTED]
    assert outcomes.count("article") >= 25
    assert len({urlsplit(page["url"]).netloc for page in EXPECTED}) >= 3


@pytest.mark.parametrize("page", EXPECTED, ids=lambda page: page["url"])
def test_each_expected_address_is_served_as_it_should_be(port, page):
    status, headers, body = ask(port, page["url"])
    outcome = page.get("outcome")
    if outcome == "redirected":
        assert status in {301, 302}
        assert headers["Location"]
    elif outcome == "gone":
        assert status in {404, 410}
    else:
        assert status == 200
        assert headers["ETag"]
        assert headers["Last-Modified"]
    if outcome == "article":
        assert headers["Content-Type"].startswith("text/html")
        charset = headers.get_content_charset()
        body.decode(charset or page.get("encoding", "utf-8"))


@pytest.mark.parametrize(
    "page", [page for page in EXPECTED if {"title", "keeps"} & page.keys()], ids=lambda page: page["url"]
)
def test_what_is_expected_of_a_page_stands_on_it(port, page):
    removed = [line for lines in page.get("removes", {}).values() for line in lines] + page.get("absent", [])
    _, _, body = ask(port, page["url"])
    text = read(body.decode(page.get("encoding", "utf-8"))).text
    for line in [*page.get("keeps", []), *removed, *page.get("authors", []), page.get("title", "")]:
        assert " ".join(line.split()) in text
    assert not set(page.get("keeps", [])) & set(removed)


def test_readme_lists_every_address():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for page in EXPECTED:
        parts = urlsplit(page["url"])
        assert f"### {parts.netloc}" in readme
        assert f"| `{parts.path}` |" in readme


def test_expectations_use_the_closed_lists_and_name_each_address_once():
    urls = [page["url"] for page in EXPECTED]
    assert len(urls) == len(set(urls))
    for page in EXPECTED:
        assert page.get("outcome", "article") in set(Outcome)
        assert set(page.get("removes", {})) <= set(Reason)
        assert "outcome" not in page or "not_article" not in page
    groups = [page["duplicate_group"] for page in EXPECTED if "duplicate_group" in page]
    assert len(groups) == 2
    assert len(set(groups)) == 1


def test_every_link_leads_to_a_page_or_is_meant_to_be_dead(port):
    dead = {(route["host"], route["path"]) for route in SETTINGS["route"] if route.get("status", 200) >= 400}
    hosts = {entry.name for entry in FOLDER.iterdir() if entry.is_dir()}
    targets: dict[str, str] = {}
    for file in READABLE:
        host, path = address_of(file)
        for link in read(html_of(file)).links:
            url = urljoin(f"http://{host}{path}", link).partition("#")[0]
            if url.startswith("http"):
                targets.setdefault(url, f"{host}{path}")
    for url, source in targets.items():
        parts = urlsplit(url)
        if parts.netloc in SETTINGS["elsewhere"] or parts.netloc == "schema.org":
            continue
        assert parts.netloc in hosts, f"{source} links to {url}"
        status = 404 if (parts.netloc, parts.path) in dead else ask(port, url, "HEAD")[0]
        meant = (parts.netloc, parts.path) in dead
        assert meant or status in {200, 301, 302}, f"{source} links to {url}: {status}"


def test_every_page_can_be_found_from_a_front_page(port):
    """All but the two error pages hang together by links, sitemaps and feeds."""
    hosts = [entry.name for entry in FOLDER.iterdir() if entry.is_dir()]
    known = [f"http://{host}/" for host in hosts] + ["http://harbour-gazette.example/sitemap.xml"]
    for url in known:
        parts = urlsplit(url)
        if parts.netloc not in hosts or parts.path.endswith((".svg", ".css", ".js")):
            continue
        _, headers, body = ask(port, url)
        body = gzip.decompress(body) if url.endswith(".gz") else body
        text = body.decode(encoding_of(parts.netloc, parts.path), "replace")
        found = [*read(text).links, *re.findall(r"<loc>(.*?)</loc>", text), headers.get("Location", "")]
        absolute = [urljoin(url, link).partition("#")[0] for link in found]
        known.extend(dict.fromkeys(link for link in absolute if link.startswith("http") and link not in known))
    unreached = {page["url"] for page in EXPECTED} - set(known)
    assert unreached == set()


def test_redirects_end_at_articles(port):
    for start, steps in (("/old/saltmere-ferry.html", 1), ("/go/market", 2)):
        url = f"http://harbour-gazette.example{start}"
        for _ in range(steps):
            status, headers, body = ask(port, url)
            assert status in {301, 302}
            assert body == b""
            url = urljoin(url, headers["Location"])
        assert ask(port, url)[0] == 200


def test_conditional_requests_and_head(port):
    url = "http://kitchen-notes.example/2026/02/one-pot-of-beans.html"
    status, headers, body = ask(port, url)
    assert status == 200
    assert int(headers["Content-Length"]) == len(body)
    assert ask(port, url, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(port, url, If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    assert ask(port, url, If_Modified_Since="Thu, 01 Jan 2026 00:00:00 GMT")[0] == 200
    assert ask(port, url, If_None_Match='W/"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    head = ask(port, url, "HEAD")
    assert head[::2] == (200, b"")
    assert head[1]["Content-Length"] == headers["Content-Length"]


def test_gzip_only_when_accepted_and_never_twice(port):
    url = "http://kitchen-notes.example/2026/02/one-pot-of-beans.html"
    plain = ask(port, url)[2]
    status, headers, body = ask(port, url, Accept_Encoding="gzip, deflate")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == plain
    packed = ask(port, "http://harbour-gazette.example/sitemap-articles.xml.gz", Accept_Encoding="gzip")
    assert packed[1]["Content-Encoding"] is None
    assert b"<urlset" in gzip.decompress(packed[2])


def test_hosts_folders_and_strange_paths(port):
    assert ask(port, "http://nobody.example/")[0] == 404
    assert ask(port, "http://harbour-gazette.example/../../pyproject.toml")[0] == 404
    assert ask(port, "http://harbour-gazette.example/%2e%2e/%2e%2e/pyproject.toml")[0] == 404
    status, headers, _ = ask(port, "http://harbour-gazette.example/local")
    assert (status, headers["Location"]) == (301, "/local/")
    for host in {urlsplit(page["url"]).netloc for page in EXPECTED}:
        status, headers, body = ask(port, f"http://{host}/robots.txt")
        assert (status, headers.get_content_type()) == (200, "text/plain")
        assert b"User-agent: *" in body


def test_undeclared_and_shift_jis_pages_are_what_they_say():
    hotel = (FOLDER / "valley-history.example/papers/hotel-lumiere.htm").read_bytes()
    assert "charset" not in hotel.decode("windows-1252").lower()
    assert "’Hôtel Lumière" in hotel.decode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        hotel.decode("utf-8")
    lighthouse = (FOLDER / "nagisa-tayori.example/2026/09/todai.html").read_bytes()
    assert "灯台の階段" in lighthouse.decode("shift_jis")
    assert (FOLDER / "workbench-forum.example/attachments/plan.html").read_bytes() == b""


def test_requests_are_listed_for_those_who_ask():
    seen: list[sample_site.Request] = []
    with sample_site.serve(seen=seen) as (_, port):
        ask(port, "http://kitchen-notes.example/robots.txt", User_Agent="tester")
    assert seen == [sample_site.Request("GET", "kitchen-notes.example", "/robots.txt", "tester", 200)]


def test_job_file_names_every_host_and_only_loopback(tmp_path):
    path = sample_site.write_job(tmp_path / "new", 8123)
    assert load_job(path).crawl.delay == 0
    job = tomllib.loads(path.read_text(encoding="utf-8"))
    hosts = {entry.name for entry in FOLDER.iterdir() if entry.is_dir()}
    assert {urlsplit(site["start"][0]).netloc for site in job["sites"]} == hosts
    assert set(job["crawl"]["resolve"]) == {f"{host}:80" for host in hosts}
    assert set(job["crawl"]["resolve"].values()) == set(job["crawl"]["allow_addresses"]) == {"127.0.0.1:8123"}


def test_a_missing_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(sample_site, "SITE_FOLDERS", (tmp_path / "nowhere",))
    with pytest.raises(sample_site.SampleSiteError, match="nowhere"):
        sample_site.load_site()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + SHARED_RUN]) for start in range(len(found) - SHARED_RUN + 1)}


@pytest.mark.skipif(not SEED.is_file(), reason="../shared/seed is not there")
def test_no_sentence_is_taken_from_the_seed():
    seed = runs(SEED.read_text(encoding="utf-8"))
    assert len(seed) > 300
    for file in READABLE:
        shared = runs(read(html_of(file)).text) & seed
        assert not shared, f"{file.name} shares {shared}"
