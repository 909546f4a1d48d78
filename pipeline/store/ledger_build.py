"""What the build asks of the ledger and tells it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from pipeline.outcome import Outcome
from pipeline.store.ledger_file import LedgerFile
from pipeline.store.visits import ArchivedVisit, ArticleState, BuildResult
from pipeline.store.warc import RecordLocation

# Asked half as often when nothing is new, twice as often when there is a new version, within the job's bounds.
_INTERVAL = {
    Outcome.UNCHANGED: "MIN(2 * interval_s, interval_max)",
    Outcome.ARTICLE: "MAX(interval_s / 2, interval_min)",
}
_ARCHIVED = """
    SELECT v.run_id, v.address_id, a.url, a.site, a.kind, v.http_status, v.fetched_at,
           v.warc_file, v.warc_offset, v.warc_length, v.page_digest, v.batch_id, a.key,
           COALESCE(t.told, '') AS told
    FROM visits v JOIN addresses a USING (address_id) LEFT JOIN told t USING (run_id, address_id)
"""


class BuildCalls(LedgerFile):
    """Batches: planned before their files are written, committed after. Both halves are one transaction each."""

    def awaiting_build(self, run_id: str | None = None) -> list[ArchivedVisit]:
        """Archived responses that are in no batch yet, of one run or of all, in the order of the archive."""
        rows = self._db.execute(
            _ARCHIVED + "WHERE v.state = 'archived' AND v.batch_id IS NULL AND (?1 IS NULL OR v.run_id = ?1)"
            " ORDER BY v.warc_file, v.warc_offset",
            (run_id,),
        )
        return [_archived(row) for row in rows]

    def plan_batch(self, run_id: str, members: Sequence[ArchivedVisit], now: datetime | None = None) -> str:
        """Tie the members to a batch named by their places in the archive; planned again, nothing changes."""
        places = [(member.location.file, member.location.offset) for member in members]
        batch_id = hashlib.sha256(json.dumps(places).encode()).hexdigest()[:16]
        planned_at = now.timestamp() if now else 0.0
        with self.transaction():
            self._db.execute(
                # A batch that is committed already comes again when all its pages were requeued.
                "INSERT INTO batches (batch_id, run_id, state, planned_at) VALUES (?, ?, 'planned', ?)"
                " ON CONFLICT (batch_id) DO UPDATE SET state = 'planned', committed_at = NULL WHERE state = 'committed'"
                " AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.batch_id = batches.batch_id)",
                (batch_id, run_id, planned_at),
            )
            self._db.executemany(
                "UPDATE visits SET batch_id = ? WHERE run_id = ? AND address_id = ? AND state = 'archived'",
                [(batch_id, member.run_id, member.address_id) for member in members],
            )
        return batch_id

    def planned_batches(self, run_id: str | None = None) -> list[tuple[str, str, list[ArchivedVisit]]]:
        """Batches that were planned and not committed, with their run and members, in the order of the archive.

        After a crash these come first.
        """
        batches = self._db.execute(
            "SELECT batch_id, run_id FROM batches WHERE state = 'planned' AND (?1 IS NULL OR run_id = ?1)"
            # Runs and their files are named for their beginning: an older capture is built before a newer one.
            " ORDER BY run_id, (SELECT MIN(warc_file || printf('%020d', warc_offset)) FROM visits v"
            "   WHERE v.batch_id = batches.batch_id), batch_id",
            (run_id,),
        ).fetchall()
        return [(row["batch_id"], row["run_id"], self._members(row["batch_id"])) for row in batches]

    def open_batches(self) -> set[str]:
        """Names of the batches that are planned and not committed."""
        return {row[0] for row in self._db.execute("SELECT batch_id FROM batches WHERE state = 'planned'")}

    def article_version(self, article_id: str) -> ArticleState | None:
        """The newest version of an article, if it is known."""
        row = self._db.execute("SELECT * FROM articles WHERE article_id = ?", (article_id,)).fetchone()
        return ArticleState(**row) if row else None

    def content_seen(self, site: str, content_digest: str) -> str | None:
        """The article of that site that has this very content: the one seen first, when several have."""
        row = self._db.execute(
            "SELECT article_id FROM articles WHERE site = ? AND content_digest = ? ORDER BY first_seen_at, article_id",
            (site, content_digest),
        ).fetchone()
        return row["article_id"] if row else None

    def last_seen(self) -> dict[str, str]:
        """When each article was last seen (ISO, UTC): built again unchanged, or not modified by its server's word."""
        rows = self._db.execute(
            "SELECT r.article_id, MAX(r.last_seen_at, COALESCE(n.fetched_at, '')) AS seen FROM articles r LEFT JOIN"
            " (SELECT a.key, MAX(v.fetched_at) AS fetched_at FROM visits v JOIN addresses a USING (address_id)"
            " WHERE v.outcome = 'not_modified' GROUP BY a.key) n ON n.key = r.url"
        )
        return {row["article_id"]: row["seen"] for row in rows}

    def gone(self) -> dict[str, str]:
        """When the address of an article was found gone (ISO, UTC), for those that have not been seen since."""
        rows = self._db.execute(
            "SELECT r.article_id, MAX(v.fetched_at) AS at, (SELECT MAX(w.fetched_at) FROM visits w"
            "  WHERE w.address_id = a.address_id AND w.outcome IN ('article', 'unchanged', 'not_modified')) AS seen"
            " FROM articles r JOIN addresses a ON a.key = r.url JOIN visits v USING (address_id)"
            " WHERE v.outcome = 'gone' GROUP BY r.article_id"
        )
        return {row["article_id"]: row["at"] for row in rows if row["at"] > (row["seen"] or "")}

    def commit_batch(
        self, batch_id: str, results: Sequence[BuildResult], now: datetime, files: Mapping[str, str] | None = None
    ) -> None:
        """Close the members' visits, take over their articles and commit the batch, in one transaction.

        ``files`` maps the files of the batch, by their path in the data folder, to their sha256. A batch that is
        committed already is left as it is. Raises ``ValueError`` for an outcome that no build gives.
        """
        with self.transaction():
            changed = self._db.execute(
                "UPDATE batches SET state = 'committed', committed_at = ? WHERE batch_id = ? AND state = 'planned'",
                (now.timestamp(), batch_id),
            ).rowcount
            if not changed:
                return
            for result in results:
                self._close_built(batch_id, result)
                if result.article is not None:
                    self._store_article(result.article)
            self.note_files(batch_id, files or {})

    def note_files(self, batch_id: str, files: Mapping[str, str]) -> None:
        """These, and no others, are the table files of a batch, each with its sha256."""
        with self.transaction():
            self._db.execute("DELETE FROM files WHERE batch_id = ?", (batch_id,))
            self._db.executemany(
                "INSERT OR REPLACE INTO files (path, batch_id, digest) VALUES (?, ?, ?)",
                [(path, batch_id, digest) for path, digest in files.items()],
            )

    def _members(self, batch_id: str) -> list[ArchivedVisit]:
        rows = self._db.execute(
            _ARCHIVED + "WHERE v.batch_id = ? AND v.state = 'archived' ORDER BY v.warc_file, v.warc_offset", (batch_id,)
        )
        return [_archived(row) for row in rows]

    def _close_built(self, batch_id: str, result: BuildResult) -> None:
        if result.outcome.stage != "extract":
            raise ValueError(f"{result.outcome} is no outcome of the build")
        self._db.execute(
            "UPDATE visits SET outcome = ?, stage = 'extract', detail = ?, article_id = ?, state = 'committed'"
            " WHERE run_id = ? AND address_id = ? AND batch_id = ?",
            (result.outcome, result.detail, result.article_id, result.run_id, result.address_id, batch_id),
        )
        if result.outcome in _INTERVAL:
            self._pace(result)
        elif result.outcome is Outcome.DUPLICATE and result.article_id:
            self._db.execute(
                "UPDATE addresses SET alias_of = (SELECT o.address_id FROM addresses o JOIN articles r ON r.url = o.key"
                " WHERE r.article_id = ?1 AND o.address_id <> ?2) WHERE address_id = ?2",
                (result.article_id, result.address_id),
            )

    def _pace(self, result: BuildResult) -> None:
        """The interval follows what the visit brought, unless the article has been seen later than in this visit."""
        interval = _INTERVAL[result.outcome]
        self._db.execute(
            # The expressions are written above.
            f"UPDATE addresses SET due_at = due_at + {interval} - interval_s, interval_s = {interval}"  # noqa: S608
            " WHERE address_id = ?1 AND NOT EXISTS (SELECT 1 FROM visits WHERE run_id = ?2 AND address_id = ?1"
            " AND julianday(fetched_at) < julianday(?3))",
            (result.address_id, result.run_id, result.article.last_seen_at if result.article else None),
        )

    def _store_article(self, article: ArticleState) -> None:
        values = attrgetter(*ArticleState.__slots__)(article)
        marks = ", ".join("?" * len(values))
        columns = ", ".join(ArticleState.__slots__)
        # Names of the dataclass's own fields, no outside text.
        self._db.execute(f"INSERT OR REPLACE INTO articles ({columns}) VALUES ({marks})", values)  # noqa: S608


def _archived(row: sqlite3.Row) -> ArchivedVisit:
    location = RecordLocation(row["warc_file"], row["warc_offset"], row["warc_length"], row["page_digest"])
    return ArchivedVisit(
        row["run_id"], row["address_id"], row["url"], row["site"], row["kind"],
        row["http_status"], row["fetched_at"], location, row["key"], row["told"],
    )  # fmt: skip
