"""The parts of rendered pages, without a browser: what is asked once, in turn, and no longer than the page lasts."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from scrapy.http import Response

from pipeline.store.ledger import Visit
from spiders import browser
from spiders.browser import Browser, Job, Part
from spiders.reading import Answer
from spiders.rendering import Rendering

HOST = "a.example"
VISIT = cast("Visit", type("PageVisit", (), {"host": HOST, "url": f"http://{HOST}/", "group": HOST}))
SHELL = Answer(f"http://{HOST}/", 200, (("Content-Type", "text/html"),), b"<p>shell")
LIB = f"http://{HOST}/lib.js"


class Slow(Rendering):
    """Each part takes a while; what was asked and what has ended is written down."""

    def __init__(self) -> None:
        super().__init__(cast("Any", type("Spider", (), {"user_agent": "x"})), cast("Any", None))
        self.asked: list[str] = []
        self.ended: list[str] = []

    async def _may_ask(self, *_: Any) -> bool:
        return True

    async def _fetched(self, visit: Visit, url: str, address: Any) -> Response | None:
        self.asked.append(url)
        await asyncio.sleep(0.05)
        self.ended.append(url)
        return Response(url, headers={"Content-Type": "text/javascript"}, body=b"1;")


def render(page: Slow, urls: list[str], *, wait: bool) -> list[Part | None]:
    """A page that asks for all of them at once, and waits for them or is done after the first was asked."""
    found: list[Part | None] = []

    async def rendered(job: Job) -> str:
        parts = asyncio.gather(*(job.take("GET", url, "script") for url in urls))
        if wait:
            found.extend(await parts)
        else:
            while not page.asked:
                await asyncio.sleep(0)
            left.append(parts)
        return "<p>done"

    async def run() -> None:
        assert await page.render(VISIT, SHELL, b"<p>shell") == b"<p>done"
        assert page.ended == page.asked, "nothing is under way when the host's pause begins"
        for parts in left:
            found.extend(await parts)

    left: list[asyncio.Future[list[Part | None]]] = []
    page._browser.render = rendered  # type: ignore[method-assign]
    asyncio.run(run())
    return found


def test_a_script_that_two_ask_for_at_once_is_fetched_once() -> None:
    page = Slow()
    assert render(page, [LIB, LIB], wait=True) == [Part(200, "text/javascript", b"1;")] * 2
    assert page.asked == [LIB]


def test_what_waits_when_the_page_is_over_is_not_asked() -> None:
    page = Slow()
    first, *rest = render(page, [LIB, f"{LIB}?2", f"{LIB}?3"], wait=False)
    assert (first is not None, rest, page.asked) == (True, [None, None], [LIB])


def test_the_time_of_a_page_begins_with_its_turn() -> None:
    running: list[int] = []

    class Counting(Browser):
        now = 0

        async def _in_time(self, job: Job) -> str:
            self.now += 1
            running.append(self.now)
            await asyncio.sleep(0)
            self.now -= 1
            return job.url

    async def all_at_once() -> list[str]:
        one = Counting(cast("Any", None), "x")
        jobs = [Job(str(number), browser.STAY, cast("Any", None)) for number in range(8)]
        return await asyncio.gather(*map(one.render, jobs))

    assert asyncio.run(all_at_once()) == [str(number) for number in range(8)]
    assert max(running) == browser.MOST_AT_ONCE
