"""Personal data that is masked, and numbers that only look like it; the telephone numbers are kept free for fiction."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.masking import KINDS, Masked, mask

MASKED = [
    ("email", None, "Write to ann.miller+post@mill.example today.", "ann.miller+post@mill.example"),
    ("email", None, "“ann@mill.example”, she said", "ann@mill.example"),
    ("email", None, "Post an o'neill@post.mill.example.", "o'neill@post.mill.example"),
    ("email", None, "ann (at) mill.example hilft weiter", "ann (at) mill.example"),
    ("email", None, "Kontakt: jürgen@mühle.example", "jürgen@mühle.example"),
    ("phone", None, "Ring +44 20 7946 0958 before noon.", "+44 20 7946 0958"),
    ("phone", None, "Tel.: +49 (0)30 23125 000", "+49 (0)30 23125 000"),
    ("phone", "en", "Call (212) 555-0123 for the mill.", "(212) 555-0123"),
    ("phone", "en", "Her number is 020 7946 0958.", "020 7946 0958"),
    ("phone", "de", "Bitte vor Mittag 030 23125-000 anrufen.", "030 23125-000"),
    ("ip", None, "The visitor came from 8.8.4.4, it seems.", "8.8.4.4"),
    ("ip", None, "It was edited by 2001:4860:4860::8888.", "2001:4860:4860::8888"),
    ("ip", None, "Said 8.8.4.4: the mill was never blue.", "8.8.4.4"),
    ("ip", None, "The mill's server listens at 8.8.4.4:8080.", "8.8.4.4"),
    ("ip", None, "Edited on 4 May, IP:8.8.4.4", "8.8.4.4"),
    ("ip", None, "In the log it is ::ffff:8.8.4.4 again.", "8.8.4.4"),
]

LEFT = [
    "Follow @miller on the usual networks, 5 @ 3 euros each.",
    "The mailing list of the mill is mill-announce at lists.",
    "The printer stands at 192.168.0.7, the loopback is 127.0.0.1 and ::1.",
    "Firmware 8.8.4.4 and v1.2.3.4 mend this; see section 8.8.4.4 of the manual.",
    "Version: 8.8.4.4, Firmware:8.8.4.5, and 8.8.4.4.2 behind them.",
    "Use std::sort, ab::cd, or 12:30:45 as the time.",
    "Between 1998-10-11 and 2004-12-31 there were 1,234,567 sacks.",
    "ISBN 978-3-16-148410-0, order 20231011, 12.03.1998 bis 14.05.2001",
    "Pi is 3.14159265358979, and 1 000 000 000 grains are a heap.",
    "300.400.500.600 is no address, and 1.2.3 no more.",
    "",
]


@pytest.mark.parametrize(("kind", "language", "text", "words"), MASKED)
def test_masks(kind: str, language: str | None, text: str, words: str) -> None:
    assert mask(text, [kind], language) == (
        text.replace(words, f"[{kind}]"),
        (Masked(kind, text.index(words), words),),
    )


@pytest.mark.parametrize("text", LEFT)
@pytest.mark.parametrize("language", [None, "en", "de"])
def test_leaves(text: str, language: str | None) -> None:
    assert mask(text, KINDS, language) == (text, ())


def test_only_the_kinds_that_were_asked_for() -> None:
    text = "ann@mill.example, +44 20 7946 0958, 8.8.4.4"
    assert mask(text, []) == (text, ())
    assert mask(text, ["ip"])[0] == "ann@mill.example, +44 20 7946 0958, [ip]"
    found, masked = mask(text, KINDS)
    assert found == "[email], [phone], [ip]"
    assert [one.kind for one in masked] == ["email", "phone", "ip"]


def test_national_numbers_need_a_language() -> None:
    text = "Her number is 020 7946 0958."
    assert mask(text, ["phone"]) == (text, ())
    assert mask(text, ["phone"], "en-GB")[0] == "Her number is [phone]."


def test_lines_are_kept_and_each_is_searched() -> None:
    text = "First\n+44 20 7946 0958\n\nann@mill.example\n"
    assert mask(text, KINDS)[0] == "First\n[phone]\n\n[email]\n"


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"phones.*email, ip, phone"):
        mask("text", ["phones"])


DATA = ["ann@mill.example", "8.8.4.4", "+44 20 7946 0958", "(212) 555-0123", "2001:4860::1"]
PIECES = [*DATA, "v", " ", ".", "-", "\n", "1", "a", "@", ":"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_second_pass_masks_nothing(text: str) -> None:
    once, _ = mask(text, KINDS, "en")
    assert mask(once, KINDS, "en") == (once, ())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_each_mark_stands_where_it_is_said_to_stand(text: str) -> None:
    once, masked = mask(text, KINDS, "en")
    assert all(once[one.offset :].startswith(f"[{one.kind}]") for one in masked)
    assert len({one.offset for one in masked}) == len(masked)
    assert len(once) == len(text) + sum(len(one.kind) + 2 - len(one.text) for one in masked)
