"""Boilerplate by its wording: which template of the library a block is a copy of, word for word or reworded.

Character 4-gram Jaccard (2-gram in Chinese and Japanese) tells reworded copies from ordinary paragraphs: those reach
0.18 at most. From there to 0.25 a second look at the order of small words, and of all words, decides.
`bench/cleaning_boilerplate.py` measures it on 64,000 paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.fold import fold
from pipeline.cleaning.likeness import (
    BUCKETS_LOG2,
    HAN,
    LATIN,
    code_points,
    common_order,
    distinct,
    gram_length,
    grams,
    hashes,
    script,
)
from pipeline.cleaning.template_library import Library, library, wording
from pipeline.verdict import Class

SURE = 0.25
"""Similarity at which a text matches without a second look."""
SURE_ALONE = 0.30
"""The same for texts of fewer words than `SENTENCE`, and for fingerprints, which have no wording to look at."""
SENTENCE = 8
"""Words of a text from which `SURE` holds: "need to run this command" has 0.29 with a notice of seven words."""
DOUBTFUL = 0.18
"""Similarity below which it is no match: ordinary paragraphs had 0.144 at most, a thank-you in a forum 0.178. Spun
copies are found as well as from 0.14 (``bench/spun_templates.py``)."""
EXACT = 0.90
"""Similarity from which a copy counts as unaltered: a changed digit or quote mark stays above it."""
SKELETON = 0.70
"""Second look: common order of the function words; the lowest real spun copy had 0.84."""
WORD_ORDER = 0.45
"""Second look: common order of all words; ordinary paragraphs stay below 0.29."""
CHARACTER_ORDER = 0.60
"""The same where words are not set apart and the order is that of characters, of which fewer are needed by chance."""
ENOUGH_WORDS = 15
"""Second look: of shorter texts both orders must agree; six ordinary lines of 64,000 had one of the two by chance."""
FEWEST_WORDS = 4
FEWEST_CHARACTERS = 8
"""Shorter texts are labels, not sentences; the second figure is for Chinese and Japanese."""
MOST_CHARS = 4000
"""Longer blocks are no templates, nor rows of them: terms of use are documents of their own."""

MOST_AT_ONCE = 1 << (32 - BUCKETS_LOG2)
"""Texts looked up together: the number of the text and the hash of a shingle share 32 bits."""

_SENTENCE_END = re.compile(r"(?<=[.!?؟…])[\"'”’»)\]]*\s+|(?<=[。！？])")


class Match(NamedTuple):
    """A recognised template.

    ``similarity``: 0 to 1, 4 decimals, of the block or of its most similar window. ``exact``: not reworded.
    ``fixed``: the template does not vary by itself, so a match that is not exact was altered by somebody.
    """

    template: str
    block_class: Class
    similarity: float
    exact: bool
    fixed: bool


class _Text(NamedTuple):
    """A text made ready: folded, its distinct shingles, its script."""

    folded: str
    shingles: NDArray[np.int32]
    script: int


def match(text: str, known: Library | None = None) -> Match | None:
    """The template that the block is a copy of, as a whole or in windows that make up at least half of it.

    >>> match("Please enter a proper email address. The email address you typed is not valid.").template
    'en.form_email_invalid'
    >>> match("The letter was returned because the address on it was not valid in that year.") is None
    True
    """
    if len(text) > MOST_CHARS:
        return None
    known = known or library()
    whole = _ready(fold(text))
    return _decided(text, whole, known.shared(whole.shingles), known) if whole is not None else None


def matches(texts: Sequence[str], folded: Sequence[str]) -> list[Match | None]:
    """``match`` of several texts at less than half of its cost; ``folded`` is what ``fold`` makes of each."""
    found: list[Match | None] = [None] * len(texts)
    by_length: dict[int, list[int]] = {}
    for i, (text, line) in enumerate(zip(texts, folded, strict=True)):
        if len(text) <= MOST_CHARS and len(line) >= FEWEST_CHARACTERS:
            han = not line.isascii() and script(code_points(line)) == HAN
            if han or line.count(" ") >= FEWEST_WORDS - 1:
                by_length.setdefault(gram_length(HAN if han else LATIN), []).append(i)
    for length, places in by_length.items():
        for start in range(0, len(places), MOST_AT_ONCE):
            here = places[start : start + MOST_AT_ONCE]
            _look_up(here, texts, folded, length, found)
    return found


def _look_up(
    places: Sequence[int], texts: Sequence[str], folded: Sequence[str], length: int, found: list[Match | None]
) -> None:
    """Put into ``found`` what the texts at these places are copies of; ``length`` is that of their shingles."""
    known = library()
    lengths = np.array([len(folded[place]) for place in places])
    owner = np.repeat(np.arange(lengths.size, dtype=np.uint32), lengths + 1)
    keys = hashes(code_points(" ".join([folded[place] for place in places])), length)
    keys |= owner[: keys.size] << np.uint32(BUCKETS_LOG2)
    inside = np.ones(keys.size, bool)
    ends = np.cumsum(lengths[:-1] + 1) - 1  # the blanks between the texts
    inside[ends[:, None] - np.arange(length)] = False
    keys = distinct(keys[inside])
    owners = (keys >> np.uint32(BUCKETS_LOG2)).astype(np.int64)
    shared = known.shared_by(keys & np.uint32((1 << BUCKETS_LOG2) - 1), owners, lengths.size)
    sizes = np.bincount(owners, minlength=lengths.size)[:, None]
    near = shared >= (known.sizes + sizes) * (DOUBTFUL / (1 + DOUBTFUL))
    near |= shared > LEAST_HELD * known.sizes
    for row in np.flatnonzero(near.any(axis=1)).tolist():
        whole = _ready(folded[places[row]])
        if whole is not None:
            text = texts[places[row]]
            found[places[row]] = _decided(text, whole, shared[row].astype(np.int64), known)


def _decided(text: str, whole: _Text, shared: NDArray[np.int64], known: Library) -> Match | None:
    return _best(whole, shared, known, DOUBTFUL) or _in_windows(text, whole.script, shared, known)


def _ready(folded: str) -> _Text | None:
    codes = code_points(folded)
    if codes.size < FEWEST_CHARACTERS:
        return None
    writing = LATIN if folded.isascii() else script(codes)
    if writing != HAN and folded.count(" ") < FEWEST_WORDS - 1:
        return None
    return _Text(folded, grams(codes, writing), writing)


def _best(text: _Text, shared: NDArray[np.int64], known: Library, least: float) -> Match | None:
    """The most similar template from ``least`` that holds on a second look; of equals the first of the library."""
    size = text.shingles.size
    # the Jaccard similarity without a division: shared / (a + b - shared) >= least
    near = np.flatnonzero(shared >= (known.sizes + size) * (least / (1 + least)))
    near = near[(known.scripts[near] == text.script) & (shared[near] > 0)]
    if not near.size:
        return None
    similarity = shared[near] / (known.sizes[near] + size - shared[near])
    for i, value in sorted(zip(near.tolist(), similarity.round(4).tolist(), strict=True), key=lambda pair: -pair[1]):
        if value >= SURE_ALONE or _holds(text, i, value, known):
            entry = known.entries[i]
            return Match(entry.id, entry.block_class, value, value >= EXACT, entry.fixed)
    return None


def _holds(text: _Text, i: int, value: float, known: Library) -> bool:
    """The second look at a template that is not sure whatever the text."""
    theirs = known.wordings[i]
    if not theirs.tokens:
        return False
    ours = wording(text.folded, known.entries[i].language)
    if value >= SURE and len(ours.tokens) >= SENTENCE:
        return True
    if text.script == HAN:
        return common_order(ours.tokens, theirs.tokens) >= CHARACTER_ORDER
    bones = common_order(ours.skeleton, theirs.skeleton if any(theirs.skeleton) else ()) >= SKELETON
    words = common_order(ours.tokens, theirs.tokens) >= WORD_ORDER
    return (bones and words) if min(len(ours.tokens), len(theirs.tokens)) < ENOUGH_WORDS else (bones or words)


WINDOW_SURE = 0.30
"""Similarity from which a window matches. A window is the best of many, so there is no second look."""
LEAST_HELD = 0.36
"""Share of a template's shingles in the whole block below which no window can: (1 + 0.6) * 0.3 / 1.3 = 0.37."""
SHORTEST, LONGEST = 0.6, 1.6
"""Length of a window, in lengths of the template."""
MOST_SENTENCES = 40
"""Blocks of more are lists or noise; the number of windows grows with its square."""
HALF = 0.5
"""Share of the block that matching windows must make up, so that an article's paragraph survives one stray line."""


def _in_windows(text: str, writing: int, shared: NDArray[np.int64], known: Library) -> Match | None:
    """The most similar window of whole sentences, where such windows together make up half of the block."""
    near = np.flatnonzero(shared > LEAST_HELD * known.sizes)
    if not near.size:
        return None
    sentences = [folded for folded in map(fold, _SENTENCE_END.split(text)) if folded]
    if not 2 <= len(sentences) <= MOST_SENTENCES:
        return None
    covered = np.zeros(len(sentences), bool)
    best: Match | None = None
    for start, end in _windows([grams(code_points(each), writing) for each in sentences], near, known):
        window = _ready(" ".join(sentences[start:end]))
        found = _best(window, known.shared(window.shingles), known, WINDOW_SURE) if window is not None else None
        if found is not None:
            covered[start:end] = True
            if best is None or found.similarity > best.similarity:
                best = found
    lengths = np.array([len(sentence) for sentence in sentences])
    return best if lengths[covered].sum() >= HALF * lengths.sum() else None


def _windows(shingles: list[NDArray[np.int32]], near: NDArray[np.intp], known: Library) -> list[tuple[int, int]]:
    """The windows (start, end) that may match one of the templates ``near``, by sums over their sentences' shingles."""
    counts = np.array([known.shared(each)[near] for each in shingles])
    held = np.concatenate([np.zeros((1, near.size), np.int64), np.cumsum(counts, axis=0)])
    length = np.cumsum([0, *(each.size for each in shingles)])
    starts, ends = np.triu_indices(length.size, 1)
    inside, size = held[ends] - held[starts], (length[ends] - length[starts])[:, None]
    wanted = known.sizes[near]
    fits = (size >= SHORTEST * wanted) & (size <= LONGEST * wanted)
    # a shingle of two sentences counts twice here, and those across their border not at all: hence a tenth of slack
    likely = fits & (inside >= 0.9 * WINDOW_SURE * (wanted + size - inside))
    return [(int(starts[i]), int(ends[i])) for i in np.flatnonzero(likely.any(axis=1))]
