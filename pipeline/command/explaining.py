"""``broadsheet explain``: a page found, explained, printed, and written with its blocks marked."""

from __future__ import annotations

from pathlib import Path

from pipeline.run.sources import is_address
from pipeline.store.durable import replace_file
from pipeline.store.layout import DataDir
from pipeline.view.archive import archived_page, page_of_file, profile_of
from pipeline.view.console import note, say, say_json, width
from pipeline.view.explain import as_json, explain, text_lines


def explain_and_print(target: str, data: Path, *, html: Path | None = None, machine: bool = False) -> None:
    """Explain a page of the archive (an address) or of a file; write ``html`` too when it is given.

    Raises:
        PageNotFoundError, SourceError: there is no such page.
        LedgerError, WarcError, OSError: it cannot be read, or ``html`` not be written.
    """
    if is_address(target):
        page, visit = archived_page(DataDir(data), target)
        profile, why = profile_of(DataDir(data), page, visit)
        note(f"{visit.url}: {visit.outcome} in run {visit.run_id}, fetched {visit.fetched_at}")
        if why:
            note(why)
    else:
        page, profile = page_of_file(target), None
    explanation = explain(page, profile)
    if html is not None:
        from pipeline.view.marked_page import marked_page  # noqa: PLC0415  (brings BeautifulSoup)

        content = marked_page(explanation).encode("utf-8", "replace")
        replace_file(html, lambda stream: stream.write(content))
        note(f"{html} written: open it in a browser; green is kept, blue a field, red removed")
    if machine:
        say_json(as_json(explanation))
    else:
        for line in text_lines(explanation, width()):
            say(line)
