"""The ledger: every address, its state in every run, and the newest version of every article (SQLite).

Made durable in this order: raw page, then ledger; table file, then ledger. So what the ledger says exists does exist,
and what it does not know of is simply done again.
"""

from __future__ import annotations

from pipeline.store.books import BookCalls
from pipeline.store.ledger_build import BuildCalls
from pipeline.store.ledger_crawl import CrawlCalls
from pipeline.store.ledger_schema import LedgerError
from pipeline.store.ledger_tally import TallyCalls
from pipeline.store.ledger_told import ToldCalls
from pipeline.store.ledger_upkeep import BuiltVisit, UpkeepCalls
from pipeline.store.visits import (
    ArchivedVisit,
    ArticleState,
    Books,
    BuildResult,
    Fetch,
    HostState,
    NewAddress,
    OutcomeRow,
    Run,
    Visit,
)

__all__ = [
    "ArchivedVisit",
    "ArticleState",
    "Books",
    "BuildResult",
    "BuiltVisit",
    "Fetch",
    "HostState",
    "Ledger",
    "LedgerError",
    "NewAddress",
    "OutcomeRow",
    "Run",
    "Visit",
]


class Ledger(CrawlCalls, BuildCalls, BookCalls, UpkeepCalls, ToldCalls, TallyCalls):
    """All calls on one connection; ``with Ledger(path) as ledger``."""
