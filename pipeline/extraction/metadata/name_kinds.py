"""Whether a text is a name, and whether a name is a person's, an organisation's, an office or a date."""

from __future__ import annotations

import re

from pipeline.extraction.metadata.han_names import is_han_name
from pipeline.extraction.metadata.name_words import COMMON, DATE_WORDS, JOINED, NOBODY, ORGANISATIONS, ROLES

MAX_NAME = 80
_MAX_WORDS = 7
_WORDS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_PARTS = re.compile(r"[^\W\d_]+")
_HANGUL_NAME = re.compile("[\uac00-\ud7a3]{3}")
# Words run together; "McDonald" and "FitzGerald" have fewer small letters before the capital.
_CAMEL = re.compile(r"[a-zß-ÿ]{4}[A-Z]")
ADDRESS = re.compile(r"https?:|www\.|^/|\S@\S+\.\w|[{}<>=\\]|\.(?:html?|php)$")
"""What is an address or code, not a name."""
_LETTER = re.compile(r"[^\W\d_]")


def is_date(name: str) -> bool:
    """Digits and a month, a weekday or the like.

    >>> is_date("Sun Dec 17"), is_date("jdoe17")
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
    return not ADDRESS.search(text) and " ".join(words) not in NOBODY


def is_role(text: str) -> bool:
    """Whether a text names an office rather than a person.

    >>> is_role("Staff writer"), is_role("Jane Doe")
    (True, False)
    """
    return any(word in ROLES or word.endswith(_ROLE_ENDS) for word in _WORDS.findall(text.casefold()))


_ROLE_ENDS = ("redakteur", "redakteurin", "journalist", "journalistin", "reporter", "reporterin", "korrespondent")


def is_organisation(name: str) -> bool:
    """Whether a name is rather that of an organisation, an agency or a desk.

    >>> is_organisation("Example News"), is_organisation("dpa"), is_organisation("XY-Redaktion")
    (True, True, True)
    >>> is_organisation("Jane Doe"), is_organisation("Anna Post-Doe"), is_organisation("Jane Newsome")
    (False, False, False)
    """
    low = name.casefold()
    if any(word in ORGANISATIONS for word in _WORDS.findall(low)):
        return True
    if "-" in low and not JOINED.isdisjoint(_PARTS.findall(low)):
        return True
    return low.endswith((".com", ".de", ".net", ".org", ".at", ".ch", ".is", ".be", ".tr"))


def is_person(name: str) -> bool:
    """Whether a name looks like a person's.

    Two to five words of which the first and last are capitalised, two to four Chinese characters, or three Korean ones.

    >>> is_person("Jane van Doe"), is_person("jane doe"), is_person("The Author"), is_person("Breaking news")
    (True, False, False, False)
    """
    if is_han_name(name) or _HANGUL_NAME.fullmatch(name):
        return True
    words = name.partition(",")[0].split()
    if not 2 <= len(words) <= 5 or any(char.isdigit() for char in name) or _CAMEL.search(name):
        return False
    first = words[0][:1]
    if not (first.isupper() and words[-1][:1].isupper()):
        # scripts without capitals
        return first.isalpha() and not first.islower() and not first.isupper() and len(name) < 30
    return (
        not any(word.casefold().strip(".") in COMMON for word in words)
        and not is_organisation(name)
        and not is_role(name)
    )
