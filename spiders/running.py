"""A crawl from start to end: the parts put together, Scrapy run, the run closed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from pipeline.run.job import Job
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Ledger
from pipeline.store.room import check_room
from pipeline.store.warc import WarcWriter
from spiders.admission import Admission
from spiders.archive import Archive
from spiders.article_spider import ArticleSpider
from spiders.crawl import Crawl
from spiders.guard import Guard
from spiders.log_lines import json_log
from spiders.patience import Patience
from spiders.settings import settings_for
from spiders.watching import LOG, Watch

_CHATTY = ("scrapy", "twisted", "asyncio")


@dataclass(frozen=True, slots=True)
class End:
    """How a crawl ended. ``finished``: nothing was left to ask; ``error``: what broke it off."""

    finished: bool
    faults: int = 0
    error: BaseException | None = None


def run_crawl(
    job: Job, admission: Admission, ledger: Ledger, run_id: str, *, limit: int | None = None, progress: bool = False
) -> End:
    """Crawl until nothing is due or a signal comes; leaves the run resumable or its crawl finished."""
    data = DataDir(job.data_dir)
    with json_log(data.runs / run_id / LOG), WarcWriter(data.raw, run_id) as writer:
        crawl = Crawl(
            job=job,
            run_id=run_id,
            ledger=ledger,
            archive=Archive(writer, ledger, job.crawl.concurrency // 2),
            admission=admission,
            guard=Guard.of(job.crawl.ports, job.crawl.allow_addresses, job.crawl.resolve),
            limit=limit,
        )
        crawl.archive.after_commit.append(lambda: check_room(data.root, job.job.min_free_mb))
        open_visits(crawl)
        reason = _run_scrapy(crawl, progress=progress)
        finished = reason == "finished" and crawl.fatal is None
        if finished:
            ledger.finish_crawl(run_id, datetime.now(UTC))
    return End(finished, crawl.faults, crawl.fatal)


def open_visits(crawl: Crawl) -> None:
    """Make the run know what it has to ask: what an earlier process left, what is due, and the start addresses."""
    ledger, now = crawl.ledger, crawl.wall()
    ledger.release_leased(crawl.run_id)
    ledger.ask_for(crawl.run_id, {key: seed.site.revisit for key, seed in crawl.admission.seeds.items()}, now)
    ledger.open_due(crawl.run_id, sorted(crawl.admission.selected), now)
    crawl.admission.add_landings({key: ledger.landings(key) for key in crawl.admission.seeds})
    for key, seed in crawl.admission.seeds.items():
        if key not in crawl.admission.selected:
            continue
        ledger.add_address(crawl.run_id, crawl.admission.start(seed), now, always=True)
    ledger.commit_group()
    ledger.begin_tally(crawl.run_id)


def _run_scrapy(crawl: Crawl, *, progress: bool) -> str:
    """Run Scrapy until it is done; returns the reason with which the spider was closed."""
    reasons: list[str] = []

    def closed(spider: Any, reason: str) -> None:  # noqa: ARG001  # Scrapy passes it by name
        reasons.append(reason)

    logging.disable(logging.INFO)  # Scrapy sets its loggers to tell everything, and tells its versions at once
    process = AsyncCrawlerProcess(settings_for(crawl.job))
    logging.disable(logging.NOTSET)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
    crawler = process.create_crawler(ArticleSpider)
    crawler.signals.connect(closed, signals.spider_closed)
    Watch(crawl, progress=progress).connect(crawler.signals)
    Patience(crawl, crawler).connect()
    running = process.crawl(crawler, crawl=crawl)
    process.start()
    if running.done() and not running.cancelled():
        running.result()  # raises what went wrong before the spider could be closed
    return reasons[0] if reasons else "killed"
