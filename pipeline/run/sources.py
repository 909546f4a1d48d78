"""Files of pages: found below folders, read whole, never more than a page may hold.

A file that cannot be read is a ``Damaged`` with the outcome that it gets, not an exception: the rest goes on.
"""

from __future__ import annotations

import logging
import os
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.outcome import Outcome
from pipeline.page import Page

MAX_BYTES = 10 * 1024 * 1024
"""HTML over 10 MiB is not parsed: ``too_large``, also when it is small until unpacked."""

STDIN = "-"
_SUFFIXES = (".html", ".html.gz", ".htm")
_ARCHIVES = (".warc", ".warc.gz")
_GZIP = b"\x1f\x8b"

log = logging.getLogger("broadsheet")


class SourceError(Exception):
    """There is nothing to read; the text names the path and the remedy."""


@dataclass(frozen=True, slots=True)
class Source:
    """One page to read: a file, or standard input when ``path`` is None. ``id`` is its name in the output.

    ``shut`` says why ``path`` is not opened: a folder that cannot be listed, a pipe that would be waited at.
    """

    id: str
    path: Path | None
    shut: str = ""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A source that gave no page, the outcome that says so, and a word on why."""

    outcome: Outcome
    detail: str


def is_address(text: str) -> bool:
    """An http(s) address, and no file.

    >>> is_address("https://example.org/a"), is_address("pages/a.html")
    (True, False)
    """
    return text.lower().startswith(("http://", "https://"))


def find_sources(paths: Sequence[str]) -> list[Source]:
    """The pages at ``paths``: files as they are, folders searched to any depth, ``-`` for standard input; sorted.

    A page in a folder is called by its path from that folder, less ``.html`` or ``.html.gz``. Pages that come to have
    the same name are told of in the log, and all given. A folder that cannot be listed is a source that cannot be read.

    Raises:
        SourceError: a path is not there or is a WARC file, or a folder holds no page.
    """
    found: list[Source] = []
    for name in paths:
        path = Path(name)
        if name == STDIN:
            found.append(Source(STDIN, None))
        elif path.is_dir():
            inside = list(_inside(path))
            if not inside:
                raise SourceError(f"{name}: no .html, .htm or .html.gz file in this folder or below it")
            found.extend(inside)
        elif name.lower().endswith(_ARCHIVES) and path.exists():
            raise SourceError(f"{name}: a WARC file; make the table of it: broadsheet build JOB.toml --warc {name}")
        elif path.exists():
            found.append(Source(_less_suffix(path.name), path))
        else:
            raise SourceError(f"{name}: no such file or folder; give a file, a folder, an http(s) address, or -")
    _tell_of_same_names(found)
    return found


def read_source(source: Source, fetched_at: datetime) -> Page | Damaged:
    """The page of a source, as if fetched at ``fetched_at``. Its address is not known, so ``url`` is empty."""
    if source.shut:
        return Damaged(Outcome.QUARANTINED_ERROR, source.shut)
    try:
        body = _read(source)
    except OSError as error:
        return Damaged(Outcome.QUARANTINED_ERROR, error.strerror or str(error))
    except EOFError:
        return Damaged(Outcome.TRUNCATED, "the gzip data ends too early")
    except zlib.error as error:
        return Damaged(Outcome.QUARANTINED_ERROR, f"damaged gzip data: {error}")
    if len(body) > MAX_BYTES:
        return Damaged(Outcome.TOO_LARGE, f"more than {MAX_BYTES // 1024**2} MiB of HTML")
    return Page(url="", body=body, fetched_at=fetched_at)


def _inside(folder: Path) -> Iterator[Source]:
    shut: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=shut.append):
        folders.sort()
        for file in sorted(files):
            if file.lower().endswith(_SUFFIXES):
                path = Path(parent, file)
                # A pipe would be waited at for ever; one that is named as an argument is meant.
                shut_file = "not a regular file" if path.exists() and not path.is_file() else ""
                yield Source(_less_suffix(path.relative_to(folder).as_posix()), path, shut_file)
    for error in shut:
        path = Path(os.fsdecode(error.filename))
        said = f"this folder cannot be listed: {error.strerror or error}"
        yield Source(f"{path.relative_to(folder).as_posix()}/", path, said)


def _tell_of_same_names(sources: Sequence[Source]) -> None:
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for source in sources:
        paths[source.id].append(str(source.path or STDIN))
    for name, same in paths.items():
        if len(same) > 1:
            log.warning("%s are all called %s in the output", ", ".join(same), name)


def _less_suffix(name: str) -> str:
    """A page's name without ``.html`` or ``.html.gz``, and nothing else.

    >>> _less_suffix("a/b.c.html.gz"), _less_suffix("A.HTML"), _less_suffix("old.htm")
    ('a/b.c', 'A', 'old.htm')
    """
    for suffix in (".html.gz", ".html"):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def _read(source: Source) -> bytes:
    if source.path is None:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with source.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return data
    if data.startswith(_GZIP):
        return _unpack(data)
    if source.path is not None and source.path.suffix.lower() == ".gz" and b"\0" in data[:2048]:
        raise zlib.error("it does not begin as gzip")
    return data  # mirrors unpack some files and keep the name


def _unpack(data: bytes) -> bytes:
    """The content of a gzip file of one or more members, at most one byte more than a page may hold."""
    content = bytearray()
    while data.startswith(_GZIP) and len(content) <= MAX_BYTES:
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        content += member.decompress(data, MAX_BYTES + 1 - len(content))
        if not member.eof and len(content) <= MAX_BYTES:
            raise EOFError
        data = member.unused_data
    return bytes(content)
