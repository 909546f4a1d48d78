"""Too deep, too many, too long, never closed: pages that cost a parser its stack, its time or its text."""

from __future__ import annotations

from tests.reliability.pages.hostile import (
    ARTICLE,
    COSTLY,
    FIRST,
    LAST,
    LIMIT,
    SEEN,
    Hostile,
    around,
    made,
    page,
    story,
)


def attributes(count: int) -> str:
    return " ".join(f"a{number}=x" for number in range(count))


def table(depth: int) -> str:
    return "<table><tr><td>" * depth + story() + "</td></tr></table>" * depth


def formatting(count: int) -> str:
    """Every paragraph opens again what was left open: the square of the count in nodes."""
    return "".join(f"<b id=b{number}>" for number in range(count)) + "<p>x" * count


PAGES = (
    Hostile("div-300", around("<div>", 300, "</div>"), SEEN),
    Hostile("div-2900-deep", around("<div>", 2_900, "</div>"), SEEN | LIMIT),
    Hostile("div-5000-deep", around("<div>", 5_000, "</div>"), LIMIT),
    Hostile("div-100000-unclosed", around("<div>", 100_000), LIMIT),
    Hostile("lists-in-lists", around("<ul><li>", 1_000, "</li></ul>"), SEEN),
    Hostile("lists-without-ends", around("<ul><li>", 2_500), SEEN | LIMIT),
    Hostile("blockquotes", around("<blockquote>", 900, "</blockquote>"), SEEN),
    Hostile("spans-deep", made(page(story().replace("The lighthouse", "<span>" * 1_500 + "The lighthouse")))),
    Hostile("tables-in-tables", made(page(table(200))), SEEN),
    Hostile("tables-without-ends", around("<table><tr><td>", 800), SEEN | LIMIT),
    Hostile("table-holds-loose-text", made(page(f"<table>{story()}<tr><td>cell</td></tr></table>"))),
    Hostile("formatting-reopened", made(page(before=formatting(300))), COSTLY),
    Hostile("formatting-misnested", around("<b><i><p></b></i>", 3_000), COSTLY),
    Hostile("links-in-links", around('<a href="/x">', 3_000), COSTLY),
    Hostile("forms-in-forms", around("<form>", 2_000)),
    Hostile("buttons-in-buttons", around("<button>", 2_000), COSTLY),
    Hostile("ends-only", around("</p></div>", 50_000), COSTLY),
    Hostile("ends-of-body-before-the-article", around("</body></html>", 20)),
    Hostile("ruby-unclosed", around("<ruby><rt>", 1_400), COSTLY, ()),
    Hostile("100000-attributes", around(f"<div {attributes(100_000)}>", 1, "</div>")),
    Hostile("900-attributes-each", around(f"<i {attributes(900)}></i>", 60), COSTLY),
    Hostile("attribute-of-4-mb", around('<div class="' + "x " * 2_000_000 + '">', 1, "</div>")),
    Hostile("attribute-without-quotes-of-4-mb", around("<div class=" + "x" * 4_000_000 + ">", 1, "</div>")),
    Hostile("attribute-names-that-are-none", around('<div \'"<=`{}=1 =2 "a"=3 /// onclick>', 500, "</div>"), SEEN),
    Hostile("classes-1e5", around('<div class="' + " ".join(f"c{n}" for n in range(9_000)) + '">', 12, "</div>")),
    Hostile("ids-of-every-kind", around("<p id='main article content nav footer'></p>", 5_000), COSTLY),
    Hostile("tag-name-of-1-mb", around("<" + "x" * 1_000_000 + ">")),
    Hostile("tag-that-never-ends", made(page(after="<div " + "y " * 100_000))),
    Hostile("1e6-siblings", around("<br>", 1_000_000), LIMIT),
    Hostile("50000-breaks", around("<br>", 50_000), COSTLY),
    Hostile("8000-paragraphs", around("<p>", 8_000), COSTLY),
    Hostile("8000-short-paragraphs", around("<p>x</p>", 8_000), COSTLY),
    Hostile("9000-links", around('<a href="/page/to/nowhere">go</a> ', 9_000), COSTLY),
    Hostile("9000-cells", around("<table>" + "<tr><td>1<td>2" * 4_500 + "</table>"), COSTLY),
    Hostile("20000-options", around("<select>" + "<option>x" * 20_000 + "</select>"), COSTLY),
    Hostile("9000-headings", around("<h2></h2>", 9_000), COSTLY),
    Hostile(
        "everything-unclosed", made(page().replace("</p>", "").replace("</article>", "").replace("</title>", "</title"))
    ),
    Hostile("no-html-no-head-no-body", made(story())),
    Hostile("text-alone", made("\n\n".join([FIRST + " the boats every evening.", LAST + "."] * 8)), ARTICLE, ()),
    Hostile("two-bodies", made(page(before="<body><body class=nav>", after="<body><html><head>"))),
    Hostile("head-in-body", made(page(before="<head><title>Another</title><base href=//x></head>"))),
    Hostile("frameset-after-text", made(page(after="<frameset><frame src=x></frameset>"))),
    Hostile("select-swallows-tags", made(page(before="<select><div><p><table>"))),
    Hostile("doctypes", around("<!DOCTYPE html PUBLIC '-//W3C//DTD' 'x'>", 5_000)),
    Hostile("uppercase-and-namespaces", made(page().replace("<p>", "<P X:Y='1'>").replace("</p>", "</P\n>"))),
)
