"""WARC files of others into our archive, by a process of the spiders: only they know what an address is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.exit_code import ExitCode
from pipeline.run.job import Job, JobError
from pipeline.run.tether import tethered
from pipeline.store.layout import DataDir
from pipeline.store.warc import DamagedRecord


@dataclass(frozen=True, slots=True)
class Taken:
    """The runs that hold the files' responses, and the places that could not be read."""

    run_ids: tuple[str, ...]
    damaged: tuple[DamagedRecord, ...]


def take_over(job: Job, data: DataDir, files: Sequence[Path]) -> Taken:
    """Write the responses of the files into our archive and ledger.

    Raises:
        JobError: a file is missing or cannot be opened.
        OSError: the disk refused.
    """
    for path in files:
        try:
            path.open("rb").close()
        except OSError as error:
            raise JobError(f"{path}: cannot be read: {error.strerror}; give a .warc or .warc.gz file") from None
    # A name of its own, so that no later crawl of the job takes these runs for its own broken one.
    order = ["--data", str(data.root), "--job", f"{job.job.name} (WARC files)", "--"]
    order += [str(path.absolute()) for path in files]
    done = subprocess.run(tethered("spiders.foreign", *order), capture_output=True, text=True, check=False)
    if done.returncode == ExitCode.DISK:
        raise OSError(done.stderr.strip())
    if done.returncode != ExitCode.FINE:
        raise RuntimeError(f"taking over {', '.join(map(str, files))} failed:\n{done.stderr}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Taken(
        tuple(line["run_id"] for line in lines if "run_id" in line),
        tuple(DamagedRecord(**line["damaged"]) for line in lines if "damaged" in line),
    )
