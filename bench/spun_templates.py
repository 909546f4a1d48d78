"""Templates spun by a seeded synonym spinner (WordNet), and with words moved: how many the matcher still knows.

python -m bench.spun_templates            # needs nothing but the repository: the synonyms lie with the tests
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.cleaning.boilerplate import match
from pipeline.cleaning.function_words import FUNCTION_WORDS
from pipeline.cleaning.template_library import FINGERPRINT, Template, templates

SYNONYMS = Path(__file__).parents[1] / "tests" / "cleaning" / "synonyms.tsv"
WANTED = {0.2: 0.98, 0.4: 0.95, 0.6: 0.90}
"""Recall wanted by share of content words that were swapped."""
SHAKEN = 0.95
"""Recall wanted of other languages with words dropped, doubled and swapped."""
FEWEST_WORDS = 8
_WORD = re.compile(r"[A-Za-z]+")


class Recall(NamedTuple):
    """Copies made, those recognised as their class, as any template, and the share of content words swapped."""

    copies: int
    found: int
    found_as_any: int
    swapped: float
    lost: tuple[str, ...]

    @property
    def share(self) -> float:
        """0 to 1, of the copies whose class was told right."""
        return self.found / self.copies


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Words in lower case with what may stand for them."""
    lines = SYNONYMS.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {word: tuple(others.split(", ")) for word, others in rows}


def english() -> list[Template]:
    """English templates of eight words or more that have a wording."""
    return [
        entry
        for entry in templates()
        if entry.language == "en" and not entry.text.startswith(FINGERPRINT) and len(entry.text.split()) >= FEWEST_WORDS
    ]


def other_languages() -> list[Template]:
    """All templates that are not English and have a wording."""
    return [entry for entry in templates() if entry.language != "en" and not entry.text.startswith(FINGERPRINT)]


def spun(text: str, share: float, rng: random.Random) -> tuple[str, float]:
    """The text with that share of its content words swapped for synonyms, and the share that was swapped.

    A word without synonyms stays, as it does in a spinner; others are swapped in its place as long as there are any.
    """
    places = [found for found in _WORD.finditer(text) if found[0].lower() not in FUNCTION_WORDS["en"]]
    known = [found for found in places if found[0].lower() in synonyms()]
    chosen = rng.sample(known, min(round(share * len(places)), len(known)))
    for found in sorted(chosen, key=lambda found: -found.start()):
        other = rng.choice(synonyms()[found[0].lower()])
        other = other[:1].upper() + other[1:] if found[0][0].isupper() else other
        text = text[: found.start()] + other + text[found.end() :]
    return text, len(chosen) / max(len(places), 1)


def shaken(text: str, rng: random.Random) -> tuple[str, float]:
    """A tenth of the words dropped, a tenth doubled, a tenth swapped with the next; of characters in Chinese."""
    spaced = text.count(" ") * 12 > len(text)
    words = text.split() if spaced else list(text)
    each = max(1, len(words) // 10)
    for i in rng.sample(range(len(words) - 1), each):
        words[i], words[i + 1] = words[i + 1], words[i]
    for i in rng.sample(range(len(words)), each):
        words[i] = ""
    for i in rng.sample(range(len(words)), each):
        words[i] = f"{words[i]} {words[i]}" if spaced else words[i] * 2
    return (" " if spaced else "").join(words), 0.3


def measure(
    entries: list[Template], change: Callable[[str, random.Random], tuple[str, float]], copies: int, seed: str
) -> Recall:
    """Each template changed so many times; the same at each run."""
    rng = random.Random(seed)
    right = known = 0
    swapped = 0.0
    lost: dict[str, int] = {}
    for entry in entries:
        for _ in range(copies):
            text, share = change(entry.text, rng)
            found = match(text)
            hit = found is not None and found.block_class is entry.block_class
            right, known, swapped = right + hit, known + (found is not None), swapped + share
            if not hit:
                lost[entry.id] = lost.get(entry.id, 0) + 1
    total = len(entries) * copies
    worst = sorted(lost, key=lambda name: (-lost[name], name))
    return Recall(total, right, known, swapped / total, tuple(f"{name} {lost[name]}" for name in worst))


def spin_recall(share: float, copies: int) -> Recall:
    """Of English templates after the spinner."""
    return measure(english(), lambda text, rng: spun(text, share, rng), copies, f"spun {share}")


def shaken_recall(copies: int) -> Recall:
    """Of the templates of other languages after words were moved."""
    return measure(other_languages(), shaken, copies, "shaken")


def main() -> int:
    held = True
    for share, wanted in WANTED.items():
        found = spin_recall(share, 20)
        held &= found.share >= wanted
        print(f"English, {share:.0%} of content words (really {found.swapped:.1%}): {found.share:.4f} as their class,")
        print(
            f"    {found.found_as_any / found.copies:.4f} as any; wanted {wanted}; lost: {', '.join(found.lost[:12])}"
        )
    moved = shaken_recall(20)
    held &= moved.share >= SHAKEN
    print(f"other languages, words moved: {moved.share:.4f} of {moved.copies}; lost: {', '.join(moved.lost[:12])}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
