"""The archive: what was written is read back, by us and by others; damage is named and never spreads."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipeline.page import Page
from pipeline.store.warc import DamagedRecord, RecordLocation, WarcError, WarcWriter, read_page, read_warc
from pipeline.store.warc_reading import DECODED_BYTES

NOW = datetime(2026, 3, 2, 10, 0, 0, 123456, UTC)
RUN = "20260302T100000Z-abcdef"


def write(folder: Path, bodies: Sequence[bytes]) -> list[RecordLocation]:
    with WarcWriter(folder, RUN, lambda: NOW) as writer:
        return [
            writer.write(f"http://a.example/{n}", 200, "OK", [("Content-Type", "text/html")], body, NOW)
            for n, body in enumerate(bodies)
        ]


def kinds(path: Path) -> list[str]:
    return ["damaged" if isinstance(found, DamagedRecord) else found.url[-1] for found in read_warc(path)]


HEADER = st.text(st.characters(codec="latin-1"), max_size=30)


@settings(max_examples=60, deadline=None)
@given(
    body=st.binary(max_size=3_000),
    status=st.integers(100, 599),
    headers=st.lists(st.tuples(st.from_regex(r"[A-Za-z][A-Za-z-]{0,15}", fullmatch=True), HEADER), max_size=5),
)
def test_any_response_is_read_back_as_it_was(body: bytes, status: int, headers: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder, WarcWriter(Path(folder), RUN) as writer:
        location = writer.write("http://a.example/x", status, "", headers, body, NOW)
        writer.flush()
        page = read_page(Path(folder), location)
        assert (page.body, page.http_status, page.url, page.fetched_at) == (body, status, "http://a.example/x", NOW)
        assert list(read_warc(Path(folder) / location.file)) == [page]
        dropped = {"content-length", "content-encoding", "transfer-encoding"}
        kept = [name.lower() for name, _ in headers if name.lower() not in dropped]
        assert [name.lower() for name, _ in page.headers] == [*kept, "content-length"]


def test_no_line_can_be_smuggled_into_a_record(tmp_path: Path) -> None:
    evil = "http://a.example/\r\nWARC-Target-URI: http://victim.example/"
    with WarcWriter(tmp_path, RUN) as writer:
        writer.write(
            evil, 200, "OK\r\nX-Evil: 1", [("X-A", "1\r\nX-Evil: 2"), ("X-B\r\nX-Evil", "3")], b"WARC/1.1\r\n", NOW
        )
    (path,) = tmp_path.iterdir()
    (record,) = [one for one in FastIterator(path.open("rb")) if one.headers["WARC-Type"] == "response"]
    assert [name for name, _ in record.headers.items()].count("WARC-Target-URI") == 1
    (page,) = read_warc(path)
    assert isinstance(page, Page)
    assert page.header("X-Evil") is None


def test_warcio_reads_every_record_and_checks_its_digests(tmp_path: Path) -> None:
    bodies = [b"", b"<p>one</p>", bytes(range(256)) * 300]
    locations = write(tmp_path, bodies)
    with (tmp_path / locations[0].file).open("rb") as stream:
        read = [
            (
                record.rec_type,
                record.rec_headers["WARC-Date"],
                record.content_stream().read(),
                record.digest_checker.passed,
            )
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    assert read[0][0] == "warcinfo"
    assert [one[2] for one in read[1:]] == bodies
    assert {one[0] for one in read[1:]} == {"response"}
    assert {one[1] for one in read} == {"2026-03-02T10:00:00.123456Z"}
    assert all(one[3] for one in read)


def test_fastwarc_begins_at_any_record(tmp_path: Path) -> None:
    locations = write(tmp_path, [b"<p>%d</p>" % n for n in range(20)])
    data = (tmp_path / locations[0].file).read_bytes()
    for n in (17, 3, 19, 0):
        record = next(iter(FastIterator(io.BytesIO(data[locations[n].offset :]))))
        assert record.headers["WARC-Target-URI"] == f"http://a.example/{n}"
        assert record.reader.read() == b"<p>%d</p>" % n
    assert sum(location.length for location in locations) + locations[0].offset == len(data), "members lie end to end"


def test_a_torn_tail_is_one_damaged_record(tmp_path: Path) -> None:
    locations = write(tmp_path, [b"<p>%d</p>" % n * 50 for n in range(5)])
    path = tmp_path / locations[0].file
    path.write_bytes(path.read_bytes()[:-20])
    assert kinds(path) == ["0", "1", "2", "3", "damaged"]
    (damaged,) = [found for found in read_warc(path) if isinstance(found, DamagedRecord)]
    assert (damaged.file, damaged.offset) == (path.name, locations[4].offset)
    with pytest.raises(WarcError, match=r"ends 20 bytes early"):
        read_page(tmp_path, locations[4])
    assert read_page(tmp_path, locations[3]).url == "http://a.example/3"


def test_damage_in_the_middle_costs_one_record(tmp_path: Path) -> None:
    locations = write(tmp_path, [b"<p>%d</p>" % n * 50 for n in range(5)])
    path = tmp_path / locations[0].file
    data = bytearray(path.read_bytes())
    middle = locations[2].offset + locations[2].length // 2
    data[middle : middle + 8] = bytes(8)
    path.write_bytes(data)
    assert kinds(path) == ["0", "1", "damaged", "3", "4"]
    with pytest.raises(WarcError):
        read_page(tmp_path, locations[2])


def test_a_record_that_is_not_what_the_ledger_says_is_refused(tmp_path: Path) -> None:
    first, second = write(tmp_path, [b"<p>a</p>", b"<p>b</p>"])
    wrong = RecordLocation(first.file, first.offset, first.length, second.page_digest)
    with pytest.raises(WarcError, match="another digest"):
        read_page(tmp_path, wrong)
    with pytest.raises(WarcError, match="missing"):
        read_page(tmp_path, RecordLocation("elsewhere.warc.gz", 0, 1, ""))


def test_plain_files_and_files_of_one_member_are_read_too(tmp_path: Path) -> None:
    locations = write(tmp_path, [b"<p>%d</p>" % n * 50 for n in range(4)])
    plain = gzip.decompress((tmp_path / locations[0].file).read_bytes())
    (tmp_path / "plain.warc").write_bytes(plain)
    (tmp_path / "one.warc.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "torn.warc").write_bytes(plain[:-200])
    hole = plain.replace(b"WARC/1.1\r\nWARC-Type: response", b"WURC/1.1\r\nWARC-Type: response", 1)
    (tmp_path / "hole.warc").write_bytes(hole)
    assert kinds(tmp_path / "plain.warc") == kinds(tmp_path / "one.warc.gz") == ["0", "1", "2", "3"]
    assert kinds(tmp_path / "torn.warc") == ["0", "1", "2", "damaged"]
    assert kinds(tmp_path / "hole.warc") == ["damaged", "1", "2", "3"]
    for name in ("plain.warc", "one.warc.gz"):
        for page in read_warc(tmp_path / name):
            assert isinstance(page, Page)
            digest = next(one.page_digest for n, one in enumerate(locations) if page.url.endswith(str(n)))
            place = RecordLocation(name, page.warc_offset or 0, page.warc_length or 0, digest)
            assert read_page(tmp_path, place).body == page.body


def others(http: bytes, length: str = "") -> bytes:
    """A record as another program writes it: no compression of ours, no digests."""
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://b.example/>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {length or len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


PACKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def test_others_encoded_bodies_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "other.warc"
    path.write_bytes(others(PACKED + gzip.compress(b"<p>hello</p>")))
    (page,) = read_warc(path)
    assert isinstance(page, Page)
    assert (page.url, page.body) == ("http://b.example/", b"<p>hello</p>")
    assert page.fetched_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_body_that_unpacks_to_too_much_is_damage_and_one_that_just_does_not_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc"
    bombs = [others(PACKED + gzip.compress(bytes(DECODED_BYTES + more))) for more in (0, 1, DECODED_BYTES)]
    path.write_bytes(b"".join(bombs) + others(PLAIN + bytes(DECODED_BYTES + 1)))
    just, *too_much, plain = read_warc(path)
    assert isinstance(just, Page)
    assert len(just.body) == DECODED_BYTES
    reason = "the HTTP part cannot be read: its body unpacks to more than 20971520 bytes"
    offset = len(bombs[0])
    assert too_much == [DamagedRecord(path.name, at, reason) for at in (offset, offset + len(bombs[1]))]
    assert isinstance(plain, Page), "what is stored as it is, a large sitemap of ours, is no larger than its record"
    assert len(plain.body) == DECODED_BYTES + 1


def test_a_length_that_no_file_has_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "length.warc"
    path.write_bytes(b"".join(others(PLAIN + b"<p>", length) for length in ("9" * 5_000, "9" * 18, "")))
    damaged, also_damaged, page = read_warc(path)
    assert isinstance(damaged, DamagedRecord)
    assert isinstance(also_damaged, DamagedRecord)
    assert (damaged.offset, damaged.reason) == (0, "the record header is cut off or has no length")
    assert isinstance(page, Page)


@pytest.mark.parametrize("value", [b"9" * 5_000, b"-1", b"x"])
def test_an_odd_length_in_the_http_part_raises_nothing(tmp_path: Path, value: bytes) -> None:
    path = tmp_path / "odd.warc"
    path.write_bytes(others(b"HTTP/1.1 200 OK\r\nContent-Length: " + value + b"\r\n\r\n<p>") + others(PLAIN + b"<p>"))
    assert isinstance(list(read_warc(path))[-1], Page)


@pytest.mark.parametrize("junk", [b"", b"\x00" * 100, b"<html>no archive</html>", b"\x1f\x8b\x08junk", b"WARC/1.1\r\n"])
def test_what_is_no_archive_raises_nothing(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.warc.gz"
    path.write_bytes(junk)
    found = list(read_warc(path))
    assert all(isinstance(one, DamagedRecord) for one in found)
    assert found, "also an empty file is told of"


def test_each_process_writes_a_file_of_its_own_and_segments_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.warc.SEGMENT_BYTES", 2_000)
    body = random.Random(1).randbytes(1_200)
    first, second = WarcWriter(tmp_path, RUN), WarcWriter(tmp_path, RUN)
    places = [one.write("http://a.example/", 200, "", [], body, NOW) for one in (first, second, first, first)]
    first.close()
    second.close()
    assert [place.file[-13:-8] for place in places] == ["00001", "00002", "00001", "00003"]
    assert len({(place.file, place.offset) for place in places}) == 4
    for place in places:
        assert read_page(tmp_path, place).body == body


def test_dates_are_stored_in_utc_and_naive_ones_refused(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, RUN) as writer:
        local = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
        place = writer.write("http://a.example/", 200, "", [], b"", local)
        with pytest.raises(ValueError, match="time zone"):
            writer.write("http://a.example/", 200, "", [], b"", datetime(2026, 1, 1))  # noqa: DTZ001
    assert read_page(tmp_path, place).fetched_at == NOW
