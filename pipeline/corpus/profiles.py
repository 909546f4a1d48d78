"""Blocks that repeat on a site: read from each article page, learned from many, independent of the pages' order.

What is learned is what the score doubts. A block that the score is sure of stays, on however many pages it stands: an
introduction that each part of a serial has, a paragraph that two papers share; so does all that stands in the container
of a page's main text (`rules.site`). On the benchmark's sites with many pages 55 of 56 blocks that profiles take are
not in the gold text; the figures move with the weights, and ``bench/profiles.py`` prints them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.article import Article, Extraction
from pipeline.cleaning.fold import fold
from pipeline.cleaning.labels import find_label
from pipeline.extraction.outline import count_words
from pipeline.profile import SiteProfile

FEWEST_PAGES = 3
"""Different articles that a block must stand with."""

FEWEST_WORDS = 4
"""Words of a block; a shorter one is looked at only when it is a known label. Of the repeated forms of four words or
more 92 % are not in the benchmark's gold text."""

MOST_MEAN = 0.8
"""Mean keep-score, over all article pages with the block, from which on it is text."""

FEWEST_OWN_WORDS = 25
"""Words of its own, found on fewer than ``FEWEST_PAGES`` pages, that make a page a witness; they must also be half of
what is kept of it. One article under many addresses has none, so it bears witness to nothing."""

MOST_CHARS = 1_000
"""Longer blocks are no entries. Seven of the benchmark's 2,676 repeated blocks are longer, all of them lists of months,
categories or names that the score refuses anyway."""

MOST_BLOCKS = 350
"""Blocks of a page that are looked at (one page in a hundred has more): those of the smallest hash, so that all pages
leave out the same ones."""

MOST_PAGES = 1_000
"""Pages of a site that are looked at: those of the smallest hash of the address, a sample that no order changes."""

MOST_ENTRIES = 1_000
"""Entries of a profile, the most frequent first: it travels with each page to its worker."""

KEPT = 50
"""Score in hundredths from which a block counts as kept. The page's own threshold varies around it."""

BLOCK = np.dtype([("block", "<i8"), ("shape", "<i8"), ("words", "<u2"), ("score", "u1")])
"""A block as evidence: hash of its folded text, hash of that without its digits (0 when it has none), words, and the
keep-score in hundredths. 19 bytes."""

Blocks = NDArray[np.void]
_DIGITS = re.compile(r"\d+")


class PageEvidence(NamedTuple):
    """What one article page shows. ``page`` is the hash of its address, ``seen_at`` when it was fetched (ISO, UTC)."""

    page: int
    seen_at: str
    blocks: Blocks


class Entry(NamedTuple):
    """A learned block: its folded text, and what speaks for it.

    ``pages`` counts article pages with it, ``kept`` those on which the score kept it, ``score`` is its mean, 0 to 1;
    first and last seen are ISO, UTC.
    """

    text: str
    pages: int
    kept: int
    score: float
    first_seen_at: str
    last_seen_at: str


class Known(NamedTuple):
    """The folded text of a block, and when it was first and last seen."""

    text: str
    first_seen_at: str
    last_seen_at: str


class LearnedProfile(NamedTuple):
    """A profile with its evidence. ``version`` is a hash of the site and its texts: what extraction depends on."""

    site: str
    version: str
    entries: tuple[Entry, ...]

    @property
    def profile(self) -> SiteProfile:
        """What extraction is given."""
        return SiteProfile(self.site, self.version, frozenset(entry.text for entry in self.entries))


def text_hash(text: str) -> int:
    """A signed 64-bit hash, the same on every machine.

    >>> text_hash("all rights reserved")
    1131928891232050608
    """
    return int.from_bytes(
        hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little", signed=True
    )


def read_evidence(extraction: Extraction) -> tuple[Blocks, dict[int, str]]:
    """The blocks of an article page, each once, by hash; and the texts of those that may become entries.

    The scores do not depend on a profile, so evidence is the same whichever profile the page was extracted with.
    A page without an article gives nothing: on a listing stand the leads of the articles.
    """
    found: dict[int, tuple[int, int, int, int]] = {}
    texts: dict[int, str] = {}
    if not isinstance(extraction.article, Article):
        return np.empty(0, BLOCK), texts
    for text, verdict in zip(extraction.block_texts, extraction.verdicts, strict=True):
        words = count_words(text)
        folded = fold(text)
        if not folded or (words < FEWEST_WORDS and find_label(folded) is None):
            continue
        key = text_hash(folded)
        shape = text_hash(_DIGITS.sub("#", folded)) if _DIGITS.search(folded) else 0
        score = max(round(verdict.score * 100), found[key][3] if key in found else 0)
        found[key] = (key, shape, min(words, 65_535), score)
        if len(folded) <= MOST_CHARS:
            texts[key] = folded
    chosen = sorted(found.values())[:MOST_BLOCKS]
    return np.array(chosen, BLOCK), {key: texts[key] for key, *_ in chosen if key in texts}


def sample(pages: Iterable[PageEvidence]) -> list[PageEvidence]:
    """The pages that a site is learned from: of each address the last that was fetched, at most ``MOST_PAGES``."""
    newest: dict[int, PageEvidence] = {}
    for each in pages:
        standing = newest.get(each.page)
        if standing is None or _age(standing) < _age(each):
            newest[each.page] = each
    return [newest[page] for page in sorted(newest)[:MOST_PAGES]]


def _age(each: PageEvidence) -> tuple[str, bytes]:
    return each.seen_at, each.blocks.tobytes()


def repeated(pages: Sequence[PageEvidence]) -> frozenset[int]:
    """Blocks on two pages or more: their texts are worth keeping."""
    if not pages:
        return frozenset()
    blocks, counts = np.unique(np.concatenate([each.blocks["block"] for each in pages]), return_counts=True)
    return frozenset(blocks[counts > 1].tolist())


def learn(
    site: str, pages: Sequence[PageEvidence], known: Mapping[int, Known], struck: Collection[int] = ()
) -> LearnedProfile:
    """What repeats on a site, from its ``sample``.

    An entry stands on pages of at least ``FEWEST_PAGES`` different articles that have text of their own, the score
    doubts it, it does not vary in its digits alone, its text is in ``known``, and nobody has struck it.
    """
    pages = [each for each in pages if len(each.blocks)]
    if not pages:
        return _named(site, ())
    rows = np.concatenate([each.blocks for each in pages])
    page = np.repeat(np.arange(len(pages)), [len(each.blocks) for each in pages])
    blocks, inverse, counts = np.unique(rows["block"], return_inverse=True, return_counts=True)
    articles = _articles(rows, page, inverse, counts)
    witnessed = _distinct(inverse, articles[page], len(blocks))
    means = np.bincount(inverse, rows["score"]) / counts / 100
    kept = np.bincount(inverse, rows["score"] >= KEPT).astype(int)
    good = (witnessed >= FEWEST_PAGES) & (means < MOST_MEAN) & ~_varies(rows, inverse, len(blocks))
    entries = [
        Entry(known[key].text, int(counts[i]), int(kept[i]), round(float(means[i]), 2), *known[key][1:])
        for i, key in enumerate(blocks.tolist())
        if good[i] and key in known and key not in struck
    ]
    entries.sort(key=lambda entry: (-entry.pages, entry.text))
    return _named(site, tuple(entries[:MOST_ENTRIES]))


def _named(site: str, entries: tuple[Entry, ...]) -> LearnedProfile:
    content = json.dumps([site, sorted(entry.text for entry in entries)])
    return LearnedProfile(site, hashlib.sha256(content.encode()).hexdigest()[:16] if entries else "", entries)


def _articles(
    rows: Blocks, page: NDArray[np.intp], inverse: NDArray[np.intp], counts: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The article that each page bears witness for, as a number; -1 for a page without enough text of its own.

    Pages that keep the same blocks are one article, and so are two that share half of their text with each other only.
    """
    total = int(page.max()) + 1
    kept = rows["score"] >= KEPT
    first = _first_copies(rows, page, kept, total)
    single = first == np.arange(total)
    # How many different texts a block stands in, copies counted once.
    apart = np.bincount(inverse[single[page]], minlength=len(counts))
    words = np.where(kept, rows["words"], 0)
    all_words = np.bincount(page, words, total)
    own_words = np.bincount(page, np.where(apart[inverse] < FEWEST_PAGES, words, 0), total)
    articles = np.where((own_words >= FEWEST_OWN_WORDS) & (2 * own_words >= all_words), first, -1)
    for one, other in _pairs(rows["words"], page, inverse, (apart == 2)[inverse] & kept & single[page], all_words):
        low, high = sorted((int(articles[one]), int(articles[other])))
        if low >= 0:
            articles[articles == high] = low
    return articles


def _first_copies(rows: Blocks, page: NDArray[np.intp], kept: NDArray[np.bool_], total: int) -> NDArray[np.intp]:
    """For each page the first one that keeps the same blocks."""
    seen: dict[bytes, int] = {}
    ends = np.searchsorted(page, np.arange(total + 1))
    texts = [rows["block"][low:high][kept[low:high]].tobytes() for low, high in pairwise(ends)]
    return np.array([seen.setdefault(text, number) for number, text in enumerate(texts)])


def _pairs(
    words: NDArray[np.uint16],
    page: NDArray[np.intp],
    inverse: NDArray[np.intp],
    chosen: NDArray[np.bool_],
    all_words: NDArray[Any],
) -> list[tuple[int, int]]:
    """Pages that share half of the smaller one's words in blocks that stand on these two alone."""
    places = np.flatnonzero(chosen)
    places = places[np.argsort(inverse[places], kind="stable")]
    shared: dict[tuple[int, int], int] = {}
    for one, other in pairwise(places.tolist()):
        if inverse[one] == inverse[other]:
            pair = int(page[one]), int(page[other])
            shared[pair] = shared.get(pair, 0) + int(words[one])
    return [pair for pair, common in sorted(shared.items()) if 2 * common >= min(all_words[list(pair)])]


def _distinct(inverse: NDArray[np.intp], articles: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """How many different articles each block stands with; -1 is none."""
    pairs = np.unique(np.stack((inverse[articles >= 0], articles[articles >= 0])), axis=1)
    return np.bincount(pairs[0], minlength=size)


def _varies(rows: Blocks, inverse: NDArray[np.intp], size: int) -> NDArray[np.bool_]:
    """Blocks that stand on the site with other digits too: a sentence that is filled in, not one that repeats.

    Of the benchmark's repeated blocks most of those in the gold text are such.
    """
    result = np.zeros(size, bool)
    numbered = rows["shape"] != 0
    pairs = np.unique(np.stack((rows["shape"][numbered], inverse[numbered])), axis=1)
    _, places, counts = np.unique(pairs[0], return_inverse=True, return_counts=True)
    result[pairs[1][counts[places] > 1]] = True
    return result
