"""Each fix with a text that needs it and one that resists it, and the laws that hold for any text."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning import fixes
from pipeline.cleaning.fixes import FIXES, apply_fixes

LONG = "The ferry to the northern island runs twice a day, also in winter."

NEEDS = [
    ("mojibake", "The baker’s cafÃ© in MÃ¼nster.", "The baker’s café in Münster."),
    ("mojibake", "It isnâ€™t open â€œtodayâ€\x9d", "It isn’t open “today”"),
    ("mojibake", "Step 2:Â\xa0Open the lid.", "Step 2:\xa0Open the lid."),
    ("mojibake", "РџСЂРёРІРµС‚, РјРёСЂ", "Привет, мир"),
    ("zero_width", "har\u200bbour\ufeff master", "harbour master"),
    ("zero_width", "end\u200d of\u200c line", "end of line"),
    ("bidi_controls", "see \u202ainvoice\u202c \u200enow", "see invoice now"),
    ("bidi_controls", "السعر \u2067خمسون\u2069 دينارا", "السعر خمسون دينارا"),
    ("soft_hyphens", "Feuer\xadwehr\xadhaus", "Feuerwehrhaus"),
    ("composed", "Cre\u0300me bru\u0302le\u0301e", "Crème brûlée"),
    ("double_spaces", "One.  Two.\xa0 Three.", "One. Two. Three."),
    ("repeated_paragraphs", f"{LONG}\n\n{LONG}\n\nThe end.", f"{LONG}\n\nThe end."),
    ("repeated_paragraphs", f"{LONG}\n{LONG}\n{LONG}", LONG),
]

RESISTS = [
    "“Straight” and ‘curly’ quotes – and dashes — stay… as they were, &amp; so does &lt;b&gt;.",
    "Ångström, naïve, Žižek, smörgåsbord, œuvre, Đặng, São Paulo, à l’été « dernier ».",
    "ÀÉÎÕÜ: “À” is a letter, ÇA ALORS!",
    "Вопрос «Роснефти» – в Риге, «Р» и «С».",
    "نمی\u200cخواهم به خانه\u200cها بروم",
    "क्\u200dष is written with a joiner",
    "The family 👨\u200d👩\u200d👧 and the flag 🏳️\u200d🌈",
    "ភាសា\u200bខ្មែរ",
    "Die Tür\u2010Öffnung ist 3\xa0m breit.",
    "    for day in week:    # indented\n        bake(day)",
    "Goal!\n\nGoal!\n\nGoal!",
    f"{LONG}\n\nIn summer it runs hourly.\n\n{LONG}",
    "ﬁne ligatures and ＦＵＬＬ width stay",
    "מחיר \u200f50\u200f שקלים",
    "",
]

# Pieces that make fixes meet: halves of broken letters, controls, joiners, combining marks, blanks, repeated lines.
SIGNS = [
    "Ã",
    "©",
    "â",
    "€",
    "™",
    "\x9d",
    "Â",
    "ß",
    "Р",
    "ї",
    "в",
    "Ђ",
    "ï»¿",
    "a",
    "é",
    "e\u0301",
    "\u0301",
    "م",
    "क",
    "ក",
    "👩",
]
CONTROLS = ["\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2066", "\ufeff", "\xad"]
PIECES = st.sampled_from([*SIGNS, *CONTROLS, " ", "  ", "\xa0", "\n", "\n\n", LONG])
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join))


@pytest.mark.parametrize(("name", "broken", "whole"), NEEDS)
def test_repairs_what_needs_it(name: str, broken: str, whole: str) -> None:
    assert apply_fixes(broken) == (whole, (name,))
    assert getattr(fixes, name)(broken) == whole


@pytest.mark.parametrize("text", RESISTS)
def test_leaves_what_is_whole(text: str) -> None:
    assert apply_fixes(text) == (text, ())
    assert all(fix(text) == text for fix in FIXES)


def test_names_come_in_the_order_of_the_fixes() -> None:
    text, names = apply_fixes(f"{LONG}  \n{LONG}  \nNa\xadme\u200b  cafÃ©")
    assert text == f"{LONG}  \nName café".replace("  ", " ")
    assert names == ("mojibake", "zero_width", "soft_hyphens", "double_spaces", "repeated_paragraphs")


def test_what_one_fix_lays_bare_the_next_round_repairs() -> None:
    assert apply_fixes("zero\u200bÃ\u200b©")[0] == "zeroé"
    assert apply_fixes("e\u200b\u0301")[0] == "é"


@given(TEXTS)
def test_a_second_pass_finds_nothing(text: str) -> None:
    repaired, _ = apply_fixes(text)
    assert apply_fixes(repaired) == (repaired, ())


@given(TEXTS)
def test_each_fix_is_idempotent(text: str) -> None:
    for fix in FIXES:
        once = fix(text)
        assert fix(once) == once, fix.__name__


@given(TEXTS)
def test_the_quick_look_misses_nothing(text: str) -> None:
    repaired, names = apply_fixes(text)
    assert (repaired != text) == bool(names)
    if not names:
        assert [fix.__name__ for fix in FIXES if fix(text) != text] == []


@given(TEXTS)
def test_same_text_same_result(text: str) -> None:
    assert apply_fixes(text) == apply_fixes("".join(list(text)))


@given(TEXTS)
def test_no_letter_is_made_up(text: str) -> None:
    """Apart from mojibake, whose letters were misread, every fix only takes away or composes."""
    for fix in FIXES[1:]:
        before = Counter(unicodedata.normalize("NFD", text))
        after = Counter(unicodedata.normalize("NFD", fix(text)))
        gained = after - before
        assert set(gained) <= {" "}, fix.__name__
        text = fix(text)
