"""What the owner of a page says of its use: robots words in header and head, TDM reservation, Content-Usage. Pure.

Sources: the robots meta tag and X-Robots-Tag as the search engines document them; TDMRep (W3C community group report of
10 May 2024); Content-Usage (draft-ietf-aipref-attach, which may still change); noai and noimageai, which are a custom.
The most restrictive word wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NOT_KEPT = frozenset({"noindex", "none", "noarchive", "noai"})
_HEAD = 64 * 1024  # a meta element behind that is not in the head of any page we know
_META = re.compile(rb"<meta\s[^>]{1,500}>", re.IGNORECASE)
_NAME = re.compile(rb"""\bname\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_CONTENT = re.compile(rb"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_TDM = ("tdm-reservation", "tdm-policy")
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


@dataclass(frozen=True, slots=True)
class OptOut:
    """``words`` are the directives that are meant for us, lower case; ``said`` is all that was said, for the record."""

    words: frozenset[str] = frozenset()
    reserved: bool = False
    expired: bool = False
    said: str = ""

    @property
    def follows(self) -> bool:
        """Whether the links of the page may be followed."""
        return not self.words & {"nofollow", "none"}

    @property
    def keeps_out(self) -> bool:
        """Whether the owner does not want the page kept or used."""
        return self.reserved or self.expired or bool(self.words & _NOT_KEPT)


def read_opt_out(headers: Iterable[tuple[str, str]], meta_words: str, body: bytes, agent: str, now: datetime) -> OptOut:
    """Everything that header and head say. ``meta_words`` are the contents of the robots meta elements.

    ``agent`` is our product token: words behind the name of another robot are recorded and not meant for us.

    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> read_opt_out([("X-Robots-Tag", "otherbot: noindex"), ("TDM-Reservation", "1")], "nofollow", b"", "x", now)
    OptOut(words=frozenset({'nofollow'}), reserved=True, expired=False, said='x-robots-tag: otherbot: noindex; \
tdm-reservation: 1; meta robots: nofollow')
    """
    said: list[str] = []
    words: set[str] = set()
    reserved = expired = False
    for name, value in headers:
        field = name.lower()
        if field == "x-robots-tag":
            ours, ended = _directives(value, agent, now)
            words |= ours
            expired = expired or ended
        elif field == "content-usage":
            reserved = reserved or _refuses_training(value)
        elif field == "tdm-reservation":
            reserved = reserved or value.strip() == "1"
        elif field != "tdm-policy":
            continue
        said.append(f"{field}: {value.strip()}")
    if meta_words:
        said.append(f"meta robots: {meta_words}")
        ours, ended = _directives(meta_words, agent, now)
        words |= ours
        expired = expired or ended
    for name, value in _reservations(body):
        reserved = reserved or (name == "tdm-reservation" and value == "1")
        said.append(f"meta {name}: {value}")
    return OptOut(frozenset(words), reserved, expired, "; ".join(said)[:500])


def _directives(value: str, agent: str, now: datetime) -> tuple[set[str], bool]:
    """The words of one header or element that are meant for us, and whether the page is past its time.

    >>> _directives("noindex, unavailable_after: 2 Jan 2020 00:00:00 GMT", "x", datetime(2026, 1, 1, tzinfo=UTC))
    ({'noindex'}, True)
    """
    words: set[str] = set()
    expired, for_us = False, True
    for part in value.lower().split(","):
        name, colon, rest = (piece.strip() for piece in part.partition(":"))
        if colon and name == "unavailable_after":
            expired = expired or (for_us and _is_past(rest, now))
            continue
        if colon and name not in _WITH_VALUE:
            for_us, name = name == agent.lower(), rest  # the name of a robot: what follows is meant for it alone
        if for_us and name:
            words.add(name)
    return words, expired


def _is_past(text: str, now: datetime) -> bool:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError:
            return False
    return moment.replace(tzinfo=moment.tzinfo or UTC) < now


def _refuses_training(value: str) -> bool:
    """Whether a Content-Usage header says no to training: ``train-ai=n``.

    >>> _refuses_training("search=y, train-ai=n"), _refuses_training("train-ai=y")
    (True, False)
    """
    return any(re.fullmatch(r"\s*(?:train-ai|bots)\s*=\s*n\s*", part, re.IGNORECASE) for part in value.split(","))


def _reservations(body: bytes) -> list[tuple[str, str]]:
    found = []
    for element in _META.finditer(body[:_HEAD]):
        name, content = _NAME.search(element.group()), _CONTENT.search(element.group())
        if name and content and (key := name.group(1).decode("ascii", "replace").lower()) in _TDM:
            value = next(group for group in content.groups() if group is not None)
            found.append((key, value.decode("utf-8", "replace").strip()[:200]))
    return found
