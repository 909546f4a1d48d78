"""What an answer is: its outcome, or a page, sitemap or feed for the archive. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.outcome import Outcome
from spiders.bodies import MAX_DECODED, BodyError, decode_body, looks_like_html
from spiders.discovery import MAX_BYTES
from spiders.partial import MOST_KEPT
from spiders.wire import HEAD_BYTES

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as it came. ``kind`` is what was asked for; ``conditional`` whether we sent validators."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    kind: str = "page"
    conditional: bool = False

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Headers by lower-case name, several of a name joined as RFC 9110 (5.3) allows."""
        found: dict[str, str] = {}
        for name, value in self.headers:
            key = name.lower()
            found[key] = f"{found[key]}, {value}" if key in found else value
        return found

    @property
    def content_type(self) -> str:
        """The declared type, empty when there is none."""
        return self.fields.get("content-type", "")


@dataclass(frozen=True, slots=True)
class Fate:
    """``outcome`` is None when the answer goes on to the build. ``body`` is None when it is not archived.

    It is decoded, or still ``as_sent`` where that could not be done; ``cut`` is the value of ``WARC-Truncated``.
    """

    outcome: Outcome | None
    detail: str = ""
    body: bytes | None = None
    as_sent: bool = False
    cut: str = ""


def judge_answer(answer: Answer) -> Fate:
    """The fate of an answer that is no redirect."""
    status = answer.status
    if not 100 <= status <= 599:
        return Fate(Outcome.PROTOCOL_ERROR, f"status {status}")
    if head_bytes(answer.headers) > HEAD_BYTES:
        return Fate(Outcome.PROTOCOL_ERROR, f"headers of more than {HEAD_BYTES // 1024} KiB")
    if status == 304:
        if answer.conditional:
            return Fate(Outcome.NOT_MODIFIED)
        return Fate(Outcome.PROTOCOL_ERROR, "status 304 without a condition in the request")
    if status >= 300:
        outcome = Outcome.GONE if status in {404, 410} else Outcome.HTTP_ERROR
        return Fate(outcome, f"status {status}", body_of_failure(answer))
    if status == 206:
        said = "a part was sent though the whole was asked for"
        return Fate(Outcome.TRUNCATED, said, answer.body or None, as_sent=True, cut="unspecified")
    limit = MAX_DECODED if answer.kind == "page" else MAX_BYTES
    try:
        body = decode_body(answer.body, answer.fields.get("content-encoding", ""), limit)
    except BodyError as error:
        cut = "disconnect" if error.outcome is Outcome.TRUNCATED else ""
        return Fate(error.outcome, str(error), answer.body, as_sent=True, cut=cut)
    if answer.kind == "page" and body and not looks_like_html(body, answer.content_type):
        return Fate(Outcome.NOT_HTML, answer.content_type[:100] or "no content type", body)
    return Fate(None, "", body)


def too_large(answer: Answer) -> Fate:
    """The fate of an answer that was cut off at the limit: its beginning is archived as it was sent."""
    said = f"more than {len(answer.body) // 1024} KiB"
    return Fate(Outcome.TOO_LARGE, said, answer.body[:MOST_KEPT], as_sent=True, cut="length")


def head_bytes(headers: tuple[tuple[str, str], ...]) -> int:
    """Bytes of the headers as they were sent."""
    return sum(len(name) + len(value) + 4 for name, value in headers)


def as_sent(value: str) -> str:
    """A header value that holds an address: UTF-8 if it can be that, which browsers also take it for.

    >>> as_sent("/caf\u00c3\u00a9"), as_sent("/\u00ff")
    ('/caf\u00e9', '/\u00ff')
    """
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def body_of_failure(answer: Answer) -> bytes | None:
    """The body of an answer that is no page, for the archive; None when it is empty or cannot be decoded."""
    try:
        return decode_body(answer.body, answer.fields.get("content-encoding", "")) or None
    except BodyError:
        return None
