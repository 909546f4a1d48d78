"""What a page says of its own use: robots words in header and head, TDM reservation, Content-Usage. Pure.

Sources: the robots meta tag and X-Robots-Tag as the search engines document them; TDMRep (W3C community group report of
10 May 2024); Content-Usage (draft-ietf-aipref-attach, which may still change) and Content-Signal, which says the same
in other words; noai and noimageai, which are a custom. The most restrictive word wins; of reservations (TDMRep) the one
that is nearest to the page: its head before its header before the files of its site, which ``rights`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.told import NOTHING_SAID, OptOut, Signal

MOST_SIGNALS = 40
_LONGEST = 500
_NOT_KEPT = frozenset({"noindex", "none", "noarchive", "noai"})
_HEAD = 64 * 1024  # a meta element behind that is not in the head of any page we know
_META = re.compile(rb"<meta\s[^>]{1,500}>", re.IGNORECASE)
_NAME = re.compile(rb"""\bname\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_CONTENT = re.compile(rb"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_TDM = ("tdm-reservation", "tdm-policy")
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_WEEKDAY = re.compile(r"\b(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,")
"""The comma in a date of ``unavailable_after`` parts no words."""
_TRAINING = re.compile(r"\s*(?:train-ai|ai-train|bots)\s*=\s*(y|n|yes|no)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands in a page and its head: header fields, contents of its robots elements, the decoded body."""

    headers: tuple[tuple[str, str], ...]
    robots: str = ""
    body: bytes = b""


def read_opt_out(page: PageWords, agent: str, now: datetime, site: OptOut = NOTHING_SAID) -> OptOut:
    """Everything that head, header and the files of the site (``site``) say.

    ``agent`` is our product token: words behind the name of another robot are recorded and not meant for us.

    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> page = PageWords((("X-Robots-Tag", "otherbot: noindex"), ("TDM-Reservation", "1")), "nofollow")
    >>> found = read_opt_out(page, "x", now)
    >>> found.said
    'x-robots-tag: otherbot: noindex; tdm-reservation: 1; meta robots: nofollow'
    >>> found.refused, found.directives, found.tdm_reserved
    (True, ('nofollow',), True)
    """
    signals, words, expired = [*site.signals], set[str](), False
    reserved, policy, trains = site.tdm_reserved, site.tdm_policy, [site.train_ai]
    for source, name, value in _said(page):
        signals.append(Signal(source, value[:_LONGEST]))
        if name == "robots":
            ours, ended = _directives(value, agent, now)
            words |= ours
            expired = expired or ended
        elif name == "content-usage":
            trains.append(training(value))
        elif name == "tdm-reservation":
            reserved = value == "1" if value in {"0", "1"} else reserved
        else:
            policy = value[:_LONGEST]
    train_ai = None if all(each is None for each in trains) else all(each is not False for each in trains)
    refused = bool(reserved) or train_ai is False or site.ai_txt is False or expired or bool(words & _NOT_KEPT)
    return OptOut(refused, tuple(sorted(words)), reserved, policy, train_ai, site.ai_txt, tuple(signals[:MOST_SIGNALS]))


def training(value: str) -> bool | None:
    """What a Content-Usage or Content-Signal value says of training; None when it says nothing of it.

    >>> training("search=y, train-ai=n"), training("ai-train=yes"), training("search=y")
    (False, True, None)
    """
    found = [match.group(1).lower() for part in value.split(",") if (match := _TRAINING.fullmatch(part))]
    return all(word.startswith("y") for word in found) if found else None


def _said(page: PageWords) -> Iterable[tuple[str, str, str]]:
    """Source, kind and value of each signal: header first, then head, so that the head has the last word."""
    kinds = {"x-robots-tag": "robots", "content-usage": "content-usage", "content-signal": "content-usage"}
    for name, value in page.headers:
        field = name.lower()
        kind = kinds.get(field, field if field in _TDM else "")
        if kind:
            yield field, kind, value.strip()
    if page.robots:
        yield "meta robots", "robots", page.robots
    for name, value in _reservations(page.body):
        yield f"meta {name}", name, value


def _directives(value: str, agent: str, now: datetime) -> tuple[set[str], bool]:
    """The words of one header or element that are meant for us, and whether the page is past its time.

    >>> _directives("noindex, unavailable_after: 2 Jan 2020 00:00:00 GMT", "x", datetime(2026, 1, 1, tzinfo=UTC))
    ({'noindex'}, True)
    """
    words: set[str] = set()
    expired, for_us = False, True
    for part in _WEEKDAY.sub("", value.lower()).split(","):
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


def robots_words(body: bytes, agent: str) -> str:
    """The contents of the robots elements of a page that is not parsed, joined.

    >>> robots_words(b"<meta name=robots content=noindex><META NAME='broadsheet' CONTENT='nofollow'>", "Broadsheet")
    'noindex, nofollow'
    """
    return ", ".join(value.lower() for name, value in _metas(body) if name in {"robots", agent.lower()})


def _reservations(body: bytes) -> list[tuple[str, str]]:
    return [(name, value) for name, value in _metas(body) if name in _TDM]


def _metas(body: bytes) -> Iterable[tuple[str, str]]:
    for element in _META.finditer(body[:_HEAD]):
        name, content = _NAME.search(element.group()), _CONTENT.search(element.group())
        if name and content:
            value = next(group for group in content.groups() if group is not None)
            yield name.group(1).decode("ascii", "replace").lower(), value.decode("utf-8", "replace").strip()[:200]
