"""A job that masks: what its tables hold, and that a repair does not bring it back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.run.build import build
from pipeline.run.masks import masks_of, note_masks
from pipeline.run.mend import mend
from pipeline.store.verify import Damage, Kind
from tests.run.places import data_of, story, write_job, write_warc

ADDRESS = "mirel.ostrander@harbour.example"
WORDS = f"Write to {ADDRESS} or +44 20 7946 0958: the harbour office counted the boats again"


def said(data: Path) -> str:
    """All text of the tables."""
    frames = [pd.read_parquet(data / name) for name in ("articles", "removals")]
    return " ".join(str(value) for frame in frames for value in frame.to_numpy().ravel())


def test_masked_rows_and_their_repair(tmp_path: Path) -> None:
    job = write_job(tmp_path, 'mask = ["email"]\n')
    data = data_of(job)
    report = build(job, warc=[write_warc(tmp_path, [("http://news.example/day/1", story(1, WORDS))])])
    (run_id,) = report.run_ids
    assert (masks_of(data, run_id), masks_of(data, "another")) == (("email",), ())
    assert ADDRESS not in said(data.root)
    assert "Write to [email] or +44 20 7946 0958: the harbour" in said(data.root)
    (path,) = data.articles.glob("*/*.parquet")
    path.write_bytes(b"damaged")
    mended = mend(data, [Damage(Kind.TABLE, str(path.relative_to(data.root)), "damaged")], workers=1)
    assert mended.failures == ()
    assert "Write to [email] or +44" in said(data.root)
    assert ADDRESS not in said(data.root)


def test_notes_add_up_and_one_that_cannot_be_read_masks_all(tmp_path: Path) -> None:
    data = data_of(write_job(tmp_path))
    note_masks(data, ["a", "b"], [])
    assert list(data.runs.iterdir()) == []
    note_masks(data, ["a"], ["ip"])
    note_masks(data, ["a"], ["email"])
    assert masks_of(data, "a") == ("email", "ip")
    (data.runs / "a" / "masked.json").write_bytes(b"{")
    assert masks_of(data, "a") == ("email", "ip", "phone")
