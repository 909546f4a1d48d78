"""What is learned of a site from many of its pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """Blocks that repeat on a site, as one immutable, versioned value.

    ``site`` is the registrable domain; ``version`` names the content (empty for the empty profile);
    ``repeated`` holds the folded text of each block that stands on several pages of the site.
    """

    site: str
    version: str = ""
    repeated: frozenset[str] = frozenset()
