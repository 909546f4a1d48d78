"""Blocks to numbers: what the keep-score is made from.

Three kinds: plain numbers (``numbers``, one row a block), the words of the texts, and the words of the names of
containers and inline elements; the words become vectors inside the model. All of it is counted over the whole page
with numpy; the only loops over blocks take fields out of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.block import Markup, Segments
from pipeline.extraction import features_text as ft
from pipeline.extraction.features_place import TAG_IDS, Places, last_heading, numbered, places
from pipeline.extraction.features_text import Floats, Ints, Words

INTERPLAY = 3
"""Levels of containers whose own sums are features."""


class Features(NamedTuple):
    """What the model sees of a page.

    ``numbers`` (blocks by ``len(NUMBERS)``) are of the order of 1; ``words`` the words of the texts; ``name_ids`` and
    ``name_owner`` the words of names, ``name_owner`` counting first ``places.distinct`` and then the distinct names of
    inline elements, of which each block has the one at ``inline``; ``heading`` the block of the heading before
    each block (its own place where there is none); ``weights`` the words of each block.
    """

    numbers: Floats
    words: Words
    name_ids: Ints
    name_owner: Ints
    name_count: int
    inline: Ints
    places: Places
    heading: Ints
    weights: Floats


def _log(values: NDArray[Any]) -> Floats:
    result: Floats = np.log1p(values).astype(np.float32)
    return result


def read(segments: Segments, title: str | None) -> Features:
    """The features of a page with at least one block. ``title`` is the page's own ``<title>`` (None without one)."""
    blocks = segments.blocks
    _, texts, _, _, spans_, _, hidden_, line_, inline_names = zip(*blocks, strict=True)
    count = len(blocks)
    shape, wanted = _shapes(texts, title)
    words = shape.words
    where = places(segments)
    chars = shape.kinds.sum(axis=1)
    word_count = np.bincount(words.owner, minlength=count)
    marked = _markup(spans_, count)
    heading = last_heading(where.tags[where.owner])
    columns = [
        *_text_columns(shape, chars, word_count),
        *_markup_columns(marked, chars, np.array(hidden_, np.float32), np.array(line_, np.float32)),
        *_place_columns(where, word_count, chars, marked[0], shape.ends == ft.STOP),
        *_order_columns(where, word_count, heading),
        *_title_columns(words, word_count, wanted),
        *_repeat_columns(words, count),
        *_page_columns(where, word_count, chars, marked[0], shape),
    ]
    numbers = np.ascontiguousarray(np.array(columns, dtype=np.float32).T)
    inline_distinct, inline = numbered(inline_names)
    names = [*where.distinct, *inline_distinct]
    name_ids, name_owner = ft.name_words(names)
    return Features(
        numbers,
        words,
        name_ids,
        name_owner,
        len(names),
        inline + len(where.distinct),
        where,
        np.where(heading < 0, np.arange(count), heading),
        word_count.astype(np.float32),
    )


def _shapes(texts: Sequence[str], title: str | None) -> tuple[ft.TextShapes, Ints]:
    """The shapes of the blocks' texts, and the distinct words of the title, found in the same go."""
    if not title or not title.strip():
        return ft.shapes(texts), np.zeros(0, np.int64)
    kinds, starts, ends, words = ft.shapes([*texts, title])
    kinds[-2, ft.BREAK] -= 1  # the break after the last block, which stands there for the title's sake
    cut = int(np.searchsorted(words.owner, len(texts)))
    own = Words(words.ids[:cut], words.owner[:cut], words.sizes[:cut], words.first[:cut])
    return ft.TextShapes(kinds[:-1], starts[:-1], ends[:-1], own), np.unique(words.ids[cut:])


def _markup(spans_: tuple, count: int) -> tuple[Ints, Ints, Ints, Ints]:  # type: ignore[type-arg]
    """Characters in links, number of links, characters in strong and in other markup, by block."""
    flat = [
        (i, end - start, 0 if markup is Markup.LINK else 1 if markup is Markup.STRONG else 2)
        for i, spans in enumerate(spans_)
        if spans
        for start, end, markup, _ in spans
    ]
    if not flat:
        nothing = np.zeros(count, np.int64)
        return nothing, nothing, nothing, nothing
    owner, size, kind = np.array(flat, np.int64).T
    key = owner * 3 + kind
    sums = np.bincount(key, weights=size, minlength=count * 3).reshape(-1, 3).astype(np.int64)
    links = np.bincount(owner[kind == 0], minlength=count)
    return sums[:, 0], links, sums[:, 1], sums[:, 2]


_SHARES = np.array((ft.OTHER, ft.DIGIT, ft.QUOTE, ft.BAR, ft.MONEY, ft.COLON, ft.DASH))
_STARTS = np.array((ft.LOWER, ft.UPPER, ft.DIGIT, ft.QUOTE, ft.BAR, ft.DASH, ft.MONEY))[:, None]
_ENDS = np.array((ft.LOWER, ft.UPPER, ft.DIGIT, ft.STOP, ft.QUOTE, ft.COLON, ft.COMMA, ft.BAR))[:, None]
"""Kinds of characters whose shares, and whose places at a block's beginning and end, are columns."""


def _text_columns(shape: ft.TextShapes, chars: Ints, word_count: Ints) -> list[NDArray[Any]]:
    kinds, words = shape.kinds, shape.words
    letters = kinds[:, ft.LOWER] + kinds[:, ft.UPPER] + kinds[:, ft.IDEOGRAPH]
    per_word = np.maximum(word_count, 1)
    per_char = np.maximum(chars, 1)
    count = len(chars)
    capital = np.bincount(words.owner[words.first == ft.UPPER], minlength=count)
    small = np.bincount(words.owner[words.first == ft.LOWER], minlength=count)
    short = np.bincount(words.owner[(words.first == ft.LOWER) & (words.sizes <= 3)], minlength=count)
    letters_in_words = np.bincount(words.owner, weights=words.sizes, minlength=count)
    columns = [
        _log(chars),
        _log(word_count),
        letters_in_words / per_word / 5,
        np.minimum(kinds[:, ft.UPPER] / np.maximum(letters, 1), 1),
        kinds[:, ft.IDEOGRAPH] / per_char,
        capital / per_word,
        small / per_word,
        short / per_word,
        _log(kinds[:, ft.STOP]),
        _log(kinds[:, ft.COMMA]),
        kinds[:, ft.STOP] / per_word,
        kinds[:, ft.COMMA] / per_word,
    ]
    columns += [*(kinds.T[_SHARES] / per_char), *(shape.starts == _STARTS), *(shape.ends == _ENDS)]
    # steps of length, so that the first layer need not find them
    columns += [word_count <= 1, word_count <= 3, word_count >= 10, word_count >= 20, word_count >= 40]
    return columns


def _markup_columns(
    marked: tuple[Ints, ...], chars: Ints, hidden: NDArray[Any], line: NDArray[Any]
) -> list[NDArray[Any]]:
    linked, links, strong, other = marked
    return [
        linked / chars,
        linked >= chars * 0.9,
        links == 0,
        _log(links),
        strong / chars,
        other / chars,
        hidden,
        line,
        np.concatenate((line[1:], np.zeros(1, np.float32))),
    ]


def _sums(values: NDArray[Any]) -> NDArray[Any]:
    """Running sums with a nought before them, so that a range's sum is one difference."""
    return np.concatenate((np.zeros(1, values.dtype), np.cumsum(values)))


def _place_columns(
    where: Places, word_count: Ints, chars: Ints, linked: Ints, stopped: NDArray[Any]
) -> list[NDArray[Any]]:
    """What the containers around a block hold, and which part of it the block is."""
    low, high = where.low, where.high
    sentence = (stopped & (word_count >= 8)).astype(np.int64)
    sums = [_sums(v) for v in (word_count, chars, linked, sentence)]
    words_in, chars_in, linked_in, sentences_in = (s[high] - s[low] for s in sums)
    held = high - low
    total = max(int(sums[0][-1]), 1)
    density = linked_in / np.maximum(chars_in, 1)
    position = np.arange(where.owner.size)
    # one row a kind of column, of all containers; then those around each block are taken, all kinds together
    logs = _log(np.array((words_in, held, where.alike, sentences_in)))
    shares = (density, sentences_in / np.maximum(held, 1), words_in / total)
    kinds = np.concatenate((logs[:2], np.array(shares, np.float32), logs[2:]))
    inside = (position - low[where.levels[:INTERPLAY]]) / np.maximum(held - 1, 1)[where.levels[:INTERPLAY]]
    columns: list[NDArray[Any]] = []
    for level, at in enumerate(where.levels):
        taken = kinds.take(at, axis=1)
        columns += [*taken[:6], inside[level], taken[6]] if level < INTERPLAY else [*taken[:6]]
    return columns


def _order_columns(where: Places, word_count: Ints, heading: Ints) -> list[NDArray[Any]]:
    count = word_count.size
    position = np.arange(count)
    upto = _sums(word_count)
    total = max(int(upto[-1]), 1)
    tags = where.tags[where.owner]
    distance = np.where(heading < 0, count, position - heading)
    firsts = np.flatnonzero(tags == _H1)
    first = int(firsts[0]) if firsts.size else -1
    after = position - first if first >= 0 else np.zeros(count)
    since = upto[:-1] - upto[first] if first >= 0 else np.zeros(count)
    container_change = np.concatenate((np.ones(1, bool), where.owner[1:] != where.owner[:-1]))
    return [
        position / count,
        upto[:-1] / total,
        _log(position),
        _log(count - position),
        _log(upto[:-1]),
        _log(total - upto[:-1]),
        _log(np.minimum(distance, 50)),
        heading < 0,
        np.full(count, first >= 0),
        after > 0,
        np.sign(after) * _log(np.abs(after)),
        np.sign(since) * _log(np.abs(since)),
        container_change,
        _depths(where)[where.owner] / 10,
    ]


_H1 = TAG_IDS["h1"]


def _depths(where: Places) -> NDArray[Any]:
    depth = (where.parents > 0).astype(np.int64)
    step = where.parents
    while step.any():
        depth = depth + depth[step]
        step = step[step]
    return depth


def _title_columns(words: Words, word_count: Ints, wanted: Ints) -> list[NDArray[Any]]:
    """How much of the block stands in the page's title, and of the title in the block: ``wanted`` are its words."""
    count = word_count.size
    if not wanted.size:
        nothing = np.zeros(count)
        return [nothing, nothing]
    known = np.zeros(ft.WORD_BUCKETS, bool)
    known[wanted] = True
    both = np.bincount(words.owner[known[words.ids]], minlength=count)
    return [both / np.maximum(word_count, 1), np.minimum(both / wanted.size, 1) * (word_count <= 40)]


def _repeat_columns(words: Words, count: int) -> list[NDArray[Any]]:
    """How often the same words stand on the page as another block."""
    key = np.bincount(words.owner, weights=words.ids * 1.0 + words.sizes * 0.001, minlength=count)
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    times = counts[inverse]
    return [_log(times - 1), times > 1]


def _page_columns(
    where: Places, word_count: Ints, chars: Ints, linked: Ints, shape: ft.TextShapes
) -> list[NDArray[Any]]:
    """The page as a whole, the same for every block."""
    count = word_count.size
    total = max(int(word_count.sum()), 1)
    total_chars = max(int(chars.sum()), 1)
    long = word_count >= 20
    kinds = shape.kinds.sum(axis=0)
    page = (
        np.log1p(count) / 2,
        np.log1p(total) / 2,
        linked.sum() / total_chars,
        word_count[long].sum() / total,
        np.log1p(long.sum()) / 2,
        kinds[ft.IDEOGRAPH] / total_chars,
        kinds[ft.MONEY] / total_chars * 50,
        kinds[ft.DIGIT] / total_chars * 10,
        np.log1p(where.tags.size) / 2,
    )
    return [np.full(count, value) for value in page]
