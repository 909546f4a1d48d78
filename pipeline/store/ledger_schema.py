"""The ledger's tables. A change of them raises ``VERSION``; a ledger of another version is refused, not guessed at."""

from __future__ import annotations

import sqlite3
from pathlib import Path

VERSION = 1

TABLES = """
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, job TEXT NOT NULL, started_at REAL NOT NULL,
    crawl_finished_at REAL, build_finished_at REAL, finished_at REAL, exit_code INTEGER
) STRICT;

CREATE TABLE addresses (
    address_id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, site TEXT NOT NULL, host TEXT NOT NULL,
    grp TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('page', 'sitemap', 'feed')), seed TEXT NOT NULL,
    depth INTEGER NOT NULL, found_on INTEGER, due_at REAL NOT NULL DEFAULT 0, interval_s REAL NOT NULL,
    interval_min REAL NOT NULL, interval_max REAL NOT NULL, etag TEXT, last_modified TEXT, alias_of INTEGER
) STRICT;
CREATE INDEX addresses_due ON addresses (seed, due_at);

CREATE TABLE visits (
    run_id TEXT NOT NULL, address_id INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'leased', 'archived', 'extracted', 'committed', 'closed')),
    outcome TEXT NOT NULL DEFAULT 'pending', stage TEXT NOT NULL DEFAULT 'open', detail TEXT NOT NULL DEFAULT '',
    grp TEXT NOT NULL, hops INTEGER NOT NULL DEFAULT 0, via INTEGER,
    http_status INTEGER, fetched_at TEXT, final_url TEXT,
    warc_file TEXT, warc_offset INTEGER, warc_length INTEGER, page_digest TEXT,
    batch_id TEXT, article_id TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, address_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_open ON visits (run_id, grp, address_id) WHERE state = 'pending';
CREATE INDEX visits_archived ON visits (warc_file, warc_offset) WHERE state = 'archived';
CREATE INDEX visits_batch ON visits (batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE articles (
    article_id TEXT PRIMARY KEY, url TEXT NOT NULL, site TEXT NOT NULL, version INTEGER NOT NULL,
    content_digest TEXT NOT NULL, page_digest TEXT NOT NULL, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX articles_content ON articles (site, content_digest);

CREATE TABLE batches (
    batch_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('planned', 'committed')),
    planned_at REAL NOT NULL, committed_at REAL
) STRICT;

CREATE TABLE hosts (
    host TEXT PRIMARY KEY, robots_body TEXT, robots_fetched_at REAL, robots_status INTEGER, crawl_delay REAL,
    frozen_until REAL, pages_today INTEGER NOT NULL DEFAULT 0, day TEXT NOT NULL DEFAULT ''
) STRICT;
"""

# Came later, and are made when missing: a program of before does not look at them.
LATER = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, batch_id TEXT NOT NULL, digest TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS told (
    run_id TEXT NOT NULL, address_id INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (run_id, address_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS moves (address_id INTEGER PRIMARY KEY, target TEXT NOT NULL, told_at REAL NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS moves_target ON moves (target)
"""


class LedgerError(Exception):
    """The ledger cannot be used; the text names the file and the remedy."""


def connect(path: Path) -> sqlite3.Connection:
    """Open or make the ledger at ``path``.

    Raises ``LedgerError`` for a file that is no ledger or of another version, ``sqlite3.OperationalError`` when the
    disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: when a call says committed, a power cut does not undo it. NORMAL would be faster and could.
        connection.execute("PRAGMA synchronous = FULL")
        _check_version(connection, path)
        for statement in LATER.split(";\n"):
            connection.execute(statement)
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise LedgerError(f"{path}: not a ledger ({error}); move it away, the raw pages beside it are kept") from None
    except LedgerError:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    found = _version(connection)
    if found == 0:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Asked again under the lock: of two processes that open a new ledger, one makes the tables.
            if _version(connection) == 0:
                for statement in TABLES.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    elif found != VERSION:
        raise LedgerError(
            f"{path}: version {found}, this program reads version {VERSION}; use the program that made it"
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
