"""Numbers as typed and as written: nothing guessed, nothing lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.core.quantity import (
    NotANumber,
    Quantity,
    canonical_decimal,
    format_decimal,
    format_money_vnd,
    normalise_unit,
    parse_decimal,
    round_half,
)

LOCALES = st.sampled_from(["vi", "en"])
# Numbers that fit the thirty characters a field takes.
NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=None, allow_nan=False).filter(
    lambda d: len(format(d, "f")) <= 30
)


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("1,234", "vi", "1.234"),
        ("1.234", "en", "1.234"),
        ("0.123", "vi", "0.123"),
        ("0,123", "en", "0.123"),
        ("12.5", "vi", "12.5"),
        ("12,50", "en", "12.50"),
        ("1234.567", "vi", "1234.567"),
        ("\u221229,2", "vi", "-29.2"),
        ("-29.2", "vi", "-29.2"),
        ("+5", "vi", "5"),
        ("  7 \u202f", "vi", "7"),
        (",5", "vi", "0.5"),
        ("-0,0", "vi", "0.0"),
        ("1.5e-3", "en", "0.0015"),
        ("20", "vi_VN", "20"),
    ],
)
def test_reads_one_number_and_keeps_its_digits(text: str, locale: str, value: str) -> None:
    assert canonical_decimal(parse_decimal(text, locale)) == value


@pytest.mark.parametrize(
    ("text", "locale", "code"),
    [
        ("1.234", "vi", "ambiguous"),
        ("-1.234", "vi", "ambiguous"),
        ("\u22121.234", "vi", "ambiguous"),
        ("012.345", "vi", "ambiguous"),
        ("1,234", "en", "ambiguous"),
        ("999,000", "en", "ambiguous"),
        ("1.234,5", "vi", "grouping"),
        ("1,234.5", "en", "grouping"),
        ("1.234.567", "vi", "grouping"),
        ("1 234", "vi", "grouping"),
        ("1\u202f234,5", "vi", "grouping"),
        ("1'234", "en", "grouping"),
        ("", "vi", "empty"),
        (" \t", "vi", "empty"),
        ("9" * 31, "vi", "too_long"),
        ("9" * 100_000, "vi", "too_long"),
        ("NaN", "vi", "not_finite"),
        ("-inf", "vi", "not_finite"),
        ("Infinity", "en", "not_finite"),
        ("sNaN123", "en", "not_finite"),
        ("1e21", "en", "exponent"),
        ("1e-999999999", "en", "exponent"),
        ("5.", "en", "form"),
        ("-", "vi", "form"),
        ("--5", "vi", "form"),
        ("e5", "vi", "form"),
        ("<5", "vi", "characters"),
        ("5 dBm", "vi", "characters"),
        ("\u0661\u0662", "vi", "characters"),
        ("\uff11", "vi", "characters"),
        ("0x10", "en", "characters"),
        ("1_000", "en", "characters"),
    ],
)
def test_refuses_with_the_reason(text: str, locale: str, code: str) -> None:
    with pytest.raises(NotANumber) as refusal:
        parse_decimal(text, locale)
    assert refusal.value.code == code
    assert len(refusal.value.text) <= 30


def test_a_locale_without_a_decimal_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        parse_decimal("1", "fr")


@given(NUMBERS, LOCALES)
def test_what_is_written_is_read_back(number: Decimal, locale: str) -> None:
    again = parse_decimal(format_decimal(number, locale), locale)
    assert again == number
    assert canonical_decimal(again) == canonical_decimal(number)


@given(st.text(max_size=60), LOCALES)
def test_any_text_is_a_finite_number_or_not_a_number(text: str, locale: str) -> None:
    try:
        number = parse_decimal(text, locale)
    except NotANumber:
        return
    assert number.is_finite()
    assert canonical_decimal(number)


@given(NUMBERS, st.integers(-6, 12), st.sampled_from(["even", "up"]))
def test_rounding_is_idempotent_and_within_half_a_unit(number: Decimal, places: int, mode: str) -> None:
    rounded = round_half(number, places, mode)
    assert round_half(rounded, places, mode) == rounded
    assert abs(rounded - number) <= Decimal(5).scaleb(-places - 1)
    assert rounded.as_tuple().exponent == -places


@given(NUMBERS, NUMBERS, st.integers(-3, 6), st.sampled_from(["even", "up"]))
def test_rounding_keeps_order(a: Decimal, b: Decimal, places: int, mode: str) -> None:
    small, large = sorted((a, b))
    assert round_half(small, places, mode) <= round_half(large, places, mode)


def test_rounding_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="finite"):
        round_half(Decimal("NaN"), 1)
    with pytest.raises(ValueError, match="sideways"):
        round_half(Decimal(1), 1, "sideways")


@pytest.mark.parametrize(
    ("value", "locale", "places", "thousands", "text"),
    [
        ("-29.2", "vi", None, False, "\u221229,2"),
        ("-29.2", "en", None, False, "\u221229.2"),
        ("1234.5", "vi", None, True, "1234,5"),
        ("12345.67", "vi", None, True, "12\u202f345,67"),
        ("1234567.8", "en", None, True, "1\u202f234\u202f567.8"),
        ("12345", "vi", None, False, "12345"),
        ("18.4", "vi", 2, False, "18,40"),
        ("94.25", "vi", 1, False, "94,3"),
        ("-0.04", "vi", 1, False, "0,0"),
        ("1E+3", "vi", None, False, "1000"),
    ],
)
def test_writing(value: str, locale: str, places: int | None, thousands: bool, text: str) -> None:
    assert format_decimal(Decimal(value), locale, places, thousands) == text


@pytest.mark.parametrize(
    ("amount", "locale", "text"),
    [
        (18_600_000, "vi", "18.600.000\u00a0đ"),
        (18_600_000, "en", "18,600,000\u00a0VND"),
        (0, "vi", "0\u00a0đ"),
        (950, "vi", "950\u00a0đ"),
        (Decimal("-1500.00"), "vi", "\u22121.500\u00a0đ"),
    ],
)
def test_money(amount: Decimal | int, locale: str, text: str) -> None:
    assert format_money_vnd(amount, locale) == text


def test_money_has_no_fraction() -> None:
    with pytest.raises(ValueError, match="whole"):
        format_money_vnd(Decimal("0.5"), "vi")


def test_canonical_form_has_a_bound() -> None:
    for text in ("NaN", "Infinity", "1E+1000000", "1E-1000000"):
        with pytest.raises(ValueError, match="finite|range"):
            canonical_decimal(Decimal(text))
    assert canonical_decimal(Decimal("-0.00")) == "0.00"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("dB\u03bcV/m", "dB\u00b5V/m"),
        ("dBuV", "dB\u00b5V"),
        ("\u2126", "\u03a9"),
        ("  V   rms ", "V rms"),
        ("\u2103", "\u00b0C"),
        ("dBm", "dBm"),
    ],
)
def test_one_spelling_of_a_unit(typed: str, kept: str) -> None:
    assert normalise_unit(typed) == kept


def test_quantity() -> None:
    field = Quantity(Decimal("43.8"), "dB\u03bcV/m")
    assert field == Quantity(Decimal("43.8"), "dB\u00b5V/m")
    assert field.text("vi") == "43,8\u00a0dB\u00b5V/m"
    assert Quantity(Decimal("-4.21")).text("en", places=1) == "\u22124.2"
    for wrong in (Decimal("NaN"), 4.2, "4"):
        with pytest.raises(ValueError, match="Decimal"):
            Quantity(wrong, "V")  # type: ignore[arg-type]
