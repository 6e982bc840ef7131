"""The measurement of the log appends real leaves behind made-up ones and verifies each proof it times."""
from __future__ import annotations

from bench import log_growth
from bench.log_growth import bounded, levels, made_up, measure
from certificates.translog import merkle


def test_what_is_filled_is_the_tree_that_appending_would_have_made():
    kept: dict[tuple[int, int], bytes] = {}
    for position in range(37):
        for level, place, value in merkle.appended(position, made_up(position), lambda *at: kept[at]):
            kept[level, place] = value
    filled = {(level, n): row[32 * n : 32 * n + 32] for level, row in levels(made_up(0), 37) for n in range(len(row) // 32)}
    assert filled == kept


def test_a_small_log_is_measured_and_its_proofs_hold(tmp_path):
    told = measure(tmp_path, 1023, appended=3, proved=5)
    assert told["nodes"] == 2 * 1023 - (1023).bit_count() - 1, "all nodes but the first leaf, which the issued paper made"
    assert (told["append"]["nodes read"], told["append"]["nodes written"]) == (10, 11)
    assert told["append"]["statements"] <= 5 and told["inclusion"]["statements"] == 1 and told["inclusion"]["hashes"] <= 11


def test_what_grows_faster_than_the_logarithm_is_said():
    told = {"leaves": 1000, "append": {"nodes read": 500, "nodes written": 3}, "inclusion": {"processor median": 0.2},
            "consistency": {"processor median": log_growth.PROOF_BOUND / 2}}
    assert len(bounded(told)) == 2
