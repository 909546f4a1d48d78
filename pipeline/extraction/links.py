"""The one reader of links: what a page points to."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from pipeline.extraction.parse import Tree

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_REFRESH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
# Nine links in ten: nothing in them to resolve, to escape or to leave out, so that joining is putting together.
_PLAIN_PATH = r"/(?![/.])(?:[A-Za-z0-9_~%+,=.-]|/(?!\.))*(?:\?[A-Za-z0-9_~%+,=./&-]+)?"
_PLAIN = re.compile(rf"(https?://[a-z0-9.-]+)?{_PLAIN_PATH}")
MAX_REFRESH_SECONDS = 5.0
"""A meta refresh up to this long is a redirect; a longer one is a page that reloads itself."""


class Link(NamedTuple):
    """One link: ``url`` absolute (of any scheme; the caller decides what may be dialled), its text and its ``rel``."""

    url: str
    text: str
    rel: str


class PageLinks(NamedTuple):
    """The links of a page in document order, and what its head says of addresses.

    ``canonical``, ``feeds`` and ``refresh`` are absolute; ``robots`` joins the contents of ``<meta name=robots>`` and
    of those for ``agent``; ``alternates`` are (hreflang or "amp", address) pairs.
    """

    base: str
    links: tuple[Link, ...]
    feeds: tuple[str, ...]
    canonical: str | None
    refresh: str | None
    robots: str
    alternates: tuple[tuple[str, str], ...]


def absolute(base: str, href: str) -> str | None:
    """The address that ``href`` names on a page of the address ``base``; None for what cannot be one.

    >>> absolute("https://example.com/a/b", " ../c?x=1 ")
    'https://example.com/c?x=1'
    >>> absolute("https://example.com/", "http://[bad") is None
    True
    """
    try:
        return urljoin(base, "".join(href.split("\n")).strip())
    except ValueError:
        return None


def read_links(tree: Tree, page_url: str, agent: str = "broadsheet") -> PageLinks:
    """Read every link of a parsed page, once each, in document order."""
    base_node = tree.lexbor.css_first("base[href]")
    href = base_node.attributes.get("href") if base_node is not None else None
    base = (absolute(page_url, href) if href else None) or page_url
    if urlsplit(base).scheme not in {"http", "https"}:
        base = page_url
    origin = (absolute(base, "/") or "")[:-1]
    links: dict[str, Link] = {}
    for node in tree.lexbor.css("a[href], area[href]"):
        attributes = node.attributes
        href = attributes.get("href") or ""
        plain = _PLAIN.fullmatch(href)
        url = absolute(base, href) if plain is None else href if plain.group(1) else origin + href
        if url is not None and url not in links:
            rel = (attributes.get("rel") or "").lower()
            links[url] = Link(url, " ".join(node.text().split())[:200], rel)
    return PageLinks(base, tuple(links.values()), *_head(tree, base, agent))


def _head(
    tree: Tree, base: str, agent: str
) -> tuple[tuple[str, ...], str | None, str | None, str, tuple[tuple[str, str], ...]]:
    """Feeds, canonical address, refresh, robots words and alternates."""
    feeds: list[str] = []
    alternates: list[tuple[str, str]] = []
    canonical: str | None = None
    for node in tree.lexbor.css("link[rel][href]"):
        attributes = node.attributes
        url = absolute(base, attributes.get("href") or "")
        rels = (attributes.get("rel") or "").lower().split()
        if url is None:
            continue
        if "alternate" in rels and (attributes.get("type") or "").lower() in _FEED_TYPES:
            feeds.append(url)
        elif "alternate" in rels and attributes.get("hreflang"):
            alternates.append((attributes.get("hreflang") or "", url))
        elif "amphtml" in rels:
            alternates.append(("amp", url))
        elif "canonical" in rels and canonical is None:
            canonical = url
    refresh: str | None = None
    robots: list[str] = []
    for node in tree.lexbor.css("meta[content]"):
        attributes = node.attributes
        content = attributes.get("content") or ""
        if (attributes.get("http-equiv") or "").lower() == "refresh" and refresh is None:
            found = _REFRESH.match(content)
            if found and float(found.group(1)) <= MAX_REFRESH_SECONDS:
                refresh = absolute(base, found.group(2))
        elif (attributes.get("name") or "").lower() in {"robots", agent}:
            robots.append(content.lower())
    return tuple(dict.fromkeys(feeds)), canonical, refresh, ", ".join(robots), tuple(alternates)
