"""The guard at work: Scrapy's HTTP handler with connections that are resolved, vetted and dialled by us.

Twisted resolves names inside its endpoints, where no one can look between the answer and the dialling. So the
endpoints here are our own: they take the job's table or ask the system's resolver, vet every answer, and dial a vetted
IP address.
The Host header and the name in the TLS greeting stay those of the page's address.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet import defer, threads
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.web.client import URI, Agent
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer  # type: ignore[import-untyped]

from spiders.addresses import read_address
from spiders.guard import BlockedAddressError, Endpoint, Guard
from spiders.partial import READER
from spiders.wire import WatchedFactory

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

CONNECT_SECONDS = 10.0
RESOLVE_SECONDS = 10.0


class GuardedHandler(HTTP11DownloadHandler):
    """The only handler for http and https; the guard is that of the spider's crawl."""

    lazy = True  # made with the first request, when there is a spider

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler.spider is None:
            raise RuntimeError("the handler was made before the spider")
        self._guard: Guard = crawler.spider.crawl.guard  # type: ignore[attr-defined]
        self._pool._factory = WatchedFactory  # type: ignore[assignment]  # noqa: SLF001  # there is no public way

    async def download_request(self, request: Request) -> Response:
        """Fetch one address; raises ``BlockedError`` when it leads to one that must not be dialled."""
        agent = _GuardedScrapyAgent(
            guard=self._guard,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _GuardedScrapyAgent(_ScrapyAgent):
    def __init__(self, *, guard: Guard, **rest: Any) -> None:
        super().__init__(**rest)
        self._guard = guard

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor  # noqa: PLC0415  # importing it earlier would install the wrong reactor

        if request.meta.get("proxy"):
            # The job names a proxy: it is what is dialled, and what must keep out names that lead inside.
            check_proxied(self._guard, request.url)
            return super()._get_agent(request, timeout)
        factory = _GuardedEndpoints(reactor, self._guard, self._contextFactory)
        agent: Agent = Agent.usingEndpointFactory(reactor, factory, self._pool)  # type: ignore[no-untyped-call]
        return agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        """Leave the reader of the body in the request: what came before a failure is archived (see ``partial``)."""
        deliver = txresponse.deliverBody

        def deliver_body(reader: Any) -> None:
            request.meta[READER] = reader
            deliver(reader)

        txresponse.deliverBody = deliver_body
        return super()._cb_bodyready(txresponse, request)


def check_proxied(guard: Guard, url: str) -> None:
    """What can be told without resolving: port and IP address, however written; raises ``BlockedError``."""
    address = read_address(url)
    if address is None:
        raise BlockedAddressError(f"{url[:200]} is no address")
    if guard.fixed_endpoint(address.host, address.port) is not None:
        return
    guard.check_port(address.port)
    host = address.host.strip("[]")
    with suppress(ValueError):  # a name
        guard.vet([(str(ip_address(host)), address.port)])


@implementer(IAgentEndpointFactory)
class _GuardedEndpoints:
    """Makes the endpoint for an address; the connection pool asks only when it has no open connection to that host."""

    def __init__(self, reactor: Any, guard: Guard, policy: Any) -> None:
        self._reactor = reactor
        self._guard = guard
        self._policy = policy

    def endpointForURI(self, uri: URI) -> Any:  # noqa: N802  # Twisted's name
        host = uri.host.decode("ascii").strip("[]")
        plain = GuardedEndpoint(self._reactor, self._guard, host, uri.port)
        if uri.scheme == b"http":
            return plain
        return wrapClientTLS(self._policy.creatorForNetloc(uri.host, uri.port), plain)  # type: ignore[arg-type]


@implementer(IStreamClientEndpoint)
class GuardedEndpoint:
    """One host and port: resolved, vetted and dialled when :meth:`connect` is called, not before."""

    def __init__(self, reactor: Any, guard: Guard, host: str, port: int) -> None:
        self._reactor = reactor
        self._guard = guard
        self._host = host
        self._port = port

    def connect(self, protocol_factory: IProtocolFactory) -> defer.Deferred[IProtocol]:
        """A connection to a vetted address; fails with ``BlockedError``, ``DNSLookupError`` or a connection error."""
        return defer.Deferred.fromCoroutine(self._connect(protocol_factory))

    async def _connect(self, protocol_factory: IProtocolFactory) -> IProtocol:
        endpoints = self._guard.vet(await self._resolve())
        for address, port in endpoints[:-1]:
            try:
                return await self._dial(address, port, protocol_factory)
            except (OSError, ConnectError):  # Twisted's own are no OSError
                continue  # the next answer of the same name
        return await self._dial(*endpoints[-1], protocol_factory)

    def _dial(self, address: str, port: int, protocol_factory: IProtocolFactory) -> defer.Deferred[IProtocol]:
        kind = TCP6ClientEndpoint if ":" in address else TCP4ClientEndpoint
        return kind(self._reactor, address, port, timeout=CONNECT_SECONDS).connect(protocol_factory)

    async def _resolve(self) -> list[Endpoint]:
        fixed = self._guard.fixed_endpoint(self._host, self._port)
        if fixed is not None:
            return [fixed]
        self._guard.check_port(self._port)
        return await look_up(self._host, self._port)


async def look_up(host: str, port: int) -> list[Endpoint]:
    """All that the system's resolver says of a name, each once; raises ``DNSLookupError``."""
    from twisted.internet import reactor  # noqa: PLC0415  # importing it earlier would install the wrong reactor

    asking = threads.deferToThread(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    clock: Any = reactor
    asking.addTimeout(RESOLVE_SECONDS, clock)
    try:
        answers = await asking
    except (OSError, UnicodeError, defer.TimeoutError) as error:
        raise DNSLookupError(f"{host}: {error}") from None
    return list(dict.fromkeys((str(answer[4][0]), port) for answer in answers))
