"""The requests that the crawl sends: what stands in them, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request

from pipeline.store.ledger import Visit
from spiders.addresses import Address
from spiders.bodies import ACCEPTED, MAX_WIRE
from spiders.discovery import MAX_BYTES

if TYPE_CHECKING:
    from spiders.article_spider import ArticleSpider

SECONDS = 30.0
_ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_ACCEPT_LIST = "application/xml,text/xml,application/rss+xml,application/atom+xml,application/feed+json,*/*;q=0.5"


def page_request(spider: ArticleSpider, visit: Visit, proxy: str) -> Request:
    """A request for a page, sitemap or feed; conditional when we have its validators."""
    headers = {
        "User-Agent": spider.user_agent,
        "Accept": _ACCEPT_PAGE if visit.kind == "page" else _ACCEPT_LIST,
        "Accept-Encoding": ACCEPTED,
    }
    if visit.etag:
        headers["If-None-Match"] = visit.etag
    if visit.last_modified:
        headers["If-Modified-Since"] = visit.last_modified
    size = MAX_WIRE if visit.kind == "page" else MAX_BYTES
    return _request(
        visit.url,
        headers,
        proxy,
        size,
        {"visit": visit, "group": visit.group},
        spider.page_answered,
        spider.page_failed,
    )


def robots_request(
    spider: ArticleSpider, address: Address, group: str, url: str | None = None, hops: int = 0
) -> Request:
    """A request for the robots.txt of an authority; ``url`` where it redirected to, ``hops`` how often."""
    headers = {"User-Agent": spider.user_agent, "Accept": "text/plain,*/*;q=0.5", "Accept-Encoding": "identity"}
    meta = {"robots": address, "group": group, "hops": hops}
    where = url or f"{address.origin}/robots.txt"
    proxy = spider.crawl.job.crawl.proxy
    return _request(where, headers, proxy, MAX_WIRE, meta, spider.robots_answered, spider.robots_failed)


def rights_request(
    spider: ArticleSpider, address: Address, group: str, path: str, moved: tuple[str, int] | None = None
) -> Request:
    """A request for a file of an authority that speaks of use; ``moved`` says where it redirected to, how often."""
    where, hops = moved or (address.origin + path, 0)
    headers = {"User-Agent": spider.user_agent, "Accept": "application/json,text/plain;q=0.9,*/*;q=0.1"}
    headers["Accept-Encoding"] = "identity"
    meta = {"rights": path, "address": address, "group": group, "hops": hops}
    proxy = spider.crawl.job.crawl.proxy
    return _request(where, headers, proxy, MAX_WIRE, meta, spider.rights_answered, spider.rights_failed)


def part_request(spider: ArticleSpider, url: str, address: Address) -> Request:
    """A request for a part of a page that is rendered, sent past the frontier: its page's turn is not over."""
    headers = {"User-Agent": spider.user_agent, "Accept": "*/*", "Accept-Encoding": ACCEPTED}
    return _request(
        url, headers, spider.crawl.job.crawl.proxy, MAX_WIRE, {"part": True, "group": address.host}, None, None
    )


def _request(
    url: str, headers: dict[str, str], proxy: str, size: int, meta: dict[str, Any], callback: Any, errback: Any
) -> Request:
    meta |= {"download_slot": meta["group"], "download_timeout": SECONDS, "download_maxsize": size}
    if proxy:
        meta["proxy"] = proxy
    return Request(url, headers=headers, meta=meta, callback=callback, errback=errback, dont_filter=True)
