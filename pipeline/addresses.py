"""One spelling for each web address: what the crawl knows a page by, and what it is found by again.

The URL rules are those of the WHATWG (can-ada), so what we think an address means is what browsers think.
"""

from __future__ import annotations

import re

import can_ada

# Parameters that say where a visitor came from or who they are, never which page they get. Short names that also mean
# something (sid, id, ref, page) are not in the list: a page lost is worse than a page fetched twice.
_TRACKERS = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh mc_cid mc_eid mkt_tok
    _hsenc _hsmi hsctatracking vero_id vero_conv oly_anon_id oly_enc_id wickedid s_cid ncid cmpid icid
    _openstat _ga _gl srsltid at_medium at_campaign pk_campaign pk_kwd pk_source pk_medium piwik_campaign
    phpsessid jsessionid sessionid session_id aspsessionid asp.net_sessionid cfid cftoken zenid oscsid
    """.split()
)
_TRACKER_PREFIXES = ("utm_", "mtm_", "hsa_", "aspsessionid")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)


def canonical(text: str) -> can_ada.URL | None:
    """The canonical form of an absolute address; None when it is no http(s) address with a valid host.

    No user, no fragment, no default port, no tracking or session parameters; parameters in order of their names.

    >>> canonical("HTTPS://Example.com:443/a/../b?utm_source=x&z=1&a=2#top").href
    'https://example.com/b?a=2&z=1'
    """
    url = _parsed(text)
    if url is None:
        return None
    url.username, url.password, url.hash = "", "", ""
    url.pathname = _PATH_SESSION.sub("", url.pathname)
    query = _sorted_query(url.search)
    url.search = f"?{query}" if query else ""  # "/a?" and "/a" are one address
    if url.hostname.endswith(".") and url.hostname.strip("."):
        url.hostname = url.hostname.rstrip(".")
    return url


def _parsed(text: str) -> can_ada.URL | None:
    try:
        url = can_ada.parse(text.strip())
    except (ValueError, TypeError):  # a TypeError for half a surrogate pair, which JSON can name and no bytes can say
        return None
    return url if url.protocol in {"http:", "https:"} and url.hostname else None


def _sorted_query(search: str) -> str:
    pairs = [pair for pair in search.removeprefix("?").split("&") if pair and not _is_tracker(pair)]
    return "&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0]))


def _is_tracker(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES)
