"""What addresses told that outlasts the answer: owners' words, other versions, and moves for good."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.outcome import Outcome
from pipeline.store.ledger_file import LedgerFile


class ToldCalls(LedgerFile):
    """These calls write into the open group, as those of the crawl do."""

    def tell(self, run_id: str, address_id: int, told: str) -> None:
        """What a page told in a run (``pipeline.told``); nothing is written for an empty text."""
        if told:
            self.begin_group()
            self._db.execute("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", (run_id, address_id, told))

    def has_moved(self, address_id: int, target: str, now: float) -> None:
        """A server said that an address has moved for good (301, 308); ``target`` is the key of the new one."""
        self.begin_group()
        self._db.execute("INSERT OR REPLACE INTO moves VALUES (?, ?, ?)", (address_id, target, now))

    def moved_to(self, address_id: int, since: float) -> str | None:
        """Where an address has moved to, if it was said after ``since``."""
        row = self._db.execute(
            "SELECT target FROM moves WHERE address_id = ? AND told_at > ?", (address_id, since)
        ).fetchone()
        return str(row["target"]) if row else None

    def move_of(self, key: str, since: float) -> str | None:
        """As :meth:`moved_to`, by the address itself."""
        row = self._db.execute("SELECT address_id FROM addresses WHERE key = ?", (key,)).fetchone()
        return self.moved_to(row["address_id"], since) if row else None

    def outcomes_of(self, run_id: str, keys: Sequence[str]) -> list[Outcome]:
        """What became of addresses in a run; nothing of those that it did not know."""
        marks = ", ".join("?" * len(keys))
        rows = self._db.execute(
            # Only question marks are put together; the values are bound.
            "SELECT v.outcome FROM visits v JOIN addresses a USING (address_id)"  # noqa: S608
            f" WHERE v.run_id = ? AND a.key IN ({marks})",
            (run_id, *keys),
        )
        return [Outcome(row["outcome"]) for row in rows]

    def doubt_moves_to(self, target: str) -> None:
        """The new address gives no page: the old ones are asked again."""
        self.begin_group()
        self._db.execute("DELETE FROM moves WHERE target = ?", (target,))
