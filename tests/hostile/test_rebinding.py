"""Names that change what they resolve to between two requests, end to end: the listener inside must not be dialled.

The crawl is a real process whose resolver is replaced before it starts: no name server of the machine lies like that.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crawl.jobs import SECONDS, JobFolder
from tests.hostile.case import html
from tests.hostile.server import Exchange, answer, listen, serve

# Answers of the resolver in turn; the last one stays. The first lookup says by which address the host is kept apart.
_START = """
import socket, sys
answers = {answers!r}
asked = dict.fromkeys(answers, 0)
real = socket.getaddrinfo
def flipping(host, port, *rest, **more):
    if host not in answers:
        return real(host, port, *rest, **more)
    asked[host] += 1
    addresses = answers[host][min(asked[host], len(answers[host])) - 1]
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
socket.getaddrinfo = flipping
from spiders.__main__ import main
sys.exit(main(sys.argv[1:]))
"""

OPEN, CLOSED, DEAD = ["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]  # nobody listens at the last, which may be dialled
CASES = {
    "steady.example": ([OPEN], {"/": "archived", "/a": "archived"}),
    "flips-after-robots.example": ([OPEN, OPEN, CLOSED], {"/": "blocked.address"}),
    "flips-after-a-page.example": ([OPEN, OPEN, OPEN, CLOSED], {"/": "archived", "/a": "blocked.address"}),
    "flips-before-dialling.example": ([OPEN, CLOSED], {"/": "blocked.address"}),
    "one-of-two-is-closed.example": ([[*OPEN, *CLOSED]], {"/": "blocked.address"}),
    "first-of-two-is-dead.example": ([[*DEAD, *OPEN]], {"/": "archived", "/a": "archived"}),
    "flips-into-a-private-net.example": ([OPEN, ["10.0.0.1"]], {"/": "blocked.address"}),
}


def closing(exchange: Exchange) -> None:
    """Each answer closes its connection, so that each request needs a new one."""
    status = 404 if exchange.path == "/robots.txt" else 200
    answer(html("/a"), status, {"Connection": "close"})(exchange)
    exchange.keep = False


@dataclass(frozen=True)
class Flipped:
    """``outcomes`` by host and path; ``caught`` are the connections to the closed address."""

    outcomes: dict[str, dict[str, str]]
    caught: list[object]
    problems: tuple[str, ...]


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> Flipped:
    path = Path(tmp_path_factory.mktemp("rebinding")) / "job.toml"
    with serve() as server, listen("127.0.0.2", server.port) as (_, caught):
        names = {host: f"{host}:{server.port}" for host in CASES}
        for name in names.values():
            server.sites[name] = server.robots[name] = closing
        path.write_text(
            f"""
[job]
name = "rebinding"
contact = "mailto:crawl@example.org"
[crawl]
delay = 0.0
rights_files = []
allow_addresses = ["127.0.0.1:{server.port}", "127.0.0.3:{server.port}"]
[[sites]]
start = {json.dumps([f"http://{name}/" for name in names.values()])}
follow = ["links"]
"""
        )
        start = _START.format(answers={host: answers for host, (answers, _) in CASES.items()})
        done = subprocess.run(
            [sys.executable, "-c", start, str(path)], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    crawled = JobFolder(path).result(done.returncode, done.stderr)
    outcomes = {
        host: {
            url.partition(name)[2]: crawled.outcome(url) for url in crawled.rows if url.startswith(f"http://{name}/")
        }
        for host, name in names.items()
    }
    return Flipped(outcomes, caught, crawled.books.problems)


@pytest.mark.parametrize("host", CASES)
def test_a_name_that_flips_is_asked_only_where_it_may_be(flipped: Flipped, host: str) -> None:
    assert flipped.outcomes[host] == CASES[host][1]


def test_nothing_reaches_the_address_that_names_flip_to(flipped: Flipped) -> None:
    assert flipped.caught == []
    assert flipped.problems == ()
