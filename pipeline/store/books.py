"""The books of a run: every address in exactly one place, or it is said which is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pipeline.outcome import EXTRACT_OUTCOMES, Outcome
from pipeline.store.ledger_file import LedgerFile
from pipeline.store.visits import Books, OutcomeRow

_OPEN_STATES = frozenset({"pending", "leased", "archived", "extracted"})
_ARCHIVE_STATES = frozenset({"archived", "extracted", "committed"})
_KNOWN_OUTCOMES = frozenset(outcome.value for outcome in Outcome)
_EXTRACT_VALUES = frozenset(outcome.value for outcome in EXTRACT_OUTCOMES)

_IN_COMMITTED_BATCH = "(SELECT 1 FROM batches b WHERE b.batch_id = visits.batch_id AND b.state = 'committed')"
_IN_FINISHED_CRAWL = "(SELECT 1 FROM runs r WHERE r.run_id = visits.run_id AND r.crawl_finished_at IS NOT NULL)"
_OF_KNOWN_ADDRESS = "(SELECT 1 FROM addresses a WHERE a.address_id = visits.address_id)"
_CHECKS = (
    ("have an outcome of the build and no archived response", "stage = 'extract' AND warc_file IS NULL"),
    ("are archived and have no place in the archive", "state IN ('archived', 'committed') AND warc_offset IS NULL"),
    ("are articles without an article", "outcome = 'article' AND article_id IS NULL"),
    ("are committed outside a committed batch", f"state = 'committed' AND NOT EXISTS {_IN_COMMITTED_BATCH}"),
    ("are open in a committed batch", f"state = 'archived' AND EXISTS {_IN_COMMITTED_BATCH}"),
    ("are still leased though the crawl is finished", f"state = 'leased' AND EXISTS {_IN_FINISHED_CRAWL}"),
    ("have no address", f"NOT EXISTS {_OF_KNOWN_ADDRESS}"),
)


class BookCalls(LedgerFile):
    """Reading the ledger as a whole."""

    def batches_of_others(self, run_id: str) -> frozenset[str]:
        """Names of the batches of all other runs: nothing of this run stands in their files."""
        return frozenset(
            row[0] for row in self._db.execute("SELECT batch_id FROM batches WHERE run_id <> ?", (run_id,))
        )

    def counts(self, run_id: str) -> dict[str, int]:
        """Addresses of the run by outcome, most frequent first."""
        rows = self._db.execute(
            "SELECT outcome, COUNT(*) AS n FROM visits WHERE run_id = ? GROUP BY outcome ORDER BY n DESC, outcome",
            (run_id,),
        )
        return {row["outcome"]: row["n"] for row in rows}

    def outcomes(self, run_id: str) -> Iterator[OutcomeRow]:
        """One row for each address that the run knew of, in the order in which they were first found."""
        cursor = self._db.execute(
            "SELECT v.run_id, v.address_id, a.url, a.site, a.kind, v.outcome, v.stage, v.detail, v.http_status,"
            " v.fetched_at, v.final_url, v.article_id, v.warc_file, v.warc_offset, v.warc_length, v.page_digest"
            " FROM visits v JOIN addresses a USING (address_id) WHERE v.run_id = ? ORDER BY v.address_id",
            (run_id,),
        )
        for row in cursor:
            yield OutcomeRow(**row)

    def books(self, run_id: str) -> Books:
        """The sums of the run, checked in several independent ways."""
        rows = self._db.execute(
            "SELECT state, outcome, COUNT(*) AS n FROM visits WHERE run_id = ? GROUP BY state, outcome", (run_id,)
        ).fetchall()
        known: int = self._db.execute("SELECT COUNT(*) FROM visits WHERE run_id = ?", (run_id,)).fetchone()[0]
        by_outcome = self.counts(run_id)
        archived = sum(row["n"] for row in rows if row["state"] in _ARCHIVE_STATES)
        extracted = sum(count for outcome, count in by_outcome.items() if outcome in _EXTRACT_VALUES)
        awaiting = sum(row["n"] for row in rows if row["state"] in {"archived", "extracted"})
        problems = [*_state_problems(rows), *self._check_problems(run_id)]
        if known != sum(by_outcome.values()):
            problems.append(f"{known} known addresses, but {sum(by_outcome.values())} outcomes")
        if archived != extracted + awaiting:
            problems.append(f"{archived} archived responses, but {extracted} built and {awaiting} awaiting the build")
        return Books(known, by_outcome, archived, extracted, awaiting, tuple(problems))

    def _check_problems(self, run_id: str) -> list[str]:
        found = []
        for words, condition in _CHECKS:
            # The conditions are the constants above.
            sql = f"SELECT COUNT(*) FROM visits WHERE run_id = ? AND {condition}"  # noqa: S608
            count = self._db.execute(sql, (run_id,)).fetchone()[0]
            if count:
                found.append(f"{count} addresses {words}")
        return found


def _state_problems(rows: list[sqlite3.Row]) -> list[str]:
    problems = []
    for row in rows:
        state, outcome, count = row["state"], row["outcome"], row["n"]
        if outcome not in _KNOWN_OUTCOMES:
            problems.append(f"{count} addresses have the unknown outcome {outcome!r}")
        elif (state in _OPEN_STATES) != (outcome == Outcome.PENDING):
            problems.append(f"{count} addresses are {state} and have the outcome {outcome}")
    return problems
