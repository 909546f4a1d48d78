"""The list of reasons and rules, made from the code: ``python -m pipeline.view.reasons`` writes ``docs/reasons.md``."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.extraction.judge import COMMENT_WORDS, FEWEST_LEFT, SURE
from pipeline.extraction.rules import CERTAIN, EXPLAINING, Rule, name_of, site
from pipeline.verdict import Reason

ABOUT: dict[Reason, str] = {
    Reason.DUPLICATE_HEADLINE: "The headline again, in the body or as a title over it.",
    Reason.FOREIGN_LANGUAGE_INSERT: "A line in a language that the rest of the page is not in.",
    Reason.NAVIGATION: "Menus, skip links, tools of the page: what leads elsewhere or back to the top.",
    Reason.BREADCRUMBS: "The path of sections from the front page to this one.",
    Reason.PAGINATION: "Numbers and arrows to other parts or to the page before and after.",
    Reason.COOKIE_CONSENT: "Asks to agree to cookies or to the use of data.",
    Reason.SECURITY_BANNER: "Says that the site is official or the connection safe.",
    Reason.LOGIN_ACCOUNT: "Asks to sign in or to make an account.",
    Reason.PAYWALL_SUBSCRIBE: "Asks to pay or to subscribe to read on.",
    Reason.NEWSLETTER: "Offers mails.",
    Reason.FORM_ERROR: "A form, its labels, and what it says when something went wrong.",
    Reason.SHARE_SOCIAL: "Buttons and counts of sharing, liking and following.",
    Reason.COMMENTS: "The frame of readers' comments: counts, reply links, rules. Comments themselves are a field.",
    Reason.RELATED_LINKS: "Other pieces of the site: related, most read, more from here.",
    Reason.ADVERT_AFFILIATE: "Advertising, its labels, and offers that pay the site.",
    Reason.DISCLAIMER_MEDICAL: "Says that the text is no medical advice.",
    Reason.DISCLAIMER_LEGAL: "Says what the site is not liable for.",
    Reason.DISCLAIMER_FINANCIAL: "Says that the text is no financial advice.",
    Reason.COPYRIGHT_FOOTER: "Rights, imprint and contact at the foot of the page.",
    Reason.REPORT_FLAG_LINK: "A link to report the page or a mistake in it.",
    Reason.SECTION_LABEL: "The name of the section or kind of page over the headline, such as 'Blog Article'.",
    Reason.BYLINE_DATELINE: "Author, date and place, where they do not go into a field.",
    Reason.AUTHOR_BIO: "Who the author is, where it does not go into a field.",
    Reason.TABLE_OF_CONTENTS: "Links to the headings of this page.",
    Reason.UNLIKE_ARTICLE: "No rule knows it; its score says that it is not the article. Read the text to judge.",
    Reason.REPEATED_ON_SITE: "The same text stands on several pages of the site.",
    Reason.MASKED: "Personal data, on the job's own wish (`mask`): a mark such as `[email]` stands in its place. "
    "The row says kind, block and offset, never the words.",
}

_HEAD = """\
# Why a block is removed

Made from the code by `make docs`; a test fails when it is not current. Edit `pipeline/view/reasons.py` and the
docstrings of the rules, not this file.

The blocks that were taken out of a new version of an article, or of a page that a build rejected (`reject.…`), stand in
the table `removals`, each with its reason, the rule that spoke (empty where the score alone decided) and its keep-score
from 0 to 1. Those of listings, of unchanged and of duplicate pages do not. `broadsheet explain` shows the blocks of any
page, on the page itself. Cases under `tests/cases/<reason>/` show for each reason what must go and what must stay.

## Reasons

The figures are those of `python -m bench.reasons ../shared/benchmark --write` (`bench/reasons.tsv`): blocks removed
from the benchmark's pages whose gold text people made, with weights that have not seen their site, and the share that
is not in the gold text, of blocks and of characters. Repeats of the headline are judged only where the gold leaves
headlines out.

| reason | what it is | blocks | right | characters right |
|---|---|---|---|---|
"""
_CERTAIN_HEAD = f"""
## Certain rules

Asked of a block that the score would keep. They are asked in this order, and the first that objects takes the block out
against its score. The headline itself is not asked.

One of them is bounded: `{name_of(site.repeated)}` takes no block in the container of the main text and none whose score
is {SURE:g} or more, and nothing at all from a page where it would take more words than it leaves, or leave fewer than
{FEWEST_LEFT}.

The figures count only what the score would have kept.

| rule | what it looks for | blocks | right | characters right |
|---|---|---|---|---|
"""
_EXPLAINING_HEAD = f"""
## Explaining rules

Asked of a block that the score refuses: it goes anyway, and the first rule in this order that knows it says why. Where
none does, the reason is `{Reason.UNLIKE_ARTICLE}`.

| rule | what it looks for | blocks | right | characters right |
|---|---|---|---|---|
"""
_FIELDS = f"""
A by-line, a note on the author, the path to the page, and a reader's comment of {COMMENT_WORDS} words and more are
recognised in the same way, but count as fields of the record, not as removals: `author_bio` and `comments` hold their
text, by-lines and dates are read into `authors` and `published_at` where that is possible, the path is held nowhere.
`explain` shows them all.
"""


FIGURES = Path(__file__).parents[2] / "bench" / "reasons.tsv"
"""Measured figures by kind (``reason``, ``rule``), name, and whether the score was overruled (0 or 1)."""


class Figures(NamedTuple):
    """Removed blocks and their characters, and how many of each are not in the gold text."""

    blocks: int = 0
    blocks_right: int = 0
    characters: int = 0
    characters_right: int = 0

    @property
    def cells(self) -> str:
        """Three cells of a table, empty where nothing was removed."""
        if not self.blocks:
            return "0 | | |"
        right, characters = self.blocks_right / self.blocks, self.characters_right / max(self.characters, 1)
        return f"{self.blocks:,} | {right:.3f} | {characters:.3f} |"


@cache
def _measured() -> dict[tuple[str, str, bool], Figures]:
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return {
            (row["kind"], row["name"], row["overruled"] == "1"): Figures(*(int(row[key]) for key in Figures._fields))
            for row in csv.DictReader(file, delimiter="\t")
        }


def _figures(kind: str, name: str, overruled: tuple[bool, ...]) -> Figures:
    found = [_measured().get((kind, name, each), Figures()) for each in overruled]
    return Figures(*map(sum, zip(*found, strict=True)))


def render() -> str:
    """The text of ``docs/reasons.md``."""
    reasons = "".join(
        f"| `{reason}` | {ABOUT[reason]} | {_figures('reason', reason, (False, True)).cells}\n" for reason in Reason
    )
    certain, explaining = _rule_rows(CERTAIN, overruled=True), _rule_rows(EXPLAINING, overruled=False)
    return _HEAD + reasons + _CERTAIN_HEAD + certain + _EXPLAINING_HEAD + explaining + _FIELDS


def _rule_rows(rules: Iterable[Rule], *, overruled: bool) -> str:
    names = ((rule, name_of(rule)) for rule in rules)
    return "".join(
        f"| `{name}` | {about(rule)} | {_figures('rule', name, (overruled,)).cells}\n" for rule, name in names
    )


def about(rule: Rule) -> str:
    """What a rule looks for: the first paragraph of its docstring, in one line."""
    return " ".join((rule.__doc__ or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    Path("docs").mkdir(exist_ok=True)
    Path("docs/reasons.md").write_text(render(), encoding="utf-8")
