"""The browser: scrapy-playwright with the system's Chromium, cut off from every network.

Chromium dials nothing here. It is started with a proxy that does not exist and with no name that resolves, and every
request of a page is taken from it and answered from outside (``rendering``): through the handler of all requests, with
its guard, limits and time-outs, or not at all. What is not taken (web sockets, WebRTC, prefetching) ends at the proxy
that is not there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from scrapy import Request

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RENDER_SECONDS = 40.0
MOST_AT_ONCE = 2  # pages: one of a heavy site takes some hundred MB
CLOSE_SECONDS = 10.0
QUIET_SECONDS = 5.0  # what is waited for scripts that go on asking, once the page stands
NO_PROXY = "http://nowhere.invalid:9"  # a name that can never resolve (RFC 6761)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    f"--proxy-server={NO_PROXY}",
    "--proxy-bypass-list=<-loopback>",  # or what lies on this machine would be dialled past the proxy
)


class BrowserError(Exception):
    """A page could not be rendered; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a page's request is answered with. ``body`` is decoded."""

    status: int
    content_type: str
    body: bytes


STAY = Part(204, "text/html", b"")
"""Answers who wants to leave the page: it stays as it is. Were that refused, an error page would stand in its place."""

Take = Callable[[str, str, str], Awaitable[Part | None]]
"""Method, address and kind of a page's request to what it is answered with; None refuses it."""


@dataclass(slots=True)
class Job:
    """One page to be rendered."""

    url: str
    page: Part
    take: Take
    served: bool = field(default=False, init=False)


def missing() -> str:
    """What is not there of what rendering needs, and how to get it; empty when all is there."""
    if find_spec("scrapy_playwright") is None:
        return 'the extra is not installed; install it with: pip install "broadsheet[browser]"'
    if executable() is None:
        return "there is no Chromium on this machine; on Debian and Ubuntu: apt install chromium"
    return ""


def executable() -> str | None:
    """The system's Chromium; none is ever downloaded."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def settings() -> dict[str, Any]:
    """Scrapy settings for scrapy-playwright."""
    return {
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": executable(),
            "args": list(_ARGUMENTS),
            "headless": True,
            # Nothing of ours in the environment of a process that runs the web's programs.
            "env": {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ},
        },
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": RENDER_SECONDS * 1_000,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
    }


class Browser:
    """Renders pages; started with the first. Each page has a context of its own: no cookies, storage or cache."""

    def __init__(self, crawler: Crawler, user_agent: str) -> None:
        self._crawler = crawler
        self._user_agent = user_agent
        self._handler: Any = None
        self._starting = asyncio.Lock()
        # Ours and not the handler's: a page's time begins with its turn, and what is broken off gives its place back.
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._jobs: dict[str, Job] = {}
        self._count = 0

    async def render(self, job: Job) -> str:
        """The document as it stands when its scripts have come to rest; raises :class:`BrowserError`."""
        async with self._room:
            return await self._in_time(job)

    async def _in_time(self, job: Job) -> str:
        from playwright.async_api import Error  # noqa: PLC0415  # an extra: only there for those who render

        self._count += 1
        name = f"page-{self._count}"
        self._jobs[name] = job
        try:
            return await asyncio.wait_for(self._rendered(name, job), RENDER_SECONDS)
        except TimeoutError:
            raise BrowserError(f"not at rest within {RENDER_SECONDS:g} s") from None
        except Error as error:
            raise BrowserError(str(error).partition("\n")[0][:200]) from None
        finally:
            del self._jobs[name]
            await self._forget(name)

    async def close(self) -> None:
        """End the browser, if there is one."""
        if self._handler is not None:
            await self._handler.close()

    async def _rendered(self, name: str, job: Job) -> str:
        from scrapy_playwright.page import PageMethod  # noqa: PLC0415

        handler = await self._started()
        context = {
            "user_agent": self._user_agent, "service_workers": "block", "accept_downloads": False,
            "permissions": [], "locale": "en", "timezone_id": "UTC",
        }  # fmt: skip
        meta = {
            "playwright": True, "playwright_context": name, "playwright_context_kwargs": context,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
            "playwright_page_methods": [PageMethod(_come_to_rest)],
        }  # fmt: skip
        response = await handler.download_request(Request(job.url, meta=meta, dont_filter=True))
        text: str = response.text
        return text

    async def _started(self) -> Any:
        async with self._starting:
            if self._handler is None:
                handler = _handler_class()(self._crawler)
                handler.jobs = self._jobs
                await handler._launch()  # noqa: SLF001  # it listens for the start of the engine, which was long ago
                self._handler = handler
        return self._handler

    async def _forget(self, name: str) -> None:
        """Close the page's context; a browser that has died has none, and one that hangs is not waited for."""
        from playwright.async_api import Error  # noqa: PLC0415

        wrapper = self._handler.context_wrappers.get(name) if self._handler is not None else None
        if wrapper is not None:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(wrapper.context.close(), CLOSE_SECONDS)


def _handler_class() -> Any:
    """Scrapy-playwright's handler, but that a page's requests never reach the network by themselves."""
    from playwright.async_api import Error  # noqa: PLC0415
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # noqa: PLC0415

    class CutOffHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
        jobs: dict[str, Job]

        def _make_request_handler(self, context_name: str, **_: Any) -> Callable[[Any, Any], Awaitable[None]]:
            async def answer(route: Any, request: Any) -> None:
                job = self.jobs.get(context_name)
                try:
                    part = await _part(job, request) if job is not None else None
                    if part is None:
                        await route.abort("blockedbyclient")
                        return
                    headers = {"content-type": part.content_type, "access-control-allow-origin": "*"}
                    await route.fulfill(status=part.status, headers=headers, body=part.body)
                except Error:
                    return  # the page has been closed meanwhile

            return answer

    return CutOffHandler


async def _part(job: Job, request: Any) -> Part | None:
    """The page itself, once, as it came before; everything else is asked for, or refused."""
    if request.is_navigation_request():
        if job.served or request.frame.parent_frame is not None:
            return STAY  # a script leads elsewhere, or a frame wants another document
        job.served = True
        return job.page
    return await job.take(request.method, request.url, request.resource_type)


async def _come_to_rest(page: Any) -> None:
    """Wait until the page asks for nothing any more, but not for ever."""
    from playwright.async_api import TimeoutError as NotYetError  # noqa: PLC0415

    try:
        await page.wait_for_load_state("networkidle", timeout=QUIET_SECONDS * 1_000)
    except NotYetError:
        return
