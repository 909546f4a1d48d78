# ruff: noqa: PLC0415
"""How late a crawl's event loop is, measured from inside a real crawl: the program itself measures nothing.

Python imports this module at the start of every process that has its folder on PYTHONPATH. Ten times a second a thread
asks the loop of a crawl to call back; ``BROADSHEET_LAG`` names the file that takes a line for each: seconds until the
call came, and seconds of processor time that the crawl used meanwhile. The second is what the crawl itself kept the
loop busy with; the first has in it what other processes took.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

EVERY_S = 0.1


def measure(path: Path) -> None:
    while "twisted.internet.reactor" not in sys.modules:
        time.sleep(EVERY_S)
    from twisted.internet import reactor

    with path.open("a", encoding="ascii") as lines:
        while True:
            time.sleep(EVERY_S)
            if not reactor.running:  # type: ignore[attr-defined]
                continue
            came = threading.Event()
            begun, used = time.monotonic(), time.process_time()
            reactor.callFromThread(came.set)  # type: ignore[attr-defined]
            if came.wait(60):
                lines.write(f"{time.monotonic() - begun:.4f} {time.process_time() - used:.4f}\n")
                lines.flush()


if "pipeline.run.tether" in sys.orig_argv and "BROADSHEET_LAG" in os.environ:
    threading.Thread(target=measure, args=(Path(os.environ["BROADSHEET_LAG"]),), daemon=True).start()
