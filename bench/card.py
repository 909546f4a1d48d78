"""The model card, from what a training run measured."""

from __future__ import annotations

from typing import Any

_LICENCES = {
    "aeb": "scrapinghub/article-extraction-benchmark, MIT",
    "wcxb": "Murrough-Foley/web-content-extraction-benchmark, CC-BY-4.0",
    "fundus": "flairNLP/fundus, MIT",
    "forum": "fhgr/harvest, Apache-2.0",
    "readability": "mozilla/readability, Apache-2.0",
    "newspaper": "codelucas/newspaper and AndyTheFactory/newspaper4k, MIT",
    "hand": "immortal-autumn/Chinese-Web-Content-Extraction-Dataset, MIT (the Chinese pages only)",
}


def card(report: dict[str, Any]) -> str:
    """Markdown that says what the weights are, from what they were made, how good they are and where they fail."""
    sure = report["confidence"]
    lines = [
        "# Keep-score: model card",
        "",
        "Two networks of 0.4 million weights each, most of them in tables of words. Their mean gives every block of a",
        "page a score from 0 (chrome) to 1 (article), the page a kind, and its text an estimated F1. Made by",
        "`make model` (`bench/train.py`); run by `pipeline/extraction/model.py` with numpy alone.",
        "",
        "## What it sees",
        "",
        "Per block: lengths, kinds of characters, shares of small and capital words, punctuation, links, markup,",
        "line breaks, place on the page and in its containers, what those hold, how often their like occurs,",
        "likeness to the title, repeated text; hashed words of the text (16,384 rows of 12) and of class, id and other",
        "names of its containers (8,192 rows of 16). It looks around twice: neighbours at three distances, four levels",
        "of containers, the heading before, the page. A second look then sets each score right by those around it.",
        "Of every page one variant in two is unlike itself while fitting:",
        "names dropped, tags of an older time, chrome left out, the article cut short.",
        "",
        "## What it was fitted on",
        "",
        f"Data digest `{report['data']}`; "
        + ", ".join(f"{name} {version}" for name, version in report["versions"].items())
        + f"; settings of the two `{report['settings']}`.",
        "",
        "| source | pages | licence |",
        "| --- | --- | --- |",
    ]
    fitted = report["out_of_fold_by_source"]
    lines += [f"| {name} | {fitted[name][0]} | {text} |" for name, text in _LICENCES.items() if name in fitted]
    lines += [
        "",
        "Never fitted on: dragnet, waddle, cleaneval, webmain, the rest of hand, and the snippets of trafilatura.",
        "",
        "## How good it is",
        "",
        "Shingle F1 of the blocks that the score alone keeps; fitted sources out of fold, by site.",
        "",
        "| pages of | pages | mean F1 | failed (below 0.5) |",
        "| --- | --- | --- | --- |",
    ]
    for title, key in (
        ("", "out_of_fold_by_source"),
        (" (never fitted on)", "shipped_by_source"),
        (" pages of wcxb", "out_of_fold_by_kind"),
    ):
        lines += [f"| {name}{title} | {n} | {f1:.3f} | {failed:.3f} |" for name, (n, f1, failed) in report[key].items()]
    lines += [
        "",
        f"Kind of page right: {report['kind_right']:.3f}. Confidence (out of fold): expected calibration error",
        f"{sure['expected_calibration_error']:.3f}; mean F1 {sure['mean_f1']:.3f}, of the surest 80 %",
        f"{sure['mean_f1_of_surest_80']:.3f}; {sure['failed_in_least_sure_fifth']:.2f} of the failed pages are in the",
        "least sure fifth.",
        "",
        "## What it is bad at",
        "",
        "Collections, listings and products, where people themselves disagree about what the text is; several posts of",
        "equal standing where only one is wanted; articles of one or two sentences beside a long profile or sidebar;",
        "signatures under forum posts; languages whose words it has not seen rest on shape and place alone.",
        "Old pages in layout tables without names are where it fails most among articles.",
        "",
    ]
    return "\n".join(lines)
