"""From a page, sitemap or feed to the addresses that it names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pipeline.extraction.decode import decode
from pipeline.extraction.links import PageLinks, read_links
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.store.ledger import Visit
from pipeline.told import Variant
from spiders.addresses import MAX_LENGTH, read_address
from spiders.discovery import Discovered, read_discovery
from spiders.hints import are_honest, changed_since, claimed
from spiders.reading import Answer

if TYPE_CHECKING:
    from spiders.crawl import Crawl
    from spiders.frontier import Frontier

MAX_LINKS = 500
MAX_FEEDS = 5  # a start page names one or two; a page that names hundreds is no start page
MOST_TESTED = 200  # claims of a sitemap or feed that are looked up
MAX_VERSIONS = 10  # languages and AMP pages of one article that are recorded
_IN_LOOP_BYTES = 256 * 1024  # larger documents are read in a thread, so that no other host waits for them
_SEEN_LIMIT = 50_000  # spellings, some 12 MB; with a million a crawl grew by 4.6 MB in 1,000 pages, with fewer by 0.4


class Following:
    """Reads addresses and enters them; remembers which spellings it has entered for a start address."""

    def __init__(self, crawl: Crawl, frontier: Frontier) -> None:
        self._crawl = crawl
        self._frontier = frontier
        self._seen: set[tuple[str, str, bool]] = set()
        self._earlier = [run for run in crawl.ledger.runs(crawl.job.job.name) if run.run_id != crawl.run_id][-2:]

    async def read_page(self, answer: Answer, body: bytes) -> PageLinks | str:
        """The links of a page; a text when they could not be read."""
        if len(body) <= _IN_LOOP_BYTES:
            return self._links(answer, body)
        return await asyncio.to_thread(self._links, answer, body)

    async def read_list(self, answer: Answer, body: bytes) -> Discovered:
        """The entries of a sitemap or feed."""
        if len(body) <= _IN_LOOP_BYTES:
            return read_discovery(body, answer.url)
        return await asyncio.to_thread(read_discovery, body, answer.url)

    def enter_links(self, visit: Visit, page: PageLinks, *, follow: bool) -> None:
        """Enter the links of a page, as far as its owner and the job let them be followed."""
        wanted = self._crawl.admission.seeds[visit.seed].site.follow
        if "feeds" in wanted and visit.depth == 0:
            for url in page.feeds[:MAX_FEEDS]:
                self._enter(visit, url, "feed", 0)
        if "links" in wanted and follow:
            urls = [link.url for link in page.links[:MAX_LINKS]]
            for url in [page.refresh, *urls] if page.refresh else urls:
                self._enter(visit, url, "page", visit.depth + 1)

    def enter_canonical(self, visit: Visit, page: PageLinks) -> None:
        """A page that names another address as its own is an alias of that one, which is entered."""
        if visit.kind != "page" or not page.canonical:
            return
        found = self._crawl.admission.found(page.canonical, visit.seed, "page", visit.depth, visit.address_id)
        if found is None or found.refused is not None or found.new.key == visit.key:
            return
        target_id, _ = self._frontier.add(found.new)
        self._crawl.ledger.set_alias(visit.address_id, target_id)

    def enter_list(self, visit: Visit, found: Discovered) -> None:
        """Enter what a sitemap or feed names: further sitemaps one step deeper, pages one link from the start."""
        kind, depth = ("sitemap", visit.depth + 1) if found.kind == "index" else ("page", 1)
        changed = self._changed(found)
        for entry in found.entries:
            self._enter(visit, entry.url, kind, depth, changed=entry.url in changed)

    def _changed(self, found: Discovered) -> frozenset[str]:
        """What is said to have changed since the last run, unless what was said for that run proved wrong."""
        if not self._earlier:
            return frozenset()
        *before, last = self._earlier
        if before:
            said = claimed(found.entries, before[-1].started_at, last.started_at)[:MOST_TESTED]
            keys = [address.key for url in said if (address := read_address(url)) is not None]
            if not are_honest(self._crawl.ledger.outcomes_of(last.run_id, keys)):
                return frozenset()
        return changed_since(found.entries, last.started_at, self._crawl.wall())

    def _enter(self, visit: Visit, url: str, kind: str, depth: int, *, changed: bool = False) -> None:
        """``changed``: it is said to have changed since the last run, so it is due whatever its interval says."""
        place = (visit.seed, url, changed)
        if place in self._seen:
            return
        if len(self._seen) >= _SEEN_LIMIT:
            self._seen.clear()
        self._seen.add(place)
        found = self._crawl.admission.found(url, visit.seed, kind, depth, visit.address_id)
        if found is None:
            return
        if found.refused is None:
            self._frontier.add(found.new, always=changed or kind != "page")
            return
        self._frontier.refuse(found.new, found.refused)

    def _links(self, answer: Answer, body: bytes) -> PageLinks | str:
        try:
            return read_links(parse(decode(body, answer.content_type).text), answer.url)
        except PageLimitError as error:
            return f"links not read: {error}"


def variants(page: PageLinks) -> tuple[Variant, ...]:
    """The translations and the AMP version that a page names, itself left out, with canonical addresses."""
    found = {}
    for kind, url in page.alternates:
        address = read_address(url)
        if address is not None and len(address.key) <= MAX_LENGTH:
            found[kind.strip().lower()[:35], address.key] = Variant(kind.strip()[:35], address.key)
    return tuple(found.values())[:MAX_VERSIONS]


def head_told(page: PageLinks) -> list[str]:
    """What is recorded of the head and the links of a page: its other versions, and links that are not followed."""
    told = []
    if found := variants(page):
        told.append(f"other versions: {', '.join(f'{kind} {url}' for kind, url in found)}"[:1_000])
    if len(page.links) > MAX_LINKS:
        told.append(f"{len(page.links)} links, of which the first {MAX_LINKS} are followed")
    return told
