"""Models of a budget: one grammar for uncertain numbers and for arrays, and nothing else gets through."""

from __future__ import annotations

import math

import numpy as np
import pytest
from GTC import core
from hypothesis import example, given
from hypothesis import strategies as st

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.expression import FormulaError
from lab_app.metrology.model import parse_model

VALUES = {"a": 2.0, "b": 3.0, "x": 0.5}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b*x - 1/a", 3.0),
        ("a**b", 8.0),
        ("2**3**2", 512.0),
        ("-a**2", -4.0),
        ("a**-1", 0.5),
        ("(a - b)**2", 1.0),
        ("a - b - x", -1.5),
        ("a / b / x", 4 / 3),
        ("a - (b - x)", -0.5),
        ("sqrt(a*8)", 4.0),
        ("exp(log(b))", 3.0),
        ("ln(exp(x))", 0.5),
        ("log10(100)*a", 4.0),
        ("pi*a", 2 * math.pi),
        ("sin(x)**2 + cos(x)**2", 1.0),
        ("atan2(x, x)", math.pi / 4),
        ("degrees(atan(1))*x", 22.5),
        ("radians(180)*x", math.pi / 2),
        ("abs(a - b)", 1.0),
        ("arcsin(x) - asin(x) + a", 2.0),
        ("pow(a, b)", 8.0),
        ("1.5e-3*a", 0.003),
        ("+".join(["a"] * 400), 800.0),
    ],
)
def test_both_arithmetics_agree(text: str, value: float) -> None:
    model = parse_model(text, VALUES)
    uncertain = model.uncertain({name: core.ureal(v, 0.01) for name, v in VALUES.items()})
    arrays = model.arrays({name: np.full(3, v) for name, v in VALUES.items()})
    assert float(getattr(uncertain, "x", uncertain)) == pytest.approx(value, rel=1e-12)
    assert np.broadcast_to(arrays, 3) == pytest.approx(np.full(3, value), rel=1e-12)


def test_a_quantity_may_bear_the_name_of_a_function_or_constant() -> None:
    model = parse_model("pi + phase*abs(e)", ["pi", "phase", "e"])
    assert float(model.arrays({"pi": 1.0, "phase": 2.0, "e": -3.0})) == 7.0
    with pytest.raises(FormulaError):
        parse_model("e", ["x"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("__import__('os')", "character"),
        ("__import__(a)", "unknown_function"),
        ("a.real", "character"),
        ("a[0]", "character"),
        ("(lambda: a)()", "character"),
        ("exec(a)", "unknown_function"),
        ("sin", "unknown_name"),
        ("c", "unknown_name"),
        ("a ** 1000000000", "exponent"),
        ("a ** -1000000000", "exponent"),
        ("10**10**10", "exponent"),
        ("a ** 65", "exponent"),
        ("1e1000000000", "number"),
        ("1e-301", "number"),
        ("(" * 41 + "a" + ")" * 41, "too_deep"),
        ("-" * 100 + "a", "too_deep"),
        ("a+" * 2000 + "a", "too_long"),
        ("atan2(a)", "arguments"),
        ("sin(a, b)", "arguments"),
        ("sin(x=a)", "character"),
        ("a if b else x", "not_allowed"),
        ("a // b", "not_allowed"),
        ("a % b", "character"),
        ("a @ b", "character"),
        ("a,", "not_allowed"),
        ("a b", "syntax"),
        ("inf", "unknown_name"),
        ("nan", "unknown_name"),
        ("1j*a", "character"),
    ],
)
def test_refused_when_parsed(text: str, code: str) -> None:
    with pytest.raises(FormulaError) as refusal:
        parse_model(text, VALUES)
    assert (refusal.value.code, refusal.value.field) == (code, "model")
    assert isinstance(refusal.value, MetrologyError)


@pytest.mark.parametrize("name", ["a b", "1a", "", "_a", "lambda", "x²", "a-b", "½", "x" * 41, "os.system"])
def test_names_of_quantities_are_plain(name: str) -> None:
    with pytest.raises(FormulaError) as refusal:
        parse_model("1", [name])
    assert refusal.value.code == "bad_field"


def test_models_as_papers_and_programs_write_them() -> None:
    """Greek letters, a point at the end of a number, several lines; the micro sign and the letter mu are one name to Python."""
    model = parse_model("2.*µ*(θ_1 -\n  Δt)\r\n + 1.e1*đo", ["µ", "θ_1", "Δt", "đo"])
    assert model.names == {"µ", "θ_1", "Δt", "đo"}
    assert float(model.arrays({"µ": 3.0, "θ_1": 5.0, "Δt": 1.0, "đo": 0.5})) == 29.0
    with pytest.raises(FormulaError) as refusal:
        parse_model("µ", ["µ", "μ"])
    assert refusal.value.code == "bad_field"
    for text in ("2..", "1.x", "θ²", "2.θ", "a\nb", "Δt.real", "ｅval(θ)"):
        with pytest.raises(FormulaError):
            parse_model(text, ["θ", "Δt", "a", "b"])


PIECES = st.lists(
    st.sampled_from(
        ["a", "b", "x", "sin", "sqrt", "log", "atan2", "__import__", "lambda", "if", "(", ")", "((", "))", ",", "+", "-", "*",
         "**", "/", "//", " ", "1", "0", "0.5", "1e300", "9e999", "'os'", ".", "[", "]", ":", "=", "pi", "abs", "pow"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(PIECES | st.text(max_size=200), st.floats(-10, 10))
@example("0**-1", 0.0)
@example("(0-1)**0.5", 1.0)
@example("1e300**2", 1.0)
@example("a**b**x", -2.0)
def test_nothing_but_a_number_or_a_refusal(text: str, a: float) -> None:
    try:
        model = parse_model(text, VALUES)
        model.uncertain({"a": core.ureal(a, 0.1), "b": core.ureal(3, 0.1), "x": core.ureal(0.5, 0.1)})
    except FormulaError as refusal:
        assert refusal.code
