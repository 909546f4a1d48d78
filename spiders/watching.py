"""A crawl watched while it runs: progress lines, the run's statistics, and a file for Prometheus.

Connected to Scrapy's signals, so that nothing of the crawl waits for it or knows of it.
"""

from __future__ import annotations

import json
import logging
import math
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import signals
from twisted.internet import task

from pipeline.store.durable import WORKING_PREFIX
from pipeline.store.layout import DataDir
from spiders.figures import Figures, Hosts, Snapshot
from spiders.groups import Turn
from spiders.log_lines import EVENT
from spiders.metrics import metrics_text

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from spiders.crawl import Crawl

logger = logging.getLogger("spiders.answers")

STATISTICS, LOG = "crawl.json", "crawl.jsonl"
SECONDS = 1.0
FILES_EVERY = 5  # seconds between two writings of the files


class Watch:
    """Counts answers and tells of them; ``progress`` asks for a line a second on standard error."""

    def __init__(self, crawl: Crawl, *, progress: bool) -> None:
        self._crawl = crawl
        self._progress = progress
        self._figures = Figures(crawl.clock())
        self._started = crawl.wall()
        self._ticks = 0
        self._spider: Any = None
        self._loop = task.LoopingCall(self._tick)
        self._folder = DataDir(crawl.job.data_dir).runs / crawl.run_id
        self._refused: set[Path] = set()

    def connect(self, hub: Any) -> None:
        """Listen to a crawler's signals."""
        hub.connect(self._answered, signals.response_received, weak=False)
        hub.connect(self._opened, signals.spider_opened, weak=False)
        hub.connect(self._begin, signals.engine_started, weak=False)
        hub.connect(self._end, signals.engine_stopped, weak=False)

    def snapshot(self, *, finished: bool = False) -> Snapshot:
        """The crawl as it stands."""
        crawl, now = self._crawl, self._crawl.clock()
        groups = self._spider.frontier.groups() if hasattr(self._spider, "frontier") else []
        outcomes, archived = crawl.ledger.tally()
        sameness = self._spider.frontier.decisions.sameness if groups else None
        return Snapshot(
            job=crawl.job.job.name,
            run_id=crawl.run_id,
            started_at=round(self._started, 3),
            now=round(crawl.wall(), 3),
            finished=finished,
            seconds=now - self._figures.begun,
            rate=self._figures.rate(now),
            outcomes=outcomes,
            archived=archived,
            hosts=_hosts(groups, now, self._figures.begun),
            figures=self._figures,
            memory_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            traps=sameness.traps() if sameness is not None else {},
        )

    def _opened(self, spider: Any) -> None:
        self._spider = spider

    def _answered(self, response: Response, request: Request) -> None:
        visit = request.meta.get("visit")
        kind = visit.kind if visit is not None else "robots" if "robots" in request.meta else "rights"
        size, latency = len(response.body), request.meta.get("download_latency", 0.0)
        self._figures.answered(self._crawl.clock(), kind, response.status, size, latency)
        event = {"event": "answer", "url": response.url, "kind": kind, "status": response.status, "bytes": size,
                 "seconds": round(latency, 4)}  # fmt: skip
        logger.info("answer", extra={EVENT: event})

    def _begin(self) -> None:
        self._loop.start(SECONDS)  # its result must not be given back: Scrapy would wait for the end of it

    def _end(self) -> None:
        if self._loop.running:
            self._loop.stop()
            self._tell(self.snapshot(finished=True), files=True)

    def _tick(self) -> None:
        self._ticks += 1
        files = self._ticks % FILES_EVERY == 1
        if files or self._progress:
            self._tell(self.snapshot(), files=files)

    def _tell(self, now: Snapshot, *, files: bool) -> None:
        if self._progress:
            hosts = now.hosts
            line = {
                "done": now.done, "known": now.known, "outcomes": dict(now.outcomes), "hosts": hosts.asked,
                "waiting": hosts.waiting, "rate": round(now.rate, 2), "oldest_wait": round(hosts.oldest_wait, 1),
            }  # fmt: skip
            print(json.dumps(line), file=sys.stderr, flush=True)
        if files:
            self._write(self._folder / STATISTICS, json.dumps(now.as_dict(), indent=1) + "\n")
            if self._crawl.job.metrics_file is not None:
                self._write(self._crawl.job.metrics_file, metrics_text(now))

    def _write(self, path: Path, text: str) -> None:
        """A crawl does not end because nobody can watch it: a full disk stops it at its next page anyway."""
        try:
            _swap(path, text)
        except OSError as error:
            if path not in self._refused:
                logger.warning("%s cannot be written: %s", path, error)
            self._refused.add(path)


def _swap(path: Path, text: str) -> None:
    """Written aside and renamed, so that a reader sees it whole; not synced, since the next one comes in seconds."""
    working = path.with_name(f"{WORKING_PREFIX}{path.name}.{os.getpid()}")
    working.parent.mkdir(parents=True, exist_ok=True)
    try:
        working.write_text(text, encoding="utf-8")
        working.replace(path)
    except OSError:
        working.unlink(missing_ok=True)
        raise


def _hosts(groups: list[Any], now: float, begun: float) -> Hosts:
    states = [group.turn for group in groups]
    with_work = [group for group in groups if group.turn in {Turn.READY, Turn.WAITING}]
    waits = [now - (group.pace.ended_at if math.isfinite(group.pace.ended_at) else begun) for group in with_work]
    return Hosts(
        asked=sum(math.isfinite(group.pace.ended_at) for group in groups),
        ready=states.count(Turn.READY) + states.count(Turn.BUSY),
        waiting=states.count(Turn.WAITING),
        left_alone=states.count(Turn.OVER),
        oldest_wait=max(waits, default=0.0),
    )
