"""What the files of a site say of the use of its pages: tdmrep.json, ai.txt, and lines of robots.txt. Pure.

Sources: TDMRep (W3C community group report of 10 May 2024), whose file maps path patterns to reservations; ai.txt, a
proposal that is written like robots.txt; Content-Usage lines (draft-ietf-aipref-attach) and Content-Signal lines, which
belong to a group of robots.txt and may name a path. Where several patterns match, the longest counts, as in RFC 9309.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from protego import Protego

from pipeline.store.scrub import scrub_value
from pipeline.told import OptOut, Signal
from spiders.opt_out import training

TDMREP, AI_TXT = "/.well-known/tdmrep.json", "/ai.txt"
RIGHTS_FILES = (TDMREP, AI_TXT)
MOST_RULES = 200  # of a file: publishers' files hold a handful
_CONTROLS = re.compile(r"[\x00-\x20\x7f]+")
_LINE = re.compile(r"^\s*([\w-]+)\s*:\s*(.*?)\s*(?:#.*)?$")
_USAGE = frozenset({"content-usage", "content-signal"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said of the paths that match a pattern (``*`` and ``$`` as in robots.txt)."""

    pattern: str
    source: str
    value: str
    policy: str | None = None
    _match: Protego | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, pattern: str, source: str, value: str, policy: str | None = None) -> Rule:
        """The rule with its matcher: Protego's, which takes patterns of many stars in linear time."""
        clean = _CONTROLS.sub("", pattern)[:2_000]
        clean = clean if clean.startswith("/") else f"/{clean}"
        return cls(clean, source, value, policy, Protego.parse(f"User-agent: *\nDisallow: {clean}\n"))

    def matches(self, url: str) -> bool:
        """Whether the address is meant."""
        return self._match is not None and not self._match.can_fetch(url, "*")


@dataclass(frozen=True, slots=True)
class SiteRights:
    """The rules of one authority."""

    reservations: tuple[Rule, ...] = ()
    usage: tuple[Rule, ...] = ()
    ai_txt: Protego | None = None
    agent: str = ""

    @classmethod
    def of(cls, files: Mapping[str, str], robots: str, agent: str) -> SiteRights:
        """From the texts of the files by their path, and of robots.txt; ``agent`` is our product token."""
        ai_txt = _ai_txt(files.get(AI_TXT, ""))
        return cls(
            tuple(_reservations(files.get(TDMREP, ""))),
            tuple(_usage(robots, agent)),
            Protego.parse(ai_txt) if ai_txt else None,
            agent,
        )

    def say_of(self, url: str) -> OptOut:
        """What they say of one page."""
        signals: list[Signal] = []
        reserved, policy, train_ai, allowed = None, None, None, None
        if rule := _longest(self.reservations, url):
            reserved, policy = rule.value == "1", rule.policy
            signals.append(Signal("tdmrep.json", f"{rule.pattern} {rule.value}" + (f" {policy}" if policy else "")))
        if rule := _longest(self.usage, url):
            train_ai = training(rule.value)
            signals.append(Signal(f"robots.txt {rule.source}", rule.value))
        if self.ai_txt is not None:
            allowed = self.ai_txt.can_fetch(url, self.agent)
            signals.append(Signal("ai.txt", "allowed" if allowed else "disallowed"))
        refused = bool(reserved) or train_ai is False or allowed is False
        return OptOut(refused, (), reserved, policy, train_ai, allowed, tuple(signals))


def _longest(rules: tuple[Rule, ...], url: str) -> Rule | None:
    """Of patterns that are equally long the one that reserves: the more restrictive."""
    found = [rule for rule in rules if rule.matches(url)]
    return max(found, key=lambda rule: (len(rule.pattern), rule.value == "1"), default=None)


def _reservations(text: str) -> Iterator[Rule]:
    """The rules of a tdmrep.json; nothing for a text that is none.

    >>> list(_reservations('[{"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://a.example/p"}]'))
    [Rule(pattern='/news/*', source='tdmrep.json', value='1', policy='https://a.example/p')]
    """
    try:
        found = json.loads(text) if text.lstrip("\ufeff \t\r\n").startswith(("[", "{")) else []
    except (ValueError, RecursionError):
        return
    for entry in (found if isinstance(found, list) else [found])[:MOST_RULES]:
        if not isinstance(entry, dict):
            continue
        # JSON may hold half surrogate pairs: neither Protego nor the ledger takes them.
        place, value, policy = (scrub_value(entry.get(key)) for key in ("location", "tdm-reservation", "tdm-policy"))
        if isinstance(place, str) and str(value) in {"0", "1"}:
            yield Rule.of(place, "tdmrep.json", str(value), policy[:500] if isinstance(policy, str) else None)


def _usage(robots: str, agent: str) -> Iterator[Rule]:
    r"""Content-Usage and Content-Signal lines: those before any group, and those of our group (else of ``*``).

    >>> text = "User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /docs train-ai=y\nAllow: /\n"
    >>> [(rule.pattern, rule.value) for rule in _usage(text, "x")]
    [('/', 'train-ai=n'), ('/docs', 'train-ai=y')]
    """
    lowered = robots.lower()
    if not any(name in lowered for name in _USAGE):
        return
    found: dict[str, list[tuple[str, str]]] = {"": []}
    names, in_rules = [""], True
    for line in robots.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        key, value = match.group(1).lower(), match.group(2)
        if key == "user-agent":
            names = [value.lower()] if in_rules else [*names, value.lower()]
            in_rules = False
            found.setdefault(value.lower(), [])
            continue
        in_rules = True
        if key in _USAGE:
            for name in names:
                found[name].append((key, value))
    ours = found[""] + found.get(agent.lower(), found.get("*", []))
    for key, value in ours[:MOST_RULES]:
        place, _, rest = value.partition(" ")
        pattern, said = (place, rest.strip()) if place.startswith("/") else ("/", value)
        yield Rule.of(pattern, key, said[:500])


def _ai_txt(text: str) -> str:
    r"""The file as robots.txt has it; empty when it holds no rule (a page of HTML, or a file of another kind).

    >>> _ai_txt("User-Agent: *" + chr(10) + "Disallow: *.txt"), _ai_txt("<!doctype html>Disallow: /")
    ('user-agent: *\ndisallow: /*.txt', '')
    """
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return ""
    lines = []
    for line in text.splitlines()[: 10 * MOST_RULES]:
        match = _LINE.match(line)
        if match and match.group(1).lower() in {"user-agent", "allow", "disallow"}:
            key, value = match.group(1).lower(), match.group(2)
            rooted = value if key == "user-agent" or not value or value.startswith("/") else f"/{value}"
            lines.append(f"{key}: {rooted}")
    return "\n".join(lines) if any(not line.startswith("user-agent") for line in lines) else ""
