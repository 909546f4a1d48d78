"""Kills, signals and refusing disks at every named point of a run, then a second run, then everything is counted.

    python -m bench.crash [--pages 600] [--points a,b] [--faults kill,term,…] [--random 200] [--seed N] [--full-disk]

Each case is a real ``broadsheet run`` in a folder of its own against a real server on loopback. Prints one line a case
and the sums; exit 1 when a page was lost, a row stands twice, more than what was in flight was fetched again, a file
cannot be read, or an exit code is wrong.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache

from bench.crash_case import FAULTS, POINTS, Case, run_case, run_full_disk, run_random, whole_run_s
from bench.crash_site import IN_FLIGHT, Site, serve

Order = tuple[str, str]


@cache
def site_of(pages: int) -> Site:
    """The site of this process; it is served until the process ends."""
    opened = serve(pages)
    site = opened.__enter__()
    site_of.kept = opened  # type: ignore[attr-defined]
    return site


@cache
def _whole_s(pages: int, _turn: int) -> float:
    return whole_run_s(site_of(pages))


def one(pages: int, order: Order, seed: int) -> Case:
    """One case in this process; ``order`` is a kind and an argument, or a point and a fault."""
    site, (kind, what) = site_of(pages), order
    if kind == "random":
        # How long a run takes is measured anew every 25 cases: other work on the machine comes and goes.
        return run_random(site, int(what), seed, _whole_s(pages, int(what) // 25))
    return run_full_disk(site, int(what)) if kind == "tmpfs" else run_case(site, kind, what)


def orders(options: argparse.Namespace) -> Iterator[Order]:
    """Everything that was asked for."""
    for point in filter(None, options.points.split(",")):
        for fault in filter(None, options.faults.split(",")):
            yield point, fault
    yield from (("random", str(number)) for number in range(options.random))
    if options.full_disk:
        yield from (("tmpfs", size) for size in ("2", "3"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--points", default=",".join(POINTS))
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--full-disk", action="store_true")
    options = parser.parse_args()
    if options.full_disk and os.geteuid() != 0:
        print("the full disk is left out: mounting a small one takes root")
        options.full_disk = False
    print(f"seed {options.seed}, {options.pages} pages", flush=True)
    done: list[tuple[Order, Case]] = []
    with ProcessPoolExecutor(options.parallel) as pool:
        asked = {pool.submit(one, options.pages, order, options.seed): order for order in orders(options)}
        for future in as_completed(asked):
            done.append((asked[future], future.result()))
            print(_line(done[-1][1]), flush=True)
    print(table(done))
    print(sums([case for _, case in done]))
    return 0 if all(case.good for _, case in done) else 1


def _line(case: Case) -> str:
    told = f"{case.name:34} exit {case.codes[0]:4} then {case.codes[1]}  lost {case.lost} twice {case.duplicates}"
    told += f" refetched {case.refetched} unreadable {case.unreadable} in {case.seconds:.1f} s"
    told += f", {case.place}" if case.place else f", ended {case.stopping:.1f} s after"
    if not case.happened:
        told += "  THE POINT WAS NOT REACHED"
    return told if case.good else told + "  WRONG\n    " + "\n    ".join(case.damages)


def table(done: list[tuple[Order, Case]]) -> str:
    """The sums of each fault, as the rows of a Markdown table, and where the random kills fell."""
    kinds: dict[str, list[Case]] = {}
    for (kind, what), case in done:
        kinds.setdefault(kind if kind in {"random", "tmpfs"} else what, []).append(case)
    rows = [
        f"| {name} | {len(cases)} | {sum(c.lost for c in cases)} | {sum(c.duplicates for c in cases)}"
        f" | {max(c.refetched for c in cases)} | {sum(c.unreadable for c in cases)}"
        f" | {sum(c.wrong_codes for c in cases)} | {sum(not c.good for c in cases)}"
        f" | {max(c.stopping for c in cases):.1f} s | {max(c.seconds for c in cases):.1f} s |"
        for name, cases in kinds.items()
    ]
    head = "| fault | cases | lost | duplicates | refetched at most | unreadable | wrong exit codes | cases wrong"
    places = Counter(case.place for case in kinds.get("random", []))
    told = [f"random kills: {', '.join(f'{count} {place}' for place, count in places.most_common())}"] if places else []
    return "\n".join([head + " | ended after | second run |", "|---" * 10 + "|", *rows, *told])


def sums(done: list[Case]) -> str:
    """The line to publish."""
    return (
        f"{sum(case.good for case in done)} of {len(done)} cases good: lost {sum(case.lost for case in done)},"
        f" duplicates {sum(case.duplicates for case in done)},"
        f" refetched at most {max((case.refetched for case in done), default=0)} (allowed {IN_FLIGHT}),"
        f" unreadable {sum(case.unreadable for case in done)},"
        f" wrong exit codes {sum(case.wrong_codes for case in done)},"
        f" second run at most {max((case.seconds for case in done), default=0):.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
