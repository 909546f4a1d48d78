"""What a profile may take from a page: what the score is not sure of, and never the page's text."""

from __future__ import annotations

from pipeline.block import Block, Segments
from pipeline.cleaning.fold import fold
from pipeline.extraction.decode import decode
from pipeline.extraction.judge import FEWEST_LEFT, SURE, judge
from pipeline.extraction.outline import outline
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.verdict import Class, Decision, Reason, Verdict
from tests.corpus.pages import BANNER
from tests.run.places import MOMENT, story


def profile(*texts: str) -> SiteProfile:
    return SiteProfile("news.example", "1", frozenset(fold(text) for text in texts))


def page(*paragraphs: str, before: str = "", after: tuple[str, ...] = ()) -> Segments:
    text, box = ("".join(f"<p>{text}</p>" for text in texts) for texts in (paragraphs, after))
    html = f"<body>{before}<article>{text}</article><div>{box}</div></body>"
    return segment(parse(decode(html.encode(), "text/html; charset=utf-8").text))


def judged(segments: Segments, scores: list[float], known: SiteProfile) -> list[Verdict]:
    return list(judge(segments, outline(segments, None, known), scores, 0.5))


def words(name: str, count: int) -> str:
    return " ".join(f"{name}{number}" for number in range(count)) + "."


BODY = [words("quay", 40), words("boat", 40)]


def test_a_doubted_block_of_the_profile_goes() -> None:
    kept, other, banner = judged(page(*BODY, after=(BANNER,)), [0.99, 0.99, 0.7], profile(BANNER))
    assert (kept.decision, other.decision) == (Decision.KEEP, Decision.KEEP)
    assert (banner.decision, banner.reason, banner.rule) == (
        Decision.REMOVE,
        Reason.REPEATED_ON_SITE,
        "site.repeated",
    )


def test_a_block_that_the_score_is_sure_of_stays() -> None:
    """The lead of an article stands in the boxes of others, is doubted there, and is at home here."""
    verdicts = judged(page(*BODY, after=(BANNER,)), [0.99, 0.99, SURE], profile(BANNER))
    assert [verdict.decision for verdict in verdicts] == [Decision.KEEP] * 3


def test_what_stands_among_the_text_stays() -> None:
    """A heading of each part of a series, an agency's name, a paper's rules: repeated, and text."""
    verdicts = judged(page(BODY[0], BANNER, BODY[1]), [0.99, 0.7, 0.99], profile(BANNER))
    assert [verdict.decision for verdict in verdicts] == [Decision.KEEP] * 3
    last = judged(page(*BODY, BANNER), [0.99, 0.99, 0.7], profile(BANNER))[-1]
    assert last.decision is Decision.KEEP


def test_the_only_text_of_a_page_stays_though_all_of_it_is_in_the_profile() -> None:
    known = profile(*BODY, BANNER)
    assert {v.decision for v in judged(page(*BODY), [0.6, 0.6], known)} == {Decision.KEEP}
    assert {v.decision for v in judged(page(BANNER), [0.6], known)} == {Decision.KEEP}
    assert {v.decision for v in judged(page(after=BODY[:1]), [0.6], known)} == {Decision.KEEP}


def test_half_of_the_text_stays_or_nothing_goes() -> None:
    """Lines too short to be running text, in a box beside the article: 84 words go, 91 are more than the article."""
    lines = tuple(words(f"rope{name}", 7) for name in "abcdefghijklm")
    known = profile(*lines)
    few = judged(page(*BODY, "And more of it there.", after=lines[:12]), [0.6] * 15, known)
    assert [v.decision for v in few] == [Decision.KEEP] * 3 + [Decision.REMOVE] * 12
    assert {v.decision for v in judged(page(*BODY, after=lines), [0.6] * 15, known)} == {Decision.KEEP}


def test_a_short_page_loses_nothing() -> None:
    short = words("boat", FEWEST_LEFT - 1)
    assert {v.decision for v in judged(page(short, after=(BANNER,)), [0.99, 0.7], profile(BANNER))} == {Decision.KEEP}


def test_what_other_rules_take_does_not_count_against_the_profile() -> None:
    repeats = words("menu", 200)
    verdicts = judged(page(*BODY, after=(BANNER, repeats)), [0.99, 0.99, 0.7, 0.1], profile(BANNER, repeats))
    assert [verdict.decision.value for verdict in verdicts] == ["keep", "keep", "remove", "remove"]


def test_why_a_block_goes_that_goes_anyway_stays_known() -> None:
    """A menu is a menu also when it repeats, and a crumb trail still goes into its field."""
    menu = "<nav><ul><li>Harbour news and weather reports</li></ul></nav>"
    crumbs = "<div class=breadcrumbs>Home, News, Harbour, Boats and nets</div>"
    known = profile("Harbour news and weather reports", "Home, News, Harbour, Boats and nets")
    segments = page(*BODY, before=menu + crumbs)
    without = judged(segments, [0.1, 0.1, 0.99, 0.99], SiteProfile("news.example"))
    assert judged(segments, [0.1, 0.1, 0.99, 0.99], known) == without
    assert without[0].reason is Reason.NAVIGATION
    assert (without[1].decision, without[1].block_class) == (Decision.FIELD, Class.BREADCRUMBS)


def test_what_it_is_that_repeats_is_said_too() -> None:
    menu = "<nav><ul><li>Harbour news and weather reports</li></ul></nav>"
    first, *_ = judged(page(*BODY, before=menu), [0.6, 0.99, 0.99], profile("Harbour news and weather reports"))
    assert (first.reason, first.block_class) == (Reason.REPEATED_ON_SITE, Class.NAVIGATION)


def test_a_profile_of_all_that_a_page_says_takes_nothing() -> None:
    whole = Page("http://news.example/day/3", story(3), "text/html", MOMENT)
    plain = extract(whole)
    again = extract(whole, profile(*plain.block_texts))
    assert again.text == plain.text
    assert plain.text.count("\n") >= 4


def test_digits_decide() -> None:
    blocks = page(*BODY, "47 readers gave it 4 stars")
    assert isinstance(blocks.blocks[0], Block)
    known = profile("12 readers gave it 4 stars")
    assert judged(blocks, [0.99, 0.99, 0.7], known)[2].decision is Decision.KEEP
