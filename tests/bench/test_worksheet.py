"""The measurement of a worksheet runs from one end to the other on a few jobs, and keeps its bounds there."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.support.folders import ROOT


def test_a_worksheet_is_measured(tmp_path):
    out = tmp_path / "worksheet.json"
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "LAB_MODE", "LAB_INSTANCE")}
    done = subprocess.run(
        [sys.executable, "-m", "bench.worksheet", "--jobs", "4", "--turns", "2", "--out", str(out)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["jobs"] == 4 and set(told["results"]) == {"open", "try out", "record"}
    assert all(0 < times["median"] <= times["p95"] for times in told["results"].values())
