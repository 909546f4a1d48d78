"""A server on loopback that may answer anything: raw sockets, one thread a connection, a log of what was asked."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

MOST_SECONDS = 100.0  # no behaviour lasts longer: a crawler that waits for it has failed by then


class GoneError(Exception):
    """The crawler has closed the connection."""


@dataclass
class Exchange:
    """One request, and the means to answer it. Times are on the monotonic clock.

    ``last_sent`` is when the last piece of the answer set out: before, no crawler can have had all of an orderly one.
    ``ended`` is when the server noticed that it was over, which on a busy machine is later.
    """

    connection: socket.socket
    host: str
    path: str
    headers: dict[str, str]
    began: float
    last_sent: float = 0.0
    ended: float = 0.0
    keep: bool = False

    def send(self, data: bytes) -> None:
        self.last_sent = time.monotonic()
        try:
            self.connection.sendall(data)
        except (OSError, ssl.SSLError):
            raise GoneError from None

    def wait(self, seconds: float = MOST_SECONDS) -> None:
        """Do nothing, but notice when the crawler goes away."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], left)
            try:
                if readable and not self.connection.recv(65_536):
                    raise GoneError
            except OSError:
                raise GoneError from None

    def drip(self, piece: bytes, pause: float, seconds: float = MOST_SECONDS) -> None:
        """Send a piece again and again, with pauses."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.send(piece)
            self.wait(pause)

    def flood(self, piece: bytes, limit: int = 200 * 1024 * 1024) -> None:
        """Send a piece as often as the limit lets it; the crawler should go away long before."""
        for _ in range(limit // len(piece)):
            self.send(piece)

    def reset(self) -> None:
        """Close with a reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Serve = Callable[[Exchange], None]


def answer(
    body: bytes, status: object = 200, headers: Mapping[str, str] | None = None, kind: str = "text/html; charset=utf-8"
) -> Serve:
    """An orderly answer that leaves the connection open."""
    fields = {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    whole = f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode("latin-1") + body

    def serve(exchange: Exchange) -> None:
        exchange.keep = True
        exchange.send(whole)

    return serve


def raw(*pieces: bytes, reset: bool = False) -> Serve:
    """These bytes, and the connection closed behind them."""

    def serve(exchange: Exchange) -> None:
        for piece in pieces:
            exchange.send(piece)
        if reset:
            exchange.reset()

    return serve


@dataclass
class Server:
    """``sites`` maps host to what answers it. ``robots`` answers /robots.txt; a host that is not there has none."""

    port: int
    sites: dict[str, Serve] = field(default_factory=dict)
    robots: dict[str, Serve] = field(default_factory=dict)
    log: list[Exchange] = field(default_factory=list)

    def of(self, host: str, *, robots: bool = False) -> list[Exchange]:
        """What a host was asked, its robots.txt apart."""
        return [one for one in list(self.log) if one.host == host and (one.path == "/robots.txt") == robots]

    def answer(self, exchange: Exchange) -> None:
        nothing = answer(b"nothing here", 404, kind="text/plain")
        table = self.robots if exchange.path == "/robots.txt" else self.sites
        table.get(exchange.host, nothing)(exchange)


@contextmanager
def serve(greet: Callable[[socket.socket], socket.socket] | None = None) -> Iterator[Server]:
    """A server without sites; ``greet`` turns an accepted connection into the one that is talked on (TLS)."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        server = Server(listener.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listener, server, greet), daemon=True)
        thread.start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def listen(address: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[int, list[object]]]:
    """A port that nobody may dial, and the connections that were made to it all the same."""
    caught: list[object] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, peer = listener.accept()
                caught.append(peer)
                connection.close()

    with socket.create_server((address, port)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1], caught
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(listener: socket.socket, server: Server, greet: Callable[[socket.socket], socket.socket] | None) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_talk, args=(connection, server, greet), daemon=True).start()


def _talk(connection: socket.socket, server: Server, greet: Callable[[socket.socket], socket.socket] | None) -> None:
    with suppress(OSError, GoneError):
        talked = greet(connection) if greet else connection
        with talked:
            while (exchange := _read(talked)) is not None:
                server.log.append(exchange)
                try:
                    server.answer(exchange)
                except GoneError:
                    exchange.keep = False
                finally:
                    exchange.ended = time.monotonic()
                if not exchange.keep:
                    return


def _read(connection: socket.socket) -> Exchange | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return None
        data += more
    lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return Exchange(connection, headers.get("host", ""), lines[0].split(" ")[1], headers, time.monotonic())
