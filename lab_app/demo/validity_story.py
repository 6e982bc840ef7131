"""The demonstration's validity of results (7.7): a year of control values with a stop and its release, charts of three kinds,
comparisons, the case's proficiency test against the year's plan."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lab_app.core import clock
from lab_app.demo.people import case
from lab_app.demo.story import step, who
from lab_app.quality import services as quality
from lab_app.results.services import comparisons, proficiency, validity
from lab_app.results.validity import queries
from lab_app.results.validity.models import ControlChart
from test_methods.models import Method
from test_methods.queries import method_by_code

FIRST = date(2026, 1, 5)
WEEK = timedelta(days=7)
#: Weeks of phase I; limits are frozen in the last of them.
PHASE = 24
#: A source of 10 dBm at 2 442 MHz through the test's own path, read once a week, dBm.
POWER = ("10.02", "9.97", "10.05", "9.99", "10.01", "9.94", "10.03", "10.00", "9.96", "10.04", "10.01", "9.98", "10.06", "9.99", "10.02",
         "9.95", "10.00", "10.03", "9.97", "10.01", "9.98", "10.04", "9.99", "10.02", "9.96", "10.03", "10.00", "10.05", "9.98", "10.01")
#: A comb generator at 240 MHz in the chamber, read every second week, dBµV/m.
COMB = ("52.1", "51.8", "52.3", "51.9", "52.0", "52.4", "51.7", "52.2", "52.0", "51.9", "52.3", "52.1", "51.8", "52.0", "52.2", "51.9")
#: The mains network's control source at 1 MHz, three readings a month, dBµV.
MAINS = ("55.1;55.3;55.2", "55.4;55.2;55.3", "55.0;55.2;55.1", "55.3;55.3;55.1", "55.2;55.4;55.4", "55.1;55.0;55.2", "55.3;55.2;55.2",
         "55.2;55.1;55.3")
LOOSE_ON, LOOSE = date(2026, 8, 10), "10.61"
ROUND_ENTERED, ROUND_CLOSED, ROUND_REPORTED = date(2026, 3, 2), date(2026, 5, 29), date(2026, 7, 6)


def tell() -> None:
    """Everything in the order of its days, each chart by itself."""
    _proficiency(case()["proficiency"][0])
    _power()
    _comb()
    _mains()
    _comparisons()


def _method(code: str) -> Method:
    found = method_by_code(code)
    if found is None:
        raise LookupError(f"the demonstration has no method {code}")
    return found


def _days(first: date, apart: timedelta) -> Iterator[date]:
    day = first
    while day < clock.today():
        yield day
        day += apart


def _chart(method: str, parameter: str, **facts: Any) -> ControlChart:
    with step(clock.at_local(FIRST - timedelta(days=3), 9)):
        return validity.define_chart(who("U06"), _method(method), parameter, **facts)


def _measure(chart: ControlChart, person: str, day: date, *values: str) -> None:
    with step(clock.at_local(day, 7, 40)):
        validity.record_value(who(person), chart, [Decimal(v) for v in values])


def _freeze(chart: ControlChart, last: date) -> None:
    with step(clock.at_local(last, 16)):
        validity.freeze_limits(who("U06"), chart, phase_from=FIRST, phase_to=last,
                               reason="Nguồn, cáp, thiết bị không thay đổi; không có điểm nào có nguyên nhân riêng")


def _power() -> None:
    """Individuals; in August a connector was loose: rejected, stopped, released by the head the same day."""
    chart = _chart("QCVN 54", "54-01", name="Công suất dẫn 2 442 MHz, nguồn kiểm soát 10 dBm", kind="I-MR",
                   rules_on=["1_2s", "1_3s", "2_2s", "10_x", "spread"], control_item="Nguồn kiểm soát RF-CS1, 10 dBm")
    for number, day in enumerate(_days(FIRST, WEEK)):
        _measure(chart, "U03", day, LOOSE if day == LOOSE_ON else POWER[number % len(POWER)])
        if number == PHASE - 1:
            _freeze(chart, day)
        if day == LOOSE_ON:
            _release(day)


def _release(day: date) -> None:
    with step(clock.at_local(day, 14, 30)):
        validity.release_stop(
            who("U02"), queries.open_stops()[0], cause="Đầu nối N của bộ suy hao lỏng, suy hao đường truyền giảm 0,6 dB",
            action="Siết đúng mô men, đo lại nguồn kiểm soát ba lần; không có mẫu khách nào được đo từ lần kiểm soát tốt ngày 03/08/2026")


def _comb() -> None:
    """A small shift of the chamber would show in the weighted mean first."""
    chart = _chart("QCVN 118", "118-RE-QP-V", name="Máy phát lược 240 MHz trong buồng đo", kind="EWMA",
                   control_item="Máy phát lược CG-1, ăng ten đứng, 3 m", settings={"weight": "0.2", "width": "2.7"})
    for number, day in enumerate(_days(FIRST + timedelta(days=1), 2 * WEEK)):
        _measure(chart, "U04", day, COMB[number % len(COMB)])
        if number == 11:
            _freeze(chart, day)


def _mains() -> None:
    """Means and ranges of three readings a month, still in phase I: nothing is evaluated yet."""
    chart = _chart("QCVN 118", "118-CE-QP", name="Nguồn kiểm soát 1 MHz qua LISN", kind="xbar-R", n=3, rules_on=["1_3s", "spread"],
                   control_item="Nguồn xung 1 MHz qua LISN")
    for number, day in enumerate(_days(date(2026, 7, 7), 4 * WEEK)):
        _measure(chart, "U04", day, *MAINS[number % len(MAINS)].split(";"))


def _comparisons() -> None:
    """Two within their criterion, one outside with its conclusion."""
    power, radiated = _method("QCVN 54"), _method("QCVN 118")
    with step(clock.at_local(date(2026, 8, 20), 10)):
        comparisons.record_comparison(
            who("U03"), power, "54-01", kind="replicate", about="Mẫu lưu ML-03, đo lại sau 4 giờ", criterion="difference",
            limit=Decimal("0.5"), first="18.21", second="18.34")
    with step(clock.at_local(date(2026, 8, 27), 10)):
        comparisons.record_comparison(
            who("U04"), radiated, "118-RE-QP-V", kind="people", about="240 MHz, máy phát lược; Phạm Thu Tưởng và Trần Thị Mẫu",
            criterion="en", first="52.1", second="52.6", first_u=Decimal("4.86"), second_u=Decimal("4.86"))
    with step(clock.at_local(date(2026, 10, 14), 10)):
        row = comparisons.record_comparison(
            who("U03"), power, "54-01", kind="retained", about="Mẫu lưu ML-01 sau sáu tháng", criterion="difference",
            limit=Decimal("0.5"), first="17.90", second="17.21")
    with step(clock.at_local(date(2026, 10, 15), 9)):
        comparisons.conclude_comparison(
            who("U02"), row, "Pin của mẫu lưu đã yếu, công suất giảm thật; đo lại bằng nguồn ngoài được 17,86 dBm, trong tiêu chí")


def _proficiency(told: dict[str, Any]) -> None:
    """The case's round with its figures; a second sub-discipline was planned and has no round yet."""
    manager = who("U06")
    with step(clock.at_local(FIRST, 14)):
        provider = quality.register_supplier(manager, name=told["provider"], accreditation="ISO/IEC 17043 (giả định)")
        quality.approve_supplier(
            manager, provider, service="proficiency", scope="Phát xạ bức xạ, công suất RF", valid_from=FIRST, until=date(2029, 1, 1),
            basis="Được công nhận theo ISO/IEC 17043, phạm vi phủ phép thử của phòng")
        for discipline, reason in (("Phát xạ bức xạ EMC", "Phép thử rủi ro cao nhất, mỗi năm một vòng"),
                                   ("Công suất RF", "Mỗi năm một vòng; vòng đã đăng ký bị nhà cung cấp hoãn")):
            proficiency.plan_proficiency(manager, year=int(told["year"]), discipline=discipline, rounds=1, reason=reason)
    with step(clock.at_local(ROUND_ENTERED, 10)):
        row = proficiency.enter_round(
            manager, name=told["round"], discipline="Phát xạ bức xạ EMC", supplier=provider, closes_at=clock.at_local(ROUND_CLOSED, 17))
    with step(clock.at_local(ROUND_CLOSED - timedelta(days=8), 15)):
        result = proficiency.report_result(
            manager, row, _method("QCVN 118"), "118-RE-QP-V", what=told["parameter"], reported=Decimal(told["reported"]),
            u=Decimal(told["U_lab"]))
    with step(clock.at_local(ROUND_REPORTED, 9)):
        proficiency.score_result(
            manager, result, assigned=Decimal(told["assigned"]), u_assigned=Decimal(told["U_ref"]), report_no=f"{told['round']}/BC")
