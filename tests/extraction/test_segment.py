"""Tree to blocks: where a block ends, what its text is, and what is known of it."""

from __future__ import annotations

import re

import pytest

from pipeline.block import Block, Markup, Segments
from pipeline.extraction.gathering import MAX_OPEN_INLINE
from pipeline.extraction.parse import markup, parse
from pipeline.extraction.segment import segment


def cut(page: str) -> Segments:
    return segment(parse(page))


def texts(page: str) -> list[str]:
    return [block.text for block in cut(page).blocks]


def spans(block: Block) -> list[tuple[str, Markup, str]]:
    return [(block.text[span.start : span.end], span.markup, span.target) for span in block.spans]


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("loose <div>inner</div> loose again", ["loose", "inner", "loose again"]),
        ("<p>white \n\t space\xa0 folded </p>", ["white space folded"]),
        ("<p>a<b>b</b>c <i> d</i></p>", ["abc d"]),
        ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", ["a", "b", "c"]),
        ("<table><tr><td>a</td><td><p>b</p></td></tr></table>", ["a", "b"]),
        ("<p>before<!-- a remark -->after</p>", ["beforeafter"]),
        ("<p>left <svg><text>drawn</text></svg> right</p>", ["left right"]),
        ("<p>left <canvas>old browser</canvas> right</p>", ["left right"]),
        ("<select><option>North</option><option>South</option></select>", ["North South"]),
        ("<p>a<template><p>never</p></template>b</p>", ["ab"]),
        ("<title>Head</title><body><p>Body</p>", ["Body"]),
        ("<p></p><div> </div><p>&nbsp;</p>", []),
        ("", []),
    ],
)
def test_blocks(page: str, blocks: list[str]) -> None:
    assert texts(page) == blocks


@pytest.mark.parametrize("drawing", ["<svg><path/></svg>", "<canvas>old browser</canvas>", "<iframe></iframe>"])
def test_a_drawing_between_two_words_parts_them(drawing: str) -> None:
    assert texts(f"<a>left{drawing}right</a>") == ["left right"]


def test_br_makes_lines_of_one_paragraph() -> None:
    first, second, third = cut("<p>one<br>two</p><p>three</p>").blocks
    assert [first.line, second.line, third.line] == [False, True, False]
    assert first.container == second.container != third.container


@pytest.mark.parametrize("gap", ["<br><br>", "<br>\n<br>", "<br/> <br/>\n", "<br><br><br>"])
def test_two_breaks_make_a_new_paragraph(gap: str) -> None:
    first, second = cut(f"<div>one{gap}two</div>").blocks
    assert (first.text, second.text, second.line) == ("one", "two", False)


def test_a_break_at_the_start_is_no_line() -> None:
    assert [(block.text, block.line) for block in cut("<div><br>one</div><br>two").blocks] == [
        ("one", False),
        ("two", False),
    ]


def test_preformatted_text_keeps_its_lines() -> None:
    (block,) = cut("<pre>\n  first\n    second  \n\n</pre>").blocks
    assert (block.text, block.tag) == ("  first\n    second", "pre")
    (block,) = cut("<pre>a<br>b <b>c</b></pre>").blocks
    assert block.text == "a\nb c"
    assert spans(block) == [("c", Markup.STRONG, "")]


def test_spans() -> None:
    (block,) = cut('<p>See <a href="/x">the <b>table</b></a>, <code>row 1</code> and <em>rest</em>.</p>').blocks
    assert block.text == "See the table, row 1 and rest."
    assert sorted(spans(block)) == sorted(
        [
            ("the table", Markup.LINK, "/x"),
            ("table", Markup.STRONG, ""),
            ("row 1", Markup.CODE, ""),
            ("rest", Markup.EMPHASIS, ""),
        ]
    )
    assert block.link_chars == len("the table")


def test_a_link_around_blocks_spans_each_of_them() -> None:
    heading, line = cut('<a href="/x"><h2>Head</h2><p>Line</p></a>').blocks
    assert spans(heading) == [("Head", Markup.LINK, "/x")]
    assert spans(line) == [("Line", Markup.LINK, "/x")]
    assert heading.link_density == line.link_density == 1.0


def test_white_space_around_a_link_stays_outside() -> None:
    (block,) = cut('<p>go <a href="/x"> there </a> now</p>').blocks
    assert block.text == "go there now"
    assert spans(block) == [("there", Markup.LINK, "/x")]


@pytest.mark.parametrize(
    "attribute", ["hidden", 'aria-hidden="true"', 'style="color:red; DISPLAY:none"', 'style="visibility: hidden"']
)
def test_hidden(attribute: str) -> None:
    outside, inside, after = cut(f"<p>a</p><div {attribute}><section><p>b</p></section></div><p>c</p>").blocks
    assert (outside.hidden, inside.hidden, after.hidden) == (False, True, False)


def test_containers_know_their_place() -> None:
    blocks, containers = cut('<body class="Single"><main id="M"><p class="Lead">a</p></main><p>b</p></body>')
    assert [(c.parent, c.tag, c.names, c.depth) for c in containers] == [
        (-1, "body", "single", 0),
        (0, "main", "m", 1),
        (1, "p", "lead", 2),
        (0, "p", "", 1),
    ]
    assert [block.container for block in blocks] == [2, 3]


def test_inline_names() -> None:
    (block,) = cut('<p>On <time class="Published">2 March</time> by <a rel="author" href="/a">Rose</a></p>').blocks
    assert {"time", "published", "author"} <= set(block.names.split())


PAGES = [
    "<p>one <b>two</b> three</p><script>x</script><p>four<br>five</p>",
    "<div>a<p>b</p>c</div><select><option>d</option></select><pre> e\n</pre>",
    "<h1>t</h1><noscript><p>n</p></noscript><svg><text>s</text></svg>text<template>u</template><p>v &amp; w</p>",
    "<table><tr><td>1</td><td>2<br>3</td></tr></table><textarea>own</textarea><iframe>old</iframe>end",
]


@pytest.mark.parametrize("page", PAGES)
def test_nodes_number_the_text_nodes_of_the_normalised_page(page: str) -> None:
    """``view`` finds a block's text by counting the text nodes of ``markup``."""
    tree = parse(page)
    body = tree.lexbor.body
    assert body is not None
    nodes = [node.text_content or "" for node in body.traverse(include_text=True) if node.tag == "-text"]
    for block in segment(tree).blocks:
        first, last = block.nodes
        told = re.sub(r"\s+", "", "".join(nodes[first:last]))
        assert re.sub(r"\s+", "", block.text) in told
    assert [b.nodes for b in segment(parse(markup(tree))).blocks] == [b.nodes for b in segment(tree).blocks]


def test_positions_count_up() -> None:
    blocks = cut("".join(PAGES)).blocks
    assert [block.position for block in blocks] == list(range(len(blocks)))


def test_inline_markup_that_is_never_closed_does_not_multiply() -> None:
    deep, many = MAX_OPEN_INLINE + 400, 400
    page = "".join(f"<b id=x{i}>" for i in range(deep)) + "<p>line</p>" * many
    assert [len(block.spans) for block in cut(page).blocks] == [MAX_OPEN_INLINE] * many
    bold = "".join(f"<b id=x{i}>" for i in range(deep)) + "deep" + "</b>" * deep
    (block,) = cut(f"<i>{bold}</i> <u>x</u><a>y</a>").blocks
    assert [span for span in spans(block) if span[1] is not Markup.STRONG] == [
        ("deep", Markup.EMPHASIS, ""),
        ("y", Markup.LINK, ""),
    ]
