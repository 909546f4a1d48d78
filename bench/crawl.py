"""The benchmark's pages over real HTTP under their own host names, crawled and built by ``broadsheet run``.

    python -m bench.crawl ../shared/benchmark [--pages N] [--keep FOLDER]

Each site has a robots.txt that names its sitemap, and a sitemap that lists its pages. Prints pages per second, peak
memory, the books and whether the logs hold an exception. Exit 1 when the run fails or there is one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from xml.sax.saxutils import escape

Sites = dict[str, dict[str, Path]]


def sites_of(benchmark: Path, limit: int) -> Sites:
    """Host -> path -> file, spread over as many sites as there are: one page of each site first, then the second."""
    by_site: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (benchmark / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_site[row["site"]].append(row)
    rounds = [(number, row) for rows in by_site.values() for number, row in enumerate(rows)]
    chosen = [row for _, row in sorted(rounds, key=lambda pair: pair[0])][:limit]
    sites: Sites = defaultdict(dict)
    for row in chosen:
        host = "".join(char if char.isalnum() or char in ".-" else "-" for char in row["site"].lower()).strip(".-")
        sites[host if "." in host else f"{host}.example"][f"/{row['id']}.html"] = (
            benchmark / "pages" / f"{row['id']}.html.gz"
        )
    return sites


class Handler(BaseHTTPRequestHandler):
    """One request: robots, sitemap or a page of the host that is asked for."""

    protocol_version = "HTTP/1.1"
    sites: ClassVar[Sites] = {}

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the crawler keeps the log."""

    def do_GET(self) -> None:
        """Answer."""
        host = (self.headers.get("Host") or "").partition(":")[0]
        pages = self.sites.get(host, {})
        if self.path == "/robots.txt":
            self.answer(200, "text/plain", f"User-agent: *\nAllow: /\nSitemap: http://{host}/sitemap.xml\n".encode())
        elif self.path == "/sitemap.xml":
            urls = "".join(f"<url><loc>http://{host}{escape(path)}</loc></url>" for path in pages)
            self.answer(
                200,
                "application/xml",
                f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(),
            )
        elif self.path in pages:
            self.answer(200, "text/html", gzip.decompress(pages[self.path].read_bytes()))
        elif self.path == "/":
            self.answer(200, "text/html", f"<title>{host}</title><p>{host}".encode())
        else:
            self.answer(404, "text/plain", b"not here")

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Send it whole."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _serve(sites: Sites, ready: Any) -> None:
    Handler.sites = sites
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ready.send(server.server_address[1])
    server.serve_forever()


def write_job(folder: Path, sites: Sites, port: int) -> Path:
    """The job file: every host resolved to the server."""
    start = folder / "start.txt"
    start.write_text("".join(f"http://{host}/\n" for host in sites), encoding="utf-8")
    resolve = ", ".join(f'"{host}:80" = "127.0.0.1:{port}"' for host in sites)
    job = folder / "job.toml"
    job.write_text(
        f'[job]\nname = "benchmark"\ncontact = "mailto:bench@example.org"\n[crawl]\ndelay = 0.0\nconcurrency = 32\n'
        f'allow_addresses = ["127.0.0.1:{port}"]\nresolve = {{ {resolve} }}\n'
        f'[[sites]]\nstart_file = "start.txt"\nfollow = ["sitemaps"]\nscope = "host"\nmax_pages = 5000\n',
        encoding="utf-8",
    )
    return job


def main() -> int:
    """Run it and print what was measured."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--pages", type=int, default=10_000)
    cli.add_argument("--keep", type=Path, help="put the data here instead of a temporary folder")
    arguments = cli.parse_args()
    sites = sites_of(arguments.benchmark.resolve(), arguments.pages)
    total = sum(len(pages) for pages in sites.values())
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.Process(target=_serve, args=(sites, theirs), daemon=True)
        server.start()
        job = write_job(folder, sites, ours.recv())
        began = time.monotonic()
        run = subprocess.run(
            [str(Path(sys.executable).with_name("broadsheet")), "run", str(job), "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - began
        server.terminate()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(run.stdout)
        log = run.stderr + "".join(p.read_text(errors="replace") for p in folder.rglob("*.log"))
        exceptions = log.count("Traceback (most recent call last)")
        print(f"{total} pages of {len(sites)} sites in {seconds:.1f} s, {total / seconds:.1f} a second")
        print(f"exit code {run.returncode}")
        print(f"peak resident memory of the largest process {peak:.0f} MB; exceptions in the log: {exceptions}")
        if run.returncode:
            print(run.stderr[-3000:], file=sys.stderr)
            return 1
        wrong = _wrong(json.loads(run.stdout), total, len(sites)) + ["the log holds an exception"] * bool(exceptions)
    print("all as it should be" if not wrong else "WRONG: " + "; ".join(wrong))
    return int(bool(wrong))


def _wrong(report: dict[str, Any], pages: int, hosts: int) -> list[str]:
    """What the report says that it must not: an address without outcome, books that do not balance."""
    outcomes = report["outcomes"]
    asked = 2 * hosts + pages  # front pages, sitemaps, pages; canonical addresses come on top
    checks = {
        "addresses are missing from the books": report["known"] < asked,
        "the outcomes do not add up": report["known"] != sum(outcomes.values()),
        "an address is open": "pending" in outcomes,
        "a response was not archived or not built": report["archived"] < asked or report["awaiting"] > 0,
        "a page was quarantined": any(name.startswith("quarantined") for name in outcomes),
        "the books do not balance": bool(report["problems"]),
    }
    return [what for what, is_wrong in checks.items() if is_wrong]


if __name__ == "__main__":
    sys.exit(main())
