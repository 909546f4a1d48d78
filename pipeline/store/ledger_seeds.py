"""Which start address an address belongs to: for its sake it is asked, and by its rules it comes again.

A job file changes: start addresses come and go, and so do the bounds of the revisit interval. What the ledger holds of
an earlier job file, or of WARC files of others (they have no start address), is taken over by the job that asks now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.store.ledger_file import LedgerFile
from pipeline.store.visits import NewAddress

# An interval that stood at the old lower bound follows it; any other stays as it was learnt, within the new bounds.
_INTERVAL = "CASE WHEN interval_s <= interval_min THEN :low ELSE MAX(:low, MIN(interval_s, :high)) END"
_BOUNDS = (
    f"interval_s = {_INTERVAL}, interval_min = :low, interval_max = :high,"
    f" due_at = MIN(due_at - interval_s + {_INTERVAL}, :now + :high)"
)


class SeedCalls(LedgerFile):
    """Calls that know of start addresses. Until ``ask_for``, only what has no start address at all is taken over."""

    _seeds: frozenset[str] | None = None

    def ask_for(self, run_id: str, seeds: Mapping[str, tuple[float, float]], now: float) -> None:
        """The start addresses of the job as it is now, each with the bounds of its revisit interval in seconds.

        New bounds reach the known addresses at once. Open visits of the run for other start addresses are forgotten:
        the job no longer asks for them, unless it finds them anew.
        """
        self._seeds = frozenset(seeds)
        with self.transaction():
            self._db.executemany(
                # The expressions are written above.
                f"UPDATE addresses SET {_BOUNDS} WHERE seed = :seed"  # noqa: S608
                " AND (interval_min <> :low OR interval_max <> :high)",
                [{"seed": seed, "low": low, "high": high, "now": now} for seed, (low, high) in seeds.items()],
            )
            orphans = self._db.execute(
                "SELECT v.address_id, a.seed FROM visits v JOIN addresses a USING (address_id)"
                " WHERE v.run_id = ? AND v.state = 'pending'",
                (run_id,),
            ).fetchall()
            self._db.executemany(
                "DELETE FROM visits WHERE run_id = ? AND address_id = ?",
                [(run_id, row["address_id"]) for row in orphans if row["seed"] not in seeds],
            )

    def open_due(self, run_id: str, seeds: Iterable[str], now: float) -> None:
        """Open a visit for each known address of these start addresses that is due; sitemaps and feeds always are."""
        with self.transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO visits (run_id, address_id, grp) SELECT ?, address_id, grp FROM addresses"
                " WHERE seed = ? AND (due_at <= ? OR kind <> 'page')",
                [(run_id, seed, now) for seed in seeds],
            )

    def landings(self, seed: str) -> list[str]:
        """Where the redirects of a start address have led: the pages that stand no link away from it."""
        rows = self._db.execute(
            "SELECT key FROM addresses WHERE seed = ?1 AND depth = 0 AND kind = 'page' AND key <> ?1", (seed,)
        )
        return [row["key"] for row in rows]

    def due_addresses(self, seed: str, now: float) -> list[str]:
        """The known addresses of a start address that a run would ask now, without opening one."""
        rows = self._db.execute(
            "SELECT url FROM addresses WHERE seed = ? AND (due_at <= ? OR kind <> 'page') ORDER BY address_id",
            (seed, now),
        )
        return [row["url"] for row in rows]

    def later_addresses(self, seed: str, now: float) -> tuple[int, float]:
        """How many known pages of a start address are not due yet, and when the first of them is."""
        row = self._db.execute(
            "SELECT COUNT(*) AS n, MIN(due_at) AS first FROM addresses WHERE seed = ? AND due_at > ? AND kind = 'page'",
            (seed, now),
        ).fetchone()
        return int(row["n"]), float(row["first"] or now)

    def _is_taken_over(self, stored_seed: str, new: NewAddress) -> bool:
        """Whether an address leaves the start address that it is stored with: a start address belongs to itself."""
        if not new.seed or new.seed == stored_seed:
            return False
        orphaned = not stored_seed or (self._seeds is not None and stored_seed not in self._seeds)
        return orphaned or new.seed == new.key

    def _take_over(self, run_id: str, address_id: int, new: NewAddress, now: float) -> None:
        low, high = new.interval
        self._db.execute(
            # No validators: the page must come whole, or the links on it would not be found for the new start address.
            f"UPDATE addresses SET seed = :seed, grp = :grp, kind = :kind, depth = :depth, found_on = :found_on,"  # noqa: S608
            f" etag = NULL, last_modified = NULL, {_BOUNDS} WHERE address_id = :address_id",
            {
                "seed": new.seed, "grp": new.group, "kind": new.kind, "depth": new.depth, "found_on": new.found_on,
                "low": low, "high": high, "now": now, "address_id": address_id,
            },
        )  # fmt: skip
        self._db.execute(
            "UPDATE visits SET grp = ? WHERE run_id = ? AND address_id = ? AND state = 'pending'",
            (new.group, run_id, address_id),
        )
