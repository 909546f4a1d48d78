"""The library of boilerplate templates: data files, and the index that finds the templates a text may be like.

One template is a line of ``data/templates/*.tsv``: id, language, class, ``fixed`` or ``free``, text, and the kind of
page it stands on. The wording is our own and generic, save banners of governments, which are in the public domain.
Where the exact wording of a named site or program decides, its `fingerprint` stands in place of the text.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.fold import fold
from pipeline.cleaning.likeness import BUCKETS_LOG2, code_points, grams, script, skeleton, tokens
from pipeline.verdict import Class


class Template(NamedTuple):
    """One text. ``fixed``: it does not vary by itself, so a copy that differs was altered by somebody."""

    id: str
    language: str
    block_class: Class
    fixed: bool
    text: str
    source: str


FINGERPRINT = "4grams"
"""How the text column begins where it is a fingerprint."""


class Wording(NamedTuple):
    """A folded text as the second look sees it: its tokens, and the small words in their order."""

    tokens: tuple[str, ...]
    skeleton: tuple[str, ...]


class _Ready(NamedTuple):
    """What the index takes of a template: its shingles, its script, and its wording (of a fingerprint: empty)."""

    shingles: NDArray[np.int32]
    script: int
    wording: Wording


def fingerprint(text: str) -> str:
    """A text as its shingles alone, for the text column: script and hashed n-grams. It gets no second look.

    >>> fingerprint("Seven words").split("/")[:2]
    ['4grams', '1']
    """
    codes = code_points(fold(text))
    writing = script(codes)
    return f"{FINGERPRINT}/{writing}/{b64encode(grams(codes, writing).astype('<i4').tobytes()).decode()}"


def _prepare(entry: Template) -> _Ready:
    if entry.text.startswith(f"{FINGERPRINT}/"):
        _, number, hashes = entry.text.split("/", 2)
        return _Ready(np.frombuffer(b64decode(hashes), "<i4").astype(np.int32), int(number), Wording((), ()))
    folded = fold(entry.text)
    codes = code_points(folded)
    writing = script(codes)
    return _Ready(grams(codes, writing), writing, wording(folded, entry.language))


def wording(folded: str, language: str) -> Wording:
    """The second look's view of a text that went through `fold`; ``language`` decides which words are small."""
    words = tokens(folded)
    return Wording(tuple(words), tuple(skeleton(words, language)))


@cache
def templates() -> tuple[Template, ...]:
    """All templates, by file name and line; `ValueError` where a line has another form or an id stands twice."""
    folder = files("pipeline.cleaning") / "data" / "templates"
    found: dict[str, Template] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for line in entry.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                template = _read(line)
                if template.id in found:
                    raise ValueError(f"{entry.name}: the id {template.id} stands twice")
                found[template.id] = template
    return tuple(found.values())


@cache
def _fixed() -> frozenset[str]:
    return frozenset(template.id for template in templates() if template.fixed)


def is_fixed(name: str) -> bool:
    """Whether the template of that id does not vary by itself."""
    return name in _fixed()


def _read(line: str) -> Template:
    name, language, block_class, fixed, text, source = line.split("\t")
    if fixed not in ("fixed", "free"):
        raise ValueError(f"{name}: neither fixed nor free, but {fixed!r}")
    return Template(name, language, Class(block_class), fixed == "fixed", text, source)


COMMON = 32
"""A shingle that one template in 32 has is looked up as a row for all templates, a rarer one as a list of them."""


class Library:
    """Templates with their inverted index. ``sizes`` and ``scripts``: distinct shingles and script of each template.

    ``_ids`` numbers the known shingles from 1, the common ones first; 0 is unknown. ``_rows[id]`` marks the templates
    that have a common one; of the others they are ``_postings[_starts[id] : _starts[id + 1]]``.
    """

    def __init__(self, entries: Iterable[Template]) -> None:
        self.entries = tuple(entries)
        ready = [_prepare(entry) for entry in self.entries]
        self.sizes = np.array([each.shingles.size for each in ready], np.int64)
        self.scripts = np.array([each.script for each in ready], np.int64)
        self.wordings = tuple(each.wording for each in ready)
        every = np.concatenate([*(each.shingles for each in ready), np.zeros(0, np.int32)])
        self._index(every, np.repeat(np.arange(len(ready)), self.sizes))

    def _index(self, every: NDArray[np.int32], owners: NDArray[np.int64]) -> None:
        known, counts = np.unique(every, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        self._common = int((counts * COMMON >= max(len(self.entries), COMMON * 4)).sum())
        self._ids = np.zeros(1 << BUCKETS_LOG2, np.int32)
        self._ids[known[order]] = np.arange(1, known.size + 1)
        ids = self._ids[every]
        is_common = ids <= self._common
        self._rows = np.zeros((self._common + 1, len(self.entries)), np.uint8)
        self._rows[ids[is_common], owners[is_common]] = 1
        self._columns = self._rows.astype(np.float32)  # whole numbers below 2**24 are exact in it
        self._postings = owners[np.argsort(ids, kind="stable")]
        self._starts = np.concatenate([[0, 0], np.cumsum(counts[order])])

    def shared(self, shingles: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many of the distinct shingles given each template has, shape (templates,)."""
        ids = self._ids[shingles]
        ids = ids[ids > 0]
        is_common = ids <= self._common
        rare = ids[~is_common]
        starts = self._starts[rare]
        lengths = self._starts[rare + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - (ends - lengths), lengths)
        places += np.arange(places.size)
        shared: NDArray[np.int64] = np.bincount(self._postings[places], minlength=len(self.entries))
        common = ids[is_common]
        for start in range(0, common.size, 255):  # sums of bytes are ten times as fast, and hold 255
            shared += self._rows[common[start : start + 255]].sum(axis=0, dtype=np.uint8)
        return shared

    def shared_by(self, shingles: NDArray[Any], owner: NDArray[np.int64], texts: int) -> NDArray[np.float32]:
        """The same of several texts, shape (texts, templates); ``owner`` is the text that each shingle is of."""
        size = len(self.entries)
        ids = self._ids[shingles]
        rare = np.flatnonzero(ids > self._common)
        starts = self._starts[ids[rare]]
        lengths = self._starts[ids[rare] + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - (ends - lengths), lengths)
        places += np.arange(places.size)
        cells = np.repeat(owner[rare] * size, lengths)
        cells += self._postings[places]
        common = np.flatnonzero((ids > 0) & (ids <= self._common))
        has = np.zeros((texts, self._common + 1), np.float32)
        has[owner[common], ids[common]] = 1
        shared: NDArray[np.float32] = has @ self._columns
        shared += np.bincount(cells, minlength=texts * size).reshape(texts, size)
        return shared


@cache
def library() -> Library:
    """The library of the data files."""
    return Library(templates())
