"""What a rule may know of the page beside the block itself: made once a page, read by every rule."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.block import Block, Container, Segments
from pipeline.cleaning.fold import fold, fold_all
from pipeline.cleaning.scripts import letters_by_script
from pipeline.extraction.names import Role, role_of
from pipeline.profile import SiteProfile

_SENTENCE_END = re.compile(r"[.!?…:;。！？؟।]['\"”’»)\]]*$")
# Scripts without word spaces (Japanese, Chinese, Thai, Lao, Burmese, Khmer): a word is about two characters there.
_WIDE = re.compile(
    "[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
PROSE_WORDS = 8
"""Words from which a block without many links counts as running text."""

PROSE_LINKS = 0.33
"""Link density up to which a block counts as running text: jusText's high limit is 0.4, boilerpipe's 0.33."""

MAIN_SHARE = 0.6
"""Share of the page's running text that the main container must hold: the deepest one that does is taken."""

CHROME_SHARE = 0.4
"""A container that holds this share of the running text is no chrome, whatever it is called."""


BUTTON_PROSE = 200
"""Characters of running text above which a container is no row of buttons, though its id be ``sharing-changes``."""

_BUTTONS = frozenset({Role.SHARE, Role.BREADCRUMBS, Role.PAGINATION})

SCRIPT_SHARE = 0.2
"""Share of the running text's letters from which a writing system is one of the page's own."""

SAMPLE_BLOCKS = 40
"""Blocks of running text that the page's writing system is read from."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}


class Outline(NamedTuple):
    """The page as the rules see it.

    ``folded`` is each block's text by ``fold``; ``words`` its count of words; ``prose`` whether it is running text.
    ``roles`` has the role of each container (its own or the nearest that encloses it); ``within`` the tags that
    enclose each container, its own among them. ``main`` is the container of the main text, ``in_main`` one truth a
    block, ``span`` the first and last block of running text in it. ``title`` is folded; ``headline`` is the block that
    is the headline (-1 without one); ``scripts`` the writing systems of the running text.
    """

    blocks: tuple[Block, ...]
    containers: tuple[Container, ...]
    title: str
    folded: tuple[str, ...]
    words: tuple[int, ...]
    prose: tuple[bool, ...]
    roles: tuple[Role | None, ...]
    within: tuple[frozenset[str], ...]
    main: int
    in_main: tuple[bool, ...]
    span: tuple[int, int]
    repeated: frozenset[str]
    headline: int
    scripts: frozenset[str]


def count_words(text: str) -> int:
    """Words; in scripts without word spaces two characters count as one.

    >>> count_words("three short words"), count_words("吾輩は猫である")
    (3, 4)
    """
    if text.isascii():
        return text.count(" ") + 1 if text else 0
    wide = len(_WIDE.findall(text))
    return len(text.split()) if not wide else len(_WIDE.sub(" ", text).split()) + (wide + 1) // 2


def outline(segments: Segments, title: str | None, profile: SiteProfile | None = None) -> Outline:
    """Everything that rules ask for, in time linear in blocks and containers."""
    blocks, containers = segments
    texts = [block.text for block in blocks]
    words = tuple(map(count_words, texts))
    prose = tuple(
        [count >= PROSE_WORDS and _is_prose(block, count) for block, count in zip(blocks, words, strict=True)]
    )
    weights = _weights(segments, prose)
    main = _main_container(weights)
    inside = _inside(containers, main)
    in_main = tuple([inside[block.container] for block in blocks])
    running = [position for position, is_prose in enumerate(prose) if is_prose]
    prose_in_main = [position for position in running if in_main[position]]
    folded = fold_all(texts)
    folded_title = fold(title or "")
    return Outline(
        blocks,
        containers,
        folded_title,
        folded,
        words,
        prose,
        _roles(containers, weights),
        _enclosing(containers),
        main,
        in_main,
        (prose_in_main[0], prose_in_main[-1]) if prose_in_main else (0, -1),
        profile.repeated if profile else frozenset(),
        _headline(blocks, folded, folded_title),
        _scripts(" ".join([texts[position] for position in running[:SAMPLE_BLOCKS]])),
    )


def _scripts(text: str) -> frozenset[str]:
    counts = letters_by_script(text)
    return frozenset(name for name, count in counts.items() if count >= SCRIPT_SHARE * sum(counts.values()))


def _headline(blocks: tuple[Block, ...], folded: tuple[str, ...], title: str) -> int:
    """The block that is the headline: of those that say the title, the highest heading, mixed case before capitals."""
    same = [blocks[place] for place, text in enumerate(folded) if text == title] if title else []
    if not same:
        same = [block for block in blocks if block.tag == "h1"][:1]
        return same[0].position if same and folded[same[0].position] in title else -1
    return min(same, key=lambda b: (b.text.isupper(), _HEADINGS.get(b.tag, 7), b.position)).position


def _is_prose(block: Block, words: int) -> bool:
    """Whether a block of at least ``PROSE_WORDS`` words is running text."""
    if block.hidden or block.link_density > PROSE_LINKS:
        return False
    return words >= 2 * PROSE_WORDS or _SENTENCE_END.search(block.text) is not None or block.tag == "p"


def _weights(segments: Segments, prose: tuple[bool, ...]) -> list[int]:
    """Characters of running text in each container, those in it included; parents come before their children."""
    containers = segments.containers
    weights = [0] * len(containers)
    for block, is_prose in zip(segments.blocks, prose, strict=True):
        if is_prose:
            weights[block.container] += len(block.text)
    for number in range(len(weights) - 1, 0, -1):
        if weights[number]:
            weights[containers[number].parent] += weights[number]
    return weights


def _main_container(weights: list[int]) -> int:
    """The deepest container that holds ``MAIN_SHARE`` of the running text: of two such the later is in the earlier."""
    if not weights or not weights[0]:
        return 0
    wanted = MAIN_SHARE * weights[0]
    return max(number for number, weight in enumerate(weights) if weight >= wanted)


def _inside(containers: tuple[Container, ...], main: int) -> list[bool]:
    """Which containers are the main one or in it: they stand in document order, so none before it is."""
    inside = [False] * len(containers)
    inside[main : main + 1] = [True] * bool(containers)
    for number in range(main + 1, len(containers)):
        inside[number] = inside[containers[number].parent]
    return inside


def _roles(containers: tuple[Container, ...], weights: list[int]) -> tuple[Role | None, ...]:
    """The role of each container: its own, else that of the one around it. The page's bulk is nobody's chrome."""
    limit = (CHROME_SHARE * weights[0] if weights else 0) or math.inf
    roles: list[Role | None] = []
    for (parent, tag, names, _, _), weight in zip(containers, weights, strict=True):
        own = role_of(tag, names) if parent >= 0 else None
        if own is None or weight > (BUTTON_PROSE if own in _BUTTONS else limit):
            own = roles[parent] if parent >= 0 else None
        roles.append(own)
    return tuple(roles)


@lru_cache(maxsize=4096)
def _with(around: frozenset[str], tag: str) -> frozenset[str]:
    return around | {tag}


def _enclosing(containers: tuple[Container, ...]) -> tuple[frozenset[str], ...]:
    tags: list[frozenset[str]] = []
    for parent, tag, _, _, _ in containers:
        around = tags[parent] if parent >= 0 else frozenset()
        tags.append(around if tag in around else _with(around, tag))
    return tuple(tags)
