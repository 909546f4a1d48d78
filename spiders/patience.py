"""A crawl that was told to stop waits for the answers under way, but not for ever.

Scrapy waits for all of them, and a server that sends a byte now and then has 30 s: with what comes before and after, a
stop would take longer than the 30 s that are promised. So what has not come in time is given up. It was not committed,
and the next run asks for it again, as after a kill.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrapy import signals
from twisted.internet import task

if TYPE_CHECKING:
    from spiders.crawl import Crawl

logger = logging.getLogger(__name__)

SECONDS = 15.0


class Patience:
    """Looks once a second whether the crawl has been closing for ``SECONDS``; then ends it."""

    def __init__(self, crawl: Crawl, crawler: Any) -> None:
        self._crawl = crawl
        self._crawler = crawler
        self._closing_since: float | None = None
        self._loop = task.LoopingCall(self._look)

    def connect(self) -> None:
        """Begin with the engine, end with it."""
        self._crawler.signals.connect(self._begin, signals.engine_started, weak=False)
        self._crawler.signals.connect(self._end, signals.engine_stopped, weak=False)

    def _begin(self) -> None:
        self._loop.start(1.0)  # its result must not be given back: Scrapy would wait for the end of it

    def _end(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def _look(self) -> None:
        slot = self._crawler.engine._slot  # noqa: SLF001  # there is no public way to ask
        if slot is None or slot.closing is None:
            return
        now = self._crawl.clock()
        self._closing_since = self._closing_since or now
        if now - self._closing_since >= SECONDS:
            self._end()
            self._give_up()

    def _give_up(self) -> None:
        loop: Any = import_module("twisted.internet.reactor")  # installed by Scrapy when the crawl begins
        logger.warning("answers that did not come within %g s are given up", SECONDS)
        if self._crawl.fatal is None:
            with self._crawler.spider.fatal_errors():
                self._crawl.archive.commit()
        loop.stop()
