"""Texts looked up together give what each of them gives alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.boilerplate import MOST_AT_ONCE, match, matches
from pipeline.cleaning.fold import fold
from pipeline.cleaning.scripts import LETTERS, letters_by_script
from pipeline.cleaning.template_library import FINGERPRINT, templates

WORDINGS = [entry.text for entry in templates() if not entry.text.startswith(f"{FINGERPRINT}/")]
ORDINARY = "The letter was returned because the address on it was not valid in that year, the clerk said."


def together(texts: list[str]) -> bool:
    return matches(texts, [fold(text) for text in texts]) == [match(text) for text in texts]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from([*WORDINGS, ORDINARY, "", "a b", "漢字", "word " * 900]) | st.text(max_size=60), max_size=9
    )
)
def test_texts_looked_up_together_give_what_each_gives_alone(texts: list[str]) -> None:
    assert together(texts)


def test_every_template_is_found_among_ordinary_text() -> None:
    texts = [text for wording in WORDINGS for text in (ORDINARY, wording, f"{ORDINARY} {wording} {wording}")]
    assert together(texts)
    assert all(matches(WORDINGS, [fold(text) for text in WORDINGS]))


def test_more_texts_than_fit_at_once() -> None:
    texts = [f"{place} {ORDINARY[: 20 + place % 50]}" for place in range(MOST_AT_ONCE)] + WORDINGS[:3]
    found = matches(texts, [fold(text) for text in texts])
    assert not any(found[:-3])
    assert found[-3:] == [match(text) for text in texts[-3:]]


@given(st.text())
def test_letters_are_counted_as_the_ranges_say(text: str) -> None:
    counts = {name: len(letters.findall(text)) for name, letters in LETTERS.items()}
    assert letters_by_script(text) == {name: count for name, count in counts.items() if count}
