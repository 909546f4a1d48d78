"""Fitting the estimate of a page's F1 on pages that the keep-score was not fitted on, and measuring it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from pipeline.extraction.confidence import estimate

HIDDEN = 12
STEPS = 600
BINS = 10


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


def calibration(estimates: Sequence[float], reached: Sequence[float]) -> dict[str, float]:
    """Expected calibration error (ten bins of as many pages), and how well the estimate sorts."""
    order = np.argsort(estimates, kind="stable")
    e, f = np.asarray(estimates)[order], np.asarray(reached)[order]
    error = sum(len(part) * abs(e[part].mean() - f[part].mean()) for part in np.array_split(np.arange(len(e)), BINS))
    fifth = len(f) // 5
    failed = f < 0.5
    return {
        "pages": float(len(f)),
        "expected_calibration_error": float(error / len(f)),
        "mean_f1": float(f.mean()),
        "mean_f1_of_surest_80": float(f[fifth:].mean()),
        "failed": float(failed.mean()),
        "failed_in_least_sure_fifth": float(failed[:fifth].sum() / max(failed.sum(), 1)),
    }
