"""``python -m pipeline.run.tether MODULE …``: run a module that ends when the process that started it does.

A crawl, or a taking over of WARC files, that outlived its job would go on writing into a data folder that the next run
takes for its own.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tethered(module: str, *arguments: str) -> list[str]:
    """The command that runs a module as a process that ends with this one."""
    return [sys.executable, "-m", "pipeline.run.tether", str(os.getpid()), module, *arguments]


def main(parent: int, module: str, arguments: list[str]) -> None:
    """Tie this process to ``parent`` and become ``module``."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:  # else it died before the tie held
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
