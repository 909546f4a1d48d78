"""Response to WARC record to ledger, in that order: a page counts as fetched when it is safe on the disk.

Several pages share one sync of the disk. Until then they count as in flight: killed in between, they are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus

from pipeline.store.ledger import Fetch, Ledger
from pipeline.store.warc import WarcWriter


class Archive:
    """The one place that writes records and commits the ledger during a crawl."""

    def __init__(
        self, writer: WarcWriter, ledger: Ledger, group: int, clock: Callable[[], datetime] | None = None
    ) -> None:
        """``group`` is how many answers are committed together at most."""
        self.waiting = 0
        self.before_commit: list[Callable[[], None]] = []
        self.after_commit: list[Callable[[], None]] = []
        self._writer = writer
        self._ledger = ledger
        self._group = max(1, group)
        self._clock = clock or (lambda: datetime.now(UTC))

    def store(
        self, url: str, status: int, headers: Iterable[tuple[str, str]], body: bytes, truncated: str = ""
    ) -> Fetch:
        """Write a record and return what the ledger is to know; raises ``OSError``. ``truncated``: why it was cut."""
        moment = self._clock()
        location = self._writer.write(url, status, _phrase(status), headers, body, moment, truncated)
        return Fetch(status, moment.isoformat(), url, location)

    def store_rendered(self, url: str, status: int, document: bytes) -> Fetch:
        """Write a page as its scripts left it, behind the answer that it was made of; raises ``OSError``."""
        moment = self._clock()
        location = self._writer.write_rendered(url, document, moment)
        return Fetch(status, moment.isoformat(), url, location)

    def store_unchanged(self, url: str, status: int, headers: Iterable[tuple[str, str]]) -> Fetch:
        """Write down that the server said the page is as it was; raises ``OSError``."""
        moment = self._clock()
        self._writer.write_unchanged(url, status, _phrase(status), headers, moment)
        return Fetch(status, moment.isoformat(), url)

    def note(self, url: str, status: int | None = None) -> Fetch:
        """What the ledger is to know of an answer that is not archived."""
        return Fetch(status, self._clock().isoformat(), url)

    def answered(self) -> None:
        """One more answer is in the open group; commits when the group is full."""
        self.waiting += 1
        if self.waiting >= self._group:
            self.commit()

    def commit(self) -> None:
        """Raw pages to the disk, then the ledger. After ``OSError`` or ``sqlite3.Error`` nothing of it counts."""
        for prepare in self.before_commit:
            prepare()
        self._writer.flush()
        self._ledger.commit_group()
        self.waiting = 0
        for check in self.after_commit:
            check()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
