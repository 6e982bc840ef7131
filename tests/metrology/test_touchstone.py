"""Touchstone files: order of parameters, formats, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.touchstone import ports_of, read_touchstone
from lab_app.metrology.traces import TraceError
from tests.support.sample_files import SAMPLE_FILES, needs_sample_files

D = Decimal
SAMPLE = SAMPLE_FILES / "touchstone" / "ring_slot.s2p"
TWO_PORT = """! a line, matched at port 2
# MHz S MA R 75
100 0.5 90 0.1 -45 0.2 45 0.25 180 ! first
200 0.4 80 0.3 -40 0.2 40 0.2 170
"""


def test_two_ports_stand_in_their_own_order() -> None:
    network = read_touchstone(TWO_PORT.encode(), 2)
    assert (network.ports, len(network), network.reference, network.options) == (
        2,
        2,
        D(75),
        "# MHz S MA R 75",
    )
    assert network.hertz(1) == D("2E+8")
    # S21 is the second pair, S12 the third.
    assert network.decibels(0, 2, 1) == D(-20) and network.degrees(0, 2, 1) == D(-45)
    assert network.degrees(0, 1, 2) == D(45)
    assert network.vswr(0, 1) == D(3)


@pytest.mark.parametrize(
    ("row", "form"),
    [("0.5 90", "MA"), ("0 0.5", "RI"), ("-6.02059991327962 90", "DB"), ("-6.02059991327962 90", "db")],
)
@pytest.mark.parametrize(
    ("frequency", "unit"), [("0.1", "GHz"), ("100", "mhz"), ("1e5", "kHz"), ("100000000", "HZ")]
)
def test_formats_and_frequency_units_agree(row: str, form: str, frequency: str, unit: str) -> None:
    network = read_touchstone(f"# {unit} S {form} R 50\n{frequency} {row}\n".encode(), 1)
    assert network.hertz(0) == 100_000_000
    decibels = network.decibels(0, 1, 1)
    assert decibels is not None and abs(decibels - D("-6.0205999")) < D("1e-6")
    assert abs(network.degrees(0, 1, 1) - 90) < D("1e-9")


def test_without_options_gigahertz_and_magnitude() -> None:
    network = read_touchstone(b"1 0.1 0\r\n2 0.2 0\r\n", 1)
    assert network.hertz(0) == 1_000_000_000 and network.decibels(0, 1, 1) == -20
    assert network.reference == 50


def test_three_ports_stand_row_by_row_over_several_lines() -> None:
    rows = "1 .11 0 .12 0 .13 0\n .21 0 .22 0 .23 0\n .31 0 .32 0 .33 0\n"
    network = read_touchstone(f"# GHz S MA\n{rows}".encode(), 3)
    assert len(network) == 1
    assert abs(network.s[0, 1, 2] - 0.23) < 1e-12 and abs(network.s[0, 2, 0] - 0.31) < 1e-12


def test_noise_parameters_end_a_two_port_file() -> None:
    noise = TWO_PORT + "100 1.5 0.3 40 0.2\n200 1.6 0.3 41 0.2\n"
    assert len(read_touchstone(noise.encode(), 2)) == 2


@pytest.mark.parametrize(
    ("text", "ports", "code", "line"),
    [
        ("! nothing\n# GHz S RI R 50\n", 2, "no_data", None),
        (TWO_PORT.replace("200 0.4", "50 0.4"), 2, "frequency_order", 4),
        (TWO_PORT[: TWO_PORT.rindex("0.2 40")], 2, "cut_short", 4),
        (TWO_PORT.replace("0.2 45", "0.2 45 1 1"), 2, "more_columns", 3),
        (TWO_PORT.replace("0.5 90", "0,5 90"), 2, "not_a_number", 3),
        ("[Version] 2.0\n", 2, "unsupported", 1),
        ("# GHz Z RI R 50\n1 1 1\n", 1, "unsupported", 1),
        ("# GHz S RI Q 50\n1 1 1\n", 1, "unknown", 1),
        ("# GHz S RI R\n1 1 1\n", 1, "not_a_number", 1),
        ("1 1 1\n", 0, "outside", None),
    ],
)
def test_refusals_name_the_line(text: str, ports: int, code: str, line: int | None) -> None:
    with pytest.raises(TraceError) as refusal:
        read_touchstone(text.encode(), ports)
    assert (refusal.value.code, refusal.value.line) == (code, line)


def test_the_limit_of_points_is_a_parameter() -> None:
    with pytest.raises(TraceError, match="too_many_points"):
        read_touchstone(TWO_PORT.encode(), 2, max_points=1)


def test_ports_by_the_name_of_the_file() -> None:
    assert (ports_of("cable.S2P"), ports_of("a.s12p"), ports_of("cable.csv")) == (2, 12, None)


@given(
    st.integers(1, 4),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=5, unique=True),
    st.randoms(use_true_random=False),
)
def test_what_is_written_is_read_back(ports: int, frequencies: list[int], random) -> None:  # type: ignore[no-untyped-def]
    frequencies.sort()
    matrices = [[[complex(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(ports)] for _ in range(ports)]
                for _ in frequencies]  # fmt: skip
    text = "# Hz S RI R 50\n"
    for frequency, matrix in zip(frequencies, matrices, strict=True):
        order = [(j, i) for i in range(ports) for j in range(ports)] if ports == 2 else None
        cells = [matrix[i][j] for i, j in order or [(i, j) for i in range(ports) for j in range(ports)]]
        text += f"{frequency} " + "\n".join(f"{cell.real!r} {cell.imag!r}" for cell in cells) + "\n"
    network = read_touchstone(text.encode(), ports)
    assert list(network.frequency) == frequencies
    for index, matrix in enumerate(matrices):
        assert network.s[index].tolist() == matrix


@needs_sample_files
def test_the_ring_slot() -> None:
    network = read_touchstone(SAMPLE.read_bytes(), 2)
    assert len(network) == 201
    s21 = network.decibels(100, 2, 1)
    assert s21 is not None and abs(s21 - D("-1.13914679913393")) < D("1e-9")
    vswr = network.vswr(200, 1)
    assert vswr is not None and abs(vswr - D("12.9062013499615")) < D("1e-9")
