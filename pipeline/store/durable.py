"""Files that are either whole or not there: written aside in the same folder, synced, renamed, and the folder synced.

The working name begins with a dot and does not end in the table's suffix, so no reader that lists a folder takes it
(pandas, DuckDB and Polars were tried with such files beside good ones).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

WORKING_PREFIX = ".tmp-"


def sync_folder(folder: Path) -> None:
    """A new name is safe only when its folder has been synced too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, and sync each new name."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Make ``path`` hold what ``write`` puts into the stream it is given; an old file of that name is replaced.

    Raises:
        OSError: the disk refused; ``path`` is then as it was before.
    """
    make_folder(path.parent)
    working = path.with_name(f"{WORKING_PREFIX}{path.name}.{os.getpid()}")
    try:
        with working.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        working.replace(path)
    except OSError as error:
        working.unlink(missing_ok=True)
        if error.filename == str(working):
            error.filename, error.filename2 = str(path), None  # whoever gave the path knows no other name
        raise
    except BaseException:
        working.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
