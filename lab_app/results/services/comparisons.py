"""Two results of one parameter set against each other: replicates, retained items, people, instruments, methods (7.7.1)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from flask_babel import gettext

from lab_app.core import clock, numbering
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit
from lab_app.results.models import JobLine, Reading
from lab_app.results.validity import queries, rules
from lab_app.results.validity.models import Comparison
from test_methods.models import Method


def _result(reading: Reading | None) -> tuple[str, Decimal | None]:
    """A reading's result as text, and its expanded uncertainty; empty for what was left out or not judged by a number."""
    if reading is None:
        return "", None
    return (format(reading.value, "f"), reading.u) if reading.value is not None else (reading.observation, None)


def _number(field: str, text: str) -> None:
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise FieldRefused(field, gettext("“%(text)s” không phải là số.", text=text[:40]))


def check_criterion(criterion: str, limit: Decimal | None, unit: str) -> None:
    """Refuse an unknown criterion, one without its limit, percentages of dB (`FieldRefused`)."""
    if criterion not in rules.CRITERIA:
        raise FieldRefused("criterion", gettext("Lựa chọn không có trong danh sách."))
    if criterion in (rules.DIFFERENCE, rules.PERCENT):
        if limit is None:
            raise FieldRefused("limit", gettext("Cần ghi giới hạn."))
        if limit <= 0:
            raise FieldRefused("limit", gettext("Giới hạn phải lớn hơn 0."))
    if criterion == rules.PERCENT:
        try:
            level = find_unit(unit).is_level
        except MetrologyError:
            level = False
        if level:
            raise FieldRefused("criterion", gettext("Đại lượng tính bằng dB không so theo tỷ lệ phần trăm; dùng hiệu."))


def record_comparison(
    actor: Actor, method: Method, parameter_code: str, *, kind: str, criterion: str, about: str = "", limit: Decimal | None = None,
    first_line: JobLine | None = None, second_line: JobLine | None = None, first: str = "", second: str = "",
    first_u: Decimal | None = None, second_u: Decimal | None = None, measured_at: datetime | None = None,
) -> Comparison:
    """Record a comparison; its verdict is computed, now or when the original gets its result.

    A side is a line of a job (its result is taken, also later) or a typed result (decimal text, or an answer in words for *equal*).
    Refuses an unknown parameter, a criterion without its limit, percentages of dB, a text that is no number, a side that is neither.
    """
    authorize(actor, P.RESULT_WRITE)
    if actor.id is None:
        raise Refused(gettext("Việc này cần một người thực hiện."))
    parameter = queries.parameter_named(method.id, parameter_code)
    if parameter is None:
        raise FieldRefused("parameter", gettext("Phương pháp không có chỉ tiêu này."))
    if kind not in rules.COMPARISONS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    check_criterion(criterion, limit, parameter.unit)
    at = measured_at or clock.now()
    if at > clock.now():
        raise FieldRefused("measured_at", gettext("Thời điểm này ở tương lai."))
    if first_line is not None and second_line is not None and first_line.id == second_line.id:
        raise FieldRefused("second_line", gettext("Hai kết quả phải là hai lần đo khác nhau."))
    row = Comparison(
        code=numbering.yearly("SS", clock.local(at).year, 3), kind=kind, method_id=method.id, parameter_code=parameter_code,
        about=about.strip(), unit=parameter.unit, criterion=criterion, limit=limit, measured_at=at, person_id=actor.id,
        first_line_id=first_line.id if first_line else None, second_line_id=second_line.id if second_line else None,
        first=first.strip(), second=second.strip(), first_u=first_u, second_u=second_u,
    )
    for side, line, text in (("first", first_line, row.first), ("second", second_line, row.second)):
        if line is not None:
            _take(row, side, line)
        elif not text:
            raise FieldRefused(side, gettext("Ghi kết quả, hoặc chọn dòng của việc thử."))
        elif criterion != rules.EQUAL:
            _number(side, text)
    for name, u in (("first_u", first_u), ("second_u", second_u)):
        if u is not None and u <= 0:
            raise FieldRefused(name, gettext("Độ không đảm bảo đo phải lớn hơn 0."))
    _decide(row)
    db.session.add(row)
    db.session.flush()
    return row


def _take(row: Comparison, side: str, line: JobLine) -> None:
    text, u = _result(line.reading)
    setattr(row, side, text)
    setattr(row, f"{side}_u", u)


def _decide(row: Comparison) -> None:
    try:
        seen = rules.compare(row.criterion, row.first, row.second, row.limit, row.first_u, row.second_u)
    except (InvalidOperation, MetrologyError):  # an answer in words where a number is compared, or an uncertainty of zero
        seen = rules.Compared(rules.UNDECIDED)
    row.verdict, row.figure = seen.verdict, seen.figure


def settle_all(lines: Sequence[JobLine]) -> None:
    """Lines got results: comparisons that stood on them are decided (again). Part of recording readings; one statement."""
    by_id = {line.id: line for line in lines}
    for row in queries.comparisons_of_lines(list(by_id)):
        for side in ("first", "second"):
            line = by_id.get(getattr(row, f"{side}_line_id"))
            if line is not None:
                _take(row, side, line)
        _decide(row)
    db.session.flush()


def conclude_comparison(actor: Actor, row: Comparison, conclusion: str) -> Comparison:
    """Say what a comparison outside its criterion means and what was done (7.7.3). By somebody who reviews results."""
    authorize(actor, P.RESULT_REVIEW)
    if row.verdict != rules.OUTSIDE:
        raise Refused(gettext("Chỉ so sánh ngoài tiêu chí mới cần kết luận."))
    if row.concluded_at is not None:
        raise Refused(gettext("So sánh này đã có kết luận."))
    if not conclusion.strip():
        raise FieldRefused("conclusion", gettext("Cần điền mục này."))
    row.conclusion, row.concluded_by_id, row.concluded_at = conclusion.strip(), actor.id, clock.now()
    db.session.flush()
    return row
