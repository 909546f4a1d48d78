"""Pages whose text stands where no browser shows it until a script asks for it, or something else has failed.

``<template>`` and templates in scripts wait for a script; what stands in ``<object>``, ``<canvas>``, ``<video>``,
``<iframe>`` or ``<noscript>`` is for readers whose browser cannot do what the element wants; the words of a drawing are
labels. The parse leaves all of them out. So a page that shows hardly a word is read again with these elements opened.
"""

from __future__ import annotations

import re

_NAMES = "template|svg|object|canvas|video|audio|iframe|noscript|datalist"
_FIRST = re.compile(rf"<(?:{_NAMES}|script)(?=[\s>/])", re.I)
_TAGS = re.compile(rf"</?(?:{_NAMES})(?=[\s>/])[^<>]*>?", re.I)
_KINDS = r"(?:text|application)/(?:[\w.-]{0,20}-)?(?:template|tmpl|html|handlebars)"
_SCRIPT_TEMPLATE = re.compile(rf"<script\s[^<>]{{0,200}}?\btype\s*=\s*[\"']?\s*{_KINDS}[^<>]*>", re.I)

UNSHOWN = "text_not_shown"
"""Says on the record that the text stood in such an element."""


def opened(text: str) -> str | None:
    """The page with what such elements hold set in their place; None when there are none.

    >>> opened("<p>One<template><p>Two</template>"), opened("<p>One")
    ('<p>One <p>Two ', None)
    >>> opened('<script type="text/x-template"><p>Two</script>')
    ' <p>Two</script>'
    """
    if _FIRST.search(text) is None:
        return None
    found = _TAGS.sub(" ", _SCRIPT_TEMPLATE.sub(" ", text))
    return found if found != text else None
