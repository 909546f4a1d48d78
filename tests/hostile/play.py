"""Cases and good hosts in one crawl by a real process, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.store.layout import DataDir
from pipeline.store.ledger import Books, Ledger, OutcomeRow
from spiders.addresses import read_address
from tests.hostile import bodies, framing, leads, manners, tls, traps
from tests.hostile.case import Case, html
from tests.hostile.server import Exchange, Server, answer, listen, serve

GOOD_HOSTS = 5
SECONDS = 600  # a safety limit, never a measurement
SLACK = 5.0  # a server notices late that a broken request is over, the later the busier the machine
USER_AGENT_ENDS = "(+mailto:crawl@example.org)"


@dataclass(frozen=True)
class Played:
    """``wrong`` says for each case that went wrong what; the other figures are those of the whole crawl."""

    tried: int
    wrong: dict[str, str]
    code: int
    log: str
    good_lost: int
    inside: int
    impolite: tuple[str, ...]
    stuck: float
    memory_mib: float
    seconds: float
    books: Books

    @property
    def survived(self) -> int:
        """Cases after which the crawl stood: all, when it came to its end with its books in order."""
        return self.tried if self.code in {0, 4} and self.books.balanced else 0

    @property
    def line(self) -> str:
        """All of it in one line."""
        return (
            f"hostile: {self.tried} cases tried, {self.survived} survived, {len(self.wrong)} wrong, "
            f"stuck at most {self.stuck:.1f} s, peak memory {self.memory_mib:.0f} MiB, "
            f"internal listener {self.inside} connections, politeness violations {len(self.impolite)}, "
            f"good pages lost {self.good_lost}, {self.seconds:.0f} s"
        )


def all_cases(inside: int) -> tuple[Case, ...]:
    """Every behaviour; ``inside`` is the port that must not be dialled."""
    guarded = leads.inside_cases(inside, lambda text: address.key if (address := read_address(text)) else text)
    return (*bodies.CASES, *framing.CASES, *leads.CASES, *guarded, *manners.CASES, *traps.CASES, *tls.CASES)


def play(folder: Path, names: Iterable[str] | None = None, *, quick: bool = False, good_pages: int = 40) -> Played:
    """One crawl over the cases of these names (all when None, the quick ones when asked) beside good hosts."""
    with ExitStack() as stack:
        authority = tls.Authority(folder)
        server = stack.enter_context(serve())
        secure = stack.enter_context(serve(tls.greeting(authority)))
        inside, caught = stack.enter_context(listen())
        others = [stack.enter_context(listen(address, inside))[1] for address in ("127.0.0.2", "::1")[:1]]
        wanted = set(names) if names is not None else None
        cases = [
            case for case in all_cases(inside) if (case.quick or not quick) and (wanted is None or case.name in wanted)
        ]
        good = set_up(server, secure, cases, good_pages)
        job = _write_job(folder, cases, good, server.port, secure.port, inside)
        code, log, memory, seconds = _run(job, authority.root, inside)
        rows, books = _outcomes(job)
        exchanges = [*server.log, *secure.log]
        lost = sum(_outcome(rows, f"http://{host}/{n or ''}") != "archived" for host in good for n in range(good_pages))
        wrong = {case.name: why for case in cases if (why := _what_is_wrong(case, rows, [server, secure]))}
        return Played(
            tried=len(cases),
            wrong=wrong,
            code=code,
            log=log,
            good_lost=lost,
            inside=len(caught) + sum(map(len, others)),
            impolite=tuple(impolite(exchanges)),
            stuck=max((one.ended - one.began for one in exchanges), default=0.0),
            memory_mib=memory,
            seconds=seconds,
            books=books,
        )


def set_up(server: Server, secure: Server, cases: Sequence[Case], good_pages: int) -> list[str]:
    """Put the cases on their servers, and the good hosts, whose names are given back."""
    for case in cases:
        there = secure if case.resolves == "tls" else server
        there.sites[case.host] = case.serve
        if case.robots is not None:
            there.robots[case.host] = case.robots
    hosts = [f"good{n}.example" for n in range(GOOD_HOSTS)]

    def good(exchange: Exchange) -> None:
        number = int(exchange.path.strip("/") or 0)
        links = [f"/{n}" for n in range(6 * number + 1, 6 * number + 7) if n < good_pages]
        answer(html(*links, text=f"Page {number} of {exchange.host}. "))(exchange)

    server.sites.update(dict.fromkeys(hosts, good))
    return hosts


def endpoints(cases: Sequence[Case], good: Iterable[str], ports: tuple[int, int, int]) -> dict[str, str]:
    """Where each "host:port" leads; ``ports`` are those of the server, the TLS server and the listener inside."""
    port, secure, inside = ports
    ends = {"server": (80, port), "tls": (443, secure), "inside": (80, inside)}
    found = {f"{host}:80": f"127.0.0.1:{port}" for host in good}
    for case in cases:
        if case.resolves in ends:
            usual, there = ends[case.resolves]
            found[f"{case.host}:{usual}"] = f"127.0.0.1:{there}"
    return found


def _write_job(folder: Path, cases: Sequence[Case], good: list[str], port: int, secure: int, inside: int) -> Path:
    resolve = endpoints(cases, good, (port, secure, inside))
    plain = [f"http://{host}/" for host in good] + [case.start for case in cases if not case.sitemaps]
    listed = [case.start for case in cases if case.sitemaps]
    table = ", ".join(f'"{name}" = "{end}"' for name, end in resolve.items())
    sites = "".join(
        f"[[sites]]\nstart = {json.dumps(starts)}\nfollow = {json.dumps(follow)}\nmax_pages = {traps.BUDGET}\n"
        for starts, follow in ((plain, ["links"]), (listed, ["links", "sitemaps"]))
        if starts
    )
    path = folder / "job.toml"
    path.write_text(
        '[job]\nname = "hostile"\ncontact = "mailto:crawl@example.org"\n[crawl]\ndelay = 0.0\nrights_files = []\n'
        f"ports = [80, 443, {inside}]\n"
        f'allow_addresses = ["127.0.0.1:{port}", "127.0.0.1:{secure}"]\nresolve = {{ {table} }}\n{sites}',
        encoding="utf-8",
    )
    return path


def _run(job: Path, authority: Path, inside: int) -> tuple[int, str, float, float]:
    """Exit code, log, peak memory in MiB, seconds. The environment names a proxy, which must not be used (S10)."""
    proxy = f"http://127.0.0.1:{inside}"
    env = {**os.environ, "SSL_CERT_FILE": str(authority), "http_proxy": proxy, "https_proxy": proxy, "all_proxy": proxy}
    log = job.with_suffix(".log")
    began = time.monotonic()
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", "spiders", str(job)], env=env, stdout=stream, stderr=stream)
        memory = 0.0
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            if time.monotonic() - began > SECONDS:
                process.kill()
            time.sleep(0.1)
    return process.returncode, log.read_text(errors="replace"), memory, time.monotonic() - began


def peak_memory(pid: int) -> float:
    """Of a process, in MiB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _outcomes(job: Path) -> tuple[dict[str, OutcomeRow], Books]:
    with Ledger(DataDir(job.parent / "data").ledger) as ledger:
        run = ledger.runs()[-1].run_id
        return {row.url: row for row in ledger.outcomes(run)}, ledger.books(run)


def _outcome(rows: dict[str, OutcomeRow], url: str) -> str:
    row = rows.get(url)
    if row is None:
        return "unknown"
    return "archived" if row.outcome == "pending" and row.warc_file else row.outcome


def _what_is_wrong(case: Case, rows: dict[str, OutcomeRow], servers: Sequence[Server]) -> str:
    """Empty when the case came out as it must."""
    found = _outcome(rows, case.looked_at)
    row = rows.get(case.looked_at)
    if found != case.expected:
        return f"{case.looked_at[:80]} is {found} ({row.detail if row else 'no row'}), not {case.expected}"
    asked = [one.path for server in servers for one in server.of(case.host)]
    if len(asked) > case.most:
        return f"{len(asked)} requests, at most {case.most}: {asked[:9]}"
    if set(asked) & set(case.never):
        return f"asked for {sorted(set(asked) & set(case.never))}"
    counts = Counter(_outcome(rows, url) for url in rows if f"//{case.host}/" in url)
    short = {name: counts[name] for name, least in case.counted.items() if counts[name] < least}
    return f"too few of {short}" if short else ""


def impolite(exchanges: Sequence[Exchange]) -> Iterable[str]:
    """What no host should see: two requests at once, pages before robots.txt, no contact, credentials."""
    hosts = {one.host for one in exchanges}
    for host in sorted(hosts):
        asked = sorted((one for one in exchanges if one.host == host), key=lambda one: one.began)
        if asked[0].path != "/robots.txt":
            yield f"{host}: {asked[0].path} before robots.txt"
        for before, after in pairwise(asked):
            if after.began < (before.last_sent if before.keep else before.ended - SLACK):
                yield f"{host}: {after.path} while {before.path} was under way"
        for one in asked:
            if not one.headers.get("user-agent", "").endswith(USER_AGENT_ENDS):
                yield f"{host}: user agent {one.headers.get('user-agent')!r}"
            for name in ("cookie", "referer", "authorization"):
                if name in one.headers:
                    yield f"{host}: sent {name}"
