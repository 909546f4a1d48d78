"""What a change may not fall below, on a fixed part of the benchmark that no weights were fitted on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TIME_OUT_S = 3_600  # a safety limit, never a measurement
ROOT = Path(__file__).parents[2]
BENCHMARK = ROOT.parent / "shared" / "benchmark"


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="../shared/benchmark is not there")
def test_quality_holds_its_floors() -> None:
    command = [sys.executable, "-m", "bench.quality", str(BENCHMARK), "--unfitted", "--no-peers", "--jobs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIME_OUT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("floors: all held\n")
