"""Pages that would cost a parser seconds: each gives a value, or says over which limit it goes."""

from __future__ import annotations

import pytest

from pipeline.article import Article
from pipeline.extraction.parse import MAX_ATTRIBUTES, MAX_CHARS, MAX_DEPTH, MAX_TAGS, PageLimitError, markup, parse
from pipeline.extraction.segment import segment
from pipeline.flow import extract
from pipeline.outcome import Outcome
from pipeline.page import Page

PARAGRAPH = (
    "<p>The ferry to the northern islands sails again from the first week of May, eleven years after the last crossing "
    "was cancelled for want of passengers, and the council expects to lose money on it in the first winter.</p>"
)


def texts(page: str) -> list[str]:
    return [block.text for block in segment(parse(page)).blocks]


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<div>" * 50_000 + PARAGRAPH, "nested deeper"),
        ("<b><i>" * 10_000 + PARAGRAPH, "nested deeper"),
        ("<br>" * (MAX_TAGS + 1), f"{MAX_TAGS + 1} tags"),
        ("x" * (MAX_CHARS + 1), f"{MAX_CHARS + 1} characters"),
    ],
    ids=["deep divs", "deep inline", "tags", "characters"],
)
def test_over_a_limit(page: str, says: str) -> None:
    with pytest.raises(PageLimitError, match=says):
        parse(page)
    extraction = extract(Page("https://news.example/a", page.encode()))
    assert extraction.outcome is Outcome.QUARANTINED_LIMIT
    assert (extraction.text, extraction.removals) == ("", ())


def test_just_below_the_limits() -> None:
    assert len(texts("<p>a</p>" * (MAX_TAGS // 2))) == MAX_TAGS // 2
    assert texts("<div>" * 2_000 + "deep" + "</div>" * 2_000) == ["deep"]
    assert MAX_DEPTH > 2_000


def test_deep_but_closed_again_and_again() -> None:
    """Many elements side by side are not nested."""
    assert len(texts("<div><b>word</b></div>" * 5_000)) == 5_000


def test_a_tag_of_a_hundred_thousand_attributes() -> None:
    page = "<div " + " ".join(f"a{i}=1" for i in range(100_000)) + ">" + PARAGRAPH + "</div>"
    tree = parse(page)
    assert len(segment(tree).blocks) == 1
    assert markup(tree).count("=") <= MAX_ATTRIBUTES


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_a_huge_attribute(quote: str) -> None:
    page = f"<p title={quote}{'x' * 300_000}{quote} class=lead>Short text.</p><p>More.</p>"
    tree = parse(page)
    assert [block.text for block in segment(tree).blocks] == ["Short text.", "More."]
    assert len(markup(tree)) < 1_000


def test_a_huge_attribute_that_is_never_closed() -> None:
    assert texts(PARAGRAPH + '<p title="' + "x" * 300_000)[0].startswith("The ferry")


@pytest.mark.parametrize("opening", ["<script>", "<style>", "<!--", "<script src=x>var a = '</div>'; <p>"])
def test_unclosed_to_the_end(opening: str) -> None:
    """A browser reads no text after it either (HTML standard, script data state and comment state)."""
    assert texts(f"<p>Before.</p>{opening} var x = 1; <p>After.</p>") == ["Before."]


@pytest.mark.parametrize("name", ["noscript", "svg", "iframe", "object", "canvas"])
def test_unclosed_others_do_not_swallow_the_page(name: str) -> None:
    assert texts(f"<p>Before.</p><p>x</p><{name}") == ["Before.", "x"]
    assert texts(f"<p>Before.</p>{f'<{name}></{name}>' * 50}<p>After.</p>") == ["Before.", "After."]


def test_many_unclosed_openings_are_read_once() -> None:
    with pytest.raises(PageLimitError, match="nested deeper"):
        parse(PARAGRAPH + "<svg>" * 50_000)
    assert texts(PARAGRAPH + "<!-- " * 50_000) == [segment(parse(PARAGRAPH)).blocks[0].text]


def test_scripts_that_hold_data_are_kept_aside() -> None:
    tree = parse(
        '<script type="application/ld+json">{"@type": "Article"}</script><script id=__NEXT_DATA__ '
        "type=application/json>{}</script><script>let x = 1</script><p>Text.</p>"
    )
    assert [(script.id, script.linked_data, script.text) for script in tree.scripts] == [
        ("", True, '{"@type": "Article"}'),
        ("__NEXT_DATA__", False, "{}"),
    ]
    assert tree.script_chars > 20


def test_noscript_is_the_page_where_it_says_more() -> None:
    page = f"<div id=root></div><noscript>{PARAGRAPH * 12}</noscript>"
    assert len(texts(page)) == 12
    assert texts(f"{PARAGRAPH}<noscript><p>Please turn scripts on.</p></noscript>") == texts(PARAGRAPH)


def test_a_large_plain_page_is_read() -> None:
    extraction = extract(Page("https://news.example/a", (PARAGRAPH * 300).encode()))
    assert isinstance(extraction.article, Article)
    assert len(extraction.block_texts) == 300


@pytest.mark.parametrize("name", ["script", "svg"])
def test_closing_tags_that_never_end(name: str) -> None:
    """Each of them used to be read to the end of the page: half a megabyte took minutes."""
    assert texts(f"<p>Before.</p><{name}>" + f"</{name} " * 60_000)[0] == "Before."
