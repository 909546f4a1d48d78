"""Our quality presets against datatrove's own filters, on the benchmark's gold texts and given the same tokens.

    uv venv /tmp/datatrove && uv pip install -p /tmp/datatrove datatrove nltk spacy
    python -m bench.cleaning_quality ../shared/benchmark/truth.jsonl --datatrove /tmp/datatrove/bin/python

Prints each difference, in a decision or in a measure, and ends with 1 if a decision differs. A measure may: datatrove
joins the words of an n-gram without blanks, so that in tables "1 12" and "11 2" are the same to it. Also prints how
many texts each preset passes with words of our own cutting, and what a text costs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from pipeline.cleaning.quality import measure, quality
from pipeline.cleaning.quality_repetition import DUPLICATE_LENGTHS, TOP_LENGTHS
from pipeline.quality import Quality

PRESETS = ("c4", "gopher_quality", "gopher_repetition", "fineweb")
REFERENCE = Path(__file__).with_name("cleaning_quality_reference.py")
ROUNDING = 0.00006


def read_texts(truth: Path, most: int) -> dict[str, str]:
    rows = [json.loads(line) for line in truth.read_text("utf-8").splitlines()]
    texts = {row["id"]: row["text"] for row in rows if row["text"]}
    step = max(1, len(texts) // most)
    return dict(list(texts.items())[::step][:most])


def read_reference(texts: dict[str, str], python: str) -> list[dict[str, object]]:
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items())
    done = subprocess.run([python, str(REFERENCE)], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def differences(text: str, found: dict[str, object]) -> tuple[list[str], list[str]]:
    """Presets that decide otherwise, and measures that are not the same."""
    sentences = found["sentences"]
    ours = measure(text, found["words"], lambda line: sentences[line])
    passes = found["passes"]
    decisions = [
        f"{preset}: {passes[preset]}" for preset in PRESETS if (passes[preset] is True) != getattr(ours.passes, preset)
    ]
    measures = [
        f"{name}: {share:.4f}, ours {measured:.4f}"
        for name, measured in grams(ours).items()
        if abs((share := found["grams"][name] / len(text)) - measured) > ROUNDING
    ]
    return decisions, measures


def grams(found: Quality) -> dict[str, float]:
    top = {f"top_{n}": getattr(found, f"top_{n}gram") for n in TOP_LENGTHS}
    return top | {f"duplicate_{n}": getattr(found, f"duplicate_{n}gram") for n in DUPLICATE_LENGTHS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--datatrove", required=True, help="a Python that has datatrove")
    parser.add_argument("--texts", type=int, default=600)
    arguments = parser.parse_args()
    texts = read_texts(arguments.truth, arguments.texts)
    rows = read_reference(texts, arguments.datatrove)
    found = {row["id"]: differences(texts[row["id"]], row) for row in rows}
    for name, (decisions, measures) in found.items():
        if decisions or measures:
            print(name, "; ".join(decisions + measures))
    otherwise = sum(bool(decisions) for decisions, _ in found.values())
    unequal = sum(bool(measures) for _, measures in found.values())
    refused = {preset: sum(row["passes"][preset] is not True for row in rows) for preset in PRESETS}
    print(f"{len(rows)} texts; refused by datatrove: {refused}")
    print(f"texts decided otherwise: {otherwise}; texts with a measure that differs: {unequal}")
    own, seconds = [], []
    for text in texts.values():
        start = time.process_time()
        own.append(quality(text).passes)
        seconds.append(time.process_time() - start)
    for preset in (*PRESETS, "refinedweb"):
        print(f"passes {preset} with our own tokens: {sum(getattr(one, preset) for one in own) / len(own):.3f}")
    print(f"a text costs {median(seconds) * 1000:.2f} ms (median), {sum(seconds) / len(seconds) * 1000:.2f} ms (mean)")
    return 1 if otherwise else 0


if __name__ == "__main__":
    sys.exit(main())
