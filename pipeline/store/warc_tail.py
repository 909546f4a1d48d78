"""The end of a WARC file that a crawl was killed in: found, and cut off.

What lies behind the last record that the ledger knows of was never promised to anybody. A half record there would make
the readers of others stop or return a short page in silence (warcio and FastWARC both do), so it goes.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.store.durable import sync_folder
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.warc_reading import DamagedRecord, first_damage


def torn_tail(path: Path, known: int) -> DamagedRecord | None:
    """The first damage at or behind byte ``known``, up to which the ledger vouches for the file."""
    problem = first_damage(path, known)
    return DamagedRecord(path.name, *problem) if problem else None


def cut_torn_tails(data: DataDir, ledger: Ledger, run_id: str) -> list[DamagedRecord]:
    """Cut the torn tails of a run's files; gives what was cut. A file without one whole record goes altogether.

    The caller holds the lock: nobody is writing there.

    Raises:
        OSError: the disk refused.
    """
    cut = []
    ends = ledger.archive_ends(run_id)
    for path in sorted(data.raw.glob(f"{run_id}-*.warc.gz")):
        torn = torn_tail(path, ends.get(path.name, 0))
        if torn is None:
            continue
        if torn.offset == 0:
            path.unlink()
            sync_folder(data.raw)
        else:
            with path.open("r+b") as stream:
                stream.truncate(torn.offset)
                os.fsync(stream.fileno())
        cut.append(torn)
    return cut
