from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="de-AT">', "de"),
        ('<html lang="EN_us">', "en"),
        ('<html xml:lang="fr">', "fr"),
        ('<meta property="og:locale" content="pt_BR">', "pt"),
        ('<meta http-equiv="Content-Language" content="nl, en">', "nl"),
        ('<html lang="cz">', "cs"),
        ('<meta http-equiv="Content-Language" content="utf-8">', None),
        ('<html lang="{{lang}}">', None),
        ("<p>text</p>", None),
    ],
)
def test_the_stated_language(read, html, language):
    assert read(html).language == language


def test_languages_that_disagree_are_less_sure(read):
    agreed = read('<html lang="de"><meta property="og:locale" content="de_DE">')
    apart = read('<html lang="de"><meta property="og:locale" content="en_US">')
    assert apart.language == agreed.language == "de"
    assert apart.language_confidence < agreed.language_confidence


def test_the_smaller_fields(read):
    found = read(
        """<head><link rel="canonical" href="/real"><meta property="og:site_name" content="The Paper">
        <meta property="article:section" content="Coast"><meta property="og:description" content="What &amp; why">
        <meta property="og:image" content="/lead.jpg"><meta property="article:tag" content="Ferry">
        <meta property="article:tag" content="Islands"><meta property="article:tag" content="ferry"></head>"""
    )
    assert found.canonical_url == "https://paper.example/real"
    assert found.site_name == "The Paper"
    assert found.section == "Coast"
    assert found.description == "What & why"
    assert found.image_url == "https://paper.example/lead.jpg"
    assert found.tags == ("Ferry", "Islands")


def test_the_smaller_fields_from_json_ld(read):
    found = read(
        """<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "articleSection": ["Coast"],
        "keywords": "ferry, islands", "image": [{"url": "https://paper.example/a.jpg"}], "description": "Why",
        "publisher": {"@id": "#paper"}}, {"@type": "Organization", "@id": "#paper", "name": "The Paper"}]}</script>"""
    )
    assert found.section == "Coast"
    assert found.tags == ("ferry", "islands")
    assert found.image_url == "https://paper.example/a.jpg"
    assert found.site_name == "The Paper"
    assert found.description == "Why"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "http://[", "https://", "//"]
)
def test_only_whole_web_addresses_are_kept(read, href):
    found = read(f'<link rel="canonical" href="{href}"><meta property="og:image" content="{href}">')
    assert found.canonical_url is None
    assert found.image_url is None


def test_an_article_of_another_page_does_not_speak_for_this_one(read):
    found = read(
        """<script type="application/ld+json">[
        {"@type": "Article", "url": "https://paper.example/other", "headline": "Other", "author": "John Roe"},
        {"@type": "Article", "url": "https://paper.example/story", "headline": "This",
         "author": "Jane Doe"}]</script>"""
    )
    assert found.title == "This"
    assert found.authors == ("Jane Doe",)
