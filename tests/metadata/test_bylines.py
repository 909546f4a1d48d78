"""Bylines that a reader sees: each rule with a page that needs it and one that resists it."""

from __future__ import annotations

import pytest

BYLINE = '<p class="author"><a>Jane Doe</a></p>'


@pytest.mark.parametrize(
    ("html", "names"),
    [
        (f'<div class="content-sidebar-wrap"><h1>A story</h1>{BYLINE}</div>', ("Jane Doe",)),
        (f'<h1>A story</h1><p>Text of the story.</p><div class="sidebar">{BYLINE}</div>', ()),
        (f"<h1>A story</h1><figure>{BYLINE}</figure><p>Text of the story.</p>", ()),
    ],
)
def test_a_byline_counts_where_the_headline_stands(read, html, names):
    assert read(html).authors == names
