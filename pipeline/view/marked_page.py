"""The page itself with its blocks marked, as one HTML file that asks nothing of the net and runs no script.

Made with BeautifulSoup over the normalised page, because its text nodes are counted as ``Block.nodes`` counts them:
in document order within ``body``, nodes side by side as one.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag
from bs4.element import PreformattedString

from pipeline.block import Block
from pipeline.verdict import Verdict
from pipeline.view.explain import Explanation, summary

_KEPT_ATTRIBUTES = frozenset({"alt", "colspan", "dir", "lang", "rowspan", "start", "value", "datetime"})
_EMPTY_OR_UNSEEN = (
    "audio base embed frame iframe link meta object param script source style svg template track video".split()
)
_RENAMED = {"listing": "pre", "plaintext": "pre", "xmp": "pre", "math": "span", "title": "span"} | dict.fromkeys(
    ("applet", "frameset", "noembed", "noframes", "noscript", "portal"), "div"
)
_TEXT_ONLY = ["select", "textarea"]
"""Elements that may hold no element of ours: they are marked themselves."""

_STYLE = """
body { margin: 0; font: 16px/1.5 sans-serif; color: #222; background: #fff }
#about { padding: 1em 2em; background: #f3f3f0; border-bottom: 2px solid #999 }
#about p { margin: .3em 0 } #about mark { margin-right: .6em; white-space: nowrap }
main { display: block; max-width: 60em; padding: 1em 2em } main * { max-width: 100% }
main a { color: inherit; text-decoration: underline dotted }
mark, [data-decision] { color: inherit; border-radius: 2px; padding: 0 .15em }
[data-decision=keep] { background: #d5efd5 } [data-decision=field] { background: #d5e4f7 }
[data-decision=remove] { background: #f8d9d6; text-decoration: line-through; text-decoration-color: #b77 }
"""
_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'">
<title>{title}</title><style>{style}</style></head>
<body><header id="about"><p><b>{title}</b></p><p>{summary}</p><p>{legend}</p>
<p>Green is kept, blue went into a field, red was removed. Rest the pointer on a block to read why.</p></header>
<main>
{page}
</main></body></html>
"""


def marked_page(explanation: Explanation) -> str:
    """The HTML file. Each block is one or more ``mark`` elements with its position, class, decision and reason."""
    soup = BeautifulSoup(explanation.html, "html.parser")
    body = soup.body or soup
    runs = list(_text_runs(body))
    _disarm(body)  # before the marks, so that no page can pass its own attributes off as ours
    for block, verdict in explanation.judged():
        for run in runs[slice(*block.nodes)]:
            _mark(soup, run, block, verdict)
    for element in body.find_all(_EMPTY_OR_UNSEEN):
        element.extract()
    return _FRAME.format(
        title=html.escape(explanation.page.url or "A page explained"),
        style=_STYLE,
        summary=html.escape(summary(explanation)),
        legend=_legend(explanation),
        page=body.decode_contents(),
    )


def _text_runs(body: Tag) -> Iterator[list[NavigableString]]:
    """The text nodes below ``body`` in document order; those side by side make one run."""
    run: list[NavigableString] = []
    for node in body.descendants:
        if not _is_text(node):
            continue
        if run and node.previous_sibling is not run[-1]:
            yield run
            run = []
        run.append(node)  # type: ignore[arg-type]
    if run:
        yield run


def _is_text(node: PageElement) -> bool:
    return isinstance(node, NavigableString) and not isinstance(node, PreformattedString)


def _mark(soup: BeautifulSoup, run: list[NavigableString], block: Block, verdict: Verdict) -> None:
    holder = run[0].find_parent(_TEXT_ONLY)
    if isinstance(holder, Tag):
        holder.attrs.update(_attributes(block, verdict))
        return
    for text in run:
        if text.strip():
            mark = soup.new_tag("mark", attrs=_attributes(block, verdict))
            text.wrap(mark)


def _attributes(block: Block, verdict: Verdict) -> dict[str, str]:
    what = f"{verdict.decision}: {verdict.reason or verdict.block_class}"
    known = f", like template {verdict.template}" if verdict.template else ""
    attributes = {
        "data-position": str(block.position),
        "data-decision": verdict.decision.value,
        "data-class": verdict.block_class.value,
        "data-reason": verdict.reason.value if verdict.reason else "",
        "title": f"{block.position} {what}{known}; rule {verdict.rule or 'none'}; score {verdict.score:.2f}",
    }
    return {name: value for name, value in attributes.items() if value}


def _disarm(body: Tag) -> None:
    """No attribute of the page that runs, loads, sends or leads away; where a link led is kept as ``data-href``."""
    for element in body.find_all(name=True):
        element.name = _RENAMED.get(element.name, element.name)
        kept = {name: value for name, value in element.attrs.items() if name in _KEPT_ATTRIBUTES}
        if element.name == "a" and element.get("href"):
            kept["data-href"] = element["href"]
        element.attrs = kept


def _legend(explanation: Explanation) -> str:
    parts = []
    for name, number in explanation.counts().items():
        decision = name if name in {"keep", "field"} else "remove"
        parts.append(f'<span data-decision="{decision}">{number} {html.escape(name)}</span>')
    return " ".join(parts)
