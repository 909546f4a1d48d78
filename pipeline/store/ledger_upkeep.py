"""What looking after a data folder asks of the ledger: where everything should lie, and what is to be built again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.outcome import Outcome
from pipeline.store.ledger_file import LedgerFile
from pipeline.store.visits import ArchivedVisit
from pipeline.store.warc import RecordLocation

_QUARANTINED = tuple(outcome.value for outcome in Outcome if outcome.quarantined)


@dataclass(frozen=True, slots=True)
class BuiltVisit:
    """A visit of a committed batch, with what its row was: ``version`` is 0 and ``first_seen_at`` empty without one."""

    visit: ArchivedVisit
    outcome: Outcome
    article_id: str | None
    version: int = 0
    first_seen_at: str = ""


class UpkeepCalls(LedgerFile):
    """Reading across all runs, and taking quarantined pages back."""

    def locations(self) -> Iterator[tuple[str, RecordLocation]]:
        """Address and place of every response that the ledger says is in the archive, in the order of the archive."""
        rows = self._db.execute(
            "SELECT a.url, v.warc_file, v.warc_offset, v.warc_length, v.page_digest FROM visits v"
            " JOIN addresses a USING (address_id) WHERE v.warc_file IS NOT NULL ORDER BY v.warc_file, v.warc_offset"
        )
        for row in rows:
            place = RecordLocation(row["warc_file"], row["warc_offset"], row["warc_length"], row["page_digest"])
            yield row["url"], place

    def archive_ends(self, run_id: str) -> dict[str, int]:
        """For each WARC file of a run the first byte behind the last record that the ledger knows of."""
        rows = self._db.execute(
            "SELECT warc_file, MAX(warc_offset + warc_length) AS stop FROM visits"
            " WHERE run_id = ? AND warc_file IS NOT NULL GROUP BY warc_file",
            (run_id,),
        )
        return {row["warc_file"]: row["stop"] for row in rows}

    def file_digests(self) -> dict[str, str]:
        """The sha256 of each table file of a committed batch, by its path in the data folder."""
        rows = self._db.execute(
            "SELECT f.path, f.digest FROM files f JOIN batches b USING (batch_id) WHERE b.state = 'committed'"
        )
        return {row["path"]: row["digest"] for row in rows}

    def batch_rows(self) -> dict[str, tuple[str, int]]:
        """For each batch its state and how many rows of ``articles`` it must have once it is committed."""
        rows = self._db.execute(
            "SELECT b.batch_id, b.state, COUNT(v.run_id) AS n FROM batches b LEFT JOIN visits v"
            " ON v.batch_id = b.batch_id AND v.outcome = 'article' GROUP BY b.batch_id"
        )
        return {row["batch_id"]: (row["state"], row["n"]) for row in rows}

    def built_members(self, batch_id: str) -> list[BuiltVisit]:
        """The committed visits of a batch in the order in which they were decided."""
        versions = self._versions(batch_id)
        rows = self._db.execute(
            "SELECT v.*, a.url, a.site, a.kind, a.key, COALESCE(t.told, '') AS told FROM visits v"
            " JOIN addresses a USING (address_id) LEFT JOIN told t USING (run_id, address_id)"
            " WHERE v.batch_id = ? AND v.state = 'committed' ORDER BY v.warc_file, v.warc_offset",
            (batch_id,),
        )
        found = []
        for row in rows:
            place = RecordLocation(row["warc_file"], row["warc_offset"], row["warc_length"], row["page_digest"])
            visit = ArchivedVisit(
                row["run_id"], row["address_id"], row["url"], row["site"], row["kind"],
                row["http_status"], row["fetched_at"], place, row["key"], row["told"],
            )  # fmt: skip
            version = versions.get((visit.run_id, visit.address_id), (0, ""))
            found.append(BuiltVisit(visit, Outcome(row["outcome"]), row["article_id"], *version))
        return found

    def run_of_batch(self, batch_id: str) -> str:
        """The run that a batch belongs to; raises ``LookupError`` for an unknown batch."""
        row = self._db.execute("SELECT run_id FROM batches WHERE batch_id = ?", (batch_id,)).fetchone()
        if row is None:
            raise LookupError(f"{self.path}: no batch {batch_id}")
        return str(row["run_id"])

    def requeue(self, outcome: str | None = None, site: str | None = None, url: str | None = None) -> int:
        """Let quarantined pages await the build again, all or those of an outcome, a site or an address; how many."""
        marks = ", ".join("?" * len(_QUARANTINED))
        with self.transaction():
            # Only question marks are put together; the values are bound.
            done = self._db.execute(
                "UPDATE visits SET state = 'archived', outcome = 'pending', stage = 'open', detail = '',"  # noqa: S608
                " batch_id = NULL, article_id = NULL WHERE state = 'committed' AND warc_file IS NOT NULL"
                f" AND outcome IN ({marks}) AND (? IS NULL OR outcome = ?) AND address_id IN"
                " (SELECT address_id FROM addresses WHERE (? IS NULL OR site = ?) AND (? IS NULL OR ? IN (url, key)))",
                (*_QUARANTINED, outcome, outcome, site, site, url, url),
            )
        return done.rowcount

    def reopened_runs(self) -> list[str]:
        """Runs that were over and have pages awaiting the build all the same: they were requeued."""
        rows = self._db.execute(
            "SELECT DISTINCT v.run_id FROM visits v JOIN runs r USING (run_id)"
            " WHERE v.state = 'archived' AND r.finished_at IS NOT NULL ORDER BY v.run_id"
        )
        return [row["run_id"] for row in rows]

    def _versions(self, batch_id: str) -> dict[tuple[str, int], tuple[int, str]]:
        """Version and first sight of each article visit of a batch: its rank among all that made a row of it."""
        rows = self._db.execute(
            "SELECT * FROM (SELECT v.run_id, v.address_id, v.batch_id, ROW_NUMBER() OVER made AS version,"
            " FIRST_VALUE(v.fetched_at) OVER made AS first_seen_at FROM visits v JOIN batches b USING (batch_id)"
            " WHERE v.outcome = 'article' AND v.article_id IN"
            " (SELECT article_id FROM visits WHERE batch_id = ?1 AND outcome = 'article')"
            " WINDOW made AS (PARTITION BY v.article_id ORDER BY b.committed_at, v.warc_file, v.warc_offset))"
            " WHERE batch_id = ?1",
            (batch_id,),
        )
        return {(row["run_id"], row["address_id"]): (row["version"], row["first_seen_at"]) for row in rows}
