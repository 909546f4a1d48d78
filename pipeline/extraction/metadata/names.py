"""Names of authors out of bylines: prefixes, roles, dates and addresses off, several people apart."""

from __future__ import annotations

import re

from pipeline.extraction.metadata.han_names import squeeze
from pipeline.extraction.metadata.json_ld import plain
from pipeline.extraction.metadata.name_kinds import ADDRESS, is_date, is_name, is_organisation, is_person, is_role
from pipeline.extraction.metadata.name_words import COMMON, OPENERS, PREFIXES

MAX_AUTHORS = 30
MAX_TEXT = 1_000
# What opens a byline; a lone letter or preposition must be followed by a blank or a colon.
PREFIX = re.compile(rf"(?:(?:{PREFIXES})(?:\s*[:：/／•|—–-]\s*|\s+|(?<=[作者文者]))\s*)+", re.IGNORECASE)
_STRONG = re.compile(r"\s*(?:[;|•·\n/、；，]|,\s|\s[-–—]\s)\s*|,(?=\S)")
_WEAK = re.compile(r"\s+(?:&|\+|and|und|et|y|e|og|och|en|i|и|та|και|ve|dan|with|mit|avec)\s+", re.IGNORECASE)
_AND = re.compile(r"^(?:&|\+|and|und|et|y|e|og|och|и|та|και|ve|dan)\s+")
# Where the names of a byline end: an address, a bracket, a date, what other people did.
_REST = re.compile(
    r"\s*(?:https?://|www\.|\S+@\S+|(?<!\w)@|\(|\[|【|（|\s(?:on|at|am|um|vom|le|il|el|den|op|em)\s+(?:\w+day|\d|\w{3,9}\.?\s\d)"
    r"|\bfor\s+the\s|\d{1,2}[./:]\d|\b\d{4}\b|\b\d+\s+(?:min|comment)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d"
    r"|\s(?:published|updated|last\s+updated|posted|veröffentlicht|aktualisiert|publié|mis\s+à\s+jour|publicado|actualizado|says)\b"
    r"|\b(?:photos?|photography|photographs|illustrations?|images?|graphics?|fotos?|bilder|edited|reviewed|fact.?checked"
    r"|medically|translated|produced|directed)\s*(?:by\b|von\b|par\b|por\b|:)).*$",
    re.IGNORECASE | re.DOTALL,
)
# "ByJane Doe": the markup parted what its text does not.
_GLUED_BY = re.compile(r"\b([Bb]y)(?=[A-Z][a-z]+\s[A-Z])")
# "Essay By Jane Doe": what it is, or its section, before the name.
_LATE_BY = re.compile(r"\S+(?:\s\S+){0,2}?\s(?:[Bb]y|BY|Von|VON|Par)\s+(?=\w)")
# A line that names whose picture it is.
_PICTURE = re.compile(
    r"©|\(c\)\s|(?:photo(?:s|graph|graphy)?|picture|image|illustrations?|video|graphic|credit|foto(?:s|grafie)?|fot\.|bild(?:er)?"
    r"|crédit)\s*(?:credits?|quelle)?\s*(?:[:/|©]|by\b|von\b|par\b|por\b)",
    re.IGNORECASE,
)
# What Korean and Japanese set after a reporter's name.
_OFFICE_AFTER = re.compile(r"(?<=\S)\s*(?:(?:선임|인턴|수습|전문)?기자|특파원|논설위원|記者|特派員)$")
_CREDENTIAL = re.compile(
    r"(?:Ph\.?\s?D|M\.?D|MBA|RDN?|LDN|CF[PA]|CPA|J\.?D|MPH|M\.?Sc?|BSN|RN|DDS|DVM|DO|LCSW|LMFT|PsyD|[JS]r|II|III|PE|Esq|MSN|DPT|CPT|EA|CSCS|M\.?A|PharmD|NP|MSW|E-RYT.*)\.?[®™]?",
)  # fmt: skip
_ENDS = " \t,.;:|-–—•·/\\*\"“”„«»'’‘_~【】[]()<>《》"


def names_in(text: str) -> tuple[str, ...]:
    """The people (or organisations) that a byline names, in order, each once.

    >>> names_in("By Jane Doe, John Roe and Ann Poe | Staff writers")
    ('Jane Doe', 'John Roe', 'Ann Poe')
    >>> names_in("Von Max Muster, Leiter des Ressorts Politik und Redakteur")
    ('Max Muster',)
    >>> names_in("Jane Doe, MD")
    ('Jane Doe, MD',)
    >>> names_in("Doe, Jane"), names_in("https://example.com/author/jane")
    (('Jane Doe',), ())
    """
    text = plain(text.replace("\n", "|"))
    if not text or len(text) > MAX_TEXT or ADDRESS.match(text):
        return ()
    text = without_prefix(_GLUED_BY.sub(r"\1 ", text))
    if _PICTURE.match(text):
        return ()
    late = _LATE_BY.match(text)
    if late and not _REST.search(late[0]) and is_person(_REST.sub("", text[late.end() :])):
        text = text[late.end() :]
    if is_organisation(text) and is_name(text) and not _STRONG.search(text):
        return (text,)
    parts = [part for part in _STRONG.split(text) if part and part.strip(_ENDS)]
    turned = _turned(parts, text)
    if turned:
        return (turned,)
    return _gather(parts)


def _gather(parts: list[str]) -> tuple[str, ...]:
    out: list[str] = []
    for joined in parts:
        part = _AND.sub("", joined)
        if out and _CREDENTIAL.fullmatch(part.strip()):
            out[-1] = f"{out[-1]}, {part.strip()}"
            continue
        if out and is_role(part):
            continue
        for piece in _WEAK.split(part):
            name = _clean(piece)
            if name and not (out and is_role(name)) and name.casefold() not in {n.casefold() for n in out}:
                out.append(name)
        if len(out) >= MAX_AUTHORS:
            break
    people = [name for name in out if is_person(name)]
    # beside people, what is a single word or in lower case is a place, a desk or a handle
    if people and len(people) < len(out):
        out = [
            name for name in out if is_person(name) or is_organisation(name) or (name[:1].isupper() and " " not in name)
        ]
    return tuple(out)


def _turned(parts: list[str], text: str) -> str:
    """The right way round for "Doe, Jane": two words, a comma between, and no more."""
    if len(parts) == 2 and text.count(",") == 1 and all(len(p.split()) == 1 and p.strip(".").isalpha() for p in parts):
        last, first = (part.strip() for part in parts)
        if (
            last[:1].isupper()
            and first[:1].isupper()
            and not _CREDENTIAL.fullmatch(first)
            and not is_organisation(text)
            and len(first) > 2
        ):
            return f"{first} {last}"
    return ""


def without_prefix(text: str) -> str:
    """The text without "By" and its like.

    >>> without_prefix("Written by: Jane Doe"), without_prefix("Byron Doe")
    ('Jane Doe', 'Byron Doe')
    """
    bare = text.strip(_ENDS)
    match = PREFIX.match(bare)
    if match is None:
        return bare
    rest = bare[match.end() :]
    # "Di Stefano" and "Von Muster" are names; "Von Max Muster" and "von dpa" are bylines
    if match[0].strip().casefold() in _PARTICLES and len(rest.split()) < 2 and rest[:1].isupper():
        return bare
    return rest


_PARTICLES = frozenset({"di", "da", "von", "af", "av", "por", "par", "door", "text", "tekst", "words"})


def _clean(part: str) -> str:
    """One name, or nothing."""
    name = _REST.sub("", without_prefix(part)).strip(_ENDS.replace(".", ""))
    if name.endswith(".") and not re.search(r"\b(?:\w|Jr|Sr|Dr)\.$", name):
        name = name.rstrip(".")
    name = _OFFICE_AFTER.sub("", squeeze(name))
    half = len(name) // 2
    if half > 4 and name[:half] == name[half:]:
        name = name[:half]
    return _without_office(name) if is_name(name) and not is_date(name) else ""


def _without_office(name: str) -> str:
    """The name without a footnote's number, or an office that follows or leads without a comma.

    >>> _without_office("Jane Doe Senior Reporter"), _without_office("Editor Jane Doe"), _without_office("Jane Doe2")
    ('Jane Doe', 'Jane Doe', 'Jane Doe')
    >>> _without_office("Staff Writer"), _without_office("Example News Staff")
    ('Staff Writer', 'Example News Staff')
    """
    if " " not in name:
        return name
    bare = name.rstrip("0123456789") if name[-1].isdigit() and name[-2:-1].islower() else name
    words = bare.split()
    offices = [place for place, word in enumerate(words) if is_role(word)]
    for piece in (words[: offices[0]], words[offices[-1] + 1 :]) if offices else ():
        if len(piece) > 1 and is_person(" ".join(piece)):
            return " ".join(piece)
    return bare


def byline(text: str) -> tuple[str, ...]:
    """The people of a short text that says "by" or its like, else none.

    >>> byline("By Jane Doe"), byline("by jdoe"), byline("12 May 2020 by Jane Doe")
    (('Jane Doe',), ('jdoe',), ('Jane Doe',))
    >>> byline("by jdoe » Wed Sep 11, 2024"), byline("by clicking here you agree")
    (('jdoe',), ())
    """
    bare = text.strip(_ENDS)
    if not bare.strip() or len(bare) > 160:
        return ()
    opening = bare.split(None, 1)[0].casefold().rstrip(":")
    if opening.isascii() and opening not in OPENERS and not any(word in bare for word in _INNER):
        return ()
    match = PREFIX.match(bare)
    if match is None:
        match = _INNER_BY.search(bare)
        if match is None:
            return ()
    rest = bare[match.end() :]
    people = tuple(name for name in names_in(rest) if is_person(name))
    if people:
        return people
    handle = _HANDLE.match(rest) if match[0].strip().casefold() in _BY else None
    if handle is None or handle[1].casefold() in COMMON:
        return ()
    return tuple(name for name in names_in(handle[1]) if is_name(name))


# What somebody goes by: one word after "by", and then the end, a mark between, or a date.
_HANDLE = re.compile(
    r"(\S{2,24}?)(?=\s*(?:[|·•»(]|\d|$|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s\d)|\s+(?:on|at|am|um|le|el|[-–—])\s)"
)
_INNER = (" by ", " by:", " By ", " By:", "|by ", " von ", " par ", " por ")
_BY = frozenset(
    [
        *(
            "by",
            "by:",
            "von",
            "par",
            "por",
            "作者:",
            "作者：",
            "作者",
            "author:",
            "written by",
            "posted by",
            "posted by:",
        ),
        *("posted by:", "started by", "asked by", "submitted by", "uploaded by", "thread starter", "topic starter"),
    ]
)
_INNER_BY = re.compile(
    r"(?:\d|[·|•\-–—,]|\b(?:posted|published|written|updated|submitted))\s*(?:\S{1,12}\s+){0,2}?(?:by|von|par|por)\s*:?\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
