"""A wrong job file is refused with file, key and remedy; a right one has every default."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.run.job import JobError, load_job
from pipeline.run.job_text import with_data
from tests.run.places import write_job

GOOD = """
[job]
name = "news"
contact = "mailto:data@example.org"
[[sites]]
start = ["https://example.org/"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "news.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_are_those_of_the_house(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, GOOD))
    site = job.sites[0]
    assert (job.job.agent, job.job.max_failed, job.job.max_quarantined, job.job.mask) == ("Broadsheet", 0.2, 0.02, ())
    assert (job.crawl.delay, job.crawl.concurrency, job.crawl.ports) == (2.0, 16, (80, 443))
    assert (job.crawl.allow_addresses, job.crawl.resolve, job.crawl.proxy) == ((), {}, "")
    assert job.crawl.pages_per_host_per_day == 20_000
    assert (site.follow, site.scope, site.max_pages) == (("links", "sitemaps", "feeds"), "site", 2_000)
    assert (site.revisit, site.respect_opt_out, site.browser) == ((3_600.0, 2_592_000.0), "record", False)
    assert job.data_dir == tmp_path / "data"
    assert job.user_agent == f"Broadsheet/{__version__} (+mailto:data@example.org)"


def test_a_start_file_is_read_when_it_is_needed(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, GOOD.replace('start = ["https://example.org/"]', 'start_file = "seeds.txt"')))
    with pytest.raises(JobError, match=r"sites\[0\]\.start_file: cannot read seeds\.txt.*put the file there"):
        job.start_addresses(job.sites[0])
    seeds = tmp_path / "seeds.txt"
    seeds.write_text("# ours\nhttps://a.example/\n\nhttps://b.example/x\nhttps://a.example/\n", encoding="utf-8")
    assert job.start_addresses(job.sites[0]) == ("https://a.example/", "https://b.example/x")
    seeds.write_text("https://a.example/\nftp://b.example/\n", encoding="utf-8")
    with pytest.raises(JobError, match=r"seeds\.txt line 2: 'ftp://b\.example/' is no http or https address"):
        job.start_addresses(job.sites[0])
    seeds.write_text("\n# nothing\n", encoding="utf-8")
    with pytest.raises(JobError, match=r"holds no address"):
        job.start_addresses(job.sites[0])


# what is changed in the good file, the key that the message must name, a piece of what is wrong, a piece of the remedy
WRONG = [
    ('name = "news"', 'name = "news"\ndata = "a\\u0000b"', "job.data", "null character", 'such as "data"'),
    ('name = "news"', 'name = "news"\nmetrics = "a\\u0000b"', "job.metrics", "null character", "news.prom"),
    ('name = "news"', 'nmae = "news"', "job.nmae", "unknown key", "did you mean name?"),
    ('name = "news"', "", "job.name", "missing", 'such as "news"'),
    ('name = "news"', 'name = "a/b"', "job.name", "characters that may not stand there", "letters"),
    ('name = "news"', 'name = "news"\ndelay = 1.0', "job.delay", "unknown key", "belongs in [crawl]"),
    ('contact = "mailto:data@example.org"', "", "job.contact", "missing", "mailto:data@example.org"),
    ("mailto:data@example.org", "data@example.org", "job.contact", "neither a mailto: nor an http(s)", "mailto:"),
    ("mailto:data@example.org", "https://example.org/ (us)", "job.contact", "neither", "https://example.org/crawler"),
    ("[[sites]]", "[crawl]\ndelay = -1\n[[sites]]", "crawl.delay", "greater than or equal to 0", "such as 2.0"),
    ("[[sites]]", '[crawl]\nconcurrency = "8"\n[[sites]]', "crawl.concurrency", "not a whole number", "such as 16"),
    ("[[sites]]", "[crawl]\nports = [80, 70000]\n[[sites]]", "crawl.ports[1]", "equal to 65535", "[80, 443]"),
    ("[[sites]]", '[crawl]\nallow_addresses = ["127.0.0.1"]\n[[sites]]', "crawl.allow_addresses[0]", "port", ":8000"),
    ("[[sites]]", '[crawl]\nallow_addresses = ["host:80"]\n[[sites]]', "crawl.allow_addresses[0]", "no IP", ":8000"),
    ("[[sites]]", '[crawl]\nresolve = {"a.b" = "127.0.0.1:1"}\n[[sites]]', "crawl.resolve.a.b", "port", "news.example"),
    ("[[sites]]", '[crawl]\nresolve = {"a.b:80" = "b:1"}\n[[sites]]', "crawl.resolve.a.b:80", "no IP", ":8000"),
    ("[[sites]]", '[crawl]\nproxy = "proxy"\n[[sites]]', "crawl.proxy", "no http or https", "127.0.0.1:3128"),
    ('start = ["https://example.org/"]', "", "sites[0]", "neither start nor start_file", "https://example.org/"),
    ("https://example.org/", "example.org", "sites[0].start[0]", "no http or https address", "https://example.org/"),
    ('["https://example.org/"]', '"https://example.org/"', "sites[0].start", "not a list", '["https://example.org/"]'),
    ("[[sites]]", "[[sites]]\nallow = ['ok', '(']", "sites[0].allow[1]", "no regular expression", "/news/"),
    ("[[sites]]", "[[sites]]\ndeny = ['[']", "sites[0].deny[0]", "no regular expression", "/tag/"),
    ("[[sites]]", '[[sites]]\nrevisit = ["1 hour", "2d"]', "sites[0].revisit", "no duration", '["1h", "30d"]'),
    ("[[sites]]", '[[sites]]\nrevisit = ["2d", "1h"]', "sites[0].revisit", "longer than the upper", "shorter first"),
    ("[[sites]]", "[[sites]]\nrevisit = 3", "sites[0].revisit", "not two durations", '["1h", "30d"]'),
    ("[[sites]]", '[[sites]]\nscope = "all"', "sites[0].scope", "should be", '"site", "host" or "path"'),
    ("[[sites]]", '[[sites]]\nfollow = ["link"]', "sites[0].follow[0]", "should be", '"sitemaps"'),
    ("[[sites]]", "[[sites]]\nbrowser = 1", "sites[0].browser", "neither true nor false", "true or false"),
    ("[[sites]]", 2 * '[[sites]]\nstart_file = "-"\n' + "[[sites]]", "the file", "read only once", "-"),
    ("[job]", '[job]\nmask = ["names"]', "job.mask[0]", "this should be 'email', 'phone' or 'ip'", "personal data"),
    ("[job]", "[jobs]\n[job]", "jobs", "unknown key", "did you mean job?"),
    ('[[sites]]\nstart = ["https://example.org/"]', "", "sites", "missing", "[[sites]]"),
    ("[job]", "sites = []\n[job]", "sites", "empty", "[[sites]]"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "wrong", "remedy"), WRONG, ids=[f"{w[2]}-{w[3]}" for w in WRONG])
def test_what_is_wrong_is_named_with_its_remedy(tmp_path, old, new, key, wrong, remedy) -> None:
    assert old in GOOD
    text = GOOD if not new.startswith("sites") else GOOD[: GOOD.index("[[sites]]")]
    path = write(tmp_path, text.replace(old, new, 1))
    with pytest.raises(JobError) as refused:
        load_job(path)
    (line,) = [line for line in str(refused.value).splitlines() if f": {key}: " in line]
    assert line.startswith(f"{path}: ")
    assert wrong in line
    assert remedy in line


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("mailto:data@example.org", "nobody").replace("[[sites]]", "[[sites]]\nmax_pages = 0")
    with pytest.raises(JobError) as refused:
        load_job(write(tmp_path, text))
    assert len(str(refused.value).splitlines()) == 2


def test_no_file_no_toml_no_text(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=r"none\.toml: cannot read.*broadsheet init"):
        load_job(tmp_path / "none.toml")
    with pytest.raises(JobError, match=r"cannot read.*directory"):
        load_job(tmp_path)
    with pytest.raises(JobError, match=r"news\.toml: not TOML: .*line 2"):
        load_job(write(tmp_path, "[job]\nname = news\n"))
    (tmp_path / "news.toml").write_bytes(b"[job]\nname = '\xff'\n")
    with pytest.raises(JobError, match=r"not UTF-8.*save it as UTF-8"):
        load_job(tmp_path / "news.toml")


def test_a_call_for_another_data_folder_leaves_the_file_of_the_first_as_it_is(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    jobs = [write_job(tmp_path / "one"), write_job(tmp_path / "two", "max_failed = 0.5\n")]
    first = with_data(jobs[0], tmp_path / "data")
    text = first.path.read_bytes()
    second = with_data(jobs[1], tmp_path / "data")
    assert (first.path.read_bytes(), load_job(first.path).job.max_failed) == (text, 0.2)
    assert (second.job.max_failed, second.data_dir) == (0.5, first.data_dir)
    assert with_data(jobs[0], tmp_path / "data").path == first.path
