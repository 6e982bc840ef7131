"""The scope register (5.3)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit
from test_methods import queries, rules
from test_methods.models import (
    ScopeEntry,
)


def add_scope(
    actor: Actor, *, method_code: str, status: str, decision: str, valid_from: date, valid_to: date,
    parameter_codes: Iterable[str] = ("",), cmc: Decimal | None = None, cmc_unit: str = "",
) -> list[ScopeEntry]:
    """Enter lines of the scope register (5.3): a method, or some of its parameters, with a status by a decision over days.

    `cmc`: of an accredited calibration, the smallest expanded uncertainty (k = 2) it may state, in `cmc_unit` (ILAC-P14).
    """
    authorize(actor, P.METHOD_APPROVE)
    if status not in rules.SCOPE_STATUSES:
        raise FieldRefused("status", gettext("Không có loại phạm vi này."))
    if queries.method_by_code(method_code) is None:
        raise FieldRefused("method_code", gettext("Không có phương pháp %(code)s.", code=method_code))
    if valid_to < valid_from:
        raise FieldRefused("valid_to", gettext("Ngày kết thúc trước ngày bắt đầu."))
    _check_cmc(method_code, status, cmc, cmc_unit)
    if not decision.strip():
        raise FieldRefused("decision", gettext("Ghi số quyết định."))
    rows = [ScopeEntry(method_code=method_code, parameter_code=code, status=status, decision=decision.strip(),
                       valid_from=valid_from, valid_to=valid_to, cmc=cmc, cmc_unit=cmc_unit if cmc is not None else "")
            for code in parameter_codes]
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
