"""``broadsheet profiles`` as the command line shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.exit_code import ExitCode
from pipeline.store.claim import LockedError, claim
from pipeline.store.layout import DataDir
from pipeline.store.profiles import ProfileStore
from pipeline.view.console import note, say_json, say_table, shorten, width

_NUMBERS = 60  # columns that the numbers beside a text take


class UnknownError(Exception):
    """There is no such folder, site or entry. The text says what and the remedy."""


def list_sites(folder: Path, *, machine: bool) -> int:
    """The sites that have a profile."""
    with _refused() as codes, _opened(folder) as store:
        rows = [(site, store[site].version, len(store[site].repeated), len(store.struck(site))) for site in store]
        if machine:
            names = ("site", "version", "entries", "struck")
            say_json([dict(zip(names, row, strict=True)) for row in rows])
        else:
            say_table("site profiles", ("site", "version", "entries", "struck"), rows)
    return codes[0]


def list_entries(folder: Path, site: str, *, machine: bool) -> int:
    """The entries of a site's profile with their evidence, and what was struck."""
    with _refused() as codes, _opened(folder) as store:
        learned = store.learned(site)
        if learned is None:
            raise UnknownError(f"{folder}: nothing is learned of {site!r}; see: broadsheet profiles --data {folder}")
        struck = [text for text, _ in store.struck(site)]
        if machine:
            said = {"site": site, "version": learned.version, "struck": struck}
            say_json({**said, "entries": [entry._asdict() for entry in learned.entries]})
            return 0
        room = max(width() - _NUMBERS, 20)
        rows = [
            (e.pages, e.kept, f"{e.score:.2f}", e.first_seen_at[:10], e.last_seen_at[:10], shorten(e.text, room))
            for e in learned.entries
        ]
        say_table(f"{site}, {learned.version or 'empty'}", ("pages", "kept", "score", "first", "last", "text"), rows)
        if struck:
            say_table("struck", ("text",), [(shorten(text, room),) for text in struck])
    return codes[0]


def change_entry(folder: Path, site: str, text: str, *, restore: bool) -> int:
    """Strike an entry, or let it count again. Under the lock of a run."""
    with _refused() as codes, _opened(folder) as store, claim(DataDir(folder)):
        now = datetime.now(UTC)
        try:
            version = store.restore(site, text, now) if restore else store.strike(site, text, now)
        except KeyError:
            what = "no struck entry" if restore else "no entry"
            see = f"see: broadsheet profiles {site} --data {folder}"
            raise UnknownError(f"{site}: {what} with the text {shorten(text, 60)!r}; {see}") from None
        note(f"{site}: the profile is now {version or 'empty'}; the next build works with it")
    return codes[0]


@contextmanager
def _opened(folder: Path) -> Iterator[ProfileStore]:
    path = DataDir(folder).profiles
    if not path.is_file():
        raise UnknownError(f"{folder}: no profiles yet; a build learns them, or give another folder with --data")
    with ProfileStore(path) as store:
        yield store


@contextmanager
def _refused() -> Iterator[list[int]]:
    codes = [0]
    try:
        yield codes
    except UnknownError as error:
        note(f"broadsheet: {error}")
        codes[0] = ExitCode.BAD_INPUT
    except LockedError as error:
        note(f"broadsheet: {error}")
        codes[0] = ExitCode.LOCKED
