"""Headlines that link vendors' tools fill with a keyword: templates of the content-farm family.

Collected from pages and addresses of the family. ``{}`` is the keyword.
A loose template is also written by people ("The Ultimate Guide to Roses"), an odd one only by the tools: nobody
capitalises "The smart Trick of" by hand.
"""

from __future__ import annotations

import re
from enum import StrEnum

LOOSE = (
    "# easy facts about {} described",
    "# easy facts about {} explained",
    "# easy facts about {} shown",
    "# simple techniques for {}",
    "# things people hate about {}",
    "# facts everyone should know about {}",
    "# tips about {} you can use today",
    "all about {}",
    "a review of {}",
    "details, fiction and {}",
    "examine this report on {}",
    "facts about {} revealed",
    "facts about {} uncovered",
    "fascination about {}",
    "getting my {} to work",
    "helping the others realize the advantages of {}",
    "how {} can save you time, stress, and money",
    "how much you need to expect you'll pay for a good {}",
    "indicators on {} you should know",
    "little known facts about {}",
    "not known details about {}",
    "not known factual statements about {}",
    "rumored buzz on {}",
    "the # minute rule for {}",
    "the #-minute rule for {}",
    "the basic principles of {}",
    "the best side of {}",
    "the definitive guide to {}",
    "the fact about {} that no one is suggesting",
    "the greatest guide to {}",
    "the single best strategy to use for {}",
    "the smart trick of {} that no one is discussing",
    "the smart trick of {} that nobody is discussing",
    "the smart trick of {} that nobody is talking about",
    "the ultimate guide to {}",
    "top guidelines of {}",
    "top latest # {} urban news",
    "why every part you know about {} is a lie",
    "why it's simpler to fail with {} than you may suppose",
    "{} - an overview",
    "{} can be fun for anyone",
    "{} for dummies",
    "{} fundamentals explained",
    "{} options",
    "{} secrets",
    "{} things to know before you buy",
)

ODD = (
    "Details, Fiction and {}",
    "Examine This Report on {}",
    "Fascination About {}",
    "Getting My {} To Work",
    "Helping The others Realize The Advantages Of {}",
    "Indicators on {} You Should Know",
    "Not known Details About {}",
    "Not known Factual Statements About {}",
    "Rumored Buzz on {}",
    "The best Side of {}",
    "The Fact About {} That No One Is Suggesting",
    "The Single Best Strategy To Use For {}",
    "The smart Trick of {} That No One is Discussing",
    "The smart Trick of {} That Nobody is Discussing",
    "Top Guidelines Of {}",
)

FEWEST_KEYWORD_WORDS = 2
"""Words in lower case that make a keyword un-cased; one alone may be a name written small."""


class Headline(StrEnum):
    """How a title stands to the templates: no match, one that people use too, or one filled by a tool."""

    ORDINARY = "ordinary"
    LOOSE = "loose"
    FILLED = "filled"


def _compiled(templates: tuple[str, ...], flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_pattern(template)})" for template in templates), flags)


def _pattern(template: str) -> str:
    return re.escape(template).replace(r"\{\}", "(.+)").replace(r"\#", r"(?:\d+|five|ten)")


_LOOSE = _compiled(LOOSE, re.IGNORECASE)
_ODD = _compiled(ODD)


def read_headline(title: str) -> Headline:
    """Whether a title is one of the templates, and whether its keyword stands in it as it was typed.

    >>> read_headline("10 Simple Techniques For how to oil a gate").value
    'filled'
    >>> read_headline("The Ultimate Guide to Growing Roses").value, read_headline("Rain in the valley").value
    ('loose', 'ordinary')
    """
    title = " ".join(title.replace("’", "'").split()).rstrip(".!")
    if _ODD.fullmatch(title):
        return Headline.FILLED
    found = _LOOSE.fullmatch(title)
    if found is None:
        return Headline.ORDINARY
    keyword = next(group for group in found.groups() if group).split()
    frame = title.replace(" ".join(keyword), "", 1).split()
    uncased = len(keyword) >= FEWEST_KEYWORD_WORDS and all(word == word.lower() for word in keyword)
    return Headline.FILLED if uncased and _is_title_cased(frame) else Headline.LOOSE


def _is_title_cased(words: list[str]) -> bool:
    letters = [word for word in words if word[0].isalpha()]
    return bool(letters) and sum(word[0].isupper() for word in letters) * 2 > len(letters)
