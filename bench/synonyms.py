"""The words of the English templates with their WordNet synonyms, for the spinner of `bench.spun_templates`.

    python -m bench.synonyms /usr/share/wordnet      # Debian: wordnet-base; writes tests/cleaning/synonyms.tsv

Written out so that the test needs no WordNet. Synonyms are those of the same synset, in the order of the synsets'
frequency, at most `MOST` a word, in the inflection of the word that they stand for.
"""

from __future__ import annotations

import argparse
import re
from functools import cache
from pathlib import Path

from pipeline.cleaning.function_words import FUNCTION_WORDS
from pipeline.cleaning.template_library import FINGERPRINT, templates

OUT = Path(__file__).parents[1] / "tests" / "cleaning" / "synonyms.tsv"
MOST = 8
PARTS = ("noun", "verb", "adj", "adv")
NOTICE = """\
# Made by `python -m bench.synonyms`: a word of the English templates, a tab, its synonyms in WordNet 3.0. Its licence:
#
# This software and database is being provided to you, the LICENSEE, by Princeton University under the following
# license. By obtaining, using and/or copying this software and database, you agree that you have read, understood,
# and will comply with these terms and conditions.:
#
# Permission to use, copy, modify and distribute this software and database and its documentation for any purpose and
# without fee or royalty is hereby granted, provided that you agree to comply with the following copyright notice and
# statements, including the disclaimer, and that the same appear on ALL copies of the software, database and
# documentation, including modifications that you make for internal use or for distribution.
#
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved.
#
# THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES,
# EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR
# WARRANTIES OF MERCHANT- ABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE,
# DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS.
#
# The name of Princeton University or Princeton may not be used in advertising or publicity pertaining to distribution
# of the software and/or database. Title to copyright in this software, database and any associated documentation
# shall at all times remain with Princeton University and LICENSEE agrees to preserve same.
"""
_ENDINGS = {
    "noun": (("ies", "y"), ("es", ""), ("s", "")),
    "verb": (("ies", "y"), ("es", "e"), ("s", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    "adj": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "adv": (),
}


class WordNet:
    """WordNet's own files (https://wordnet.princeton.edu/documentation/wndb5wn): ``index.*``, ``data.*``, ``*.exc``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = {part: self._read_index(part) for part in PARTS}
        self._exceptions = {part: self._read_exceptions(part) for part in PARTS}

    def _read_index(self, part: str) -> dict[str, list[int]]:
        """Lemma to places in the data file, the commonest sense first."""
        lines = (self._folder / f"index.{part}").read_text(encoding="utf-8").splitlines()
        found = {}
        for line in lines:
            if not line.startswith(" "):
                words = line.split()
                found[words[0]] = [int(place) for place in words[-int(words[2]) :]]
        return found

    def _read_exceptions(self, part: str) -> dict[str, str]:
        lines = (self._folder / f"{part}.exc").read_text(encoding="utf-8").splitlines()
        return {line.split()[0]: line.split()[1] for line in lines}

    @cache  # noqa: B019
    def _data(self, part: str) -> bytes:
        return (self._folder / f"data.{part}").read_bytes()

    def _words(self, part: str, place: int) -> list[str]:
        line = self._data(part)[place : place + 4000].split(b"\n", 1)[0].decode()
        fields = line.split()
        return [re.sub(r"\(\w+\)$", "", word).replace("_", " ") for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]

    def _lemma(self, word: str, part: str) -> str | None:
        if word in self._index[part]:
            return word
        if word in self._exceptions[part]:
            return self._exceptions[part][word]
        stems = (word.removesuffix(end) + put for end, put in _ENDINGS[part] if word.endswith(end))
        return next((stem for stem in stems if stem in self._index[part]), None)

    def synonyms(self, word: str) -> list[str]:
        """Of a word in lower case, in its inflection; empty where WordNet has none."""
        found: dict[str, None] = {}
        for part in PARTS:
            lemma = self._lemma(word, part)
            for place in self._index[part].get(lemma or "", ()):
                same = [other for other in self._words(part, place) if other.lower() != lemma]
                found.update(dict.fromkeys(_inflected(other, word, lemma or "", part) for other in same))
        return [other for other in found if other.lower() != word][:MOST]


def _inflected(other: str, word: str, lemma: str, part: str) -> str:
    """A synonym with the ending that the word has over its lemma; as crude as spinners are."""
    if word == lemma or part in {"adj", "adv"}:
        return other
    first, _, rest = other.partition(" ") if part == "verb" else (other, "", "")
    ending = next((end for end in ("ing", "ed", "s") if word.endswith(end)), "")
    if ending == "s":
        first += "es" if re.search(r"(?:[sxz]|ch|sh)$", first) else "s"
        first = re.sub(r"([^aeiou])ys$", r"\1ies", first)
    elif ending:
        first = (first.removesuffix("e") if first.endswith("e") else first) + ending
    return f"{first} {rest}".strip()


def content_words() -> list[str]:
    """The words of the English templates that have a wording, function words left out, lower case, sorted."""
    texts = [entry.text for entry in templates() if entry.language == "en" and not entry.text.startswith(FINGERPRINT)]
    words = {word for text in texts for word in re.findall(r"[a-z]+", text.lower())}
    return sorted(word for word in words - FUNCTION_WORDS["en"] if len(word) > 1)


def main() -> None:
    cli = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    cli.add_argument("wordnet", type=Path, help="the folder with index.noun, data.noun and so on")
    net = WordNet(cli.parse_args().wordnet)
    rows = [(word, net.synonyms(word)) for word in content_words()]
    known = [f"{word}\t{', '.join(others)}\n" for word, others in rows if others]
    OUT.write_text(NOTICE + "".join(known), encoding="utf-8")
    print(f"{len(known)} of {len(rows)} words have synonyms")


if __name__ == "__main__":
    main()
