"""The measurement of a recall runs from one end to the other on a small number of readings, and keeps its bound there."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.support.folders import ROOT


def test_the_recall_is_measured(tmp_path):
    out = tmp_path / "recall.json"
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "LAB_MODE", "LAB_INSTANCE")}
    done = subprocess.run(
        [sys.executable, "-m", "bench.recall", "--rows", "3000", "--touched", "600", "--turns", "3", "--out", str(out)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["database"] == "SQLite" and set(told["results"]) == {"counts", "first page of lines", "the whole page"}
    assert all(0 < times["median"] <= times["p95"] for times in told["results"].values())
    assert "600 readings" in done.stdout or "601 readings" in done.stdout, done.stdout
