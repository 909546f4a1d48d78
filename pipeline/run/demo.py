"""The demo: the sample site served on loopback, and the whole chain on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.run.job import Job, JobError, load_job
from pipeline.run.sample_site import serve, write_job

_JOB_FILE = "sample.toml"


def run_demo(folder: Path, run: Callable[[Job], int]) -> tuple[Job, int]:
    """Crawl and build the sample site in ``folder`` with ``run``, and return the job and its exit code.

    What an earlier demo left there is replaced, so that two demos give the same.

    Raises:
        JobError: the folder holds something else.
        SampleSiteError: the sample site is missing.
        OSError: the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / _JOB_FILE).is_file())):
        raise JobError(f"{folder}: there is something else than an earlier demo; name another folder with --data")
    if (folder / _JOB_FILE).is_file():
        earlier = load_job(folder / _JOB_FILE).data_dir
        if earlier.parent == folder.absolute() and not earlier.is_symlink():
            shutil.rmtree(earlier, ignore_errors=True)
    with serve() as (_, port):
        job = load_job(write_job(folder, port))
        return job, run(job)
