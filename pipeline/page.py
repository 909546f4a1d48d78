"""A fetched page: the one input of the whole flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes with an address and a time.

    ``body`` is the decoded HTTP body (no content or transfer encoding left), exactly as archived.
    ``fetched_at`` is the page's own *now*: dates on the page are judged against it, so that a rebuild
    in five years gives the same rows. It must be aware; a naive time is refused with ``ValueError``.

    ``headers`` are the response headers in the order received, names as sent. ``warc_file`` (name
    relative to ``data/raw``), ``warc_offset`` and ``warc_length`` (bytes) say where the raw record lies,
    when it lies anywhere.
    """

    url: str
    body: bytes
    content_type: str | None = None
    fetched_at: datetime | None = None
    http_status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None

    def __post_init__(self) -> None:
        if self.fetched_at is not None and self.fetched_at.tzinfo is None:
            raise ValueError(f"Page({self.url!r}): fetched_at must carry a time zone, for example datetime.now(UTC)")

    def header(self, name: str) -> str | None:
        """The first header of that name, without regard to case.

        >>> Page("https://example.com/", b"", headers=(("X-Robots-Tag", "noindex"),)).header("x-robots-tag")
        'noindex'
        """
        wanted = name.casefold()
        return next((value for key, value in self.headers if key.casefold() == wanted), None)
