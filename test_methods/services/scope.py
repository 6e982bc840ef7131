"""The scope register (5.3): lines entered, and ended before their time."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from lab_app.core import audit
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit
from test_methods import queries, rules
from test_methods.models import ScopeEnd, ScopeEntry
from test_methods.rules.scope import ScopeFact, covers_same


def add_scope(
    actor: Actor, *, method_code: str, status: str, decision: str, valid_from: date, valid_to: date,
    parameter_codes: Iterable[str] = ("",), cmc: Decimal | None = None, cmc_unit: str = "", cmc_low: Decimal | None = None,
    cmc_high: Decimal | None = None, cmc_range_unit: str = "",
) -> list[ScopeEntry]:
    """Enter lines of the scope register (5.3): a method, or some of its parameters, with a status by a decision over days.

    `cmc`: of an accredited calibration, the smallest expanded uncertainty (k = 2) it may state, in `cmc_unit` (ILAC-P14).
    `cmc_low` to `cmc_high` in `cmc_range_unit`: the part of the range that the line covers; without ends, all of it. Refuses a line
    that overlaps another of the same method, parameter and status in days and range: two decisions would speak for one result.
    """
    authorize(actor, P.METHOD_APPROVE)
    if status not in rules.SCOPE_STATUSES:
        raise FieldRefused("status", gettext("Không có loại phạm vi này."))
    if queries.method_by_code(method_code) is None:
        raise FieldRefused("method_code", gettext("Không có phương pháp %(code)s.", code=method_code))
    if valid_to < valid_from:
        raise FieldRefused("valid_to", gettext("Ngày kết thúc trước ngày bắt đầu."))
    _check_cmc(method_code, status, cmc, cmc_unit)
    _check_range(cmc_low, cmc_high, cmc_range_unit)
    if not decision.strip():
        raise FieldRefused("decision", gettext("Ghi số quyết định."))
    range_unit = cmc_range_unit.strip() if cmc_low is not None or cmc_high is not None else ""
    rows = [ScopeEntry(method_code=method_code, parameter_code=code, status=status, decision=decision.strip(),
                       valid_from=valid_from, valid_to=valid_to, cmc=cmc, cmc_unit=cmc_unit if cmc is not None else "",
                       cmc_low=cmc_low, cmc_high=cmc_high, cmc_range_unit=range_unit)
            for code in parameter_codes]
    _check_overlaps(rows)
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _check_cmc(method_code: str, status: str, cmc: Decimal | None, unit: str) -> None:
    """A capability belongs to an accredited calibration and is a positive number with a unit."""
    if cmc is None:
        return
    method = queries.method_by_code(method_code)
    if status != "accredited" or method is None or method.kind != rules.CALIBRATION:
        raise FieldRefused("cmc", gettext("CMC chỉ ghi cho phương pháp hiệu chuẩn được công nhận."))
    if cmc <= 0:
        raise FieldRefused("cmc", gettext("CMC phải lớn hơn 0."))
    try:
        find_unit(unit)
    except MetrologyError as error:
        raise FieldRefused("cmc_unit", gettext("Không biết đơn vị “%(unit)s”.", unit=unit)) from error
    if not unit.strip():
        raise FieldRefused("cmc_unit", gettext("CMC cần đơn vị."))


def _check_range(low: Decimal | None, high: Decimal | None, unit: str) -> None:
    if low is None and high is None:
        return
    if low is not None and high is not None and low >= high:
        raise FieldRefused("cmc_low", gettext("Phạm vi đo bị ngược."))
    if not unit.strip():
        raise FieldRefused("cmc_range_unit", gettext("Phạm vi đo cần đơn vị."))
    try:
        find_unit(unit)
    except MetrologyError as error:
        raise FieldRefused("cmc_range_unit", gettext("Không biết đơn vị “%(unit)s”.", unit=unit)) from error


def _check_overlaps(rows: Sequence[ScopeEntry]) -> None:
    for at, row in enumerate(rows):
        standing = [*queries.scope_lines_of(row.method_code, row.status), *rows[:at]]
        other = next((o for o in standing if covers_same(_fact(row), _fact(o))), None)
        if other is not None:
            raise FieldRefused("valid_from", gettext(
                "Trùng với dòng đã có: %(method)s %(parameter)s, %(decision)s, %(start)s – %(end)s. Kết thúc dòng đó trước, "
                "hoặc chọn ngày, phạm vi khác.", method=other.method_code, parameter=other.parameter_code or gettext("mọi chỉ tiêu"),
                decision=other.decision, start=show_date(other.valid_from), end=show_date(other.last_day)))


def _fact(row: ScopeEntry) -> ScopeFact:
    return ScopeFact(row.parameter_code, row.valid_from, row.last_day, row.cmc_low, row.cmc_high, row.cmc_range_unit)


def end_scope(actor: Actor, entry: ScopeEntry, *, last_day: date, decision: str, reason: str) -> ScopeEnd:
    """End a line before its time by a decision (suspension, reduction, withdrawal): its last day, and why. The line itself stays.

    Refuses a last day outside the line's days, and a line that was ended already. The day may lie in the past: a suspension is often
    learnt of later; results between are then found by asking as known now.
    """
    authorize(actor, P.METHOD_APPROVE)
    if entry.ending is not None:
        raise Refused(gettext("Dòng phạm vi này đã được kết thúc sớm."))
    if not entry.valid_from <= last_day < entry.valid_to:
        raise FieldRefused("last_day", gettext("Chọn một ngày từ %(start)s đến trước %(end)s.", start=show_date(entry.valid_from),
                                               end=show_date(entry.valid_to)))
    for field, text in (("decision", decision), ("reason", reason)):
        if not text.strip():
            raise FieldRefused(field, gettext("Cần điền ô này."))
    with audit.reason(reason):
        row = ScopeEnd(entry_id=entry.id, entry=entry, last_day=last_day, decision=decision.strip(), reason=reason.strip(),
                       ended_by_id=actor.id)
        db.session.add(row)
        db.session.flush()
    return row
