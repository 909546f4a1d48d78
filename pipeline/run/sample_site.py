"""The sample site on loopback: real HTTP/1.1, several hosts by the Host header, and the job file that crawls it.

The pages lie in ``data/sample`` as they are served; ``site.toml`` beside them says what a file's name does not.
"""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

LOOPBACK = "127.0.0.1"
# A checkout has the site in data/sample; a wheel may carry the same folder inside the package.
SITE_FOLDERS = (Path(__file__).resolve().parents[2] / "data" / "sample", Path(__file__).resolve().parents[1] / "sample")
SMALLEST_GZIP = 512  # bytes; below this gzip's own frame eats the gain


class SampleSiteError(Exception):
    """The site's folder is missing or unreadable; the message names it."""


class Address(NamedTuple):
    """Where the server listens."""

    host: str
    port: int


class Request(NamedTuple):
    """One request that the server saw."""

    method: str
    host: str
    target: str
    user_agent: str
    status: int


class Answer(NamedTuple):
    """What the server sends: the body is empty for a redirect and for 304."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class SampleSite:
    """The folder with its routes: ``routes`` maps (host, path) to what ``site.toml`` says of it."""

    folder: Path
    hosts: tuple[str, ...]
    routes: Mapping[tuple[str, str], Mapping[str, Any]]
    types: Mapping[str, str]
    last_modified: datetime

    def answer(self, host: str, target: str) -> Answer:
        """The full answer to a GET, before conditions and compression. Queries are ignored."""
        if host not in self.hosts:
            return _plain(HTTPStatus.NOT_FOUND, f"no host {host} here")
        path = unquote(urlsplit(target).path) or "/"
        route = self.routes.get((host, path), {})
        status = int(route.get("status", HTTPStatus.OK))
        if "location" in route:
            return Answer(status, {"Location": route["location"]}, b"")
        file = self._file(host, route.get("file", path))
        if file is None:
            return _plain(HTTPStatus.NOT_FOUND, "no such page")
        if file.is_dir():
            return Answer(HTTPStatus.MOVED_PERMANENTLY, {"Location": path + "/"}, b"")
        headers = {"Content-Type": route.get("type") or self.types.get(file.suffix, "application/octet-stream")}
        body = file.read_bytes()
        if status == HTTPStatus.OK:
            headers["Last-Modified"] = format_datetime(self.last_modified, usegmt=True)
            headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
        return Answer(status, headers, body)

    def _file(self, host: str, path: str) -> Path | None:
        """The file (or, for a folder asked for without its slash, the folder) behind a path of the host."""
        parts = PurePosixPath(path.lstrip("/")).parts
        if ".." in parts or "\0" in path:
            return None
        file = self.folder.joinpath(host, *parts)
        if path.endswith("/"):
            file /= "index.html"
        return file if file.exists() else None


def load_site() -> SampleSite:
    """Read ``site.toml`` and the list of hosts. Raises ``SampleSiteError`` naming the folders looked in."""
    folder = next((folder for folder in SITE_FOLDERS if (folder / "site.toml").is_file()), None)
    if folder is None:
        looked = " nor ".join(str(folder) for folder in SITE_FOLDERS)
        raise SampleSiteError(f"the sample site is missing: there is no site.toml in {looked}; run from a checkout")
    try:
        settings = tomllib.loads((folder / "site.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SampleSiteError(f"{folder / 'site.toml'} cannot be read: {error}") from error
    return SampleSite(
        folder=folder,
        hosts=tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir())),
        routes={(route["host"], route["path"]): route for route in settings["route"]},
        types=settings["types"],
        last_modified=settings["last_modified"],
    )


@contextmanager
def serve(port: int = 0, seen: list[Request] | None = None) -> Iterator[Address]:
    """Serve the site on loopback while the context lasts; port 0 takes a free one.

    Each request is appended to ``seen`` where a list is given. Raises ``SampleSiteError`` and ``OSError``.
    """
    server = _Server(load_site(), port, seen)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sample-site", daemon=True)
    thread.start()
    try:
        yield Address(LOOPBACK, server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_job(folder: Path, port: int) -> Path:
    """Write ``sample.toml`` into ``folder``: a job for all hosts of the site served on ``port``, data beside it."""
    hosts = load_site().hosts
    resolve = "\n".join(f'"{host}:80" = "{LOOPBACK}:{port}"' for host in hosts)
    sites = "\n\n".join(f'[[sites]]\nstart = ["http://{host}/"]' for host in hosts)
    text = f"""# The sample site, served on loopback: the hosts are resolved to it, so nothing leaves this machine.
[job]
name = "sample"
contact = "mailto:sample@example.org"
data = "data"

[crawl]
delay = 0.0
ports = [80]
allow_addresses = ["{LOOPBACK}:{port}"]

[crawl.resolve]
{resolve}

{sites}
"""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sample.toml"
    path.write_text(text, encoding="utf-8")
    return path


class _Server(ThreadingHTTPServer):
    """One thread a connection; quiet."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, site: SampleSite, port: int, seen: list[Request] | None) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.site = site
        self.seen = seen


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleSite"
    sys_version = ""
    disable_nagle_algorithm = True  # head and body are two writes: without this each answer waits for an ACK
    server: _Server

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower()
        answer = self.server.site.answer(host, self.path)
        if _unchanged(self.headers, answer):
            answer = answer._replace(status=HTTPStatus.NOT_MODIFIED, body=b"")
        answer = _compressed(self.headers.get("Accept-Encoding", ""), answer)
        if self.server.seen is not None:
            agent = self.headers.get("User-Agent", "")
            self.server.seen.append(Request(self.command, host, self.path, agent, answer.status))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class gives the name)
        """Say nothing: the requests stand in ``seen``."""


def _plain(status: HTTPStatus, text: str) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode() + b"\n")


def _unchanged(headers: Message, answer: Answer) -> bool:
    """RFC 9110 section 13.2.2: If-None-Match goes before If-Modified-Since."""
    if "ETag" not in answer.headers:
        return False
    if "If-None-Match" in headers:
        asked = {tag.strip() for tag in headers["If-None-Match"].split(",")}
        return "*" in asked or answer.headers["ETag"] in asked
    try:
        since = parsedate_to_datetime(headers.get("If-Modified-Since", ""))
    except (TypeError, ValueError):
        return False
    return since.replace(tzinfo=since.tzinfo or UTC) >= parsedate_to_datetime(answer.headers["Last-Modified"])


def _compressed(accepted: str, answer: Answer) -> Answer:
    """The answer gzipped where the client takes it and it pays; what is already packed goes as it is."""
    packed = answer.headers.get("Content-Type", "").startswith(("application/gzip", "application/pdf"))
    if "gzip" not in accepted or packed or len(answer.body) < SMALLEST_GZIP:
        return answer
    headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return answer._replace(headers=headers, body=gzip.compress(answer.body, 6, mtime=0))
