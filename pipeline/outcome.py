"""The fate of an address in a run: exactly one outcome each, from a closed list."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """How far an address came in a run."""

    OPEN = "open"
    FETCH = "fetch"
    EXTRACT = "extract"


class Outcome(StrEnum):
    """What became of an address. An address has in a run the outcome of the last stage that it reached."""

    PENDING = "pending"

    NOT_MODIFIED = "not_modified"
    REDIRECTED = "redirected"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    PROTOCOL_ERROR = "protocol_error"
    DNS_ERROR = "dns_error"
    TLS_ERROR = "tls_error"
    REDIRECT_LIMIT = "redirect_limit"
    TRAP_LIMIT = "trap_limit"
    NOT_HTML = "not_html"
    BLOCKED_ROBOTS = "blocked.robots"
    BLOCKED_ROBOTS_UNREACHABLE = "blocked.robots_unreachable"
    BLOCKED_CRAWL_DELAY = "blocked.crawl_delay"
    BLOCKED_ADDRESS = "blocked.address"
    BLOCKED_SCHEME = "blocked.scheme"
    BLOCKED_PORT = "blocked.port"
    BLOCKED_OPTOUT = "blocked.optout"

    DISCOVERY = "discovery"
    LISTING = "listing"
    ARTICLE = "article"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECT_EMPTY = "reject.empty"
    REJECT_NEEDS_JAVASCRIPT = "reject.needs_javascript"
    REJECT_CONSENT_WALL = "reject.consent_wall"
    REJECT_BOT_WALL = "reject.bot_wall"
    REJECT_SOFT_404 = "reject.soft_404"
    REJECT_PAGE_TYPE = "reject.page_type"
    QUARANTINED_TIMEOUT = "quarantined.timeout"
    QUARANTINED_MEMORY = "quarantined.memory"
    QUARANTINED_CRASH = "quarantined.crash"
    QUARANTINED_LIMIT = "quarantined.limit"
    QUARANTINED_ERROR = "quarantined.error"

    @property
    def stage(self) -> Stage:
        """The stage that this outcome closes.

        >>> Outcome.BLOCKED_ROBOTS.stage, Outcome.ARTICLE.stage, Outcome.PENDING.stage
        (<Stage.FETCH: 'fetch'>, <Stage.EXTRACT: 'extract'>, <Stage.OPEN: 'open'>)
        """
        if self is Outcome.PENDING:
            return Stage.OPEN
        return Stage.EXTRACT if self in EXTRACT_OUTCOMES else Stage.FETCH

    @property
    def failed(self) -> bool:
        """Counts towards ``max_failed``: the address should have given something and did not.

        A robots rule or an opt-out is not a failure, nor is a page that is gone or simply no article.
        """
        return self in FAILED_OUTCOMES

    @property
    def quarantined(self) -> bool:
        """The page is kept but could not be read within the limits."""
        return self.value.startswith("quarantined.")


EXTRACT_OUTCOMES = frozenset(
    outcome
    for outcome in Outcome
    if outcome.value.startswith(("reject.", "quarantined."))
    or outcome in {Outcome.DISCOVERY, Outcome.LISTING, Outcome.ARTICLE, Outcome.UNCHANGED, Outcome.DUPLICATE}
)

FAILED_OUTCOMES = frozenset(
    {
        Outcome.HTTP_ERROR,
        Outcome.RATE_LIMITED,
        Outcome.TIMEOUT,
        Outcome.TRUNCATED,
        Outcome.TOO_LARGE,
        Outcome.BOMB,
        Outcome.PROTOCOL_ERROR,
        Outcome.DNS_ERROR,
        Outcome.TLS_ERROR,
        Outcome.REDIRECT_LIMIT,
        Outcome.BLOCKED_ROBOTS_UNREACHABLE,
    }
)
