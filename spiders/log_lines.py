"""The log as JSON lines: one event a line, control characters escaped, secrets in queries blackened."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

EVENT = "event"  # attribute of a log record that carries a dict of fields
_SECRET = re.compile(
    r"([?&][^=&#\s]*(?:token|secret|passw|api_?key|auth|sig(?:nature)?|session|credential)[^=&#\s]*=)[^&#\s]*",
    re.IGNORECASE,
)
_USER = re.compile(r"(?<=://)[^/@\s]+@")


def blackened(text: str) -> str:
    """A text in which the values of secret parameters, and user names in addresses, are left out.

    >>> blackened("http://me:pw@a.example/?id=1&access_token=abc&x=2 asked")
    'http://…@a.example/?id=1&access_token=…&x=2 asked'
    """
    return _USER.sub("…@", _SECRET.sub(r"\1…", text))


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: time (ISO, UTC), level, logger, message or the fields of its event."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        event = getattr(record, EVENT, None)
        if isinstance(event, dict):
            line |= {key: blackened(value) if isinstance(value, str) else value for key, value in event.items()}
        else:
            line["message"] = blackened(record.getMessage())
        if record.exc_info:
            line["exception"] = blackened(self.formatException(record.exc_info))
        return json.dumps(line)


class _Plain(logging.Filter):
    """Keeps events out of the log that people read."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not hasattr(record, EVENT)


class _File(logging.FileHandler):
    """A full disk shows in the crawl itself; a traceback for each line of the log would hide that."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Leave the line out."""


@contextmanager
def json_log(path: Path) -> Iterator[None]:
    """Everything that is logged inside goes into that file too, behind what is there."""
    root = logging.getLogger()
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = _Plain()
    others = list(root.handlers)
    handler = _File(path, encoding="utf-8")
    handler.setFormatter(JsonLines())
    for other in others:
        other.addFilter(plain)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
        for other in others:
            other.removeFilter(plain)
