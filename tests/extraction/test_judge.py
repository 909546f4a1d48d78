"""Score and rules to verdicts: who overrules whom, and what goes into a field."""

from __future__ import annotations

import pytest

from pipeline.extraction.judge import judge, removals
from pipeline.extraction.outline import outline
from pipeline.extraction.parse import parse
from pipeline.extraction.rules import ADVISORY, CERTAIN, EXPLAINING, name_of
from pipeline.extraction.segment import segment
from pipeline.profile import SiteProfile
from pipeline.verdict import Class, Decision, Reason, Verdict

LINE = "The ferry to the northern islands sails again from the first week of May, and the fares are fixed."
MENU = "首页 新闻 体育 财经 娱乐 登录"
TEXT = f"<p>{LINE}</p>" * 4


def verdict(
    page: str, text: str, score: float, title: str | None = None, repeated: frozenset[str] = frozenset()
) -> Verdict:
    """The verdict on the block of that text, which has this score; the others have 1.0, and the threshold is 0.5."""
    segments = segment(parse(page))
    seen = outline(segments, title, SiteProfile("news.example", "1", repeated) if repeated else None)
    scores = [score if block.text == text else 1.0 for block in segments.blocks]
    place = next(block.position for block in segments.blocks if block.text == text)
    return judge(segments, seen, scores, 0.5)[place]


def test_the_score_keeps_and_refuses() -> None:
    page = TEXT + "<p>Some words here.</p>"
    assert verdict(page, "Some words here.", 0.5) == Verdict(Decision.KEEP, Class.BODY, None, "", 0.5)
    assert verdict(page, "Some words here.", 0.4999) == Verdict(
        Decision.REMOVE, Class.UNRECOGNISED, Reason.UNLIKE_ARTICLE, "", 0.4999
    )


@pytest.mark.parametrize(
    ("markup", "text", "reason", "rule"),
    [
        ("<p>Report this page</p>", "Report this page", Reason.REPORT_FLAG_LINK, "phrases.certain_label"),
        ("<div id=cookie-bar><p>Hm</p></div>", "Hm", Reason.COOKIE_CONSENT, "names.consent"),
        ("<div class=captcha><p>Hm</p></div>", "Hm", Reason.SECURITY_BANNER, "names.security_banner"),
        (f"<p>{MENU}</p>", MENU, Reason.FOREIGN_LANGUAGE_INSERT, "language.foreign_line"),
    ],
)  # fmt: skip
def test_a_certain_rule_overrules_the_score(markup: str, text: str, reason: Reason, rule: str) -> None:
    found = verdict(TEXT + markup + TEXT, text, 0.99)
    assert (found.decision, found.reason, found.rule) == (Decision.REMOVE, reason, rule)
    assert found.block_class == reason.value


@pytest.mark.parametrize(
    ("markup", "text", "reason"),
    [
        ("<ul class=social-links><li>By post</li></ul>", "By post", Reason.SHARE_SOCIAL),
        ("<div class=newsletter><p>Hm</p></div>", "Hm", Reason.NEWSLETTER),
        ("<div class=paywall><p>Hm</p></div>", "Hm", Reason.PAYWALL_SUBSCRIBE),
        ("<div class=toc><p>Hm</p></div>", "Hm", Reason.TABLE_OF_CONTENTS),
        ("<div class=ad-box><p>Hm</p></div>", "Hm", Reason.ADVERT_AFFILIATE),
        ("<div class=login><p>Hm</p></div>", "Hm", Reason.LOGIN_ACCOUNT),
        ("<div class=pager><p>Hm</p></div>", "Hm", Reason.PAGINATION),
        ("<div class=tags><p>Hm</p></div>", "Hm", Reason.NAVIGATION),
        ("<div class=related><p>Hm</p></div>", "Hm", Reason.RELATED_LINKS),
        ("<button>Hm</button>", "Hm", Reason.NAVIGATION),
        ("<footer><p>Hm</p></footer>", "Hm", Reason.COPYRIGHT_FOOTER),
        ("<nav><p>Hm</p></nav>", "Hm", Reason.NAVIGATION),
        ("<div class=comments><p>Reply</p></div>", "Reply", Reason.COMMENTS),
        ("<p>Newsletter</p>", "Newsletter", Reason.NEWSLETTER),
        ("<p>Page 2 of 7</p>", "Page 2 of 7", Reason.PAGINATION),
    ],
)
def test_an_advisory_rule_only_says_why(markup: str, text: str, reason: Reason) -> None:
    page = TEXT + markup + TEXT
    assert verdict(page, text, 0.9).decision is Decision.KEEP
    refused = verdict(page, text, 0.1)
    assert (refused.decision, refused.reason) == (Decision.REMOVE, reason)
    assert refused.rule


@pytest.mark.parametrize(
    ("markup", "text", "block_class"),
    [
        ("<p class=byline>By Rose Calder</p>", "By Rose Calder", Class.BYLINE_DATELINE),
        ("<div class=author-bio><p>Rose keeps goats.</p></div>", "Rose keeps goats.", Class.AUTHOR_BIO),
        ("<ol class=breadcrumb><li>Science</li></ol>", "Science", Class.BREADCRUMBS),
        ("<div class=comments><p>I was there and saw it.</p></div>", "I was there and saw it.", Class.COMMENTS),
        ("<p>By Rose Calder | 2 March 2026</p>", "By Rose Calder | 2 March 2026", Class.BYLINE_DATELINE),
    ],
)
def test_some_text_goes_into_a_field(markup: str, text: str, block_class: Class) -> None:
    found = verdict(TEXT + markup, text, 0.1)
    assert (found.decision, found.block_class, found.reason) == (Decision.FIELD, block_class, None)


def test_the_headline_is_a_field_and_its_copies_go() -> None:
    page = f"<h1>Owls nest</h1>{TEXT}<p>OWLS NEST</p>"
    assert verdict(page, "Owls nest", 0.0, "Owls nest")[:2] == (Decision.FIELD, Class.HEADLINE)
    copy = verdict(page, "OWLS NEST", 1.0, "Owls nest")
    assert (copy.decision, copy.reason) == (Decision.REMOVE, Reason.DUPLICATE_HEADLINE)


def test_a_template_is_named_with_its_likeness() -> None:
    notice = "This website uses cookies to ensure that you get the best experience on our website."
    found = verdict(f"{TEXT}<p>{notice}</p>", notice, 0.9)
    assert (found.reason, found.template, found.similarity) == (Reason.COOKIE_CONSENT, "en.cookie_uses", 1.0)


def test_the_profile_takes_what_the_score_is_not_sure_of() -> None:
    appeal = "The Post belongs to the people who read it."
    page = f"<div>{TEXT * 3}</div><p>{appeal}</p>"
    known = frozenset({"the post belongs to the people who read it"})
    assert verdict(page, appeal, 0.6, None, known).reason is Reason.REPEATED_ON_SITE
    assert verdict(page, appeal, 0.6).decision is Decision.KEEP
    assert verdict(page, appeal, 1.0, None, known).decision is Decision.KEEP


@pytest.mark.parametrize(
    ("markup", "text", "block_class"),
    [
        ("<figure><figcaption>The signal box.</figcaption></figure>", "The signal box.", Class.CAPTION),
        ("<p class=wp-caption-text>The signal box.</p>", "The signal box.", Class.CAPTION),
        ("<ol class=references><li>Moss, 1911.</li></ol>", "Moss, 1911.", Class.REFERENCE_LIST),
    ],
)
def test_kept_apparatus_says_what_it_is(markup: str, text: str, block_class: Class) -> None:
    found = verdict(TEXT + markup, text, 0.9)
    assert (found.decision, found.block_class) == (Decision.KEEP, block_class)


def test_removals_are_the_removed_blocks() -> None:
    segments = segment(parse(f"<nav><p>Menu one</p></nav>{TEXT}<p>Report this page</p>"))
    scores = [0.1, 1, 1, 1, 1, 0.7]
    verdicts = judge(segments, outline(segments, None), scores, 0.5)
    assert [(r.position, r.reason, r.score, r.text) for r in removals(segments, verdicts)] == [
        (0, Reason.NAVIGATION, 0.1, "Menu one"),
        (5, Reason.REPORT_FLAG_LINK, 0.7, "Report this page"),
    ]


def test_rules_are_asked_once_and_have_names() -> None:
    names = [name_of(rule) for rule in EXPLAINING]
    assert len(names) == len(set(names))
    assert {name_of(rule) for rule in ADVISORY} < set(names)
    assert not set(CERTAIN) & set(ADVISORY)
