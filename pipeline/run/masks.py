"""Which kinds of personal data the rows of a run were masked for: ``runs/<run_id>/masked.json``.

A row that is made again (``verify --repair``) must not bring back what its job wanted to keep out of the tables,
whatever job file is there by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.cleaning.masking import KINDS
from pipeline.store.durable import replace_file
from pipeline.store.layout import DataDir

_NAME = "masked.json"


def note_masks(data: DataDir, run_ids: Iterable[str], kinds: Sequence[str]) -> None:
    """Before rows of the runs are made: note the kinds, beside those of earlier builds of the same run.

    Raises:
        OSError: the disk refused.
    """
    for run_id in run_ids if kinds else ():
        known = masks_of(data, run_id)
        if set(kinds) - set(known):
            _write(data.runs / run_id, sorted({*known, *kinds}))


def _write(folder: Path, kinds: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / _NAME, lambda stream: stream.write(json.dumps(kinds).encode()))


def masks_of(data: DataDir, run_id: str) -> tuple[str, ...]:
    """The kinds that were noted for a run: none without a note, all where the note cannot be read."""
    try:
        noted = json.loads((data.runs / run_id / _NAME).read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError):
        return KINDS
    return tuple([kind for kind in KINDS if kind in noted]) if isinstance(noted, list) and noted else KINDS
