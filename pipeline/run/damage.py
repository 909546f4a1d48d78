"""Which file of a data folder it was that could not be read: the libraries do not say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.store.layout import DataDir
from pipeline.store.tables import table_files
from pipeline.store.verify import unreadable


def damaged_file(data: DataDir, error: Exception) -> Path | None:
    """The file that an error speaks of: looked for by reading them all, as nothing more is done anyway.

    None when they can all be read: then the error is another one. A Parquet file with a damaged body is an ``OSError``
    without a number to pyarrow, and so is what a process of ours said.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return None
    for path in (data.ledger, data.profiles):
        if path.exists() and not _sound(path):
            return path
    tables = [(path, table) for table in ("articles", "removals") for path in table_files(data.root / table)]
    return next((path for path, table in tables if unreadable(path, table)), None)


def _sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.OperationalError:
        return True  # the disk refuses, which says nothing of the file
    except sqlite3.DatabaseError:
        return False
