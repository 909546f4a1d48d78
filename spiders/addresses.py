"""Addresses: one spelling for each, the site it belongs to, whether a job wants it, and whether it looks like a trap.

Pure. The spelling itself is made in ``pipeline.addresses``, so that a page is found again under it.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from tldextract import TLDExtract

from pipeline.addresses import canonical

MAX_LENGTH = 2_048
MAX_SEGMENTS = 15
MAX_REPEATS = 3  # Nutch and StormCrawler give up a path in which a part stands three times
MAX_PARAMETERS = 8

_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|ogg|oga|ogv|wav|flac|webm|avi|mov|mkv|zip|gz|tgz|bz2|xz|"
    r"7z|rar|dmg|exe|msi|apk|iso|pdf|docx?|xlsx?|pptx?|odt|ods|epub|mobi|css|js|mjs|woff2?|ttf|otf|eot)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """A canonical http or https address. ``key`` is the whole of it; ``port`` is the one that is dialled."""

    key: str
    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """``scheme://host:port``: what a robots.txt speaks for (RFC 9309, 2.3)."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """The same as one writes it: without a port that is the scheme's own."""
        usual = self.port == (443 if self.scheme == "https" else 80)
        return f"{self.scheme}://{self.host}" if usual else self.authority

    @property
    def site(self) -> str:
        """The registrable domain of the host."""
        return registrable(self.host)


def read_address(text: str) -> Address | None:
    """The canonical form of an absolute address; None when it is no http(s) address with a valid host.

    No user, no fragment, no default port, no tracking or session parameters; parameters in order of their names.

    >>> read_address("HTTPS://Example.com:443/a/../b?utm_source=x&z=1&a=2#top").key
    'https://example.com/b?a=2&z=1'
    >>> read_address("http://①②⑦.1/x").host
    '127.0.0.1'
    >>> read_address("mailto:a@example.com") is None
    True
    """
    url = canonical(text)
    if url is None:
        return None
    scheme = url.protocol.rstrip(":")
    port = int(url.port) if url.port else (443 if scheme == "https" else 80)
    return Address(url.href, scheme, url.hostname, port, url.pathname, url.search)


def resolved(base: str, reference: str) -> str:
    """The address that a reference means on a page; the reference itself when it means none.

    A backslash before the query is a slash, as it is to browsers (WHATWG), or we would take another host for a path.

    >>> resolved("http://example.com/a/b", "../c"), resolved("http://a.example/", "http:" + 2 * chr(92) + "b.example/")
    ('http://example.com/c', 'http://b.example/')
    """
    query = re.search(r"[?#]", reference)
    end = query.start() if query else len(reference)
    try:
        return urljoin(base, reference[:end].replace("\\", "/") + reference[end:])
    except ValueError:
        return reference


def scheme_of(text: str) -> str:
    """The scheme of an address of any kind, lower case; empty when it has none.

    >>> scheme_of(" File:///etc/passwd"), scheme_of("/relative")
    ('file', '')
    """
    found = re.match(r"[\s\x00-\x1f]*([a-zA-Z][a-zA-Z0-9+.-]*):", text)
    return found.group(1).lower() if found else ""


@lru_cache(maxsize=65_536)
def registrable(host: str) -> str:
    """The registrable domain of a host, by the public suffix list that comes with tldextract (never fetched).

    Private suffixes count, so that each blog of a platform is a site of its own. An IP address is its own site; under a
    top-level domain that is in no list (an intranet, a test) the last two labels are.

    >>> registrable("www.news.co.uk"), registrable("a.github.io"), registrable("a.b.test"), registrable("127.0.0.1")
    ('news.co.uk', 'a.github.io', 'b.test', '127.0.0.1')
    """
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        parts = _suffixes()(host)
        if parts.suffix:
            return parts.top_domain_under_public_suffix or host
        return ".".join(host.split(".")[-2:])
    return host


def trap(address: Address) -> str | None:
    """Why an address looks like one of an endless family; None when it does not.

    >>> trap(read_address("http://example.com/a/b/a/b/a/b/a/b/"))
    'a path in which one part stands 4 times'
    """
    if len(address.key) > MAX_LENGTH:
        return f"an address of {len(address.key)} characters"
    segments = [segment for segment in address.path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return f"a path of {len(segments)} parts"
    most = max(Counter(segments).values(), default=0)
    if most > MAX_REPEATS:
        return f"a path in which one part stands {most} times"
    parameters = len(address.query.split("&")) if address.query else 0
    return f"a query of {parameters} parameters" if parameters > MAX_PARAMETERS else None


def in_scope(address: Address, start: Address, scope: str) -> bool:
    """Whether an address lies in what a start address opens: its ``site``, its ``host`` or its ``path`` (folder)."""
    if scope == "site":
        return address.site == start.site
    if address.host != start.host or (address.port != start.port and not {address.port, start.port} <= {80, 443}):
        return False
    return scope == "host" or address.path.startswith(start.path.rpartition("/")[0] + "/")


def wanted(address: Address, allow: Iterable[re.Pattern[str]], deny: Iterable[re.Pattern[str]]) -> bool:
    """Whether the patterns of a job let an address through: no ``deny`` matches, and an ``allow`` if there is any."""
    if any(pattern.search(address.key) for pattern in deny):
        return False
    allowed = tuple(allow)
    return not allowed or any(pattern.search(address.key) for pattern in allowed)


def is_file(address: Address) -> bool:
    """Whether the path ends like that of an image, a film, an archive: such links are not followed for articles.

    >>> is_file(read_address("http://example.com/a.PDF?x=1")), is_file(read_address("http://example.com/a.html"))
    (True, False)
    """
    return _NOT_PAGES.search(address.path) is not None


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    # No addresses and no cache folder: tldextract would otherwise fetch the list, past robots, guard and time-outs.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
