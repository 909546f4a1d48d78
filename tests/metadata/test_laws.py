"""Laws of the metadata: total, deterministic, and every winner is among its candidates."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.article import Metadata
from pipeline.block import Block, Container, Segments
from pipeline.extraction.embedded import read_json
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.metadata.date_text import find_dates
from pipeline.extraction.metadata.meta_names import AUTHORS, MODIFIED, PUBLISHED, TITLES
from pipeline.extraction.metadata.names import names_in
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.extraction.signals import Mark, Signals, read_signals

NOW = datetime(2025, 6, 1, tzinfo=UTC)
words = st.sampled_from(
    [
        *(
            "By Jane Doe",
            "Von Max Muster und Eva Probe",
            "作者：张三",
            "2024-05-03T10:00:00+02:00",
            "3 May 2024",
            "99.99.9999",
        ),
        *(
            "0000-00-00",
            "2024-05-03T99:99:99Z",
            "A headline | The Paper",
            "http://[",
            "1714730400000",
            "9" * 13,
            "٣ مايو ٢٠٢٤",
        ),
        *(
            "&amp;#0;",
            "&#xD800;",
            "\ud800",
            "\x00",
            "²³/⁵/2024",
            "https://paper.example/2024/05/03/a",
            "a, b; c & d\n| e",
        ),
    ]
)
text = st.one_of(words, st.text(max_size=80))
keys = st.sampled_from(
    [*(m.name for m in (*TITLES, *AUTHORS, *PUBLISHED)), *MODIFIED, "og:locale", "og:url", "keywords", "og:image"]
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                text,
                st.sampled_from(
                    [
                        "@type",
                        "@id",
                        "@graph",
                        "author",
                        "name",
                        "datePublished",
                        "headline",
                        "url",
                        "image",
                        "publisher",
                    ]
                ),
            ),
            st.one_of(inner, st.sampled_from(["NewsArticle", "Person", "Organization", "#a"])),
            max_size=6,
        ),
    ),
    max_leaves=12,
)
marks = st.builds(
    Mark,
    tag=st.sampled_from(["h1", "h2", "time", "p", "a", "span"]),
    names=st.sampled_from(["", "byline", "author", "date", "post-title", "updated"]),
    itemprop=st.sampled_from(["", "author", "name", "datepublished", "datemodified", "headline"]),
    rel=st.sampled_from(["", "author"]),
    text=text,
    anchors=st.lists(text, max_size=2).map(tuple),
    value=text,
    href=text,
    elsewhere=st.booleans(),
    item=text,
)
signals = st.builds(
    Signals,
    json_ld=st.lists(json_values, max_size=3).map(tuple),
    metas=st.lists(st.tuples(keys, text), max_size=6).map(tuple),
    links=st.lists(st.tuples(st.sampled_from(["canonical", "icon"]), text), max_size=2).map(tuple),
    title=text,
    html_lang=text,
    marks=st.lists(marks, max_size=5).map(tuple),
)
segments = st.lists(text.filter(bool), max_size=6).map(
    lambda texts: Segments(
        tuple(Block(place, line, "h1" if place == 1 else "p", 0) for place, line in enumerate(texts)),
        (Container(-1, "body", "", 0),),
    )
)


def check(found: Metadata) -> None:
    assert found.title is None or 0 < len(found.title) <= 500
    assert all(name.strip() == name and name for name in found.authors)
    assert len(set(found.authors)) == len(found.authors)
    for moment in (found.published_at, found.modified_at):
        assert moment is None or (moment.tzinfo is not None and 1990 <= moment.year <= 2025)
    for confidence in (found.title_confidence, found.authors_confidence, found.published_confidence):
        assert 0.0 <= confidence <= 1.0
    assert all(0.0 <= candidate.confidence <= 1.0 for candidate in found.candidates)
    assert (found.published_at is None) == (found.published_source is None) == (found.published_raw is None)
    for field, value, source in (
        ("title", found.title, found.title_source),
        ("authors", "; ".join(found.authors) or None, found.authors_source),
        ("language", found.language, next((c.source for c in found.candidates if c.field == "language"), None)),
        ("published_at", found.published_at and found.published_at.isoformat(), found.published_source),
    ):
        first = next((c for c in found.candidates if c.field == field), None)
        assert (first is None) == (value is None)
        assert first is None or (first.value == value and first.source == source)
    for url in (found.canonical_url, found.image_url):
        assert url is None or url.startswith(("http://", "https://"))


@given(signals, segments, text)
@settings(max_examples=250, deadline=None)
def test_any_signals_give_a_value(found, cut, url):
    first = read_metadata(found, cut, url, NOW)
    check(first)
    assert read_metadata(found, cut, url, NOW) == first


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_names_dates_and_json(anything):
    assert len(names_in(anything)) <= 30
    for found in find_dates(anything):
        assert 0 <= found.start <= found.end <= len(anything)
        assert found.moment.at.tzinfo is not None
    read_json(anything)


pieces_of_pages = st.sampled_from(
    [
        *(
            "<h1 class=date>",
            "<time datetime=2024-05-03>",
            "</div>",
            "<div class='comment author'>",
            "<title>",
            "x",
            "'>",
        ),
        *("<meta name=author content='", "<script type=application/ld+json>", '{"@type":"Article"', "</script>"),
    ]
)


@given(st.lists(pieces_of_pages, max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_page_gives_a_value(pieces):
    tree = parse("".join(pieces))
    check(read_metadata(read_signals(tree), segment(tree), "https://paper.example/", NOW))
