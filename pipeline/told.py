"""What a page tells beside its text, as it is kept in the ledger and in columns of the table.

That is what its owner says of its use, and which other versions of it there are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple


class Signal(NamedTuple):
    """One thing that was said: ``source`` is where (``x-robots-tag``, ``meta robots``, ``tdmrep.json`` …)."""

    source: str
    value: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """``refused``: a signal that is meant for us says that the page is not to be kept or used.

    ``directives`` are the words of robots meta elements and headers that are meant for us, lower case.
    ``tdm_reserved``, ``train_ai`` and ``ai_txt`` are None where nothing was said: rights reserved by TDMRep, training
    allowed by Content-Usage or Content-Signal, use allowed by ai.txt. ``signals`` is all that was said, also to others.
    """

    refused: bool = False
    directives: tuple[str, ...] = ()
    tdm_reserved: bool | None = None
    tdm_policy: str | None = None
    train_ai: bool | None = None
    ai_txt: bool | None = None
    signals: tuple[Signal, ...] = ()

    @property
    def follows(self) -> bool:
        """Whether the links of the page may be followed."""
        return not {"nofollow", "none"} & set(self.directives)

    @property
    def said(self) -> str:
        """All that was said, in one line of at most 500 characters."""
        return "; ".join(f"{signal.source}: {signal.value}" for signal in self.signals)[:500]


class Variant(NamedTuple):
    """Another version of a page that its head names: ``kind`` is "amp" or a language (``hreflang``)."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """Both together, for one page in one run."""

    opt_out: OptOut = OptOut()
    variants: tuple[Variant, ...] = ()


NOTHING_SAID = OptOut()
NOTHING_TOLD = Told()


def to_text(told: Told) -> str:
    """As text for the ledger; empty when nothing was told.

    >>> to_text(NOTHING_TOLD), from_text(to_text(Told(OptOut(True, ("noai",)))))
    ('', Told(opt_out=OptOut(refused=True, directives=('noai',), tdm_reserved=None, tdm_policy=None, train_ai=None, \
ai_txt=None, signals=()), variants=()))
    """
    if told == NOTHING_TOLD:
        return ""
    opt_out = {name: getattr(told.opt_out, name) for name in OptOut.__slots__}
    return json.dumps({"opt_out": opt_out, "variants": told.variants}, ensure_ascii=False)


def from_text(text: str) -> Told:
    """What :func:`to_text` wrote; raises ``ValueError`` for anything else."""
    if not text:
        return NOTHING_TOLD
    found = json.loads(text)
    said = found["opt_out"]
    said |= {"directives": tuple(said["directives"]), "signals": tuple(Signal(*pair) for pair in said["signals"])}
    return Told(OptOut(**said), tuple(Variant(*pair) for pair in found["variants"]))
