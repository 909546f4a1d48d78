"""Bylines that a reader sees: each rule with a page that needs it and one that resists it."""

from __future__ import annotations

import pytest

BYLINE = '<p class="author"><a>Jane Doe</a></p>'


@pytest.mark.parametrize(
    ("html", "names"),
    [
        (f'<div class="content-sidebar-wrap"><h1>A story</h1>{BYLINE}</div>', ("Jane Doe",)),
        (f'<h1>A story</h1><p>Text of the story.</p><div class="comments">{BYLINE}</div>', ()),
        (f"<h1>A story</h1><figure>{BYLINE}</figure><p>Text of the story.</p>", ()),
    ],
)
def test_a_byline_counts_where_the_headline_stands(read, html, names):
    assert read(html).authors == names


def at_headline(byline: str) -> str:
    return f"<h1>A story</h1>{byline}<p>Text of the story.</p>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        # called a side box, at the headline; a teaser there is another's
        ('<div class="sidebar"><p class="author">Jane Doe</p></div>', ("Jane Doe",)),
        ('<div class="related"><p class="author">Jane Doe</p></div>', ()),
        # names in elements of their own; bylines of their own
        ('<p class="author">Jane Doe</p><p class="author">John Roe</p>', ("Jane Doe", "John Roe")),
        ('<p class="author">By Jane Doe</p><p class="author">By John Roe</p>', ("Jane Doe",)),
        ('<p class="byline"><span class="author">John Roe</span></p>', ("John Roe",)),
        # a name in two elements, whole in its link
        ('<p class="byline"><a><b>Jane</b> <b>Doe</b></a></p>', ("Jane Doe",)),
        # a link to something else than the author
        ('<p class="byline">By Jane Doe, <a href="/business">Example Business</a></p>', ("Jane Doe",)),
        # the last of several names is marked, the line has them all
        (
            '<p class="byline-text">By <b>Jane Doe</b> and <b class="last-byline" itemprop="name">John Roe</b></p>',
            ("Jane Doe", "John Roe"),
        ),
        # others did something else
        ('<div class="author"><p>Written by</p><p>Jane Doe</p><p>Reviewed by</p><p>John Roe</p></div>', ("Jane Doe",)),
        (
            '<p class="author">Jane Doe<br>Reporter</p><p class="author">John Roe<br>Writer</p>',
            ("Jane Doe", "John Roe"),
        ),
        ('<div class="author"><p>Jane Doe</p><p>Reporter</p><p>John Roe</p><p>Editor</p></div>', ("Jane Doe",)),
        ('<p class="photo-author">John Roe</p><p class="author">Jane Doe</p>', ("Jane Doe",)),
        # what somebody goes by, where the markup or "by" says that it is one
        ('<p>asked by <b itemprop="author"><a href="/u/1">jdoe</a> 1,204</b></p>', ("jdoe",)),
        ('<p class="byline">By <a href="/u/1">jdoe</a> on Friday</p>', ("jdoe",)),
        ('<p class="byline"><a href="/u/1">jdoe</a></p>', ()),
        ('<p><a class="username" href="/u/1">jdoe</a></p>', ("jdoe",)),
        ('<p class="username">Username:</p>', ()),
        ("<dl class='postprofile'><dt><a>jdoe</a></dt><dd>Posts: 12</dd></dl>", ("jdoe",)),
    ],
)
def test_bylines_in_the_markup(read, byline, names):
    assert read(at_headline(byline)).authors == names


LIFE = "She has written about harbours, ferries and the people who work there for twenty years. " * 3


@pytest.mark.parametrize(
    ("box", "names"),
    [
        (f'<div class="author-box"><h4>Jane Doe</h4><p>{LIFE}</p></div>', ("Jane Doe",)),
        (f'<div class="author-box"><h4>About Jane Doe</h4><p>{LIFE}</p></div>', ("Jane Doe",)),
        (f'<div class="author-box"><h4>Our writers</h4><p>{LIFE}</p></div>', ()),
        (f'<div class="comment"><div class="author-box"><h4>Jane Doe</h4><p>{LIFE}</p></div></div>', ()),
        (f'<div class="hint-box"><h4>Jane Doe</h4><p>{LIFE}</p></div>', ()),
    ],
)
def test_a_box_about_the_author_after_the_text(read, box, names):
    assert read(at_headline("") + "<p>More text.</p>" * 40 + box).authors == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        # who goes by one word, and what is no name after "by"
        ("by jdoe » Wed Sep 11, 2024 4:36 pm", ("jdoe",)),
        ("by Jane · May 3, 2024 · One comment", ("Jane",)),
        ("Posted by jdoe on Friday", ("jdoe",)),
        ("by design we keep this short", ()),
        # nothing says "by", but a date or the time of reading follows
        ("Jane Doe | 03.05.2024", ("Jane Doe",)),
        ("Jane Doe (@janedoe) 12 minutes ago", ("Jane Doe",)),
        ("Jane Doe - 5 min read", ("Jane Doe",)),
        ("Jane Doe, who built the ferry, is seventy", ()),
        ("Jane Doe | Harbour | Ferries", ()),
        ("Jane’s Harbour | 03.05.2024", ()),
        ("The Great Harbour Ferry Story | 03.05.2024", ()),
    ],
)
def test_a_line_below_the_headline(read, line, names):
    assert read(at_headline(f"<p>{line}</p>")).authors == names


@pytest.mark.parametrize(
    ("end", "names"),
    [
        ("<h3>Written by Jane Doe</h3>", ("Jane Doe",)),
        ("<p>Guest author Jane Doe</p>", ("Jane Doe",)),
        ("<p>Article by</p><p>Jane Doe</p>", ("Jane Doe",)),
        ("<p>by Jane Doe</p>", ()),
        ("<p>Written by the waves, and read by nobody.</p>", ()),
        ("<p>Text of the last paragraph.</p>", ()),
    ],
)
def test_a_text_that_is_signed_at_its_end(read, end, names):
    assert read(at_headline("") + "<p>More text.</p>" * 20 + end).authors == names
