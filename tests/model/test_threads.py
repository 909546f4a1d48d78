"""One thread multiplies the matrices of the score, without the user's doing; who says otherwise is obeyed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("asked", "had"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_the_score_takes_one_thread_unless_told(asked: dict[str, str], had: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    told = "import os; from pipeline.extraction import model; print(os.environ['OPENBLAS_NUM_THREADS'])"
    done = subprocess.run(
        [sys.executable, "-c", told], env={**environment, **asked}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == had
