"""A method's formula as corrections of a trace: signs from the sum itself, everything else refused."""
from __future__ import annotations

import pytest

from lab_app.results.trace_terms import NotOverFrequency, detector_named, terms_of


def f(key, unit="dB", source="factor", **more):
    return {"key": key, "label_vi": key, "label_en": key, "unit": unit, "source": source, **more}


FIELDS = [f("frequency_mhz", "MHz", "setting"), f("reading", "dBµV", "measured"), f("af", "dB/m"), f("cable"), f("preamp")]


def test_the_terms_are_those_of_the_formula_with_their_signs():
    terms = terms_of("number", FIELDS, "reading + af + cable - preamp")
    assert (terms.reading, terms.unit, terms.frequency) == ("reading", "dBµV", "frequency_mhz")
    assert [(t.key, t.sign, t.unit) for t in terms.corrections] == [("af", 1, "dB/m"), ("cable", 1, "dB"), ("preamp", -1, "dB")]


def test_order_and_brackets_change_nothing_and_a_fixed_number_is_kept():
    terms = terms_of("number", [*FIELDS, f("loss", fixed="0.5")], "-(preamp - af) + reading - (-cable) + loss")
    assert {t.key: t.sign for t in terms.corrections} == {"af": 1, "cable": 1, "preamp": -1, "loss": 1}
    assert [str(t.fixed) for t in terms.corrections if t.fixed is not None] == ["0.5"]


@pytest.mark.parametrize(("fields", "formula", "code"), [
    (FIELDS, "2 * reading + af", "not_a_sum"), (FIELDS, "reading * af", "not_a_sum"), (FIELDS, "reading + af / cable", "not_a_sum"),
    (FIELDS, "max(reading, af)", "not_a_sum"), (FIELDS, "reading + 3", "not_a_sum"), (FIELDS, "af - reading", "not_a_sum"),
    (FIELDS, "reading; af", "several"), (FIELDS, "af + cable", "no_reading"), (FIELDS, "reading + ", "not_a_sum"),
    (FIELDS, "reading + frequency_mhz", "not_a_sum"), ([*FIELDS, f("second", "dBµV", "measured")], "reading + second", "no_reading"),
    ([f("reading", "dBµV", "measured", many=True)], "max(reading)", "several"), (FIELDS, "abs(reading) + af", "not_a_sum"),
    (FIELDS, "reading + af + af", "not_a_sum"),
])
def test_what_is_no_plain_sum_is_read_point_by_point(fields, formula, code):
    with pytest.raises(NotOverFrequency) as refused:
        terms_of("number", fields, formula)
    assert refused.value.code == code


def test_an_observation_has_no_level():
    with pytest.raises(NotOverFrequency, match="kind"):
        terms_of("observation", [], "")


@pytest.mark.parametrize(("texts", "detector"), [
    (("118-CE-QP", "Phát xạ dẫn (QP)"), "QP"), (("118-RE-AV-V",), "AV"), (("P-01", "Phát xạ đỉnh PK, 3 m"), "PK"), (("QP và AV",), ""),
    (("SPARK-1", "Average"), ""),
])
def test_a_detector_is_taken_from_a_name_only_where_it_is_the_one(texts, detector):
    assert detector_named(*texts) == detector
