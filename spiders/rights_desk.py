"""The files of a site that speak of use (``rights``): asked once a day like robots.txt, and remembered between runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.store.ledger import HostState, Ledger
from pipeline.told import NOTHING_SAID, OptOut
from spiders.addresses import Address, read_address, resolved
from spiders.bodies import BodyError, decode_body
from spiders.failures import UNANSWERED, error_of, outcome_of
from spiders.politeness import ROBOTS_BYTES, ROBOTS_HOURS, Robots, robots_text
from spiders.reading import REDIRECTS, Answer
from spiders.requests import rights_request
from spiders.rights import SiteRights

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from spiders.article_spider import ArticleSpider
    from spiders.crawl import Crawl

MAX_HOPS = 3
SECONDS = ROBOTS_HOURS * 3600


@dataclass(frozen=True, slots=True)
class _Known:
    rights: SiteRights
    until: float


class RightsMemory:
    """What the files of each authority say, from the ledger and from this run."""

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        self._files = crawl.job.crawl.rights_files
        self._known: dict[str, _Known] = {}

    def missing(self, address: Address, robots: Robots) -> str | None:
        """The path of the next file that must be asked for before a page; None when all that may be is known."""
        known = self._known.get(address.authority)
        if known is not None and known.until > self._crawl.wall():
            return None
        found: dict[str, str] = {}
        until = self._crawl.wall() + SECONDS
        for path in self._files:
            state = self._crawl.ledger.host(_name(path, address.authority))
            asked = state.robots_fetched_at if state is not None else None
            if state is None or asked is None or not 0 <= self._crawl.wall() - asked < SECONDS:
                if robots.objection(address.origin + path) is None:
                    return path
                continue
            found[path] = state.robots_body or ""
            until = min(until, asked + SECONDS)
        rights = SiteRights.of(found, robots.text, self._crawl.job.job.agent)
        self._known[address.authority] = _Known(rights, until)
        return None

    def say_of(self, address: Address | None) -> OptOut:
        """What the files say of a page."""
        known = self._known.get(address.authority) if address is not None else None
        return known.rights.say_of(address.key) if known is not None and address is not None else NOTHING_SAID

    def learn(self, path: str, authority: str, status: int, text: str | None) -> None:
        """An answer to a request for a file, or none (status 0): then what was known counts for another day."""
        name = _name(path, authority)
        if text is None and not 400 <= status < 500:
            earlier = self._crawl.ledger.host(name)
            text = earlier.robots_body if earlier is not None else None
        state = HostState(name, robots_body=text, robots_fetched_at=self._crawl.wall(), robots_status=status)
        self._crawl.ledger.store_hosts([state])
        self._known.pop(authority, None)


class RightsDesk:
    """Takes what came for such a file."""

    def __init__(self, spider: ArticleSpider) -> None:
        self._spider = spider

    def answered(self, response: Response, headers: tuple[tuple[str, str], ...]) -> None:
        """The file, a redirect within the site, or a status that says that there is none."""
        meta, status, frontier = response.meta, response.status, self._spider.frontier
        address: Address = meta["address"]
        frontier.answered(meta["group"], meta.get("download_latency", 0.0), failed=status >= 500 or status == 429)
        frontier.weigh(meta["group"], len(response.body))
        answer = Answer(response.url, status, headers, response.body)
        if status in REDIRECTS:
            self._redirected(meta, resolved(response.url, answer.fields.get("location", "").strip()))
            return
        text = None
        if 200 <= status < 300:
            try:
                body = decode_body(response.body, answer.fields.get("content-encoding", ""), ROBOTS_BYTES)
                text = robots_text(body)
                self._spider.crawl.archive.store(response.url, status, headers, body)
            except BodyError:
                status = 0
        frontier.decisions.rights.learn(meta["rights"], address.authority, status, text)

    def failed(self, failure: Failure) -> None:
        """No answer: pages may be asked all the same, and the file again tomorrow."""
        meta: dict[str, Any] = failure.request.meta  # type: ignore[attr-defined]
        silent = outcome_of(error_of(failure))[0] in UNANSWERED
        self._spider.frontier.answered(meta["group"], 0.0, failed=silent)
        self._spider.frontier.decisions.rights.learn(meta["rights"], meta["address"].authority, 0, None)

    def _redirected(self, meta: dict[str, Any], target: str) -> None:
        address: Address = meta["address"]
        there = read_address(target)
        if there is None or there.site != address.site or meta["hops"] >= MAX_HOPS or len(target) > 2_048:
            self._spider.frontier.decisions.rights.learn(meta["rights"], address.authority, 404, None)
            return
        request = rights_request(self._spider, address, meta["group"], meta["rights"], (target, meta["hops"] + 1))
        self._spider.frontier.robots_next(meta["group"], request)


def remembered_files(ledger: Ledger, paths: Iterable[str], authority: str) -> dict[str, str]:
    """The texts of the files of an authority, by path, as far as the ledger has them."""
    states = {path: ledger.host(_name(path, authority)) for path in paths}
    return {path: state.robots_body or "" for path, state in states.items() if state is not None}


def _name(path: str, authority: str) -> str:
    """The name under which a file stands in the ledger's table of hosts."""
    return f"rights:{path}:{authority}"
