"""The values that the ledger gives and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.outcome import Outcome, Stage
from pipeline.store.warc import RecordLocation

_NEVER_ASKED = frozenset(
    {Outcome.PENDING, Outcome.TRAP_LIMIT, *(outcome for outcome in Outcome if outcome.value.startswith("blocked."))}
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job. Times are seconds since 1970 (UTC), None while not reached."""

    run_id: str
    job: str
    started_at: float
    crawl_finished_at: float | None = None
    build_finished_at: float | None = None
    finished_at: float | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address as it was found.

    ``key`` is the canonical address, ``url`` what is asked (the same but for odd spellings), ``site`` the registrable
    domain, ``kind`` one of ``page``, ``sitemap``, ``feed``, ``seed`` the key of the start address that led here,
    ``depth`` the number of links from it, ``group`` what politeness is kept by. ``interval`` holds the bounds of the
    revisit interval in seconds.
    """

    key: str
    url: str
    site: str
    host: str
    group: str
    seed: str
    kind: str = "page"
    depth: int = 0
    found_on: int | None = None
    interval: tuple[float, float] = (3600.0, 2_592_000.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that is due in a run, with what a fetch of it needs to know."""

    run_id: str
    address_id: int
    key: str
    url: str
    site: str
    host: str
    group: str
    kind: str
    seed: str
    depth: int
    hops: int
    via: int | None
    attempts: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a request brought: status, time (ISO, UTC), the address that answered, and the record if there is one."""

    http_status: int | None = None
    fetched_at: str | None = None
    final_url: str | None = None
    location: RecordLocation | None = None


NOT_FETCHED = Fetch()


@dataclass(frozen=True, slots=True)
class ArchivedVisit:
    """A response that is in the archive and waits to be built. ``fetched_at`` is ISO, UTC; ``key`` is canonical.

    ``told`` is what the page told beside its text, as ``pipeline.told`` writes it.
    """

    run_id: str
    address_id: int
    url: str
    site: str
    kind: str
    http_status: int
    fetched_at: str
    location: RecordLocation
    key: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class ArticleState:
    """The newest version of an article, and the page that it was last seen as. Times are ISO, UTC."""

    article_id: str
    url: str
    site: str
    version: int
    content_digest: str
    page_digest: str
    first_seen_at: str
    last_seen_at: str


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What the build made of one visit.

    ``article`` is given when the article is new, changed or seen again unchanged: it replaces what the ledger holds.
    """

    run_id: str
    address_id: int
    outcome: Outcome
    detail: str = ""
    article_id: str | None = None
    article: ArticleState | None = None


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One address in one run: a row of the ``outcomes`` table, and its ``kind``."""

    run_id: str
    address_id: int
    url: str
    site: str
    kind: str
    outcome: str
    stage: str
    detail: str
    http_status: int | None
    fetched_at: str | None
    final_url: str | None
    article_id: str | None
    warc_file: str | None
    warc_offset: int | None
    warc_length: int | None
    page_digest: str | None


@dataclass(frozen=True, slots=True)
class Books:
    """The sums of a run. ``problems`` says in words what does not balance; empty when all does."""

    known: int
    by_outcome: Mapping[str, int]
    archived: int
    extracted: int
    awaiting: int
    problems: tuple[str, ...] = ()

    @property
    def balanced(self) -> bool:
        """Every known address has one outcome and every archived response is accounted for."""
        return not self.problems

    @property
    def failed(self) -> int:
        """Addresses that should have given something and did not."""
        return self._sum(lambda outcome: outcome.failed)

    @property
    def asked(self) -> int:
        """Addresses that were asked, or whose host should have answered first and did not.

        What a rule keeps us from, what looks like a trap and what was never reached is in no share: in a large crawl
        it would hide that every request fails.
        """
        return self.awaiting + self._sum(lambda outcome: outcome.failed or outcome not in _NEVER_ASKED)

    @property
    def failed_share(self) -> float:
        """The share of the addresses asked that failed, 0 to 1; what ``max_failed`` is held against."""
        return self.failed / self.asked if self.asked else 0.0

    @property
    def quarantined(self) -> int:
        """Pages that could not be read within the limits."""
        return self._sum(lambda outcome: outcome.quarantined)

    @property
    def pages(self) -> int:
        """Pages that were built: without sitemaps and feeds, which are read for addresses only."""
        return self._sum(lambda outcome: outcome.stage is Stage.EXTRACT and outcome is not Outcome.DISCOVERY)

    @property
    def quarantined_share(self) -> float:
        """The share of the pages built that are quarantined; what ``max_quarantined`` is held against."""
        return self.quarantined / self.pages if self.pages else 0.0

    def _sum(self, counts: Callable[[Outcome], bool]) -> int:
        return sum(count for name, count in self.by_outcome.items() if counts(Outcome(name)))


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host (``scheme://host:port``) or of a politeness group between requests and runs.

    ``robots_status`` is the HTTP status of the last robots.txt, 0 when it could not be reached, None when never asked.
    Times are seconds since 1970.
    """

    host: str
    robots_body: str | None = None
    robots_fetched_at: float | None = None
    robots_status: int | None = None
    crawl_delay: float | None = None
    frozen_until: float | None = None
    pages_today: int = 0
    day: str = ""
