"""How whole the article is, and what on the page says so.

A wall, three dots or a count of pages is only evidence where it stands: what publishers keep in the page for readers
who come too often stands on their whole articles too (of 586 articles of the benchmark 11 have the words or names of
a paywall, and the seven of them with a gold text hold all of it), and people end whole texts with three dots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.article import Completeness
from pipeline.block import Block
from pipeline.cleaning.fragments import cut_end
from pipeline.extraction.names import Role
from pipeline.extraction.outline import Outline
from pipeline.extraction.signals import Signals
from pipeline.verdict import Class, Decision, Verdict

NEAR = 6
"""Blocks after the last one kept in which a wall or a link to the rest is what the text ends with."""

NOTICE_CHARS = 300
SHORT_WORDS = 150
"""Words up to which three dots, or the word of the page that it is not free, mean that this is a beginning."""

MOST_WALLED_WORDS = 1000
"""No wall lets so much through: a text of more words is there whole, and its wall is for others."""

FEWEST_MISSING, MISSING_SHARE = 200, 2.0
"""The page declares a text of so many words more, and of so many times the words, that most of it is not there."""

LIKE_CHARACTERS = (0.6, 1.6)
"""Of the text's characters: where ``wordCount`` is so large, the publisher counted those (842 for 116 words)."""

SHOWN = 100
"""Characters of the page that the evidence quotes."""


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_WALL = _phrases(
    "subscribe(?:rs)? (?:now )?to (?:continue|keep|read)",
    "to (?:continue|keep) reading",
    "already a subscriber",
    "for subscribers only",
    "subscribers only$",
    "(?:only|exclusively) (?:available )?(?:to|for) (?:\\w+ ){0,2}(?:subscribers|members)",
    "log in to read",
    "this (?:article|story|content) is (?:reserved|only|exclusive)",
    "weiterlesen mit",
    "réservé (?:aux|à nos) abonnés",
    "solo para suscriptores",
)
_READ_ON = _phrases(
    r"\W*(?:continue reading|keep reading|read the (?:full|whole|rest)|weiterlesen|lire la suite|seguir leyendo"
    r"|continua a leggere|lees verder|czytaj dalej|читать далее|続きを読む|阅读全文)\b",
)
"""The link to the rest. "Read more" is as often a link to something else."""

_PART = _phrases(
    r"\b(?:page|seite|página|pagina|strona|страница)\s+(?P<part>\d{1,3})\s*(?:of|/|von|de|sur|di|van|z|из)\s*"
    r"(?P<parts>\d{1,3})\b"
)
_OPEN = re.compile(r"(?:\.\.\.|…)\s*$")
_ELIDED = re.compile(r"(?:\[(?:\.\.\.|…)\]|\((?:\.\.\.|…)\)|\s(?:\.\.\.|…))\s*$")
"""Words are left out: in brackets, or after a blank. Dots right after a word are as often a writer's own end."""

_NOT_FREE = frozenset({"false", "http://schema.org/false", "https://schema.org/false"})
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟।♦■◆*][\"'”’»›)\]}*†‡]*$")
_CODE = frozenset({"pre", "code", "li", "td", "th", "dd", "dt"})
FEWEST_WORDS = 8


class End(NamedTuple):
    """What an end is read by: the text's language, and whether the page's own end is missing (``</html>``)."""

    language: str | None = None
    cut: bool = False


WHOLE_PAGE = End()


class Whole(NamedTuple):
    """How whole, and the words of the page that say so (empty where nothing speaks against a whole text)."""

    completeness: Completeness
    evidence: str = ""


def how_whole(outline: Outline, verdicts: tuple[Verdict, ...], signals: Signals, words: int, end: End) -> Whole:
    """In this order: a wall where the text ends, a count of words, an end that breaks off, a part of several pages."""
    kept = [b for b, v in zip(outline.blocks, verdicts, strict=True) if v.decision is Decision.KEEP]
    if not kept:
        return Whole(Completeness.FULL)
    after = _after(outline, verdicts, kept[-1])
    items = list(_items(signals.json_ld))
    return (
        _walled(outline, verdicts, kept[-1], after, words)
        or _counted(items, words, sum(len(block.text) for block in kept))
        or _breaks_off(kept[-1], after, words, end)
        or _part(outline, verdicts)
        or Whole(Completeness.FULL, _wall_elsewhere(outline, verdicts))
    )


def _after(outline: Outline, verdicts: tuple[Verdict, ...], last: Block) -> list[Block]:
    """The blocks right after the text, comments aside."""
    rest = outline.blocks[last.position + 1 : last.position + 1 + NEAR]
    return [block for block in rest if verdicts[block.position].block_class is not Class.COMMENTS]


def _walled(
    outline: Outline, verdicts: tuple[Verdict, ...], last: Block, after: list[Block], words: int
) -> Whole | None:
    """A paywall's words right after the text or as its last block; after a short text its box, by the name, will do."""
    if words > MOST_WALLED_WORDS:
        return None
    for block in [last, *after]:
        named = block is not last and outline.roles[block.container] is Role.PAYWALL and words <= SHORT_WORDS
        box = block is not last and verdicts[block.position].block_class is Class.PAYWALL_SUBSCRIBE
        if named or ((box or len(block.text) < NOTICE_CHARS) and _WALL.search(block.text)):
            return Whole(Completeness.PAYWALLED, f"after the text: {block.text[:SHOWN]}")
    return None


def _wall_elsewhere(outline: Outline, verdicts: tuple[Verdict, ...]) -> str:
    """What a reader may take for a wall although the text does not end there."""
    for block, verdict in zip(outline.blocks, verdicts, strict=True):
        if verdict.block_class is Class.PAYWALL_SUBSCRIBE and _WALL.search(block.text):
            return f"a wall away from the end of the text: {block.text[:SHOWN]}"
    return ""


def _items(value: object) -> Iterator[dict[str, object]]:
    """JSON-LD's items, also those of lists and graphs."""
    if isinstance(value, list | tuple):
        for member in value:
            yield from _items(member)
    elif isinstance(value, dict):
        yield value
        yield from _items(value.get("@graph"))


def _counted(items: list[dict[str, object]], words: int, characters: int) -> Whole | None:
    """The page's own word: how many words the text has, and whether all may read it."""
    free = not any(str(item.get("isAccessibleForFree", "")).strip().lower() in _NOT_FREE for item in items)
    declared = max((_number(item.get("wordCount")) for item in items), default=0)
    in_words = not LIKE_CHARACTERS[0] * characters <= declared <= LIKE_CHARACTERS[1] * characters
    if in_words and declared - words >= FEWEST_MISSING and declared >= MISSING_SHARE * words:
        kind = Completeness.TEASER if free else Completeness.PAYWALLED
        return Whole(kind, f"JSON-LD declares {declared} words, the page shows {words}")
    if not free and words <= SHORT_WORDS:
        return Whole(Completeness.PAYWALLED, f"JSON-LD: isAccessibleForFree is false, and the page shows {words} words")
    return None


def _number(value: object) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _breaks_off(last: Block, after: list[Block], words: int, end: End) -> Whole | None:
    """The last paragraph ends in dots that stand for the rest, or in the middle of a sentence."""
    read_on = next((block.text for block in after if len(block.text) < SHOWN and _READ_ON.match(block.text)), "")
    if _ELIDED.search(last.text) and (words <= SHORT_WORDS or last.text.rstrip()[-1] in "])"):
        return Whole(Completeness.TEASER, f"ends with: {last.text[-SHOWN:]}")
    if read_on and words <= SHORT_WORDS and (after[0].text == read_on or _OPEN.search(last.text)):
        return Whole(Completeness.TEASER, f"goes on elsewhere: {read_on}")
    if last.tag in _CODE:
        return None
    cut = cut_end(last.text, "", end.language)
    if cut is not None:
        return Whole(Completeness.TRUNCATED, f"breaks off: {cut.words}")
    if end.cut and not after and len(last.text.split()) >= FEWEST_WORDS and not _SENTENCE_END.search(last.text):
        return Whole(Completeness.TRUNCATED, f"the page ends with: {last.text[-SHOWN:]}")
    return None


def _part(outline: Outline, verdicts: tuple[Verdict, ...]) -> Whole | None:
    """One of several pages of the text, by a line of its own ("Page 1 of 3")."""
    for block, verdict in zip(outline.blocks, verdicts, strict=True):
        if verdict.decision is Decision.REMOVE and verdict.block_class is not Class.COMMENTS and len(block.text) < 60:
            found = _PART.search(block.text)
            if found and 1 < int(found["parts"]) >= int(found["part"]) > 0:
                return Whole(Completeness.TRUNCATED, f"one of several pages: {block.text}")
    return None
