from __future__ import annotations

import pytest

LONG = "Ferry to the islands stops for the winter"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f'<meta property="og:title" content="{LONG}">', ""),
        (f"<title>{LONG} | Paper</title><meta property='og:site_name' content='Paper'>", ""),
        (f"<title>Paper: {LONG}</title><meta property='og:site_name' content='Paper'>", f"<h1>{LONG}</h1>"),
        (f"<title>Home - {LONG}</title><meta property='og:site_name' content='{LONG}'>", ""),
        (f"<title>{LONG} – paper.example</title>", ""),
        (f"<title>{LONG} - News - The Coast</title>", f"<h1>{LONG}</h1>"),
        (f"<title>{LONG}</title>", "<h1><img alt='logo'></h1>"),
        (f"<title>{LONG} - The Coast</title>", f"<h1>The Coast</h1><h1>{LONG}</h1>"),
        (f"<title>{LONG} - The Coast</title>", f"<h2>{LONG}</h2>"),
    ],
)
def test_the_headline_without_the_name_of_the_site(read, head, body):
    assert read(f"<head>{head}</head><body>{body}<p>Text of the story.</p></body>").title == LONG


def test_the_page_outvotes_the_short_title_of_its_head(read):
    found = read(
        f"""<head><title>Ferry stops</title><script type="application/ld+json">
        {{"@type": "NewsArticle", "headline": "{LONG}"}}</script></head><h1>{LONG}</h1>"""
    )
    assert found.title == LONG
    assert next(c.value for c in found.candidates if c.field == "title") == LONG
    assert {c.value for c in found.candidates if c.field == "title"} == {LONG, "Ferry stops"}


def test_agreement_raises_the_confidence_and_disagreement_lowers_it(read):
    alone = read(f"<title>{LONG}</title>")
    agreed = read(f"<title>{LONG}</title><h1>{LONG}</h1>")
    against = read(f"<title>{LONG}</title><h1>{LONG}</h1><meta property='og:title' content='Something else entirely'>")
    assert agreed.title_confidence > alone.title_confidence
    assert against.title == LONG
    assert against.title_confidence < agreed.title_confidence


def test_a_dash_in_the_headline_stays(read):
    assert read("<title>Rain – and then some more of it</title>").title == "Rain – and then some more of it"


def test_entities_are_decoded_even_when_written_twice(read):
    assert read("<meta property='og:title' content='Salt &amp;amp; pepper'>").title == "Salt & pepper"


def test_a_title_is_never_longer_than_500_characters(read):
    assert len(read(f"<title>{'word ' * 300}</title>").title or "") <= 500


def test_a_page_without_any_title_has_none(read):
    found = read("<p>Only text.</p>")
    assert found.title is None
    assert found.title_source is None
    assert found.title_confidence == 0.0


def test_the_heading_that_the_head_knows_beats_the_name_of_the_blog(read):
    html = f"""<head><title>The Harbour Notebook: {LONG}</title><meta property="og:title" content="{LONG}"></head>
    <body><header><h1>The Harbour Notebook</h1></header><h3>{LONG}</h3><p>Text of the story.</p></body>"""
    assert read(html).title == LONG


def test_a_headline_that_is_like_its_site_stays(read):
    html = """<head><title>Ferry News: all sailings of the winter | Ferry News</title>
    <meta property="og:site_name" content="Ferry News"></head><h1>Ferry News: all sailings of the winter</h1>"""
    assert read(html).title == "Ferry News: all sailings of the winter"


def test_the_address_decides_between_two_wordings(read):
    html = """<head><title>Boats stay in port until March</title></head>
    <h1>No crossing before spring, says the company</h1><p>Text of the story.</p>"""
    first = read(html, url="https://paper.example/news/boats-stay-in-port-until-march")
    other = read(html, url="https://paper.example/news/no-crossing-before-spring-says-the-company")
    assert {first.title, other.title} == {
        "Boats stay in port until March",
        "No crossing before spring, says the company",
    }


def test_the_page_s_own_spelling_wins(read):
    straight = "<title>The ferry's last winter on the sound</title><meta property='og:title' content=\"{0}\">"
    html = straight.format("The ferry's last winter on the sound")
    assert read(f"{html}<h1>The ferry’s last winter on the sound</h1>").title == "The ferry’s last winter on the sound"


def test_many_separators_cost_no_time_and_no_title(read):
    assert read(f"<title>{' | '.join(['word'] * 200)}</title>").title
