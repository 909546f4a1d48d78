"""The commands. Heavy modules are imported when a command comes to need them: help and refusals are quick."""

from __future__ import annotations

import io
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from pipeline.cli import options

if TYPE_CHECKING:
    from pipeline.run.job import Job

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Boxes on a terminal, plain lines elsewhere.
    rich_markup_mode="markdown" if sys.stdout.isatty() else None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Web pages in, a clean table of articles out: every row traceable, every removal explained.",
    epilog="Start with `broadsheet demo`. A job of your own: `broadsheet init`, then `broadsheet run job.toml`.",
)


@app.callback()
def _root(_version: options.Version = False) -> None:
    """Options that stand before a command."""


@app.command()
def demo(
    data: options.DemoData = Path("data/demo"), json: options.Json = False, _version: options.Version = False
) -> None:
    """Crawl a sample site on this machine and show what comes out.

    Serves the pages of data/sample on loopback under host names of their own, runs the whole chain on them over real
    HTTP, and prints the articles, what was removed and why, the books, and where everything lies. Asks nothing of the
    net.
    """
    from pipeline.command.failures import told
    from pipeline.command.jobs import demo_run
    from pipeline.run.demo import run_demo
    from pipeline.view import demo as shown
    from pipeline.view.console import say_json

    with told():
        job, code = run_demo(data, demo_run)
        if code in {0, 4} and json:
            say_json(shown.as_json(job))
        elif code in {0, 4}:
            shown.show(job)
    raise typer.Exit(code)


@app.command()
def init(
    path: options.NewJobFile = Path("job.toml"),
    force: options.Force = False,
    _version: options.Version = False,
) -> None:
    """Write a job file to start from: every key, its default and what it means.

    Change name, contact and start, then: broadsheet run JOB.toml
    """
    from pipeline.command.failures import told
    from pipeline.run.job_template import JOB_TEMPLATE
    from pipeline.store.durable import replace_file
    from pipeline.view.console import note

    if path.exists() and not force:
        raise typer.BadParameter(f"{path} is there already; give another name, or --force to replace it")
    with told():
        replace_file(path, lambda stream: stream.write(JOB_TEMPLATE.encode()))
        note(f"{path} written. Change name, contact and start in it, then: broadsheet run {path} --dry-run")


@app.command(epilog=options.CODES)
def run(
    job: options.JobFile,
    site: options.OneSite = None,
    limit: options.Limit = None,
    dry_run: options.DryRun = False,
    data: options.OtherData = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    _version: options.Version = False,
) -> None:
    """Crawl, build, publish and report: what a scheduler calls.

    Started again after a crash or a stop it goes on where it was; started again later it asks for what is due.
    """
    from pipeline.command.failures import told

    with told():
        checked = _job(job, data)
        from pipeline.command.jobs import run_watched

        code = run_watched(checked, site=site, limit=limit, dry_run=dry_run, machine=json, verbose=verbose)
    raise typer.Exit(code)


@app.command(epilog=options.CODES)
def crawl(
    job: options.JobFile,
    site: options.OneSite = None,
    limit: options.Limit = None,
    dry_run: options.DryRun = False,
    data: options.OtherData = None,
    verbose: options.Verbose = False,
    _version: options.Version = False,
) -> None:
    """Fetch only: pages into the archive, every address with an outcome. `broadsheet build` then makes the table."""
    from pipeline.command.failures import told

    with told():
        checked = _job(job, data)
        from pipeline.command.jobs import crawl_watched

        code = crawl_watched(checked, site=site, limit=limit, dry_run=dry_run, verbose=verbose)
    raise typer.Exit(code)


@app.command(epilog=options.CODES)
def build(
    job: options.JobFile,
    warc: options.Warc = None,
    data: options.OtherData = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    _version: options.Version = False,
) -> None:
    """Make the table of archived pages that are not built yet, or of WARC files of others. Fetches nothing."""
    from pipeline.command.failures import told

    with told():
        checked = _job(job, data)
        from pipeline.command.jobs import build_watched

        code = build_watched(checked, warc=warc or (), machine=json, verbose=verbose)
    raise typer.Exit(code)


@app.command()
def extract(
    paths: options.Paths,
    jsonl: options.JsonLines = None,
    form: options.Print = None,
    fetched_at: options.FetchedAt = None,
    contact: options.Contact = "",
    like: options.LikeJob = None,
    _version: options.Version = False,
) -> None:
    """Extract pages that you have, or a few addresses, without a job: a JSON line for each, also when it is no article.

    Folders are searched to any depth for .html, .htm and .html.gz; a page's id is its path in the folder, less .html
    or .html.gz. All cores are used. A file that cannot be read gets a line with its outcome too, and the rest goes on:
    the exit code is 0 when every page has its line, and 4 when not one could be read.

    For example: broadsheet extract saved/ --jsonl articles.jsonl
    """
    from pipeline.command.extracting import extract_and_write
    from pipeline.command.failures import told

    if jsonl is not None and form not in {None, options.Form.JSON}:
        raise typer.BadParameter(f"--jsonl writes JSON lines, so --format {form} does not go with it")
    with told():
        code = extract_and_write(
            paths,
            to=jsonl,
            form=(form or options.Form.JSON).value,
            fetched_at=fetched_at or datetime.now(UTC),
            contact=contact,
            like=like,
        )
    raise typer.Exit(code)


@app.command()
def explain(
    target: options.Target,
    html: options.HtmlFile = None,
    data: options.KnownData = Path("data"),
    json: options.Json = False,
    _version: options.Version = False,
) -> None:
    """Say why a page gave what it gave: outcome, candidates for each field, and every block with its reason.

    An address is looked up in the data folder and its newest page read from the archive: nothing is fetched. With
    --html the page itself is written too: green is kept, blue went into a field, red was removed.
    """
    from pipeline.command.explaining import explain_and_print
    from pipeline.command.failures import told

    with told():
        explain_and_print(target, data, html=html, machine=json)


def _job(path: Path, data: Path | None) -> Job:
    """The job of a file, with its data in another folder when one is given."""
    from pipeline.run.job import load_job
    from pipeline.run.job_text import with_data

    job = load_job(path)
    return job if data is None else with_data(job, data)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """The command ``broadsheet``."""
    signal.signal(signal.SIGTERM, _stop)  # as Ctrl-C, so that working files are taken away; jobs have ways of their own
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # articles are in every script, whatever the locale
    app(prog_name="broadsheet")
