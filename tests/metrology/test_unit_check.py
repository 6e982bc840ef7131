"""Units of typed expressions: what fits, what is refused with both units, and where no claim is made."""

from __future__ import annotations

import pytest

from lab_app.metrology.errors import UnitError
from lab_app.metrology.model import parse_model
from lab_app.metrology.unit_check import check_units

UNITS = {
    "reading": "dBµV", "af": "dB/m", "cable": "dB", "gain": "dBi", "p": "dBm", "q": "dBm", "w": "mW", "v": "V", "mv": "mV",
    "i": "A", "t": "°C", "n": "", "field": "dBµV/m", "f": "MHz", "khz": "kHz",
}  # fmt: skip


def unit(text: str, result: str | None = None) -> str | None:
    return check_units(parse_model(text, UNITS).expression, UNITS, result)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("reading + af + cable", "dBµV/m"),
        ("af + reading", "dBµV/m"),
        ("field - af", "dBµV"),
        ("reading + cable - gain", "dBµV"),
        ("cable + p", "dBm"),
        ("p - q", "dB"),
        ("p + 0.5", "dBm"),
        ("cable + cable", "dB"),
        ("v + v - v*2", "V"),
        ("n*v/3", "V"),
        ("2*p", "dBm"),
        ("v/v", ""),
        ("v*i", None),
        ("v*i + w", "mW"),
        ("v**2", None),
        ("n**2", ""),
        ("10*log10(w)", None),
        ("abs(-v)", "V"),
        ("sin(n)*v", "V"),
        ("1/v", None),
        ("10**(p/10)", None),
        ("10*log10(10**(p/10) + 10**(q/10))", None),
        ("pi*3", ""),
        ("mv*1000/f", None),
        ("khz*1000/f", "ppm"),
        ("khz/f/10", "%"),
        ("mv*1000/v", "ppm"),
        ("mv/v/1000", ""),
    ],
)
def test_units_that_fit(text: str, found: str | None) -> None:
    assert unit(text) == found


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("v + mv", "V | mV"),
        ("p + w", "dBm | mW"),
        ("p + q", "dBm | dBm"),
        ("reading + p", "dBµV | dBm"),
        ("reading - af", "dBµV | dB/m"),
        ("cable - p", "dB | dBm"),
        ("v + i", "V | A"),
        ("t - v", "°C | V"),
        ("p*v", "dBm | V"),
        ("v/p", "dBm | V"),
        ("mv/v", "mV | V"),
        ("khz*100/f", "kHz | MHz"),
        ("khz*0/f", "kHz | MHz"),
        ("p**2", "dBm | "),
        ("2**v", " | V"),
        ("sqrt(p)", "dBm | sqrt"),
    ],
)
def test_units_that_do_not_fit(text: str, detail: str) -> None:
    with pytest.raises(UnitError) as refusal:
        unit(text)
    assert (refusal.value.code, refusal.value.field, refusal.value.detail) == ("unit_mismatch", "expression", detail)


def test_the_declared_unit() -> None:
    assert unit("(v - v) * 1000000", "µV") == "V"
    assert unit("mv/1000", "V") == "mV"
    for text, declared in (("(v - v) * 1000", "µV"), ("v - v + 1000000", "µV"), ("v*0", "µV")):
        with pytest.raises(UnitError):
            unit(text, declared)
    assert unit("reading + af", "dBuV/m") == "dBµV/m"
    assert unit("v*i", "mW") is None
    with pytest.raises(UnitError) as refusal:
        unit("reading + af", "dBµV")
    assert (refusal.value.field, refusal.value.detail) == ("result", "dBµV/m | dBµV")


def test_every_name_has_a_unit_of_the_table() -> None:
    expression = parse_model("a + 1", ["a"]).expression
    for units, code in (({}, "missing"), ({"a": "furlong"}, "unknown_unit")):
        with pytest.raises(UnitError) as refusal:
            check_units(expression, units)
        assert refusal.value.code == code
