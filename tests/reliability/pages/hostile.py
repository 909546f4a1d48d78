"""What a hostile page is, and the article that most of them hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

ARTICLE, LIMIT = frozenset({"article"}), frozenset({"quarantined.limit"})
SEEN = ARTICLE | {"listing", "reject.page_type"}
"""The text was seen, and what else is on the page decided of what kind the page is."""

EMPTY, NO_PAGE = frozenset({"reject.empty"}), frozenset({"reject.empty", "reject.page_type", "listing"})
COSTLY = SEEN | {"quarantined.limit", "quarantined.timeout", "quarantined.memory"}

PARAGRAPHS = (
    (
        "The lighthouse keeper of Skarholm counts the boats every evening, and writes the number into a grey"
        " book that has"
        " lain on the desk beside the stove since his father's time; nobody has asked him for it in nineteen years."
    ),
    (
        "The council wants to put a camera in his place. It would see at night, cost forty thousand crowns and"
        " ask for no"
        " pension, and at the hearing nobody could say what it does when the lens is white with salt."
    ),
    (
        "For the people of the outer islands the question is older than that. Their fathers were counted by a"
        " bell, and both"
        " times that the harbour changed its way of counting somebody drowned before it noticed."
    ),
    (
        "A decision is expected before the herring come back. Until then the book stays open, and who passes"
        " after dark can"
        " see through the window that somebody is still sitting there and writing."
    ),
)
FIRST, LAST = "The lighthouse keeper of Skarholm counts", "somebody is still sitting there and writing"
TITLE = "The keeper who counts the boats"


class Hostile(NamedTuple):
    """A page made by code: how to make it, the type its server gives, and what may become of it.

    ``outcomes`` are those allowed. Unless the page is quarantined each of ``keeps`` stands in one of its blocks; none
    of ``drops`` stands in its body.
    """

    name: str
    make: Callable[[], bytes]
    outcomes: frozenset[str] = ARTICLE
    keeps: tuple[str, ...] = (FIRST, LAST)
    drops: tuple[str, ...] = ()
    content_type: str | None = "text/html"


def story() -> str:
    """The article, without html and body around it."""
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in PARAGRAPHS)
    return f"<article><h1>{TITLE}</h1>\n{text}</article>"


def page(body: str = "", before: str = "", after: str = "", head: str = "") -> str:
    """A whole page: the article, or ``body`` in its place, with something before and after it."""
    return (
        f"<!doctype html><html lang=en><head><title>{TITLE}</title>"
        f"<meta property=og:type content=article>{head}</head>"
        f"<body>{before}{body or story()}{after}</body></html>"
    )


def made(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    """A small page, encoded when asked for."""
    return lambda: text.encode(encoding, "surrogatepass")


def around(before: str, count: int = 1, after: str = "", unit: str = "") -> Callable[[], bytes]:
    """The page with something repeated before its article, made when asked for."""
    return lambda: page(before=before * count + unit, after=after * count).encode("utf-8", "surrogatepass")
