"""The spider: answers in, outcomes and new addresses out. Which page is asked next is the frontier's business."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals
from scrapy.exceptions import StopDownload

from pipeline.outcome import Outcome
from pipeline.store.ledger import Fetch, Visit
from spiders.crawl import Crawl
from spiders.failures import RETRIED, UNANSWERED, error_of, is_passing, outcome_of
from spiders.following import Following
from spiders.moving import Moving
from spiders.pages import Pages
from spiders.partial import as_stored, partial_of
from spiders.politeness import ROBOTS_BYTES, retry_after
from spiders.reading import REDIRECTS, Answer, Fate, body_of_failure, judge_answer, too_large
from spiders.rendering import Rendering
from spiders.rights_desk import RightsDesk
from spiders.robots import RobotsDesk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from spiders.frontier import Frontier

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
# Asked half as often from now on. Of failures too: five in a row end a host's run, and if those came first in each
# run the rest of the site would never have its turn.
BACKED_OFF = frozenset({Outcome.NOT_MODIFIED, Outcome.HTTP_ERROR, Outcome.TIMEOUT})


class ArticleSpider(scrapy.Spider):
    """Fetches what the frontier hands out and settles every visit."""

    name = "articles"
    frontier: Frontier

    def __init__(self, crawl: Crawl) -> None:
        super().__init__()
        self.crawl = crawl
        self.user_agent = crawl.job.user_agent
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ArticleSpider:
        """Called by Scrapy; listens for faults of our own and for robots files without end."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.fault, signals.spider_error)
        crawler.signals.connect(spider.bytes_came, signals.bytes_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the start addresses are in the ledger already."""
        for request in list[Any]():
            yield request

    def opened(self, frontier: Frontier) -> None:
        """The frontier is there: called by it, before the first request."""
        self.frontier = frontier
        self.following = Following(self.crawl, frontier)
        self.robots_desk = RobotsDesk(self)
        self.rights_desk = RightsDesk(self)
        self.moving = Moving(self)
        self.pages = Pages(self)
        self.rendering = Rendering(self, self.crawler)
        self.crawler.signals.connect(self.rendering.close, signals.spider_closed)

    async def page_answered(self, response: Response) -> None:
        """An answer to a request for a page, sitemap or feed."""
        visit: Visit = response.meta["visit"]
        failed = response.status >= 500 or response.status == 429
        # A host whose pages fail one after another is left alone like one that gives no answer.
        lost = response.status >= 500 and response.status != 503 and visit.attempts + 1 >= MAX_ATTEMPTS
        latency = response.meta.get("download_latency", 0.0)
        self.frontier.weigh(visit.group, len(response.body))
        if not self.pages.renders(visit):
            self.frontier.answered(visit.group, latency, failed=failed, silent=lost)
            await self._judge(visit, response)
            return
        try:
            await self._judge(visit, response)
        finally:  # the parts of a page belong to it: the host's pause begins behind the last
            self.frontier.answered(visit.group, latency, failed=failed, silent=lost)

    async def _judge(self, visit: Visit, response: Response) -> None:
        conditional = bool(visit.etag or visit.last_modified)
        answer = Answer(response.url, response.status, header_pairs(response), response.body, visit.kind, conditional)
        with self.fatal_errors():
            if "download_stopped" in response.flags:
                await self._settle(visit, answer, too_large(answer))
            elif answer.status in REDIRECTS:
                self.moving.answered(visit, answer, self._keep(answer))
            elif answer.status in {429, 503}:
                self._rate_limited(visit, answer)
            else:
                await self._settle(visit, answer, judge_answer(answer))
            self._count_answer()

    def page_failed(self, failure: Failure) -> None:
        """A request for a page, sitemap or feed that brought no answer."""
        visit: Visit = failure.request.meta["visit"]  # type: ignore[attr-defined]
        error = error_of(failure)
        outcome, detail = outcome_of(error)
        silent, passing = outcome in UNANSWERED, outcome in RETRIED or is_passing(error)
        self.frontier.answered(visit.group, 0.0, failed=silent or passing, silent=silent)
        with self.fatal_errors():
            if not (passing and self._try_again(visit)):
                self.close_visit(visit, Fate(outcome, detail), self._keep_partial(visit, failure.request, outcome))  # type: ignore[attr-defined]
            self._count_answer()

    async def robots_answered(self, response: Response) -> None:
        """An answer to a request for a robots.txt."""
        with self.fatal_errors():
            self.robots_desk.answered(response, header_pairs(response))
            self._count_answer()

    def robots_failed(self, failure: Failure) -> None:
        """A request for a robots.txt that brought no answer."""
        with self.fatal_errors():
            self.robots_desk.failed(failure)
            self._count_answer()

    async def rights_answered(self, response: Response) -> None:
        """An answer to a request for a file that speaks of use."""
        with self.fatal_errors():
            self.rights_desk.answered(response, header_pairs(response))
            self._count_answer()

    def rights_failed(self, failure: Failure) -> None:
        """A request for such a file that brought no answer."""
        with self.fatal_errors():
            self.rights_desk.failed(failure)
            self._count_answer()

    def bytes_came(self, data: bytes, request: scrapy.Request) -> None:
        """Stop reading behind the part that counts of a robots.txt or a file of that kind, and behind the limit."""
        meta = request.meta
        meta["received"] = meta.get("received", 0) + len(data)
        if meta["received"] > (ROBOTS_BYTES if {"robots", "rights"} & meta.keys() else meta["download_maxsize"]):
            raise StopDownload(fail=False)

    def fault(self, failure: Failure, response: Any) -> None:
        """An error in our own code: the address stays open and is counted; the crawl goes on and ends with code 1."""
        self.crawl.faults += 1
        request = getattr(response, "request", None)
        logger.error("internal error at %s: %s", getattr(request, "url", "?"), failure.getTraceback())
        visit = request.meta.get("visit") if request is not None else None
        if visit is not None:
            with self.fatal_errors():
                self.crawl.ledger.release(visit.run_id, visit.address_id, "internal error")

    @contextmanager
    def fatal_errors(self) -> Iterator[None]:
        """A disk or ledger that refuses ends the crawl: nothing of what comes after could be kept."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            self.stop(error)

    def stop(self, error: BaseException) -> None:
        """End the crawl for an error; the first one is what is told."""
        if self.crawl.fatal is None:
            self.crawl.fatal = error
            logger.error("the crawl stops: %s", error)
            if self.crawler.engine is not None:
                self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="fatal"))

    def _count_answer(self) -> None:
        self.crawl.archive.answered()
        self.frontier.commit_soon()

    async def _settle(self, visit: Visit, answer: Answer, fate: Fate) -> None:
        """Archive what is to be archived, close or hand on the visit, enter the addresses that it names."""
        passing = fate.outcome is Outcome.TRUNCATED or (fate.outcome in RETRIED and answer.status >= 500)
        unasked = answer.status == 304 and not answer.conditional and not visit.attempts  # asked once more, plainly
        if (passing or unasked) and self._try_again(visit):
            return
        if fate.outcome is not None or fate.body is None:
            fetch = self.crawl.archive.note(answer.url, answer.status)
            if fate.body is not None and not (fate.as_sent and self.skips(visit)):
                headers = as_stored(answer.headers) if fate.as_sent else answer.headers
                fetch = self.crawl.archive.store(answer.url, answer.status, headers, fate.body, fate.cut)
            elif fate.outcome is Outcome.NOT_MODIFIED:
                fetch = self.crawl.archive.store_unchanged(answer.url, answer.status, answer.headers)
            self.close_visit(visit, fate, fetch)
        elif visit.kind == "page":
            await self.pages.settle(visit, answer, fate.body)
        else:
            await self._settle_list(visit, answer, fate.body)

    async def _settle_list(self, visit: Visit, answer: Answer, body: bytes) -> None:
        found = await self.following.read_list(answer, body)
        if found.bomb:
            self.close_visit(
                visit, Fate(Outcome.BOMB, found.problem), self.crawl.archive.note(answer.url, answer.status)
            )
            return
        detail = f"{found.kind} of {len(found.entries)}" + (f"; {found.problem}" if found.problem else "")
        self.hand_on(visit, answer, body, detail)
        self.following.enter_list(visit, found)

    def hand_on(self, visit: Visit, answer: Answer, body: bytes, detail: str, rendered: bytes | None = None) -> None:
        """To the build: record first, then the ledger, in one group. What is built is the rendered page, if any."""
        fetch = self.crawl.archive.store(answer.url, answer.status, answer.headers, body)
        etag, modified = answer.fields.get("etag"), answer.fields.get("last-modified")
        if rendered is not None:
            fetch = self.crawl.archive.store_rendered(answer.url, answer.status, rendered)
            etag = modified = None  # of the shell, which stays as it is when what its scripts load does not
        self.crawl.ledger.archived(visit.run_id, visit.address_id, fetch, detail)
        self.crawl.ledger.fetched(visit.address_id, self.crawl.wall(), etag, modified)

    def close_visit(self, visit: Visit, fate: Fate, fetch: Fetch) -> None:
        """An address has its outcome without a build."""
        outcome = fate.outcome or Outcome.PROTOCOL_ERROR
        self.crawl.ledger.close_visit(visit.run_id, visit.address_id, outcome, fate.detail, fetch)
        if outcome in BACKED_OFF:
            self.crawl.ledger.unchanged(visit.address_id, self.crawl.wall())
        elif outcome in {Outcome.REDIRECTED, Outcome.GONE, Outcome.NOT_HTML}:
            self.crawl.ledger.fetched(visit.address_id, self.crawl.wall(), None, None)
        if outcome.failed or outcome is Outcome.GONE:
            self.crawl.ledger.doubt_moves_to(visit.key)

    def skips(self, visit: Visit) -> bool:
        """Whether the job keeps nothing of pages whose owners opted out; a part of one need not say so."""
        return self.crawl.admission.seeds[visit.seed].site.respect_opt_out == "skip"

    def _try_again(self, visit: Visit) -> bool:
        if visit.attempts + 1 >= MAX_ATTEMPTS:
            return False
        self.frontier.again(visit)
        return True

    def _rate_limited(self, visit: Visit, answer: Answer) -> None:
        """The host wants a rest: wait for it, or leave the address due for the next run."""
        asked = retry_after(answer.fields.get("retry-after"), datetime.now(UTC))
        waits = self.frontier.freeze(visit.group, asked)
        if waits and visit.attempts + 1 < MAX_ATTEMPTS:
            self.frontier.again(visit)
            return
        said = f"status {answer.status}" + (f", Retry-After {asked:g} s" if asked else "")
        self.close_visit(visit, Fate(Outcome.RATE_LIMITED, said), self._keep(answer))

    def _keep_partial(self, visit: Visit, request: scrapy.Request, outcome: Outcome) -> Fetch:
        """The archive's record of what came before a request failed."""
        came = partial_of(request, outcome)
        if came is None or self.skips(visit):
            return self.crawl.archive.note(visit.url)
        return self.crawl.archive.store(visit.url, came.status, came.headers, came.body, came.mark)

    def _keep(self, answer: Answer) -> Fetch:
        """The archive's record of an answer that is no page, with its body where that can be decoded."""
        return self.crawl.archive.store(answer.url, answer.status, answer.headers, body_of_failure(answer) or b"")


def header_pairs(response: Response) -> tuple[tuple[str, str], ...]:
    """The headers of a Scrapy response, one pair a line."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
