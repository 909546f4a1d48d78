"""What the tables hold, counted in the files themselves, a few columns each: the other side of the ledger's books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store.layout import DataDir
from pipeline.store.tables import table_files


def rows_of_run(data: DataDir, run_id: str, but: AbstractSet[str] = frozenset()) -> int:
    """Rows of ``articles`` that a run made; the files of the batches ``but``, those of other runs, are not opened."""
    return sum(runs.count(run_id) for (runs,) in _columns(data.articles, but, "run_id"))


def repeated_versions(data: DataDir) -> int:
    """How many (id, version) stand in ``articles`` more than once; must be none."""
    parts = [pq.ParquetFile(path).read(columns=["id", "version"]) for path in table_files(data.articles)]
    if not parts:
        return 0
    counted = pa.concat_tables(parts).group_by(["id", "version"]).aggregate([([], "count_all")])
    return sum(1 for count in counted["count_all"].to_pylist() if count > 1)


def removals_of_run(data: DataDir, run_id: str, but: AbstractSet[str] = frozenset()) -> dict[str, int]:
    """Removed blocks of a run by reason, most frequent first; ``but`` as above."""
    found: Counter[str] = Counter()
    for runs, reasons in _columns(data.removals, but, "run_id", "reason"):
        found.update(reason for run, reason in zip(runs, reasons, strict=True) if run == run_id)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _columns(folder: Path, but: AbstractSet[str], *names: str) -> Iterator[list[list[str]]]:
    """The columns of each file of a table, less those of some batches."""
    for path in table_files(folder):
        if path.stem.removeprefix("part-") in but:
            continue
        table = pq.ParquetFile(path).read(columns=list(names))
        yield [table[name].to_pylist() for name in names]
