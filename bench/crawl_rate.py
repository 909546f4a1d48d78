"""20,000 addresses on 100 virtual hosts without a pause: our crawl and plain Scrapy, one after the other.

    python -m bench.crawl_rate [--hosts 100] [--pages 200] [--rounds 1]

Ours archives each page and keeps the ledger; plain Scrapy (the settings of its project template, without the delay)
writes a JSON line for each. Prints pages a second of wall time, pages a second of processor time (which other work on
the machine does not touch) and peak memory. Exit 1 when a page is missing, or ours has less than 75 % of plain
Scrapy's pages a second of processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.store.ledger import Ledger
from tests.hostile.play import peak_memory

LEAST = 0.75
TEXT = "A paragraph of our own, of which a page holds some, as articles do. " * 12


@dataclass(frozen=True)
class Measured:
    """``cpu`` and ``wall`` are seconds; ``memory`` is the peak in MiB."""

    pages: int
    wall: float
    cpu: float
    memory: float

    def line(self, name: str) -> str:
        """For people."""
        return (
            f"{name:13} {self.pages:6} pages, {self.pages / self.wall:6.1f} a second, "
            f"{self.pages / self.cpu:6.1f} a second of processor time, {self.memory:4.0f} MiB"
        )


def page(host: str, number: int, pages: int) -> bytes:
    """The start page links to all pages of its host; each of these to the next ten."""
    numbers = range(1, pages) if number == 0 else range(number + 1, min(number + 11, pages))
    links = "".join(f'<li><a href="/{n}">Page {n}</a></li>' for n in numbers)
    text = "".join(f"<p>{host} {number} {part}. {TEXT}</p>" for part in range(8))
    return f"<!doctype html><title>{host} {number}</title><article>{text}</article><ul>{links}</ul>".encode()


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: int) -> None:
    """Answer the requests of one connection."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode("latin-1").split("\r\n")
            host = next((line[6:] for line in lines if line.lower().startswith("host: ")), "")
            path = lines[0].split(" ")[1].strip("/")
            found = path == "" or path.isdigit()
            body = page(host, int(path or 0), pages) if found else b"nothing here"
            status = "200 OK" if found else "404 Not Found"
            fields = f"Content-Type: text/html\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"HTTP/1.1 {status}\r\n{fields}\r\n".encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve(pages: int, tell: Connection) -> None:
    """Serve for ever; tells its port."""

    async def main() -> None:
        server = await asyncio.start_server(lambda r, w: talk(r, w, pages), "127.0.0.1", 0)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def watched(order: list[str], folder: Path) -> tuple[float, float, float]:
    """Wall and processor seconds of a process, and its peak memory in MiB."""
    began, memory, before = time.monotonic(), 0.0, os.times()
    root = Path(__file__).parents[1]
    with (folder / "log").open("wb") as log, subprocess.Popen(order, cwd=root, stdout=log, stderr=log) as process:
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            time.sleep(0.2)
    after = os.times()
    if process.returncode != 0:
        sys.exit((folder / "log").read_text(errors="replace")[-2_000:])
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, cpu, memory


def ours(folder: Path, hosts: list[str], pages: int, port: int) -> Measured:
    """Our crawl, into a new data folder."""
    table = ", ".join(f'"{host}:80" = "127.0.0.1:{port}"' for host in hosts)
    starts = json.dumps([f"http://{host}/" for host in hosts])
    job = folder / "job.toml"
    job.write_text(
        f'[job]\nname = "rate"\ncontact = "mailto:crawl@example.org"\n[crawl]\ndelay = 0.0\n'
        f'allow_addresses = ["127.0.0.1:{port}"]\nresolve = {{ {table} }}\n'
        f'[[sites]]\nstart = {starts}\nfollow = ["links"]\nmax_pages = {pages}\n'
    )
    measured = watched([sys.executable, "-m", "spiders", str(job)], folder)
    with Ledger(folder / "data" / "ledger.sqlite") as ledger:
        return Measured(ledger.books(ledger.runs()[-1].run_id).awaiting, *measured)


def plain(folder: Path, hosts: list[str], port: int) -> Measured:
    """Plain Scrapy, into a file of JSON lines."""
    plan = {"start": [f"http://{host}/" for host in hosts], "sitemaps": [], "seconds": 0,
            "table": {f"{host}:80": f"127.0.0.1:{port}" for host in hosts}}  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(plan))
    out = folder / "pages.jsonl"
    order = [sys.executable, "-m", "bench.plain_scrapy", str(folder / "plan.json"), str(out)]
    measured = watched(order, folder)
    return Measured(sum('"page"' in line for line in out.read_text().splitlines()), *measured)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    hosts = [f"host{number}.example" for number in range(options.hosts)]
    hear, tell = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(options.pages, tell), daemon=True)
    server.start()
    port, shares = hear.recv(), []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            mine, theirs = ours(Path(first), hosts, options.pages, port), plain(Path(second), hosts, port)
        print(mine.line("broadsheet"))
        print(theirs.line("plain Scrapy"))
        shares.append((mine.pages / mine.cpu) / (theirs.pages / theirs.cpu))
        print(f"ours has {100 * shares[-1]:.0f} % of its pages a second of processor time,", end=" ")
        print(f"{100 * (mine.pages / mine.wall) / (theirs.pages / theirs.wall):.0f} % of wall time", flush=True)
        if mine.pages != options.hosts * options.pages:
            print(f"{options.hosts * options.pages - mine.pages} pages are missing")
            return 1
    server.terminate()
    return int(max(shares) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
