"""Where everything lies in a data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataDir:
    """The data folder ``root`` and the places in it. Nothing is made until ``make``."""

    root: Path

    @property
    def raw(self) -> Path:
        """WARC files: the responses, bodies decoded."""
        return self.root / "raw"

    @property
    def articles(self) -> Path:
        """The articles table, one folder a day of fetching."""
        return self.root / "articles"

    @property
    def removals(self) -> Path:
        """The removals table."""
        return self.root / "removals"

    @property
    def outcomes(self) -> Path:
        """The outcomes table, one file a run."""
        return self.root / "outcomes"

    @property
    def releases(self) -> Path:
        """What analysts load: one folder a release, and ``CURRENT``."""
        return self.root / "releases"

    @property
    def runs(self) -> Path:
        """One folder a run: job file, log, report."""
        return self.root / "runs"

    @property
    def damaged(self) -> Path:
        """Unreadable files that were moved aside; nothing reads them."""
        return self.root / "damaged"

    @property
    def ledger(self) -> Path:
        """The ledger: every address and its state."""
        return self.root / "ledger.sqlite"

    @property
    def profiles(self) -> Path:
        """What is learned of each site from its pages: evidence, and the profiles in all their versions."""
        return self.root / "profiles.sqlite"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a run is at work here."""
        return self.root / ".lock"

    def make(self) -> None:
        """Make the folders. Nobody but the owner may enter them (0700 on the root).

        Raises:
            OSError: a folder cannot be made.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.raw, self.articles, self.removals, self.outcomes, self.releases, self.runs):
            folder.mkdir(exist_ok=True)
