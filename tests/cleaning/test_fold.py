"""Texts folded together give what each of them gives alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.fold import fold, fold_all

# What folding treats apart: letters that grow, marks that compose, blanks of all kinds, signs above the basic plane.
ODD = st.sampled_from(
    [*"\n\n _-aZ9.éßİ", "\ufb01", "e\u0301", "\u1100\u1161", "\u2028", "\x85", "漢", "😀", "\U00010400"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(ODD, max_size=8).map("".join) | st.text(max_size=20), max_size=6))
def test_texts_folded_together_give_what_each_gives_alone(texts: list[str]) -> None:
    assert fold_all(texts) == tuple(map(fold, texts))
