"""The article out of the state that a page hands to its scripts (``__NEXT_DATA__``, ``__NUXT_DATA__`` and the like).

Such JSON holds whole sites: menus, labels, other articles. Only an object that bears the page's own title is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.extraction.embedded import Json, read_json
from pipeline.extraction.flight import MOST_CHARS, flight_values
from pipeline.extraction.parse import Script

MOST_LEVELS = 24
MOST_VALUES = 50_000
"""Values that are looked at, of all states of a page together."""
LEAST_CHARS = 400
LEAST_SENTENCES = 3
LEAST_TITLE = 10
"""Letters and digits; shorter titles ("Home") stand in many objects."""
_BODIES = frozenset(
    (
        "articlebody body content contents text html bodyhtml contenthtml htmlbody bodytext fulltext richtext article "
        "blocks paragraphs sections components elements story document post markdown"
    ).split()
)
_TEXTS = _BODIES | {"value", "rendered", "children", "data", "nodes", "items", "p", "paragraph", "json", "root"}
_TITLES = ("headline", "title", "name", "heading")
_RUN_KINDS = frozenset({None, "text", "span"})
_NO_LETTERS = re.compile(r"[\W_]+")
_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"[.!?…](?=[\s\"”»']|$)|[。！？]")
_MARKS = re.compile(r"[{}=<>\\|;_/]")
MOST_MARKS = 0.02
"""Share of characters that code and data have and prose hardly."""


def state_text(scripts: Iterable[Script], titles: Iterable[str]) -> list[str]:
    """The paragraphs (plain or HTML) of the longest text that stands in an object with one of the page's ``titles``.

    Empty where there is none that reads like prose.
    """
    wanted = {_key(title) for title in titles}
    wanted = {title for title in wanted if len(title) >= LEAST_TITLE}
    budget = [MOST_VALUES, MOST_CHARS]
    found: list[list[str]] = []
    for value in _values(scripts, budget) if wanted else ():
        found += [_body(item) for item in _named(value, wanted, MOST_LEVELS, budget)]
    best = max(found, key=lambda texts: sum(map(len, texts)), default=[])
    return best if is_prose(best) else []


def _values(scripts: Iterable[Script], budget: list[int]) -> Iterator[Json]:
    """The values of the scripts that are no JSON-LD."""
    pieces = []
    for script in scripts:
        if script.id == "__next_f":
            pieces.append(script.text)
        elif not script.linked_data:
            value = read_json(script.text)
            if script.id == "__NUXT_DATA__" and isinstance(value, list):
                value = _revived(value, 0, MOST_LEVELS, budget)
            yield value
    yield from flight_values(pieces)


def _key(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())


def _revived(flat: list[Json], at: int, levels: int, budget: list[int]) -> Json:
    """The value of Nuxt's flat list: in it lists and objects hold not their members but their members' places.

    ``budget`` are values and characters of strings: one place may be named any number of times.
    """
    budget[0] -= 1
    if levels == 0 or budget[0] < 0 or not 0 <= at < len(flat):
        return None
    value = flat[at]
    if isinstance(value, str):
        budget[1] -= len(value)
        return value if budget[1] >= 0 else None
    if isinstance(value, dict):
        return {name: _revived(flat, p, levels - 1, budget) for name, p in value.items() if isinstance(p, int)}
    if isinstance(value, list):
        if value and isinstance(value[0], str):  # ["Reactive", place]
            return (
                _revived(flat, value[1], levels - 1, budget) if len(value) > 1 and isinstance(value[1], int) else None
            )
        return [_revived(flat, p, levels - 1, budget) for p in value if isinstance(p, int)]
    return value


def _named(value: Json, wanted: set[str], levels: int, budget: list[int]) -> Iterator[dict[str, Json]]:
    """The objects that bear the page's title."""
    budget[0] -= 1
    if levels == 0 or budget[0] < 0:
        return
    if isinstance(value, dict):
        if any(_is_title(value.get(name), wanted) for name in _TITLES):
            yield value
        for member in value.values():
            if isinstance(member, dict | list):
                yield from _named(member, wanted, levels - 1, budget)
    elif isinstance(value, list):
        for member in value:
            if isinstance(member, dict | list):
                yield from _named(member, wanted, levels - 1, budget)


def _is_title(value: Json, wanted: set[str]) -> bool:
    """Whether a value is one of the titles, or the beginning of one, behind which the name of the site stands."""
    if isinstance(value, dict):
        value = value.get("rendered")
    name = _key(_TAG.sub("", value)) if isinstance(value, str) else ""
    return len(name) >= LEAST_TITLE and any(title.startswith(name) for title in wanted)


def _body(item: dict[str, Json]) -> list[str]:
    """The longest of the object's texts."""
    members = ((name.lower().replace("_", "").replace("-", ""), value) for name, value in item.items())
    texts = [list(_texts(value, MOST_LEVELS)) for name, value in members if name in _BODIES]
    return max(texts, key=lambda found: sum(map(len, found)), default=[])


def _texts(value: Json, levels: int) -> Iterator[str]:
    """The strings that are text, a paragraph each, in order."""
    if isinstance(value, str):
        if value.strip():
            yield value
    elif levels == 0:
        return
    elif isinstance(value, list):
        run = _run(value)
        if run is not None:
            yield run
            return
        for member in value:
            yield from _texts(member, levels - 1)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name.lower() in _TEXTS:
                yield from _texts(member, levels - 1)


def _run(members: list[Json]) -> str | None:
    """One paragraph out of the pieces that editors keep it in: ``[{"text": "A "}, {"text": "word"}]``."""
    pieces: list[str] = []
    for member in members:
        if not isinstance(member, dict):
            return None
        text = member.get("text", member.get("value"))
        kind = member.get("type", member.get("_type", member.get("nodeType")))
        if not isinstance(text, str) or kind not in _RUN_KINDS:
            return None
        pieces.append(text)
    # pieces that all end a sentence are paragraphs
    if len(pieces) > 1 and all(_SENTENCE_END.search(piece.rstrip()[-1:]) for piece in pieces):
        return None
    return "".join(pieces) if pieces else None


def is_prose(texts: list[str]) -> bool:
    """Whether texts (plain or HTML) are long enough, end sentences, and have few of the marks of code and data."""
    plain = " ".join(_TAG.sub(" ", text) for text in texts)
    return (
        len(plain) >= LEAST_CHARS
        and sum(1 for _ in _SENTENCE_END.finditer(plain)) >= LEAST_SENTENCES
        and sum(1 for _ in _MARKS.finditer(plain)) <= MOST_MARKS * len(plain)
    )
