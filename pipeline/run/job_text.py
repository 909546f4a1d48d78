"""A job with its data in another folder, and the text of job files that nobody wrote by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.run.job import Job


def with_data(job: Job, folder: Path) -> Job:
    """The same job, of the same file, with its data in ``folder``."""
    return job.model_copy(update={"job": job.job.model_copy(update={"data": str(folder.absolute())})})


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
