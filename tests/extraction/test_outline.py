"""What rules may know of the page: the main text, roles, the headline, the writing systems."""

from __future__ import annotations

import pytest

from pipeline.extraction.names import Role
from pipeline.extraction.outline import Outline, count_words, outline
from pipeline.extraction.parse import parse
from pipeline.extraction.segment import segment
from pipeline.profile import SiteProfile

LINE = "The ferry to the northern islands sails again from the first week of May, and the fares are fixed."
TEXT = f"<p>{LINE}</p>" * 4


def read(page: str, title: str | None = None, profile: SiteProfile | None = None) -> Outline:
    return outline(segment(parse(page)), title, profile)


def role(seen: Outline, text: str) -> Role | None:
    return next(seen.roles[block.container] for block in seen.blocks if block.text == text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one", 1), ("Zürich am See", 3), ("海は静かだ", 3), ("BBC の朝", 2), ("ข่าวเช้า", 4)],
)
def test_count_words(text: str, words: int) -> None:
    assert count_words(text) == words


def test_korean_has_word_spaces() -> None:
    assert count_words("한국어 단어") == 2
    assert read(f"<p>{'북쪽 섬으로 가는 밤 배가 오월 첫째 주부터 다시 다닌다. ' * 3}</p>").scripts == {"hangul"}


def test_prose_is_running_text() -> None:
    seen = read(f'<p>{LINE}</p><p><a href="/x">{LINE}</a></p><p>Short.</p><div hidden><p>{LINE}</p></div>')
    assert seen.prose == (True, False, False, False)


def test_the_main_container_is_the_deepest_with_most_of_the_text() -> None:
    seen = read(f"<main><section><article>{TEXT}</article><p>{LINE}</p></section></main><aside><p>{LINE}</p></aside>")
    assert seen.containers[seen.main].tag == "article"
    assert seen.in_main == (True, True, True, True, False, False)
    assert seen.span == (0, 3)


def test_a_page_without_text() -> None:
    seen = read("<nav><a href='/x'>Home</a></nav>")
    assert (seen.main, seen.span, seen.headline) == (0, (0, -1), -1)
    empty = read("")
    assert (empty.blocks, empty.main, empty.headline, empty.scripts) == ((), 0, -1, frozenset())


def test_roles_are_inherited() -> None:
    seen = read(f'{TEXT}<div class="related-posts"><ul><li>Owls</li></ul></div><footer><p>Imprint</p></footer>')
    assert role(seen, "Owls") is Role.RELATED
    assert role(seen, "Imprint") is Role.FOOTER


def test_the_inner_role_counts() -> None:
    seen = read(f'{TEXT}<footer><div class="newsletter"><p>Join</p></div></footer>')
    assert role(seen, "Join") is Role.NEWSLETTER


@pytest.mark.parametrize("names", ["comments", "sidebar", "cookie", "widget footer"])
def test_the_bulk_of_the_page_is_nobodys_chrome(names: str) -> None:
    assert role(read(f'<div class="{names}"><h2>Head</h2>{TEXT}</div>'), "Head") is None


def test_the_body_has_no_role() -> None:
    assert role(read(f'<body class="sidebar"><div>{TEXT}</div><p>x</p>'), "x") is None


def test_a_container_with_running_text_is_no_row_of_buttons() -> None:
    around = TEXT * 6
    assert role(read(f'{around}<div id="sharing-changes"><h2>Head</h2>{TEXT}</div>'), "Head") is None
    assert role(read(f'{around}<div id="sharing-changes"><h2>Head</h2></div>'), "Head") is Role.SHARE


def test_what_encloses_a_block() -> None:
    seen = read("<main><header><p>a</p></header></main>")
    assert seen.within[seen.blocks[0].container] == {"body", "main", "header", "p"}


@pytest.mark.parametrize(
    ("page", "headline"),
    [
        ("<h2>Owls nest</h2><h1>Owls nest</h1>", 1),
        ("<h1>OWLS NEST</h1><h2>Owls nest</h2>", 1),
        ("<div>Owls nest</div><div>Owls nest</div>", 0),
        ("<p>Owls nest!</p>", 0),
        ("<h1>Owls</h1><p>x</p>", 0),  # a part of the title
        ("<h1>Something else</h1>", -1),
        ("<h2>Something else</h2>", -1),
        ("<p>nothing</p>", -1),
    ],
)
def test_headline(page: str, headline: int) -> None:
    assert read(page, "Owls nest").headline == headline


def test_without_a_title_there_is_no_headline() -> None:
    assert read("<h1>Owls</h1>", None).headline == -1


def test_scripts_are_those_of_the_running_text() -> None:
    greek = "Ο ποταμός ήταν ψηλά τον χειμώνα και κανείς δεν μπορούσε να περάσει απέναντι."
    assert read(TEXT).scripts == {"latin"}
    assert read(f"<p>{greek}</p>" * 3 + f"<p>{LINE}</p>").scripts == {"greek", "latin"}
    assert read(f"<p>{greek}</p>" * 9 + "<p>BBC</p>").scripts == {"greek"}


def test_what_the_profile_knows() -> None:
    assert read(TEXT, None, SiteProfile("news.example", "1", frozenset({"x"}))).repeated == {"x"}
    assert read(TEXT).repeated == frozenset()
