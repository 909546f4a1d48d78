"""Gold text to blocks: which share of each block's words stands in the gold text, by place and not only by wording.

The tokens are those of ``score.py``. Long runs that occur once on both sides are anchors; between two anchors the
text is matched in order, so that a short string ("Reply", a name, a price) counts where the gold has it and nowhere
else.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np

SHINGLE = 4
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(f"[{_NO_SPACES}]|[^\\W{_NO_SPACES}]+")
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])
GAP_LIMIT = 400_000
"""Product of the two lengths of a gap above which it is matched by shingles alone: a gap so large has no order."""

Shingles = Counter[tuple[str, ...]]


def tokens(text: str) -> list[str]:
    """Words, or characters in scripts without word spaces, as ``score.py`` cuts them."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text.translate(_INVISIBLE)))


def shingles(words: Sequence[str]) -> Shingles:
    """Runs of four tokens; a text shorter than that is one run."""
    if len(words) < SHINGLE:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(zip(*(words[i:] for i in range(SHINGLE)), strict=False))


def f1(gold: Shingles, text: Sequence[str]) -> float:
    """Shingle F1 of a tokenised text."""
    got = shingles(text)
    both = sum(min(count, gold[key]) for key, count in got.items() if key in gold)
    total = sum(gold.values()) + sum(got.values())
    return 2 * both / total if total else 1.0


def shares(block_tokens: Sequence[Sequence[str]], gold: Sequence[str]) -> np.ndarray:
    """For each block the share of its tokens that the gold text has, 0 to 1 (0 for a block without tokens)."""
    page = [token for words in block_tokens for token in words]
    matched = _align(page, list(gold))
    result = np.zeros(len(block_tokens), np.float32)
    start = 0
    for i, words in enumerate(block_tokens):
        end = start + len(words)
        if words:
            result[i] = matched[start:end].mean()
        start = end
    return result


def _align(page: list[str], gold: list[str]) -> np.ndarray:
    """Which tokens of the page are in the gold text: anchors first, then what lies between them."""
    matched = np.zeros(len(page), bool)
    n = SHINGLE
    places = defaultdict(list)
    for j in range(len(gold) - n + 1):
        places[tuple(gold[j : j + n])].append(j)
    seen = Counter(tuple(page[i : i + n]) for i in range(len(page) - n + 1))
    pairs = []
    for i in range(len(page) - n + 1):
        key = tuple(page[i : i + n])
        if seen[key] == 1 and len(places.get(key, ())) == 1:
            pairs.append((i, places[key][0]))
    chain = _increasing(pairs)
    for i, _ in chain:
        matched[i : i + n] = True
    used = np.zeros(len(gold), bool)
    for _, j in chain:
        used[j : j + n] = True
    edges = [(-1, -1), *chain, (len(page), len(gold))]
    for (i0, j0), (i1, j1) in pairwise(edges):
        _fill(
            page,
            gold,
            matched,
            used,
            (max(i0, 0), min(i1 + (n - 1 if i1 < len(page) else 0), len(page))),
            (max(j0, 0), min(j1 + n - 1, len(gold))),
        )
    _leftovers(page, gold, matched, used)
    return matched


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rises on both sides."""
    tails: list[int] = []
    ends: list[int] = []
    back = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        back[k] = ends[place - 1] if place else -1
        if place == len(tails):
            tails.append(j)
            ends.append(k)
        else:
            tails[place], ends[place] = j, k
    chain = []
    k = ends[-1] if ends else -1
    while k >= 0:
        chain.append(pairs[k])
        k = back[k]
    return chain[::-1]


def _fill(page, gold, matched, used, span, gold_span) -> None:  # type: ignore[no-untyped-def]
    """Match in order between two anchors what is not matched yet."""
    a = [i for i in range(*span) if not matched[i]]
    b = [j for j in range(*gold_span) if not used[j]]
    if not a or not b or len(a) * len(b) > GAP_LIMIT:
        return
    matcher = SequenceMatcher(None, [page[i] for i in a], [gold[j] for j in b], autojunk=False)
    for x, y, size in matcher.get_matching_blocks():
        # a lone token in a gap is chance unless the gap is hardly more than that token
        if size >= 3 or size * 2 >= len(b) or size * 2 >= len(a):
            for k in range(size):
                matched[a[x + k]] = used[b[y + k]] = True


def _leftovers(page, gold, matched, used) -> None:  # type: ignore[no-untyped-def]
    """Shingles of gold that no order explains (moved or repeated text) are matched wherever the page has them."""
    n = SHINGLE
    open_gold = Counter(tuple(gold[j : j + n]) for j in range(len(gold) - n + 1) if not used[j : j + n].any())
    for i in range(len(page) - n + 1):
        key = tuple(page[i : i + n])
        if open_gold.get(key, 0) > 0 and not matched[i : i + n].all():
            matched[i : i + n] = True
            open_gold[key] -= 1
