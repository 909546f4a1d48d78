"""What is learned of a site, and what never is: text, however often it stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.article import Reject
from pipeline.cleaning.fold import fold
from pipeline.corpus import profiles
from pipeline.corpus.profiles import learn, read_evidence, sample
from pipeline.flow import extract
from pipeline.outcome import Outcome
from pipeline.page import Page
from tests.corpus.pages import BANNER, SITE, body, evidence, extraction, known, learned, texts
from tests.run.places import MOMENT, story

DOUBTED = (BANNER, 0.6)


@pytest.mark.parametrize(("pages", "found"), [(2, set()), (3, {fold(BANNER)}), (9, {fold(BANNER)})])
def test_what_stands_with_three_articles_is_learned(pages: int, found: set[str]) -> None:
    profile = learned({f"/{n}": [*body(f"story{n}"), DOUBTED] for n in range(pages)})
    assert texts(profile) == found
    assert [(entry.pages, entry.kept, entry.score) for entry in profile.entries] == [(pages, pages, 0.6)] * len(found)


def test_an_entry_tells_on_how_many_pages_the_score_kept_it() -> None:
    scores = [0.7, 0.6, 0.1, 0.0]
    (entry,) = learned({f"/{n}": [*body(f"story{n}"), (BANNER, score)] for n, score in enumerate(scores)}).entries
    assert (entry.pages, entry.kept, entry.score) == (4, 2, 0.35)


def test_one_article_under_three_addresses_teaches_nothing() -> None:
    """Though the score doubts every block of it."""
    same = [*body("story", 0.6), DOUBTED]
    assert learned({"/a": same, "/a?print": same, "/m/a": same}).entries == ()


def test_near_copies_of_one_article_teach_nothing() -> None:
    same = [*body("story", 0.6, words=200), DOUBTED]
    pages = {f"/a?from={n}": [*same, *body(f"teaser{n}", 0.9, words=30)] for n in range(6)}
    assert learned(pages).entries == ()


def test_two_addresses_of_each_article_count_once() -> None:
    """Each copy has a little of its own, so that the two are not the same to the letter."""
    pages = {
        f"/{n}{view}": [*body(f"story{n}", words=60), *body(f"view{n}{view}", words=30), DOUBTED]
        for n in range(2)
        for view in ("", "?print")
    }
    assert learned(pages).entries == ()
    pages["/3"] = [*body("third"), DOUBTED]
    assert texts(learned(pages)) == {fold(BANNER)}


def test_copies_beside_other_articles_do_not_carry_their_text_over_the_bar() -> None:
    copies = {f"/a?from={n}": [*body("story", 0.6), DOUBTED] for n in range(5)}
    others = {f"/{n}": [*body(f"other{n}"), DOUBTED] for n in range(2)}
    assert texts(learned({**copies, **others})) == {fold(BANNER)}


def test_a_syndicated_paragraph_is_text() -> None:
    paragraph = ("The dam above the town broke in the spring of the flood, and eleven houses went with it.", 0.96)
    assert learned({f"/{n}": [*body(f"story{n}"), paragraph] for n in range(5)}).entries == ()


def test_the_introduction_of_each_part_of_a_serial_is_text() -> None:
    introduction = ("Until now: Hanne has found the lamp, and nobody on the island wants to know whose it was.", 0.9)
    assert learned({f"/part/{n}": [introduction, *body(f"part{n}")] for n in range(12)}).entries == ()


def test_a_sentence_with_other_digits_elsewhere_is_filled_in_and_stays() -> None:
    def pages(last: str) -> dict[str, list[tuple[str, float]]]:
        numbers = ["47", "47", "47", last]
        return {f"/{n}": [*body(f"lamp{n}"), (f"{x} readers gave it 4 stars", 0.6)] for n, x in enumerate(numbers)}

    assert learned(pages("12")).entries == ()
    assert texts(learned(pages("47"))) == {"47 readers gave it 4 stars"}


def test_digits_are_not_folded() -> None:
    pages = {f"/{n}": [*body(f"story{n}"), (f"Part {n} of the long story", 0.3)] for n in range(5)}
    assert learned(pages).entries == ()


def test_pages_without_text_of_their_own_bear_no_witness() -> None:
    """A gallery, an error page, a list of leads: whatever repeats on them may be all that others have."""
    assert learned({f"/{n}": [("Picture of the day by readers", 0.9), DOUBTED] for n in range(9)}).entries == ()


def test_pages_that_are_no_articles_are_not_read() -> None:
    page = extraction(*body("story"), DOUBTED)
    listing = Reject("http://news.example/", Outcome.LISTING, "", page.article.metadata)
    blocks, found = read_evidence(replace(page, article=listing))
    assert len(blocks) == 0
    assert found == {}


def test_short_lines_only_when_they_are_known_labels() -> None:
    short = [("Read more", 0.4), ("Two words", 0.4)]
    assert texts(learned({f"/{n}": [*body(f"story{n}"), *short] for n in range(3)})) == {"read more"}


def test_of_an_address_the_last_capture_counts() -> None:
    """Versions of one article are one page."""
    versions = [evidence("/a", *body(f"version{day}"), DOUBTED, day=day) for day in (1, 2, 3)]
    assert learn(SITE, sample(versions), known(DOUBTED)).entries == ()
    others = [evidence(f"/{n}", *body(f"story{n}"), DOUBTED) for n in range(2)]
    mended = evidence("/a", *body("version4"), day=4)
    assert len(learn(SITE, sample([*versions, *others]), known(DOUBTED)).entries) == 1
    assert learn(SITE, sample([mended, *versions, *others]), known(DOUBTED)).entries == ()


def test_a_struck_entry_is_not_learned_again() -> None:
    pages = {f"/{n}": [*body(f"story{n}"), DOUBTED, ("Printed on paper from the mill", 0.2)] for n in range(4)}
    both, one = learned(pages), learned(pages, struck=(fold(BANNER),))
    assert texts(one) == texts(both) - {fold(BANNER)}
    assert one.version != both.version


LINES = st.sampled_from([f"A line of the page frame, number {n} of them" for n in "abcdefgh"])
PAGES = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 3), st.lists(st.tuples(LINES, st.sampled_from([0.1, 0.6, 0.95])))),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(pages=PAGES, data=st.data())
def test_the_order_of_pages_does_not_matter(pages: list[tuple[int, int, list[tuple[str, float]]]], data) -> None:
    seen = [evidence(f"/{n % 7}", *body(f"story{n}"), *lines, day=day) for n, day, lines in pages]
    lines = known(*(line for _, _, each in pages for line in each)) if any(each for *_, each in pages) else {}
    shuffled = data.draw(st.permutations(seen))
    cut = data.draw(st.integers(0, len(seen)))
    whole = learn(SITE, sample(seen), lines)
    assert learn(SITE, sample(shuffled), lines) == whole
    assert learn(SITE, sample([*sample(shuffled[:cut]), *shuffled[cut:]]), lines) == whole


def test_a_version_is_a_hash_of_the_content() -> None:
    def profile(site_pages: int, banner: str = BANNER) -> str:
        return learned({f"/{n}": [*body(f"story{n}"), (banner, 0.6)] for n in range(site_pages)}).version

    assert profile(3) == profile(7)
    assert profile(3) != profile(3, "Another line that is on every page")
    assert profile(2) == ""


def test_what_is_looked_at_is_bounded() -> None:
    many = [(f"line number {n} of a very long page", 0.2) for n in range(profiles.MOST_BLOCKS * 2)]
    blocks, found = read_evidence(extraction(*many))
    assert len(blocks) == len(found) == profiles.MOST_BLOCKS
    assert set(read_evidence(extraction(*reversed(many)))[1]) == set(found)
    pages = [evidence(f"/{n}", ("one line that is on every page", 0.2)) for n in range(profiles.MOST_PAGES + 50)]
    assert sample(pages) == sample(reversed(pages))
    assert len(sample(pages)) == profiles.MOST_PAGES


def test_the_evidence_does_not_depend_on_the_profile() -> None:
    page = Page("http://news.example/day/1", story(1), "text/html", MOMENT)
    plain = extract(page)
    again = extract(page, learned({f"/{n}": [*body(f"story{n}"), DOUBTED] for n in range(3)}).profile)
    assert again.profile_version
    assert not plain.profile_version
    assert read_evidence(again)[0].tobytes() == read_evidence(plain)[0].tobytes()
