"""What is learned of sites, kept: the evidence of pages, the profiles in all their versions, and what was struck.

A batch's evidence is staged before the batch is committed in the ledger, and taken in only when it is: a batch that
was broken off is staged again under its name. Taking in is by address, so that nothing counts twice. Profiles are made
once, at the end of a build; a build that goes on after a crash works with those that it began with.

Disk: a site is at most 1,000 pages of 350 blocks of 19 bytes, and the texts of what stands on two of them; a site of a
thousand pages took 2.9 MB. Memory: the evidence of ``FOLD_BATCHES`` batches, about 15 kB a page.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from pipeline.cleaning.fold import fold
from pipeline.corpus.profiles import (
    BLOCK,
    Entry,
    Known,
    LearnedProfile,
    PageEvidence,
    learn,
    repeated,
    sample,
    text_hash,
)
from pipeline.profile import SiteProfile
from pipeline.store.profiles_schema import connect

FOLD_BATCHES = 4
"""Batches that wait before their evidence is taken in: a site is read and written once for all of them. More would
cost memory, fewer time where many sites share a batch."""

SITES_IN_MEMORY = 256
VERSIONS_KEPT = 30


class Lesson(NamedTuple):
    """What one page teaches: its evidence, and the folded texts of its blocks by hash."""

    site: str
    page: PageEvidence
    texts: Mapping[int, str]


class ProfileStore(Mapping[str, SiteProfile]):
    """The profiles by registrable domain, as the last build left them. One connection, of one process."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, made when missing; raises ``ProfileStoreError`` or ``sqlite3.OperationalError``."""
        self._db = connect(path)
        self._cache: OrderedDict[str, SiteProfile | None] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def __getitem__(self, site: str) -> SiteProfile:
        if site not in self._cache:
            learned = self.learned(site)
            self._cache[site] = learned.profile if learned and learned.entries else None
            if len(self._cache) > SITES_IN_MEMORY:
                self._cache.popitem(last=False)
        self._cache.move_to_end(site)
        found = self._cache[site]
        if found is None:
            raise KeyError(site)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([site for site in self.sites() if site in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def sites(self) -> list[str]:
        """Sites of which anything was learned, also those whose profile is empty."""
        return [row[0] for row in self._db.execute("SELECT site FROM current ORDER BY site")]

    def versions(self, site: str) -> list[tuple[str, str]]:
        """Versions of a site's profile with the moment each was first made (ISO, UTC), newest last."""
        rows = self._db.execute("SELECT version, learned_at FROM profiles WHERE site = ? ORDER BY number", (site,))
        return [(row["version"], row["learned_at"]) for row in rows]

    def learned(self, site: str, version: str | None = None) -> LearnedProfile | None:
        """The profile of a site with its evidence: the current one, or one of the last ``VERSIONS_KEPT``."""
        row = self._db.execute(
            "SELECT version, entries FROM profiles WHERE site = ?1"
            " AND version = COALESCE(?2, (SELECT version FROM current WHERE site = ?1))",
            (site, version),
        ).fetchone()
        if row is None:
            return None
        entries = tuple(Entry(*entry) for entry in json.loads(zlib.decompress(row["entries"])))
        return LearnedProfile(site, row["version"], entries)

    def struck(self, site: str) -> list[tuple[str, str]]:
        """Texts that were struck, with the moment (ISO, UTC)."""
        return [
            tuple(row) for row in self._db.execute("SELECT text, at FROM struck WHERE site = ? ORDER BY at", (site,))
        ]

    def stage(self, batch_id: str, lessons: Sequence[Lesson]) -> None:
        """Lay down what a batch teaches, replacing what an earlier try of it laid down."""
        by_site: dict[str, tuple[dict[int, str], list[tuple[int, str, str]]]] = defaultdict(lambda: ({}, []))
        for site, page, texts in lessons:
            by_site[site][0].update(texts)
            by_site[site][1].append((page.page, page.seen_at, page.blocks.tobytes().hex()))
        payload = zlib.compress(json.dumps(by_site).encode(), 1)
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO staged VALUES (?, ?)", (batch_id, payload))

    def take_in(self, uncommitted: Collection[str], at_least: int = 1) -> None:
        """Take in what is staged but for the batches that are not committed, when so many of them wait."""
        waiting = [row[0] for row in self._db.execute("SELECT batch_id FROM staged ORDER BY batch_id")]
        waiting = [batch_id for batch_id in waiting if batch_id not in uncommitted]
        if len(waiting) < at_least:
            return
        pages: dict[str, list[PageEvidence]] = defaultdict(list)
        texts: dict[str, dict[int, str]] = defaultdict(dict)
        for batch_id in waiting:
            (payload,) = self._db.execute("SELECT payload FROM staged WHERE batch_id = ?", (batch_id,)).fetchone()
            for site, (known, rows) in json.loads(zlib.decompress(payload)).items():
                texts[site].update((int(key), text) for key, text in known.items())
                pages[site].extend(_page(page, seen_at, bytes.fromhex(blocks)) for page, seen_at, blocks in rows)
        with self._db:
            for site, new in pages.items():
                self._take_in_site(site, new, texts[site])
            self._db.executemany("DELETE FROM staged WHERE batch_id = ?", [(batch_id,) for batch_id in waiting])

    def publish(self, now: datetime) -> list[str]:
        """Make the profile of each site that has new evidence; gives the sites whose profile has changed."""
        changed = []
        with self._db:
            for (site,) in self._db.execute("SELECT site FROM changed ORDER BY site").fetchall():
                if self._publish_site(site, now):
                    changed.append(site)
            self._db.execute("DELETE FROM changed")
        return changed

    def strike(self, site: str, text: str, now: datetime) -> str:
        """Take an entry out for good, however often it will be seen; gives the new version of the site's profile.

        Raises:
            KeyError: the site's profile has no such entry.
        """
        learned = self.learned(site)
        folded = fold(text)
        if learned is None or folded not in learned.profile.repeated:
            raise KeyError(text)
        with self._db:
            self._db.execute("INSERT INTO struck VALUES (?, ?, ?, ?)", (site, text_hash(folded), folded, _iso(now)))
            self._publish_site(site, now)
        return self._version(site)

    def restore(self, site: str, text: str, now: datetime) -> str:
        """Let a struck entry count again; gives the new version of the site's profile.

        Raises:
            KeyError: it was not struck.
        """
        with self._db:
            done = self._db.execute("DELETE FROM struck WHERE site = ? AND block = ?", (site, text_hash(fold(text))))
            if not done.rowcount:
                raise KeyError(text)
            self._publish_site(site, now)
        return self._version(site)

    def _version(self, site: str) -> str:
        row = self._db.execute("SELECT version FROM current WHERE site = ?", (site,)).fetchone()
        return row[0] if row else ""

    def _pages(self, site: str) -> list[PageEvidence]:
        rows = self._db.execute("SELECT page, seen_at, blocks FROM pages WHERE site = ? ORDER BY page", (site,))
        return [_page(row["page"], row["seen_at"], zlib.decompress(row["blocks"])) for row in rows]

    def _take_in_site(self, site: str, new: Sequence[PageEvidence], texts: Mapping[int, str]) -> None:
        before = self._pages(site)
        chosen = sample([*before, *new])
        standing = {each.page: each for each in before}
        stay = {each.page for each in chosen}
        self._db.executemany(
            "DELETE FROM pages WHERE site = ? AND page = ?", [(site, page) for page in standing if page not in stay]
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)",
            [
                (site, each.page, each.seen_at, zlib.compress(each.blocks.tobytes(), 1))
                for each in chosen
                if standing.get(each.page) is not each
            ],
        )
        self._keep_texts(site, chosen, texts)
        self._db.execute("INSERT OR IGNORE INTO changed VALUES (?)", (site,))

    def _keep_texts(self, site: str, chosen: Sequence[PageEvidence], texts: Mapping[int, str]) -> None:
        """Texts of the blocks on two pages or more, with the first and last moment; the others are forgotten."""
        wanted = repeated(chosen)
        known = self._known(site)
        seen: dict[int, tuple[str, str]] = {}
        for each in chosen:
            for block in each.blocks["block"].tolist():
                if block in wanted:
                    first, last = seen.get(block, (each.seen_at, each.seen_at))
                    seen[block] = min(first, each.seen_at), max(last, each.seen_at)
        kept = []
        for block, (first, last) in seen.items():
            old = known.get(block)
            text = old.text if old else texts.get(block)
            if text is not None:
                kept.append(
                    (site, block, text, min(first, old[1]) if old else first, max(last, old[2]) if old else last)
                )
        self._db.execute("DELETE FROM texts WHERE site = ?", (site,))
        self._db.executemany("INSERT INTO texts VALUES (?, ?, ?, ?, ?)", kept)

    def _known(self, site: str) -> dict[int, Known]:
        rows = self._db.execute("SELECT block, text, first_seen_at, last_seen_at FROM texts WHERE site = ?", (site,))
        return {row["block"]: Known(row["text"], row["first_seen_at"], row["last_seen_at"]) for row in rows}

    def _publish_site(self, site: str, now: datetime) -> bool:
        struck = {row[0] for row in self._db.execute("SELECT block FROM struck WHERE site = ?", (site,))}
        learned = learn(site, self._pages(site), self._known(site), struck)
        before = self._version(site)
        entries = zlib.compress(json.dumps(learned.entries, ensure_ascii=False).encode("utf-8", "replace"))
        self._db.execute(
            "INSERT INTO profiles (site, version, learned_at, entries) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (site, version) DO UPDATE SET entries = excluded.entries",
            (site, learned.version, _iso(now), entries),
        )
        self._db.execute("INSERT OR REPLACE INTO current VALUES (?, ?)", (site, learned.version))
        self._db.execute(
            "DELETE FROM profiles WHERE site = ?1 AND version <> ?2 AND number NOT IN"
            " (SELECT number FROM profiles WHERE site = ?1 ORDER BY number DESC LIMIT ?3)",
            (site, learned.version, VERSIONS_KEPT),
        )
        self._cache.pop(site, None)
        return learned.version != before


def _page(page: int, seen_at: str, blocks: bytes) -> PageEvidence:
    return PageEvidence(page, seen_at, np.frombuffer(blocks, BLOCK))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
