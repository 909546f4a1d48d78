"""Readers' comments under an article, made up: the benchmark's article pages have few, and the web of blogs many.

The words are paragraphs of other pages (forum posts above all), so that wording does not give them away; what does is
where they stand and what their containers are called.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.block import Block, Container, Markup, Segments, Span

_OUTER = (
    "comments", "comments-area", "comment-list", "commentlist", "responses", "disqus_thread", "commentlisting",
    "kommentare", "comments-section", "article-comments", "post-comments", "reader-comments", "discussion", "",
)  # fmt: skip
_ITEM = (
    "comment even thread-even depth-1 comment-{n}", "comment", "comment-body", "comment_body_{n}", "c{n}",
    "comment-{n}", "cmt", "post comment", "li-comment-{n}", "reader-comment", "response", "reply", "",
)  # fmt: skip
_TEXT = ("comment-content", "comment-text", "commenttext", "comment_body", "text", "body", "content", "", "")
_META = ("comment-author vcard", "comment-meta commentmetadata", "comment-by", "author", "commenthead", "says", "")
_NAMES = (
    "Anna",
    "mike77",
    "J. Weber",
    "Old Timer",
    "K.",
    "greenfinch",
    "Tom S.",
    "redbarn",
    "Lucia M",
    "Guest",
    "pilot",
)
_MONTHS = ("January", "March", "April", "June", "July", "October", "December")
_HEADS = (
    "Comments",
    "{n} Comments",
    "{n} Responses",
    "Leave a Reply",
    "Kommentare ({n})",
    "Discussion",
    "What readers say",
    "",
)


def with_comments(
    segments: Segments, share: np.ndarray, voices: Sequence[str], rng: np.random.Generator
) -> tuple[Segments, np.ndarray]:
    """The page with a thread of comments after its article; the new blocks' share is 0."""
    body = np.flatnonzero(share > 0.5)
    if not body.size or len(segments.blocks) > 1500:
        return segments, share
    spot = _article(segments, body)
    parent = segments.containers[spot].parent
    inside = parent < 0 or rng.random() < 0.4
    last, high = _end(segments, spot)
    thread = _Thread(spot if inside else parent, last + 1, segments, rng)
    thread.write(voices)
    shift = len(thread.containers)
    old = segments.containers
    after = [c._replace(parent=c.parent + shift if c.parent > last else c.parent) for c in old[last + 1 :]]
    blocks = [b._replace(container=b.container + shift) if b.container > last else b for b in segments.blocks]
    joined = [*blocks[:high], *thread.blocks, *blocks[high:]]
    changed = Segments(
        tuple(b._replace(position=i) for i, b in enumerate(joined)),
        (*old[: last + 1], *thread.containers, *after),
    )
    return changed, np.concatenate((share[:high], np.zeros(len(thread.blocks), share.dtype), share[high:]))


def _article(segments: Segments, body: np.ndarray) -> int:
    """The lowest container that holds nine tenths of the article's blocks."""
    counts = np.zeros(len(segments.containers), int)
    for i in body:
        container = segments.blocks[i].container
        while container >= 0:
            counts[container] += 1
            container = segments.containers[container].parent
    return int(np.flatnonzero(counts >= 0.9 * body.size)[-1])


def _end(segments: Segments, container: int) -> tuple[int, int]:
    """The last container below this one, and the place after its last block."""
    inside = {container}
    for place in range(container + 1, len(segments.containers)):
        if segments.containers[place].parent not in inside:
            break
        inside.add(place)
    blocks = [b.position for b in segments.blocks if b.container in inside]
    return max(inside), max(blocks) + 1


class _Thread:
    """Containers and blocks of one thread, as they are made."""

    def __init__(self, parent: int, first: int, segments: Segments, rng: np.random.Generator) -> None:
        self.containers: list[Container] = []
        self.blocks: list[Block] = []
        self.parent, self.first, self.rng = parent, first, rng
        self.depth = segments.containers[parent].depth

    def choose(self, options: Sequence[str]) -> str:
        """One of the options, its number filled in."""
        return options[int(self.rng.integers(len(options)))].replace("{n}", str(int(self.rng.integers(2, 99999))))

    def open(self, parent: int, tag: str, names: str) -> int:
        """A new container; gives its place in the page."""
        depth = self.depth + 1 if parent < self.first else self.containers[parent - self.first].depth + 1
        self.containers.append(Container(parent, tag, names, depth))
        return self.first + len(self.containers) - 1

    def say(self, parent: int, tag: str, names: str, text: str, *, link: bool = False) -> None:
        """A block in a container of its own."""
        place = self.open(parent, tag, names)
        spans = (Span(0, len(text), Markup.LINK, "#"),) if link else ()
        self.blocks.append(Block(0, text, tag, place, spans))

    def write(self, voices: Sequence[str]) -> None:
        """Heading, comments, form."""
        rng = self.rng
        outer = self.open(self.parent, self.choose(("div", "section", "div")), self.choose(_OUTER))
        head = self.choose(_HEADS)
        if head:
            self.say(outer, self.choose(("h2", "h3", "h4", "div")), "", head)
        listed = rng.random() < 0.5
        thread = self.open(outer, "ol" if listed else "div", "") if rng.random() < 0.6 else outer
        item, meta, text = (_pick(rng, options) for options in (_ITEM, _META, _TEXT))
        meta_first, paragraph = rng.random() < 0.8, self.choose(("p", "p", "p", "div"))
        for _ in range(int(rng.geometric(0.12))):
            number = str(int(rng.integers(2, 99999)))
            one = self.open(thread, "li" if listed else "div", item.replace("{n}", number))
            by = f"{self.choose(_NAMES)} {self.choose(('says:', 'wrote', '', 'on'))} "
            by += f"{self.choose(_MONTHS)} {int(rng.integers(1, 29))}, {int(rng.integers(2005, 2025))}"
            if meta_first:
                self.say(one, "div", meta, by)
            held = self.open(one, "div", text) if text else one
            for _ in range(int(rng.geometric(0.6))):
                self.say(held, paragraph, "", voices[int(rng.integers(len(voices)))])
            if not meta_first:
                self.say(one, "div", meta, by)
            if rng.random() < 0.5:
                self.say(one, "div", "reply", self.choose(("Reply", "Report", "Antworten", "Like")), link=True)


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
