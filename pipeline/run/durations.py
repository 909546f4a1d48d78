"""Lengths of time as a job file writes them."""

from __future__ import annotations

import re

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])", re.ASCII)


def seconds(text: str) -> float:
    """Seconds of a duration such as ``"90s"``, ``"1h"`` or ``"30d"``.

    Raises:
        ValueError: it is not one number and one unit.

    >>> seconds("1h"), seconds("1.5d")
    (3600.0, 129600.0)
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no duration (a number and one of s, m, h, d, w)")
    return float(found[1]) * SECONDS[found[2]]
