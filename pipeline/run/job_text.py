"""A job written as a job file again: for another data folder, and for jobs that nobody wrote by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.run.job import Job, load_job
from pipeline.store.durable import replace_file
from pipeline.store.layout import DataDir


def with_data(job: Job, folder: Path) -> Job:
    """The same job with its data in ``folder``, where its file is written as ``runs/job-<hash of its text>.toml``.

    The crawl is a process of its own and reads the file, so it is not enough to change the value. The lock is not taken
    yet, and another run may be at work with a file of its own: the same name always has the same text.

    Raises:
        OSError: the folder cannot be written.
    """
    data = DataDir(folder.absolute())
    data.make()
    sections = [
        ("[job]", {**job.job.model_dump(mode="json"), "data": str(data.root), "metrics": str(job.metrics_file or "")})
    ]
    sections.append(("[crawl]", job.crawl.model_dump(mode="json")))
    for site in job.sites:
        keys = site.model_dump(mode="json")
        keys["revisit"] = [f"{bound:f}s" for bound in site.revisit]
        if site.start_file not in {"", "-"}:
            keys["start_file"] = str(job.path.parent / site.start_file)
        sections.append(("[[sites]]", keys))
    text = toml_text(sections).encode()
    path = data.runs / f"job-{hashlib.sha256(text).hexdigest()[:16]}.toml"
    replace_file(path, lambda stream: stream.write(text))
    return load_job(path)


def toml_text(sections: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Sections with their keys as TOML."""
    return "\n".join(
        f"{head}\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items()) for head, keys in sections
    )


def _toml(value: Any) -> str:
    """A value in TOML, whose strings, numbers and lists are written as JSON's.

    >>> _toml({"a:80": "b", "c": [1, True]})
    '{ "a:80" = "b", "c" = [1, true] }'
    """
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
