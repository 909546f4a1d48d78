"""The same faults for plain Scrapy with trafilatura: the settings of its project template, a JOBDIR, a feed of items.

    python -m bench.baseline_reliability [--pages 120] [--kills 5] [--seed N]

Each case is a crawl that is broken, the same command once more, and what the feed has then. Prints the rows of a table:
pages lost, items twice, pages fetched again, and the exit codes of both runs. It passes no judgement; exit 0.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bench.crash_site import Site, serve

HOST = ("127.0.0.1",)
TIME_OUT_S = 240
SPIDER = """
import scrapy, trafilatura

class Articles(scrapy.Spider):
    name = "articles"
    # As the template of `scrapy startproject` has them, but for its delay of a second.
    custom_settings = {"ROBOTSTXT_OBEY": True, "FEED_EXPORT_ENCODING": "utf-8"}

    async def start(self):
        yield scrapy.Request(self.begin)

    def parse(self, response):
        yield {"url": response.url, "text": trafilatura.extract(response.text)}
        yield from response.follow_all(css="nav a")
"""


def start(folder: Path, site: Site, feed: Path | None = None) -> subprocess.Popen[bytes]:
    """A crawl that goes on where it was, as the documentation says: with a JOBDIR."""
    spider = folder / "articles.py"
    spider.write_text(SPIDER, encoding="utf-8")
    feed = feed or folder / "items.jsonl"
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider), "-a", f"begin=http://127.0.0.1:{site.port}/"]
    command += ["-s", f"JOBDIR={feed.parent / 'job'}", "-o", f"{feed}:jsonlines", "-L", "ERROR"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)


def items(feed: Path) -> list[dict[str, str | None]]:
    """The whole lines of the feed."""
    found = []
    for line in feed.read_text(encoding="utf-8", errors="replace").splitlines() if feed.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def ended(process: subprocess.Popen[bytes]) -> int | None:
    """The exit code; None when it had to be killed after ``TIME_OUT_S``."""
    try:
        return process.wait(TIME_OUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def tell(name: str, site: Site, feed: Path, codes: list[int | None]) -> None:
    """A row of the table."""
    found = items(feed)
    pages = Counter(item["url"] for item in found if item["text"])
    lost, twice = site.pages - len(pages), sum(pages.values()) - len(pages)
    again = sum(count - 1 for count in site.asked.values())
    told = ", then ".join("none: killed by us" if code is None else str(code) for code in codes)
    print(f"| {name} | {lost} of {site.pages} | {twice} | {again} | {told} |", flush=True)


def broken(name: str, site: Site, at: int, harm: Callable[[subprocess.Popen[bytes]], None]) -> None:
    """A crawl that is harmed at the n-th request, and the same command again."""
    with tempfile.TemporaryDirectory() as folder:
        site.asked.clear()
        process = start(Path(folder), site)
        site.at = lambda asked: threading.Thread(target=harm, args=(process,)).start() if asked == at else None
        codes = [ended(process)]
        site.at = None
        codes.append(ended(start(Path(folder), site)))
        tell(name, site, Path(folder) / "items.jsonl", codes)


def twice(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    time.sleep(0.2)
    process.terminate()


def full_disk(site: Site) -> None:
    """JOBDIR and feed on a small tmpfs with 64 KiB left, then with room."""
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=True)
        try:
            (disk / "filler").write_bytes(b"x" * (1024 - 64) * 1024)
            site.asked.clear()
            codes = [ended(start(Path(folder), site, disk / "items.jsonl"))]
            (disk / "filler").unlink()
            codes.append(ended(start(Path(folder), site, disk / "items.jsonl")))
            tell("disk full (tmpfs)", site, disk / "items.jsonl", codes)
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def overlap(site: Site) -> None:
    """Two at once in one folder."""
    with tempfile.TemporaryDirectory() as folder:
        site.asked.clear()
        first, second = start(Path(folder), site), start(Path(folder), site)
        codes = [ended(first), ended(second)]
        tell("two at once", site, Path(folder) / "items.jsonl", codes)


def costly(site: Site, name: str, before: bytes) -> None:
    """Page 5 costs its parser much, or nests deeply."""
    plain = site.body
    with tempfile.TemporaryDirectory() as folder:
        site.asked.clear()
        site.body = lambda host, number: (  # type: ignore[method-assign]
            plain(host, number).replace(b"<article>", before + b"<article>") if number == 5 else plain(host, number)
        )
        begun = time.monotonic()
        codes = [ended(start(Path(folder), site))]
        site.body = plain  # type: ignore[method-assign]
        tell(f"{name} ({time.monotonic() - begun:.0f} s)", site, Path(folder) / "items.jsonl", codes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = ", ".join(f"{name} {version(name)}" for name in ("scrapy", "trafilatura", "lxml"))
    print(f"{time.strftime('%Y-%m-%d')}, {names}, Python {platform.python_version()}, seed {options.seed}")
    print("| fault | lost | items twice | fetched again | exit codes |\n|---|---|---|---|---|")
    chance = random.Random(options.seed)
    attributes = b"<div " + b" ".join(b"a%d=x" % number for number in range(100_000)) + b"></div>"
    with serve(options.pages, hosts=HOST) as site:
        broken("none", site, -1, lambda _: None)
        for _ in range(options.kills):
            at = chance.randint(2, options.pages - 1)
            broken(f"SIGKILL at request {at}", site, at, lambda process: process.kill())
        broken("SIGTERM", site, options.pages // 2, lambda process: process.terminate())
        broken("SIGTERM twice", site, options.pages // 2, twice)
        overlap(site)
        if os.geteuid() == 0:
            full_disk(site)
        costly(site, "a page nested 5,000 deep", b"<div>" * 5_000)
        costly(site, "a tag of 100,000 attributes", attributes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
