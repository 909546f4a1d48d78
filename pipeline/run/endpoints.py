"""Checks of addresses, ports and contacts as a job file writes them: text in, the same text out, or ``ValueError``."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_MAILTO = re.compile(r"mailto:[^@\s()<>]+@[^@\s()<>]+\.[^@\s()<>.]+")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", re.IGNORECASE)


def check_web_address(text: str) -> str:
    """An absolute http or https address with a host, without white space and without a password in it."""
    try:
        parts = urlsplit(text)
        port_ok = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ValueError(f"{text!r} is no address: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_ok or re.search(r"\s", text):
        raise ValueError(f"{text!r} is no http or https address")
    if parts.username or parts.password:
        raise ValueError(f"{parts.hostname!r}: no user name and password in an address")
    return text


def check_contact(text: str) -> str:
    """A ``mailto:`` or http(s) address at which site owners reach the operator; it stands in every request."""
    if _MAILTO.fullmatch(text):
        return text
    try:
        check_web_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a mailto: nor an http(s) address") from None
    if not text.isascii() or re.search(r"[()]", text):
        raise ValueError(f"{text!r} must be plain ASCII without brackets, because it stands in the user agent")
    return text


def check_proxy(text: str) -> str:
    """Empty, or the http(s) address of a proxy."""
    if text and urlsplit(text).scheme not in {"http", "https"}:
        raise ValueError(f"{text!r} is no http or https address of a proxy")
    return text


def check_ip_port(text: str) -> str:
    """``address:port``, an IPv6 address in square brackets.

    >>> check_ip_port("[::1]:8000")
    '[::1]:8000'
    """
    host, port = _split_port(text)
    try:
        ip_address(host.removeprefix("[").removesuffix("]") if ":" in host else host)
    except ValueError:
        raise ValueError(f"{text!r}: {host!r} is no IP address") from None
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError(f"{text!r}: an IPv6 address stands in square brackets")
    if not 1 <= port <= 65_535:
        raise ValueError(f"{text!r}: a port lies between 1 and 65535")
    return text


def check_name_port(text: str) -> str:
    """``name:port``, the name of a host.

    >>> check_name_port("news.example:80")
    'news.example:80'
    """
    host, port = _split_port(text)
    if not _NAME.fullmatch(host):
        raise ValueError(f"{text!r}: {host!r} is no host name")
    if not 1 <= port <= 65_535:
        raise ValueError(f"{text!r}: a port lies between 1 and 65535")
    return text


def _split_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()):
        raise ValueError(f"{text!r} does not end in a port")
    return host, int(port)
