"""The same cases before plain Scrapy with the settings of its project template: what comes of it, for comparison."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile import tls
from tests.hostile.case import ARCHIVED, Case
from tests.hostile.play import all_cases, endpoints, impolite, peak_memory, set_up
from tests.hostile.server import Server, listen, serve

CLOSES_AFTER = 240  # seconds, Scrapy's own setting
KILLED_AFTER = 400
_DELIVERED = frozenset({ARCHIVED, "redirected"})


@dataclass(frozen=True)
class Plain:
    """``wrong`` says for each case what went wrong; ``untold`` are start pages of which no callback ever heard."""

    tried: int
    wrong: dict[str, str]
    ended: bool
    good_lost: int
    untold: int
    inside: int
    impolite: int
    stuck: float
    memory_mib: float
    seconds: float

    @property
    def line(self) -> str:
        """All of it in one line, in the order of ``Played.line``."""
        return (
            f"plain Scrapy: {self.tried} cases tried, {'ended by itself' if self.ended else 'had to be killed'}, "
            f"{len(self.wrong)} wrong, stuck at most {self.stuck:.1f} s, peak memory {self.memory_mib:.0f} MiB, "
            f"internal listener {self.inside} connections, politeness violations {self.impolite}, "
            f"good pages lost {self.good_lost}, start pages never heard of {self.untold}, {self.seconds:.0f} s"
        )


def play_plain(folder: Path, names: Iterable[str] | None = None, *, quick: bool = False, good_pages: int = 40) -> Plain:
    """As ``play.play``, with plain Scrapy."""
    with ExitStack() as stack:
        authority = tls.Authority(folder)
        server = stack.enter_context(serve())
        secure = stack.enter_context(serve(tls.greeting(authority)))
        inside, caught = stack.enter_context(listen())
        others = [stack.enter_context(listen(address, inside))[1] for address in ("127.0.0.2",)]
        wanted = set(names) if names is not None else None
        cases = [
            case for case in all_cases(inside) if (case.quick or not quick) and (wanted is None or case.name in wanted)
        ]
        good = set_up(server, secure, cases, good_pages)
        starts = [f"http://{host}/" for host in good] + [case.start for case in cases]
        plan = {
            "start": starts,
            "sitemaps": [f"{case.start}sitemap.xml" for case in cases if case.sitemaps],
            "table": endpoints(cases, good, (server.port, secure.port, inside)),
            "seconds": CLOSES_AFTER,
        }
        told, ended, memory, seconds = _run(folder, plan, authority.root)
        pages = {line[key] for line in told if "page" in line for key in ("page", "asked")}
        heard = pages | {line["lost"] for line in told if "lost" in line}
        exchanges = [*server.log, *secure.log]
        return Plain(
            tried=len(cases),
            wrong={case.name: why for case in cases if (why := _what_is_wrong(case, pages, [server, secure]))},
            ended=ended,
            good_lost=sum(f"http://{host}/{n or ''}" not in pages for host in good for n in range(good_pages)),
            untold=sum(start not in heard for start in starts),
            inside=len(caught) + sum(map(len, others)),
            impolite=sum(1 for _ in impolite(exchanges)),
            stuck=max(((one.ended or time.monotonic()) - one.began for one in exchanges), default=0.0),
            memory_mib=memory,
            seconds=seconds,
        )


def _run(folder: Path, plan: dict[str, Any], authority: Path) -> tuple[list[dict[str, Any]], bool, float, float]:
    """What it told, whether it ended by itself, peak memory in MiB, seconds."""
    (folder / "plan.json").write_text(json.dumps(plan))
    out = folder / "told.jsonl"
    order = [sys.executable, "-m", "bench.plain_scrapy", str(folder / "plan.json"), str(out)]
    began, memory, ended = time.monotonic(), 0.0, True
    env = {**os.environ, "SSL_CERT_FILE": str(authority)}
    root = Path(__file__).parents[2]
    with subprocess.Popen(order, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            if ended and time.monotonic() - began > KILLED_AFTER:
                ended = False
                process.kill()
            time.sleep(0.1)
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    told = [json.loads(line) for line in lines if line.endswith("}")]
    return told, ended and process.returncode == 0, memory, time.monotonic() - began


def _what_is_wrong(case: Case, pages: set[str], servers: Sequence[Server]) -> str:
    """Empty when the case came out as it must: what is no whole page of the web is not handed on as one."""
    delivered = case.looked_at in pages
    if delivered and case.expected not in _DELIVERED:
        return f"{case.looked_at[:80]} is handed on as a page, though it is {case.expected}"
    if not delivered and case.expected == ARCHIVED and not case.at.startswith("/sitemap"):  # those it hands to nobody
        return f"{case.looked_at[:80]} is lost"
    asked = sum(len(server.of(case.host)) for server in servers)
    return f"{asked} requests, at most {case.most}" if asked > case.most else ""
