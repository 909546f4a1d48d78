"""Redirects: where an answer sends us, how often, and what is remembered of moves for good.

A 301 or 308 is believed for a month: the next run asks the new address at once, by its own due time and by the robots
rules of its own host. When that gives no page, the old address is asked again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.outcome import Outcome
from pipeline.store.ledger import Fetch, NewAddress, Visit
from pipeline.store.visits import NOT_FETCHED
from spiders.addresses import read_address, resolved
from spiders.reading import Answer, Fate, as_sent

if TYPE_CHECKING:
    from spiders.article_spider import ArticleSpider

MAX_HOPS = 5
FOR_GOOD = frozenset({301, 308})
BELIEVED_SECONDS = 30 * 86_400.0


class Moving:
    """Closes addresses that lead elsewhere and enters where they lead, which is asked like any other."""

    def __init__(self, spider: ArticleSpider) -> None:
        self._spider = spider
        self._crawl = spider.crawl

    def answered(self, visit: Visit, answer: Answer, fetch: Fetch) -> None:
        """An answer that redirects."""
        location = as_sent(answer.fields.get("location", "")).strip()
        if not location:
            self._spider.close_visit(visit, Fate(Outcome.PROTOCOL_ERROR, "a redirect to nowhere"), fetch)
            return
        target = resolved(answer.url, location)
        found = self._crawl.admission.redirect_target(target, visit.seed, visit.kind, visit.depth, visit.address_id)
        if found is None:
            said = f"to {target[:200]}, which the job does not want"
            self._spider.close_visit(visit, Fate(Outcome.REDIRECTED, said), fetch)
        elif found.refused is not None:
            outcome, why = found.refused
            self._spider.close_visit(visit, Fate(outcome, f"redirects to {target[:200]}: {why}"), fetch)
        elif self._is_downgrade(visit, answer.url, found.new.key):
            why = f"redirects to {target[:200]}: from https down to http, which no start address of it has"
            self._spider.close_visit(visit, Fate(Outcome.BLOCKED_SCHEME, why), fetch)
        elif self._enter(visit, found.new, fetch) and answer.status in FOR_GOOD:
            self._crawl.ledger.has_moved(visit.address_id, found.new.key, self._crawl.wall())

    def take_up(self, visit: Visit) -> bool:
        """Whether the address is known to have moved for good; then it is closed, and the new one is entered."""
        target = self._crawl.ledger.moved_to(visit.address_id, self._crawl.wall() - BELIEVED_SECONDS)
        if target is None:
            return False
        found = self._crawl.admission.redirect_target(target, visit.seed, visit.kind, visit.depth, visit.address_id)
        if found is None or found.refused is not None:
            return False
        self._enter(visit, found.new, NOT_FETCHED, ", where it said that it has moved for good")
        return True

    def _is_downgrade(self, visit: Visit, url: str, target: str) -> bool:
        """Whether somebody between us and the site could now read along, though the job asked for https."""
        asked_for = self._crawl.admission.seeds[visit.seed].address.scheme
        return url.startswith("https:") and target.startswith("http:") and asked_for == "https"

    def _enter(self, visit: Visit, new: NewAddress, fetch: Fetch, words: str = "") -> bool:
        """False when the redirects have no end: the first address of them is told so too."""
        crawl = self._crawl
        too_far = visit.hops + 1 > MAX_HOPS
        target_id = 0
        if not too_far:
            # A start address is asked in each run, and so is the page that it leads to.
            target_id, _ = self._spider.frontier.add(
                new, always=visit.depth == 0, hops=visit.hops + 1, via=visit.address_id
            )
        if too_far or visit.address_id in crawl.ledger.redirect_path(visit.run_id, target_id):
            why = f"more than {MAX_HOPS} redirects" if too_far else f"redirects in a circle, by {new.key[:200]}"
            self._spider.close_visit(visit, Fate(Outcome.REDIRECT_LIMIT, why), fetch)
            first = crawl.ledger.first_hop(visit.run_id, visit.address_id)
            if first != visit.address_id:
                crawl.ledger.revise(visit.run_id, first, Outcome.REDIRECT_LIMIT, why)
            return False
        down = ", from https down to http" if visit.url.startswith("https:") and new.key.startswith("http:") else ""
        fate = Fate(Outcome.REDIRECTED, f"to {new.key[:200]}{down}{words}")
        self._spider.close_visit(visit, fate, replace(fetch, final_url=new.key))
        crawl.ledger.set_alias(visit.address_id, target_id)
        if visit.depth == 0:
            crawl.admission.add_landing(visit.seed, read_address(new.key))
        return True
