"""What a failed request is called: Scrapy's, Twisted's and our own exceptions to outcomes."""

from __future__ import annotations

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost, DNSLookupError
from twisted.internet.error import TimeoutError as TwistedTimeoutError
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed

from pipeline.outcome import Outcome
from spiders.guard import BlockedAddressError, BlockedPortError
from spiders.wire import LongHeadError, SlowError

RETRIED = frozenset({Outcome.TIMEOUT, Outcome.TRUNCATED, Outcome.HTTP_ERROR})
UNANSWERED = frozenset({Outcome.TIMEOUT, Outcome.DNS_ERROR})

_NAMES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Outcome, str], ...] = (
    (SlowError, Outcome.TIMEOUT, ""),
    (LongHeadError, Outcome.PROTOCOL_ERROR, ""),
    (BlockedAddressError, Outcome.BLOCKED_ADDRESS, ""),
    (BlockedPortError, Outcome.BLOCKED_PORT, ""),
    (UnsupportedURLSchemeError, Outcome.BLOCKED_SCHEME, ""),
    ((CannotResolveHostError, DNSLookupError), Outcome.DNS_ERROR, "the name does not resolve"),
    ((DownloadTimeoutError, TwistedTimeoutError), Outcome.TIMEOUT, "no whole answer in time"),
    (ResponseDataLossError, Outcome.TRUNCATED, "the body ends early"),
    (DownloadCancelledError, Outcome.TOO_LARGE, "more bytes than may be fetched"),
    (DownloadConnectionRefusedError, Outcome.PROTOCOL_ERROR, "connection refused"),
    ((SSL.Error, VerificationError), Outcome.TLS_ERROR, "no trusted TLS connection"),
)


def outcome_of(error: BaseException) -> tuple[Outcome, str]:
    """The outcome of an address whose request raised ``error``, and what to say of it."""
    causes = _causes(error)
    for kinds, outcome, words in _NAMES:
        for one in causes:
            if isinstance(one, kinds):
                return outcome, words or str(one)
    if isinstance(error, ConnectError):
        return Outcome.PROTOCOL_ERROR, "no connection"
    return Outcome.PROTOCOL_ERROR, f"{type(error).__name__}: {error}"[:200]


def is_passing(error: BaseException) -> bool:
    """Whether the connection failed or broke, so that another try may do better; broken HTTP stays broken."""
    causes = _causes(error)
    if any(isinstance(one, LongHeadError | ParseError) for one in causes):
        return False
    return any(isinstance(one, ConnectError | ConnectionLost | ConnectionDone) for one in causes)


def error_of(failure: Failure) -> BaseException:
    """The exception in a Twisted failure."""
    return failure.value if failure.value is not None else RuntimeError("a failure without an error")


def _causes(error: BaseException) -> list[BaseException]:
    """The error, and what Scrapy and Twisted wrapped in it."""
    found: list[BaseException] = [error]
    for one in found:
        inner: list[BaseException | None] = [one.__cause__]
        if isinstance(one, ResponseFailed):
            inner += [reason.value for reason in one.reasons if isinstance(reason, Failure)]
        found += [item for item in inner if item is not None and item not in found]
        if isinstance(one, DownloadFailedError | ConnectionLost) and len(found) > 20:
            break
    return found
