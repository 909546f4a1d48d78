"""Reworded boilerplate is known by its template; ordinary sentences about the same things are not."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.spun_templates import SHAKEN, WANTED, other_languages, shaken_recall, spin_recall, spun
from pipeline.cleaning.boilerplate import MOST_CHARS, match
from pipeline.cleaning.template_library import Library, Template, fingerprint, library, templates
from pipeline.verdict import Class, Reason

NEEDS = {
    "security_banner": "The portal is secure. The https:// prefix ensures you are connected to the official website "
    "and that all information you supply is encrypted and transmitted safely.",
    "cookie_consent": "Our site uses cookies to ensure that you get the best possible experience on the website.",
    "disclaimer_medical": "The facts we provide are not meant to be a substitute for professional medical advice, "
    "diagnosis or therapy, and should not be used in place of the advice of your own doctor.",
    "disclaimer_legal": "The opinions expressed in this column are those of the writer alone and do not necessarily "
    "reflect those of this newspaper.",
    "disclaimer_financial": "Past results are not a reliable indicator of future returns. The value of your holdings "
    "can go down as well as up and you may get back less than you put in.",
    "advert_affiliate": "This page may contain affiliate links. If you click on one and make a purchase, we may "
    "receive a modest commission at no added cost to you.",
    "form_error": "There was a problem with the data you submitted. Please review and fix the details highlighted "
    "below and submit the form once more.",
    "newsletter": "Sign up for our weekly newsletter and get the newest stories delivered right to your inbox.",
    "paywall_subscribe": "You have reached your monthly limit of free stories. Subscribe today to continue reading.",
    "comments": "We welcome your comments. Please keep the debate civil and on topic. Remarks that are abusive or "
    "offensive will be deleted by our moderators.",
    "copyright_footer": "All rights reserved. This story may not be published again, copied or passed on without "
    "our written permission.",
    "navigation": "Personal tools Create account Log in Tools Views Read Edit Show history",
    "login_account": "Already have an account? Sign in. Don't have an account yet? Make one for free.",
    "report_flag_link": "If you spot an error or have a complaint about this story, please let us know by this form.",
    "share_social": "If you enjoyed this recipe, please share it with your friends and follow us on social media.",
}
RESISTS = {
    "security_banner": "The ministry moved its website to https last spring, and engineers say that information sent "
    "by citizens has been encrypted ever since.",
    "cookie_consent": "The baker says her cookies improve when the dough rests, and that visitors to the stall notice.",
    "disclaimer_medical": "The doctor told the court that advice from a friend had delayed the diagnosis, and that "
    "the treatment began a year too late.",
    "disclaimer_legal": "In her column the author alone defended the mayor, and the newspaper printed two replies.",
    "disclaimer_financial": "Investors lost more than they had put in when the value of the fund went down in March.",
    "advert_affiliate": "The fisherman receives a commission from the co-operative whenever a restaurant makes a "
    "purchase at the quay.",
    "form_error": "The clerk sent the form back because the captain had submitted the cargo of another voyage, and "
    "a review of the papers found the problem.",
    "newsletter": "The parish newsletter, once found in every letter box of the valley, stopped for lack of news.",
    "paywall_subscribe": "Readers who subscribe to the library's theory of limits will find the third article hard.",
    "comments": "Comments by the moderators of the debate were civil, but two candidates were removed from the hall.",
    "copyright_footer": "The rights to the ballad were reserved for the widow, who never gave permission to print it.",
    "navigation": "The smith read the history of his tools aloud, and the log of every edit went into the fire.",
    "login_account": "The villagers already have an account of the flood, and none of them don't believe it.",
    "report_flag_link": "The inspector's report lets the mistake stand, and the complaint about it was dismissed.",
    "share_social": "Friends share the allotment and follow the old custom of social evenings after the harvest.",
}


def test_every_class_of_the_library_has_its_pair() -> None:
    assert {entry.block_class.value for entry in templates()} == set(NEEDS) == set(RESISTS)


@pytest.mark.parametrize(("name", "text"), NEEDS.items())
def test_a_reworded_template_has_its_class(name: str, text: str) -> None:
    found = match(text)
    assert found is not None
    assert found.block_class == Class(name)
    assert not found.exact


@pytest.mark.parametrize(("name", "text"), RESISTS.items())
def test_an_ordinary_sentence_about_it_stays(name: str, text: str) -> None:
    assert match(text) is None, name


@pytest.mark.parametrize(("share", "recall"), WANTED.items())
def test_templates_are_known_after_a_synonym_spinner(share: float, recall: float) -> None:
    found = spin_recall(share, 4)
    assert found.copies >= 300
    assert found.swapped >= 0.95 * share
    assert found.share >= recall, found.lost


def test_templates_of_other_languages_are_known_after_words_moved() -> None:
    found = shaken_recall(2)
    assert len({entry.language for entry in other_languages()}) >= 8
    assert found.share >= SHAKEN, found.lost


def test_the_spinner_leaves_small_words_and_is_the_same_each_time() -> None:
    text = "Please accept our cookies, or leave the website."
    (one, share), (other, _) = (spun(text, 0.5, random.Random(3)) for _ in range(2))
    assert one == other != text
    assert share == 0.4  # of five content words two
    assert [word for word in one.split() if word in {"our", "or", "the"}] == ["our", "or", "the"]


def test_each_template_is_its_own_exact_match() -> None:
    plain = [entry for entry in templates() if not entry.text.startswith("4grams/")]
    assert len(plain) >= 150
    for entry in plain:
        found = match(entry.text)
        assert found is not None, entry.id
        assert (found.template, found.similarity, found.exact, found.fixed) == (entry.id, 1.0, True, entry.fixed)


def test_a_class_of_the_library_is_a_class_that_is_removed() -> None:
    removed = {reason.value for reason in Reason}
    assert {entry.block_class.value for entry in templates()} <= removed


def test_only_a_reworded_copy_of_a_fixed_text_was_altered_by_somebody() -> None:
    whole = next(entry.text for entry in templates() if entry.id == "en.gov_https")
    same, other = match(whole.replace("https://", "HTTPS")), match(NEEDS["security_banner"])
    assert same is not None
    assert other is not None
    assert (same.fixed, same.exact) == (True, True)
    assert (other.fixed, other.exact) == (True, False)


@pytest.mark.parametrize(
    "text", ["", "   ", "!!! ??? ...", "Cookies, again", "by mail or email", "请登录", "شكرا جزيلا"]
)
def test_too_little_text_is_no_boilerplate(text: str) -> None:
    assert match(text) is None


PROSE = (
    "The pilot boat left at four, before the fog had lifted from the outer bank. Two of the crew had slept on the "
    "quay, and the third came running with the charts under his arm."
)


def test_a_row_of_boilerplate_sentences_is_known_by_its_windows() -> None:
    row = " ".join(NEEDS[name] for name in ("newsletter", "cookie_consent", "disclaimer_legal", "advert_affiliate"))
    found = match(row)
    assert found is not None
    assert found.block_class.value in NEEDS


def test_one_stray_line_does_not_take_an_article_paragraph_with_it() -> None:
    line = NEEDS["newsletter"]
    assert match(line) is not None
    assert match(f"{PROSE} {line} {PROSE.upper()}") is None


def test_words_of_another_script_do_not_match_a_template() -> None:
    english = Library(
        [Template("x", "en", Class.SECURITY_BANNER, fixed=False, text="Enable JavaScript cookies", source="")]
    )
    assert match("Enable JavaScript cookies now", english) is not None
    assert match("请您启用 JavaScript cookies", english) is None
    assert match("включите же JavaScript и cookies", english) is None


def test_a_fingerprint_matches_the_wording_it_was_made_from_and_a_copy_of_it() -> None:
    wording = "The harbour office of Little Skerry sends no invoices by telephone and asks for no payment in advance."
    row = Template("x", "en", Class.DISCLAIMER_LEGAL, fixed=True, text=fingerprint(wording), source="")
    assert "harbour" not in row.text
    known = Library([row])
    found = match(wording, known)
    assert found is not None
    assert (found.similarity, found.exact) == (1.0, True)
    copy = match(wording.replace("telephone", "phone").replace("invoices", "bills"), known)
    assert copy is not None
    assert not copy.exact
    assert match(PROSE, known) is None


def test_an_empty_library_knows_nothing() -> None:
    assert match(NEEDS["newsletter"], Library([])) is None


def test_a_very_long_block_is_no_template() -> None:
    assert match((NEEDS["newsletter"] + " ") * (MOST_CHARS // len(NEEDS["newsletter"]) + 1)) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from([e.text[:90] for e in templates()]), max_size=4).map("\n".join))
def test_total_and_the_same_twice(text: str) -> None:
    found = match(text)
    assert found == match(text)
    if found is not None:
        assert 0.14 <= found.similarity <= 1
        assert found.exact == (found.similarity >= 0.9)
        assert any(entry.id == found.template and entry.block_class == found.block_class for entry in library().entries)


SEED = Path(__file__).parents[2].parent / "shared" / "seed"


@pytest.mark.skipif(not SEED.is_dir(), reason="../shared/seed is not there")
def test_the_boilerplate_of_the_seed_is_known_and_its_body_is_not() -> None:
    lines = [line for line in (SEED / "page.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = json.loads((SEED / "gold.json").read_text(encoding="utf-8"))["paragraphs"]
    for line, row in zip(lines, rows, strict=True):
        found = match(line)
        if row["class"] in ("security_banner", "disclaimer_medical", "form_error"):
            assert found is not None, row["index"]
            assert (found.block_class.value, found.exact) == (row["class"], False)
        elif row["verdict"] != "remove":
            assert found is None, row["index"]
