"""Fitting: samples to a network, a network to the arrays that ship."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from bench.augment import variant
from bench.corpus import Sample
from bench.network import Batch, Network, Page, collate, prepare
from pipeline.extraction import features
from pipeline.extraction.features import Features
from pipeline.extraction.model import KINDS


class Settings(NamedTuple):
    """How a network is fitted. The values were chosen by their figures out of fold."""

    epochs: int = 14
    batch: int = 16
    rate: float = 4e-3
    decay: float = 0.1
    table_decay: float = 0.3
    dropout: float = 0.3
    drop: tuple[float, float, float] = (0.4, 0.4, 0.3)  # words, names, all names of a page
    changed: float = 0.6  # share of pages that are seen as a variant
    variants: int = 4
    kind_weight: float = 0.2
    commented: float = 0.25  # share of the variants of articles that get made-up comments
    whole: bool = True  # listings, shops and the like only change their markup
    seed: int = 0


MEMBERS = (Settings(kind_weight=0.05, commented=0.0, whole=False), Settings(seed=50))
"""The networks that ship together. Unlike in what they were shown, they err on other pages; their mean is better."""
# small sources count twice: the macro average counts sources alike
_SOURCE_WEIGHT = {"forum": 2.0, "hand": 2.0}


_WHOLE = frozenset({"product", "collection", "listing", "documentation", "service"})


class Lesson(NamedTuple):
    """One page to learn from, its variants beside it."""

    pages: tuple[tuple[Page, Tensor], ...]
    weight: float
    kind: int


def lessons(samples: Sequence[Sample], settings: Settings) -> dict[str, Lesson]:
    """Samples that may be fitted on, each with its variants, by id."""
    made = {}
    voices = _voices(samples)
    for sample in samples:
        if not sample.fitted or sample.share is None:
            continue
        rng = np.random.default_rng([settings.seed, *sample.id.encode()])
        seen = [(sample.features, sample.share)]
        for _ in range(settings.variants):
            heard: Sequence[str] = ()
            if settings.commented and sample.kind in {None, "article"} and rng.random() < settings.commented:
                heard = voices.get((sample.fold, sample.language), ())
            whole = settings.whole and sample.kind in _WHOLE
            changed, share = variant(sample.segments, sample.share, rng, heard, whole=whole)
            title = sample.title if rng.random() < 0.9 else None
            seen.append((features.read(changed, title), share))
        kind = KINDS.index(sample.kind) if sample.kind in KINDS else -100
        pages = tuple((prepare(f), torch.from_numpy(share.astype(np.float32))) for f, share in seen)
        made[sample.id] = Lesson(pages, _SOURCE_WEIGHT.get(sample.source, 1.0), kind)
    return made


def _voices(samples: Sequence[Sample]) -> dict[tuple[int, str], list[str]]:
    """Paragraphs that made-up comments are made of, by fold and language: of the same fold, so that none sees another.

    Not forum posts: those are what a forum's page is about, and would be shown as chrome here.
    """
    found: dict[tuple[int, str], list[str]] = {}
    for number, sample in enumerate(samples):
        if not sample.fitted or sample.share is None or sample.kind == "forum" or number % 5:
            continue
        for block, share, words in zip(sample.segments.blocks, sample.share, sample.words, strict=True):
            if share > 0.8 and 6 <= len(words) <= 150:
                found.setdefault((sample.fold, sample.language), []).append(block.text)
    return {key: texts for key, texts in found.items() if len(texts) >= 20}


def fit(chosen: Sequence[Lesson], settings: Settings) -> Network:
    """Fit one network; the same lessons and settings give the same weights on the same machine and versions."""
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    numbers = np.concatenate([lesson.pages[0][0].features.numbers for lesson in chosen])
    network = Network(numbers.shape[1], dropout=settings.dropout, kinds=len(KINDS))
    network.mean.copy_(torch.from_numpy(numbers.mean(axis=0)))
    network.scale.copy_(torch.from_numpy(1 / np.maximum(numbers.std(axis=0), 1e-3)))
    optimiser = _optimiser(network, settings)
    steps = settings.epochs * -(-len(chosen) // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=steps, pct_start=0.1)
    # the mean of the weights over the last epochs generalises better than the last ones
    average = {name: value.clone() for name, value in network.state_dict().items()}
    network.train()
    for epoch in range(settings.epochs):
        order = rng.permutation(len(chosen))
        if epoch < settings.epochs * 0.4:
            average = {name: value.clone() for name, value in network.state_dict().items()}
        for start in range(0, len(order), settings.batch):
            loss = _loss(network, [chosen[i] for i in order[start : start + settings.batch]], rng, settings)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            for name, value in network.state_dict().items():
                average[name].lerp_(value, 0.01)
    network.load_state_dict(average)
    return network.eval()


def _optimiser(network: Network, settings: Settings) -> torch.optim.Optimizer:
    tables = [p for n, p in network.named_parameters() if n.split(".")[0] in {"word", "name", "tag"}]
    others = [p for n, p in network.named_parameters() if n.split(".")[0] not in {"word", "name", "tag"}]
    groups = [
        {"params": tables, "weight_decay": settings.table_decay},
        {"params": others, "weight_decay": settings.decay},
    ]
    return torch.optim.AdamW(groups, lr=settings.rate)


def _loss(network: Network, chosen: Sequence[Lesson], rng: np.random.Generator, settings: Settings) -> Tensor:
    """Cross entropy by block, one less the soft F1 by page, and the page's kind."""
    seen = []
    for lesson in chosen:
        changed = rng.random() < settings.changed
        seen.append(lesson.pages[int(rng.integers(1, len(lesson.pages))) if changed else 0])
    batch: Batch = collate([page for page, _ in seen], rng, settings.drop)
    wanted = torch.cat([share for _, share in seen])
    score, kind = network(batch)
    weight = torch.tensor([lesson.weight for lesson in chosen])

    def by_page(values: Tensor) -> Tensor:
        return torch.zeros(len(chosen)).index_add(0, batch.page_of, values)

    size = torch.sqrt(batch.weights + 1)
    entropy = nn.functional.binary_cross_entropy_with_logits(score, wanted, reduction="none")
    by_block = (by_page(entropy * size) / by_page(size) * weight).mean()
    keep, words = torch.sigmoid(score), batch.weights + 0.1
    overlap = 2 * (by_page(words * keep * wanted) + 1) / (by_page(words * keep) + by_page(words * wanted) + 2)
    by_f1 = ((1 - overlap) * weight).mean()
    kinds = torch.tensor([lesson.kind for lesson in chosen])
    if (kinds < 0).all():
        return by_block + by_f1
    return by_block + by_f1 + settings.kind_weight * nn.functional.cross_entropy(kind, kinds, ignore_index=-100)


def predict(network: Network, seen: Features) -> tuple[np.ndarray, np.ndarray]:
    """Logits of the blocks and of the page's kinds."""
    with torch.no_grad():
        score, kind = network(collate([prepare(seen)]))
    return score.numpy(), kind.numpy()[0]


def arrays(network: Network) -> dict[str, np.ndarray]:
    """The weights as ``model.py`` reads them: layers transposed, tables in half precision."""
    result = {}
    for name, value in network.state_dict().items():
        array = value.numpy()
        if name.endswith(".weight") and array.ndim == 2 and name.split(".")[0] not in {"word", "name", "tag"}:
            array = array.T
        half = name in {"word.weight", "name.weight"}
        result[name] = np.ascontiguousarray(array.astype(np.float16 if half else np.float32))
    return result
