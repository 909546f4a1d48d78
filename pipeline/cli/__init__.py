"""The face: ``broadsheet …``. Argument parsing, nothing else; what a command does is in ``command``."""

from pipeline.cli import profiles as profiles
from pipeline.cli import upkeep as upkeep
from pipeline.cli.app import main

__all__ = ["main"]
