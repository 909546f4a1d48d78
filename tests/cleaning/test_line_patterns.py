"""Lines of a known form: one of each pattern, and that a look at its first letter spares no line that would match."""

from __future__ import annotations

import pytest

from pipeline.cleaning import labels
from pipeline.cleaning.labels import find_pattern

LINES = {
    "copyright_line": "(c) 2019 The Mill",
    "copyright_inside": "The Mill © Hill Press 2019",
    "powered_by": "Theme by Rose",
    "share_on": "Pin it on Pinterest",
    "share_count": "1.2k shares",
    "follow_on": "Join us on Facebook",
    "view_count": ".5k views",
    "comment_count": "Kommentare (3)",
    "reading_time": "About 3 min read",
    "byline_and_date": "Von Rose Calder | 2 March 2026",
    "page_of": "страница 2 из 7",
    "filed_under": "Étiquettes : mer",
    "sign_in_to": "Log in to reply",
    "photo_of": "Slide 3 of 9",
    "advert_label": "– Anzeige –",
    "social_names": "WhatsApp E-mail Print",
}


def test_every_pattern_has_a_line() -> None:
    assert set(LINES) == set(labels._patterns().labels)


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_known_in_any_case(name: str) -> None:
    for line in (LINES[name], LINES[name].upper(), f"  {LINES[name].lower()} "):
        found = find_pattern(line)
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize(
    "line", [*LINES.values(), "Read the rest", "3 boats", "ſhare on X", "５ comments", "", "Home ©"]
)
def test_the_first_letter_spares_no_line_that_would_match(line: str) -> None:
    every = labels._patterns().every.match(line)
    found = find_pattern(line)
    assert (found.name if found else None) == (every.lastgroup if every else None)
