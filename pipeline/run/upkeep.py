"""Looking after a data folder: verify and mend it, let quarantined pages be built again. Under the lock of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.exit_code import ExitCode
from pipeline.run.mend import Mended, mend
from pipeline.store.claim import claim, hold
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.verify import Verified, verify


class NoDataError(Exception):
    """The folder holds no data of a job. The text names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found at first, what was mended, and what is still damaged."""

    found: Verified
    mended: Mended
    left: Verified

    @property
    def exit_code(self) -> int:
        """0 when nothing is damaged (any more), else 5."""
        return ExitCode.BROKEN if self.left.damages else ExitCode.FINE


def verify_data(folder: Path, *, repair: bool = False, workers: int | None = None) -> Looked:
    """Verify a data folder, and with ``repair`` mend what can be mended and verify again.

    Raises:
        NoDataError: there is none.
        LockedError: a run is at work there.
        LedgerError: the ledger cannot be used.
        OSError: the disk refused.
    """
    data = _known(folder)
    with hold(data):
        found = verify(data)
        if not repair or not found.damages:
            return Looked(found, Mended((), ()), found)
        mended = mend(data, found.damages, workers)
        return Looked(found, mended, verify(data))


def requeue(folder: Path, outcome: str | None = None, site: str | None = None, url: str | None = None) -> int:
    """Let quarantined pages of a data folder be built again by the next build; gives how many.

    Raises:
        NoDataError: there is none.
        LockedError: a run is at work there.
        LedgerError: the ledger cannot be used.
        OSError: the disk refused.
    """
    data = _known(folder)
    with claim(data), Ledger(data.ledger) as ledger:
        return ledger.requeue(outcome, site, url)


def _known(folder: Path) -> DataDir:
    data = DataDir(folder.absolute())
    if not data.ledger.exists() or not data.lock.exists():
        raise NoDataError(f"{folder}: no data of a job here; give its data folder with --data")
    return data
