"""The smaller fields: site name, addresses, language, section, tags, description, image."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from pipeline.extraction.metadata.ballot import Offer
from pipeline.extraction.metadata.json_ld import LinkedData, first, plain, strings, types
from pipeline.extraction.signals import Signals

MAX_TAGS = 50
MAX_TAG = 100
MAX_NAME = 50
"""A longer one is the headline in the wrong place."""
MAX_DESCRIPTION = 2_000
# An address that needs no resolving, as nearly all are. One with dots in its path or nothing after "?" is rewritten.
_WHOLE = re.compile(r"https?://[a-zA-Z0-9.-]+(?::\d+)?/(?:(?!/\.)[^\s?#])*(?:\?[^\s#]+)?(?:#\S+)?")
_BETWEEN_TAGS = re.compile(r"[,;、，]")
_LANGUAGE = re.compile(r"^\s*([a-z]{2,3})(?![a-z])", re.IGNORECASE)
# ISO 639-1, and of the longer codes those that sites use.
_CODES = frozenset(
    (
        "aa ab af ak am ar as ay az ba be bg bh bi bn bo br bs ca ceb ckb co cs cy da de dv dz el en eo es et eu "
        "fa ff fi fil fj fo fr fy ga gd gl gn gsw gu ha haw he hi hr hsb ht hu hy ia id ig is it iu ja jv ka kk "
        "kl km kn ko ks ku ky la lb lg ln lo lt lv mai mg mi mk ml mn mr ms mt my na nb nds ne nl nn no nso ny oc "
        "om or pa pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw szl ta te tet "
        "tg th ti tk tl tn to tr ts tt tw ug uk ur uz ve vi wo xh yi yo yue za zh zu "
    ).split()
)
# Codes that pages write for a country where a language is meant.
_MISTAKEN = {
    "jp": "ja",
    "cz": "cs",
    "gr": "el",
    "ua": "uk",
    "cn": "zh",
    "kr": "ko",
    "dk": "da",
    "se": "sv",
    "iw": "he",
    "in": "id",
    "ji": "yi",
}
_PUBLIC_PARTS = frozenset(
    {"www", "m", "com", "co", "org", "net", "news", "blog", "en", "de", "ac", "gov", "edu", "amp", "mobile", "web"}
)


def stated_names(signals: Signals, data: LinkedData) -> tuple[str, ...]:
    """What the site calls itself, the most telling first."""
    metas = dict(reversed(signals.metas))
    names = [plain(metas[name]) for name in _NAME_METAS[:3] if name in metas]
    for item in data.articles[:2]:
        publisher = item.get("publisher")
        if isinstance(publisher, dict) and not publisher.get("name") and isinstance(publisher.get("@id"), str):
            publisher = data.by_id.get(str(publisher["@id"]), publisher)
        names.append(first(publisher))
    names.extend(first(item.get("name")) for item in data.others if _SITE_TYPES & set(types(item)))
    names.extend(plain(metas[name]) for name in _NAME_METAS[3:] if name in metas)
    return tuple(dict.fromkeys(name for name in names if 0 < len(name) <= MAX_NAME))


_NAME_METAS = (
    *("og:site_name", "application-name", "apple-mobile-web-app-title"),
    *("twitter:site", "al:iphone:app_name", "dc.publisher", "citation_publisher"),
)
_SITE_TYPES = frozenset({"website", "organization", "newsmediaorganization"})


def site_names(stated: tuple[str, ...], url: str) -> tuple[str, ...]:
    """All names by which the site may be known: those that it states, its host, and the label of its domain."""
    return tuple(dict.fromkeys((*stated, *_host_names(url))))


def _host_names(url: str) -> list[str]:
    """Host, and its label that is most likely the site's name.

    >>> _host_names("https://www.example.co.uk/a")
    ['www.example.co.uk', 'example.co.uk', 'example']
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return []
    bare = host.removeprefix("www.")
    labels = [label for label in bare.split(".")[:-1] if label not in _PUBLIC_PARTS]
    return [name for name in dict.fromkeys([host, bare, *labels[-1:]]) if name]


def absolute(url: str, page_url: str) -> str | None:
    """The address resolved against the page's, if it is http or https.

    >>> absolute("/a", "https://example.com/b"), absolute("javascript:0", "https://example.com/")
    ('https://example.com/a', None)
    """
    if _WHOLE.fullmatch(url):
        return url
    try:
        own = urlsplit(url.strip())
        if not own.netloc and (own.scheme or url.strip().startswith("//")):
            return None
        whole = urljoin(page_url, url.strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(char.isspace() for char in whole):
        return None
    return whole


def canonical_url(signals: Signals, page_url: str) -> str | None:
    """The address that the page gives as its own: link rel=canonical, then og:url."""
    stated = [href for rel, href in signals.links if "canonical" in rel.split()]
    stated += [content for name, content in signals.metas if name == "og:url"]
    return next((url for href in stated if (url := absolute(href, page_url))), None)


def image_url(signals: Signals, data: LinkedData, page_url: str) -> str | None:
    """The lead image."""
    metas = dict(reversed(signals.metas))
    stated = [
        metas[name]
        for name in ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
        if name in metas
    ]
    for item in data.articles[:1]:
        image = item.get("image") or item.get("thumbnailUrl")
        if isinstance(image, list):
            image = image[0] if image else None
        if isinstance(image, dict):
            image = image.get("url") or image.get("contentUrl") or image.get("@id")
        if isinstance(image, str):
            stated.append(image)
    stated += [href for rel, href in signals.links if rel == "image_src"]
    return next((url for href in stated if (url := absolute(href, page_url))), None)


def description(signals: Signals, data: LinkedData) -> str | None:
    """The page's own summary."""
    metas = dict(reversed(signals.metas))
    stated = [
        metas[name]
        for name in ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
        if name in metas
    ]
    stated += [first(item.get("description")) for item in data.articles[:1]]
    return next((text[:MAX_DESCRIPTION] for found in stated if (text := plain(found))), None)


def section(signals: Signals, data: LinkedData) -> str | None:
    """The part of the site."""
    metas = dict(reversed(signals.metas))
    stated = [first(item.get("articleSection")) for item in data.articles[:1]]
    stated += [
        plain(metas[name])
        for name in (
            "article:section",
            "parsely-section",
            "section",
            "cxenseparse:section",
            "og:article:section",
            "category",
        )
        if name in metas
    ]
    return next((text[:MAX_TAG] for text in stated if text and not text.startswith("http")), None)


def tags(signals: Signals, data: LinkedData) -> tuple[str, ...]:
    """Keywords, each once, in the page's order."""
    found: list[str] = [
        content
        for name, content in signals.metas
        if name in {"article:tag", "og:article:tag", "parsely-tags", "news_keywords", "sailthru.tags"}
    ]
    for item in data.articles[:1]:
        found.extend(strings(item.get("keywords")))
    if not found:
        found = [content for name, content in signals.metas if name == "keywords"]
    kept: dict[str, str] = {}
    for text in found:
        for part in _BETWEEN_TAGS.split(text):
            tag = plain(part)
            if 0 < len(tag) <= MAX_TAG and not tag.startswith("http"):
                kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())[:MAX_TAGS]


def language(signals: Signals) -> tuple[Offer | None, list[Offer]]:
    """The language that the page states (ISO 639; its trust says how sure), and all offers."""
    offers: list[Offer] = []
    stated = [("html", signals.html_lang, 0.8)]
    stated += [
        ("opengraph" if name == "og:locale" else "meta", content, 0.6 if name == "og:locale" else 0.7)
        for name, content in signals.metas
        if name in {"og:locale", "content-language", "language", "dc.language", "inlanguage"}
    ]
    for source, text, trust in stated:
        match = _LANGUAGE.match(text)
        if match:
            code = _MISTAKEN.get(match[1].lower(), match[1].lower())
            if code in _CODES:
                offers.append(Offer(code, source, trust))
    if not offers:
        return None, []
    best = max(offers, key=lambda o: sum(other.trust for other in offers if other.value == o.value))
    others = [o.trust for o in offers if o.value != best.value]
    return best._replace(trust=round(best.trust - 0.3 * max(others, default=0.0), 2)), offers
