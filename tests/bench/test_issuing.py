"""The bench of issuing measures what holds, program and floor on the same paper."""
import pytest

from bench import issuing


@pytest.mark.parametrize("sweep", [False, True])
def test_a_round_is_measured(sweep):
    found = issuing.measure(rounds=1, sweep=sweep)
    assert 0.2 < found["times"] < 5 and all(value > 0 for value in found.values())
    assert {name.split(":")[0] for name in found} == {"program", "bare", "told", "times"}


def test_the_sweep_is_as_long_as_it_says_and_its_carrier_is_printed():
    levels, snapshot = issuing.swept()
    columns = issuing._in_columns(levels, snapshot)["plots"][0]["traces"][0]["columns"]
    assert len(levels) == 10_000 and 500 < len(columns) < 10_000
    assert "43.8" in {high.rstrip("0") for _f, _low, high in columns}
