"""``extract_many``: pages through ``extract`` in worker processes; a page that kills one costs itself only."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from pipeline.article import Extraction, Metadata, Reject
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.run.supervisor import Supervisor
from pipeline.run.worker import Lost, Request
from pipeline.run.worker_process import Limits

TASK = "pipeline.flow:extract"
_HEAD = ("url", "content_type", "fetched_at", "http_status", "headers", "warc_file", "warc_offset", "warc_length")


def extract_many(
    pages: Iterable[Page],
    profiles: Mapping[str, SiteProfile] | None = None,
    workers: int | None = None,
    *,
    limits: Limits | None = None,
    task: str = TASK,
    mask: Sequence[str] = (),
) -> Generator[Extraction, None, None]:
    """One extraction a page, in the order of the pages, made in isolated worker processes.

    A page that takes more than its time or memory, or kills its worker, yields a ``Reject`` with the outcome
    ``quarantined.timeout``, ``.memory``, ``.crash``, ``.limit`` or ``.error``; the others are not touched.
    ``pages`` is read a bounded way ahead.

    Args:
        pages: any number of pages.
        profiles: what is known of sites, by registrable domain.
        workers: how many processes; as many as there are cores when None.
        limits: what one page may cost.
        task: the function that the workers call, ``module:function``, with a page and a profile or None.
        mask: kinds of personal data to mask; handed to the task as its third argument when there are any.

    Raises:
        WorkerError: the workers cannot be started.
    """
    in_work: deque[Page] = deque()
    masked = (tuple(mask),) if mask else ()

    def requests() -> Iterator[Request]:
        for page in pages:
            in_work.append(page)
            fields = {name: getattr(page, name) for name in _HEAD}
            yield Request(pickle.dumps((fields, profile_of(page.url, profiles), *masked), protocol=5), page.body)

    with Supervisor(task, workers or cores(), limits) as supervisor:
        for answer in supervisor.map(requests()):
            page = in_work.popleft()
            if isinstance(answer, Lost):
                yield quarantined(page, answer)
            else:
                extraction: Extraction = pickle.loads(answer.payload)  # noqa: S301  (from our own process)
                yield extraction


def quarantined(page: Page, lost: Lost) -> Extraction:
    """The extraction of a page that gave nothing."""
    return Extraction(
        article=Reject(page.url, lost.outcome, lost.detail, Metadata()),
        removals=(),
        text="",
        verdicts=(),
        block_texts=(),
        page_digest=hashlib.sha256(page.body).hexdigest(),
        encoding="",
    )


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def profile_of(url: str, profiles: Mapping[str, SiteProfile] | None) -> SiteProfile | None:
    """The profile whose site the address lies in.

    >>> profile_of("https://www.example.org/a", {"example.org": SiteProfile("example.org", "1")})
    SiteProfile(site='example.org', version='1', repeated=frozenset())
    """
    if not profiles:
        return None
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    labels = host.split(".")
    names = (".".join(labels[place:]) for place in range(len(labels)))
    return next((profiles[name] for name in names if name in profiles), None)
