"""The spider: answers in, outcomes and new addresses out. Which page is asked next is the frontier's business."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals
from scrapy.exceptions import StopDownload

from pipeline.outcome import Outcome
from pipeline.store.ledger import Fetch, NewAddress, Visit
from pipeline.told import Told, to_text
from spiders.addresses import read_address, resolved
from spiders.crawl import Crawl
from spiders.failures import RETRIED, UNANSWERED, error_of, is_passing, outcome_of
from spiders.following import Following, head_told, variants
from spiders.opt_out import PageWords, read_opt_out
from spiders.politeness import ROBOTS_BYTES, retry_after
from spiders.reading import REDIRECTS, Answer, Fate, as_sent, body_of_failure, judge_answer
from spiders.rights_desk import RightsDesk
from spiders.robots import RobotsDesk
from spiders.sameness import MOST_EQUAL

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from spiders.frontier import Frontier

logger = logging.getLogger(__name__)

MAX_HOPS = 5
MAX_ATTEMPTS = 3


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

    async def page_answered(self, response: Response) -> None:
        """An answer to a request for a page, sitemap or feed."""
        visit: Visit = response.meta["visit"]
        failed = response.status >= 500 or response.status == 429
        self.frontier.answered(visit.group, response.meta.get("download_latency", 0.0), failed=failed)
        self.frontier.weigh(visit.group, len(response.body))
        conditional = bool(visit.etag or visit.last_modified)
        answer = Answer(response.url, response.status, header_pairs(response), response.body, visit.kind, conditional)
        with self.fatal_errors():
            if answer.status in REDIRECTS:
                self._redirect(visit, answer)
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
                self._close(visit, Fate(outcome, detail), self.crawl.archive.note(visit.url))
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
        """Stop reading a robots.txt, or a file of that kind, behind the part that counts."""
        if "robots" in request.meta or "rights" in request.meta:
            request.meta["received"] = request.meta.get("received", 0) + len(data)
            if request.meta["received"] > ROBOTS_BYTES:
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
        if passing and self._try_again(visit):
            return
        if fate.outcome is not None or fate.body is None:
            fetch = self.crawl.archive.note(answer.url, answer.status)
            if fate.body is not None:
                fetch = self.crawl.archive.store(answer.url, answer.status, answer.headers, fate.body)
            elif fate.outcome is Outcome.NOT_MODIFIED:
                fetch = self.crawl.archive.store_unchanged(answer.url, answer.status, answer.headers)
            self._close(visit, fate, fetch)
        elif visit.kind == "page":
            await self._settle_page(visit, answer, fate.body)
        else:
            await self._settle_list(visit, answer, fate.body)

    async def _settle_page(self, visit: Visit, answer: Answer, body: bytes) -> None:
        links = await self.following.read_page(answer, body)
        words = "" if isinstance(links, str) else links.robots
        site_says = self.frontier.decisions.rights.say_of(read_address(visit.url))
        page_words = PageWords(answer.headers, words, body)
        opt_out = read_opt_out(page_words, self.crawl.job.job.agent, datetime.now(UTC), site_says)
        told = [opt_out.said, *([links] if isinstance(links, str) else head_told(links))]
        detail = "; ".join(filter(None, told))
        versions = () if isinstance(links, str) else variants(links)
        self.crawl.ledger.tell(visit.run_id, visit.address_id, to_text(Told(opt_out, versions)))
        site = self.crawl.admission.seeds[visit.seed].site
        if site.respect_opt_out == "skip" and opt_out.refused:
            self._close(visit, Fate(Outcome.BLOCKED_OPTOUT, detail), self.crawl.archive.note(answer.url, answer.status))
        else:
            self._hand_on(visit, answer, body, detail)
        if not isinstance(links, str) and self._is_worth_following(visit, body):
            self.following.enter_canonical(visit, links)
            self.following.enter_links(visit, links, follow=opt_out.follows)

    def _is_worth_following(self, visit: Visit, body: bytes) -> bool:
        """Not when its text has come under so many addresses of the host that its links will bring it again."""
        address = read_address(visit.url)
        return address is None or self.frontier.decisions.sameness.came(address, body) <= MOST_EQUAL

    async def _settle_list(self, visit: Visit, answer: Answer, body: bytes) -> None:
        found = await self.following.read_list(answer, body)
        if found.bomb:
            self._close(visit, Fate(Outcome.BOMB, found.problem), self.crawl.archive.note(answer.url, answer.status))
            return
        detail = f"{found.kind} of {len(found.entries)}" + (f"; {found.problem}" if found.problem else "")
        self._hand_on(visit, answer, body, detail)
        self.following.enter_list(visit, found)

    def _hand_on(self, visit: Visit, answer: Answer, body: bytes, detail: str) -> None:
        """To the build: record first, then the ledger, in one group."""
        fetch = self.crawl.archive.store(answer.url, answer.status, answer.headers, body)
        self.crawl.ledger.archived(visit.run_id, visit.address_id, fetch, detail)
        fields = answer.fields
        self.crawl.ledger.fetched(visit.address_id, self.crawl.wall(), fields.get("etag"), fields.get("last-modified"))

    def _close(self, visit: Visit, fate: Fate, fetch: Fetch) -> None:
        outcome = fate.outcome or Outcome.PROTOCOL_ERROR
        self.crawl.ledger.close_visit(visit.run_id, visit.address_id, outcome, fate.detail, fetch)
        if outcome is Outcome.NOT_MODIFIED:
            self.crawl.ledger.unchanged(visit.address_id, self.crawl.wall())
        elif outcome in {Outcome.REDIRECTED, Outcome.GONE, Outcome.NOT_HTML}:
            self.crawl.ledger.fetched(visit.address_id, self.crawl.wall(), None, None)

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
        self._close(visit, Fate(Outcome.RATE_LIMITED, said), self._keep(answer))

    def _keep(self, answer: Answer) -> Fetch:
        """The archive's record of an answer that is no page, with its body where that can be decoded."""
        return self.crawl.archive.store(answer.url, answer.status, answer.headers, body_of_failure(answer) or b"")

    def _redirect(self, visit: Visit, answer: Answer) -> None:
        """Close the address as redirected and enter its target, which is asked like any other."""
        fetch = self._keep(answer)
        location = as_sent(answer.fields.get("location", "")).strip()
        if not location:
            self._close(visit, Fate(Outcome.PROTOCOL_ERROR, "a redirect to nowhere"), fetch)
            return
        target = resolved(answer.url, location)
        found = self.crawl.admission.redirect_target(target, visit.seed, visit.kind, visit.depth, visit.address_id)
        if found is None:
            self._close(visit, Fate(Outcome.REDIRECTED, f"to {target[:200]}, which the job does not want"), fetch)
        elif found.refused is not None:
            outcome, why = found.refused
            self._close(visit, Fate(outcome, f"redirects to {target[:200]}: {why}"), fetch)
        else:
            self._enter_target(visit, found.new, fetch)

    def _enter_target(self, visit: Visit, new: NewAddress, fetch: Fetch) -> None:
        crawl = self.crawl
        too_far = visit.hops + 1 > MAX_HOPS
        target_id = 0
        if not too_far:
            target_id, _ = self.frontier.add(new, hops=visit.hops + 1, via=visit.address_id)
        if too_far or visit.address_id in crawl.ledger.redirect_path(visit.run_id, target_id):
            why = f"more than {MAX_HOPS} redirects" if too_far else f"redirects in a circle, by {new.key[:200]}"
            self._close(visit, Fate(Outcome.REDIRECT_LIMIT, why), fetch)
            first = crawl.ledger.first_hop(visit.run_id, visit.address_id)
            if first != visit.address_id:
                crawl.ledger.revise(visit.run_id, first, Outcome.REDIRECT_LIMIT, why)
            return
        fetch = replace(fetch, final_url=new.key)
        self._close(visit, Fate(Outcome.REDIRECTED, f"to {new.key[:200]}"), fetch)
        crawl.ledger.set_alias(visit.address_id, target_id)
        if visit.depth == 0:
            crawl.admission.add_landing(visit.seed, read_address(new.key))


def header_pairs(response: Response) -> tuple[tuple[str, str], ...]:
    """The headers of a Scrapy response, one pair a line."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
