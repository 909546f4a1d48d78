"""How good the extraction is, beside its peers, on the benchmark folder.

    python -m bench.quality ../shared/benchmark                 # everything; peers are run in the same command
    python -m bench.quality ../shared/benchmark --fast --no-peers   # a fixed subset
    python -m bench.quality ../shared/benchmark --unfitted --no-peers   # a fixed subset that needs no weights of folds

Pages of sources that the weights were fitted on are extracted with the weights of their fold (``build/folds``, written
by ``bench.train``), which saw no page of the same site. Exit code 1 when a floor of ``bench/floors.toml`` is not held.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import signal
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.calibration import calibration
from bench.corpus import FOLDS, page_bytes, read_truth
from pipeline.article import Article
from pipeline.extraction import model
from pipeline.flow import extract
from pipeline.page import Page

PEERS = ("trafilatura", "readability-lxml", "resiliparse")
FITTED = frozenset({"aeb", "wcxb", "fundus", "forum", "readability", "newspaper"})
FAST_PAGES = 25  # of each source in the fast subset
UNFITTED_PAGES = 40  # of each source that nothing was fitted on, in the subset of the tests
FLOORS = Path(__file__).parent / "floors.toml"
FOLD_WEIGHTS = Path("build/folds")
OUT = Path("build/quality")


def load(path: Path) -> ModuleType:
    """A script of the benchmark folder as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def subset(rows: list[dict[str, Any]], pages: int) -> list[dict[str, Any]]:
    """The same pages of each source every time."""
    by_hash = sorted(rows, key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
    taken: dict[str, int] = {}
    chosen = set()
    for row in by_hash:
        taken[row["source"]] = taken.get(row["source"], 0) + 1
        if taken[row["source"]] <= pages:
            chosen.add(row["id"])
    return [row for row in rows if row["id"] in chosen]


@cache
def weights_of(fold: int) -> model.Weights:
    """Weights that saw no page of this fold's sites; -1 for the shipped ones."""
    path = FOLD_WEIGHTS / f"{fold}.npz"
    if fold < 0:
        return SHIPPED()
    return model.read_weights(path)


SHIPPED: Callable[[], model.Weights] = model.weights


def fold_of(row: dict[str, Any]) -> int:
    """The fold whose weights a page is extracted with, -1 for a page that nothing was fitted on."""
    if row["source"] not in FITTED and not row["id"].startswith("hand/zh-"):
        return -1
    return int(hashlib.sha1(row["site"].encode()).hexdigest(), 16) % FOLDS


def ours(task: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    """One prediction of this project."""
    folder, row = task
    fold_weights = weights_of(fold_of(row))
    model.weights = lambda: fold_weights  # type: ignore[assignment]
    address = row["url"] or "https://example.org/"
    page = Page(url=address, body=page_bytes(folder, row["id"]), content_type=None, fetched_at=None)
    got = extract(page)
    meta = got.article.metadata
    return {
        "id": row["id"],
        "text": got.text,
        "title": meta.title,
        "author": list(meta.authors),
        "date": meta.published_at.date().isoformat() if meta.published_at else None,
        "confidence": got.article.confidence,
        "page_type": got.article.page_type,
        "is_article": isinstance(got.article, Article),
    }


def theirs(task: tuple[str, Path, dict[str, Any]]) -> dict[str, Any]:
    """One prediction of a peer, as ``peers.py`` runs it."""
    name, folder, row = task
    peers = sys.modules.get("peers") or load(folder / "peers.py")
    result, _, error = peers.call(_peer(name, folder), page_bytes(folder, row["id"]), row)
    return {"id": row["id"], "text": "", **{k: v for k, v in result.items() if v}, "error": error}


@cache
def _peer(name: str, folder: Path) -> Any:
    warnings.simplefilter("ignore")
    peers = sys.modules.get("peers") or load(folder / "peers.py")
    signal.signal(signal.SIGALRM, peers._alarm)  # noqa: SLF001
    return peers.PEERS[name][1]()


def run(function: Callable[[Any], dict[str, Any]], tasks: list[Any], jobs: int, out: Path) -> dict[str, dict[str, Any]]:
    """Predictions by id, also written to a file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs) as pool:
        results = list(pool.map(function, tasks, chunksize=16))
    out.write_text(
        "".join(json.dumps(r, ensure_ascii=False, default=str) + "\n" for r in results),
        encoding="utf-8",
        errors="replace",
    )
    return {r["id"]: r for r in results}


def sureness(
    result: dict[str, Any], predictions: dict[str, dict[str, Any]], golds: list[Any], score: ModuleType
) -> dict[str, float]:
    """Calibration of the confidence over the pages of the macro average."""
    pages = [g.id for g in golds if score.in_macro(g)]
    return calibration([predictions[i]["confidence"] for i in pages], [result["pages"][i]["f1"] for i in pages])


def chosen_rows(folder: Path, part: str) -> list[dict[str, Any]]:
    """The rows of the truth that are measured. ``part`` is all, fast or unfitted."""
    rows = read_truth(folder)
    if part == "fast":
        return subset(rows, FAST_PAGES)
    if part == "unfitted":
        return subset([row for row in rows if fold_of(row) < 0 and (row["text"] or row["with"])], UNFITTED_PAGES)
    return rows


def broken(measured: dict[str, float], floors: dict[str, float]) -> Iterator[str]:
    """The floors that are not held. A key that ends in ``_at_most`` is a ceiling."""
    for name, floor in floors.items():
        value = measured[name.removesuffix("_at_most")]
        if value > floor if name.endswith("_at_most") else value < floor:
            yield f"{name}: {value:.4f}, pinned at {floor:.4f}"


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("benchmark", type=Path)
    part = cli.add_mutually_exclusive_group()
    few = f"{FAST_PAGES} pages of each source, always the same"
    part.add_argument("--fast", dest="part", action="store_const", const="fast", help=few)
    few = f"{UNFITTED_PAGES} pages of each source that no weights were fitted on"
    part.add_argument("--unfitted", dest="part", action="store_const", const="unfitted", help=few)
    cli.set_defaults(part="all")
    cli.add_argument("--no-peers", action="store_true")
    cli.add_argument("--jobs", type=int, default=2)
    args = cli.parse_args()
    score = load(args.benchmark / "score.py")
    rows = chosen_rows(args.benchmark, args.part)
    golds = [score.Gold(row) for row in rows]
    predictions = run(ours, [(args.benchmark, row) for row in rows], args.jobs, OUT / "broadsheet.jsonl")
    result = score.evaluate(golds, predictions, "page_type")
    print(score.report(result))
    by_language = score.evaluate(golds, predictions, "lang")["by"]
    languages = dict(sorted(by_language.items(), key=lambda kv: -kv[1]["pages"])[:12])
    print("\n" + score.table("by language", languages, score._TEXT))  # noqa: SLF001
    sure = sureness(result, predictions, golds, score)
    print("\nconfidence  " + "  ".join(f"{name} {value:.3f}" for name, value in sure.items()))
    for name in () if args.no_peers else PEERS:
        tasks = [(name, args.benchmark, row) for row in rows]
        other = score.evaluate(golds, run(theirs, tasks, args.jobs, OUT / f"{name}.jsonl"))
        print(f"\n{name}: macro F1 {other['macro']['f1']:.4f}, failed {other['macro']['failed']:.4f}")
        print(f"{'difference to ' + name:<38}{'pages':>6}{'diff':>9}   95% interval")
        for row in score.compare(golds, result, other):
            print("{name:<38}{pages:>6}{difference:>+9.4f}   {0:+.4f} to {1:+.4f}".format(*row["ci"], **row))
    measured = sure | {k: v for k, v in result["macro"].items() if isinstance(v, float)}
    measured["snippet_f1"] = result["sources"]["trafilatura"]["snip_f1"]
    measured |= {f"f1_{name}": values["f1"] for name, values in result["sources"].items() if values["f1"] is not None}
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))[args.part]
    missed = list(broken(measured, floors))
    print("\n" + "\n".join(["floors: all held"] if not missed else ["floors not held:", *missed]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
