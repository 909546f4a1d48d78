"""Fitting the estimate of a page's F1 on pages that the keep-score was not fitted on."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from pipeline.extraction.confidence import estimate

HIDDEN = 12
STEPS = 600


def fit_estimate(signs: np.ndarray, reached: np.ndarray, weight: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """Arrays for ``confidence.estimate``. ``reached`` is the F1 of each page, ``weight`` how much it counts."""
    torch.manual_seed(seed)
    mean, scale = signs.mean(axis=0), 1 / np.maximum(signs.std(axis=0), 1e-3)
    x = torch.from_numpy(np.clip((signs - mean) * scale, -4, 4).astype(np.float32))
    y, w = torch.from_numpy(reached.astype(np.float32)), torch.from_numpy((weight / weight.mean()).astype(np.float32))
    one, two = nn.Linear(x.shape[1], HIDDEN), nn.Linear(HIDDEN, 1)
    optimiser = torch.optim.AdamW([*one.parameters(), *two.parameters()], lr=0.01, weight_decay=0.3)
    for _ in range(STEPS):
        logit = two(torch.tanh(one(x)))[:, 0]
        loss = (nn.functional.binary_cross_entropy_with_logits(logit, y, reduction="none") * w).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    result = {
        "mean": mean,
        "scale": scale,
        "one.weight": one.weight.detach().numpy().T,
        "one.bias": one.bias.detach().numpy(),
        "two.weight": two.weight.detach().numpy().T,
        "two.bias": two.bias.detach().numpy(),
    }
    return {name: np.ascontiguousarray(value.astype(np.float32)) for name, value in result.items()}


def cross_fitted(signs: np.ndarray, reached: np.ndarray, weight: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """The estimate of each page by a network fitted on the other folds."""
    result = np.zeros(len(reached))
    for fold in np.unique(folds):
        inside = folds == fold
        fitted = fit_estimate(signs[~inside], reached[~inside], weight[~inside])
        result[inside] = [estimate(fitted, row) for row in signs[inside]]
    return result
