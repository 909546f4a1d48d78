"""Repairs of one text: named, idempotent, each recorded when it changed something. Typography stays as published."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

import ftfy
from ftfy.badness import is_bad

if TYPE_CHECKING:
    from collections.abc import Callable

FEWEST_REPEATED_CHARS = 40
"""A line shorter than this may stand twice on purpose: a chorus, a score, a row of a table."""

MOSTLY_ASCII = 1.1
"""Bytes of UTF-8 a character up to which it pays to look at the characters beyond ASCII alone."""

MOST_ROUNDS = 8
"""One fix may lay bare work for another (a repaired zero-width space); two rounds do in practice."""

# UTF-8 read as a single-byte encoding: a lead (the letters at bytes C2-DF, and those at E0-EF before two more) and
# continuations (the signs at 80-BF), for the encodings whose damage ``ftfy.badness`` lists. Â and Ã may stand before a
# plain blank. This only finds the lines worth asking about: ``is_bad`` costs 0.14 ms a kilobyte.
_LEADS_OF_TWO = "ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßĂĐĎŘŮŢ┬├√≈¬вВГРСβΒΓΞΟ"
_LEADS_OF_THREE = "àáâãäåæçèéêëìíîïăđďęřā‚‰"
_CONTINUATIONS = (
    "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿\xa0ÄÅáâéèñìóïôäàòöùûú∂≠≤≥øŻżąĚČłŁŠŤť"
    "ЂЃѓЉЊЌЋЏђљњќћџ│┤╡╢╖╕╣║╗╝╜╛┐└┴┼─╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
)
_INVISIBLE = "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# A class of characters first: the search is then one pass over a bit map, without a try at every place.
_PAIRS = (
    f"(?<=[\x80-\x9f])|(?<=[{_LEADS_OF_TWO}])[{_CONTINUATIONS}]|(?<=[ÃÂ]) "
    f"|(?<=[{_LEADS_OF_THREE}])[{_CONTINUATIONS}][{_CONTINUATIONS} ]"
)
_BROKEN = re.compile(f"[\x80-\x9f{_LEADS_OF_TWO}{_LEADS_OF_THREE}](?:{_PAIRS})")
_SUSPECT = re.compile(f"[{_INVISIBLE}\x80-\x9f{_LEADS_OF_TWO}{_LEADS_OF_THREE}](?:(?<=[{_INVISIBLE}])|{_PAIRS})")

_ASCII = bytes(range(128))
_HARMLESS = frozenset("–—‘’“”„…•·−→€£©®™°½\xa0ñóöøúü")
"""What English and Spanish texts hold beyond ASCII: no fix looks at these, whatever stands beside them."""

_ZERO_WIDTH = re.compile("[\u2060-\u2064\ufeff\u180e]")
# Thai, Lao, Burmese and Khmer are written without blanks and mark the ends of words with U+200B.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD_BREAK = re.compile(f"(?<![{_UNSPACED}])\u200b|\u200b(?![{_UNSPACED}])")
# The joiners change letters in Arabic and Indic scripts and make one emoji of several; they do nothing at the edge of a
# word or beside Latin, Greek, Cyrillic, Armenian and Hebrew letters.
_JOINED = "\u0600-\u200b\u200e-\U0010ffff"
_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINED}])|[\u200c\u200d]+([\u200c\u200d])")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile("[\u061c\u200e\u200f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BLANKS = re.compile("[ \xa0]{2,}")
_INDENTED = re.compile(r"[ \t]{2}")


def mojibake(text: str) -> str:
    """Turn UTF-8 that was read as another encoding back, line by line, only where ``ftfy.badness`` is sure.

    >>> mojibake("The cafÃ© doesnâ€™t open"), mojibake("Café “Zürich”")
    ('The café doesn’t open', 'Café “Zürich”')
    """
    if text.isascii() or not _BROKEN.search(text):
        return text
    lines = text.split("\n")
    return "\n".join(_decoded_again(line) if _BROKEN.search(line) and is_bad(line) else line for line in lines)


def _decoded_again(line: str) -> str:
    return ftfy.fix_encoding(line, replace_lossy_sequences=False)  # a lossy guess would write U+FFFD


def zero_width(text: str) -> str:
    r"""Drop zero-width characters where they do nothing; joiners inside Persian or Hindi words and emoji stay.

    >>> zero_width("pass\u200bword"), zero_width("می\u200cخواهم") == "می\u200cخواهم"
    ('password', True)
    """
    text = _ZERO_WIDTH.sub("", text)
    if "\u200b" in text:
        text = _WORD_BREAK.sub("", text)
    return _JOINER.sub(r"\1", text) if "\u200c" in text or "\u200d" in text else text


def bidi_controls(text: str) -> str:
    r"""Drop direction controls; the plain marks stay in texts that have letters written from right to left.

    >>> bidi_controls("file\u202etxt.exe\u200e")
    'filetxt.exe'
    """
    text = _OVERRIDES.sub("", text)
    return text if _RIGHT_TO_LEFT.search(text) else _MARKS.sub("", text)


def soft_hyphens(text: str) -> str:
    r"""Drop soft hyphens: places where a browser may break a word.

    >>> soft_hyphens("Donau\xaddampf\xadschiff")
    'Donaudampfschiff'
    """
    return text.replace("\xad", "")


def composed(text: str) -> str:
    r"""Unicode normal form C, so that the same word is the same string. Ligatures and full-width letters stay.

    >>> composed("cafe\u0301"), composed("ﬁn")
    ('café', 'ﬁn')
    """
    return unicodedata.normalize("NFC", text)


def double_spaces(text: str) -> str:
    r"""One blank where there are several inside a line. Lines that are indented are left as they stand: code, tables.

    >>> double_spaces("First.  Second."), double_spaces("    x = 1    # one")
    ('First. Second.', '    x = 1    # one')
    """
    return "\n".join(line if _INDENTED.match(line) else _BLANKS.sub(" ", line) for line in text.split("\n"))


def repeated_paragraphs(text: str) -> str:
    r"""Drop a paragraph that says again, letter by letter, what stands right before it.

    >>> line = "The bridge will be closed from Monday until the end of May."
    >>> repeated_paragraphs(f"{line}\n\n{line}\nNo, no.\nNo, no.")
    'The bridge will be closed from Monday until the end of May.\nNo, no.\nNo, no.'
    """
    lines = text.split("\n")
    if not _repeats(lines):
        return text
    kept: list[str] = []
    before = ""
    for line in lines:
        bare = line.strip()
        if bare and bare == before and len(bare) >= FEWEST_REPEATED_CHARS:
            while kept and not kept[-1].strip():  # the blank lines between the two
                kept.pop()
            continue
        kept.append(line)
        before = bare or before
    return "\n".join(kept)


def _repeats(lines: list[str]) -> bool:
    bare = [stripped for line in lines if (stripped := line.strip())]
    return any(a == b and len(a) >= FEWEST_REPEATED_CHARS for a, b in pairwise(bare))


FIXES: tuple[Callable[[str], str], ...] = (
    mojibake,  # first: a soft hyphen or a zero-width space may be half of a broken letter
    zero_width,
    bidi_controls,
    soft_hyphens,
    composed,
    double_spaces,
    repeated_paragraphs,
)


def apply_fixes(text: str) -> tuple[str, tuple[str, ...]]:
    r"""The repaired text and the names of the fixes that changed something, in order.

    >>> apply_fixes("Na\xadme:  cafÃ©")
    ('Name: café', ('mojibake', 'soft_hyphens', 'double_spaces'))
    >>> apply_fixes("Nothing to do.")
    ('Nothing to do.', ())
    """
    if _is_clean(text):
        return text, ()
    changed: set[str] = set()
    for _ in range(MOST_ROUNDS):
        before = text
        for fix in FIXES:
            repaired = fix(text)
            if repaired != text:
                changed.add(fix.__name__)
                text = repaired
        if text == before:
            break
    return text, tuple(fix.__name__ for fix in FIXES if fix.__name__ in changed)


def _is_clean(text: str) -> bool:
    """Whether no fix can have anything to do: one look, because most texts are clean."""
    if "  " in text or _repeats(text.split("\n")):
        return False
    if text.isascii():
        return True
    if "\xa0" in text and _BLANKS.search(text):
        return False
    coded = text.encode("utf-8", "surrogatepass")
    if len(coded) < MOSTLY_ASCII * len(text):
        others = coded.translate(None, _ASCII).decode("utf-8", "surrogatepass")
        if _HARMLESS.issuperset(others):
            return True
    return not _SUSPECT.search(text) and unicodedata.is_normalized("NFC", text)
