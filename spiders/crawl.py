"""One crawl: what its parts share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from pipeline.run.job import Job
from pipeline.store.ledger import Ledger
from spiders.admission import Admission
from spiders.archive import Archive
from spiders.guard import Guard


@dataclass(slots=True)
class Crawl:
    """``wall`` gives seconds since 1970 (what is remembered between runs), ``clock`` monotonic seconds (pauses).

    ``limit`` is the number of pages that this process may ask for, None for no limit. ``fatal`` holds the error that
    ended the crawl, ``faults`` counts addresses that were lost to a fault of our own.
    """

    job: Job
    run_id: str
    ledger: Ledger
    archive: Archive
    admission: Admission
    guard: Guard
    limit: int | None = None
    wall: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic
    random: Random = field(default_factory=Random)
    fatal: BaseException | None = None
    faults: int = 0
