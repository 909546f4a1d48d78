"""Laws that hold for any page at all."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.article import Article, Extraction
from pipeline.extraction.decode import decode
from pipeline.extraction.parse import markup, parse
from pipeline.extraction.segment import segment
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.verdict import Decision

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
# fmt: off
TAGS = [
    "p", "div", "h1", "h2", "li", "ul", "td", "tr", "table", "a", "b", "span", "pre", "br", "nav", "footer", "article",
    "section", "blockquote", "code", "select", "option", "button", "figcaption", "svg", "template", "noscript",
]
NAMES = ["", "share", "comments", "cookie-banner", "nav", "byline", "related", "content", "post", "newsletter"]
TEXT = st.text(max_size=60)
SENTENCE = st.sampled_from([
    "The harbour office opened the northern gate at dawn, and the first boats left within the hour.",
    "Report this page", "Share on social media", "© 2026 The Valley Post", "By Anna Example", "Read more",
    "Der Hafen öffnete am Morgen, und die ersten Boote liefen aus.", "港は夜明けに開いた。", "3 May 2026",
])
# fmt: on


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Tag soup: elements opened, closed and left open at random, with names and text."""
    pieces = []
    for _ in range(draw(st.integers(0, 40))):
        kind = draw(st.integers(0, 3))
        tag = draw(st.sampled_from(TAGS))
        if kind == 0:
            pieces.append(f'<{tag} class="{draw(st.sampled_from(NAMES))}" href="/x">')
        elif kind == 1:
            pieces.append(f"</{tag}>")
        else:
            pieces.append(draw(SENTENCE if kind == 2 else TEXT))
    return "".join(pieces)


def read(body: bytes) -> Extraction:
    return extract(Page("https://news.example/a", body, "text/html", NOW))


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.binary(max_size=2000))
@settings(deadline=None)
def test_total_on_any_bytes(body: bytes) -> None:
    extraction = read(body)
    assert len(extraction.verdicts) == len(extraction.block_texts)


@given(pages())
@settings(max_examples=150, deadline=None)
def test_each_block_exactly_once(page: str) -> None:
    extraction = read(page.encode())
    kept = [t for t, v in zip(extraction.block_texts, extraction.verdicts, strict=True) if v.decision is Decision.KEEP]
    removed = [t for t, v in zip(extraction.block_texts, extraction.verdicts, strict=True) if v.reason is not None]
    assert extraction.text == "\n".join(kept)
    assert [removal.text for removal in extraction.removals] == removed
    for verdict in extraction.verdicts:
        assert (verdict.reason is not None) == (verdict.decision is Decision.REMOVE)
        assert 0.0 <= verdict.score <= 1.0
        assert verdict.score == round(verdict.score, 4)


@given(pages())
@settings(max_examples=150, deadline=None)
def test_nothing_is_invented(page: str) -> None:
    """The blocks together are a part of the page's text, in its order: no character is made up or stands twice."""
    tree = parse(decode(page.encode()).text)
    whole = iter(squeezed(tree.lexbor.body.text(deep=True) if tree.lexbor.body else ""))
    for block in segment(tree).blocks:
        assert all(char in whole for char in squeezed(block.text)), block.text


@given(pages())
@settings(max_examples=100, deadline=None)
def test_blocks_know_their_text_nodes(page: str) -> None:
    """``Block.nodes`` are half-open ranges that do not overlap, in order."""
    end = 0
    for block in segment(parse(decode(page.encode()).text)).blocks:
        first, last = block.nodes
        assert end <= first < last
        end = last
        for span in block.spans:
            assert 0 <= span.start < span.end <= len(block.text)


@given(pages())
@settings(max_examples=50, deadline=None)
def test_same_page_same_value(page: str) -> None:
    assert read(page.encode()) == read(page.encode())


@given(pages())
@settings(max_examples=100, deadline=None)
def test_body_has_one_class_a_paragraph(page: str) -> None:
    article = read(page.encode()).article
    if isinstance(article, Article):
        assert len(article.block_classes) == len(article.body.split("\n\n"))


@given(st.text(max_size=300))
@settings(deadline=None)
def test_markup_is_stable(text: str) -> None:
    """The normalised page parses to itself: what ``view`` marks is what was read."""
    once = markup(parse(text))
    assert [b.text for b in segment(parse(once)).blocks] == [b.text for b in segment(parse(text)).blocks]
