"""What the crawl asks of the ledger and tells it: addresses, leases, outcomes, hosts.

These calls write into the open group (``begin_group``); nothing of them lasts before ``commit_group``.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from pipeline.outcome import Outcome, Stage
from pipeline.store.ledger_seeds import SeedCalls
from pipeline.store.visits import NOT_FETCHED, Fetch, HostState, NewAddress, Visit

_INSERT_ADDRESS = """
    INSERT INTO addresses
        (key, url, site, host, grp, kind, seed, depth, found_on, interval_s, interval_min, interval_max)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11) ON CONFLICT (key) DO NOTHING RETURNING address_id
"""
_KNOWN = "SELECT address_id, due_at, kind, seed FROM addresses WHERE key = ?"
_VISIT = """
    SELECT v.run_id, v.address_id, a.key, a.url, a.site, a.host, v.grp AS "group", a.kind, a.seed, a.depth,
           v.hops, v.via, v.attempts, a.etag, a.last_modified
    FROM visits v JOIN addresses a USING (address_id)
"""


class CrawlCalls(SeedCalls):
    """The frontier's memory."""

    def release_leased(self, run_id: str) -> int:
        """Give back what a process that died had taken; returns how many."""
        with self.transaction():
            return self._db.execute(
                "UPDATE visits SET state = 'pending' WHERE run_id = ? AND state = 'leased'", (run_id,)
            ).rowcount

    def add_address(
        self,
        run_id: str,
        new: NewAddress,
        now: float,
        *,
        always: bool = False,
        hops: int = 0,
        via: int | None = None,
    ) -> tuple[int, bool]:
        """Its id, and whether this opened a visit in the run: it does unless one exists or the address is not due.

        A known address that no start address of the job leads to any more is taken over (see ``SeedCalls``).
        ``always`` asks for it though it is not due (start addresses). ``hops`` and ``via`` belong to the target of a
        redirect: how many led here, and from which address.
        """
        self.begin_group()
        row = self._db.execute(
            _INSERT_ADDRESS,
            (
                new.key,
                new.url,
                new.site,
                new.host,
                new.group,
                new.kind,
                new.seed,
                new.depth,
                new.found_on,
                *new.interval,
            ),
        ).fetchone()
        if row is None:
            row = self._db.execute(_KNOWN, (new.key,)).fetchone()
            if self._is_taken_over(row["seed"], new):
                self._take_over(run_id, row["address_id"], new, now)
                row = self._db.execute(_KNOWN, (new.key,)).fetchone()
            if not always and row["kind"] == "page" and row["due_at"] > now:
                return row["address_id"], False
        address_id: int = row["address_id"]
        opened = self._db.execute(
            "INSERT OR IGNORE INTO visits (run_id, address_id, grp, hops, via) VALUES (?, ?, ?, ?, ?)",
            (run_id, address_id, new.group, hops, via),
        ).rowcount
        return address_id, bool(opened)

    def open_groups(self, run_id: str) -> list[str]:
        """The politeness groups that have pending visits, in the order in which their first address was found."""
        rows = self._db.execute(
            "SELECT grp FROM visits WHERE run_id = ? AND state = 'pending' GROUP BY grp ORDER BY MIN(address_id)",
            (run_id,),
        )
        return [row["grp"] for row in rows]

    def lease_next(self, run_id: str, group: str, after: int, count: int) -> list[Visit]:
        """Take up to ``count`` pending visits of a group with ids above ``after``, oldest first."""
        self.begin_group()
        rows = self._db.execute(
            _VISIT + "WHERE v.run_id = ? AND v.grp = ? AND v.state = 'pending' AND v.address_id > ?"
            " ORDER BY v.address_id LIMIT ?",
            (run_id, group, after, count),
        ).fetchall()
        visits = [Visit(**row) for row in rows]
        self._db.executemany(
            "UPDATE visits SET state = 'leased' WHERE run_id = ? AND address_id = ?",
            [(run_id, visit.address_id) for visit in visits],
        )
        return visits

    def release(self, run_id: str, address_id: int, detail: str = "") -> None:
        """Give a visit back unfinished: it is pending again, and ``detail`` says why."""
        self.begin_group()
        self._db.execute(
            "UPDATE visits SET state = 'pending', detail = ?"
            " WHERE run_id = ? AND address_id = ? AND state IN ('pending', 'leased')",
            (detail, run_id, address_id),
        )

    def count_attempt(self, run_id: str, address_id: int) -> None:
        """A try failed and the visit stays leased: it is tried again soon."""
        self.begin_group()
        self._db.execute(
            "UPDATE visits SET attempts = attempts + 1 WHERE run_id = ? AND address_id = ?", (run_id, address_id)
        )

    def drop_visit(self, run_id: str, address_id: int) -> None:
        """Forget that the run knew of an address: the job no longer asks for it."""
        self.begin_group()
        self._db.execute(
            "DELETE FROM visits WHERE run_id = ? AND address_id = ? AND state IN ('pending', 'leased')",
            (run_id, address_id),
        )

    def close_visit(
        self, run_id: str, address_id: int, outcome: Outcome, detail: str = "", fetch: Fetch = NOT_FETCHED
    ) -> None:
        """The address has its outcome. A response that was archived all the same has its place in ``fetch``."""
        if outcome.stage is not Stage.FETCH:
            raise ValueError(f"{outcome} is no outcome of fetching")
        self._write_visit(run_id, address_id, "closed", outcome, detail, fetch)

    def archived(self, run_id: str, address_id: int, fetch: Fetch, detail: str = "") -> None:
        """The response is in the archive and awaits the build; the archive is flushed before the group is committed."""
        if fetch.location is None:
            raise ValueError("an archived response has a place in the archive")
        self._write_visit(run_id, address_id, "archived", Outcome.PENDING, detail, fetch)

    def revise(self, run_id: str, address_id: int, outcome: Outcome, detail: str) -> None:
        """Give a visit that fetching has closed another outcome of fetching: a redirect that led nowhere."""
        self.begin_group()
        self._db.execute(
            "UPDATE visits SET outcome = ?, stage = ?, detail = ?"
            " WHERE run_id = ? AND address_id = ? AND state = 'closed' AND stage = 'fetch'",
            (outcome, outcome.stage, detail, run_id, address_id),
        )

    def set_due(self, address_id: int, due_at: float) -> None:
        """Ask an address again from then on."""
        self.begin_group()
        self._db.execute("UPDATE addresses SET due_at = ? WHERE address_id = ?", (due_at, address_id))

    def fetched(self, address_id: int, now: float, etag: str | None, last_modified: str | None) -> None:
        """A body came: remember its validators; due again after the interval. It is no alias (any more)."""
        self.begin_group()
        self._db.execute(
            "UPDATE addresses SET etag = ?, last_modified = ?, alias_of = NULL, due_at = ? + interval_s"
            " WHERE address_id = ?",
            (etag, last_modified, now, address_id),
        )

    def unchanged(self, address_id: int, now: float) -> None:
        """Nothing new came: the interval doubles, up to its upper bound."""
        self.begin_group()
        self._db.execute(
            "UPDATE addresses SET interval_s = MIN(2 * interval_s, interval_max),"
            " due_at = ? + MIN(2 * interval_s, interval_max) WHERE address_id = ?",
            (now, address_id),
        )

    def set_alias(self, address_id: int, target_id: int) -> None:
        """The address leads to another one."""
        self.begin_group()
        self._db.execute("UPDATE addresses SET alias_of = ? WHERE address_id = ?", (target_id, address_id))

    def redirect_path(self, run_id: str, address_id: int) -> list[int]:
        """The addresses that a redirect of this run leads through from here, this one first, at most 50."""
        rows = self._db.execute(
            "WITH RECURSIVE path (address_id, step) AS (SELECT ?2, 0 UNION SELECT a.alias_of, step + 1 FROM path"
            " JOIN addresses a USING (address_id) JOIN visits v USING (address_id)"
            " WHERE v.run_id = ?1 AND v.outcome = 'redirected' AND a.alias_of IS NOT NULL AND step < 50)"
            " SELECT DISTINCT address_id FROM path ORDER BY step",
            (run_id, address_id),
        )
        return [row["address_id"] for row in rows]

    def first_hop(self, run_id: str, address_id: int) -> int:
        """The address at which the redirects began that led here; itself when none did."""
        row = self._db.execute(
            "WITH RECURSIVE back (address_id, step) AS (SELECT ?2, 0 UNION ALL SELECT v.via, step + 1 FROM back"
            " JOIN visits v USING (address_id) WHERE v.run_id = ?1 AND v.via IS NOT NULL AND step < 50)"
            " SELECT address_id FROM back ORDER BY step DESC LIMIT 1",
            (run_id, address_id),
        ).fetchone()
        return int(row["address_id"])

    def pages_by_site(self, run_id: str) -> dict[str, int]:
        """Pages asked in the run so far, by site: what the budgets have used."""
        rows = self._db.execute(
            "SELECT a.site, COUNT(*) AS n FROM visits v JOIN addresses a USING (address_id)"
            " WHERE v.run_id = ? AND a.kind = 'page' AND v.fetched_at IS NOT NULL GROUP BY a.site",
            (run_id,),
        )
        return {row["site"]: row["n"] for row in rows}

    def host(self, host: str) -> HostState | None:
        """What is remembered of a host or group."""
        row = self._db.execute("SELECT * FROM hosts WHERE host = ?", (host,)).fetchone()
        return HostState(**row) if row else None

    def store_hosts(self, states: Sequence[HostState]) -> None:
        """Remember hosts, replacing what was known of them."""
        self.begin_group()
        columns = HostState.__slots__
        # Names of the dataclass's own fields, no outside text.
        sql = f"INSERT OR REPLACE INTO hosts ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
        self._db.executemany(sql, [attrgetter(*columns)(state) for state in states])

    def _write_visit(
        self, run_id: str, address_id: int, state: str, outcome: Outcome, detail: str, fetch: Fetch
    ) -> None:
        place = attrgetter("file", "offset", "length", "page_digest")(fetch.location) if fetch.location else (None,) * 4
        what = (state, outcome, outcome.stage, detail, fetch.http_status, fetch.fetched_at, fetch.final_url)
        values = (*what, *place, run_id, address_id)
        self.begin_group()
        changed = self._db.execute(
            "UPDATE visits SET state = ?, outcome = ?, stage = ?, detail = ?, http_status = ?, fetched_at = ?,"
            " final_url = ?, warc_file = ?, warc_offset = ?, warc_length = ?, page_digest = ?, attempts = attempts + 1"
            " WHERE run_id = ? AND address_id = ? AND state IN ('pending', 'leased')",
            values,
        )
        if changed.rowcount != 1:
            raise ValueError(f"address {address_id} has no open visit in run {run_id}")
