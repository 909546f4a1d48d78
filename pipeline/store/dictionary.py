"""The data dictionary, made from the schemas: ``python -m pipeline.store.dictionary`` writes ``data/README.md``."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipeline.outcome import Outcome, Stage
from pipeline.store import schema

_HEAD = """\
# Data dictionary

Made from the schemas by `python -m pipeline.store.dictionary`; a test fails when it is not current. Edit
`pipeline/store/columns.py`, not this file.

Everything a job makes lies in its data folder: `raw/` (responses, WARC), `articles/`, `removals/` and `outcomes/`
(append-only Parquet), `releases/` (what to load), `runs/` (one folder a run: job file, log, report) and
`ledger.sqlite` (every address and its state). `sample/` is a small site of our own making.

Load a release with `pipeline.load("data")`, or read the folder that `releases/CURRENT` names,
`releases/<version>/articles/*.parquet`, with anything that reads Parquet. The name of the schema and its version stand
in each file's metadata under `broadsheet.schema`; each column's description in that of the column.
Moments are UTC with microseconds; digests are sha256 in hex; texts hold no control characters but line breaks and tabs.
"""

_TABLES = (
    (
        "articles",
        "One row is one published version of one article. Append-only: `articles/fetched=YYYY-MM-DD/`.",
        schema.ARTICLES,
    ),
    ("releases", "As `articles`, the latest version of each article only, and one column more.", schema.RELEASE),
    ("removals", "One row is one block that was taken out of a page, with the reason.", schema.REMOVALS),
    ("outcomes", "One row is one address in one run: `outcomes/<run_id>.parquet`.", schema.OUTCOMES),
)


def render() -> str:
    """The text of ``data/README.md``."""
    parts = [_HEAD]
    for name, about, declared in _TABLES:
        fields = list(declared)
        if name == "releases":
            fields = [field for field in fields if field.name not in schema.ARTICLES.names]
        rows = [_row(field) for field in fields]
        parts.append(
            f"## {name}\n\n{about}\n\n| column | type | empty | schema.org | what it says |\n|---|---|---|---|---|\n"
            + "\n".join(rows)
            + "\n"
        )
    parts.append(_outcomes())
    return "\n".join(parts)


def _row(field: pa.Field) -> str:
    words = {key.decode(): text.decode() for key, text in (field.metadata or {}).items()}
    link = f"`{words['schema.org']}`" if "schema.org" in words else ""
    empty = "may be" if field.nullable else "never"
    return f"| `{field.name}` | {_type(field.type)} | {empty} | {link} | {words.get('about', '')} |"


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        return "struct: " + ", ".join(f"{field.name} {_type(field.type)}" for field in kind)
    return "timestamp, UTC" if pa.types.is_timestamp(kind) else str(kind)


def _outcomes() -> str:
    lines = ["## Outcomes\n", "Each address has exactly one in a run.\n"]
    for stage in Stage:
        names = ", ".join(f"`{outcome.value}`" for outcome in Outcome if outcome.stage is stage)
        lines.append(f"- *{stage.value}*: {names}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write ``data/README.md`` of this checkout."""
    (Path(__file__).parents[2] / "data" / "README.md").write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
