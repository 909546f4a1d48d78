"""``python -m spiders.foreign``: take the responses of other people's WARC files into our archive and ledger.

They are copied, so that every row's record lies in our own archive, whole, one gzip member each. An address that occurs
again belongs to a further run: in a run an address has one outcome. Standard output says in JSON lines which runs there
are and which places could not be read.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pipeline.exit_code import ExitCode
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.store.layout import DataDir
from pipeline.store.ledger import Fetch, Ledger, LedgerError, NewAddress
from pipeline.store.warc import DamagedRecord, WarcWriter, read_warc
from pipeline.told import OptOut, Told, to_text
from spiders.addresses import Address, read_address
from spiders.opt_out import PageWords, read_opt_out, robots_words
from spiders.partial import CODING
from spiders.reading import REDIRECTS, Answer, Fate, judge_answer
from spiders.rights import RIGHTS_FILES

_AGENT = "Broadsheet"
_GROUP = 100  # responses that share one sync of the disk
_PASSED_OVER = frozenset({"/robots.txt", *RIGHTS_FILES})
_DROPPED = frozenset({"content-encoding", "transfer-encoding"})  # the reader has taken them off


class Intake:
    """Enters responses one by one; ``run_ids`` are the runs that hold them."""

    def __init__(self, ledger: Ledger, data: DataDir, job: str) -> None:
        self.run_ids: list[str] = []
        self._ledger = ledger
        self._data = data
        self._job = job
        self._writers: list[WarcWriter] = []
        self._times: Counter[str] = Counter()
        self._open = 0

    def enter(self, page: Page, rendered: Page | None = None) -> None:
        """Archive a response and tell the ledger; files that robots are for, and what has no address, are passed over.

        ``rendered`` is the page as a browser left it, which is built in its place.
        """
        address = read_address(page.url)
        if address is None or address.path in _PASSED_OVER:
            return
        turn = self._times[address.key]
        self._times[address.key] += 1
        run_id, writer = self._run(turn)
        headers = tuple(pair for pair in page.headers if pair[0].lower() not in _DROPPED)
        fate = _fate(Answer(page.url, page.http_status, headers, page.body))
        moment = page.fetched_at or datetime.now(UTC)
        address_id, _ = self._ledger.add_address(run_id, _entry(address), moment.timestamp(), always=True)
        fetch = Fetch(page.http_status, moment.isoformat(), page.url)
        if fate.body is not None:
            location = writer.write(page.url, page.http_status, "", headers, fate.body, moment, fate.cut)
            if rendered is not None and fate.outcome is None:
                location = writer.write_rendered(page.url, rendered.body, rendered.fetched_at or moment)
            fetch = Fetch(page.http_status, moment.isoformat(), page.url, location)
        if fate.outcome is None:
            self._ledger.tell(run_id, address_id, to_text(Told(_opt_out(page, moment))))
            self._ledger.archived(run_id, address_id, fetch)
        else:
            self._ledger.close_visit(run_id, address_id, fate.outcome, fate.detail, fetch)
        self._open += 1
        if self._open >= _GROUP:
            self.commit()

    def commit(self) -> None:
        """Raw responses to the disk, then the ledger."""
        for writer in self._writers:
            writer.flush()
        self._ledger.commit_group()
        self._open = 0

    def finish(self) -> None:
        """Everything is in: the runs wait for their build."""
        self.commit()
        for writer in self._writers:
            writer.close()
        for run_id in self.run_ids:
            self._ledger.finish_crawl(run_id, datetime.now(UTC))

    def _run(self, turn: int) -> tuple[str, WarcWriter]:
        if turn == len(self.run_ids):
            self.commit()
            run = self._ledger.new_run(self._job, datetime.now(UTC))
            self.run_ids.append(run.run_id)
            self._writers.append(WarcWriter(self._data.raw, run.run_id))
        return self.run_ids[turn], self._writers[turn]


def main(arguments: Sequence[str] | None = None) -> int:
    """Take over the files; 0, or 3 when the disk or the ledger refuses."""
    parser = argparse.ArgumentParser(prog="python -m spiders.foreign", description="Take over WARC files of others.")
    parser.add_argument("--data", type=Path, required=True, help="the data folder; the caller holds its lock")
    parser.add_argument("--job", required=True, help="the job's name")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .warc or .warc.gz file")
    options = parser.parse_args(arguments)
    data = DataDir(options.data)
    try:
        data.make()
        with Ledger(data.ledger) as ledger:
            for line in take_over(ledger, data, options.job, options.files):
                print(json.dumps(line))
    except (OSError, sqlite3.Error, LedgerError) as error:
        print(error, file=sys.stderr)
        return ExitCode.DISK
    return ExitCode.FINE


def take_over(ledger: Ledger, data: DataDir, job: str, files: Sequence[Path]) -> Iterator[dict[str, object]]:
    """Enter every response of the files; gives the damaged places as they are met, then the runs."""
    intake = Intake(ledger, data, job)
    for path in files:
        raw: Page | None = None
        for found in read_warc(path):
            if isinstance(found, DamagedRecord):
                yield {"damaged": asdict(found)}
            elif raw is not None and found.header("WARC-Type") == "conversion" and found.url == raw.url:
                intake.enter(raw, found)
                raw = None
            else:
                raw = _next(intake, raw, found)
        _next(intake, raw, None)
    intake.finish()
    for run_id in intake.run_ids:
        yield {"run_id": run_id}


def _next(intake: Intake, waiting: Page | None, page: Page | None) -> Page | None:
    """A response waits for what follows it, which may be the same page rendered."""
    if waiting is not None:
        intake.enter(waiting)
    return page


def _opt_out(page: Page, moment: datetime) -> OptOut:
    """What the page says of its use; the files of its site are not asked."""
    words = PageWords(page.headers, robots_words(page.body, _AGENT), page.body)
    return read_opt_out(words, _AGENT, moment)


def _fate(answer: Answer) -> Fate:
    if answer.status in REDIRECTS:
        return Fate(Outcome.REDIRECTED, f"to {answer.fields.get('location', 'nowhere')[:200]}", answer.body or None)
    cut = answer.fields.get("warc-truncated")
    if cut:
        return Fate(Outcome.TRUNCATED, f"cut when it was archived: {cut[:100]}", answer.body or None, cut=cut)
    if CODING.lower() in answer.fields:
        return Fate(Outcome.PROTOCOL_ERROR, "archived as it was sent, since it could not be decoded", answer.body)
    return judge_answer(answer)


def _entry(address: Address) -> NewAddress:
    """No start address led here, so no crawl will ask for it by itself."""
    return NewAddress(address.key, address.key, address.site, address.host, address.site, seed="")


if __name__ == "__main__":
    sys.exit(main())
