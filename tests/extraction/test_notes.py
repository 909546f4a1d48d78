"""Which boilerplate goes against the score: forms in any wording, notes only nearly word for word."""

from __future__ import annotations

from pipeline.extraction.outline import Outline, outline
from pipeline.extraction.parse import parse
from pipeline.extraction.rules import CERTAIN, names
from pipeline.extraction.rules.templates import boilerplate
from pipeline.extraction.segment import segment
from pipeline.verdict import Reason

PLAIN = (
    "The weir above the mill was built by the monks, and rebuilt by the mill owners. It holds water for two days.",
    "In dry summers the miller ground at night, because the gardens upstream took the water by day.",
)
NEAR = "The views expressed in this article are those of the author alone and do not necessarily reflect ours."
FREE = "What the essay says is the view of its author, who does not necessarily speak for all of the Post."
FORM = "There was a trouble with the details that you submitted. Please check the fields below and submit them again."
DISCLOSURE = "This column may contain affiliate links: when you click one and buy, the club makes a small commission."
ALTERED = (
    "The location is secure. The https:// prefix assures you are connecting to the formal web page and that any "
    "information you offer is encrypted and sent safely."
)


def page(*paragraphs: str, title: str = "The weir above the mill") -> Outline:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    tree = parse(f"<title>{title}</title><body><article><h1>{title}</h1>{text}</article></body>")
    return outline(segment(tree), title)


def gone(seen: Outline, text: str) -> Reason | None:
    (at,) = (block.position for block in seen.blocks if block.text == text)
    return dict(boilerplate(seen, [at])).get(at)


def test_a_note_that_is_nearly_word_for_word_goes() -> None:
    assert gone(page(*PLAIN, NEAR), NEAR) is Reason.DISCLAIMER_LEGAL


def test_a_note_in_the_words_of_its_author_stays_with_the_score() -> None:
    assert gone(page(*PLAIN, DISCLOSURE), DISCLOSURE) is None
    assert gone(page(*PLAIN, FREE), FREE) is None


def test_the_message_of_a_form_goes_in_any_wording() -> None:
    assert gone(page(*PLAIN, FORM), FORM) is Reason.FORM_ERROR


def test_beside_an_altered_copy_of_a_fixed_text_any_note_goes() -> None:
    seen = page(*PLAIN, ALTERED, DISCLOSURE)
    assert gone(seen, ALTERED) is Reason.SECURITY_BANNER
    assert gone(seen, DISCLOSURE) is Reason.ADVERT_AFFILIATE
    assert gone(seen, PLAIN[0]) is None


def test_under_a_headline_that_a_tool_filled_any_note_goes() -> None:
    seen = page(*PLAIN, DISCLOSURE, title="Rumored Buzz on weirs above mills")
    assert gone(seen, DISCLOSURE) is Reason.ADVERT_AFFILIATE


def test_the_name_of_a_container_alone_does_not_overrule_the_score() -> None:
    """Of 35 short lines that the score wanted in containers called "shared…" or "social…" 28 were in the gold text."""
    assert names.share_bar not in CERTAIN
