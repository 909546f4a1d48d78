"""Every rule of politeness as a row: what a host says, and which requests it then sees, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from tests.crawl.jobs import Crawled, write_job
from tests.crawl.web import Asked, Reply, Route, Web, page, serve

AGENT = "Broadsheet/"
CONTACT = "(+mailto:crawl@example.org)"

NO_ROBOTS = Reply(b"", 404)


def text(rules: str, status: int = 200, **headers: str) -> Reply:
    sent = {"Content-Type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Reply(rules.encode(), status, sent)


def moved(where: str, status: int = 301) -> Reply:
    return Reply(status=status, headers={"Location": where})


@dataclass(frozen=True)
class Row:
    """``asked`` are the paths that the host must see behind its robots.txt, in order."""

    asked: tuple[str, ...]
    robots: Route = NO_ROBOTS
    pages: dict[str, Route] = field(default_factory=dict)


OURS = "User-agent: broadsheet\n"
ALL = ("/", "/a", "/b")
ROWS = {
    "token-in-any-case": Row(("/", "/b"), text("User-agent: BROADSHEET\nDisallow: /a\n")),
    "own-group-before-star": Row(ALL, text("User-agent: *\nDisallow: /\n\nUser-agent: broadsheet\nAllow: /\n")),
    "groups-of-one-token-merge": Row(
        ("/",), text(f"{OURS}Disallow: /a\n\nUser-agent: x\nAllow: /\n\n{OURS}Disallow: /b\n")
    ),
    "two-star-groups": Row(("/",), text("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n")),
    "longest-match": Row(("/", "/b"), text("User-agent: *\nAllow: /\nDisallow: /a\n")),
    "tie-allows": Row(ALL, text("User-agent: *\nDisallow: /a\nAllow: /a\n")),
    "dollar": Row(("/", "/b"), text("User-agent: *\nDisallow: /a$\n")),
    "broken-lines": Row(("/", "/b"), text("%%%\nUser-agent *\nUser-agent: *\n:::\nDisallow: /a\n")),
    "no-rules-for-us": Row(ALL, text("User-agent: otherbot\nDisallow: /\n")),
    "percent-signs-count-as-what-they-stand-for": Row(("/", "/b"), text("User-agent: *\nDisallow: /%61$\n")),
    "paths-in-utf-8": Row(
        ("/", "/a"), text("User-agent: *\nDisallow: /café\n"), pages={"/": page("/caf%C3%A9", "/caf%c3%a9/x", "/a")}
    ),
    "an-escaped-star-is-no-wildcard": Row(
        ("/", "/a"), text("User-agent: *\nDisallow: /%2A\n"), pages={"/": page("/a", "/%2A")}
    ),
    "the-query-counts": Row(
        ("/", "/a", "/a?p=2"), text("User-agent: *\nDisallow: /*?p=1$\n"),
        pages={"/": page("/a", "/a?p=1", "/a?p=2"), "/a?p=2": page(text="Two.")},
    ),
    "robots-may-always-be-asked": Row((), text("User-agent: *\nDisallow: /\n")),
    "rules-from-elsewhere-are-those-of-this-host": Row(("/", "/b"), moved("http://landing.example/rules")),
    "five-hops-to-robots": Row(("/1", "/2", "/3", "/4", "/5", "/", "/b"), moved("/1"), pages={
        **{f"/{n}": moved(f"/{n + 1}") for n in range(1, 5)}, "/5": text("User-agent: *\nDisallow: /a\n")}),
    "six-hops-to-robots": Row(("/1", "/2", "/3", "/4", "/5"), moved("/1"), pages={
        **{f"/{n}": moved(f"/{n + 1}") for n in range(1, 6)}, "/6": text("User-agent: *\nAllow: /\n")}),
    "robots-404": Row(ALL),
    "robots-410": Row(ALL, text("", 410)),
    "robots-401": Row((), text("", 401)),
    "robots-403": Row((), text("", 403)),
    "robots-429": Row((), text("", 429)),
    "robots-500": Row((), text("User-agent: *\nAllow: /\n", 500)),
    "robots-503": Row((), text("", 503, Retry_After="5")),
    "crawl-delay-nothing": Row(ALL, text("User-agent: *\nCrawl-delay: 0\n")),
    "crawl-delay-of-words": Row(ALL, text("User-agent: *\nCrawl-delay: slowly\n")),
    "crawl-delay-over-a-minute": Row((), text("User-agent: *\nCrawl-delay: 61\n")),
    "nofollow-in-the-header": Row(("/",), pages={"/": Reply(page("/a", "/b"), headers={"X-Robots-Tag": "nofollow"})}),
    "nofollow-for-another": Row(ALL, pages={"/": Reply(page("/a", "/b"), headers={"X-Robots-Tag": "other: nofollow"})}),
    "nofollow-in-the-head": Row(
        ("/",), pages={"/": page("/a", "/b").replace(b"<title>", b'<meta name="robots" content="nofollow"><title>')}
    ),
    "too-many-requests": Row(("/",), pages={"/": Reply(status=429, headers={"Retry-After": "999"})}),
    "five-lost-in-a-row-end-it": Row(("/", *(path for n in range(5) for path in [f"/{n}"] * 3)), pages={
        "/": page(*(f"/{n}" for n in range(9))), **{f"/{n}": Reply(status=500) for n in range(9)}}),
    "noindex-and-none-are-read-all-the-same": Row(
        ("/", "/a"), pages={"/": Reply(page("/a"), headers={"X-Robots-Tag": "noindex"}),
                            "/a": Reply(page("/b"), headers={"X-Robots-Tag": "none"})}
    ),
    "payment-is-not-climbed-over": Row(ALL, pages={"/a": Reply(page(), 402)}),
    "gone-is-asked-once": Row(ALL, pages={"/a": Reply(status=410)}),
    "server-error-is-asked-three-times": Row(("/", "/a", "/a", "/a", "/b"), pages={"/a": Reply(status=500)}),
    "no-captcha-is-tried": Row(ALL, pages={"/a": Reply(page(), 403)}),
    "elsewhere-has-its-own-robots": Row(("/",), pages={"/": moved("http://landing.example/there")}),
    "cookies-are-not-kept": Row(ALL, pages={"/": Reply(page("/a", "/b"), headers={"Set-Cookie": "a=1"})}),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawled, Web]:
    with serve() as web:
        hosts = [f"{name}.example" for name in ROWS]
        for name, row in ROWS.items():
            site: dict[str, Route] = {"/": page("/a", "/b"), "/a": page(text="A."), "/b": page(text="B.")}
            web.sites[f"{name}.example"] = {**site, "/robots.txt": row.robots, **row.pages}
        web.sites["landing.example"] = {
            "/robots.txt": text("User-agent: *\nDisallow: /\n"), "*": page(),
            "/rules": text("User-agent: *\nDisallow: /a\n"),
        }  # fmt: skip
        job = write_job(
            Path(tmp_path_factory.mktemp("table")), web, [f"http://{host}/" for host in hosts],
            hosts=[*hosts, "landing.example"], site='follow = ["links"]',
        )  # fmt: skip
        return job.crawl(), web


@pytest.mark.parametrize("name", ROWS)
def test_a_host_sees_what_its_row_says(crawled: tuple[Crawled, Web], name: str) -> None:
    row = ROWS[name]
    assert tuple(crawled[1].paths(f"{name}.example")) == ("/robots.txt", *row.asked)


def test_where_a_redirect_leads_robots_is_asked_first_and_obeyed(crawled: tuple[Crawled, Web]) -> None:
    done, web = crawled
    assert sorted(web.paths("landing.example")) == ["/robots.txt", "/rules"], "the rules are those of another host"
    assert done.outcome("http://landing.example/there") == "blocked.robots"


def test_each_request_names_us_and_carries_nothing_else_of_us(crawled: tuple[Crawled, Web]) -> None:
    for asked in crawled[1].log:
        assert asked.headers["user-agent"].startswith(AGENT)
        assert asked.headers["user-agent"].endswith(CONTACT)
        assert not {"cookie", "referer", "authorization", "from", "x-forwarded-for"} & set(asked.headers)


def test_crawl_delay_and_own_delay_the_longer_one_counts_for_all_requests(web: Web, tmp_path: Path) -> None:
    web.sites["slow.example"] = {
        "/robots.txt": text("User-agent: *\nCrawl-delay: 0.6\n"), "/": page("/a", "/b"), "/a": page(), "/b": page(),
    }  # fmt: skip
    web.sites["quick.example"] = {
        "/": page("/a"),
        "/a": page(),
        "/robots.txt": text("User-agent: *\nCrawl-delay: 0.1\n"),
    }
    hosts = ["slow.example", "quick.example"]
    write_job(
        tmp_path, web, [f"http://{host}/" for host in hosts], hosts=hosts, crawl="delay = 0.3",
        site='follow = ["links"]',
    ).crawl()  # fmt: skip

    def gaps(host: str) -> list[float]:
        seen: list[Asked] = [asked for asked in web.log if asked.host == host]
        return [after.at - before.at for before, after in pairwise(seen)]

    slack = 0.02  # the server notes a request a little after it was sent, and unevenly
    slow, quick = gaps("slow.example"), gaps("quick.example")
    assert (len(slow), len(quick)) == (3, 2)
    assert min(slow) >= 0.6 - slack, "from robots.txt on"
    assert min(quick) >= 0.3 - slack
