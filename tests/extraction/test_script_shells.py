"""A page that scripts would fill is told as one, also where they come from outside; an empty page is not."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from pipeline import Page, extract
from pipeline.extraction.parse import PageLimitError, parse

TAIL = '<script src="/static/main.4f2a.js"></script>'


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (f'<div id="root"></div>{TAIL}', "reject.needs_javascript"),
        (f"<div class=page id=app><p>Loading …</p></div>{TAIL}", "reject.needs_javascript"),
        (f"<app-root></app-root>{TAIL}", "reject.needs_javascript"),
        (f"<noscript>Turn scripts on.</noscript><div id='__next'></div>{TAIL}", "reject.needs_javascript"),
        (f'<div id="content"></div>{TAIL}', "reject.empty"),
        ('<div id="root"></div>', "reject.empty"),
        ('<div id="root"></div><script>count()</script>', "reject.empty"),
        (f'<div id="approach"></div>{TAIL}', "reject.empty"),
    ],
)
def test_an_element_that_waits_for_a_script_from_outside_makes_a_shell(body: str, outcome: str) -> None:
    page = Page("http://a.example/", f"<!doctype html><title>A title</title><body>{body}</body>".encode())
    assert extract(page).outcome == outcome


def test_an_article_in_such_an_element_is_an_article() -> None:
    text = " ".join(f"The ferry of {place} will cross again this spring, says the mayor." for place in "ABCDEFGHIJ")
    more = text.replace("ferry", "train")
    body = f'<div id="root"><article><h1>The ferry</h1><p>{text}</p><p>{more}</p></article></div>'
    page = Page("http://a.example/ferry", f"<!doctype html><title>The ferry</title><body>{body}{TAIL}</body>".encode())
    assert extract(page).outcome == "article"


def test_many_beginnings_of_tags_cost_no_time() -> None:
    begun = time.process_time()
    with suppress(PageLimitError):
        parse("<script>x</script>" + "<body class=x " * 20_000 + "<script " * 20_000)
    assert time.process_time() - begun < 10
