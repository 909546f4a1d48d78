"""The desk for robots.txt: what its answers, redirects and failures mean for an authority."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.outcome import Outcome
from pipeline.store.ledger import HostState
from spiders.addresses import Address, read_address, resolved
from spiders.failures import error_of, outcome_of
from spiders.politeness import retry_after, robots_text
from spiders.reading import REDIRECTS
from spiders.requests import robots_request

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from spiders.article_spider import ArticleSpider

MAX_HOPS = 5  # RFC 9309, 2.3.1.2: at least five
_TRIES = 2

# These say more than "robots.txt could not be reached", and they are as true of every page of the authority.
_TELLING = frozenset(
    {Outcome.BLOCKED_ADDRESS, Outcome.BLOCKED_PORT, Outcome.BLOCKED_SCHEME, Outcome.DNS_ERROR, Outcome.TLS_ERROR}
)


class RobotsDesk:
    """Takes what came for a robots.txt and tells the frontier and the ledger."""

    def __init__(self, spider: ArticleSpider) -> None:
        self._spider = spider

    def answered(self, response: Response, headers: tuple[tuple[str, str], ...]) -> None:
        """An answer: rules, a redirect, or a status that speaks for itself (RFC 9309, 2.3.1)."""
        meta = response.meta
        address: Address = meta["robots"]
        status = response.status
        failed = status >= 500 or status == 429
        self._spider.frontier.answered(meta["group"], meta.get("download_latency", 0.0), failed=failed)
        self._spider.frontier.weigh(meta["group"], len(response.body))
        if response.body:
            self._spider.crawl.archive.store(response.url, status, headers, response.body)
        location = dict(headers).get("Location", "").strip()
        if status in REDIRECTS and location:
            self._redirected(meta, response.url, location)
            return
        if status in REDIRECTS or not 100 <= status <= 599:
            status = 0
        asked = retry_after(dict(headers).get("Retry-After"), datetime.now(UTC)) if status in {429, 503} else None
        self._known(address, status, robots_text(response.body) if 200 <= status < 300 else None, asked=asked)

    def failed(self, failure: Failure) -> None:
        """No answer: asked once more, then the authority counts as unreachable, so nothing of it may be asked."""
        meta: dict[str, Any] = failure.request.meta  # type: ignore[attr-defined]
        outcome, detail = outcome_of(error_of(failure))
        telling = (outcome, detail) if outcome in _TELLING else None
        silent = outcome in {Outcome.TIMEOUT, Outcome.DNS_ERROR}
        self._spider.frontier.answered(meta["group"], 0.0, failed=silent)
        tries = meta.get("tries", 1)
        if telling is None and tries < _TRIES:
            request = robots_request(self._spider, meta["robots"], meta["group"])
            request.meta["tries"] = tries + 1
            self._spider.frontier.robots_next(meta["group"], request)
            return
        self._known(meta["robots"], 0, None, telling)

    def _redirected(self, meta: dict[str, Any], url: str, location: str) -> None:
        address, hops = meta["robots"], meta["hops"] + 1
        target = resolved(url, location)
        if hops > MAX_HOPS or read_address(target) is None or len(target) > 2_048:
            self._known(address, 0, None)
            return
        request = robots_request(self._spider, address, meta["group"], target, hops)
        self._spider.frontier.robots_next(meta["group"], request)

    def _known(
        self,
        address: Address,
        status: int,
        text: str | None,
        refused: tuple[Outcome, str] | None = None,
        asked: float | None = None,
    ) -> None:
        state = HostState(address.authority, text, self._spider.crawl.wall(), status)
        self._spider.frontier.decisions.robots_known(state, refused, asked)
