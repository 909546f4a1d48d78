"""Paragraphs that are spun or cut off, in texts of our own, and people's paragraphs that look like them."""

from __future__ import annotations

import pytest

from pipeline.cleaning.fragments import cut_end, cut_start
from pipeline.cleaning.language import paragraph_languages
from pipeline.cleaning.marks import FOREIGN, OF_THE_TEXT, Marks, Text, mark
from pipeline.cleaning.spin import Spin, spin_score
from pipeline.verdict import Class

NEXT = "Hens lay best in spring, when the days grow longer."

CUT = [
    ("en", "The gate was oiled every week by the man who had the", NEXT),
    ("en", "Nobody in the valley could remember a winter without a", ""),
    ("en", "It was found by two farmers and one of them told his brother, whose [4]", NEXT),
    ("de", "Das Tor wurde jede Woche von einem Mann geölt, der mit dem", ""),
    ("fr", "La porte a été huilée chaque semaine par un homme qui habite dans", ""),
]

WHOLE = [
    ("en", "The gate was oiled every week by the man who had the key.", NEXT),
    ("en", "Things to know before you go out and what to look for", NEXT),
    ("en", "The gate was oiled every week by the man who had the", "key, and by nobody else in the valley at all."),
    (
        "en",
        "You can set the value of the first argument, which is the",
        "GOPROXY variable of the shell that you are in.",
    ),
    ("en", "It holds where the sum is finite; it holds where it is not; and", NEXT),
    ("en", "In the valley of the", ""),
    ("en", "He said: “I have been here for as long as the”", NEXT),
    ("xx", "The gate was oiled every week by the man who had the", NEXT),
    (
        "de",
        "Das Tor wurde jede Woche von einem Mann geölt, der auf dem",
        "Treffen der Fischer davon sprach und lachte.",
    ),
    ("de", "Die Philippinen laden die Gäste der Messe zum Verweilen und Lesen ein", NEXT),
    (None, "", ""),
]

POEM = ["the rain came down on the slate roofs of the town", "and nobody who had a coat went out into the", "street"]


def marked(paragraphs: list[str], classes: list[Class], spin: Spin, quoted: tuple[bool, ...] = ()) -> Marks:
    languages = paragraph_languages(paragraphs, "en", 0.9)
    return mark(Text(paragraphs, classes, languages, quoted or (False,) * len(paragraphs), "en"), spin)


@pytest.mark.parametrize(("language", "text", "following"), CUT)
def test_an_end_that_no_sentence_has(language: str, text: str, following: str) -> None:
    assert cut_end(text, following, language) is not None


@pytest.mark.parametrize(("language", "text", "following"), WHOLE)
def test_ends_that_sentences_titles_and_lists_have(language: str | None, text: str, following: str) -> None:
    assert cut_end(text, following, language) is None


def test_a_text_that_is_patched_together_is_read_with_less_trust() -> None:
    open_end = "Goats are kept for milk in many regions. The first trial of its kind showed that one dose of salt"
    small_start = "was kept in the shed for the whole of the winter, and it did well."
    assert cut_end(open_end, NEXT, "en") is None
    assert cut_end(open_end, NEXT, "en", patched=True) is not None
    assert cut_start(small_start) is None
    assert cut_start(small_start, patched=True) is not None
    assert cut_start("", patched=True) is None
    assert cut_start("three. Do not oil the gate while the frost is still on its hinge.", patched=True) is None


def test_a_poem_is_not_cut_off() -> None:
    marks = marked(POEM, [Class.BODY] * 3, spin_score(POEM, "Rain"))
    assert marks == ((Class.BODY,) * 3, ("", "", ""), (), ())


SPUN = [
    "Goats are kept for milk in lots of regions. The best age to purchase a goat is 1–two years [three].",
    "A goat that eats nothing has a problem, and the owner should look at its teeth and its feet.",
    "three)]. Goats prefer to climb, so the fence must be checked each month of the year.",
    "A goat in the meadow",
]
CLASSES = [Class.BODY, Class.BODY, Class.BODY, Class.CAPTION]


def test_in_a_quarantined_text_each_paragraph_of_the_body_is_marked() -> None:
    spin = spin_score(SPUN, "Fascination About how to keep goats", [(9, "gov_lock", 0.4, True)])
    marks = marked(SPUN, CLASSES, spin)
    assert spin.score == 80
    assert marks.classes == (Class.BODY_SPUN, Class.BODY_SPUN, Class.TRUNCATED_FRAGMENT, Class.CAPTION)
    assert marks.rules == ("digit_to_word", OF_THE_TEXT, "truncated_start", "")
    assert [(trace.rule, trace.points, trace.paragraph) for trace in marks.evidence] == [("truncated_start", 0, 2)]
    assert marks.flags == ("machine_spun", "spun_boilerplate", "truncated_paragraphs", "title_template")


def test_in_a_suspect_text_only_paragraphs_with_traces_of_their_own_are() -> None:
    marks = marked(SPUN[:2], CLASSES[:2], spin_score(SPUN[:2], None))
    assert marks.classes == (Class.BODY_SPUN, Class.BODY)
    assert marks.flags == ("machine_spun",)


def test_haste_is_no_spinner() -> None:
    text = ["the rain was so heavy That would never dry they said", "so we went home On foot and it took all night"]
    spin = spin_score(text, None)
    assert (spin.score, spin.band.value) == (20, "suspect")
    assert marked(text, [Class.BODY] * 2, spin).flags == ()
    named = spin_score(text, "Fascination About rain")
    assert marked(text, [Class.BODY] * 2, named).classes == (Class.BODY_SPUN, Class.BODY_SPUN)


def test_a_trace_in_a_text_of_no_band_marks_nothing() -> None:
    text = ["The hens stayed in the barn Except if the sun was out."]
    assert marked(text, [Class.BODY], spin_score(text, None)).classes == (Class.BODY,)


STRAY = "Abonnieren Sie unseren kostenlosen Newsletter und bleiben Sie auf dem Laufenden."
ENGLISH = ["The harbour master closed the eastern pier because the new planks had not yet dried."] * 6


def test_a_stray_line_in_another_language_is_marked_and_a_quotation_is_not() -> None:
    nothing = spin_score(ENGLISH, None)
    found = marked([*ENGLISH, STRAY], [Class.BODY] * 7, nothing)
    assert (found.classes[6], found.rules[6], found.flags) == (
        Class.FOREIGN_LANGUAGE_INSERT,
        FOREIGN,
        ("foreign_paragraph",),
    )
    assert marked([*ENGLISH, f"“{STRAY}”"], [Class.BODY] * 7, nothing).flags == ()
    assert marked([*ENGLISH, STRAY], [Class.BODY] * 7, nothing, (False,) * 6 + (True,)).flags == ()
    assert marked([*ENGLISH, STRAY], [Class.BODY] * 6 + [Class.CAPTION], nothing).flags == ()


def test_lines_of_a_bilingual_text_are_its_own() -> None:
    paragraphs = [ENGLISH[0], STRAY] * 4
    assert marked(paragraphs, [Class.BODY] * 8, spin_score(paragraphs, None)).flags == ()
