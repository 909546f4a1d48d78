"""Answers that did not come whole: what came of them, for the archive, with the mark that WARC has for it.

``WARC-Truncated`` (WARC 1.1, 5.13) is "length" where we stopped reading, "time" where the server was too slow and
"disconnect" where the connection broke.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scrapy import Request

from pipeline.outcome import Outcome

MOST_KEPT = 1024 * 1024  # of a body that is too large: enough to see what it is, and no way to fill the archive
READER = "reader"  # under that name the handler leaves its reader of the body in the request's meta
_MARKS = {Outcome.TRUNCATED: "disconnect", Outcome.TIMEOUT: "time", Outcome.TOO_LARGE: "length"}
CODING = "X-Archive-Orig-Content-Encoding"  # as replay tools spell the field of a body that is stored as it was sent


@dataclass(frozen=True, slots=True)
class Partial:
    """Status, headers and the bytes that came, still encoded; ``mark`` is the value of ``WARC-Truncated``."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    mark: str


def partial_of(request: Request, outcome: Outcome) -> Partial | None:
    """What came before a request failed; None when it was nothing."""
    reader: Any = request.meta.pop(READER, None)
    if reader is None or outcome not in _MARKS:
        return None
    body: bytes = reader._bodybuf.getvalue()  # noqa: SLF001  # there is no public way
    answer = reader._txresponse  # noqa: SLF001
    if not body:
        return None
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in answer.headers.getAllRawHeaders()
        for value in values
    )
    return Partial(int(answer.code), as_stored(headers), body, _MARKS[outcome])


def as_stored(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers of a body that is archived as it was sent: the archive leaves out those that speak of its coding.

    >>> as_stored((("Content-Encoding", "br"), ("Server", "x")))
    (('Content-Encoding', 'br'), ('Server', 'x'), ('X-Archive-Orig-Content-Encoding', 'br'))
    """
    return headers + tuple((CODING, value) for name, value in headers if name.lower() == "content-encoding")
