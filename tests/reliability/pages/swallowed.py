"""Elements that swallow the rest of a page, foreign content, base addresses that lead astray."""

from __future__ import annotations

from tests.reliability.pages.hostile import (
    COSTLY,
    EMPTY,
    LIMIT,
    NO_PAGE,
    SEEN,
    Hostile,
    around,
    made,
    page,
    story,
)

SCRIPT = frozenset({"reject.needs_javascript"})
LOST = SEEN | LIMIT
"""The article stands in the file, so the page is not empty: it is read all the same, or set aside by name."""

_MORE = "<p>" + "It is told in the markup for readers without scripts, " * 60 + "</p>"

_FORM = "".join(f"<p>The keeper of {{{{place.{n}}}}} counts {{{{boats | many}}}} and a heading.</p>" for n in range(20))
_MENU = "<nav>" + "".join(f"<a href=/{n}>All the news of the harbour {n}</a> " for n in range(40)) + "</nav>"
_ICON = "<svg viewBox='0 0 9 9'><title>boat</title><path d='M0 0h9'/></svg>"


def inside(before: str, after: str = "") -> str:
    return page(before + story() + after)


PAGES = (
    Hostile("script-never-closed", made(inside("<script>var a = 1;")), LOST),
    Hostile("script-never-closed-at-the-end", made(page(after="<script>var a = '"))),
    Hostile("script-closed-by-a-space", made(page(before="<script>a()</script >"))),
    Hostile("script-with-a-script-in-a-comment", made(page(before="<script><!--<script></script>--></script>"))),
    Hostile("script-double-escaped", made(inside("<script><!--<script></script>")), LOST),
    Hostile("script-closed-in-itself", made(inside("<script src=x />")), LOST),
    Hostile("style-never-closed", made(inside("<style>p { color: red }")), LOST),
    Hostile("comment-never-closed", made(inside("<!-- the menu goes here ")), LOST),
    Hostile("comment-never-closed-at-the-end", made(page(after="<!-- the footer"))),
    Hostile("comment-closed-by-a-bang", made(page(before="<!-- menu --!>"))),
    Hostile("comment-that-is-none", made(page(before="<!--><!---><!- x -><!x><?php echo ?></ x>"))),
    Hostile("comments-in-comments", made(page(before="<!-- <!-- <!-- --> menu -->"))),
    Hostile(
        "conditional-comments", made(page(before="<!--[if lt IE 9]><p>Old<![endif]--><![if !IE]><p>New<![endif]>"))
    ),
    Hostile("cdata-around-the-article", made(inside("<![CDATA[", "]]>"))),
    Hostile("plaintext", made(inside("<plaintext>")), LOST, ()),
    Hostile("xmp", made(inside("<xmp>")), LOST, ()),
    Hostile("listing", made(inside("<listing>"))),
    Hostile("noembed", made(inside("<noembed>")), LOST),
    Hostile("noframes", made(inside("<noframes>")), LOST),
    Hostile("noscript-is-the-page", made(page("<noscript>" + story() + _MORE + "</noscript>"))),
    Hostile("noscript-never-closed", made(inside("<noscript>"))),
    Hostile("noscript-in-noscript", made(page(before="<noscript><noscript>x</noscript>"))),
    Hostile("iframe-closed-in-itself", made(page(before="<iframe src=x />"))),
    Hostile("iframe-never-closed", made(inside("<iframe src=x>")), LOST),
    Hostile("title-closed-in-itself", made(page().replace("</title>", "").replace("<title>", "<title/>")), LOST),
    Hostile("title-never-closed", made(page().replace("</title>", "")), LOST),
    Hostile("textarea-closed-in-itself", made(page(before="<textarea />")), LOST),
    Hostile("textarea-never-closed", made(page(before="<textarea>")), LOST),
    Hostile("template-closed-in-itself", made(page(before="<template />"))),
    Hostile("template-never-closed", made(page(before="<template>"))),
    Hostile("template-around-the-article", made(inside("<template>", "</template>"))),
    Hostile("template-with-holes", made(page(f"<template>{_FORM}</template>")), SCRIPT, (), ("{{", "heading")),
    Hostile("template-beside-the-article", made(page(before=f"<template>{_FORM}</template>")), drops=("keeper of {{",)),
    Hostile("templates-of-scripts", made(inside('<script type="text/x-handlebars-template">', "</script>"))),
    Hostile("shadow-root", made(inside("<x-page><template shadowrootmode=open>", "<slot></slot></template></x-page>"))),
    Hostile(
        "shadow-root-beside-a-menu", made(page(f"{_MENU}<main><template shadowrootmode='closed'>{story()}</template>"))
    ),
    Hostile("shadow-roots-in-shadow-roots", around("<div><template shadowrootmode=open>", 60_000), COSTLY),
    Hostile("object-around-the-article", made(inside("<object data=x>", "</object>"))),
    Hostile("canvas-around-the-article", made(inside("<canvas>", "</canvas>"))),
    Hostile("video-around-the-article", made(inside("<video src=x>", "</video>"))),
    Hostile("iframe-around-the-article", made(inside("<iframe src=x>", "</iframe>"))),
    Hostile("noscript-around-the-article", made(inside("<noscript>", "</noscript>"))),
    Hostile("map-around-the-article", made(inside("<map name=x>", "</map>"))),
    Hostile("a-word-for-old-browsers", made(page("<video src=x>Your browser cannot play this.</video>")), EMPTY, ()),
    Hostile("object-never-closed", made(inside("<object data=x>"))),
    Hostile("canvas-closed-in-itself", made(page(before="<canvas />"))),
    Hostile("video-never-closed", made(inside("<video src=x>")), LOST),
    Hostile("svg-closed-in-itself", made(page(before="<svg />"))),
    Hostile("svg-never-closed", made(page(before="<svg><g>"))),
    Hostile("svg-foreign-object", made(inside("<svg><foreignObject>", "</foreignObject></svg>"))),
    Hostile(
        "svg-foreign-object-beside-a-menu",
        made(page(f"{_MENU}<svg><text>Fig</text><g><foreignobject>{_ICON}{story()}")),
    ),
    Hostile(
        "svg-foreign-object-with-drawings", made(inside(f"<svg>{_ICON}<g><foreignObject>{_ICON}", f"{_ICON}</svg>"))
    ),
    Hostile("svg-foreign-objects", around("<svg><foreignObject>", 20_000, "</svg>"), COSTLY),
    Hostile("svg-text", made(inside("<svg><text>", "</text></svg>"))),
    Hostile("svg-with-html-in-its-title", made(page(before="<svg><title><p>no</title><desc><b></svg>"))),
    Hostile("svg-style-with-markup", made(page(before="<svg><style><img src='</style><img onerror=x>'></svg>"))),
    Hostile("svgs-by-the-thousand", around("<svg><path d='M0 0'/></svg>", 20_000), COSTLY),
    Hostile("math-never-closed", made(page(before="<math><mi><mtext>"))),
    Hostile(
        "math-with-html-inside", made(inside("<math><annotation-xml encoding='text/html'>", "</annotation-xml></math>"))
    ),
    Hostile("base-is-a-script", made(page(head="<base href='javascript:alert(1)//'>", after="<a href=x>y</a>"))),
    Hostile("base-is-data", made(page(head="<base href='data:text/html,x'><base href=//evil.example>"))),
    Hostile("base-is-no-address", made(page(head="<base href='http://[::1:99999/\x01'>", after="<a href=../x>y</a>"))),
    Hostile(
        "links-that-are-no-addresses",
        around("<a href='http://[x'>a</a><a href='//:99999999/'>b</a><a href='\x00'>c</a>", 200),
    ),
    Hostile("attribute-never-closed", made(inside('<div class="x><p>')), LOST),
    Hostile("hidden-by-attribute", made(inside("<div hidden style='display:none'>", "</div>")), LOST | NO_PAGE, ()),
    Hostile(
        "openings-without-ends",
        around("<script <style <iframe <svg <template <noscript ", 4_000),
        COSTLY | EMPTY | {"reject.needs_javascript"},
        (),
    ),
    Hostile("script-ends-without-ends", made(inside("<script>" + "</script " * 100_000)), COSTLY),
    Hostile("noscript-ends-without-ends", around("<noscript>" + "</noscript " * 60_000), COSTLY),
    Hostile(
        "titles-beside-a-noscript", made(page(before="<noscript>" + _MORE + "</noscript>" + "<title " * 60_000)), COSTLY
    ),
    Hostile("comment-openings", around("<!--", 500_000), LOST),
)
