"""The tables of learned profiles. A file of another version is refused; it can be moved away and learned anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipeline.store.ledger_schema import LedgerError

VERSION = 1

TABLES = """
CREATE TABLE staged (batch_id TEXT PRIMARY KEY, payload BLOB NOT NULL) STRICT;
CREATE TABLE pages (
    site TEXT NOT NULL, page INTEGER NOT NULL, seen_at TEXT NOT NULL, blocks BLOB NOT NULL, PRIMARY KEY (site, page)
) STRICT;
CREATE TABLE texts (
    site TEXT NOT NULL, block INTEGER NOT NULL, text TEXT NOT NULL, first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL, PRIMARY KEY (site, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE changed (site TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE struck (
    site TEXT NOT NULL, block INTEGER NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (site, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE profiles (
    number INTEGER PRIMARY KEY, site TEXT NOT NULL, version TEXT NOT NULL, learned_at TEXT NOT NULL,
    entries BLOB NOT NULL, UNIQUE (site, version)
) STRICT;
CREATE TABLE current (site TEXT PRIMARY KEY, version TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


class ProfileStoreError(LedgerError):
    """The learned profiles cannot be used; the text names the file and the remedy."""


def connect(path: Path) -> sqlite3.Connection:
    """Open or make the file at ``path``.

    Raises ``ProfileStoreError`` for a file that is none of ours or of another version, ``sqlite3.OperationalError``
    when the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a batch is committed on the word that its evidence is staged
        _check(connection, path)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ProfileStoreError(_refusal(path, str(error))) from None
    except ProfileStoreError:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found == 0:
        for statement in TABLES.strip().split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.commit()
    if found not in {0, VERSION}:
        raise ProfileStoreError(_refusal(path, f"version {found}, this program reads version {VERSION}"))


def _refusal(path: Path, why: str) -> str:
    return f"{path}: no file of learned profiles ({why}); move it away, they are learned anew from the next pages"
