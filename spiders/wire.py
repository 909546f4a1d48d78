"""What a server may do on an open connection: how long it may be silent, how slow it may be, how long a head may be.

Twisted knows one time for a whole answer. A server that drips one byte a second would hold its place for all of it, and
a head without end would be kept in memory until then (measured: 855 MiB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from twisted.web._newclient import BODY
from twisted.web.http import _DataLoss

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web.iweb import IResponse

HEAD_SECONDS = 15.0  # from the request to the end of the head
RATE_SECONDS = 10.0
RATE_BYTES = 10 * 1024  # in that time: a kibibyte a second
HEAD_BYTES = 256 * 1024  # all headers together, those of "100 Continue" before them included


class SlowError(CancelledError):
    """The server was silent or too slow; the text says how.

    A kind of cancelling: after other ends of a kept connection Twisted asks once more at once.
    """


class LongHeadError(Exception):
    """The head of the answer is longer than may be."""


class WatchedProtocol(_LenientHTTP11ClientProtocol):
    """One connection. What breaks a limit ends it with :class:`SlowError` or :class:`LongHeadError`."""

    _watch: Any = None
    _head_bytes = 0
    _window = 0

    def request(self, request: Any) -> Deferred[IResponse]:
        """Send a request and begin to watch."""
        self._head_bytes = self._window = 0
        self._look_after(HEAD_SECONDS)
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        """Pass data on, and count it."""
        in_body = self._is_in_body()
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is None:
            return
        if in_body:
            self._window += len(data)
            return
        self._head_bytes += len(data)
        if self._is_in_body():
            self._look_after(RATE_SECONDS)
            self._window = len(data)
        elif self._head_bytes > HEAD_BYTES:
            self._break_off(LongHeadError(f"headers of more than {HEAD_BYTES // 1024} KiB"))

    def _is_in_body(self) -> bool:
        return self._parser is not None and self._parser.state == BODY

    def _look_after(self, seconds: float) -> None:
        from twisted.internet import reactor  # noqa: PLC0415  # importing it earlier would install the wrong reactor

        self._look_no_more()
        timed: Any = reactor
        self._watch = timed.callLater(seconds, self._look)

    def _look_no_more(self) -> None:
        if self._watch is not None and self._watch.active():
            self._watch.cancel()
        self._watch = None

    def _look(self) -> None:
        if self._parser is None:
            return
        if not self._is_in_body():
            self._break_off(SlowError(f"no answer within {HEAD_SECONDS:g} s"))
        elif self._window < RATE_BYTES:
            self._break_off(SlowError(f"{self._window} bytes in {RATE_SECONDS:g} s"))
        else:
            self._window = 0
            self._look_after(RATE_SECONDS)

    def _break_off(self, error: Exception) -> None:
        self._mark_as_cut()
        self.transport.abortConnection()  # type: ignore[union-attr]
        self._giveUp(Failure(error))  # type: ignore[no-untyped-call]

    def _mark_as_cut(self) -> None:
        """A body without a declared length is over when the connection is; not when it broke."""
        if self._is_in_body() and self._parser is not None:
            self._parser.bodyDecoder = _Cut()  # type: ignore[assignment]

    def _disconnectParser(self, reason: Failure) -> None:  # noqa: N802  # Twisted's name
        self._look_no_more()
        super()._disconnectParser(reason)  # type: ignore[no-untyped-call]

    def _finishResponse_WAITING(self, rest: bytes) -> None:  # noqa: N802  # Twisted's name
        """Never use a connection again on which more came than was asked for, or whose framing was ambiguous.

        RFC 9112, 6.3: a length beside a transfer encoding ought to be handled as an error, and the connection closed.
        """
        headers = self._parser.connHeaders if self._parser is not None else None
        doubtful = (
            headers is not None and headers.hasHeader("Transfer-Encoding") and headers.hasHeader("Content-Length")
        )
        if (rest or doubtful) and self._currentRequest is not None:
            self._currentRequest.persistent = False
        super()._finishResponse_WAITING(rest)

    _finishResponse_TRANSMITTING = _finishResponse_WAITING  # noqa: N815  # Twisted's name

    def _connectionLost_WAITING(self, reason: Failure) -> None:  # noqa: N802  # Twisted's name
        if not isinstance(reason.value, ConnectionDone):
            self._mark_as_cut()
        super()._connectionLost_WAITING(reason)  # type: ignore[no-untyped-call]

    def _connectionLost_TRANSMITTING(self, reason: Failure) -> None:  # noqa: N802  # Twisted's name
        self._look_no_more()
        super()._connectionLost_TRANSMITTING(reason)  # type: ignore[no-untyped-call]


class WatchedFactory(Factory):
    """What the connection pool makes its connections with."""

    noisy = False

    def __init__(self, quiescent: Callable[[Any], None], metadata: str) -> None:
        self._quiescent = quiescent
        self._metadata = metadata

    def buildProtocol(self, addr: IAddress | None) -> WatchedProtocol:  # noqa: ARG002, N802  # Twisted's names
        """A connection that is watched."""
        return WatchedProtocol(self._quiescent)  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return f"WatchedFactory({self._metadata})"


class _Cut:
    """Stands for the reader of a body that was cut off."""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        """Nothing is read any more."""

    def noMoreData(self) -> None:  # noqa: N802  # Twisted's name
        """The end came too early."""
        raise _DataLoss
