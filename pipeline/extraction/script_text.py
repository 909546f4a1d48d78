"""The article of a page whose own text is written by a script: it often stands in the page's JSON all the same."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from pipeline.block import Segments
from pipeline.extraction.embedded import Json
from pipeline.extraction.page_state import state_text
from pipeline.extraction.parse import PageLimitError, Script, parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import Signals

MOST_LEVELS = 12
MOST_CHARS = 1 << 20


class Written(NamedTuple):
    """Blocks that no reader sees before a script has run; ``flag`` says on the record where they stood."""

    segments: Segments
    flag: str


def script_segments(signals: Signals, scripts: Sequence[Script]) -> Written | None:
    """The page's text as its JSON has it, as blocks; ``None`` without one.

    The longest ``articleBody`` (https://schema.org/articleBody) of its JSON-LD; without one the text of the object of
    its scripts' state that bears the page's title. Either may be plain, a paragraph a line, or HTML.
    """
    bodies = [body for value in signals.json_ld for body in _bodies(value, MOST_LEVELS)]
    texts, flag = [max(bodies, key=len)] if bodies else [], "text_from_json_ld"
    if not texts:
        titles = [signals.title, *(content for name, content in signals.metas if name in {"og:title", "twitter:title"})]
        texts, flag = state_text(scripts, titles), "text_from_page_state"
    markup = "".join(map(_markup, texts))
    if not markup or len(markup) > MOST_CHARS:
        return None
    try:
        return Written(segment(parse(markup)), flag)
    except PageLimitError:
        return None


def _markup(text: str) -> str:
    if "</" in text:
        return text
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _bodies(value: Json, levels: int) -> list[str]:
    if levels == 0 or not isinstance(value, dict | list):
        return []
    if isinstance(value, list):
        return [body for member in value for body in _bodies(member, levels - 1)]
    own = value.get("articleBody")
    found = [own] if isinstance(own, str) and own.strip() else []
    return found + [body for member in value.values() for body in _bodies(member, levels - 1)]
