"""How far a job has come, on stderr: a bar of rich on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from pipeline.run.progress import Progress
from pipeline.view.console import note

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

Item = TypeVar("Item")


class Shown:
    """Shows each ``Progress`` that it is called with. A stage that is over before ``silent_s`` leaves no line."""

    def __init__(self, *, every_s: float = 5.0, silent_s: float = 0.0) -> None:
        """``every_s`` is the time between two lines where there is no terminal."""
        self._every = every_s
        self._silent = silent_s
        self._last: Progress | None = None
        self._begun = self._told = 0.0
        self._bars: Bars | None = None
        self._task: TaskID

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bars = _bars()
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_stage()
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, progress: Progress) -> None:
        """Take note, and show it when it is time."""
        now = time.monotonic()
        if self._last is None or self._last.stage != progress.stage:
            self._close_stage()
            self._begun = self._told = now
            if self._bars is not None:
                self._task = self._bars.add_task(progress.stage, total=None, detail="")
        self._last = progress
        if self._bars is not None:
            self._bars.update(self._task, completed=progress.done, total=progress.total, detail=progress.detail)
        elif now - self._told >= self._every:
            self._told = now
            note(_line(progress, now - self._begun))

    def _close_stage(self) -> None:
        """The bar goes, a line stays: what was told last need not have been the end of the stage."""
        if self._last is None:
            return
        if self._bars is not None:
            self._bars.remove_task(self._task)
        seconds = time.monotonic() - self._begun
        if self._last.total != 1 and seconds >= self._silent:
            text = f"{self._last.stage}: {seconds:,.1f} s"
            note(text) if self._bars is None else self._bars.console.print(text, highlight=False)
        self._last = None


def watched(items: Iterable[Item], stage: str, total: int) -> Iterator[Item]:
    """The items as they come, shown as the progress of one stage; work of less than two seconds stays silent."""
    with Shown(silent_s=2.0) as shown:
        for done, item in enumerate(items, start=1):
            yield item
            shown(Progress(stage, done, total))


def _line(progress: Progress, seconds: float) -> str:
    of = f" of {progress.total:,}" if progress.total else ""
    detail = f" ({progress.detail})" if progress.detail else ""
    return f"{progress.stage}: {progress.done:,}{of} pages, {progress.done / max(seconds, 0.01):,.0f} a second{detail}"


def _bars() -> Bars:
    from rich.console import Console  # noqa: PLC0415  (only where there is a terminal)
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415
    from rich.table import Column  # noqa: PLC0415

    columns = [TextColumn("{task.description:8}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn()]
    rest = Column(no_wrap=True, overflow="ellipsis", ratio=1)  # what room the others leave on the line
    columns.append(TextColumn("{task.fields[detail]}", table_column=rest))
    return Bars(*columns, console=Console(stderr=True), expand=True)
