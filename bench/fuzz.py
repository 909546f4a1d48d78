"""Pages of the sample and of the hostile suite, changed at random, through the real workers.

    python -m bench.fuzz [--seconds 60] [--seed N] [--keep FOLDER]

Every page must come back with an outcome and, when it is an article, as a row that can be written and read. An
exception, a crash or a page over its time is a find: it is told with seed and number, and kept with ``--keep``.
Exit 1 when there is one. The page of a number depends on seed and number alone.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, islice, takewhile
from pathlib import Path

import pyarrow.parquet as pq

from pipeline import extract_many
from pipeline.article import Article, Extraction
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.run.worker_process import Limits
from pipeline.store import schema
from pipeline.store.rows import Origin, article_row, removal_rows
from pipeline.store.tables import to_table

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
FINDS = frozenset({Outcome.QUARANTINED_ERROR, Outcome.QUARANTINED_CRASH, Outcome.QUARANTINED_MEMORY,
                   Outcome.QUARANTINED_TIMEOUT})  # fmt: skip
LIMITS = Limits(cpu_s=10, wall_s=300.0)  # processor time alone: what else the machine does is no find
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
MOST_BYTES = 300_000
"""A page does not grow beyond this: what size costs is for the hostile suite, here it would only make fewer pages."""

_TOKENS = re.compile(rb"<[^<>]*>|[^<]+|<")
_PIECES = (
    b"<table><tr><td>", b"</table>", b"<p>", b"</p>", b"<b><i></b>", b"<svg><title>", b"</svg>", b"<math>", b"<title>",
    b"</title>", b"<textarea>", b"<template>", b"<plaintext>", b"<noscript>", b"</noscript>", b"<script>", b"</script>",
    b"<!--", b"-->", b"<![CDATA[", b"<select><option>", b"<iframe src=x>", b"<base href=//x>", b"<time datetime=",
    b'<script type="application/ld+json">{"@type":"Article","headline":', b"<br>" * 40, b"<li>" * 30, b"&#xD800;",
    b"<meta charset=utf-16>", b"&#0;", b"&amp;amp;", b"&", b"\x00", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1b$B",
    b"\xff", b"\\u0000", "\u202e".encode(), "\u200b".encode() * 9, "e\u0301".encode() * 40, b"1e999", b"9" * 30,
    b"2026-13-45T99:99", b'" onclick="', b"'", b"=", b"javascript:alert(1)", b"http://[::1", "👩\u200d".encode() * 9,
)  # fmt: skip


def sources() -> list[bytes]:
    """The pages to change."""
    return [path.read_bytes() for path in sorted(SAMPLE.rglob("*.html"))]


def _bits(page: bytearray, chance: random.Random, _: list[bytes]) -> None:
    for _turn in range(chance.randint(1, 20)):
        page[chance.randrange(len(page))] ^= 1 << chance.randrange(8)


def _cut(page: bytearray, chance: random.Random, _: list[bytes]) -> None:
    start = chance.randrange(len(page))
    del page[start : start + chance.choice((1, 4, 40, 4_000, len(page)))]


def _insert(page: bytearray, chance: random.Random, _: list[bytes]) -> None:
    for _turn in range(chance.randint(1, 8)):
        place = chance.randrange(len(page) + 1)
        page[place:place] = chance.choice(_PIECES) * chance.choice((1, 1, 1, 3, 200))


def _repeat(page: bytearray, chance: random.Random, _: list[bytes]) -> None:
    start = chance.randrange(len(page))
    page[start:start] = page[start : start + chance.randint(1, 400)] * chance.choice((1, 2, 50, 400))


def _splice(page: bytearray, chance: random.Random, others: list[bytes]) -> None:
    other = chance.choice(others)
    start, place = chance.randrange(len(other)), chance.randrange(len(page) + 1)
    page[place:place] = other[start : start + chance.randint(1, 5_000)]


def _structure(page: bytearray, chance: random.Random, _: list[bytes]) -> None:
    """Tags dropped, doubled, swapped or moved."""
    tokens = _TOKENS.findall(page)
    for _turn in range(chance.randint(1, 30)):
        if len(tokens) < 2:
            break
        first, second = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        how = chance.randrange(4)
        if how == 0:
            del tokens[first]
        elif how == 1:
            tokens.insert(second, tokens[first])
        elif how == 2:
            tokens[first], tokens[second] = tokens[second], tokens[first]
        else:
            tokens.insert(second, tokens.pop(first))
    page[:] = b"".join(tokens)


def _recode(page: bytearray, chance: random.Random, _: list[bytes]) -> None:
    codec = chance.choice(("utf-16", "utf-16-be", "cp1251", "shift_jis", "utf-7", "utf-8", "cp037"))
    page[:] = page.decode("utf-8", "replace").encode(codec, "replace")


CHANGES: tuple[Callable[[bytearray, random.Random, list[bytes]], None], ...] = (
    _bits, _cut, _insert, _insert, _repeat, _splice, _structure, _structure, _recode,
)  # fmt: skip


def changed(seed: int, number: int, pages: list[bytes]) -> bytes:
    """The page of that number: one of the sources after one to four changes."""
    chance = random.Random(seed * 1_000_003 + number)
    page = bytearray(chance.choice(pages))
    for _ in range(chance.randint(1, 4)):
        if page:
            chance.choice(CHANGES)(page, chance, pages)
            del page[MOST_BYTES:]
    return bytes(page)


def problem(page: Page, extraction: Extraction) -> str:
    """What is wrong with what came of a page; empty when nothing is."""
    if extraction.outcome in FINDS:
        return f"{extraction.outcome}: {getattr(extraction.article, 'detail', '')}"
    origin = Origin("fuzz.example", "run", "x")
    rows = [(removal_rows(extraction, page, origin), schema.REMOVALS)]
    if isinstance(extraction.article, Article):
        rows.append((iter([article_row(extraction.article, page, extraction.page_digest, origin)]), schema.ARTICLES))
    try:
        for some, declared in rows:
            target = io.BytesIO()
            pq.write_table(to_table(some, declared).select(declared.names).cast(declared), target)
            pq.ParquetFile(target).read().to_pylist()
    except (ValueError, TypeError, OverflowError) as error:
        return f"no row can be written: {error!r}"
    return ""


def fuzz(seed: int, numbers: Iterator[int], keep: Path | None = None) -> tuple[Counter[str], list[str]]:
    """Outcomes, and what was found, of the pages of these numbers."""
    outcomes: Counter[str] = Counter()
    finds: list[str] = []
    pages = sources()
    sent: list[Page] = []

    def made() -> Iterator[Page]:
        for number in numbers:
            url = f"http://fuzz.example/{number}"
            sent.append(Page(url, changed(seed, number, pages), "text/html", MOMENT, warc_file="a", warc_offset=0))
            yield sent[-1]

    for extraction in extract_many(made(), limits=LIMITS):
        page = sent.pop(0)
        outcomes[extraction.outcome] += 1
        said = problem(page, extraction)
        if said:
            number = page.url.rpartition("/")[2]
            finds.append(f"seed {seed}, page {number}: {said}")
            if keep is not None:
                (keep / f"{seed}-{number}.html").write_bytes(page.body)
    return outcomes, finds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--page", type=int, help="only the page of this number")
    parser.add_argument("--keep", type=Path, help="a folder for the pages of the finds")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    until = time.monotonic() + options.seconds
    numbers = takewhile(lambda _: time.monotonic() < until, count())
    one = islice(count(options.page or 0), 1)
    outcomes, finds = fuzz(options.seed, one if options.page is not None else numbers, options.keep)
    print(f"{outcomes.total()} pages: {', '.join(f'{name} {number}' for name, number in outcomes.most_common())}")
    print("\n".join(finds) or "nothing found: no exception, no crash, no page over its time")
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
