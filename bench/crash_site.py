"""A deterministic site: a tree of article pages on a few hosts, some of it broken if asked, and a count of requests."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOSTS = tuple(f"n{number}.example" for number in range(4))
IN_FLIGHT = 16
BROKEN = ("error", "gone", "loop", "deep", "wide", "noise", "bomb", "unpacked", "short", "silent")
"""Ways to answer badly: with an error, in a circle, too deep, too wide, as noise, packed too well, cut off, or not."""

_WORDS = """\
The ferry of ten past {n} left the pier with {n} passengers, a crate of {m} letters and one bicycle, and the
harbour master wrote all of it down in the grey book that has lain beside the stove since his father's time.

Nobody had expected the wind to turn before noon. When it did, the skipper took the northern channel, where the
water is {n} metres deep at low tide, and lost no more than a quarter of an hour on the way to the islands.

The council will decide in the spring whether a second boat is bought. It would cost {m} thousand crowns, and the
people of the outer islands say that they have heard the same number every year since the school was closed.
""".split("\n\n")


@dataclass
class Site:
    """``fan`` is how many pages each links to; ``asked`` counts requests by address.

    Every ``broken_every``-th page of a host misbehaves, the ways of ``BROKEN`` in turn (0: none). ``at`` is called at
    each request with the number of pages asked for so far.
    """

    pages: int
    fan: int = 2
    hosts: tuple[str, ...] = HOSTS
    broken_every: int = 0
    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    at: Callable[[int], None] | None = None

    @property
    def addresses(self) -> set[str]:
        """Every page there is."""
        return {
            f"http://{host}/{number or ''}" for host in self.hosts for number in range(self.pages // len(self.hosts))
        }

    def body(self, host: str, number: int) -> bytes:
        """An article that differs from every other, with links to a few more of its host."""
        count, first = self.pages // len(self.hosts), self.fan * number + 1
        links = "".join(f'<li><a href="/{n}">{n}</a></li>' for n in range(first, first + self.fan) if n < count)
        own = self.hosts.index(host) * 1000 + number
        text = "".join(f"<p>{words.format(n=own + 3, m=own * 7 + 5)}</p>" for words in _WORDS * 2)
        title = f"Crossing {own} to the outer islands"
        return (
            f"<!doctype html><html lang=en><head><title>{title}</title><meta property=og:type content=article></head>"
            f"<body><article><h1>{title}</h1>{text}</article><nav><ul>{links}</ul></nav></body></html>"
        ).encode()

    def broken(self, number: int) -> str:
        """How a page misbehaves; empty when it does not."""
        if not self.broken_every or not number or number % self.broken_every:
            return ""
        return BROKEN[number // self.broken_every % len(BROKEN)]


@contextmanager
def serve(pages: int, fan: int = 2, hosts: tuple[str, ...] = HOSTS, broken_every: int = 0) -> Iterator[Site]:
    """The site on loopback."""
    site = Site(pages, fan, hosts, broken_every)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            host, name = self.headers.get("Host", "").partition(":")[0], self.path[1:] or "0"
            body = b""
            if host in hosts and name.isdigit() and int(name) < pages // len(hosts):
                site.asked[f"http://{host}{self.path}"] += 1
                if site.at is not None:
                    site.at(site.asked.total())
                body = site.body(host, int(name))
                if site.broken(int(name)):
                    _misbehave(self, site.broken(int(name)), body)
                    return
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _misbehave(handler: BaseHTTPRequestHandler, how: str, body: bytes) -> None:
    """Answer in one of the ways of ``BROKEN``."""
    lines = {"error": b"500 Oh", "gone": b"404 No", "loop": b"302 Found\r\nLocation: " + handler.path.encode()}
    body = {"deep": b"<div>" * 5_000 + body, "wide": b"<br>" * 210_000 + body, "noise": bytes(range(256)) * 99,
            "bomb": gzip.compress(bytes(30_000_000))}.get(how, body)  # fmt: skip
    head = b"HTTP/1.1 " + lines.get(how, b"200 OK") + b"\r\nContent-Type: text/html\r\nConnection: close\r\n"
    head += b"Content-Encoding: gzip\r\n" if how in {"bomb", "unpacked"} else b""
    length = len(body) + (999 if how == "short" else 0)
    handler.wfile.write(head + b"Content-Length: %d\r\n\r\n" % length + (b"" if how == "silent" else body))
    handler.close_connection = True


def write_job(folder: Path, port: int, data: Path | None = None, hosts: tuple[str, ...] = HOSTS) -> Path:
    """A job on that site, as fast as it goes."""
    names = ", ".join(f'"{host}:80" = "127.0.0.1:{port}"' for host in hosts)
    starts = ", ".join(f'"http://{host}/"' for host in hosts)
    path = folder / "job.toml"
    path.write_text(
        f'[job]\nname = "crash"\ncontact = "mailto:data@example.org"\nmin_free_mb = 0\ndata = "{data or "data"}"\n'
        f'[crawl]\ndelay = 0.0\nconcurrency = {IN_FLIGHT}\nallow_addresses = ["127.0.0.1:{port}"]\n'
        f'resolve = {{ {names} }}\n[[sites]]\nstart = [{starts}]\nfollow = ["links"]\n',
        encoding="utf-8",
    )
    return path
