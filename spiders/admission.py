"""Which found addresses a job wants, and by what name politeness is kept for each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from pipeline.outcome import Outcome
from pipeline.run.job import Job, Site
from pipeline.store.ledger import NewAddress
from spiders.addresses import MAX_LENGTH, Address, in_scope, is_file, read_address, scheme_of, trap, wanted

MAX_DEPTH = 8
MAX_SITEMAP_DEPTH = 2
_SILENT_SCHEMES = frozenset({"", "mailto", "tel", "sms", "javascript", "about", "whatsapp", "callto", "skype"})


@dataclass(frozen=True, slots=True)
class Seed:
    """A start address and what its section of the job file says. ``roots`` are the start and where it redirects to."""

    address: Address
    site: Site
    allow: tuple[re.Pattern[str], ...]
    deny: tuple[re.Pattern[str], ...]
    roots: list[Address] = field(default_factory=list)

    def covers(self, address: Address) -> bool:
        """Whether the address lies in the scope of the start address or of a page of its site that it redirects to."""
        return any(in_scope(address, root, self.site.scope) for root in (self.address, *self.roots))


@dataclass(frozen=True, slots=True)
class Found:
    """An address to enter in the ledger; ``refused`` is its outcome at once, with words, when it will not be asked."""

    new: NewAddress
    refused: tuple[Outcome, str] | None = None


class Admission:
    """The job's view of addresses.

    ``seeds`` are the start addresses by their key, in the order of the job file; ``selected`` those that this call asks
    for; ``invalid`` those that no address can be made of.
    """

    def __init__(self, job: Job, only: str | None = None) -> None:
        """``only`` selects the start addresses of one host or site; raises ``JobError`` when a start file is bad."""
        self.seeds: dict[str, Seed] = {}
        self.invalid: list[str] = []
        self._own_names = frozenset(name.rpartition(":")[0].lower() or name.lower() for name in job.crawl.resolve)
        for site in job.sites:
            allow = tuple(re.compile(text) for text in site.allow)
            deny = tuple(re.compile(text) for text in site.deny)
            for text in job.start_addresses(site):
                address = read_address(text)
                if address is None:
                    self.invalid.append(text)
                else:
                    self.seeds.setdefault(address.key, Seed(address, site, allow, deny))
        self.selected = frozenset(
            key for key, seed in self.seeds.items() if only in {None, seed.address.host, seed.address.site}
        )

    def add_landings(self, landings: Mapping[str, Iterable[str]]) -> None:
        """Remember where start addresses redirect to."""
        for key, targets in landings.items():
            for target in targets:
                self.add_landing(key, read_address(target))

    def add_landing(self, seed_key: str, target: Address | None) -> None:
        """A start address redirects there: its scope moves along, but never to another site."""
        seed = self.seeds.get(seed_key)
        if seed and target and target.site == seed.address.site and target not in seed.roots:
            seed.roots.append(target)

    def start(self, seed: Seed) -> NewAddress:
        """The entry of a start address."""
        return self._entry(seed.address, seed, "page", 0, None)

    def still_wanted(self, url: str, seed_key: str, kind: str, hops: int) -> bool:
        """Whether the job, as it is now, still asks for an address that the ledger remembers."""
        seed, address = self.seeds.get(seed_key), read_address(url)
        if seed is None or address is None:
            return False
        if kind != "page":
            return f"{kind}s" in seed.site.follow
        is_start = address.key == seed_key or address in seed.roots
        return is_start or ((hops > 0 or seed.covers(address)) and wanted(address, seed.allow, seed.deny))

    def found(self, url: str, seed_key: str, kind: str, depth: int, found_on: int | None) -> Found | None:
        """What to do with an address that a page, sitemap or feed names; None when it is none of the job's business."""
        seed = self.seeds[seed_key]
        address = read_address(url)
        if address is None:
            return self._other_scheme(url, seed, kind, depth, found_on)
        if not seed.covers(address):
            return None
        if kind == "page" and (is_file(address) or not wanted(address, seed.allow, seed.deny)):
            return None
        return self._checked(address, seed, kind, depth, found_on)

    def redirect_target(self, url: str, seed_key: str, kind: str, depth: int, found_on: int) -> Found | None:
        """As :meth:`found`, but a redirect may leave the scope: the page has moved, and it was asked for."""
        seed = self.seeds[seed_key]
        address = read_address(url)
        if address is None:
            return self._other_scheme(url, seed, kind, depth, found_on, told=True)
        if any(pattern.search(address.key) for pattern in seed.deny):
            return None
        return self._checked(address, seed, kind, depth, found_on)

    def _checked(self, address: Address, seed: Seed, kind: str, depth: int, found_on: int | None) -> Found:
        why = trap(address)
        if why is None and depth > (MAX_DEPTH if kind == "page" else MAX_SITEMAP_DEPTH):
            why = f"{depth} links away from the start"
        new = self._entry(address, seed, kind, depth, found_on)
        return Found(new, (Outcome.TRAP_LIMIT, why) if why else None)

    def _other_scheme(
        self, url: str, seed: Seed, kind: str, depth: int, found_on: int | None, *, told: bool = False
    ) -> Found | None:
        scheme = scheme_of(url)
        if scheme in {"http", "https"} or (scheme in _SILENT_SCHEMES and not told):
            return None  # no address of a page, or one with no valid host
        key = _short(re.sub(r"[\x00-\x20\ud800-\udfff]+", "", url), 100)  # the ledger holds no half surrogate pairs
        new = self._new(key, seed.address, seed, (kind, depth, found_on))
        return Found(new, (Outcome.BLOCKED_SCHEME, f"scheme {scheme[:20]}"))

    def _entry(self, address: Address, seed: Seed, kind: str, depth: int, found_on: int | None) -> NewAddress:
        return self._new(_short(address.key, MAX_LENGTH), address, seed, (kind, depth, found_on))

    def group_of(self, address: Address) -> str:
        """The name by which politeness is kept for an address: its registrable domain, or its host alone."""
        return address.host if address.host in self._own_names else address.site

    def _new(self, key: str, address: Address, seed: Seed, place: tuple[str, int, int | None]) -> NewAddress:
        kind, depth, found_on = place
        return NewAddress(
            key=key,
            url=key,
            site=address.site,
            host=address.host,
            group=self.group_of(address),
            seed=seed.address.key,
            kind=kind,
            depth=depth,
            found_on=found_on,
            interval=seed.site.revisit,
        )


def _short(key: str, limit: int) -> str:
    """A key that fits the ledger and is still one of a kind."""
    return (
        key if len(key) <= limit else f"{key[: limit - 20]}…{sha256(key.encode('utf-8', 'replace')).hexdigest()[:16]}"
    )
