"""Names of authors out of bylines: prefixes, roles, dates and addresses off, several people apart."""

from __future__ import annotations

import re

from pipeline.extraction.metadata.han_names import is_han_name, squeeze
from pipeline.extraction.metadata.json_ld import plain
from pipeline.extraction.metadata.name_words import COMMON, DATE_WORDS, NOBODY, OPENERS, ORGANISATIONS, PREFIXES, ROLES

MAX_AUTHORS = 30
MAX_NAME = 80
MAX_TEXT = 1_000
_MAX_WORDS = 7

# What opens a byline; a lone letter or preposition must be followed by a blank or a colon.
PREFIX = re.compile(rf"(?:(?:{PREFIXES})(?:\s*[:：/／•|—–-]\s*|\s+|(?<=[作者文者]))\s*)+", re.IGNORECASE)
_STRONG = re.compile(r"\s*(?:[;|•·\n/、；，]|,\s|\s[-–—]\s)\s*|,(?=\S)")
_WEAK = re.compile(r"\s+(?:&|\+|and|und|et|y|e|og|och|en|i|и|та|και|ve|dan|with|mit|avec)\s+", re.IGNORECASE)
_AND = re.compile(r"^(?:&|\+|and|und|et|y|e|og|och|и|та|και|ve|dan)\s+")
_REST = re.compile(
    r"\s*(?:https?://|www\.|\S+@\S+|(?<!\w)@|\(|\[|【|（|\son\s+(?:\w+day|\d|\w{3,9}\s\d)|\bfor\s+the\s|\b\d{1,2}[./:]\d|\b\d{4}\b|\b\d+\s+(?:min|comment)).*$",
    re.IGNORECASE | re.DOTALL,
)
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?:|www\.|^/|\S@\S+\.\w|[{}<>=\\]|\.(?:html?|php)$")
_CREDENTIAL = re.compile(
    r"(?:Ph\.?\s?D|M\.?D|MBA|RDN?|LDN|CF[PA]|CPA|J\.?D|MPH|M\.?Sc?|BSN|RN|DDS|DVM|DO|LCSW|LMFT|PsyD|[JS]r|II|III|PE|Esq|MSN|DPT|CPT|EA|CSCS|M\.?A|PharmD|NP|MSW|E-RYT.*)\.?[®™]?",
)  # fmt: skip
_ENDS = " \t,.;:|-–—•·/\\*\"“”„«»'’‘_~【】[]()<>《》"
_WORDS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


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
    if not text or len(text) > MAX_TEXT or _ADDRESS.match(text):
        return ()
    text = without_prefix(text)
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
    name = squeeze(name)
    return name if is_name(name) and not _is_date(name) else ""


def _is_date(name: str) -> bool:
    """Digits and a month, a weekday or the like.

    >>> _is_date("Sun Dec 17"), _is_date("jdoe17")
    (True, False)
    """
    words = name.casefold().replace(".", " ").split()
    return any(word in DATE_WORDS for word in words) and (any(char.isdigit() for char in name) or len(words) == 1)


def is_name(text: str) -> bool:
    """Whether a text may be a name: some letters, few words, no sentence, no address.

    >>> is_name("Jane Doe"), is_name("jdoe"), is_name("admin"), is_name("99 Comments"), is_name("12")
    (True, True, False, False, False)
    """
    if not 2 <= len(text) <= MAX_NAME or not _LETTER.search(text) or any(char in text for char in "?!%$€:：_="):
        return False
    words = text.casefold().split()
    if len(words) > _MAX_WORDS or all(word.strip(".,") in NOBODY or word.isdigit() for word in words):
        return False
    return not _ADDRESS.search(text) and " ".join(words) not in NOBODY


def is_role(text: str) -> bool:
    """Whether a text names an office rather than a person.

    >>> is_role("Staff writer"), is_role("Jane Doe")
    (True, False)
    """
    return any(word in ROLES for word in _WORDS.findall(text.casefold()))


def is_organisation(name: str) -> bool:
    """Whether a name is rather that of an organisation, an agency or a desk.

    >>> is_organisation("Example News"), is_organisation("dpa"), is_organisation("Jane Doe")
    (True, True, False)
    """
    low = name.casefold()
    return any(word in ORGANISATIONS for word in _WORDS.findall(low)) or low.endswith(
        (".com", ".de", ".net", ".org", ".at", ".ch", ".is", ".be", ".tr")
    )


def is_person(name: str) -> bool:
    """Whether a name looks like a person's.

    Two to five words of which the first and last are capitalised, or two to four Chinese characters.

    >>> is_person("Jane van Doe"), is_person("jane doe"), is_person("The Author"), is_person("Breaking news")
    (True, False, False, False)
    """
    if is_han_name(name):
        return True
    words = name.partition(",")[0].split()
    if not 2 <= len(words) <= 5 or any(char.isdigit() for char in name):
        return False
    if not (words[0][:1].isupper() and words[-1][:1].isupper()):
        return words[0][:1].isalpha() and not words[0][:1].islower() and not words[0].isascii() and len(name) < 30
    return (
        not any(word.casefold().strip(".") in COMMON for word in words)
        and not is_organisation(name)
        and not is_role(name)
    )


def byline(text: str) -> tuple[str, ...]:
    """The people of a short text that says "by" or its like, else none.

    >>> byline("By Jane Doe"), byline("by jdoe"), byline("12 May 2020 by Jane Doe")
    (('Jane Doe',), ('jdoe',), ('Jane Doe',))
    >>> byline("by clicking here you agree")
    ()
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
    if (
        " " not in rest.strip()
        and rest.casefold() not in COMMON
        and len(rest) < 25
        and match[0].strip().casefold() in _BY
    ):
        return tuple(name for name in names_in(rest) if is_name(name))
    return ()


_INNER = (" by ", " by:", " By ", " By:", "|by ", " von ", " par ", " por ")
_BY = frozenset({"by", "von", "par", "por", "作者:", "作者：", "作者", "author:", "written by", "posted by"})
_INNER_BY = re.compile(
    r"(?:\d|[·|•\-–—,]|\b(?:posted|published|written|updated|submitted))\s*(?:\S{1,12}\s+){0,2}?(?:by|von|par|por)\s*:?\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
