"""Shaping for the pages of the room: numbers, limits, verdicts and readings as a reader sees them."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from lab_app.core import clock
from lab_app.core.gates import Words
from lab_app.core.i18n import pick, show_date, show_decimal, show_time
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.core.workflow import State
from lab_app.metrology.periods import valid_through

#: A due date this many days ahead counts as soon.
SOON_DAYS = 3


#: A verdict as a badge: hold is "not judged", never a pass.
VERDICTS: dict[str, State] = {
    "PASS": State("PASS", _l("Đạt"), "ok"),
    "CONDITIONAL_PASS": State("CONDITIONAL_PASS", _l("Đạt có điều kiện"), "warn"),
    "CONDITIONAL_FAIL": State("CONDITIONAL_FAIL", _l("Không đạt có điều kiện"), "bad"),
    "FAIL": State("FAIL", _l("Không đạt"), "bad"),
    "NOT_APPLICABLE": State("NOT_APPLICABLE", _l("Không áp dụng"), "hold"),
    "NOT_TESTED": State("NOT_TESTED", _l("Không thử"), "hold"),
    "NO_STATEMENT": State("NO_STATEMENT", _l("Không tuyên bố"), "warn", "exclamation-triangle-fill"),
    "NOT_EVALUATED": State("NOT_EVALUATED", _l("Chưa đánh giá"), "hold"),
}


ANSWERS: dict[str, Words] = {
    "PASS": _l("Đạt"), "FAIL": _l("Không đạt"), "NA": _l("Không áp dụng"), "NT": _l("Không thử"),
}


#: Why there is no verdict, or what to know beside one (`metrology.decision.Decision.reason`).
REASONS: dict[str, Words] = {
    "no_limit": _l("chưa có giới hạn"),
    "no_value": _l("chưa có giá trị"),
    "no_rule": _l("chưa có quy tắc ra quyết định được thỏa thuận (7.1.3)"),
    "bad_value": _l("giá trị không đọc được"),
    "answer_not_allowed": _l("câu trả lời không thuộc các câu được phép"),
    "frequency_needed": _l("giới hạn đổi theo tần số: cần tần số của số đọc"),
    "reference_needed": _l("giới hạn là mặt nạ: cần tần số gốc, băng thông hoặc mức gốc của số đọc"),
    "condition_missing": _l("bảng giới hạn: điều kiện của dòng chưa đủ để chọn một dòng của bảng"),
    "no_row": _l("bảng giới hạn: không có dòng nào cho điều kiện này"),
    "several_rows": _l("bảng giới hạn: nhiều dòng cùng đúng với điều kiện này"),
    "conditions_needed": _l("giới hạn đổi theo điều kiện: dòng này chưa nêu đủ điều kiện"),
    "uncertainty_missing": _l("quy tắc cần độ không đảm bảo đo mà phương pháp chưa có"),
    "uncertainty_not_positive": _l("độ không đảm bảo đo không dương"),
    "maximum_uncertainty_missing": _l("quy tắc cần độ không đảm bảo đo lớn nhất của tiêu chuẩn"),
    "limit_unconfirmed": _l("giới hạn chưa được đối chiếu với văn bản chính thức"),
    "unit_mismatch": _l("kết quả và giới hạn không cùng đại lượng"),
    "other_kind": _l("giới hạn thuộc loại khác (số đo, quan sát)"),
    "outside": _l("giới hạn không tới điểm đo này"),
    "two_sided_limit_needed": _l("dải bảo vệ tính từ TUR cần giới hạn hai phía"),
    "uncertainty_above_maximum": _l("U lớn hơn mức lớn nhất của tiêu chuẩn: phép đo không dùng để kết luận được"),
    "bound_beyond_limit": _l("giá trị chặn không đủ để so với giới hạn"),
    "outside_working_range": _l("giá trị ngoài khoảng làm việc của phương pháp"),
    "empty_acceptance_zone": _l("dải bảo vệ rộng hơn giới hạn: không giá trị nào được chấp nhận"),
}


SOURCES: dict[str, Words] = {
    "measured": _l("đo"), "customer": _l("khách hàng cung cấp"), "factor": _l("hệ số hiệu chính"), "setting": _l("thiết lập"),
    "file": _l("từ tệp"), "scpi": _l("từ thiết bị"),
}


#: The same in the narrow cells of a grid.
SHORT_SOURCES: dict[str, Words] = {"customer": _l("khách hàng"), "file": _l("từ tệp"), "scpi": _l("từ thiết bị")}


def verdict(code: str | None) -> State:
    """The badge of a verdict; an unknown code reads as not evaluated."""
    return VERDICTS.get((code or "").upper(), VERDICTS["NOT_EVALUATED"])


def reason_words(code: str | None) -> Words:
    """Why there is no verdict, in words; empty when there is nothing to say."""
    return REASONS.get(code or "", "")


def decimal_of(text: Any) -> Decimal | None:
    """A number kept as text in a frozen record."""
    if text is None or text == "":
        return None
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def number(value: Decimal | None, places: int | None = None) -> str:
    """A measured number for the reader."""
    return show_decimal(value, places)


def with_unit(text: str, unit: str) -> str:
    """A number and its unit on one line."""
    return f"{text}{NO_BREAK_SPACE}{unit}" if text and unit else text


def formula_of(frozen: Mapping[str, Any]) -> str:
    """What was computed, in a history: the formula; the whole of it stands on the result's own page."""
    return str(frozen.get("formula") or "") or gettext("quan sát")


def field_label(field: Mapping[str, Any]) -> str:
    """The name of a raw reading in the reader's language."""
    return pick(field.get("label_vi"), field.get("label_en")) or str(field.get("key", ""))


def joined(words: Iterable[Any]) -> str:
    """Short pieces parted by middle dots; empty ones fall out."""
    return " · ".join(str(w) for w in words if w not in (None, ""))


def due(on: date | None, status: str, today: date) -> State | None:
    """How a due date stands: late, today, soon; nothing to say for one that is far off or for finished work."""
    if on is None or status in {"reviewed", "cancelled"}:
        return None
    days = (on - today).days
    if days < 0:
        return State("late", ngettext("Trễ %(n)s ngày", "Trễ %(n)s ngày", -days, n=-days), "bad")
    if days == 0:
        return State("today", gettext("Hạn hôm nay"), "warn", "clock")
    if days <= SOON_DAYS:
        return State("soon", ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", days, n=days), "warn", "clock")
    return None


def name(parameter: Any) -> str:
    """A parameter's name in the reader's language."""
    return pick(parameter.name_vi, parameter.name_en)


def line_title(line: Any) -> str:
    """A line in a few words: parameter and condition."""
    return ", ".join(p for p in (name(line.parameter), line.conditions) if p)


def moment(at: datetime) -> str:
    """Day, month and time, for cells where the year is plain."""
    return clock.local(at).strftime("%d/%m %H:%M")


def last_day(due_on: date) -> str:
    """The last day of use, as the label prints it."""
    return show_date(valid_through(due_on))


def span(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """`23,1 … 23,9 °C`, or one number when both ends agree; empty when nothing was read."""
    ends = [show_decimal(v) for v in (low, high) if v is not None]
    if not ends:
        return ""
    return with_unit(ends[0] if len(set(ends)) == 1 else f"{ends[0]} … {ends[-1]}", unit)


def environment_text(record: Any) -> str:
    """An environment record in one line: conditions, room, sensor, time."""
    if record is None:
        return ""
    start, end = clock.local(record.from_at), clock.local(record.to_at)
    ends = show_time(record.to_at) if start.date() == end.date() else f"{show_date(record.to_at)} {show_time(record.to_at)}"
    return joined([
        span(record.t_low, record.t_high, "°C"), span(record.rh_low, record.rh_high, "%RH"),
        *(with_unit(str(value), "V") if key == "supply_V" else f"{key}: {value}" for key, value in (record.extra or {}).items()),
        pick(record.room.name_vi, record.room.name_en), record.sensor_code,
        f"{show_date(record.from_at)} {show_time(record.from_at)} – {ends}",
    ])
