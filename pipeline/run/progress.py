"""What a job tells while it runs. Plain values: whoever runs the job decides what to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage (``crawl``, ``build``, ``release``) has come. ``total`` is None while nobody can know it."""

    stage: str
    done: int
    total: int | None = None
    detail: str = ""


Tell = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tell nobody."""
