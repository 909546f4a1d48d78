"""Rows survive the table, or are scrubbed as said; files are whole or not there; the dictionary is current."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store import columns, dictionary, schema
from pipeline.store.durable import replace_file
from pipeline.store.layout import DataDir
from pipeline.store.scrub import scrub
from pipeline.store.tables import to_table, write_batch, write_outcomes, write_table
from tests.run.places import MOMENT, row

ROOT = Path(__file__).parents[2]


def allowed(character: str) -> bool:
    """Written apart from the rule under test: by what Unicode says of a code point."""
    point = ord(character)
    control = point < 32 or 127 <= point < 160
    return not (control and character not in "\n\t") and not (point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF)


anything = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x00\x1b\r\n\t\x7f\x85\ud800\ufffe\U0010ffff")
)


@settings(deadline=None)
@given(anything)
def test_any_text_survives_or_is_scrubbed_as_said(text: str) -> None:
    table = to_table([row("a", text, title=text)], schema.ARTICLES)
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text if allowed(c))
    assert table["body"].to_pylist() == [expected]
    assert table["title"].to_pylist() == [expected]
    assert scrub(expected) == expected


@settings(deadline=None)
@given(st.lists(anything, max_size=4))
def test_texts_in_lists_are_scrubbed_too(texts: list[str]) -> None:
    table = to_table([{**row("a"), "tags": texts}], schema.ARTICLES)
    assert table["tags"].to_pylist() == [[scrub(text) for text in texts]]


def test_a_row_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = row("a", "Two\n\nparagraphs")
    path = tmp_path / "a.parquet"
    write_table(path, to_table([written], schema.ARTICLES), schema.ARTICLES)
    assert pq.read_schema(path).equals(schema.ARTICLES)
    assert pq.read_schema(path).field("title").metadata[b"schema.org"] == b"headline"
    assert pq.read_schema(path).metadata[schema.VERSION_KEY] == b"articles/1"
    (read,) = pq.read_table(path, page_checksum_verification=True).to_pylist()
    assert read == {name: written.get(name) for name in schema.ARTICLES.names}


def test_pages_carry_checksums_that_find_a_flipped_bit(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    rows = [row(str(number), f"body of {number} " * 50) for number in range(200)]
    write_table(path, to_table(rows, schema.ARTICLES), schema.ARTICLES)
    group = pq.read_metadata(path).row_group(0)
    body = next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "body")
    damaged = bytearray(path.read_bytes())
    damaged[body.dictionary_page_offset + 300] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(OSError, match="CRC"):
        pq.read_table(path, columns=["body"], page_checksum_verification=True)


def test_columns_that_are_all_empty_keep_their_type(tmp_path: Path) -> None:
    empty = {**row("a"), "description": None, "tags": []}
    write_table(tmp_path / "a.parquet", to_table([empty], schema.ARTICLES), schema.ARTICLES)
    read = pq.read_schema(tmp_path / "a.parquet")
    assert read.field("description").type == pa.string()
    assert read.field("tags").type == pa.list_(pa.string())


def test_a_row_without_its_origin_is_refused(tmp_path: Path) -> None:
    nameless = {**row("a"), "warc_file": None}
    with pytest.raises(ValueError, match="warc_file"):
        write_table(tmp_path / "a.parquet", to_table([nameless], schema.ARTICLES), schema.ARTICLES)
    assert list(tmp_path.iterdir()) == []


def test_a_batch_done_again_replaces_itself(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    tomorrow = MOMENT + timedelta(days=1)
    write_batch(data, "b1", [row("a"), row("b", moment=tomorrow)], [])
    write_batch(data, "b2", [row("c")], [])
    write_batch(data, "b1", [row("a")], [])  # the other page of the batch gave no row this time
    found = sorted(str(path.relative_to(data.articles)) for path in data.articles.rglob("*.parquet"))
    assert found == ["fetched=2026-03-01/part-b1.parquet", "fetched=2026-03-01/part-b2.parquet"]
    assert sorted(pd.read_parquet(data.articles)["id"]) == ["a", "c"]


def test_outcomes_of_a_run_are_one_file(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    known = {"run_id": "r1", "site": "news.example", "outcome": "article", "stage": "extract"}
    for urls in (["http://news.example/1"], ["http://news.example/1", "http://news.example/2"]):
        write_outcomes(data, "r1", [{**known, "url": url} for url in urls])
    assert [path.name for path in data.outcomes.iterdir()] == ["r1.parquet"]
    assert list(pd.read_parquet(data.outcomes)["url"]) == ["http://news.example/1", "http://news.example/2"]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "a"
    replace_file(path, lambda stream: stream.write(b"old"))

    def fail(stream) -> None:
        stream.write(b"new, in part")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        replace_file(path, fail)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a", b"old")]


HOUSE_ARTICLES = """
id version url canonical_url site title title_source authors authors_source published_at published_precision
published_raw published_source modified_at field_confidence language language_confidence section tags description
image_url site_name page_type completeness completeness_evidence body body_markdown block_classes block_languages
author_bio comments word_count confidence
quality spin_score spin_band spin_evidence flags fixes content_digest opt_out variants
fetched_at first_seen_at http_status warc_file warc_offset page_digest
extractor_version profile_version run_id
""".split()


def test_the_columns_are_those_of_the_house() -> None:
    assert schema.ARTICLES.names == HOUSE_ARTICLES
    assert schema.REMOVALS.names == (
        "page_digest article_id url run_id position class reason rule score template similarity text".split()
    )
    assert (
        schema.OUTCOMES.names
        == (
            "run_id url site outcome stage detail http_status fetched_at article_id warc_file warc_offset warc_length"
        ).split()
    )
    assert schema.RELEASE.names == [*HOUSE_ARTICLES, "last_seen_at", "gone_at"]


@pytest.mark.parametrize("table", ["ARTICLES", "REMOVALS", "OUTCOMES", "RELEASE"])
def test_every_column_is_described_and_every_description_has_a_column(table: str) -> None:
    declared = getattr(schema, table)
    assert [field.name for field in declared if not (field.metadata or {}).get(b"about")] == []
    assert set(getattr(columns, table)) <= set(declared.names)


def test_the_dictionary_is_current() -> None:
    assert (ROOT / "data" / "README.md").read_text(encoding="utf-8") == dictionary.render(), (
        "run python -m pipeline.store.dictionary"
    )


def test_the_version_is_that_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    assert found is not None
    assert importlib.import_module("pipeline").__version__ == found[1]
