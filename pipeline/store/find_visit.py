"""The newest visit of an address, over all runs: how a page is found again in the archive."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

from pipeline.addresses import canonical
from pipeline.outcome import Outcome
from pipeline.store.ledger_schema import connect
from pipeline.store.visits import OutcomeRow

_MAX_HOPS = 10
_VISITS = """
    SELECT v.run_id, v.address_id, a.url, a.site, a.kind, v.outcome, v.stage, v.detail, v.http_status,
           v.fetched_at, v.final_url, v.article_id, v.warc_file, v.warc_offset, v.warc_length, v.page_digest
    FROM visits v JOIN addresses a USING (address_id) JOIN runs r USING (run_id)
    WHERE a.key IN (?1, ?2) OR a.url IN (?1, ?2)
    ORDER BY (v.warc_file IS NOT NULL AND (v.stage = 'extract' OR v.state = 'archived')) DESC,
             r.started_at DESC, v.run_id DESC
    LIMIT 1
"""


def newest_visit(ledger: Path, url: str) -> OutcomeRow | None:
    """The newest visit of ``url`` whose page is in the archive; without one, its newest visit; None when never met.

    A redirect is followed to where it led. Raises ``LedgerError`` for a file that is no ledger.
    """
    with closing(connect(ledger)) as db:
        asked: set[str] = set()
        row = None
        while url not in asked and len(asked) < _MAX_HOPS:
            asked.add(url)
            found = db.execute(_VISITS, (url, _key(url))).fetchone()
            if found is None:
                break
            row = _row(found)
            if row.outcome != Outcome.REDIRECTED or not row.final_url:
                break
            url = row.final_url
        return row


def near_addresses(ledger: Path, url: str) -> list[str]:
    """A few addresses of the same host that the ledger knows."""
    found = canonical(url)
    if found is None:
        return []
    with closing(connect(ledger)) as db:
        rows = db.execute(
            "SELECT url FROM addresses WHERE host = ? ORDER BY depth, url LIMIT 5", (found.hostname,)
        ).fetchall()
    return [row["url"] for row in rows]


def _key(url: str) -> str:
    """What the crawl knows the address by; text that is no web address is left as it is."""
    found = canonical(url)
    return url if found is None else str(found.href)


def _row(found: sqlite3.Row) -> OutcomeRow:
    return OutcomeRow(**{field.name: found[field.name] for field in fields(OutcomeRow)})
