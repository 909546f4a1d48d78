from __future__ import annotations

import pytest

from pipeline.extraction.embedded import MAX_CHARS, read_json
from pipeline.extraction.parse import parse
from pipeline.extraction.signals import MARK_CHARS, MAX_MARKS, read_signals


def test_everything_stands_in_the_signals_as_plain_values():
    signals = read_signals(
        parse(
            """<html lang="de-AT"><head><title> Ein
            Titel </title><meta NAME="Author" content="Jane Doe"><meta property="og:title" content="Og">
            <link rel="canonical" href="/a"><script type="application/ld+json">{"@type": "Article"}</script></head>
            <body><h1>Ein<br>Titel <em>hier</em></h1><p class="byline">Von <a href="/author/j">Jane Doe</a></p>
            <time datetime="2024-01-02">gestern</time></body></html>"""
        )
    )
    assert signals.html_lang == "de-AT"
    assert signals.title == "Ein Titel"
    assert signals.metas == (("author", "Jane Doe"), ("og:title", "Og"))
    assert signals.links == (("canonical", "/a"),)
    assert signals.json_ld == ({"@type": "Article"},)
    tags = {mark.tag: mark for mark in signals.marks}
    assert tags["h1"].text == "Ein Titel hier"
    assert tags["p"].line == "Von Jane Doe"
    assert tags["p"].anchors == ("Jane Doe",)
    assert tags["time"].value == "2024-01-02"


@pytest.mark.parametrize(
    "holder",
    [
        "<footer>{}</footer>",
        "<div class='comments'>{}</div>",
        "<aside><div>{}</div></aside>",
        "<ul id='related'>{}</ul>",
    ],
)
def test_marks_of_footers_comments_and_teasers_are_told_apart(holder):
    mark = "<time datetime='2024-01-02'>x</time>"
    inside, outside = read_signals(parse(holder.format(mark) + "<p>text</p>" + mark)).marks
    assert inside.elsewhere
    assert not outside.elsewhere


@pytest.mark.parametrize("names", ["content-sidebar-wrap", "article widget", "main-menu off-canvas", "no-comments"])
def test_what_holds_the_headline_is_no_other_part_of_the_page(names):
    html = "<div class='{}'><div><h1>A story</h1></div>{}</div><div class='{}'>{}</div>"
    time = "<time>3 May 2024</time>"
    headline, inside, outside = read_signals(parse(html.format(names, time, names, time))).marks
    assert not inside.elsewhere
    assert headline.elsewhere
    assert outside.elsewhere


def test_boxes_of_a_page_builder_are_no_side_boxes_but_pictures_are():
    html = "<div class='elementor-widget'>{0}</div><div class='widget'>{0}</div><figure><p>{0}</p></figure>"
    marks = read_signals(parse(html.format("<span class='author'>Jane Doe</span>"))).marks
    assert [mark.elsewhere for mark in marks] == [False, True, True]


def test_a_name_in_a_meta_element_of_the_body_is_a_mark():
    html = "<p itemprop='author' itemtype='https://schema.org/Person'><meta itemprop='name' content='Jane Doe'></p>"
    name = read_signals(parse(html)).marks[1]
    assert (name.text, name.itemprop, name.item) == ("Jane Doe", "name", "https://schema.org/Person")


def test_the_nearest_itemtype_is_known():
    html = "<div itemtype='https://schema.org/Person'><p><span itemprop='name'>Jane Doe</span></p></div>"
    assert read_signals(parse(html)).marks[0].item == "https://schema.org/Person"


def test_teaser_lists_and_wrappers_are_cut_short():
    html = "<div class='author-wrapper'>" + "<p class='byline'>By Jane Doe</p>" * 2000 + "</div>"
    marks = read_signals(parse(html)).marks
    assert len(marks) == MAX_MARKS
    assert all(len(mark.text) <= MARK_CHARS for mark in marks)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("<!-- [1] -->", [1]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ('/*<![CDATA[*/{"a": 1}/*]]>*/', {"a": 1}),
        ('{"a": "x\ty", }', {"a": "x\ty"}),
        ('{"a": "D:\\\\d \\d"}', {"a": "D:\\d \\d"}),
        ('{"a": 1}{"b": 2}', {"a": 1}),
        ("", None),
        ("{'a': 1}", None),
        ("[" * 100_000, None),
        ('"' + "x" * MAX_CHARS + '"', None),
    ],
)
def test_json_is_read_although_it_is_badly_written(text, value):
    assert read_json(text) == value


def test_one_broken_script_does_not_hide_the_next():
    html = (
        '<script type="application/ld+json">{"@type": "Article", "headline": </script>'
        '<script type="application/ld+json">{"@type": "Article", "headline": "Whole"}</script>'
    )
    assert read_signals(parse(html)).json_ld == (None, {"@type": "Article", "headline": "Whole"})
