"""What a page says of itself: title, authors, dates and the smaller fields, each with its source."""

from pipeline.extraction.metadata.compose import read_metadata

__all__ = ["read_metadata"]
