"""Scrapy's settings as one value: what is dangerous or done elsewhere is off, and nothing is left to defaults."""

from __future__ import annotations

from typing import Any

from pipeline.run.job import Job
from spiders import browser
from spiders.bodies import MAX_WIRE
from spiders.requests import SECONDS

MEMORY_MEGABYTES = 1_500


def settings_for(job: Job) -> dict[str, Any]:
    """The settings of a crawl of that job."""
    return {
        "USER_AGENT": job.user_agent,
        "SCHEDULER": "spiders.frontier.Frontier",
        # The guard is the handler: there is no other way out. Everything but http and https has none at all.
        "DOWNLOAD_HANDLERS": {
            "http": "spiders.dialling.GuardedHandler",
            "https": "spiders.dialling.GuardedHandler",
            **dict.fromkeys(("file", "data", "ftp", "s3")),
        },
        # No middleware: robots, redirects, retries, encodings and pauses are done by the frontier and the spider, where
        # each of them ends in an outcome. Scrapy's own drop some addresses without a word.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "ITEM_PIPELINES": {},
        "EXTENSIONS_BASE": {"scrapy.extensions.memusage.MemoryUsage": 0},
        "MEMUSAGE_ENABLED": True,
        "MEMUSAGE_LIMIT_MB": MEMORY_MEGABYTES,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 5.0,
        "CONCURRENT_REQUESTS": job.crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # The spider yields no items; Scrapy makes that many tasks for each answer, and its 100 took a third of the CPU.
        "CONCURRENT_ITEMS": 1,
        "DOWNLOAD_DELAY": 0,  # the frontier keeps the pauses
        "DOWNLOAD_TIMEOUT": SECONDS,
        "DOWNLOAD_MAXSIZE": MAX_WIRE,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "REACTOR_THREADPOOL_MAXSIZE": 20,  # names are resolved in threads
        **dict.fromkeys(_OFF, False),
        **(browser.settings() if any(site.browser for site in job.sites) else {}),
        "LOG_ENABLED": False,  # __main__ sets up logging
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
    }


_OFF = (
    "TELNETCONSOLE_ENABLED",
    "REMOTE_CONTROL_ENABLED",
    "COOKIES_ENABLED",
    "REFERER_ENABLED",
    "HTTPPROXY_ENABLED",
    "REDIRECT_ENABLED",
    "METAREFRESH_ENABLED",
    "RETRY_ENABLED",
    "COMPRESSION_ENABLED",
    "HTTPCACHE_ENABLED",
    "AUTOTHROTTLE_ENABLED",
)
