"""The face: ``broadsheet …``. Argument parsing, nothing else; the work is in ``run``, what is shown in ``view``."""

from pipeline.cli import profiles as profiles
from pipeline.cli import upkeep as upkeep
from pipeline.cli.app import main

__all__ = ["main"]
