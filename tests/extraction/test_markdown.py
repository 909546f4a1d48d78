"""Kept blocks to paragraphs and to Markdown."""

from __future__ import annotations

import pytest

from pipeline.block import Segments
from pipeline.extraction.markdown import link_target, markdown, paragraphs
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.verdict import Class, Decision, Reason, Verdict

BASE = "https://news.example/guides/tides/"
KEEP = Verdict(Decision.KEEP, Class.BODY)
DROP = Verdict(Decision.REMOVE, Class.NAVIGATION, Reason.NAVIGATION)


def cut(page: str, *dropped: str) -> tuple[Segments, tuple[Verdict, ...]]:
    segments = segment(parse(page))
    return segments, tuple(DROP if block.text in dropped else KEEP for block in segments.blocks)


def to_markdown(page: str, *dropped: str) -> str:
    return markdown(*cut(page, *dropped), BASE)


def to_paragraphs(page: str, *dropped: str) -> tuple[str, ...]:
    return paragraphs(*cut(page, *dropped))[0]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h1>Tides</h1><p>One.</p><h3>Later</h3><p>Two.</p>", "# Tides\n\nOne.\n\n### Later\n\nTwo."),
        ("<p>an <em>old</em> <strong>salt</strong></p>", "an *old* **salt**"),
        ("<p><b>all <i>of</i> it</b></p>", "**all *of* it**"),
        ("<p>use <code>a*b</code> or <kbd>x</kbd></p>", "use `a*b` or `x`"),
        ("<p>one<br>two</p>", "one\\\ntwo"),
        ("<h2>one<br>two</h2>", "## one two"),
        ("<blockquote><p>one<br>two</p></blockquote>", "> one\\\n> two"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n1. b"),
        ("<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>", "- a\n  - b\n    1. c\n- d"),
        ("<p>a</p><ul><li>one<br>more</li></ul>", "a\n\n- one\\\n  more"),
    ],
)
def test_structure(page: str, expected: str) -> None:
    assert to_markdown(page) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("../glossary#datum", "[datum](https://news.example/guides/glossary#datum)"),
        ("https://other.example/a b", "[datum](https://other.example/a%20b)"),
        ("/x_(y)", "[datum](https://news.example/x_%28y%29)"),
        ("/x?a=1&amp;b=%20", "[datum](https://news.example/x?a=1&b=%20)"),
        ("javascript:alert(1)", "datum"),
        (" JavaScript:alert(1)", "datum"),
        ("data:text/html,x", "datum"),
        ("mailto:a@b.example", "datum"),
        ("#below", "datum"),
        ("", "datum"),
        ("http://[bad", "datum"),
    ],
)
def test_links(href: str, expected: str) -> None:
    assert to_markdown(f'<p>the <a href="{href}">datum</a>.</p>') == f"the {expected}."


def test_a_target_cannot_break_out_of_its_brackets() -> None:
    assert link_target(BASE, "/a)[x](/b\n<c>") == "https://news.example/a%29[x]%28/b%3Cc%3E"


def test_markup_in_a_link() -> None:
    assert to_markdown('<p><a href="/x">the <b>old</b> pier</a></p>') == "[the **old** pier](https://news.example/x)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 * 3 * 4 and snake_case", "2 \\* 3 \\* 4 and snake\\_case"),
        ("[not a link](x) &lt;b&gt;", "\\[not a link\\](x) \\<b\\>"),
        ("a | b and \\ and `c`", "a \\| b and \\\\ and \\`c\\`"),
        ("# no heading", "\\# no heading"),
        ("- no point", "\\- no point"),
        ("+ no point", "\\+ no point"),
        ("&gt; no quotation", "\\> no quotation"),
        ("-5 degrees", "-5 degrees"),
        ("#tag", "#tag"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert to_markdown(f"<p>{text}</p>") == expected


def test_a_year_at_the_start_is_no_list() -> None:
    assert to_markdown("<p>2026. The year begins.</p>") == "2026\\. The year begins."


def test_code_keeps_its_lines_unescaped() -> None:
    assert to_markdown("<p>a</p><pre>x = [1] * 2\n  y_z</pre>") == "a\n\n```\nx = [1] * 2\n  y_z\n```"


def test_a_fence_is_longer_than_any_run_of_backticks_in_the_code() -> None:
    assert to_markdown("<pre>```\nfenced\n```` four</pre>") == "`````\n```\nfenced\n```` four\n`````"


TABLE = "<table><tr><th>Port</th><th>Height</th></tr><tr><td>Corran</td><td>4.2</td></tr></table>"


def test_a_table() -> None:
    assert to_markdown(f"<p>a</p>{TABLE}<p>b</p>") == "a\n\n| Port | Height |\n| --- | --- |\n| Corran | 4.2 |\n\nb"
    assert to_paragraphs(f"<p>a</p>{TABLE}<p>b</p>") == ("a", "Port | Height", "Corran | 4.2", "b")


def test_rows_of_different_length_and_bars_in_cells() -> None:
    page = "<table><tr><td>a</td><td>b|c</td></tr><tr><td>d</td></tr></table>"
    assert to_markdown(page) == "| a | b\\|c |\n| --- | --- |\n| d |  |"


def test_two_tables_are_two() -> None:
    assert to_markdown(TABLE + TABLE).count("| --- | --- |") == 2


def test_a_layout_table_is_no_table() -> None:
    page = f"<table><tr><td><p>{'word ' * 80}</p><p>next</p></td></tr></table>"
    assert to_paragraphs(page) == (("word " * 80).strip(), "next")
    assert "|" not in to_markdown(page)


def test_a_cell_of_two_lines_is_one_cell() -> None:
    page = "<table><tr><td>Corran<br>old quay</td><td>4.2</td></tr><tr><td>Seld</td><td>3.9</td></tr></table>"
    assert len(to_markdown(page).splitlines()[1].split("---")) == 3
    assert to_paragraphs("<table><tr><td>One.<br><br>Two.</td></tr></table>") == ("One.", "Two.")


def test_lines_join_only_when_they_stand_together() -> None:
    assert to_paragraphs("<p>one<br>two<br>three</p>") == ("one\ntwo\nthree",)
    assert to_paragraphs("<p>one<br>two<br>three</p>", "two") == ("one", "three")
    assert to_paragraphs("<p>one<br><br>two</p>") == ("one", "two")


def test_removed_blocks_leave_nothing() -> None:
    assert to_markdown("<p>a</p><ul><li>menu</li></ul><p>b</p>", "menu") == "a\n\nb"
    assert to_markdown("<p>a</p>", "a") == ""


def test_each_paragraph_has_the_class_of_its_first_block() -> None:
    segments, verdicts = cut("<p>one<br>two</p><p>three</p>")
    classes = (verdicts[0], verdicts[1], Verdict(Decision.KEEP, Class.CAPTION))
    assert paragraphs(segments, classes)[1] == (Class.BODY, Class.CAPTION)
