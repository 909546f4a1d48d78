"""Fit the keep-score from the benchmark folder: cross-validated by site, then on everything that may ship.

    python -m bench.train ../shared/benchmark

Writes ``pipeline/extraction/weights/keep.npz`` and its ``MODEL_CARD.md``, and, for ``bench.quality``, the weights of
each fold to ``build/folds``. The same folder, seed and versions give the same weights on the same kind of machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from bench.calibration import calibration
from bench.card import card
from bench.certainty import cross_fitted, fit_estimate
from bench.corpus import FOLDS, Sample, digest, read_truth, samples
from bench.fit import MEMBERS, Lesson, Settings, arrays, fit, lessons
from bench.second import Scores, fit_second
from pipeline.extraction.confidence import expected_f1, signs
from pipeline.extraction.model import KINDS, forward, rounded
from pipeline.extraction.second_look import chances, columns, correct

Arrays = dict[str, np.ndarray]

WEIGHTS = Path("pipeline/extraction/weights")
FOLD_WEIGHTS = Path("build/folds")
FITS = Path("build/fits")

_LESSONS: dict[int, list[Lesson]] = {}  # what the forked processes fit on, by fold; -1 is everything


def _fit(task: tuple[int, Settings, Path]) -> dict[str, np.ndarray]:
    fold, settings, path = task
    if not path.exists():
        torch.set_num_threads(1)
        path.parent.mkdir(parents=True, exist_ok=True)
        weights = arrays(fit(_LESSONS[fold], settings._replace(seed=settings.seed + fold + 1)))
        np.savez_compressed(path, **weights)  # type: ignore[arg-type]
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def fit_all(chosen: Sequence[Sample], settings: Settings, data: str, jobs: int) -> list[dict[str, np.ndarray]]:
    """The weights of each fold (fitted on the other folds), and last those fitted on everything.

    A fit that was finished before is read from ``build/fits``: a run that was broken off goes on where it was.
    """
    name = hashlib.sha256(f"{data} {settings}".encode()).hexdigest()[:12]
    tasks = [(fold, settings, FITS / f"{name}{fold}.npz") for fold in (*range(FOLDS), -1)]
    if not all(path.exists() for _, _, path in tasks):
        made = lessons(chosen, settings)
        for fold, _, _ in tasks:
            _LESSONS[fold] = [made[s.id] for s in chosen if s.fold != fold]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        return list(pool.map(_fit, tasks))


class Scored:
    """What the networks say of one page, and, after ``look_again``, how good that is."""

    def __init__(self, sample: Sample, networks: Sequence[dict[str, np.ndarray]]) -> None:
        singles = [{n: a.astype(np.float32) for n, a in network.items()} for network in networks]
        self.sample = sample
        self.first, self.kind = forward(singles, sample.features)
        self.f1 = 0.0
        self.signs = np.zeros(0)

    @property
    def lesson(self) -> Scores:
        """The page as the second look is fitted on it."""
        share = self.sample.share if self.sample.share is not None else np.zeros(0)
        seen = columns(self.first, chances(self.kind), self.sample.features)
        return Scores(seen, self.first, share, self.sample.features.weights)

    def look_again(self, second: dict[str, np.ndarray]) -> None:
        """Set the scores right, choose the blocks, and see how good they are."""
        sample = self.sample
        keep = rounded(correct(second, self.first, self.kind, sample.features))
        threshold, expected = expected_f1(keep, sample.features.weights)
        self.f1 = sample.f1(keep >= threshold)
        self.signs = signs(keep, threshold, expected, self.kind, sample.features)

    @property
    def kind_right(self) -> bool:
        """Is the page's kind the one that people gave?"""
        return KINDS[int(self.kind.argmax())] == self.sample.kind


def figures(scored: Sequence[Scored], name: str) -> dict[str, tuple[int, float, float]]:
    """Pages, mean F1 and share of failed pages by an attribute of the samples."""
    groups = defaultdict(list)
    for page in scored:
        groups[str(getattr(page.sample, name))].append(page.f1)
    return {k: (len(v), float(np.mean(v)), float(np.mean(np.array(v) < 0.5))) for k, v in sorted(groups.items())}


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    cli.add_argument("--jobs", type=int, default=2)
    args = cli.parse_args()
    torch.set_num_threads(1)  # the small fits below take longer with more, and sums in another order
    rows = read_truth(args.benchmark)
    everything = list(samples(args.benchmark, [row for row in rows if row.get("text") is not None]))
    chosen = [sample for sample in everything if sample.fitted]
    data = digest(args.benchmark, [sample.id for sample in chosen])
    # by fold, the networks that were fitted without it; last those fitted on everything
    *folds, shipped = zip(*[fit_all(chosen, settings, data, args.jobs) for settings in MEMBERS], strict=True)
    FOLD_WEIGHTS.mkdir(parents=True, exist_ok=True)
    scored = [Scored(sample, folds[sample.fold]) for sample in chosen]
    seconds = [fit_second([page.lesson for page in scored if page.sample.fold != fold]) for fold in range(FOLDS)]
    for page in scored:
        page.look_again(seconds[page.sample.fold])
    for fold, weights in enumerate(folds):
        inside = [page for page in scored if page.sample.fold != fold]
        _write(FOLD_WEIGHTS / f"{fold}.npz", weights, seconds[fold], _estimate(inside))
    second = fit_second([page.lesson for page in scored])
    _write(WEIGHTS / "keep.npz", shipped, second, _estimate(scored))
    others = [Scored(sample, shipped) for sample in everything if not sample.fitted]
    for page in others:
        page.look_again(second)
    typed = [page for page in scored if page.sample.kind in KINDS]
    report = {
        "data": data,
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "settings": [settings._asdict() for settings in MEMBERS],
        "out_of_fold_by_source": figures(scored, "source"),
        "out_of_fold_by_kind": figures([page for page in typed if page.sample.source == "wcxb"], "kind"),
        "shipped_by_source": figures(others, "source"),
        "kind_right": float(np.mean([page.kind_right for page in typed])),
        "confidence": _certainty(scored),
    }
    (WEIGHTS / "MODEL_CARD.md").write_text(card(report), encoding="utf-8")
    print(json.dumps(report, indent=1))


def _write(path: Path, networks: Sequence[Arrays], second: Arrays, sure: Arrays) -> None:
    """One file of weights as ``model.read_weights`` reads it."""
    groups = {**{str(i): network for i, network in enumerate(networks)}, "second": second, "sure": sure}
    flat = {f"{group}.{name}": array for group, one in groups.items() for name, array in one.items()}
    np.savez_compressed(path, **flat)  # type: ignore[arg-type]


def _weights_of(scored: Sequence[Scored]) -> np.ndarray:
    """Sources count alike in the confidence, as they do in the macro average."""
    counts: dict[str, int] = defaultdict(int)
    for page in scored:
        counts[page.sample.source] += 1
    return np.array([counts[page.sample.source] ** -0.5 for page in scored])


def _estimate(scored: Sequence[Scored]) -> dict[str, np.ndarray]:
    reached = np.array([page.f1 for page in scored])
    return fit_estimate(np.stack([page.signs for page in scored]), reached, _weights_of(scored))


def _certainty(scored: Sequence[Scored]) -> dict[str, float]:
    reached = np.array([page.f1 for page in scored])
    folds = np.array([page.sample.fold for page in scored])
    estimates = cross_fitted(np.stack([page.signs for page in scored]), reached, _weights_of(scored), folds)
    return calibration(estimates, reached)


if __name__ == "__main__":
    main()
