"""Points of a certificate and corrections between them: units, errors, verdicts, refusals with the line; nothing beyond the ends."""
from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.rules import corrections, pasted
from instruments.rules.corrections import Why
from instruments.rules.points import (
    AS_LEFT,
    PointIn,
    PointRefused,
    final,
    found_out,
    judge_point,
    judge_points,
    summary,
)
from lab_app.metrology.decision import DR_GB_U, DR_GB_U_BINARY, DR_SA

D = Decimal
LEVEL = PointIn("emi-level", D("60.0"), D("60.4"), "dBµV", D("0.4"), "dB", D(2), D(100), "MHz", D("1.0"))
VOLTS = PointIn("dc-voltage", D("100.00"), D("100.05"), "V", D("0.02"), "V", D(2), D(100), "V", D("0.10"))


def test_error_u_and_verdict_of_a_level_are_in_decibels():
    found = judge_point(LEVEL, DR_SA)
    assert (found.error, found.error_unit, found.u, found.verdict) == (D("0.4"), "dB", D("0.4"), "PASS")
    assert judge_point(LEVEL, None).verdict == ""
    edge = replace(LEVEL, indicated=D("60.7"))
    assert judge_point(edge, DR_SA).verdict == "PASS"
    assert judge_point(edge, DR_GB_U).verdict == "CONDITIONAL_PASS"
    assert judge_point(edge, DR_GB_U_BINARY).verdict == "FAIL"
    assert judge_point(replace(LEVEL, indicated=D("61.1")), DR_SA).verdict == "FAIL"


@pytest.mark.parametrize("u,u_unit,expected", [
    ("0.02", "V", "0.02"), ("20", "mV", "0.020"), ("0.02", "%", "0.02"), ("200", "ppm", "0.02"), ("0.02", "", "0.02"),
])
def test_u_is_carried_into_the_unit_of_the_error(u, u_unit, expected):
    assert judge_point(replace(VOLTS, u=D(u), u_unit=u_unit), DR_SA).u == D(expected)


@pytest.mark.parametrize("point,field,says", [
    (replace(LEVEL, u=None), "u", "Thiếu độ không đảm bảo đo U"), (replace(LEVEL, unit=""), "unit", "Thiếu đơn vị"),
    (replace(LEVEL, k=None), "k", "Thiếu hệ số phủ"), (replace(LEVEL, reference=None), "reference", "Thiếu giá trị chuẩn"),
    (replace(LEVEL, indicated=None), "indicated", "Thiếu chỉ thị"), (replace(LEVEL, unit="furlong"), "unit", "Không biết đơn vị"),
    (replace(LEVEL, unit="V"), "u_unit", "tuyến tính"), (replace(LEVEL, unit="°C"), "unit", "không hợp với đại lượng"),
    (replace(LEVEL, unit="%"), "unit", "không hợp với đại lượng"), (replace(LEVEL, u_unit="%"), "u_unit", "cần U bằng dB"),
    (replace(LEVEL, u_unit="µV"), "u_unit", "cần U bằng dB"), (replace(VOLTS, u_unit="dB"), "u_unit", "tuyến tính"),
    (replace(VOLTS, u_unit="A"), "u_unit", "không hợp"), (replace(VOLTS, reference=D(0), u_unit="%"), "u_unit", "tương đối"),
    (replace(LEVEL, u=D(0)), "u", "lớn hơn 0"), (replace(LEVEL, u=D("-0.1")), "u", "lớn hơn 0"), (replace(LEVEL, k=D(0)), "k", "hệ số phủ"),
    (replace(LEVEL, k=D(20)), "k", "hệ số phủ"), (replace(LEVEL, tolerance=D(0)), "tolerance", "Dung sai"),
    (replace(LEVEL, argument_unit=""), "argument_unit", "đối số"), (replace(LEVEL, stage="later"), "stage", "trước hoặc sau"),
    (replace(LEVEL, indicated=D("NaN")), "indicated", "hữu hạn"),
])
def test_a_refused_point_names_its_field(app, point, field, says):
    with pytest.raises(PointRefused) as refused:
        judge_point(point, DR_SA)
    assert refused.value.field == field and says.casefold() in str(refused.value.says).casefold()


def test_a_point_twice_is_refused_with_its_line(app):
    again = replace(LEVEL, argument=D("0.1"), argument_unit="GHz", indicated=D("60.5"))
    judged, refused = judge_points([LEVEL, replace(LEVEL, argument=D(300)), again], DR_SA)
    assert len(judged) == 2 and [n for n, _ in refused] == [3] and "dòng 1" in str(refused[0][1].says)
    judged, refused = judge_points([LEVEL, replace(again, condition="phân cực đứng"), replace(again, stage=AS_LEFT)], DR_SA)
    assert len(judged) == 3 and not refused
    judged, refused = judge_points([replace(VOLTS, argument=None), replace(VOLTS, argument=None, reference=D("100.0"))], DR_SA)
    assert [n for n, _ in refused] == [2]


class Kept:
    def __init__(self, judged):
        self.error, self.u, self.verdict, self.unit = judged.error, judged.u, judged.verdict, judged.unit
        self.argument, self.argument_unit = judged.given.argument, judged.argument_unit
        self.tolerance, self.stage, self.quantity = judged.given.tolerance, judged.given.stage, judged.given.quantity


def table(*points, rule=DR_SA):
    return [Kept(p) for p in judge_points(points, rule)[0]]


def test_what_a_table_says():
    rows = table(LEVEL, replace(LEVEL, argument=D(300), indicated=D("61.2")), replace(LEVEL, argument=D(300), stage=AS_LEFT),
                 replace(LEVEL, argument=D(1000), tolerance=None))
    found = summary(rows)
    assert (found.count, found.with_criterion, found.failed, found.unjudged) == (4, 3, 1, 0)
    assert found.worst is rows[1] and found.ratio == D("1.2") and found.smallest_tur == D("2.5")
    assert found_out(rows) is rows[1]
    assert final(rows) == [rows[2]] and summary(final(rows)).failed == 0
    assert summary([]).worst is None and found_out(rows[2:]) is None
    assert summary(table(LEVEL, rule=None)).unjudged == 1


# ---- a pasted table ------------------------------------------------------------------------------------------------


def test_a_pasted_table_is_cut_by_tabs_or_semicolons():
    assert pasted.cut("100\t60,0\t60,4\t0,4\t2\t1,0\r\n300\t60,0\t60,5\t0,4\r\n\r\n")[1] == {
        "argument": "300", "reference": "60,0", "indicated": "60,5", "u": "0,4"}
    headed = "\ufeffTần số;Đơn vị đối số;Chuẩn;Chỉ thị;Đơn vị;U;Đơn vị của U;k;Dung sai (±)\n100;MHz;60,0;60,4;dBµV;0,4;dB;2;1\n\0"
    assert pasted.cut(headed) == [{"argument": "100", "argument_unit": "MHz", "reference": "60,0", "indicated": "60,4", "unit": "dBµV",
                                   "u": "0,4", "u_unit": "dB", "k": "2", "tolerance": "1"}]
    assert pasted.cut(" \n") == []
    assert pasted.cut("1\t2\t3\r4\t5\t6\n7\t8\t9\t\t\t\t\t\t")[2]["argument"] == "7"


@pytest.mark.parametrize("text,says", [
    ("Tần số\tMàu\n1\t2", "Màu"), ("U\tU\n1\t2", "hai lần"), ("1\t2\t3\t4\t5\t6\t7\t8", "nhiều hơn"), ("1;2\n" * 201, "201"),
])
def test_a_table_that_cannot_be_cut(app, text, says):
    with pytest.raises(pasted.PasteRefused) as refused:
        pasted.cut(text)
    assert says in str(refused.value.says)


def test_stages_by_their_words(app):
    assert [pasted.stage_of(t) for t in ("", "Trước", "SAU hiệu chỉnh", "as left")] == ["", "as_found", "as_left", "as_left"]
    with pytest.raises(pasted.PasteRefused):
        pasted.stage_of("giữa")


# ---- corrections ------------------------------------------------------------------------------------------------------

numbers = st.decimals(min_value=-1000, max_value=1000, places=3)
arguments = st.lists(st.decimals(min_value=D("0.001"), max_value=100000, places=3), min_size=2, max_size=12, unique=True).map(sorted)


@st.composite
def tables(draw):
    xs = draw(arguments)
    return tuple(zip(xs, draw(st.lists(numbers, min_size=len(xs), max_size=len(xs))), strict=True))


@given(tables(), st.sampled_from(["linear", "log"]), st.decimals(min_value=0, max_value=1, places=6))
def test_between_two_points_a_correction_lies_between_them(points, scale, share):
    for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
        x = x1 + (x2 - x1) * share
        value = corrections.value_at(points, x, scale)
        # twelve significant digits are kept, so a value may leave its neighbours by half of the last
        slack = max(abs(y1), abs(y2)) * D("1E-11")
        assert value is not None and min(y1, y2) - slack <= value <= max(y1, y2) + slack


@given(tables(), st.sampled_from(["linear", "log"]), st.decimals(min_value=D("0.0001"), max_value=1000, places=4))
def test_nothing_is_extrapolated(points, scale, beyond):
    assert corrections.value_at(points, points[-1][0] + beyond, scale) is None
    assert corrections.value_at(points, points[0][0] - beyond, scale) is None
    assert corrections.value_at(points, points[0][0], scale) == points[0][1]
    assert corrections.value_at(points, points[-1][0], scale) == points[-1][1]


def test_linear_and_logarithmic_differ_between_the_points():
    points = ((D(30), D(10)), (D(300), D(20)))
    assert corrections.value_at(points, D(165), "linear") == D(15)
    assert corrections.value_at(points, D(165), "log") == D("17.4036268949")
    assert corrections.value_at(points, D("94.868329805051"), "log") == pytest.approx(D(15), abs=D("1E-9"))


def test_a_look_up_says_why_there_is_nothing(app):
    points = ((D(30), D("18.2")), (D(1000), D("24.3")))
    assert corrections.look_up(points, D("0.03"), "GHz", "MHz", "linear", "A") == (D("18.2"), False)
    outside = corrections.look_up(points, D("1.2"), "GHz", "MHz", "linear", "A")
    assert isinstance(outside, Why) and outside.code == "outside" and "30 – 1000 MHz" in str(outside.says)
    assert corrections.look_up(points, D(3), "V", "MHz", "linear", "A").code == "unit"


@pytest.mark.parametrize("points,scale,line", [
    ((), "linear", 1), (((D(2), D(1)), (D(1), D(1))), "linear", 2), (((D(1), D(1)), (D(1), D(2))), "linear", 2),
    (((D(0), D(1)), (D(1), D(2))), "log", 1), (((D(1), D("Infinity")),), "linear", 1),
])
def test_a_table_that_cannot_be_interpolated(app, points, scale, line):
    with pytest.raises(corrections.TableRefused) as refused:
        corrections.checked(points, scale)
    assert refused.value.line == line


def test_temperatures_below_zero_have_corrections():
    assert corrections.value_at(((D(-40), D("0.2")), (D(0), D("0.0"))), D(-20), "linear") == D("0.1")


def test_corrections_from_points_are_the_errors_turned_round(app):
    rows = table(replace(LEVEL, argument=D("0.3"), argument_unit="GHz"), LEVEL)
    assert corrections.from_points(rows) == ((D("0.1"), D("-0.4")), (D("0.3"), D("-0.4")))
    with pytest.raises(corrections.TableRefused):
        corrections.from_points(table(replace(VOLTS, argument=None)))
    with pytest.raises(corrections.TableRefused):
        corrections.from_points(table(LEVEL, replace(LEVEL, condition="khác")))
