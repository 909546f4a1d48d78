"""Articles that stand only in what a page hands to its scripts."""

from __future__ import annotations

import json

import pytest

from pipeline.extraction import page_state
from pipeline.extraction.embedded import MAX_CHARS
from pipeline.extraction.parse import parse
from pipeline.extraction.script_text import script_segments
from pipeline.extraction.signals import read_signals

TITLE = "The keeper who put out the light"
PARAGRAPHS = [
    "The lamp was put out by hand for the last time on a Tuesday, and nobody came to see it. It was raining anyway.",
    "The new one needs nobody. It is no larger than a thumbnail, and it rings a telephone when it fails. It has not.",
    "Boats do not miss the old one, says the harbour master. People do: the chapel has put a lantern into its window.",
    "The keeper has moved into the village. She sleeps well, apart from six o'clock, when she listens for the tap.",
]
ARTICLE = {"title": TITLE, "body": PARAGRAPHS}


def page(state: str, title: str = TITLE) -> str:
    return f"<html><head><title>{title} | The Courier</title></head><body><div id=app></div>{state}</body></html>"


def next_data(value: object) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(value)}</script>'


def read(html: str) -> tuple[list[str], str] | None:
    tree = parse(html)
    written = script_segments(read_signals(tree), tree.scripts)
    return ([block.text for block in written.segments.blocks], written.flag) if written else None


def pushed(stream: str, pieces: int = 3) -> str:
    """The scripts in which React's rows come, cut anywhere."""
    step = -(-len(stream) // pieces)
    parts = [stream[start : start + step] for start in range(0, len(stream), step)]
    return "<script>(self.__next_f=self.__next_f||[]).push([0])</script>" + "".join(
        f"<script>self.__next_f.push({json.dumps([1, part])})</script>" for part in parts
    )


BODY = "<p>" + "</p><p>".join(PARAGRAPHS) + "</p><p>Fünf — ½</p>"
ROW = f"2:T{len(BODY.encode()):x},{BODY}"
FLIGHT = (
    f'1:I[7,[],"Menu"]\n:HL["/a.css","style"]\n{ROW}3:["$","$L1",null,{{"post":{{"title":"{TITLE}","body":"$2"}}}}]\n'
)


# Nuxt's flat list: members are the places of values
NUXT = [["Reactive", 1], {"data": 2}, {"post": 3}, {"title": 4, "content": 5}, TITLE, [6, 7, 8, 9], *PARAGRAPHS]


@pytest.mark.parametrize(
    "state",
    [
        next_data({"props": {"pageProps": {"article": ARTICLE}}}),
        next_data(
            {"post": {"title": {"rendered": TITLE}, "content": {"rendered": "<p>" + "</p><p>".join(PARAGRAPHS)}}}
        ),
        next_data({"post": {"headline": TITLE, "blocks": [{"type": "text", "text": text} for text in PARAGRAPHS]}}),
        next_data({"a": {"name": TITLE, "content": {"nodes": [{"children": [{"text": t}]} for t in PARAGRAPHS]}}}),
        next_data(
            {"a": {"title": TITLE, "text": "\n\n".join(PARAGRAPHS)}, "b": {"title": "Other", "text": "x " * 999}}
        ),
        f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(NUXT)}</script>',
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'article': ARTICLE})};</script>",
        f"<script>var __PRELOADED_STATE__={json.dumps([ARTICLE])}; (function(){{}})()</script>",
    ],
)
def test_the_state_of_a_page_is_a_source_of_its_text(state):
    assert read(page(state)) == (PARAGRAPHS, "text_from_page_state")


@pytest.mark.parametrize("pieces", [1, 3, 200])
def test_rows_of_react_are_a_source_however_they_are_cut(pieces):
    assert read(page(pushed(FLIGHT, pieces))) == ([*PARAGRAPHS, "Fünf — ½"], "text_from_page_state")


@pytest.mark.parametrize(
    "stream",
    [FLIGHT.replace(TITLE, "Another post of the same site"), FLIGHT.replace('"$2"', '"$9"'), "2:Tffffffff,x", ":"],
)
def test_rows_of_react_that_hold_no_text_of_the_page(stream):
    assert read(page(pushed(stream))) is None


@pytest.mark.parametrize(
    "state",
    [
        next_data({"article": {"title": "Another article of the site", "body": PARAGRAPHS}}),
        next_data({"labels": PARAGRAPHS, "article": {"title": TITLE, "body": []}}),
        next_data({"article": {"title": TITLE, "body": "Too short."}}),
        next_data({"article": {"title": TITLE, "body": [".a { color: red; } .b { top: 0; }"] * 40}}),
        next_data({"article": {"title": TITLE, "body": ["iVBORw0KGgoAAAANSUhEUgAA" * 60]}}),
        f"<script>window.__NUXT__=(function(a){{return {{article:{{title:a}}}}}}({json.dumps(TITLE)}))</script>",
        f"<script>var state = {json.dumps(ARTICLE)}</script>",
        f'<script type="application/json" id="__NUXT_DATA__">{json.dumps([{"a": 0, "title": 1}, TITLE])}</script>',
        "",
    ],
)
def test_what_is_not_the_page_s_own_text(state):
    assert read(page(state)) is None


def test_a_short_title_names_no_object():
    assert read(page(next_data({"article": {"title": "Home", "body": PARAGRAPHS}}), title="Home")) is None


def test_json_ld_comes_first():
    linked = {"@type": "Article", "headline": TITLE, "articleBody": " ".join(PARAGRAPHS[:2])}
    both = f'<script type="application/ld+json">{json.dumps(linked)}</script>{next_data(ARTICLE)}'
    assert read(page(both)) == ([" ".join(PARAGRAPHS[:2])], "text_from_json_ld")


def test_size_and_depth_are_bounded(monkeypatch):
    deep: object = ARTICLE
    for _ in range(page_state.MOST_LEVELS):
        deep = {"in": deep}
    assert read(page(next_data(deep))) is None
    assert read(page(next_data([ARTICLE, "x" * MAX_CHARS]))) is None
    assert read(page("<script>window.__INITIAL_STATE__ = " + '{"a":' * 100_000 + "</script>")) is None
    wide = next_data([[{} for _ in range(50)], ARTICLE])
    assert read(page(wide)) is not None
    monkeypatch.setattr(page_state, "MOST_VALUES", 40)
    assert read(page(wide)) is None


def test_a_text_that_is_named_a_thousand_times_makes_no_gigabytes():
    text = "The lamp was put out by hand. " * 2_000
    rows = f"1:T{len(text):x},{text}2:{json.dumps({'title': TITLE, 'body': ['$1'] * 5_000})}\n"
    pieces = f"<script>self.__next_f.push({json.dumps([1, rows])})</script>"
    flat = [{"title": 1, "body": 2}, TITLE, [3] * 5_000, text]
    nuxt = f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(flat)}</script>'
    for state in (pieces, nuxt):
        tree = parse(page(state))
        assert sum(map(len, page_state.state_text(tree.scripts, [TITLE]))) <= page_state.MOST_CHARS
        assert read(page(state)) is None
