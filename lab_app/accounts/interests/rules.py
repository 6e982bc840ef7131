"""Undertakings, declarations, appointments and separation of duties as plain decisions (4.1, 4.2.4, 5.2)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Words
from lab_app.core.permissions import P

#: A declaration is made again after so many days.
CYCLE = timedelta(days=365)
#: A newcomer declares within so many days of the undertaking.
FIRST_WITHIN = timedelta(days=30)
#: So long before its day a declaration is asked for.
ASKED_BEFORE = timedelta(days=30)
#: People who gave an earlier text get at least this long to read a new one, unless its writer says another day.
READING_DAYS = 14

SIGNED, PAPER = "signed", "paper"
WAYS = {SIGNED: _l("ký điện tử"), PAPER: _l("bản giấy")}

CUSTOMER, MAKER, SUPPLIER, OTHER = "customer", "maker", "supplier", "other"
PARTIES = {
    CUSTOMER: _l("Khách hàng"), MAKER: _l("Nhà sản xuất, nhãn hiệu"), SUPPLIER: _l("Nhà cung cấp"), OTHER: _l("Tổ chức khác"),
}
NATURES = {
    "employment": _l("Đã hoặc đang làm việc, cộng tác"), "family": _l("Người thân làm việc hoặc sở hữu"),
    "financial": _l("Cổ phần, vay, cho vay, quà tặng"), "advice": _l("Tư vấn, thiết kế, bán sản phẩm được thử"),
    "other": _l("Quan hệ khác"),
}

COMMERCIAL, FINANCIAL, TIME, INTERNAL = "commercial", "financial", "time", "internal"
PRESSURES = {
    COMMERCIAL: _l("Sức ép thương mại"), FINANCIAL: _l("Tiền, quà, lợi ích"), TIME: _l("Ép thời hạn để bỏ bước"),
    INTERNAL: _l("Sức ép trong nội bộ"), "other": _l("Sức ép khác"),
}

HEAD, TECHNICAL, QUALITY = "head", "technical", "quality"
FUNCTIONS = {
    HEAD: _l("Trưởng phòng thử nghiệm"), TECHNICAL: _l("Phụ trách kỹ thuật"), QUALITY: _l("Phụ trách chất lượng"),
}


def due_on(undertaking_on: date | None, declared_on: date | None) -> date | None:
    """The day by which a person declares (next): a year after the last time, a month after the undertaking; none before that."""
    if declared_on is not None:
        return declared_on + CYCLE
    return undertaking_on + FIRST_WITHIN if undertaking_on is not None else None


def declaration_state(due: date | None, today: date) -> str:
    """`none` (nothing is due yet), `ok`, `soon`, `overdue`."""
    if due is None:
        return "none"
    if due < today:
        return "overdue"
    return "soon" if due - today <= ASKED_BEFORE else "ok"


@dataclass(frozen=True)
class Apart:
    """Two rights that one person should not use on the same work. `kept_by`: what keeps it apart even where one person has both
    (a gate's name), empty where nothing but the roles does."""

    one: P
    other: P
    why: Words
    clause: str
    kept_by: str = ""


APART: tuple[Apart, ...] = (
    Apart(P.RESULT_WRITE, P.RESULT_REVIEW, _l("đo và soát xét"), "7.8.1.1", "reviewer-is-another"),
    Apart(P.RESULT_WRITE, P.REPORT_ISSUE, _l("đo và ký duyệt phiếu"), "4.1.1"),
    Apart(P.RESULT_REVIEW, P.REPORT_ISSUE, _l("soát xét và ký duyệt phiếu"), "4.1.1"),
    Apart(P.PRICE_WRITE, P.RESULT_WRITE, _l("đặt giá và ghi kết quả"), "4.1.3"),
    Apart(P.PRICE_WRITE, P.RESULT_REVIEW, _l("đặt giá và soát xét"), "4.1.3"),
    Apart(P.PRICE_WRITE, P.REPORT_ISSUE, _l("đặt giá và ký duyệt phiếu"), "4.1.3"),
    Apart(P.ROLE_WRITE, P.RESULT_WRITE, _l("quản trị quyền và ghi kết quả"), "4.1.1"),
    Apart(P.ROLE_WRITE, P.REPORT_ISSUE, _l("quản trị quyền và ký duyệt phiếu"), "4.1.1"),
    Apart(P.INSTRUMENT_WRITE, P.RESULT_WRITE, _l("giữ sổ thiết bị và ghi kết quả"), "4.1.1"),
    Apart(P.METHOD_WRITE, P.METHOD_APPROVE, _l("soạn và phê duyệt phương pháp"), "7.2.1.1"),
    Apart(P.DOCUMENT_WRITE, P.DOCUMENT_APPROVE, _l("soạn và phê duyệt tài liệu"), "8.3.2"),
)


def joined(granted: Iterable[str]) -> list[Apart]:
    """The pairs of rights that somebody with these rights holds together."""
    have = set(granted)
    return [pair for pair in APART if pair.one.value in have and pair.other.value in have]


def overlapping(
    periods: Iterable[tuple[date, date | None]], first: date, last: date | None
) -> bool:
    """Whether a period (its last day, or none) meets one of these; ends are included."""
    return any((b is None or first <= b) and (last is None or a <= last) for a, b in periods)


def differences(one: Mapping[str, bool], other: Mapping[str, bool]) -> list[str]:
    """Rights that stand on one side alone, in the order of the first."""
    return [name for name in one if one[name] != other.get(name, False)]
