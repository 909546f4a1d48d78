"""Each published rule with a text that it refuses and one that it lets pass; texts are our own."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning.quality import measure, quality
from pipeline.cleaning.quality_lines import c4, fineweb, refinedweb
from pipeline.cleaning.quality_repetition import duplicates, repetition
from pipeline.cleaning.quality_words import sentence_count, tokens
from pipeline.quality import Quality

ARTICLE = """The mill at the lower ford has ground no corn since the spring flood tore away its wheel.
The miller says that he will have a new wheel built of larch, because oak has become too dear for him.
Two carpenters from the next valley have promised to come with their tools after the harvest is in.
Until then the farmers take their sacks to the town, which costs them half a day and a good deal of patience.
Nobody in the village believes that the work will be done before the first snow falls on the pass.
“We have waited longer for less,” the old teacher said, and went on to prune her roses."""


def test_an_ordinary_article_passes_everything() -> None:
    passes = quality(ARTICLE).passes
    assert dataclasses.astuple(passes) == (True,) * 5


def test_the_measures_of_a_small_text_counted_by_hand() -> None:
    found = measure("A # b...\nA # b...", ["A", "#", "b", "...", "A", "#", "b", "..."], sentence_count)
    assert found.words == 4
    assert found.mean_word_length == 1
    assert found.hashes_per_word == 0.25
    assert found.ellipses_per_word == 0.25
    assert found.ellipsis_lines == 1
    assert found.alphabetic_words == 0.5
    assert found.duplicate_lines == 0.5
    assert found.duplicate_line_chars == round(8 / 17, 4)
    assert found.top_2gram == round(2 * 3 / 17, 4)
    assert found.breaks_per_word == 0.125


GOPHER = {
    "words": "The mill has ground no corn since the flood.",
    "short words": " ".join(["the of a b c d"] * 20),
    "long words": " ".join(["the of uncharacteristically incomprehensibilities"] * 30),
    "hashes": ARTICLE.replace(" the ", " #the #"),
    "ellipses": ARTICLE.replace(" the ", " ... "),
    "bullets": "\n".join(f"- {line}" for line in ARTICLE.splitlines()),
    "line ends": ARTICLE.replace(".\n", "...\n"),
    "digits": ARTICLE + " 1 2 3 4" * 20,
    "stop words": "Der Müller am unteren Bach hat seit der Flut kein Korn mehr gemahlen. " * 6,
}


@pytest.mark.parametrize("text", GOPHER.values(), ids=GOPHER)
def test_gopher_refuses(text: str) -> None:
    assert not quality(text).passes.gopher_quality


def test_gopher_lets_a_text_with_some_bullets_and_numbers_pass() -> None:
    assert quality(ARTICLE + "\n- larch, 12 boards\n- nails, 300\n# 4 is missing ...").passes.gopher_quality


REPETITIVE = {
    "lines": "\n".join(["Buy a wheel now."] * 3 + ["Larch is better than oak."] * 2 + ["The end is near."]),
    "paragraphs": "\n\n".join(["The wheel turns."] * 4 + [ARTICLE[:40]]),
    "top words": "cheap wheels " * 40 + ARTICLE,
    "long runs": f"{ARTICLE[:250]} And so again: {ARTICLE[:250]} That was all.",
}


@pytest.mark.parametrize("text", REPETITIVE.values(), ids=REPETITIVE)
def test_gopher_refuses_repetition(text: str) -> None:
    assert not quality(text).passes.gopher_repetition


def test_a_refrain_is_no_repetition() -> None:
    lines = ARTICLE.splitlines()
    assert quality("\n".join([*lines, lines[0][:40]])).passes.gopher_repetition


def test_grams_are_measured_as_table_a1_says() -> None:
    words = "a b c d e f a b c d e f a b c d e g".split()
    found = repetition(" ".join(words), words)
    chars = len(" ".join(words))
    # "a b" stands three times; five words of one letter are repeated twice, and a hit is stepped over as a whole.
    assert found.top == (9 / chars, 15 / chars, 21 / chars)
    assert found.duplicate[0] == 10 / chars
    assert found.duplicate[1:] == (6 / chars, 7 / chars, 8 / chars, 9 / chars, 10 / chars)


def test_without_repetition_the_first_gram_is_the_top_one() -> None:
    words = ["four", "small", "red", "hens"]
    found = repetition("four small red hens", words)
    assert found.top == (10 / 19, 14 / 19, 19 / 19)
    assert found.duplicate == (0,) * 6


def test_duplicates_count_what_stood_before() -> None:
    assert duplicates(["x", "y", "x", "x", ""]) == (2, 2)
    assert duplicates([]) == (0, 0)


C4_LINES = {
    "The mill stands by the river.": True,
    "The mill stands by the river": False,
    "The mill stands by the river...": False,
    "It stands.": False,
    "Please enable JavaScript to see the mill.": False,
    "The mill uses cookies to grind its corn.": False,
    "Read the privacy policy of the mill.": False,
    "The mill stands by the river.[12]": True,
    "The mill stands by the river [citation needed].": True,
    "He said: “It stands by the river.”": False,  # C4 knows the straight mark only
    'He said: "It stands by the river."': True,
    f"The word {'o' * 1001} is too long.": False,
}


@pytest.mark.parametrize(("line", "kept"), C4_LINES.items())
def test_c4_keeps_lines(line: str, kept: bool) -> None:
    assert c4(line, sentence_count).lines == kept


@pytest.mark.parametrize(
    "line", ["Lorem ipsum dolor sit amet, said he.", "function mill() { return 1.", "So { it was written."]
)
def test_c4_drops_the_text_for_one_line(line: str) -> None:
    found = c4(f"{ARTICLE}\n{line}", sentence_count)
    assert found.banned
    assert not quality(f"{ARTICLE}\n{line}").passes.c4


def test_c4_drops_a_text_of_four_sentences() -> None:
    assert not quality("The mill stands. It is an old mill. Corn was ground there. Now it is silent.").passes.c4


FINEWEB = {
    "no ends": ARTICLE.replace(".\n", "\n").removesuffix("."),
    "short lines": ARTICLE.splitlines()[0] + "\nThe mill." + "\nThe ford.\nThe flood.",
    "repeated line": f"{ARTICLE}\n{ARTICLE.splitlines()[0]}",
    "list": "\n".join(f"{place} is where the mill once stood." for place in "abc") + "\n\n\n" * 4,
}


@pytest.mark.parametrize("text", FINEWEB.values(), ids=FINEWEB)
def test_fineweb_refuses(text: str) -> None:
    assert not quality(text).passes.fineweb


def test_fineweb_measures() -> None:
    found = fineweb("One line ends.\nOne does not\n\nOne line ends.", ["w"] * 10)
    assert found.ended_lines == 2 / 3
    assert found.short_lines == 1
    assert found.duplicate_chars == 14 / 40
    assert found.breaks_per_word == 0.3


REFINEDWEB = {
    "BUY LARCH AND OAK HERE": True,
    "12 / 04 / 1998": True,
    "312 likes": True,
    "1.2k comments": True,
    "Home": True,
    "Sign in to see the mill": True,
    "More about the mill, read more...": True,
    "2 items in cart": True,
    "The mill stands by the river.": False,
    "He likes 3 mills": False,
    "NATO and the EU met in the mill": False,
    "Sign in blood, said the devil to the miller, and all the corn of the valley is yours.": False,
    "水磨坊在村子下面的河边已经停了很久。": False,
}


@pytest.mark.parametrize(("line", "flagged"), REFINEDWEB.items())
def test_refinedweb_lines(line: str, flagged: bool) -> None:
    assert bool(refinedweb(line)) is flagged


def test_refinedweb_drops_a_text_that_loses_one_word_in_twenty() -> None:
    assert not quality(ARTICLE + "\nHome\nMenu\nSearch\n3 likes\n2 shares\n4 comments").passes.refinedweb
    assert quality(ARTICLE + "\n3 likes").passes.refinedweb


def test_words_and_sentences() -> None:
    words = ["The", "miller's", "well-made", ",", "3.5", "m", "wheel", "!"]
    assert tokens("The miller's well-made, 3.5 m wheel!") == words
    assert tokens("水磨坊。") == ["水", "磨", "坊", "。"]
    assert sentence_count("Rain fell. “Nobody minded!” he said") == 3
    assert sentence_count("水磨坊停了。村里很安静。") == 2


@given(st.text(alphabet="ab .\n#-…é水", max_size=200))
def test_any_text_is_measured(text: str) -> None:
    found = quality(text)
    assert found == quality(text)
    shares = [getattr(found, field.name) for field in dataclasses.fields(Quality) if field.name.endswith("lines")]
    assert all(0 <= share <= 1 for share in shares)
