from __future__ import annotations

import json

import pytest

from pipeline.extraction.metadata.han_names import han_byline
from pipeline.extraction.metadata.names import names_in


def linked(author: object, **more: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "Article", "author": author, **more})}</script>'


@pytest.mark.parametrize(
    "author",
    [
        "Jane Doe",
        ["Jane Doe"],
        {"@type": "Person", "name": "Jane Doe"},
        [{"@type": "Person", "name": ["Jane Doe"]}],
        "By Jane Doe, staff writer",
        {"@type": "Person", "name": "Jane Doe", "url": "https://paper.example/author/jane"},
    ],
)
def test_authors_of_json_ld_in_every_form(read, author):
    found = read(linked(author))
    assert found.authors == ("Jane Doe",)
    assert found.authors_source == "json_ld"


def test_authors_by_reference_in_a_graph(read):
    graph = {
        "@graph": [
            {"@type": "Article", "author": [{"@id": "#jane"}, {"@id": "#nobody"}]},
            {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        ]
    }
    assert read(f'<script type="application/ld+json">{json.dumps(graph)}</script>').authors == ("Jane Doe",)


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<meta name="author" content="Jane Doe and John Roe">', ("Jane Doe", "John Roe")),
        (
            '<meta name="citation_author" content="Doe, Jane T."><meta name="citation_author" content="Roe, J.">',
            ("Doe, Jane T.", "Roe, J."),
        ),
        ('<meta property="article:author" content="https://social.example/jane">', ()),
        (
            '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jane Doe">',
            ("Jane Doe",),
        ),
        ('<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="5 minutes">', ()),
        ('<p><a rel="author" href="/p/jane">Jane Doe</a></p>', ("Jane Doe",)),
        ('<p itemprop="author"><span itemprop="name">Jane Doe</span></p>', ("Jane Doe",)),
        ('<p class="byline">By <a>Jane Doe</a> and <a>John Roe</a></p>', ("Jane Doe", "John Roe")),
        ('<p class="article-author">Jane Doe</p><p>3 May 2024</p>', ("Jane Doe",)),
        (
            '<p class="article-author">Jane Doe</p><div class="related"><p class="article-author">John Roe</p></div>',
            ("Jane Doe",),
        ),
        ("<h1>A story</h1><p>By Jane Doe | 3 May 2024</p>", ("Jane Doe",)),
        ("<h1>A story</h1><p>By</p><p>Jane Doe</p>", ("Jane Doe",)),
        ("<h1>A story</h1><p>Jane Doe</p><p>5 min read</p>", ("Jane Doe",)),
        ("<h1>A story</h1><p>Jane Doe</p><p>Text of the story.</p>", ()),
        ("<h1>A story</h1><p>Jane Doe</p><p>3 May 2024</p>", ("Jane Doe",)),
        ("<h1>A story</h1><p>Von Jane Doe, Musterstadt</p>", ("Jane Doe",)),
        ("<h1>A story</h1><p>Par Jane Doe et John Roe</p>", ("Jane Doe", "John Roe")),
        ("<h1>A story</h1><p>Por Jane Doe</p>", ("Jane Doe",)),
        ("<h1>A story</h1><p>Автор: Анна Пример</p>", ("Анна Пример",)),
        ('<html lang="zh"><h1>一个故事</h1><p>2024年5月3日 作者：张三 来源：本站</p>', ("张三",)),
        ('<html lang="zh"><h1>一个故事</h1><p>正文。</p><p>（记者 张三 李四）</p>', ("张三", "李四")),
        ("<h1>A story</h1><p>By clicking here you agree to everything that we want.</p>", ()),
        ("<h1>A story</h1><p>Text of the story.</p>", ()),
    ],
)
def test_authors_wherever_they_stand(read, html, names):
    assert read(html).authors == names


def test_a_person_is_preferred_to_the_organisation_and_to_the_site(read):
    site = '<meta property="og:site_name" content="The Paper">'
    organisation = linked({"@type": "Organization", "name": "The Paper"})
    assert read(f"{site}{organisation}<p class='byline'>By Jane Doe</p>").authors == ("Jane Doe",)
    assert read(f"{site}{organisation}").authors == ("The Paper",)
    assert read('<meta name="author" content="Jane Doe, Example News Agency">').authors == ("Jane Doe",)
    korean = '<meta property="og:site_name" content="예시일보"><meta name="author" content="예시일보">'
    assert read(f'{korean}<meta name="author" content="홍길동 기자">').authors == ("홍길동",)
    assert read('<meta name="author" content="dpa">').authors == ("dpa",)
    assert read(f'{site}<meta name="author" content="The Paper, Coastville, Nowhere">').authors == ("The Paper",)
    assert read(f'{site}<meta name="author" content="The Paper, Jane Doe">').authors == ("Jane Doe",)


@pytest.mark.parametrize(
    "text",
    [
        "admin",
        "Staff",
        "",
        "12",
        "https://paper.example/author/jane",
        "About the author:",
        "5 min read",
        "Read more",
        "{{author}}",
        "3 May 2024",
        "@",
    ],
)
def test_what_is_nobodys_name(text):
    assert names_in(text) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By JANE DOE", ("JANE DOE",)),
        ("Jane Doe, Head of Marketing & Sales", ("Jane Doe",)),
        ("Jane Doe @janedoe", ("Jane Doe",)),
        ("Jane Doe jane@paper.example", ("Jane Doe",)),
        ("Jane Doe on May 3, 2024", ("Jane Doe",)),
        ("Jane Doe (photos: John Roe)", ("Jane Doe",)),
        ("Jane Doe; John Roe; jane doe", ("Jane Doe", "John Roe")),
        ("Jane Doe, Ph.D., and John Roe, Jr.", ("Jane Doe, Ph.D.", "John Roe, Jr")),
        ("Di Stefano", ("Di Stefano",)),
        ("ByJane Doe", ("Jane Doe",)),
        ("Byron Doe", ("Byron Doe",)),
        ("Photo by Jane Doe", ()),
        ("Foto: Agentur/Jane Doe", ()),
        ("Fotini Doe", ("Fotini Doe",)),
        ("Words and photos by Jane Doe", ("Jane Doe",)),
        ("Jane Doe Photos: John Roe", ("Jane Doe",)),
        ("Jane Doe edited by John Roe", ("Jane Doe",)),
        ("Jane Doe Senior Reporter", ("Jane Doe",)),
        ("Editor Jane Doe", ("Jane Doe",)),
        ("Example News Staff", ("Example News Staff",)),
        ("Jane Doe le 3.5.2024", ("Jane Doe",)),
        ("Jane Doe May 3, 2024", ("Jane Doe",)),
        ("May Doe", ("May Doe",)),
        ("Jane DoeJane Doe", ("Jane Doe",)),
        ("Jane Doe2", ("Jane Doe",)),
        ("jdoe17", ("jdoe17",)),
        ("홍길동 기자", ("홍길동",)),
        ("기자", ("기자",)),
        ("홍길동 기자, 김영희 기자", ("홍길동", "김영희")),
        ("Jan Doe, XY-Redaktion", ("Jan Doe", "XY-Redaktion")),
        ("Center for Testing and Research", ("Center for Testing and Research",)),
    ],
)
def test_names_without_what_surrounds_them(text, names):
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("作 者：张三 来源：本站", ("张三",)),
        ("文/张三", ("张三",)),
        ("作者：张三 时间：2005-08-22", ("张三",)),
        ("2004年7月16日08:19 [ 张三 ] 来源：本站", ("张三",)),
        ("相关新闻 [ 组图 ]", ()),
        ("这是正文的最后一句。（张三 李四）", ("张三", "李四")),
        ("责任编辑：王五", ("王五",)),
        ("这是正文的最后一句。（完）", ()),
        ("当前位置：记者看东北", ()),
        ("相关新闻(组图)", ()),
    ],
)
def test_chinese_bylines(line, names):
    assert han_byline([line]) == names


def test_disagreement_lowers_the_confidence(read):
    agreed = read(f"{linked('Jane Doe')}<p class='byline'>By Jane Doe</p>")
    apart = read(f"{linked('Jane Doe')}<p class='byline'>By John Roe</p>")
    assert apart.authors == agreed.authors == ("Jane Doe",)
    assert apart.authors_confidence < agreed.authors_confidence
    assert [c.value for c in apart.candidates if c.field == "authors"] == ["Jane Doe", "John Roe"]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ([{"@type": "Organization", "name": "Harbour Press"}, {"@type": "Person", "name": "Jane Doe"}], ("Jane Doe",)),
        ({"@type": "Organization", "name": "Harbour Press"}, ("Harbour Press",)),
        ("Jane Doe, Reuters", ("Jane Doe",)),
        ("Reuters", ("Reuters",)),
    ],
)
def test_organisations_give_way_to_persons_and_stand_alone_with_less_trust(read, author, names):
    found = read(linked(author))
    assert found.authors == names
    assert (found.authors_confidence < read(linked("Jane Doe")).authors_confidence) == (names != ("Jane Doe",))
