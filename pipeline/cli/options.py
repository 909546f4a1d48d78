"""Arguments and options that several commands share, and the larger ones of ``extract``."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__

CODES = (
    "Exit codes: 0 all good; 2 bad arguments or job file; 75 another run holds the lock; 3 out of space, read-only or"
    " I/O error; 5 the books do not balance or a file is damaged; 1 internal error; 11 stopped, start again to resume;"
    " 4 finished, but more failed or was quarantined than the job allows, or a WARC file is damaged in places."
)


class Form(StrEnum):
    """Forms of output of ``extract``."""

    JSON = "json"
    TEXT = "text"
    MARKDOWN = "markdown"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"broadsheet {__version__}")
        raise typer.Exit


def moment(text: str) -> datetime:
    """A day or moment of ISO 8601; without a zone UTC is meant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write 2026-11-22 or 2026-11-22T08:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Print the log lines too, on stderr.")]

JobFile = Annotated[Path, typer.Argument(metavar="JOB.toml", help="The job file; `broadsheet init` writes one.")]
NewJobFile = Annotated[Path, typer.Argument(metavar="JOB.toml", help="The file to write.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
OtherData = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Another data folder than the job file names.")
]
DemoData = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Where the demo writes; what an earlier demo left is replaced.")
]
KnownData = Annotated[Path, typer.Option("--data", metavar="DIR", help="The data folder that knows the address.")]
OneSite = Annotated[str | None, typer.Option("--site", metavar="HOST", help="Only the site that starts at this host.")]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Fetch at most N pages: a small try.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the job and say what would be done; fetch nothing.")]
Warc = Annotated[
    list[Path] | None,
    typer.Option("--warc", metavar="PATH", help="A WARC file of others to build from; may be given several times."),
]

Paths = Annotated[
    list[str],
    typer.Argument(metavar="PATH...", help="HTML files (.gz too), folders of them, http(s) addresses, or - for stdin."),
]
JsonLines = Annotated[
    Path | None, typer.Option("--jsonl", metavar="FILE", help="Write JSON lines into FILE: the whole, or nothing.")
]
Print = Annotated[Form | None, typer.Option("--format", help="What to print; json is one line a page.")]
FetchedAt = Annotated[
    datetime | None,
    typer.Option(
        metavar="WHEN", parser=moment, help="When the files were fetched; dates are judged against it. Default: now."
    ),
]
Contact = Annotated[
    str,
    typer.Option(envvar="BROADSHEET_CONTACT", help="Who asks, for the user agent: mailto:... or https://..."),
]
LikeJob = Annotated[
    Path | None,
    typer.Option("--job", metavar="JOB.toml", help="Fetch addresses with the contact and crawl section of this job."),
]
Target = Annotated[
    str, typer.Argument(metavar="URL|FILE", help="An address that a run has met, an HTML file, or - for stdin.")
]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Also write the page itself, its blocks marked.")
]
