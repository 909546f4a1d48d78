"""What can go wrong for reasons outside the program: one line on stderr and an exit code, no traceback."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.exit_code import ExitCode
from pipeline.view.console import note

# By name, so that a command that fails early need not load what it never came to use.
_REFUSALS = (
    "pipeline.run.job:JobError",
    "pipeline.run.sources:SourceError",
    "pipeline.run.sample_site:SampleSiteError",
    "pipeline.store.releases:ReleaseError",
    "pipeline.view.archive:PageNotFoundError",
)
_SHUT = ("sqlite3:OperationalError",)
_DAMAGE = ("pipeline.store.ledger_schema:LedgerError", "pipeline.store.warc:WarcError")
_BREAKDOWNS = ("pipeline.run.fetch:FetchError", "pipeline.run.stem:WorkerError")


@contextmanager
def told() -> Iterator[None]:
    """Turn a known failure inside into a line and ``SystemExit`` with its code; others pass."""
    try:
        yield
        sys.stdout.flush()  # what a reader that has gone does not take is noticed here, not when Python ends
    except _loaded(_REFUSALS) as error:
        _end(str(error), ExitCode.BAD_INPUT)
    except _loaded(_DAMAGE) as error:
        _end(str(error), ExitCode.DISK)
    except _loaded(_SHUT) as error:  # SQLite writes a file beside the ledger even to read it
        _end(
            f"a file of the data folder cannot be opened: {error}; SQLite needs the folder writable, also to read",
            ExitCode.DISK,
        )
    except BrokenPipeError:
        if not _reader_gone():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still in the buffer
        raise SystemExit(ExitCode.READER_GONE) from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _end(f"{place}{error.strerror or error}", ExitCode.DISK)
    except _loaded(_BREAKDOWNS) as error:
        _end(str(error), ExitCode.INTERNAL)
    except KeyboardInterrupt:
        _end("stopped", ExitCode.STOPPED)


def _reader_gone() -> bool:
    """Whether nobody reads standard output any more, as behind ``| head``; other pipes break for reasons to be told."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _loaded(names: tuple[str, ...]) -> tuple[type[Exception], ...]:
    """The exceptions of those names whose modules are loaded: no other can have been raised."""
    pairs = (name.split(":") for name in names)
    return tuple(getattr(sys.modules[module], name) for module, name in pairs if module in sys.modules)


def _end(text: str, code: ExitCode) -> None:
    for line in text.splitlines() or [""]:
        note(f"broadsheet: {line}")
    raise SystemExit(code) from None
