"""Pages that kill a parser, one in twenty among good ones, through the real workers.

    python -m bench.poison [--good 1000] [--pages FOLDER]

Good pages are our own, or the .html.gz files of FOLDER. Prints what each kind was called, how long it took beyond its
budget, whether a process or a descriptor is left, and what the isolation costs on good pages alone. Exit 1 when a good
page is lost, a bad one is called wrong, or something is left behind.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.crash_site import HOSTS, Site
from bench.poison_pages import EXPECTED, worst_s
from pipeline import Page, extract, extract_many
from pipeline.article import Article
from pipeline.outcome import Outcome
from pipeline.run.worker_process import Limits

LIMITS = Limits(cpu_s=3, wall_s=4.0)
TASK = "bench.poison_pages:task"


def own_pages(count: int) -> list[Page]:
    """Article pages of our own."""
    site = Site(count)
    return [Page(f"http://{HOSTS[n % 4]}/{n}", site.body(HOSTS[n % 4], n)) for n in range(count)]


def pages_of(folder: Path, count: int) -> list[Page]:
    """Pages of a folder."""
    files = sorted(folder.rglob("*.html.gz"))[:count]
    return [Page(f"http://news.example/{n}", gzip.decompress(path.read_bytes())) for n, path in enumerate(files)]


def mixed(good: Sequence[Page]) -> list[Page]:
    """One page that kills after nineteen good ones, the kinds in turn."""
    found: list[Page] = []
    kinds = list(EXPECTED)
    for number, page in enumerate(good):
        found.append(page)
        if number % 19 == 18:
            found.append(Page(f"http://poison.example/{kinds[(number // 19) % len(kinds)]}", b"<p>poison"))
    return found


def suite(good: Sequence[Page], limits: Limits = LIMITS) -> list[str]:
    """What went wrong; prints what went right."""
    problems: list[str] = []
    before = set(Path("/proc/self/fd").iterdir())
    wanted = [extract(page).article for page in good]
    named: dict[str, Counter[str]] = {kind: Counter() for kind in EXPECTED}
    slowest, kept, begun = 0.0, iter(wanted), time.monotonic()
    for page, found in zip(pages := mixed(good), extract_many(pages, workers=2, limits=limits, task=TASK), strict=True):
        took, begun = time.monotonic() - begun, time.monotonic()
        if not page.url.startswith("http://poison"):
            problems += [] if found.article == next(kept) else [f"{page.url}: not what the page gives alone"]
            continue
        slowest = max(slowest, took)
        kind = page.url.rsplit("/", 1)[-1]
        outcome = Outcome.ARTICLE if isinstance(found.article, Article) else found.article.outcome
        named[kind][outcome] += 1
        if outcome not in EXPECTED[kind]:
            problems.append(f"{kind}: called {outcome}, not {' or '.join(sorted(EXPECTED[kind]))}")
    for kind, outcomes in named.items():
        print(f"{kind:18} {dict(outcomes)}")
    left = [line for line in _children() if line]
    problems += [f"a process is left: {line}" for line in left]
    leaked = set(Path("/proc/self/fd").iterdir()) - before
    problems += [f"{len(leaked)} descriptors are left open"] if len(leaked) > 1 else []
    print(f"{len(wanted)} good pages, {len(pages) - len(wanted)} poisoned; the longest wait for one: {slowest:.1f} s"
          f" (budget {worst_s(limits):.0f} s)")  # fmt: skip
    return problems


def overhead(good: Sequence[Page]) -> None:
    """Processor time of the isolated way beside the plain one, on good pages alone; starting the workers apart."""
    next(extract_many(good[:1], workers=1))
    plain, isolated, starting = [], [], []
    for _ in range(3):
        begun = _cpu()
        for page in good:
            extract(page)
        plain.append(_cpu() - begun)
        begun = _cpu()
        list(extract_many(good[:1], workers=1))
        starting.append(_cpu() - begun)
        begun = _cpu()
        list(extract_many(good, workers=1))
        isolated.append(_cpu() - begun)
    first, second, third = min(plain), min(isolated), min(starting)
    print(f"{len(good)} good pages: {first:.2f} s of processor time alone, {second:.2f} s isolated, of which"
          f" {third:.2f} s are the start: overhead {100 * ((second - third) / first - 1):.1f} %")  # fmt: skip


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _children() -> list[str]:
    ours = str(os.getpid())
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        # Our own children, and what a poisoned page started: it marks itself.
        if fields[1] == ours or "sleep 601.25" in command:
            found.append(f"{path.parent.name} {command}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--good", type=int, default=1000)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--no-overhead", action="store_true")
    options = parser.parse_args()
    good = pages_of(options.pages, options.good) if options.pages else own_pages(options.good)
    problems = suite(good)
    if not options.no_overhead:
        overhead(good)
    print("\n".join(problems) or "nothing lost, nothing called wrong, nothing left behind")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
