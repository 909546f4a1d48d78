"""A page that came whole: what its owner says, the page as its scripts leave it, the archive, its links."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.extraction.links import PageLinks
from pipeline.outcome import Outcome
from pipeline.store.ledger import Visit
from pipeline.told import OptOut, Told, to_text
from spiders.addresses import read_address
from spiders.following import head_told, variants
from spiders.opt_out import PageWords, read_opt_out
from spiders.reading import Answer, Fate
from spiders.sameness import MOST_EQUAL

if TYPE_CHECKING:
    from spiders.article_spider import ArticleSpider


class Pages:
    """Hands pages on to the build, or closes them where their owners opted out and the job obeys."""

    def __init__(self, spider: ArticleSpider) -> None:
        self._spider = spider
        self._crawl = spider.crawl

    async def settle(self, visit: Visit, answer: Answer, body: bytes) -> None:
        """Archive the page, tell the ledger, enter the addresses that it names."""
        spider = self._spider
        links = await spider.following.read_page(answer, body)
        opt_out = self._opt_out(visit, answer, body, links)
        if spider.skips(visit) and opt_out.refused:
            self._refuse(visit, answer, opt_out)
            rendered: bytes | str = ""
        else:
            rendered = await spider.rendering.render(visit, answer, body) if self.renders(visit) else ""
            if isinstance(rendered, bytes):
                links = await spider.following.read_page(replace(answer, headers=HTML), rendered)
                opt_out = _stricter(opt_out, self._opt_out(visit, replace(answer, headers=()), rendered, links))
            self._keep(visit, answer, (body, rendered), opt_out, links)
        seen = rendered if isinstance(rendered, bytes) else body
        if not isinstance(links, str) and self._is_worth_following(visit, seen):
            spider.following.enter_canonical(visit, links)
            spider.following.enter_links(visit, links, follow=opt_out.follows)

    def renders(self, visit: Visit) -> bool:
        """Whether the job wants the pages of that site rendered."""
        return visit.kind == "page" and self._crawl.admission.seeds[visit.seed].site.browser

    def _keep(
        self, visit: Visit, answer: Answer, bodies: tuple[bytes, bytes | str], opt_out: OptOut, links: PageLinks | str
    ) -> None:
        body, rendered = bodies
        if self._spider.skips(visit) and opt_out.refused:  # a script has said so
            self._refuse(visit, answer, opt_out)
            return
        said = [opt_out.said, *([links] if isinstance(links, str) else head_told(links))]
        if isinstance(rendered, str):
            said.append(rendered)
        detail = "; ".join(filter(None, said))
        versions = () if isinstance(links, str) else variants(links)
        self._crawl.ledger.tell(visit.run_id, visit.address_id, to_text(Told(opt_out, versions)))
        self._spider.hand_on(visit, answer, body, detail, rendered if isinstance(rendered, bytes) else None)

    def _refuse(self, visit: Visit, answer: Answer, opt_out: OptOut) -> None:
        self._crawl.ledger.tell(visit.run_id, visit.address_id, to_text(Told(opt_out)))
        fetch = self._crawl.archive.note(answer.url, answer.status)
        self._spider.close_visit(visit, Fate(Outcome.BLOCKED_OPTOUT, opt_out.said), fetch)

    def _opt_out(self, visit: Visit, answer: Answer, body: bytes, links: PageLinks | str) -> OptOut:
        words = "" if isinstance(links, str) else links.robots
        site_says = self._spider.frontier.decisions.rights.say_of(read_address(visit.url))
        page = PageWords(answer.headers, words, body)
        return read_opt_out(page, self._crawl.job.job.agent, datetime.now(UTC), site_says)

    def _is_worth_following(self, visit: Visit, body: bytes) -> bool:
        """Not when its text has come under so many addresses of the host that its links will bring it again."""
        address = read_address(visit.url)
        return address is None or self._spider.frontier.decisions.sameness.came(address, body) <= MOST_EQUAL


HTML = (("Content-Type", "text/html; charset=utf-8"),)


def _stricter(sent: OptOut, rendered: OptOut) -> OptOut:
    """What the page said as it was sent holds on when a script takes it away.

    >>> _stricter(OptOut(True, ("noindex",)), OptOut(False, ("nofollow",)))
    OptOut(refused=True, directives=('nofollow', 'noindex'), tdm_reserved=None, tdm_policy=None, train_ai=None, \
ai_txt=None, signals=())
    """
    return replace(
        sent,
        refused=sent.refused or rendered.refused,
        directives=tuple(sorted({*sent.directives, *rendered.directives})),
        signals=tuple(dict.fromkeys((*sent.signals, *rendered.signals))),
    )
