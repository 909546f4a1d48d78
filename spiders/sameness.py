"""Branches of a site that bring nothing new: the same text again and again under ever new addresses. Pure.

A page counts as seen before when its text, without markup, stood on another page of the host in this run.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from hashlib import blake2b

from spiders.addresses import Address

MOST_EQUAL = 20  # pages in a row of one pattern, or pages of a host with one text
MOST_QUERIES = 100  # of one path with several parameters each: facets and permutations
_LOOKED_AT = 512 * 1024  # bytes from which markup is taken off, in 4 ms; what is behind them is compared as it is
# A tag holds no second "<", or a page of nothing else would cost the square of its length.
_NOT_TEXT = re.compile(rb"<[^<>]*>|\s+")
_VARYING = re.compile(r"\d|-.*-|^.{40,}$")


class Sameness:
    """What the pages of each host and pattern brought in this run."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[bytes, int]] = defaultdict(dict)
        self._barren: dict[tuple[str, str], int] = defaultdict(int)
        self._queries: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._left_out: Counter[str] = Counter()

    def came(self, address: Address, body: bytes) -> int:
        """A page came; returns how often its text has been seen on the host, this time included."""
        text = blake2b(_NOT_TEXT.sub(b"", body[:_LOOKED_AT]), digest_size=12)
        text.update(body[_LOOKED_AT:])
        digest = text.digest()
        texts = self._texts[address.host]
        texts[digest] = texts.get(digest, 0) + 1
        place = (address.host, pattern(address))
        self._barren[place] = 0 if texts[digest] == 1 else self._barren[place] + 1
        return texts[digest]

    def traps(self) -> dict[str, int]:
        """Patterns of hosts of which no more pages are asked, and how many pages that has saved."""
        return dict(self._left_out)

    def objection(self, address: Address) -> str:
        """Why another page of that pattern is not worth asking for; empty when it is."""
        why = self._objection(address)
        if why:
            self._left_out[address.host + pattern(address)[:200]] += 1
        return why

    def _objection(self, address: Address) -> str:
        shape = pattern(address)
        if self._barren.get((address.host, shape), 0) >= MOST_EQUAL:
            return f"the last {MOST_EQUAL} pages of {shape[:200]} brought no new text"
        if address.query.count("&"):
            queries = self._queries[address.host, address.path]
            if len(queries) < MOST_QUERIES:
                queries.add(address.query)
            elif address.query not in queries:
                return f"more than {MOST_QUERIES} queries of {address.path[:200]}"
        return ""


def pattern(address: Address) -> str:
    """The family that an address belongs to: parts with digits, of several words or very long, and values, are ``*``.

    >>> from spiders.addresses import read_address
    >>> pattern(read_address("http://example.com/2026/05/a-day-out.html?page=2&x=y"))
    '/*/*/*?page&x'
    """
    parts = ["*" if _VARYING.search(part) else part for part in address.path.split("/")]
    names = [pair.partition("=")[0] for pair in address.query.removeprefix("?").split("&") if pair]
    return "/".join(parts) + ("?" + "&".join(names) if names else "")
