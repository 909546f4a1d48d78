"""The commands that look after a data folder: ``verify``, ``requeue``, ``export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.app import app


class Table(StrEnum):
    """Forms of ``export``."""

    CSV = "csv"
    JSONL = "jsonl"


Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="The data folder of a job.")]
QuarantineClass = Annotated[
    str | None, typer.Option("--class", metavar="OUTCOME", help="Only this outcome, such as quarantined.timeout.")
]


@app.command()
def verify(
    data: Data = Path("data"),
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be made again from the archive.")] = False,
    json: options.Json = False,
    _version: options.Version = False,
) -> None:
    """Check that everything is there, whole and linked: archive, tables, releases, books. Exit code 5 when not.

    Each damage is named with its file and place. With --repair unreadable table files are kept in damaged/ and built
    again from the archive, torn ends of archive files are cut, and the release is made anew.
    """
    from pipeline.command.failures import told
    from pipeline.command.upkeep import verify_and_print

    with told():
        code = verify_and_print(data, repair=repair, machine=json)
    raise typer.Exit(code)


@app.command()
def requeue(
    data: Data = Path("data"),
    outcome: QuarantineClass = None,
    site: Annotated[str | None, typer.Option("--site", metavar="SITE", help="Only pages of this site.")] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Only this page.")] = None,
    _version: options.Version = False,
) -> None:
    """Let quarantined pages be built again, for example after an upgrade. The next run or build does it."""
    from pipeline.command.failures import told
    from pipeline.command.upkeep import requeue_and_print
    from pipeline.outcome import Outcome

    classes = [each.value for each in Outcome if each.quarantined]
    if outcome is not None and outcome not in classes:
        raise typer.BadParameter(f"{outcome!r} is no class of quarantine; there are {', '.join(classes)}")
    with told():
        code = requeue_and_print(data, outcome, site, url)
    raise typer.Exit(code)


@app.command()
def export(
    data: Data = Path("data"),
    form: Annotated[Table, typer.Option("--format", help="csv, or jsonl: a JSON object a line.")] = Table.CSV,
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV cells as they are: UNSAFE in spreadsheets, which run = + - @.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write FILE, whole or not.")] = None,
    _version: options.Version = False,
) -> None:
    """Write the articles of the current release as text. CSV is safe to open: no cell is taken for a formula."""
    from pipeline.command.failures import told
    from pipeline.command.upkeep import export_and_write

    with told():
        code = export_and_write(data, form.value, raw=raw, to=output)
    raise typer.Exit(code)
