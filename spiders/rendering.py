"""Pages that need their scripts: the parts that a browser asks for are fetched politely, and the page is rendered.

A page's scripts and what they load are asked of their hosts like everything else: robots.txt first and obeyed, the
guard, limits and time-outs, our name, one request at a time to a host, and counted in its day. They follow each other
without the pause that lies between pages, as they would for a reader; the pause begins behind the last. Only GET is
sent, and no picture, film, font, style or frame is fetched at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING

from scrapy.http import Response

from pipeline.store.ledger import HostState, Visit
from spiders.addresses import Address, read_address, resolved
from spiders.bodies import MAX_DECODED, BodyError, decode_body
from spiders.browser import Browser, BrowserError, Job, Part
from spiders.failures import outcome_of
from spiders.politeness import robots_text
from spiders.reading import REDIRECTS, Answer
from spiders.requests import part_request
from spiders.robots import MAX_HOPS as ROBOTS_HOPS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.article_spider import ArticleSpider

logger = logging.getLogger(__name__)

FETCHED = frozenset({"script", "xhr", "fetch"})
STYLE = Part(200, "text/css", b"")  # styles are answered with nothing: scripts may wait for them to be there
MOST_PARTS = 60  # of a page
MAX_HOPS = 3
MOST_KEPT = 64 * 1024 * 1024  # scripts that are kept for the next page of the run, in bytes


class Rendering:
    """One for a crawl."""

    def __init__(self, spider: ArticleSpider, crawler: Crawler) -> None:
        self._spider = spider
        self._crawler = crawler
        self._browser = Browser(crawler, spider.user_agent)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._kept: OrderedDict[str, Part] = OrderedDict()
        self._size = 0

    async def render(self, visit: Visit, answer: Answer, body: bytes) -> bytes | str:
        """The page as its scripts leave it, UTF-8; a text when it could not be rendered."""
        told: list[str] = []
        over = asyncio.Event()

        async def take(method: str, url: str, kind: str) -> Part | None:
            if kind == "stylesheet":
                return STYLE
            if method != "GET" or kind not in FETCHED or len(told) >= MOST_PARTS:
                return None
            told.append(url)
            return await self._part(visit, url, over)

        page = Part(200, answer.content_type or "text/html", body)
        try:
            document = await self._browser.render(Job(answer.url, page, take))
        except BrowserError as error:
            logger.info("%s is not rendered: %s", answer.url, error)
            return f"not rendered: {error}"
        finally:
            over.set()
            async with self._locks[visit.host]:
                pass  # the part under way ends before the pause of the page's host begins
        rendered = document.encode("utf-8", "replace")
        return rendered if len(rendered) <= MAX_DECODED else f"not rendered: it grew to {len(rendered)} bytes"

    async def close(self) -> None:
        """End the browser."""
        await self._browser.close()

    async def _part(self, visit: Visit, url: str, over: asyncio.Event) -> Part | None:
        """One part, following redirects; None when it may not be asked for, is not whole, or the page is over."""
        for _ in range(1 + MAX_HOPS):
            address = read_address(url)
            if address is None:
                return None
            async with self._locks[address.host]:
                if address.key in self._kept:  # asked behind the lock: another page may just have fetched it
                    self._kept.move_to_end(address.key)
                    return self._kept[address.key]
                if over.is_set() or not await self._may_ask(visit, address):
                    return None
                response = await self._fetched(visit, url, address)
            if response is None:
                return None
            answer = _answer(response)
            if answer.status not in REDIRECTS:
                return self._whole(address, answer)
            url = resolved(url, answer.fields.get("location", "").strip())
        return None

    async def _may_ask(self, visit: Visit, address: Address) -> bool:
        """By the robots.txt of its own host, which is asked for first where it is not known."""
        decisions = self._spider.frontier.decisions
        robots = decisions.robots_of(address)
        if robots is None:
            decisions.robots_known(await self._robots(visit, address))
            robots = decisions.robots_of(address)
        return robots is not None and robots.objection(address.key) is None

    async def _robots(self, visit: Visit, address: Address) -> HostState:
        """The robots.txt of an authority, by as many redirects as the frontier follows for one."""
        url, status, text = f"{address.origin}/robots.txt", 0, None
        for _ in range(1 + ROBOTS_HOPS):
            response = await self._fetched(visit, url, address)
            if response is None:
                break
            answer = _answer(response)
            location = answer.fields.get("location", "").strip()
            if answer.status in REDIRECTS and location:
                url = resolved(url, location)
                continue
            status = answer.status if answer.status not in REDIRECTS and 100 <= answer.status <= 599 else 0
            text = robots_text(response.body) if 200 <= status < 300 else None
            break
        return HostState(address.authority, text, self._spider.crawl.wall(), status)

    async def _fetched(self, visit: Visit, url: str, address: Address) -> Response | None:
        """One request through the handler of all requests. It counts in the day of the page's host."""
        request = part_request(self._spider, url, address)
        handlers = self._crawler.engine.downloader.handlers
        # Errors of Scrapy, Twisted, OpenSSL and our own come back as values: outcome_of names each.
        (response,) = await asyncio.gather(handlers.download_request_async(request), return_exceptions=True)
        if isinstance(response, BaseException):
            logger.info("a part of %s does not come: %s: %s", visit.url, url[:200], outcome_of(response)[1])
            return None
        self._spider.frontier.weigh(visit.group, len(response.body), pages=1)
        return None if {"download_stopped", "dataloss"} & set(response.flags) else response

    def _whole(self, address: Address, answer: Answer) -> Part | None:
        try:
            body = decode_body(answer.body, answer.fields.get("content-encoding", ""))
        except BodyError:
            return None
        part = Part(answer.status, answer.content_type or "application/octet-stream", body)
        if answer.status == 200 and "javascript" in part.content_type:
            self._keep(address.key, part)
        return part

    def _keep(self, key: str, part: Part) -> None:
        """Scripts are the same for all pages of a site: they are asked for once a run."""
        self._kept[key] = part
        self._size += len(part.body)
        while self._size > MOST_KEPT:
            self._size -= len(self._kept.popitem(last=False)[1].body)


def _answer(response: Response) -> Answer:
    pairs = ((name, value) for name, values in response.headers.items() for value in values)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
    return Answer(response.url, response.status, headers, response.body)
