"""One article's text. Pure."""
