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


def page(*paragraphs: str, before: str = "") -> Segments:
    html = f"<body>{before}<article>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</article></body>"
    return segment(parse(decode(html.encode(), "text/html; charset=utf-8").text))


def judged(segments: Segments, scores: list[float], known: SiteProfile) -> list[Verdict]:
    return list(judge(segments, outline(segments, None, known), scores, 0.5))


def words(name: str, count: int) -> str:
    return " ".join(f"{name}{number}" for number in range(count)) + "."


BODY = [words("quay", 40), words("boat", 40)]


def test_a_doubted_block_of_the_profile_goes() -> None:
    kept, other, banner = judged(page(*BODY, BANNER), [0.99, 0.99, 0.7], profile(BANNER))
    assert (kept.decision, other.decision) == (Decision.KEEP, Decision.KEEP)
    assert (banner.decision, banner.reason, banner.rule) == (
        Decision.REMOVE,
        Reason.REPEATED_ON_SITE,
        "site.repeated",
    )


def test_a_block_that_the_score_is_sure_of_stays() -> None:
    """The lead of an article stands in the boxes of others, is doubted there, and is at home here."""
    verdicts = judged(page(*BODY, BANNER), [0.99, 0.99, SURE], profile(BANNER))
    assert [verdict.decision for verdict in verdicts] == [Decision.KEEP] * 3


def test_half_of_the_text_stays_or_nothing_goes() -> None:
    known = profile(BODY[0], BODY[1])
    rest = words("net", 79)
    assert {v.decision for v in judged(page(*BODY, rest), [0.6, 0.6, 0.6], known)} == {Decision.KEEP}
    taken = judged(page(*BODY, rest + " more"), [0.6, 0.6, 0.6], known)
    assert [v.decision for v in taken] == [Decision.REMOVE, Decision.REMOVE, Decision.KEEP]


def test_a_short_page_loses_nothing() -> None:
    short = words("boat", FEWEST_LEFT - 1)
    assert {v.decision for v in judged(page(short, BANNER), [0.99, 0.7], profile(BANNER))} == {Decision.KEEP}


def test_what_other_rules_take_does_not_count_against_the_profile() -> None:
    repeats = words("menu", 200)
    verdicts = judged(page(*BODY, BANNER, repeats), [0.99, 0.99, 0.7, 0.1], profile(BANNER, repeats))
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
