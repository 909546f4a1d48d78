"""Personal data out of a text, where a job asks for it: e-mail addresses, telephone numbers, public IP addresses."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple

from phonenumbers import Leniency, PhoneNumberMatcher

from pipeline.cleaning.language import base

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KINDS = ("email", "ip", "phone")
"""In the order of claim: what one kind has taken is not looked at for the next."""

REGIONS = {
    "en": ("US", "GB"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX"),
    "pt": ("PT", "BR"),
    "it": ("IT",),
    "nl": ("NL", "BE"),
    "pl": ("PL",),
    "ru": ("RU",),
    "zh": ("CN", "TW"),
    "ja": ("JP",),
    "ko": ("KR",),
}
"""Countries whose national numbers are looked for in a text of the language; numbers with a + are found in any text."""

MOST_ROUNDS = 6
"""A mask may part digits that stood too close to be read; two rounds do in practice."""

# RFC 5321 in the form that people print; quoted local parts and addresses at an IP number are not seen.
_EMAIL = re.compile(
    r"(?<![\w.+%@-])\w[\w.+%'-]{0,63}(?:@|\s?[(\[{](?:at|AT)[)\]}]\s?)"
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@])"
)
_IP = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|::|\.\d)"  # a label and a port may touch it: "IP:8.8.4.4:80"
    r"|(?<![\w.:])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:)[0-9A-Fa-f:]{3,39}(?!\w|\.\d)"
)
_GLOBAL_UNICAST = ip_network("2000::/3")
"""RFC 4291: the only part of IPv6 that is given out; ``ab::cd`` in a text on programming lies outside."""

# Four numbers with dots are also how versions and sections are counted.
_COUNTED = re.compile(r"(?:\b(?:v|ver|version|release|build|firmware|section|chapter|rfc)[.:]?|§)\s?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d(?:[\s\-–./()\xa0]{0,3}\d){6,}")


class Masked(NamedTuple):
    """What was masked: its kind, the offset of its mark in the masked text (characters from 0), and the words.

    The caller must not keep the words where they would be read.
    """

    kind: str
    offset: int
    text: str


def mask(text: str, kinds: Iterable[str], language: str | None = None) -> tuple[str, tuple[Masked, ...]]:
    """Put ``[email]``, ``[ip]`` and ``[phone]`` in place of personal data; the kinds are those of a job's ``mask``.

    National telephone numbers are only found in a known language. Raises ValueError for an unknown kind.

    >>> mask("Write to ann@mill.example or call +44 20 7946 0958.", ["email", "phone"])[0]
    'Write to [email] or call [phone].'
    """
    wanted = set(kinds)
    if unknown := wanted.difference(KINDS):
        raise ValueError(f"no such kind of personal data: {', '.join(sorted(unknown))} (there are {', '.join(KINDS)})")
    masked: list[Masked] = []
    for _ in range(MOST_ROUNDS):
        spans = _claimed(text, wanted, base(language))
        if not spans:
            break
        for start, end, kind in reversed(spans):
            mark = f"[{kind}]"
            later = len(mark) - (end - start)
            masked = [one._replace(offset=one.offset + later) if one.offset > start else one for one in masked]
            masked.append(Masked(kind, start, text[start:end]))
            text = f"{text[:start]}{mark}{text[end:]}"
    return text, tuple(sorted(masked, key=lambda one: one.offset))


def _claimed(text: str, wanted: set[str], language: str) -> list[tuple[int, int, str]]:
    """Spans of personal data in their order, none over another."""
    claimed: list[tuple[int, int, str]] = []
    for kind, find in (("email", _emails(text)), ("ip", _addresses(text)), ("phone", _phones(text, language))):
        if kind in wanted:
            for start, end in find:
                if all(end <= other[0] or other[1] <= start for other in claimed):
                    claimed.append((start, end, kind))
    return sorted(claimed)


def _emails(text: str) -> Iterator[tuple[int, int]]:
    for found in _EMAIL.finditer(text):
        yield found.span()


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for found in _IP.finditer(text):
        words = found.group().rstrip(":") if "::" not in found.group()[-2:] else found.group()
        if _is_public(words) and not _COUNTED.search(text, max(0, found.start() - 12), found.start()):
            yield found.start(), found.start() + len(words)


def _is_public(words: str) -> bool:
    try:
        address = ip_address(words)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and (address.version == 4 or address in _GLOBAL_UNICAST)


def _phones(text: str, language: str) -> Iterator[tuple[int, int]]:
    """National numbers must be grouped as their country groups them: orders, dates and ISBNs have digits too."""
    start = 0
    for line in text.split("\n"):
        if _DIGITS.search(line):
            found = {(match.start, match.end) for match in PhoneNumberMatcher(line, None)}
            for region in REGIONS.get(language, ()):
                matches = PhoneNumberMatcher(line, region, leniency=Leniency.STRICT_GROUPING)
                found |= {(match.start, match.end) for match in matches}
            yield from ((start + first, start + last) for first, last in sorted(found))
        start += len(line) + 1
