"""Masking of a whole page: the marks, the rows that tell of them, and that the words are left nowhere."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.article import Article, Extraction
from pipeline.block import Block, Markup, Span
from pipeline.cleaning.mask_record import NO_BLOCK, mask_blocks
from pipeline.flow import extract
from pipeline.page import Page
from pipeline.verdict import Class, Decision, Reason, Verdict

PAGE = """<!doctype html><html lang="en"><head><title>Who to ask about the mill: ask@mill.example</title>
<meta name="description" content="Write to ann_miller@mill.example."></head><body><article>
<h1>Who to ask about the mill: ask@mill.example</h1>
<p>The mill is open on Sundays from ten until the bread is sold. Write to <b>Ann</b> at
<a href="mailto:ann_miller@mill.example">ann_miller@mill.example</a> or call (212) 555-0123 before <em>noon</em>.</p>
<p>The visitor who edited our page came from 8.8.4.4, and his words were “the bread is dry”. It is not.</p>
<p>The miller keeps hens as well, twelve of them, and they are fed on the bran that is left when the flour has been
sifted on Saturday evening. Her printer stands at 192.168.0.7, and the order of last week was 20260311.</p>
</article><div class="cookie-consent"><p>We use cookies. Ask office@mill.example about them.</p></div></body></html>"""
KEPT_BACK = ("ask@", "ann_miller", "555-0123", "8.8.4.4", "office@", "mill.example")
KINDS = ("email", "phone", "ip")


def of(page: str, mask: tuple[str, ...]) -> Extraction:
    return extract(
        Page("https://news.example/mill", page.encode(), "text/html", datetime(2026, 3, 4, tzinfo=UTC)), mask=mask
    )


def test_nothing_is_masked_unless_asked_for() -> None:
    plain = of(PAGE, ())
    assert all(words in pickle.dumps(plain).decode("latin-1") for words in KEPT_BACK)
    assert Reason.MASKED not in {removal.reason for removal in plain.removals}


def test_the_words_are_left_nowhere_and_each_mark_has_its_row() -> None:
    masked = of(PAGE, KINDS)
    article = masked.article
    assert isinstance(article, Article)
    told = pickle.dumps(masked).decode("latin-1").replace("news.example", "")
    assert [words for words in KEPT_BACK if words in told] == []
    assert article.metadata.title == "Who to ask about the mill: [email]"
    assert article.metadata.description == "Write to [email]."
    assert "Write to Ann at [email] or call [phone] before noon." in article.body
    assert "192.168.0.7, and the order of last week was 20260311." in article.body
    assert r"Write to **Ann** at \[email\] or call \[phone\] before *noon*." in article.body_markdown
    rows = [removal for removal in masked.removals if removal.reason is Reason.MASKED]
    assert [(row.rule, row.block_class) for row in rows if row.position != NO_BLOCK] == [
        ("masking.email", Class.HEADLINE),
        ("masking.email", Class.BODY),
        ("masking.phone", Class.BODY),
        ("masking.ip", Class.BODY),
    ]
    for row in rows:
        if row.position != NO_BLOCK:
            mark, offset = row.text.split()[0], int(row.text.split()[3])
            assert masked.block_texts[row.position][offset:].startswith(mark)
    assert "We use cookies. Ask [email] about them." in {removal.text for removal in masked.removals}


def test_only_the_kinds_asked_for_and_the_verdicts_stay_what_they_are() -> None:
    plain, some = of(PAGE, ()), of(PAGE, ("ip",))
    assert some.verdicts == plain.verdicts
    assert isinstance(some.article, Article)
    assert "ann_miller@mill.example" in some.article.body
    assert "came from [ip], and" in some.article.body


def test_a_page_without_an_article_is_masked_too() -> None:
    masked = of("<title>404 ann@mill.example</title><p>Not here. Write to ann@mill.example.</p>", ("email",))
    assert masked.outcome.value == "reject.soft_404"
    assert "ann@" not in pickle.dumps(masked).decode("latin-1")


def test_what_stands_in_a_script_alone_is_masked() -> None:
    text = " ".join(["The mill is open on Sundays, and Ann (ann@mill.example) will show it to you."] * 5)
    written = f'{{"@type":"Article","articleBody":"{text}"}}'
    masked = of(f'<title>The mill</title><script type="application/ld+json">{written}</script>', ("email",))
    assert isinstance(masked.article, Article)
    assert masked.article.body.count("[email]") == 5
    assert "ann@" not in pickle.dumps(masked).decode("latin-1")


def test_words_that_are_quoted_as_evidence_are_masked_before_they_are_cut() -> None:
    rest = " and ask for the miller, who will tell you when the bread of this week is out of the oven ..."
    called = f"Those who want to see the wheel turn may call the mill at +44 20 7946 0958{rest}"
    told = "".join(f"<p>The mill was opened in {year}, and it has stood open on Sundays.</p>" for year in (1911, 1912))
    page = f"<title>The mill</title><article><h1>The mill</h1>{told * 3}<p>{called}</p></article>"
    plain, masked = of(page, ()), of(page, KINDS)
    assert isinstance(plain.article, Article)
    assert isinstance(masked.article, Article)
    assert "46 0958 and ask" in (plain.article.completeness_evidence or "")
    assert masked.article.completeness is plain.article.completeness
    assert "0958" not in pickle.dumps(masked).decode("latin-1")
    assert masked.article.content_digest == plain.article.content_digest


WORDS = ["ann@mill.example", "8.8.4.4", "the mill", " ", ", ", "hens"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=8), st.data())
def test_spans_stay_over_their_words(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    starts = [len(" ".join(parts[:n])) + (n > 0) for n in range(len(parts))]
    chosen = data.draw(st.lists(st.sampled_from(range(len(parts))), max_size=3, unique=True)) if parts else []
    spans = tuple(Span(starts[n], starts[n] + len(parts[n]), Markup.STRONG) for n in sorted(chosen))
    keep = Verdict(Decision.KEEP, Class.BODY)
    (block,), rows = mask_blocks([Block(0, text, "p", 0, spans)], [keep], ["email", "ip"], "en")
    marks = {"ann@mill.example": "[email]", "8.8.4.4": "[ip]"}
    said = [block.text[span.start : span.end] for span in block.spans]
    whole = {mark for words, mark in marks.items() if mark in block.text}
    for span, n in zip(said, sorted(chosen), strict=True):
        assert span in {parts[n], marks.get(parts[n], parts[n])}
    assert len(rows) >= len(whole)
