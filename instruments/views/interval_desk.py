"""What the interval pages show: proposals side by side, the drift picture, the words of findings."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from instruments import queries, services, wording
from instruments.models import Instrument, IntervalReview
from instruments.rules import intervals as rules
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import show_date, show_decimal
from lab_app.core.plot import Level, Plot, Point, Series
from lab_app.core.workflow import State

DECIDED = {"accepted": _l("Theo đề nghị"), "other": _l("Chu kỳ khác"), "kept": _l("Giữ nguyên")}
REASONS = {
    "shortened": _l("Số liệu đòi rút ngắn."), "extended": _l("Số liệu cho phép kéo dài."), "on_target": _l("Đúng mức cần đạt: giữ nguyên."),
    "not_rejected": _l("Số liệu chưa đủ để bác bỏ chu kỳ hiện tại."), "change_too_small": _l("Thay đổi quá nhỏ: giữ nguyên."),
    "within_tolerance": _l("Trong dung sai nhưng không dư nhiều: giữ nguyên."), "limit_reached": _l("Đã ở giới hạn của phòng: giữ nguyên."),
    "derived": _l("Tính từ số liệu."), "exceeded_at_start": _l("Vượt tiêu chí ngay sau hiệu chuẩn."),
    "beyond_horizon": _l("Chưa chạm tiêu chí trong khoảng dự báo."),
}
STOPS = {"max_factor": _l("Bị chặn ở mức thay đổi lớn nhất của phòng."), "shortest": _l("Bị chặn ở chu kỳ ngắn nhất của phòng."),
         "longest": _l("Bị chặn ở chu kỳ dài nhất của phòng.")}
FINDINGS = {
    "share": _l("Phần dung sai đã dùng"), "in_tolerance": _l("Số lần còn trong dung sai"), "n": _l("Số lần hiệu chuẩn đã xét"),
    "observed": _l("Độ tin cậy quan sát"), "target": _l("Độ tin cậy cần đạt"), "low": _l("Cận dưới"), "high": _l("Cận trên"),
    "rejection_confidence": _l("Mức tin bác bỏ"), "used": _l("Độ tin cậy đưa vào tính"), "calculated_days": _l("Tính ra, ngày"),
    "proposed_days": _l("Đề nghị, ngày"), "s_yx": _l("Độ lệch chuẩn của phép khớp"), "nu": _l("Bậc tự do"),
    "days_to_limits": _l("Số ngày tới khi chạm dung sai"), "slope_per_day": _l("Độ trôi mỗi ngày"), "place": _l("Điểm quyết định"),
}
COURSES_SHOWN = 3


@dataclass(frozen=True)
class Offer:
    """What one method says: months and why, or what is missing."""

    method: str
    months: int | None
    says: str


def record_page(row: Instrument, bounds: rules.Bounds) -> dict[str, Any]:
    """The record, the methods' offers and the drift pictures of one instrument."""
    record = services.review_record(row)
    offers = []
    for method in rules.METHODS:
        try:
            found = services.interval_proposal(record, method, bounds)
            offers.append(Offer(method, found.months, _why(found.reason, found.stop, found.findings)))
        except FieldRefused as refused:
            offers.append(Offer(method, None, str(refused.message)))
    return {
        "record": record.own, "offers": offers, "current": record.current, "reviews": queries.reviews_of(row.id),
        "plots": [drift_plot(course) for course in rules.courses(record.own)[:COURSES_SHOWN]], "standing": standing,
    }


def drift_plot(course: rules.Course) -> Plot:
    """Errors as found of one place over the years, with U and the criterion."""
    points = [
        Point(day, error, u, f"{show_date(day)}: {show_decimal(error)} {course.unit}",
              "bad" if course.tolerance is not None and abs(error) > course.tolerance else None)
        for day, error, u in course.errors
    ]
    levels = [] if course.tolerance is None else [
        Level(course.tolerance, gettext("dung sai")), Level(-course.tolerance), Level(Decimal(0), tone="muted", dashed=False)]
    key, _blank, where = course.place.partition(" ")
    place = f"{wording.quantity(key)} {where}".strip()
    return Plot(gettext("Sai số trước hiệu chỉnh theo thời gian: %(place)s", place=place), [Series(points)],
                y_label=f"{place}, {course.unit}", x_kind="date", levels=levels)


def _why(reason: str, stop: str, found: Mapping[str, str]) -> str:
    bound = ""
    if found.get("bound_used") == "True":
        bound = gettext("Mọi lần như nhau: tính theo cận của độ tin cậy, nên ít số liệu thì thận trọng.")
    return " ".join(str(part) for part in (REASONS.get(reason, reason), bound, STOPS.get(stop, "")) if part)


def standing(row: IntervalReview) -> State:
    """The word of a review."""
    if not row.decision:
        return State("waiting", gettext("Chờ quyết định"), "info")
    return State(row.decision, str(DECIDED[row.decision]), "hold" if row.decision == "kept" else "ok")


def findings(row: IntervalReview) -> list[tuple[str, str]]:
    """What a proposal rests on, as words and numbers."""
    out = [(gettext("Vì sao"), _why(str(row.findings.get("reason", "")), str(row.findings.get("stop", "")), row.findings))]
    for name, words in FINDINGS.items():
        if name in row.findings:
            out.append((str(words), _number(str(row.findings[name]))))
    return out


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if number == number.to_integral_value() or abs(number) >= 1000:
        return show_decimal(number.quantize(Decimal(1)))
    return show_decimal(number.quantize(Decimal(1).scaleb(number.adjusted() - 3)))


def shares(row: IntervalReview) -> list[tuple[date, str]]:
    """The record that a proposal read: day, part of the tolerance used up as found."""
    return [(date.fromisoformat(d["on"]), _number(d["share"]) if d["share"] else "") for d in row.history.get("done", [])]
