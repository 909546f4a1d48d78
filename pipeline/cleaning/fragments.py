"""Paragraphs that are cut off: their start or their end is not on the page.

A missing full stop alone says little: a third of people's texts have a paragraph without one. So an end is cut only
where the last word cannot end a sentence, or where the document is known to be patched together.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.cleaning.spin_rules import bracket_residue

FEWEST_WORDS = 8
"""Words of a paragraph from which it is running text; shorter ones are labels, headings and entries of lists."""

FEWEST_WORDS_OF_A_DOUBT = 15
"""The same where only the mark at the end is missing, in a text that is known to be patched together."""

SHOWN = 60
"""Characters of the cut end that the evidence shows."""

_HANGING = {
    code: frozenset(words.split())
    for code, words in {
        "en": "a an although because every if into its my nor of our than the their unless upon whereas whether "
        "whose your",
        "de": "der dem des einem einer eines eine weil dass sowie zwischen ihrer ihrem seiner seinem unserer "
        "unserem im zum zur vom",
        "fr": "le la les un une des du mais dans pour avec sans sur que dont aux leur leurs",
        "es": "el los las un una unos unas pero con sin del al su sus que",
        "it": "il lo gli un una uno ma con del della dei delle dal dalla nel nella che",
        "pt": "os uma um mas com sem do da dos das nos nas que",
        "nl": "de het een maar met van omdat dat tussen",
    }.items()
}
"""Last words that no sentence ends with. Prepositions of English may ("to log in"), and "and" ends entries of lists."""

_SENTENCE_END = re.compile(r"[.!?…:;。！？؟।|][\"'”’»›)\]}*†‡]*$")
_USUAL_ENDS = (".", "!", "?", ":", "…", "。")
_CITED = re.compile(r"(?:\s?\[\d{1,3}(?:[,–-]\s?\d{1,3})*\])+$")
_COUNTED = re.compile(r"\w{1,8}[.)]\s")
"""An entry of a list, also one whose number a spinner has spelled out ("three. Oil the gate")."""

_LAST_WORD = re.compile(r"(?:^|[\s\"“‘(])([^\W\d_]+)$")
_NEW_SENTENCE = re.compile(r"[\"'“‘«„]?(?!\w+\))[^\W\d_]")


class Cut(NamedTuple):
    """Where a paragraph is cut (``truncated_start`` or ``truncated_end``), and the words beside the cut."""

    rule: str
    words: str


def cut_start(paragraph: str, *, patched: bool = False) -> Cut | None:
    """A start that is lost: the rest of a bracket, or, in a text that is ``patched`` together, a small letter.

    >>> cut_start("12)]. Watch the gate of the lower field well.")
    Cut(rule='truncated_start', words='12)]')
    >>> cut_start("was shut all winter, and nobody asked who had the key.", patched=True).words
    'was shut all winter, and nobody asked who had the key.'
    """
    residue = bracket_residue(paragraph)
    if residue is not None:
        return Cut("truncated_start", residue)
    if patched and paragraph[:1].islower() and len(paragraph.split()) >= FEWEST_WORDS and not _COUNTED.match(paragraph):
        return Cut("truncated_start", paragraph[:SHOWN])
    return None


def cut_end(paragraph: str, following: str, language: str | None, *, patched: bool = False) -> Cut | None:
    """An end that is lost, where the paragraph that follows does not go on with the sentence.

    >>> cut_end("The gate was oiled by the man who had the", "", "en").words
    'The gate was oiled by the man who had the'
    >>> cut_end("The gate was oiled by the man who had the", "key in his coat.", "en") is None
    True
    """
    text = paragraph.rstrip()
    if text.endswith(_USUAL_ENDS):
        return None
    text = _CITED.sub("", text)
    words = text.split()
    if len(words) < FEWEST_WORDS or _SENTENCE_END.search(text) or not _starts_anew(following, language):
        return None
    last = _LAST_WORD.search(text)
    hanging = last is not None and last[1] in _HANGING.get(language or "", ())
    if hanging or (patched and last is not None and len(words) >= FEWEST_WORDS_OF_A_DOUBT):
        return Cut("truncated_end", text[-SHOWN:])
    return None


def _starts_anew(following: str, language: str | None) -> bool:
    """Whether a paragraph begins a text of its own: a term, a small letter or a number may go on with the sentence.

    German nouns have capitals, so nothing that follows there is known to begin anew.
    """
    if not following or language == "de":
        return not following
    start = _NEW_SENTENCE.match(following)
    if start is None or len(following.split()) < FEWEST_WORDS:
        return False
    first = following[: start.end()][-1]
    return not first.islower() and not following.split(maxsplit=1)[0].isupper()
