"""What a build teaches of sites: seen on the way to the tables, taken in when its batch is committed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from pipeline.article import Extraction
from pipeline.corpus.profiles import PageEvidence, read_evidence, text_hash
from pipeline.page import Page
from pipeline.run.batches import Batch, Unreadable, is_page
from pipeline.store.ledger import ArchivedVisit, Ledger
from pipeline.store.profiles import FOLD_BATCHES, Lesson, ProfileStore

Entry = tuple[Page, Extraction] | Unreadable


class Learning:
    """Learns from the batches of one build.

    The profiles that the build works with stay as they are until its end, so that its rows depend neither on how far
    a worker had read nor on a crash between.
    """

    def __init__(self, ledger: Ledger, profiles: ProfileStore) -> None:
        self._ledger = ledger
        self._profiles = profiles

    def watched(self, batch: Batch, built: Iterator[Entry]) -> Iterator[Entry]:
        """The entries as they are. What they teach is staged before the last is handed on: before the commit."""
        visits = list(filter(is_page, batch.members))
        lessons: list[Lesson] = []
        for number, (visit, entry) in enumerate(zip(visits, built, strict=False), start=1):
            if not isinstance(entry, Unreadable):
                lessons.extend(_lessons(visit, *entry))
            if number == len(visits):
                self._profiles.stage(batch.batch_id, lessons)
            yield entry

    def committed(self) -> None:
        """A batch has been committed; now and then what waits is taken in."""
        self._profiles.take_in(self._ledger.open_batches(), FOLD_BATCHES)

    def finish(self) -> None:
        """The build is complete: make the profiles that the next one works with."""
        self._profiles.take_in(self._ledger.open_batches())
        self._profiles.publish(datetime.now(UTC))


def _lessons(visit: ArchivedVisit, page: Page, extraction: Extraction) -> Iterator[Lesson]:
    blocks, texts = read_evidence(extraction)
    if len(blocks) and page.fetched_at is not None:
        seen_at = page.fetched_at.astimezone(UTC).isoformat()
        yield Lesson(visit.site, PageEvidence(text_hash(visit.key), seen_at, blocks), texts)
