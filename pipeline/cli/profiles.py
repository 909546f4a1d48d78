"""The command ``profiles``: what is learned of a site, and striking an entry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.app import app


@app.command()
def profiles(
    site: Annotated[
        str | None, typer.Argument(metavar="[SITE]", help="A registrable domain; all when left out.")
    ] = None,
    strike: Annotated[
        str | None, typer.Option("--strike", metavar="TEXT", help="Take the entry with this text out, for good.")
    ] = None,
    restore: Annotated[
        str | None, typer.Option("--restore", metavar="TEXT", help="Let a struck entry count again.")
    ] = None,
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="The data folder of a job.")] = Path("data"),
    json: options.Json = False,
    _version: options.Version = False,
) -> None:
    """Show what repeats on a site: learned by builds, taken out of its articles by the next one.

    For each entry: on how many article pages it stands, on how many the score kept it, its mean score, and when it was
    first and last seen. An entry that is text after all is struck with --strike; case and punctuation do not matter.
    """
    from pipeline.command.failures import told
    from pipeline.command.profiles import change_entry, list_entries, list_sites

    if strike is not None and restore is not None:
        raise typer.BadParameter("--strike and --restore do not go together")
    if site is None and (strike is not None or restore is not None):
        raise typer.BadParameter("say of which site: broadsheet profiles SITE --strike TEXT")
    with told():
        if site is None:
            code = list_sites(data, machine=json)
        elif strike is None and restore is None:
            code = list_entries(data, site, machine=json)
        else:
            code = change_entry(data, site, strike or restore or "", restore=restore is not None)
    raise typer.Exit(code)
