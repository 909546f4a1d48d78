"""The hostile suite: a server that does everything wrong, beside hosts that behave, crawled by a real process.

    python -m bench.hostile [--case NAME]... [--baseline] [--verbose]

Prints what went wrong and one line of sums. Exit 1 when anything did, a good page is lost, the listener inside was
dialled or a host was asked more than politeness lets.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.hostile.plain import play_plain
from tests.hostile.play import play


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", metavar="NAME", help="only this behaviour; may be given again")
    parser.add_argument("--quick", action="store_true", help="only the behaviours that make test runs")
    parser.add_argument("--baseline", action="store_true", help="plain Scrapy as well, with its template's settings")
    parser.add_argument("--verbose", action="store_true", help="the crawl's log as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        played = play(Path(folder), options.case, quick=options.quick)
    if options.verbose:
        print(played.log)
    for name, why in played.wrong.items():
        print(f"wrong: {name}: {why}")
    for why in played.impolite:
        print(f"impolite: {why}")
    if options.baseline:
        with tempfile.TemporaryDirectory() as folder:
            plain = play_plain(Path(folder), options.case, quick=options.quick)
        for name, why in plain.wrong.items():
            print(f"plain Scrapy: {name}: {why}")
        print(plain.line)
    print(played.line)
    return int(bool(played.wrong or played.impolite or played.inside or played.good_lost or not played.survived))


if __name__ == "__main__":
    sys.exit(main())
