"""Named rules: each may object to blocks, and says why.

A rule is ``(Outline, positions) -> [(position, Reason), ...]``: it is asked of the blocks that are still open, by their
positions, rising, and answers with those that it objects to. The order is the tuple; the first that objects speaks
for a block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.extraction.outline import Outline
from pipeline.extraction.rules import headline, language, links, names, phrases, place, site, templates
from pipeline.verdict import Reason

Rule = Callable[[Outline, Sequence[int]], list[tuple[int, Reason]]]

CERTAIN: tuple[Rule, ...] = (
    headline.repeated_headline,
    phrases.certain_label,
    phrases.copyright_at_end,
    names.consent,
    names.security_banner,
    language.foreign_line,
    site.repeated,
    templates.boilerplate,
)
"""Rules that overrule the score: where they object, the block goes. The template library, costly, is last."""

ADVISORY: tuple[Rule, ...] = (
    names.share_bar,
    names.form,
    names.comment_form,
    names.comments,
    names.breadcrumbs,
    phrases.label,
    phrases.pattern,
    names.container,
    place.landmark,
    place.before_or_after,
    links.link_list,
)
"""Rules that only say why, where the score has decided that the block goes."""

EXPLAINING: tuple[Rule, ...] = (
    *(rule for rule in CERTAIN if rule not in {templates.boilerplate, site.repeated}),
    *ADVISORY,
    templates.notice,
    site.repeated,
)
"""What a block is asked that goes anyway. That it repeats says least: a menu is a menu, a by-line has its field."""


def name_of(rule: Rule) -> str:
    """What the removal log calls a rule: its module and itself, ``names.share_bar``."""
    return f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}"
