"""What is off: other handlers, consoles, remote control, cookies, pickles. Seen from outside while a crawl runs."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.run.job import load_job
from spiders.settings import settings_for
from tests.crawl.jobs import write_job
from tests.crawl.web import Asked, Reply, Web, page

HOST = "a.example"
LISTENS = "0A"  # the state of a socket in /proc/net/tcp


def listening(pid: int) -> set[str]:
    """The sockets of a process that wait for connections, by inode."""
    held = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            held.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    tables = [Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    return held & {words[9] for table in tables for line in table if (words := line.split())[3] == LISTENS}


def test_a_crawl_listens_nowhere_and_leaves_no_pickle(web: Web, tmp_path: Path) -> None:
    process: list[subprocess.Popen[str]] = []
    seen: list[set[str]] = []

    def look(asked: Asked) -> Reply:
        seen.append(listening(process[0].pid))
        return Reply(page("/a"), headers={"Set-Cookie": "id=1; Path=/"})

    web.sites[HOST] = {"/robots.txt": Reply(b"", 404), "*": look}
    job = write_job(tmp_path, web, [f"http://{HOST}/"], hosts=[HOST], site='follow = ["links"]')
    process.append(job.start())
    process[0].communicate(timeout=300)
    assert (process[0].returncode, seen) == (0, [set(), set()])
    assert {path.suffix for path in job.data.root.rglob("*") if path.is_file()} <= {
        ".gz", ".sqlite", ".sqlite-wal", ".sqlite-shm", ".json", ".jsonl", "",
    }  # fmt: skip
    assert [path.name for path in job.data.root.rglob("*") if path.is_file() and not path.suffix] == [".lock"]
    assert not [asked for asked in web.log if {"cookie", "referer"} & set(asked.headers)]


@pytest.mark.parametrize("scheme", ["file", "data", "ftp", "s3"])
def test_there_is_no_handler_but_for_the_web(web: Web, tmp_path: Path, scheme: str) -> None:
    settings = settings_for(load_job(write_job(tmp_path, web, [f"http://{HOST}/"], hosts=[HOST]).path))
    assert settings["DOWNLOAD_HANDLERS"][scheme] is None
    assert set(settings["DOWNLOAD_HANDLERS"].values()) == {None, "spiders.dialling.GuardedHandler"}
