"""The keep-score on pages of our own: what it must tell apart, and that it is the same each time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipeline.block import Block, Container, Segments
from pipeline.extraction import features, model, network
from pipeline.extraction.confidence import expected_f1
from pipeline.extraction.features_place import places, upwards_max, upwards_sum
from pipeline.extraction.features_text import name_words, shapes
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment

PARAGRAPHS = (
    "The harbour board voted on Tuesday to dredge the northern channel, which silted up last winter.",
    "Work is due to begin in March and will take eleven weeks, the board's engineer said, if the weather allows it.",
    "Fishing crews had asked for a later start, because the spring herring run brings most of their income.",
    "The cost, put at 2.4 million, will be shared between the town, the county and the ferry company.",
    "A second vote, on whether to deepen the inner basin as well, was put off until the old wall is surveyed.",
)
PAGE = f"""<html><head><title>Harbour board votes to dredge northern channel - The Quayside Post</title></head><body>
<div class="header"><ul class="nav"><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li>
<li><a href="/weather">Weather</a></li><li><a href="/subscribe">Subscribe</a></li></ul></div>
<div class="content"><div class="article-body"><h1>Harbour board votes to dredge northern channel</h1>
{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</div>
<div class="related"><h3>Related stories</h3><ul><li><a href="/a">Ferry fares to rise</a></li>
<li><a href="/b">Old wall survey begins</a></li></ul></div></div>
<div class="footer"><p>Copyright 2021 The Quayside Post. All rights reserved.</p>
<a href="/privacy">Privacy policy</a></div>
</body></html>"""
TITLE = "Harbour board votes to dredge northern channel - The Quayside Post"


@pytest.fixture
def segments() -> Segments:
    return segment(parse(PAGE))


def test_paragraphs_are_told_from_what_is_around_them(segments: Segments) -> None:
    scored = model.score_page(segments, TITLE)
    by_text = {block.text: score for block, score in zip(segments.blocks, scored.keep, strict=True)}
    assert all(by_text[text] >= scored.threshold for text in PARAGRAPHS)
    chrome = (
        "Home",
        "Subscribe",
        "Ferry fares to rise",
        "Copyright 2021 The Quayside Post. All rights reserved.",
        "Privacy policy",
    )
    assert all(by_text[text] < scored.threshold for text in chrome)
    assert scored.page_type == "article"


def test_only_the_titles_own_columns_know_the_title(segments: Segments) -> None:
    with_title, without = features.read(segments, TITLE), features.read(segments, None)
    columns = np.flatnonzero((with_title.numbers != without.numbers).any(axis=0))
    assert columns.size == 2
    assert np.array_equal(with_title.words.ids, without.words.ids)


def test_a_page_of_more_blocks_than_are_written_out_at_once_is_scored_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<p>{text}</p><ul><li>Row {number}</li></ul>" for number in range(8) for text in PARAGRAPHS)
    long = segment(parse(PAGE.replace("<h1>", f"{rows}<h1>")))
    assert len(long.blocks) > network._AT_ONCE
    in_parts = model.score_page(long, TITLE).keep
    monkeypatch.setattr(network, "_AT_ONCE", len(long.blocks))
    assert in_parts == pytest.approx(model.score_page(long, TITLE).keep, abs=2e-4)


def test_scores_are_the_same_each_time_and_rounded(segments: Segments) -> None:
    first, second = model.score_page(segments, TITLE), model.score_page(segments, TITLE)
    assert first == second
    assert all(score == round(score, 4) and 0 <= score <= 1 for score in first.keep)
    assert 0 <= first.confidence <= 1


def test_a_page_without_blocks_has_no_scores() -> None:
    assert model.score_page(Segments((), ()), None).keep == ()


@pytest.mark.parametrize(
    "markup",
    ["<p>x</p>", "<pre>\n a\n\n b </pre>", "<div>" * 200 + "deep", "<p>!</p>", "<p>𝔘𝔫𝔦 İ</p>", "<td>漢字</td>"],
)
def test_odd_pages_have_one_score_a_block(markup: str) -> None:
    cut = segment(parse(f"<body>{markup}</body>"))
    assert len(model.score_page(cut, "").keep) == len(cut.blocks) > 0


def test_ranges_of_containers_are_their_blocks(segments: Segments) -> None:
    where = places(segments)
    for number in range(len(segments.containers)):
        held = [b.position for b in segments.blocks if number in _chain(segments, b.container)]
        assert list(range(where.low[number], where.high[number])) == held


def _chain(segments: Segments, container: int) -> list[int]:
    chain = []
    while container >= 0:
        chain.append(container)
        container = segments.containers[container].parent
    return chain


def test_upwards_is_over_all_that_encloses() -> None:
    rng = np.random.default_rng(3)
    parents = np.array([0, *(int(rng.integers(0, i)) for i in range(1, 40))])
    segments = Segments((), tuple(Container(int(p) if i else -1, "div", "", 0) for i, p in enumerate(parents)))
    values = rng.random((40, 3)).astype(np.float32)
    sums, tops = upwards_sum(values, parents), upwards_max(values, parents)
    for i in range(40):
        chain = _chain(segments, i)
        assert np.allclose(sums[i], values[chain].sum(axis=0), atol=1e-5)
        assert np.array_equal(tops[i], values[chain].max(axis=0))


def test_threshold_is_that_of_the_best_expected_f1() -> None:
    rng = np.random.default_rng(5)
    keep, words = rng.random(9).round(4), rng.integers(1, 40, 9).astype(np.float32)

    def expected(chosen: tuple[int, ...]) -> float:
        size = sum(words[i] for i in chosen)
        return float(2 * sum(keep[i] * words[i] for i in chosen) / (size + (keep * words).sum()))

    best = max((c for n in range(1, 10) for c in itertools.combinations(range(9), n)), key=expected)
    threshold, value = expected_f1(keep, words)
    assert set(np.flatnonzero(keep >= threshold)) == set(best)
    assert value == pytest.approx(expected(best), abs=1e-4)


def test_words_are_counted_by_block_and_ideographs_singly() -> None:
    words = shapes(["Two words", "漢字 and", "..."]).words
    assert np.bincount(words.owner, minlength=3).tolist() == [2, 3, 0]
    same, other = shapes(["harbour Harbour"]).words.ids
    assert same == other


def test_long_names_share_their_ends() -> None:
    ids, owner = name_words(["articlebody", "article-text", "", "main"])
    shared = set(ids[owner == 0]) & set(ids[owner == 1])
    assert shared
    assert not (owner == 2).any()


def test_features_are_finite(segments: Segments) -> None:
    odd = Segments(
        (Block(0, "a" * 70_000, "div", 0), Block(1, "\ud800", "div", 0)),
        (Container(-1, "body", "", 0),),
    )
    for page in (segments, odd):
        numbers = features.read(page, TITLE).numbers
        assert numbers.shape[0] == len(page.blocks)
        assert np.isfinite(numbers).all()
