"""Traces of spinners in texts of our own, and people's texts that look like them. No sentence is from a real page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning.boilerplate import match
from pipeline.cleaning.spin import spin_score
from pipeline.cleaning.spin_headlines import LOOSE, ODD, Headline, read_headline
from pipeline.cleaning.spin_rules import (
    bracket_residue,
    capital_function_words,
    citations_falling_back,
    digits_to_words,
)
from pipeline.quality import Band
from pipeline.verdict import Class

SEED = Path(__file__).parents[2].parent / "shared" / "seed"

SPELLED_OUT = {
    "The resin hardens overnight [three].": ["[three]"],
    "Several authors agree [two, five]; others do not.": ["[two, five]"],
    "It was seen in both trials [11–thirteen].": ["[11–thirteen"],
    "Let the glue rest for 1–two hours.": ["1–two"],
    "Use 4-five drops of oil.": ["4-five"],
    "six)]. The gate was then shut for good.": ["six)]"],
    "two. Sand the edge of the board.": ["two."],
    "Clean the board well. three. Sand the edge.": ["three."],
}

KEPT_AS_THEY_WERE = [
    "The resin hardens overnight [3], and twice as fast in summer [4–6].",
    "“They sent [two] men and [three] horses,” the letter says.",
    "One to two hours are enough; in winter three.",
    "A one-two punch, a twenty-one gun salute, a 1-to-two ratio.",
    "One. That is all we caught.",
    "She has three sons and I have two. The eldest is a smith.",
    "Chapter 4-one-b was cut.",
    "The men who stayed numbered ten.",
    "[four]teen is how the child spelled it",
]


@pytest.mark.parametrize(("paragraph", "seen"), SPELLED_OUT.items())
def test_digits_that_became_words(paragraph: str, seen: list[str]) -> None:
    assert list(digits_to_words(paragraph)) == seen


@pytest.mark.parametrize("paragraph", KEPT_AS_THEY_WERE)
def test_numbers_as_people_write_them(paragraph: str) -> None:
    assert list(digits_to_words(paragraph)) == []


CAPITALS = {
    "The hens stayed in the barn Except if the sun was out.": ["barn Except if"],
    "A vet is able to help On this matter, and quickly.": ["help On this"],
    "We asked why This fence is so much cheaper.": ["why This fence"],
    "It grows well With little water and Without any feed at all.": ["well With little", "and Without any"],
}

PROPER_CAPITALS = [
    "The hens stayed in. Except for one, they were dry.",
    "She reads The Times and In Our Time every week.",
    "He said: “On this matter I am silent.”",
    "The film, called The wind and the barley, was shot here.",
    "Growing Tomatoes At home With Little Water Is Easy",
    "Die Hennen blieben im Stall, An und Aus war kaputt.",
    "See step 4. Then go on. IN ALL CASES keep the gate shut.",
    "an About page, a For sale sign",
    "I went to Of Mice and Men",
    "the ice said what ice says\nOver the lock and Under it,\nand went Before the gate was shut",
]


@pytest.mark.parametrize(("paragraph", "seen"), CAPITALS.items())
def test_small_words_with_a_stray_capital(paragraph: str, seen: list[str]) -> None:
    assert list(capital_function_words(paragraph)) == seen


@pytest.mark.parametrize("paragraph", PROPER_CAPITALS)
def test_capitals_that_belong_there(paragraph: str) -> None:
    assert list(capital_function_words(paragraph)) == []


@pytest.mark.parametrize("template", LOOSE)
def test_every_template_is_known_with_a_keyword_as_typed(template: str) -> None:
    frame = template.replace("#", "7").title().replace("'S", "'s")
    filled = frame.replace("{}", "how to oil a garden gate")
    assert read_headline(filled) is Headline.FILLED
    assert read_headline(filled.upper()) is Headline.LOOSE


@pytest.mark.parametrize("template", ODD)
def test_odd_templates_are_known_with_any_keyword(template: str) -> None:
    assert read_headline(template.replace("{}", "Garden Gates")) is Headline.FILLED


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Ultimate Guide to Garden Gates", Headline.LOOSE),
        ("All About Hens", Headline.LOOSE),
        ("all about my hens", Headline.LOOSE),
        ("What the flood did to the lower mill", Headline.ORDINARY),
        ("Ten hens and a fox", Headline.ORDINARY),
        ("5 easy ways to oil a gate", Headline.ORDINARY),
        ("", Headline.ORDINARY),
    ],
)
def test_headlines_of_people(title: str, expected: Headline) -> None:
    assert read_headline(title) is expected


LONG = "the gate must be oiled before the frost comes and the hinge stiffens."
RESIDUES = {f"12)]. After that {LONG}": "12)]", f"see below). Then {LONG}": "see below).", f"]. Later {LONG}": "]"}
NO_RESIDUES = [
    f"a) First {LONG}",
    f"(iv) Then {LONG}",
    f"12) Next {LONG}",
    f"[12] Miller, A. The gate. {LONG}",
    f"The gate (of larch), {LONG}",
    f":) Well, {LONG}",
    "));",
    "x[i]].y = 4;",
    f"Larch [3]. Then {LONG}",
]


@pytest.mark.parametrize(("paragraph", "residue"), RESIDUES.items())
def test_rests_of_a_bracket(paragraph: str, residue: str) -> None:
    assert bracket_residue(paragraph) == residue


@pytest.mark.parametrize("paragraph", NO_RESIDUES)
def test_brackets_that_are_whole(paragraph: str) -> None:
    assert bracket_residue(paragraph) is None


def test_citations_that_fall_back_to_numbers_not_seen_before() -> None:
    assert citations_falling_back(["Larch lasts [61, 62].", "Oak lasts longer [63].", "Pine does not [4]."]) == (
        2,
        "[63] … [4]",
    )


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["Larch lasts [1–3].", "Oak lasts [4, 5] and larch, as said, lasts too [2]."],
        ["Larch lasts [1].", *[f"More on it [{n}]." for n in range(2, 60)], "As was shown first [1]."],
        ["Larch lasts [61].", "Pine does not [52]."],
        ["Larch lasts [61].", "Pine not [4].", "[4] Ames, B. Pine.", "[60] Cole, D. Oak.", "[61] Dean, E. Larch."],
        ["In 1998 [sic] the mill closed."],
        [],
    ],
)
def test_citations_as_scholars_use_them(paragraphs: list[str]) -> None:
    assert citations_falling_back(paragraphs) is None


FARM = [
    "The page is guarded. The lock sign means that all information you hand over is kept Protected on the state site.",
    "Goats are kept for milk and wool in lots of regions. The best age to purchase a goat is 1–two years [three].",
    "four)]. Always fill the trough With clean water and look at the hooves each and every month of the year.",
    "Hay is the simple food of the goat Except if the meadow is wet, and a breeder can guide you On this question.",
    "Earlier studies of the herd [87–89] agreed, but the newest one [2] discovered the reverse.",
    "All data on this web-site is for learning reasons only and may not exchange the care of your animal doctor.",
]
FARM_MATCHES = [(0, "gov_lock", 0.41, True), (5, "vet_notice", 0.55, False)]


def test_a_content_farm_page_is_quarantined_with_its_evidence() -> None:
    spin = spin_score(FARM, "10 Easy Facts About how to keep goats in winter Described", FARM_MATCHES)
    assert spin.score == 100
    assert spin.band is Band.QUARANTINE
    assert [(trace.rule, trace.points, trace.paragraph) for trace in spin.evidence] == [
        ("altered_boilerplate", 30, 0),
        ("digit_to_word", 25, 1),
        ("digit_to_word", 0, 1),
        ("digit_to_word", 0, 2),
        ("function_word_capital", 10, 2),
        ("function_word_capital", 10, 3),
        ("function_word_capital", 0, 3),
        ("headline_template", 20, None),
        ("citations_fall_back", 10, 4),
        ("bracket_residue", 5, 2),
    ]


def test_one_weak_trace_condemns_nobody() -> None:
    assert spin_score(["The hens stayed in the barn Except if the sun was out."], None).band is Band.NONE
    assert spin_score(["Hens lay in spring."], "The Ultimate Guide to Hens").band is Band.NONE
    assert spin_score([FARM[1]], None).band is Band.SUSPECT


def test_only_altered_boilerplate_of_fixed_wording_counts_and_each_template_once() -> None:
    def score(*matches: tuple[int, str, float, bool]) -> int:
        return spin_score(FARM[:1] + FARM[5:], None, matches).score

    assert score((0, "gov_lock", 0.4, True)) == 30
    assert score((0, "gov_lock", 0.4, True), (1, "gov_lock", 0.4, True)) == 30
    assert score((0, "gov_lock", 0.4, True), (1, "vet_notice", 0.4, True), (1, "form_error", 0.4, True)) == 60
    assert score((0, "gov_lock", 0.95, True)) == 0  # the boilerplate as it was published
    assert score((0, "gov_lock", 0.1, True)) == 0
    assert score((1, "vet_notice", 0.4, False)) == 0


@pytest.mark.parametrize(
    ("inserted", "rules", "score"),
    [
        ([], [], 0),
        ([Class.FOREIGN_LANGUAGE_INSERT], ["inserted_foreign_line"], 10),
        ([Class.SECURITY_BANNER], [], 0),
        ([Class.SECURITY_BANNER, Class.DISCLAIMER_MEDICAL], ["inserted_boilerplate"], 30),
        ([Class.FORM_ERROR, Class.FOREIGN_LANGUAGE_INSERT, Class.FORM_ERROR], ["inserted_boilerplate"], 30),
        ([Class.DISCLAIMER_MEDICAL, Class.ADVERT_AFFILIATE, Class.COOKIE_CONSENT], [], 0),  # a careful site's own
    ],
)
def test_pieces_of_several_sites_between_the_paragraphs(inserted: list[Class], rules: list[str], score: int) -> None:
    spin = spin_score(["The hens stayed in the barn."], None, [], inserted)
    assert ([trace.rule for trace in spin.evidence], spin.score) == (rules, score)


SCIENCE = [
    [
        "Background: Foot rot in dairy goats is treated with zinc, but the best length of treatment is unknown [1–3].",
        "Methods: Forty-two goats were assigned to one of two groups (n = 21 each) and followed for 1–2 months [4].",
        "Results: Lameness fell by 38% (95% CI 21–52; p < 0.001). In group two, three animals relapsed (7.1%).",
        "Conclusions: Treatment for two weeks is as good as treatment for four. Trial registration: none [sic].",
    ],
    [
        "The role of the rumen flora has long been debated (for a review, see Ames and Cole [112]).",
        "Earlier work [113–116] found no effect, whereas a recent trial [117] did; both used the method of ref. [98].",
        "This could explain why IL-6 and TNF-α rose in goats fed hay alone [101, 118], which is in line with [117].",
    ],
    [
        "Let f be as in [4]. From (2) we get f(x) ≤ 1, and by [Ame12, Theorem 3] the bound is sharp.",
        "b) In the second case the sum runs over all i in [1, n] and the claim follows from (3).",
    ],
    [
        "What is known: At the start, one in two animals is lame. On this basis, zinc is given in three doses.",
        "1. Ames B, Cole D. Hoof care in goats. J Goat Sci 1998;4:12–19.",
        "2. Dean E. On the use of zinc. Acta Capr 2004;11(2):101–7.",
        "3. Ford G. The goat. London: Mill Press; 1977.",
    ],
]


@pytest.mark.parametrize("paragraphs", SCIENCE)
def test_scientific_prose_is_not_flagged(paragraphs: list[str]) -> None:
    assert spin_score(paragraphs, "Zinc sulphate for foot rot in dairy goats: a randomised trial").evidence == ()


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not beside the repository")
def test_the_seed_page_is_quarantined() -> None:
    paragraphs = [line for line in (SEED / "page.txt").read_text("utf-8").split("\n") if line.strip()]
    gold = json.loads((SEED / "gold.json").read_text("utf-8"))
    altered = [part for part in gold["paragraphs"] if "spun_boilerplate" in part["flags"]]
    matches = [(part["index"], part["template"], 0.5, True) for part in altered]
    spin = spin_score(paragraphs, gold["document_verdict"]["title"], matches)
    assert len(altered) == 4
    assert spin.score >= 50
    assert spin.band is Band.QUARANTINE
    assert {trace.rule for trace in spin.evidence} >= {"altered_boilerplate", "digit_to_word", "headline_template"}


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not beside the repository")
def test_the_seed_page_is_quarantined_by_what_the_matcher_finds() -> None:
    paragraphs = [line for line in (SEED / "page.txt").read_text("utf-8").split("\n") if line.strip()]
    found = [(index, match(paragraph)) for index, paragraph in enumerate(paragraphs)]
    matches = [(index, one.template, one.similarity, one.fixed) for index, one in found if one is not None]
    spin = spin_score(paragraphs, None, matches)
    assert spin.band is Band.QUARANTINE
    assert sum(trace.points for trace in spin.evidence if trace.rule == "altered_boilerplate") == 60


@given(st.lists(st.text(alphabet="ab On[]()2–two.\n", max_size=60), max_size=5), st.none() | st.text(max_size=30))
def test_any_text_has_a_score(paragraphs: list[str], title: str | None) -> None:
    spin = spin_score(paragraphs, title)
    assert 0 <= spin.score <= 100
    assert spin == spin_score(paragraphs, title)
    assert spin.score == min(100, sum(trace.points for trace in spin.evidence))
