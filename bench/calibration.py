"""How well the estimate of a page's F1 is calibrated, and how well it sorts. Needs nothing that fits weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

BINS = 10


def calibration(estimates: ArrayLike, reached: ArrayLike) -> dict[str, float]:
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
