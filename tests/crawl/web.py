"""A real web of small sites on loopback: HTTP/1.1, virtual hosts by their Host header, a log of every request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it; ``at`` is on the monotonic clock of this process."""

    at: float
    host: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What to send. ``raw`` replaces everything, head included, and closes the connection behind it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    pause: float = 0.0


Route = Reply | bytes | Callable[[Asked], Reply]


@dataclass
class Web:
    """``sites`` maps host to path to what is sent; a host may have a default under the path ``*``."""

    port: int
    sites: dict[str, dict[str, Route]] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def paths(self, host: str) -> list[str]:
        return [asked.path for asked in list(self.log) if asked.host == host]

    def reply(self, asked: Asked) -> Reply:
        routes = self.sites.get(asked.host, {})
        route = routes.get(asked.path, routes.get("*", Reply(b"<p>nothing here</p>", 404)))
        found = route(asked) if callable(route) else route
        return Reply(found) if isinstance(found, bytes) else found


@contextmanager
def serve() -> Iterator[Web]:
    """An empty web; add sites to it before or while it is asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            host = self.headers.get("Host", "")
            asked = Asked(
                time.monotonic(), host, self.path, {name.lower(): value for name, value in self.headers.items()}
            )
            web.log.append(asked)
            reply = web.reply(asked)
            time.sleep(reply.pause)
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            self.send_response_only(reply.status)
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": str(len(reply.body)),
                **reply.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def listen() -> Iterator[tuple[int, list[Any]]]:
    """A port on loopback that nobody may dial, and the connections that were made to it all the same."""
    caught: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                caught.append(peer)
                connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1], caught
        done.set()
        thread.join()


def page(*links: str, text: str = "A paragraph of our own.") -> bytes:
    """A small HTML page with these links."""
    items = "".join(f'<li><a href="{link}">link</a></li>' for link in links)
    return (
        f"<!doctype html><html><head><title>t</title></head><body><p>{text}</p><ul>{items}</ul></body></html>".encode()
    )
