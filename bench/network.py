"""The keep-score network as torch sees it while it is fitted; ``pipeline/extraction/model.py`` runs it in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.extraction.features import Features
from pipeline.extraction.features_place import TAGS
from pipeline.extraction.features_text import NAME_BUCKETS, WORD_BUCKETS

WINDOWS = ((-1, 0), (1, 2), (-3, 0), (1, 4), (-10, 0), (1, 11))
"""Half-open ranges of neighbours, relative to a block, over which means are taken."""


class Batch(NamedTuple):
    """Some pages, one after the other."""

    numbers: Tensor
    words: Tensor
    word_offsets: Tensor
    names: Tensor
    name_offsets: Tensor
    tags: Tensor
    container_names: Tensor
    parents: Tensor
    roots: Tensor
    levels: Tensor
    inline: Tensor
    heading: Tensor
    ranges: Tensor  # (kinds, blocks, 2): the ranges of blocks over which means are taken
    pages: Tensor  # (pages, 2)
    page_of: Tensor
    weights: Tensor


def ranges(features: Features) -> np.ndarray:
    """The ranges of each block: neighbours, containers, the page; (kinds, blocks, 2)."""
    count = len(features.weights)
    position = np.arange(count)
    near = [np.clip(np.stack((position + start, position + end), 1), 0, count) for start, end in WINDOWS]
    rows = list(near)
    where = features.places
    rows += [np.stack((where.low[at], where.high[at]), 1) for at in where.levels]
    rows.append(np.stack((np.zeros(count, np.int64), np.full(count, count)), 1))
    return np.stack(rows)


class Page(NamedTuple):
    """What ``collate`` needs of a page, made once."""

    features: Features
    ranges: np.ndarray
    word_counts: np.ndarray
    name_counts: np.ndarray


def prepare(features: Features) -> Page:
    count = len(features.weights)
    return Page(
        features,
        ranges(features),
        np.bincount(features.words.owner, minlength=count),
        np.bincount(features.name_owner, minlength=features.name_count),
    )


def collate(
    pages: Sequence[Page], rng: np.random.Generator | None = None, drop: tuple[float, float, float] = (0, 0, 0)
) -> Batch:
    """Pages to one batch. With ``rng``, words and names are dropped and pages lose all names at the rates given."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in Batch._fields}
    blocks = containers = names = 0
    for number, page in enumerate(pages):
        f, w = page.features, page.features.places
        count, container_count = len(f.weights), len(w.tags)
        word_ids, word_counts = f.words.ids, page.word_counts
        name_ids, name_counts = f.name_ids, page.name_counts
        tags = w.tags
        if rng is not None:
            keep = rng.random(word_ids.size) >= drop[0]
            word_ids, word_counts = word_ids[keep], np.bincount(f.words.owner[keep], minlength=count)
            bare = rng.random() < drop[2]
            keep = rng.random(name_ids.size) >= (1.0 if bare else drop[1])
            name_ids, name_counts = name_ids[keep], np.bincount(f.name_owner[keep], minlength=f.name_count)
            if bare or rng.random() < drop[2]:
                tags = PLAIN[tags]
        parts["numbers"].append(f.numbers)
        parts["words"].append(word_ids)
        parts["word_offsets"].append(word_counts)
        parts["names"].append(name_ids)
        parts["name_offsets"].append(name_counts)
        parts["tags"].append(tags)
        parts["container_names"].append(w.names + names)
        parts["parents"].append(w.parents + containers)
        parts["roots"].append(np.full(container_count, containers))
        parts["levels"].append(w.levels + containers)
        parts["inline"].append(f.inline + names)
        parts["heading"].append(f.heading + blocks)
        parts["ranges"].append(page.ranges + blocks)
        parts["pages"].append(np.array([[blocks, blocks + count]]))
        parts["page_of"].append(np.full(count, number))
        parts["weights"].append(f.weights)
        blocks += count
        containers += container_count
        names += f.name_count
    joined = {
        k: torch.from_numpy(np.concatenate(v, axis=1 if k in {"levels", "ranges"} else 0)) for k, v in parts.items()
    }
    for name in ("word_offsets", "name_offsets"):
        joined[name] = torch.cat((torch.zeros(1, dtype=torch.int64), joined[name].cumsum(0)[:-1]))
    return Batch(**joined)


def _plain() -> np.ndarray:
    """Tags of today to those of 2005: what has a meaning becomes a div."""
    ids = np.arange(len(TAGS))
    for tag in "article aside figure figcaption footer header hgroup main nav section details summary".split():
        ids[TAGS.index(tag)] = TAGS.index("div")
    return ids


PLAIN = _plain()


class _MeanOver(torch.autograd.Function):
    """Means of rows over half-open ranges by running sums; written out because the gradient of indexing is slow."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, low: Tensor, high: Tensor) -> Tensor:  # type: ignore[override]
        """``low`` and ``high`` (ranges) say where each mean begins and ends; an empty range gives nought."""
        sums = torch.zeros(values.shape[0] + 1, values.shape[1])
        torch.cumsum(values, 0, out=sums[1:])
        scale = 1.0 / (high - low).clamp(min=1).to(values.dtype)[:, None]
        ctx.save_for_backward(low, high, scale)
        ctx.rows = values.shape[0]
        return (sums.index_select(0, high) - sums.index_select(0, low)) * scale

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        """Each row gets what the ranges that hold it send back."""
        low, high, scale = ctx.saved_tensors
        scaled = gradient * scale
        steps = torch.zeros(ctx.rows + 1, gradient.shape[1])
        steps.index_add_(0, low, scaled)
        steps.index_add_(0, high, scaled, alpha=-1)
        return steps[:-1].cumsum(0), None, None


def mean_over(values: Tensor, spans: Tensor) -> Tensor:
    """Means of rows over half-open ranges, nought for an empty one."""
    flat = spans.reshape(-1, 2)
    means: Tensor = _MeanOver.apply(values, flat[:, 0].contiguous(), flat[:, 1].contiguous())
    return means.reshape(*spans.shape[:-1], values.shape[1])


class Network(nn.Module):
    """Blocks to vectors, two rounds of looking around, one score a block."""

    def __init__(
        self,
        numbers: int,
        word_size: int = 12,
        name_size: int = 16,
        first: int = 40,
        second: int = 48,
        pooled: int = 24,
        kinds: int = 8,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("scale", torch.ones(numbers))
        self.word = nn.EmbeddingBag(WORD_BUCKETS, word_size, mode="mean")
        self.name = nn.EmbeddingBag(NAME_BUCKETS, name_size, mode="sum")
        self.tag = nn.Embedding(len(TAGS), name_size)
        for table in (self.word, self.name, self.tag):
            nn.init.normal_(table.weight, std=0.05)
        around = len(WINDOWS) + 4 + 1 + 1
        self.one = nn.Linear(numbers + word_size + 6 * name_size, first)
        self.two = nn.Linear(first * (around + 1), second)
        self.down = nn.Linear(second, pooled)
        self.three = nn.Linear(second + pooled * around, second)
        self.score = nn.Linear(second, 1)
        self.kind = nn.Linear(second * 2, kinds)
        self.dropout = nn.Dropout(dropout)

    def around(self, values: Tensor, batch: Batch) -> Tensor:
        """What each block sees of ``values`` around it."""
        means = mean_over(values, batch.ranges)
        return torch.cat([*means, values.index_select(0, batch.heading)], dim=1)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits (blocks) of keeping, and of the page's kind (pages by kinds)."""
        names = self.name(batch.names, batch.name_offsets)
        inside = torch.tanh(names.index_select(0, batch.container_names) + self.tag(batch.tags))
        path, top = inside.clone(), inside
        is_root = batch.roots == torch.arange(len(batch.roots))
        path = torch.where(is_root[:, None], torch.zeros_like(path), path)
        step = batch.parents
        while True:
            path = path + path.index_select(0, step)
            top = torch.maximum(top, top.index_select(0, step))
            above = step[step]
            if torch.equal(step, batch.roots):
                break
            step = above
        path = path + torch.where(is_root[:, None], torch.zeros_like(inside), inside.index_select(0, batch.roots))
        own = batch.levels
        x = torch.cat(
            (
                ((batch.numbers - self.mean) * self.scale).clamp(-6, 6),
                self.word(batch.words, batch.word_offsets),
                inside.index_select(0, own[0]),
                inside.index_select(0, own[1]),
                inside.index_select(0, own[2]),
                path.index_select(0, own[0]) * 0.25,
                top.index_select(0, own[0]),
                torch.tanh(names.index_select(0, batch.inline)),
            ),
            dim=1,
        )
        h = self.dropout(torch.relu(self.one(x)))
        h = self.dropout(torch.relu(self.two(torch.cat((h, self.around(h, batch)), 1))))
        z = torch.relu(self.down(h))
        h = self.dropout(torch.relu(self.three(torch.cat((h, self.around(z, batch)), 1))))
        score = self.score(h)[:, 0]
        keep = torch.sigmoid(score).detach()[:, None] * batch.weights[:, None]
        total = mean_over(keep, batch.pages)
        kept = mean_over(h * keep, batch.pages) / (total + 0.1)
        kind = self.kind(torch.cat((mean_over(h, batch.pages), kept), 1))
        return score, kind
