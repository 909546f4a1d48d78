"""Plain Scrapy with the settings of its project template, for comparison: ``python -m bench.plain_scrapy PLAN OUT``.

Follows links and sitemaps and writes one JSON line for each page that reaches its callback and each request that
reaches its errback. PLAN is JSON: ``start``, ``sitemaps``, ``table`` ("host:port" to "address:port", in place of DNS),
``seconds``, ``settings``. Nothing else of Scrapy is changed, but the template's delay of one second between requests,
which would make any comparison of times one of pauses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

import scrapy
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import SitemapSpider
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.web.client import URI, Agent

TEMPLATE = {"ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0}


class Endpoints:
    """Where names lead: to the table's endpoint, or wherever the system says. No address is refused."""

    def __init__(self, reactor: Any, policy: Any, table: Any) -> None:
        self.reactor, self.policy, self.table = reactor, policy, table

    def endpointForURI(self, uri: URI) -> Any:  # noqa: D102, N802
        host = uri.host.decode("ascii").strip("[]")
        address, port = self.table.get(f"{host}:{uri.port}", f"{host}:{uri.port}").rsplit(":", 1)
        plain = HostnameEndpoint(self.reactor, address.encode(), int(port), timeout=30)
        if uri.scheme == b"http":
            return plain
        return wrapClientTLS(self.policy.creatorForNetloc(uri.host, uri.port), plain)


class MappedAgent(_ScrapyAgent):
    """Asks ``Endpoints``."""

    def _get_agent(self, _request: scrapy.Request, _timeout: float) -> Agent:
        from twisted.internet import reactor  # noqa: PLC0415

        return Agent.usingEndpointFactory(
            reactor, Endpoints(reactor, self._contextFactory, self._crawler.settings["TABLE"]), self._pool
        )


class MappedHandler(HTTP11DownloadHandler):
    """Scrapy's own handler but for where names lead."""

    async def download_request(self, request: scrapy.Request) -> Any:  # noqa: D102
        agent = MappedAgent(
            contextFactory=self._contextFactory, pool=self._pool, maxsize=self._default_maxsize,
            warnsize=self._default_warnsize, fail_on_dataloss=self._fail_on_dataloss, crawler=self._crawler,
        )  # fmt: skip
        return await maybe_deferred_to_future(agent.download_request(request))


class Told:
    """Writes what reaches the spiders."""

    out: IO[str]

    def tell(self, **fields: object) -> None:  # noqa: D102
        self.out.write(json.dumps(fields) + "\n")

    def page(self, response: Any) -> Any:
        """A page came: tell it, follow its links."""
        first = response.request.meta.get("redirect_urls", [response.request.url])[0]
        self.tell(page=response.url, asked=first, bytes=len(response.body))
        if isinstance(response, scrapy.http.HtmlResponse):
            for link in LinkExtractor().extract_links(response):
                yield scrapy.Request(link.url, self.page, errback=self.lost)

    def lost(self, failure: Any) -> None:
        """A request failed."""
        self.tell(lost=failure.request.url, why=type(failure.value).__name__)


class Links(Told, scrapy.Spider):
    """Start pages, and what they link to."""

    name = "links"

    async def start(self) -> AsyncIterator[Any]:  # noqa: D102
        for url in self.urls:  # type: ignore[attr-defined]
            yield scrapy.Request(url, self.page, errback=self.lost)


class Maps(Told, SitemapSpider):
    """Sitemaps, and what they name."""

    name = "maps"

    def parse(self, response: Any, **_: Any) -> Any:  # noqa: D102
        yield from self.page(response)


def main(plan: dict[str, Any], out: IO[str]) -> None:
    Told.out = out
    handler = "bench.plain_scrapy.MappedHandler"
    own = {"DOWNLOAD_HANDLERS": {"http": handler, "https": handler}, "CLOSESPIDER_TIMEOUT": plan["seconds"],
           "LOG_LEVEL": "CRITICAL", "TABLE": plan["table"], "USER_AGENT": "plain (+mailto:me@example.org)"}  # fmt: skip
    process = AsyncCrawlerProcess({**TEMPLATE, **own, **plan.get("settings", {})})
    process.crawl(Links, urls=plan["start"])
    if plan["sitemaps"]:
        process.crawl(Maps, sitemap_urls=plan["sitemaps"])
    process.start()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as lines:
        main(json.loads(Path(sys.argv[1]).read_text()), lines)
