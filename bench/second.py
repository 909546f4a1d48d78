"""Fitting the second look on pages whose scores come from networks that did not see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

HIDDEN = 24
EPOCHS = 25
BATCH = 16
RATE = 5e-3
DECAY = 0.05
DROPOUT = 0.1


class Scores(NamedTuple):
    """One page for the second look: its columns, the first logits, the wanted shares and the words of its blocks."""

    columns: np.ndarray
    logits: np.ndarray
    share: np.ndarray
    words: np.ndarray


def fit_second(pages: Sequence[Scores], seed: int = 0) -> dict[str, np.ndarray]:
    """Arrays for ``second_look.correct``."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    every = np.concatenate([page.columns for page in pages])
    mean, scale = every.mean(axis=0), 1 / (every.std(axis=0) + 1e-3)
    one, two = nn.Linear(every.shape[1], HIDDEN), nn.Linear(HIDDEN, 1)
    network = nn.Sequential(one, nn.ReLU(), nn.Dropout(DROPOUT), two)
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(pages) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        order = rng.permutation(len(pages))
        for start in range(0, len(order), BATCH):
            loss = _loss(network, [pages[i] for i in order[start : start + BATCH]], mean, scale)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    arrays = {
        "mean": mean,
        "scale": scale,
        "one.weight": one.weight.detach().numpy().T,
        "one.bias": one.bias.detach().numpy(),
        "two.weight": two.weight.detach().numpy().T,
        "two.bias": two.bias.detach().numpy(),
    }
    return {name: np.ascontiguousarray(array.astype(np.float32)) for name, array in arrays.items()}


def _loss(network: nn.Module, chosen: Sequence[Scores], mean: np.ndarray, scale: np.ndarray) -> Tensor:
    def joined(rows: Sequence[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.concatenate(rows).astype(np.float32))

    x = joined([(page.columns - mean) * scale for page in chosen])
    first = joined([page.logits for page in chosen]).clamp(-6, 6)
    wanted, words = joined([page.share for page in chosen]), joined([page.words for page in chosen])
    owner = torch.from_numpy(np.repeat(np.arange(len(chosen)), [len(page.share) for page in chosen]))

    def by_page(values: Tensor) -> Tensor:
        return torch.zeros(len(chosen)).index_add(0, owner, values)

    logits = network(x)[:, 0] + first
    size = torch.sqrt(words + 1)
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    by_block = (by_page(entropy * size) / by_page(size)).mean()
    keep, weight = torch.sigmoid(logits), words + 0.1
    overlap = 2 * (by_page(weight * keep * wanted) + 1) / (by_page(weight * keep) + by_page(weight * wanted) + 2)
    return by_block + (1 - overlap).mean()
