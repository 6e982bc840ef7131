"""Uncertainty budgets, decision rules, scope (7.6, 7.8.6)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core import search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.budget import parse_budget
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit
from test_methods import queries, rules
from test_methods.models import (
    DecisionRule,
    ScopeEntry,
    UncertaintyBudget,
)


def add_budget(
    actor: Actor, *, code: str, quantity: str, unit: str, components: Sequence[Mapping[str, Any]], k: Decimal = Decimal(2),
    note: str = "",
) -> UncertaintyBudget:
    """Enter an uncertainty budget (7.6); u_c and U are computed from its components. A changed budget is a new code."""
    authorize(actor, P.METHOD_WRITE)
    if queries.budget_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã bảng này đã có; bảng sửa đổi mang mã mới."))
    try:
        find_unit(unit)
        budget = parse_budget({"components": list(components), "k": str(k), "unit": unit})
        result = budget.evaluate()
    except MetrologyError as error:
        raise FieldRefused("components", gettext("Bảng độ không đảm bảo không tính được (%(why)s).", why=str(error))) from error
    row = UncertaintyBudget(
        code=code, quantity=quantity, unit=unit, components=budget.to_dict()["components"], u_c=result.u_c, k=result.k,
        u_expanded=result.U, note=note,
    )
    db.session.add(row)
    db.session.flush()
    search.put("uncertainty-budget", row.id, row.code, row.quantity)
    return row


def add_rule(
    actor: Actor, *, code: str, name_vi: str, definition: Mapping[str, Any], name_en: str = "", risk_vi: str = "",
    risk_en: str = "",
) -> DecisionRule:
    """Enter a decision rule a customer can agree to (7.8.6.1); its definition is what `metrology.decision` computes with."""
    authorize(actor, P.METHOD_WRITE)
    if queries.rule_by_code(code) is not None:
        raise FieldRefused("code", gettext("Quy tắc này đã có."))
    try:
        rule = parse_rule({**definition, "code": code})
    except MetrologyError as error:
        raise FieldRefused("definition", gettext("Quy tắc không đúng dạng (%(why)s).", why=str(error))) from error
    row = DecisionRule(code=code, name_vi=name_vi, name_en=name_en, definition=rule.to_dict(), risk_vi=risk_vi, risk_en=risk_en)
    db.session.add(row)
    db.session.flush()
    return row


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
