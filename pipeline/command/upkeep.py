"""``verify``, ``requeue`` and ``export`` as the command line shows them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, TextIO

from pipeline.exit_code import ExitCode
from pipeline.run.upkeep import Looked, NoDataError, requeue, verify_data
from pipeline.store.claim import LockedError
from pipeline.store.durable import replace_file
from pipeline.store.export import text_stream, write_csv, write_jsonl
from pipeline.store.layout import DataDir
from pipeline.view.console import note, say, say_json


def verify_and_print(folder: Path, *, repair: bool, machine: bool) -> int:
    """Verify, tell, and give the exit code."""

    def work() -> int:
        looked = verify_data(folder, repair=repair)
        _tell(folder, looked, machine=machine)
        return looked.exit_code

    return _refused(work)


def requeue_and_print(folder: Path, outcome: str | None, site: str | None, url: str | None) -> int:
    """Requeue, tell, and give the exit code."""

    def work() -> int:
        count = requeue(folder, outcome, site, url)
        say(f"{count} pages await the next build" if count else "no quarantined page is like that")
        return 0

    return _refused(work)


def export_and_write(folder: Path, form: str, *, raw: bool, to: Path | None) -> int:
    """Write the current release to a file, whole or not at all, or to standard output."""

    def write(stream: TextIO) -> int:
        return write_jsonl(data, stream) if form == "jsonl" else write_csv(data, stream, raw=raw)

    def fill(binary: BinaryIO) -> None:
        text = text_stream(binary)
        counts.append(write(text))
        text.detach()

    data = DataDir(folder)
    counts: list[int] = []
    if to is None:
        fill(sys.stdout.buffer)
    else:
        replace_file(to, fill)
    note(f"{counts[0]} articles")
    return 0


def _tell(folder: Path, looked: Looked, *, machine: bool) -> None:
    left = looked.left
    if machine:
        said = {**asdict(left), "found": [asdict(each) for each in looked.found.damages], **asdict(looked.mended)}
        say_json({**said, "exit_code": looked.exit_code})
        return
    for damage in looked.found.damages:
        say(str(damage))
    for line in (*looked.mended.deeds, *looked.mended.failures):
        say(f"  {line}")
    seen = f"{left.records} records, {left.rows} rows, {left.files} files, {left.releases} releases, {left.runs} runs"
    verdict = f"{len(left.damages)} damaged" if left.damages else "all sound"
    say(f"{folder}: {seen}: {verdict}")
    if left.damages and not looked.mended.deeds:
        say("Mend what can be mended with: broadsheet verify --repair")


def _refused(work: Callable[[], int]) -> int:
    try:
        return work()
    except NoDataError as error:
        note(f"broadsheet: {error}")
        return ExitCode.BAD_INPUT
    except LockedError as error:
        note(f"broadsheet: {error}")
        return ExitCode.LOCKED
