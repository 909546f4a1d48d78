"""What a synonym spinner and a patchwork leave behind in running text: each rule yields the words that it saw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FALLS_BACK = 20
"""How far numeric citations must fall back: inside one text a new citation has a higher number than those before."""

VERSE_LINE = 60
"""Mean characters of a paragraph's lines up to which they are verse, where a poet sets capitals as he likes."""

MOST_CAPITALISED = 0.4
"""Share of capitalised words in the words around from which a line is a title or a list of names."""

_NUMBER = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty"
# A bracketed number that ends a clause is a citation; "[two] soldiers" is an editor's word inside a quotation.
# Each pattern begins with a sign, so that a paragraph without it is passed over quickly.
_CITED_WORD = re.compile(
    rf"\[(?:(?:{_NUMBER})(?:[,–-]\s?(?:{_NUMBER}|\d+))*\](?=\s?[.,;:\[]|$)|\d+(?:[,–-]\s?\d+)*[,–-]\s?(?:{_NUMBER})\b)"
)
_RANGE_TO_WORD = re.compile(rf"[–-](?<=\d[–-])(?:{_NUMBER})\b(?![–-])")
_RANGE_START = re.compile(r"(?<![\w.,–\[-])\d+$")
_COUNTED = re.compile(rf"[.!?]\s(?:{_NUMBER})\.(?=\s[A-Z][a-z])")
_OPENING_WORD = re.compile(rf"(?:{_NUMBER})(?:\)\]|\]\)|\]|\.(?=\s[A-Z]))")

_FUNCTION_WORDS = (
    "About After Although Among And Any As At Because Before Between But By During Each Every Except For From If In "
    "Into Of On Onto Or Over Since So Such Than That The Their Then These This Those Though Through To Under Unless "
    "Until Upon When Where Whereas Whether Which While With Within Without"
)
_CAPITAL = re.compile(rf" ((?:{_FUNCTION_WORDS.replace(' ', '|')})) (?=([a-z][a-z'’]*))")
_WORD_BEFORE = re.compile(r"(?<![\w'’-])[a-z][a-z'’]+$")
# After these a title or a link's text begins: "a story called The fox", "see The rules".
_ANNOUNCING = frozenset("a an called entitled headed headlined named or say says see titled via word words".split())
_WORD = re.compile(r"[^\W\d_][\w'’-]*")

_RESIDUE = re.compile(r"[^\[(\]){}\n]{0,20}?(?:\)\]|\]\)|\](?!\()|\)[.,;])")
FEWEST_RESIDUE_WORDS = 8
"""Words of a paragraph from which it is running text; what is shorter may be a line of code."""

_ENUMERATOR = re.compile(r"(?:\w{1,4}|[-:;=]+)[)\]]\s|[:;=8xX]['-]?[)\]]")

_CITATION = re.compile(r"\[(\d{1,3})(?:\s?[,–-]\s?\d{1,3})*\]")
_REFERENCE = re.compile(r"\s*(?:\[\d{1,3}\]|\d{1,3}\.)\s+[A-Z]")
FEWEST_REFERENCES = 3


def digits_to_words(paragraph: str) -> Iterator[str]:
    """Numbers that a spinner spelled out: "[four].", "1–two weeks", a list that counts "three. Oil the gate".

    >>> list(digits_to_words("It lasted for 1–two weeks [four]. Between [two] doors."))
    ['[four]', '1–two']
    """
    opening = _OPENING_WORD.match(paragraph)
    if opening is not None:
        yield opening.group()
    for found in _CITED_WORD.finditer(paragraph):
        yield found.group()
    for found in _RANGE_TO_WORD.finditer(paragraph):
        start = _RANGE_START.search(paragraph, max(0, found.start() - 10), found.start())
        if start is not None:
            yield start.group() + found.group()
    for found in _COUNTED.finditer(paragraph):
        yield found.group()[2:]


def capital_function_words(paragraph: str) -> Iterator[str]:
    """A small word with a capital inside a sentence: "came home Except if it rained". Titles, names and verse are none.

    >>> list(capital_function_words("The hens came home Except if it rained. He read The Times at home."))
    ['home Except if']
    """
    if "\n" in paragraph and len(paragraph) < VERSE_LINE * (paragraph.count("\n") + 1):
        return
    for found in _CAPITAL.finditer(paragraph):
        before = _WORD_BEFORE.search(paragraph, max(0, found.start() - 30), found.start())
        if before is None or before.group() in _ANNOUNCING:
            continue
        around = _WORD.findall(paragraph[max(0, found.start() - 60) : found.end() + 60])
        if sum(word[0].isupper() for word in around) <= MOST_CAPITALISED * len(around):
            yield f"{before.group()} {found[1]} {found[2]}"


def bracket_residue(paragraph: str) -> str | None:
    """The rest of a bracket at a paragraph's start whose opening is lost; list marks and smileys are none.

    >>> bracket_residue("12)]. Watch the gate of the lower field well.")
    '12)]'
    >>> bracket_residue("a) Watch the gate of the lower field well.") is None
    True
    """
    start = paragraph.lstrip()
    found = _RESIDUE.match(start)
    if found is None or _ENUMERATOR.match(start) or len(start.split()) < FEWEST_RESIDUE_WORDS:
        return None
    return found.group()


def citations_falling_back(paragraphs: Sequence[str]) -> tuple[int, str] | None:
    """The paragraph and the citation where numbers not seen before fall back: the text goes on from another source.

    None where the text has a list of references: its numbers are then the text's own.

    >>> citations_falling_back(["It holds [41, 42].", "It does not [3]."])
    (1, '[42] … [3]')
    """
    if sum(_REFERENCE.match(paragraph) is not None for paragraph in paragraphs) >= FEWEST_REFERENCES:
        return None
    highest = 0
    seen: set[int] = set()
    for index, paragraph in enumerate(paragraphs):
        for found in _CITATION.finditer(paragraph) if "[" in paragraph else ():
            numbers = [int(number) for number in re.findall(r"\d+", found.group())]
            if highest - max(numbers) > FALLS_BACK and seen.isdisjoint(numbers):
                return index, f"[{highest}] … {found.group()}"
            seen.update(numbers)
            highest = max(highest, *numbers)
    return None
