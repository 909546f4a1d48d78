"""Pages that an element or comment swallows because it is never closed.

A parser that keeps to the standard gives no text for ``<title>`` without its end, for ``<textarea/>`` or for an open
comment, and no error: the page would pass for empty although the article stands in the file. So a page that shows
hardly a word is read again without what swallows it.
"""

from __future__ import annotations

import re

_SWALLOWING = (
    "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "template", "xmp", "plaintext",
    "object", "canvas", "video", "audio", "svg", "math", "select",
)  # fmt: skip
_OPENINGS = {name: re.compile(rf"<{name}(?=[\s>/])[^<>]*>?", re.I) for name in _SWALLOWING}
_COMMENT_END = re.compile(r"--!?>")
_TAG_START = re.compile(r"<[a-zA-Z][^<>]*")


def reopened(text: str) -> str | None:
    """The page without the openings that are never closed and without quotes that are; None when there are none.

    >>> reopened("<title>News<p>The ferry"), reopened("<title>News</title><p>The ferry")
    ('News<p>The ferry', None)
    >>> reopened("<p>One<!-- two <p>three"), reopened('<div class="x><p>Text')
    ('<p>One two <p>three', '<div class=x><p>Text')
    """
    found = _without_open_comment(text)
    for name, opening in _OPENINGS.items():
        if name in found or name in found.lower():
            end = _last_end(found, name)
            found = found[:end] + opening.sub("", found[end:])
    if found.count('"') % 2 or found.count("'") % 2:
        found = _TAG_START.sub(_without_odd_quotes, found)
    return found if found != text else None


def _without_open_comment(text: str) -> str:
    """An open comment becomes text, all that it hides with it."""
    end = 0
    for closing in _COMMENT_END.finditer(text):
        end = closing.end()
    return text[:end] + text[end:].replace("<!--", "")


def _last_end(text: str, name: str) -> int:
    """Where the last end tag of that name begins, 0 without one."""
    last = 0
    for closing in re.finditer(rf"</{name}(?=[\s>/])", text, re.I):
        last = closing.start()
    return last


def _without_odd_quotes(tag: re.Match[str]) -> str:
    """A tag without its quotes, when one of them is never closed before the next tag begins."""
    found = tag.group()
    odd = found.count('"') % 2 or found.count("'") % 2
    return found.replace('"', "").replace("'", "") if odd else found
