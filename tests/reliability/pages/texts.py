"""Characters, words and metadata that cost time, hide text or break what comes after the parse."""

from __future__ import annotations

import json

from tests.reliability.pages.hostile import (
    COSTLY,
    FIRST,
    LAST,
    LIMIT,
    NO_PAGE,
    SEEN,
    Hostile,
    made,
    page,
    story,
)

_DEEP = "[" * 200_000
_HUGE = "9" * 5_000


def linked(data: str) -> str:
    """A page with that as its JSON-LD."""
    return page(head=f'<script type="application/ld+json">{data}</script>')


def with_meta(name: str, value: str) -> str:
    return page(head=f'<meta name="{name}" property="{name}" content="{value}">')


def between_letters(mark: str) -> str:
    return page(before="<p>" + mark.join("The menu of the site") * 50 + "</p>")


PAGES = (
    Hostile("entities-by-the-thousand", made(page(after="<p>" + "&amp;" * 200_000))),
    Hostile("ampersands", made(page(after="<p>" + "&" * 300_000)), COSTLY),
    Hostile("entities-that-are-none", made(page(after="<p>" + "&nosuchentity;&#;&#x;&" * 4_000)), COSTLY),
    Hostile(
        "entities-of-no-character",
        made(page(before="<p>&#xD800;&#xDFFF;&#0;&#x110000;&#99999999999999;&#xFFFF;&#1;&#x80;")),
    ),
    Hostile("entities-without-semicolons", made(page(before="<p>" + "&amp&lt&copy&notin&euro " * 20_000)), COSTLY),
    Hostile("less-than-signs", made(page(after="<p>" + "<" * 150_000)), COSTLY),
    Hostile("less-than-signs-over-the-limit", made(page(after="<p>" + "< " * 210_000)), COSTLY),
    Hostile("nul-in-every-word", made(page(story().replace("e ", "e\x00 ")))),
    Hostile("nul-in-tags", made(page(before="<scr\x00ipt>x</scr\x00ipt><p\x00>menu"))),
    Hostile("controls", made(page(after="<p>" + "".join(map(chr, range(1, 32))) * 200 + "\x7f\x1b[2J"))),
    Hostile("lone-surrogates", made(page(after="<p>\ud800 \udfff \udc80\ud83d</p>"))),
    Hostile("noncharacters", made(page(after="<p>\ufdd0\ufffe\uffff\U0001ffff</p>"))),
    Hostile("private-use", made(page(after="<p>" + "\ue000\uf8ff\U000f0000" * 3_000))),
    Hostile(
        "bidi-overrides",
        made(page().replace("The light", "\u202eThe\u202c light").replace("<p>", "<p>\u2066")),
        keeps=(LAST,),
        drops=("\u202e", "\u2066"),
    ),
    Hostile("bidi-never-popped", made(page(before="<p>" + "\u202e\u2067" * 30_000 + "</p>"))),
    Hostile("right-to-left", made(page(story().replace("<p>", "<p dir=rtl>", 9)))),
    Hostile("zero-width-in-words", made(between_letters("\u200b\u2060\ufeff\u00ad")), SEEN),
    Hostile("zero-width-flood", made(page(after="<p>" + "\u200b\u200d\ufeff" * 150_000)), SEEN | LIMIT),
    Hostile("combining-flood", made(page(after="<p>e" + "\u0301" * 60_000)), COSTLY),
    Hostile(
        "zalgo",
        made(page(before="<p>" + "".join(c + "\u0316\u0301\u0489" * 8 for c in "the menu of the site") * 30)),
        SEEN,
    ),
    Hostile("normalising-bomb", made(page(after="<p>" + "\ufdfa" * 9_000)), COSTLY),
    Hostile("decomposed-hangul", made(page(after="<p>" + "\u1112\u1161\u11ab" * 9_000)), COSTLY),
    Hostile("emoji-chain", made(page(after="<p>" + "👩\u200d" * 9_000)), COSTLY),
    Hostile("tag-characters", made(page(after="<p>\U0001f3f4" + "\U000e0067" * 9_000)), COSTLY),
    Hostile("word-of-1-mb", made(page(after="<p>" + "x" * 1_000_000)), COSTLY),
    Hostile("words-of-600-kb-in-the-article", made(page(story() + "<p>" + FIRST * 15_000)), COSTLY),
    Hostile("digits-of-1-mb", made(page(before="<p>" + "1" * 1_000_000)), COSTLY),
    Hostile("dots-and-dashes", made(page(before="<p>" + ". - , ; : ! ? " * 9_000)), COSTLY),
    Hostile("spaces-by-the-million", made(page(after="<p>" + " \t\n\u00a0\u3000" * 400_000)), COSTLY),
    Hostile("line-separators", made(page(after="<p>" + "\u2028\u2029\x85\x0b\x0c" * 40_000)), COSTLY),
    Hostile("quotes-and-brackets", made(page(before="<p>" + "\"'([{" * 9_000)), COSTLY),
    Hostile("addresses-in-text", made(page(before="<p>" + "http://a.example/b?c=d&amp;e " * 20_000)), COSTLY),
    Hostile("mail-addresses-in-text", made(page(before="<p>" + "a.b+c@d.e-f.example " * 20_000)), COSTLY),
    Hostile("phone-numbers", made(page(before="<p>" + "+44 20 7946 0018, (020) 7946 0018 " * 9_000)), COSTLY),
    Hostile(
        "dates-by-the-thousand",
        made(page(before="<p>" + "12 March 2026, 03/04/26 12:30, yesterday, 2026-03-12T " * 6_000)),
        COSTLY,
    ),
    Hostile("json-ld-deep", made(linked(_DEEP))),
    Hostile("json-ld-deep-and-closed", made(linked(_DEEP[:90_000] + "]" * 90_000))),
    Hostile("json-ld-deep-objects", made(linked('{"a":' * 50_000 + "1" + "}" * 50_000))),
    Hostile("json-ld-of-5-mb", made(linked('{"@type": "Article", "x": "' + "y" * 5_000_000 + '"}'))),
    Hostile(
        "json-ld-by-the-thousand",
        made(page(head='<script type="application/ld+json">{"@type":"Article"}</script>' * 5_000)),
    ),
    Hostile(
        "json-ld-graph",
        made(linked(json.dumps({"@graph": [{"@type": "Person", "name": f"N {n}"} for n in range(20_000)]}))),
    ),
    Hostile(
        "json-ld-numbers",
        made(linked('{"@type":"Article","datePublished":' + _HUGE + ',"headline":1e999,"author":NaN,"x":-Infinity}')),
    ),
    Hostile(
        "json-ld-wrong-kinds",
        made(linked('{"@type":["Article",{}],"author":[[[null]]],"headline":{"a":[]},"datePublished":{"@value":[]}}')),
    ),
    Hostile(
        "json-ld-surrogates", made(linked(r'{"@type":"Article","headline":"\ud800\udfff\u0000","author":"\udc80"}'))
    ),
    Hostile("json-ld-cut", made(linked('{"@type":"Article","headline":"The ke'))),
    Hostile("title-of-2-mb", made(page().replace("<title>", "<title>" + "Boats and boats " * 130_000)), COSTLY),
    Hostile("author-of-1-mb", made(with_meta("author", "Mirel Ostrander, " * 60_000))),
    Hostile("description-of-1-mb", made(with_meta("description", "Boats. " * 150_000))),
    Hostile(
        "10000-properties",
        made(page(head='<meta property="og:title" content="x"><meta property="article:tag" content="y">' * 5_000)),
    ),
    Hostile("date-of-no-calendar", made(with_meta("article:published_time", "99999-99-99T99:99:99+99:99"))),
    Hostile("date-of-huge-digits", made(with_meta("article:published_time", _HUGE))),
    Hostile("date-with-a-zone-of-its-own", made(with_meta("date", "0001-01-01T00:00:00+23:59"))),
    Hostile("language-of-1-mb", made(page().replace("lang=en", 'lang="' + "en-" * 300_000 + '"'))),
    Hostile(
        "canonical-with-controls",
        made(page(head="<link rel=canonical href='http://a.example/\x00\r\nX: y\x1b\ud800'>")),
    ),
    Hostile(
        "canonical-that-is-none",
        made(page(head="<link rel=canonical href='http://[::1]:99999999/%'><meta property=og:url content='//'>")),
    ),
    Hostile("formulas", made(page(story().replace("The council", "=HYPERLINK(1)</p><p>The council")))),
    Hostile(
        "markup-in-text",
        made(page(story().replace("The council", "&lt;script&gt;alert(1)&lt;/script&gt; The council"))),
    ),
    Hostile(
        "script-links-in-the-article",
        made(page(story().replace("The council", "<a href=' java\nscript:alert(1)'>The council</a>"))),
    ),
    Hostile(
        "headings-alike-by-the-thousand", made(page(before="<h1>The keeper who counts the boats</h1>" * 3_000)), COSTLY
    ),
    Hostile("article-a-hundred-times", made(page(story() * 100)), COSTLY),
    Hostile("one-paragraph-4000-times", made(page(story() + "<p>counted the boats again</p>" * 4_000)), COSTLY),
    Hostile("last-words-alone", made(page(f"<p>{LAST}")), SEEN | NO_PAGE, ()),
)
