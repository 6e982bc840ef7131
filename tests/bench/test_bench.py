"""The measurements run from one end to the other on a tiny laboratory, and say so when a page answers wrongly."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bench import rounds
from bench.soak import Sample, growth
from tests.support.folders import ROOT


def test_every_page_answers_and_is_measured(tmp_path):
    out = tmp_path / "bench.json"
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "LAB_MODE", "LAB_INSTANCE")}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--smoke", "--out", str(out)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = {r["name"]: r for r in json.loads(out.read_text(encoding="utf-8"))["results"]}
    assert len(results) > 25
    for result in results.values():
        assert result["milliseconds"] > 0, result
        assert result["times"] or result["name"].startswith("[floor]"), result
        assert "statements" not in result["missed"], result


def test_a_ratio_is_taken_within_each_round():
    one, other = rounds.Timed("one", lambda: None), rounds.Timed("other", lambda: None)
    one.rounds, other.rounds = [[4.0], [40.0], [8.0]], [[2.0], [20.0], [4.0]]  # a busy second round falls on both
    assert rounds.ratio(one, other) == 2.0


def test_growth_is_the_slope_of_the_second_half():
    rising = [Sample(n * 1000, 90 + (n if n < 10 else 10 + (n - 10) * 0.5)) for n in range(20)]
    assert growth(rising) == pytest.approx(5.0)
    assert growth([Sample(n * 1000, 90.0) for n in range(20)]) == 0.0
