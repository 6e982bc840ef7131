"""The measurement of a batch finds every paper of it, each once."""
from __future__ import annotations

from bench.batches import measure


def test_a_small_batch_is_measured_and_nothing_is_missing(tmp_path):
    assert measure(tmp_path, 2) == []
