"""The bench of issuing measures what holds, program and floor on the same paper."""
from bench import issuing


def test_a_round_is_measured():
    found = issuing.measure(rounds=1)
    assert 0.2 < found["times"] < 5 and all(value > 0 for value in found.values())
    assert {name.split(":")[0] for name in found} == {"program", "bare", "told", "times"}
