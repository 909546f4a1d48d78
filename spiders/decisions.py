"""What is done with a visit whose turn has come: ask it, ask for a robots.txt first, or settle it without asking."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

from pipeline.outcome import Outcome
from pipeline.store.ledger import HostState, NewAddress, Visit
from spiders.addresses import Address, in_scope, read_address
from spiders.crawl import Crawl
from spiders.groups import Group, ledger_name, today, volume_name
from spiders.politeness import MAX_CRAWL_DELAY, Robots
from spiders.rights_desk import RightsMemory
from spiders.robots_memory import RobotsMemory
from spiders.sameness import Sameness

logger = logging.getLogger(__name__)

_MAX_LISTS = 500  # sitemaps and feeds of a site in a run: an index may name itself under ever new addresses

MEGABYTE = 1024 * 1024


class Step(Enum):
    """What comes next for a visit."""

    ASK = auto()
    ROBOTS_FIRST = auto()
    RIGHTS_FIRST = auto()
    SETTLED = auto()
    WAIT = auto()


class Decisions:
    """Robots rules, budgets and counts of one crawl. ``enter`` takes addresses that a robots.txt names."""

    def __init__(self, crawl: Crawl, enter: Callable[[NewAddress], object], take_up: Callable[[Visit], bool]) -> None:
        """``take_up`` closes a visit whose address is known to have moved, and says whether it did."""
        self._crawl = crawl
        self._enter = enter
        self._take_up = take_up
        self._robots = RobotsMemory(crawl.ledger, crawl.job.job.agent, crawl.wall)
        self.rights = RightsMemory(crawl)
        self.sameness = Sameness()
        self._refused: dict[str, tuple[Outcome, str]] = {}
        self._announced: set[tuple[str, str]] = set()
        self._delays_told: set[str] = set()
        self._pages: Counter[str] = Counter(crawl.ledger.pages_by_site(crawl.run_id))
        self._lists: Counter[str] = Counter()
        self._asked = 0
        self._touched: dict[str, Group] = {}

    def robots_known(
        self, state: HostState, refused: tuple[Outcome, str] | None = None, asked: float | None = None
    ) -> None:
        """The robots.txt of an authority was fetched; ``refused`` when not even that could be asked."""
        if refused is not None:
            self._refused[state.host] = refused
            self._robots.keep(state.host, state)
        else:
            self._robots.learn(state, asked)

    def take(self, group: Group, visit: Visit) -> Step:
        """Decide on a visit; what is settled here is closed, given back or forgotten in the ledger."""
        crawl = self._crawl
        address = read_address(visit.url)
        if address is None or not crawl.admission.still_wanted(visit.url, visit.seed, visit.kind, visit.hops):
            crawl.ledger.drop_visit(visit.run_id, visit.address_id)
            return Step.SETTLED
        over = self._over_budget(group, visit)
        if over:
            crawl.ledger.release(visit.run_id, visit.address_id, over)
            return Step.SETTLED
        if self._take_up(visit):
            return Step.SETTLED
        robots = self._robots.recall(address.authority)
        if robots is None:
            return Step.ROBOTS_FIRST
        self._tell_delay(robots, address)
        self._announce_sitemaps(robots, address, visit)
        objection = self._refused.get(address.authority) or robots.objection(visit.url) or self._trap(visit, address)
        if objection is not None:
            crawl.ledger.close_visit(visit.run_id, visit.address_id, *objection)
            return Step.SETTLED
        if visit.kind == "page" and self.rights.missing(address, robots) is not None:
            return Step.RIGHTS_FIRST
        if visit.kind == "page" and self._is_refused(visit, address):
            return Step.SETTLED
        if not group.pace.obey(min(robots.crawl_delay, MAX_CRAWL_DELAY), crawl.clock()):
            return Step.WAIT
        self._count(group, visit)
        return Step.ASK

    def robots_of(self, address: Address) -> Robots | None:
        """The rules of an authority that count now; None when its robots.txt must be asked for first."""
        return self._robots.recall(address.authority)

    def rights_wanted(self, address: Address) -> str | None:
        """The file that must be asked for before a page there."""
        robots = self._robots.recall(address.authority)
        return self.rights.missing(address, robots) if robots is not None else None

    def touch(self, group: Group) -> None:
        """Remember the group's state with the next commit."""
        self._touched[group.name] = group

    def remember_groups(self) -> None:
        """Write what has changed of the groups: called before each commit."""
        groups = [self._touched[name] for name in sorted(self._touched)]
        self._crawl.ledger.store_hosts([state for group in groups for state in (group.host, group.volume)])
        self._touched.clear()

    def restore_group(self, name: str) -> Group:
        """A group as the ledger remembers it."""
        crawl = self._crawl
        remembered = (crawl.ledger.host(ledger_name(name)), crawl.ledger.host(volume_name(name)))
        return Group.restore(name, remembered, crawl.job.crawl.delay, crawl.random.random)

    def weigh(self, group: Group, size: int, pages: int = 0) -> None:
        """Bytes came from a host, with requests that were not counted yet: they count towards its day."""
        day = today(self._crawl.wall())
        if pages:
            group.host = replace(group.host, pages_today=group.pages_on(day) + pages, day=day)
        group.volume = replace(group.volume, pages_today=group.bytes_on(day) + size, day=day)
        self.touch(group)

    def _tell_delay(self, robots: Robots, address: Address) -> None:
        """Say once which Crawl-delay is obeyed, or that it is longer than a run waits."""
        if not robots.crawl_delay or address.authority in self._delays_told:
            return
        self._delays_told.add(address.authority)
        obeyed = robots.crawl_delay <= MAX_CRAWL_DELAY
        said = "is obeyed" if obeyed else f"is over {MAX_CRAWL_DELAY:g} s: nothing of it is asked in this run"
        level = logging.INFO if obeyed else logging.WARNING
        logger.log(level, "%s: Crawl-delay of %g s %s", address.authority, robots.crawl_delay, said)

    def _is_refused(self, visit: Visit, address: Address) -> bool:
        """Close a page unasked that the files of its site keep out, where the job obeys them."""
        if self._crawl.admission.seeds[visit.seed].site.respect_opt_out != "skip":
            return False
        said = self.rights.say_of(address)
        if said.refused:
            self._crawl.ledger.close_visit(visit.run_id, visit.address_id, Outcome.BLOCKED_OPTOUT, said.said)
        return said.refused

    def _over_budget(self, group: Group, visit: Visit) -> str:
        crawl = self._crawl
        if visit.seed not in crawl.admission.selected:
            return "not of the site that this call asks for"
        day = today(crawl.wall())
        if group.pages_on(day) >= crawl.job.crawl.pages_per_host_per_day:
            return "the host has had its pages for today"
        most = crawl.job.crawl.megabytes_per_host_per_day
        if group.bytes_on(day) >= most * MEGABYTE:
            return f"the host has sent its {most} MB for today"
        if visit.kind != "page":
            return "over the site's sitemaps and feeds" if self._lists[visit.site] >= _MAX_LISTS else ""
        if crawl.limit is not None and self._asked >= crawl.limit:
            return "over the limit of this call"
        if self._pages[visit.site] >= crawl.admission.seeds[visit.seed].site.max_pages:
            return "over the site's max_pages"
        return ""

    def _count(self, group: Group, visit: Visit) -> None:
        day = today(self._crawl.wall())
        group.host = replace(group.host, pages_today=group.pages_on(day) + 1, day=day)
        self.touch(group)
        if visit.kind != "page":
            self._lists[visit.site] += 1
        elif not visit.attempts:
            self._pages[visit.site] += 1
            self._asked += 1

    def _trap(self, visit: Visit, address: Address) -> tuple[Outcome, str] | None:
        """Pages that would bring nothing new; start addresses and where they lead are always asked."""
        why = self.sameness.objection(address) if visit.kind == "page" and visit.depth else ""
        return (Outcome.TRAP_LIMIT, why) if why else None

    def _announce_sitemaps(self, robots: Robots, address: Address, visit: Visit) -> None:
        """Enter the sitemaps that a start address's authority names, once a run."""
        seed = self._crawl.admission.seeds[visit.seed]
        place = (address.authority, visit.seed)
        if visit.depth or visit.kind != "page" or "sitemaps" not in seed.site.follow or place in self._announced:
            return
        self._announced.add(place)
        if not in_scope(address, seed.address, "site") or address.authority in self._refused:
            return
        for url in robots.sitemaps(address.origin):
            # Like a redirect, a sitemap named by the owner may lie elsewhere; what it names must be of the site again.
            found = self._crawl.admission.redirect_target(url, visit.seed, "sitemap", 0, visit.address_id)
            if found is not None and found.refused is None:
                self._enter(found.new)
