"""The article of a page whose own text is written by a script: it often stands in the page's JSON-LD."""

from __future__ import annotations

from html import escape

from pipeline.block import Segments
from pipeline.extraction.embedded import Json
from pipeline.extraction.parse import PageLimitError, parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import Signals

MOST_LEVELS = 12


def script_segments(signals: Signals) -> Segments | None:
    """The longest ``articleBody`` (https://schema.org/articleBody) of the page's JSON-LD as blocks, None without one.

    The text may be plain, a paragraph a line, or HTML.
    """
    bodies = [body for value in signals.json_ld for body in _bodies(value, MOST_LEVELS)]
    if not bodies:
        return None
    body = max(bodies, key=len)
    markup = body if "</" in body else "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
    try:
        return segment(parse(markup))
    except PageLimitError:
        return None


def _bodies(value: Json, levels: int) -> list[str]:
    if levels == 0 or not isinstance(value, dict | list):
        return []
    if isinstance(value, list):
        return [body for member in value for body in _bodies(member, levels - 1)]
    own = value.get("articleBody")
    found = [own] if isinstance(own, str) and own.strip() else []
    return found + [body for member in value.values() for body in _bodies(member, levels - 1)]
