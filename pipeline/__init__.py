"""Web pages in, articles out.

The public names stand here and are loaded when first asked for, so that ``import pipeline`` and the spiders, who need
the values only, pay neither for pandas nor for the extraction.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.article import Article, Extraction, Reject
    from pipeline.flow import extract
    from pipeline.page import Page
    from pipeline.run.workers import extract_many
    from pipeline.store.releases import load

if "numpy" not in sys.modules:
    # Read once, when numpy is loaded. The networks of the score are small: with two threads that wait for each other a
    # page's score took eight times the processor time on a busy machine (38 to 41 ms against 5). Who sets it is obeyed.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"

__all__ = ["Article", "Extraction", "Page", "Reject", "__version__", "extract", "extract_many", "load"]

_HOMES = {
    "Article": "pipeline.article",
    "Extraction": "pipeline.article",
    "Page": "pipeline.page",
    "Reject": "pipeline.article",
    "extract": "pipeline.flow",
    "extract_many": "pipeline.run.workers",
    "load": "pipeline.store.releases",
}


def __getattr__(name: str) -> object:
    """Load a public name from the module that holds it (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
