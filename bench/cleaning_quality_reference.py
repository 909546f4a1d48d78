"""What datatrove's own filters say of texts, with the tokens that they saw. Run by an environment that has datatrove.

Reads JSON lines with ``id`` and ``text``, writes JSON lines with ``id``, ``words``, ``sentences`` (of each line),
``passes`` (True or the filter's reason, by preset) and ``grams`` (characters, by measure of Table A1).
"""

from __future__ import annotations

import json
import sys

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.filters.c4_filters import CITATION_REGEX
from datatrove.pipeline.filters.gopher_repetition_filter import find_all_duplicate, find_top_duplicate, get_n_grams
from datatrove.utils.text import split_into_sentences, split_into_words

FILTERS = {
    "gopher_quality": GopherQualityFilter(),
    "gopher_repetition": GopherRepetitionFilter(),
    "fineweb": FineWebQualityFilter(),
    "c4": C4QualityFilter(),
}


def reference(text: str) -> dict[str, object]:
    words = split_into_words(text, "eng_Latn")
    lines = {CITATION_REGEX.sub("", line.strip()) for line in text.splitlines()}
    passes = {}
    for name, single in FILTERS.items():
        result = single.filter(Document(text=text, id="text"))
        passes[name] = result if isinstance(result, bool) else result[1]
    grams = {f"top_{n}": find_top_duplicate(found) if (found := get_n_grams(words, n)) else 0 for n in (2, 3, 4)}
    grams |= {f"duplicate_{n}": find_all_duplicate(words, n) for n in range(5, 11)}
    sentences = {line: len(split_into_sentences(line, "eng_Latn")) for line in lines if line}
    return {"words": words, "sentences": sentences, "passes": passes, "grams": grams}


def main() -> None:
    for row in map(json.loads, sys.stdin):
        print(json.dumps({"id": row["id"], **reference(row["text"])}), flush=True)


if __name__ == "__main__":
    main()
