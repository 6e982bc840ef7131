"""How a version measures each requirement: fields, calculation, unit, uncertainty, instruments needed (7.2, 7.6.3, 7.11.6)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from instruments.rules import QUANTITIES, MeasurementNeed
from lab_app.core import audit
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.limits import ObservationLimit, parse_limit
from test_methods import queries, rules, workflow
from test_methods.models import MethodParameter, MethodVersion, Requirement, TestVector, UncertaintyBudget
from test_methods.rules import calculations as steps_of
from test_methods.rules import contents
from test_methods.rules.trace_rules import checked_trace_rule
from test_methods.services.faults import at_its_field
from test_methods.services.reasons import must_have_reason


def must_be_draft(version: MethodVersion) -> None:
    """Refuse a change of a version whose record was concluded or which was approved."""
    if version.status in (workflow.VERIFIED.code, workflow.VALIDATED.code):
        raise Refused(gettext("Hồ sơ của phiên bản này đã kết luận; mở lại bản thảo trước khi sửa."))
    if version.status != workflow.DRAFT.code:
        raise Refused(gettext("Phiên bản đã phê duyệt không sửa được; hãy lập phiên bản mới."))


def add_parameter(
    actor: Actor, version: MethodVersion, requirement: Requirement, *, code: str | None = None, name_vi: str | None = None,
    name_en: str | None = None, position: int | None = None, **facts: Any,
) -> MethodParameter:
    """How a draft version measures one requirement; `facts` as `checked` takes them. Refuses what could not give a result later.

    A number needs reading fields, a formula over them, the unit of its limit, and a budget or the reason for none (7.6.3);
    an observation needs a requirement with allowed answers. A limit over frequency needs the field `frequency_mhz`.
    """
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(version)
    if requirement.regulation_id != version.method.regulation_id:
        raise FieldRefused("requirement", gettext("Yêu cầu này thuộc quy chuẩn khác."))
    columns = checked(version, requirement, **facts)
    if position is None:
        position = 1 + int(db.session.scalar(
            select(func.max(MethodParameter.position)).where(MethodParameter.method_version_id == version.id)) or 0)
    code = code or requirement.code
    if db.session.scalar(select(MethodParameter.id).where(
            MethodParameter.method_version_id == version.id, MethodParameter.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã chỉ tiêu này đã có trong phiên bản."))
    row = MethodParameter(
        method_version_id=version.id, method_version=version, requirement_id=requirement.id, requirement=requirement,
        position=position, code=code, name_vi=name_vi or requirement.name_vi,
        name_en=requirement.name_en if name_en is None else name_en, **columns,
    )
    db.session.add(row)
    db.session.flush()
    return row


def change_parameter(
    actor: Actor, parameter: MethodParameter, *, name_vi: str | None = None, name_en: str | None = None, **facts: Any,
) -> MethodParameter:
    """Change how a draft version measures a requirement; `facts` as `checked` takes them, what is not named goes back to its default.

    A changed calculation makes earlier results of its test vectors stale.
    """
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(parameter.method_version)
    columns = checked(parameter.method_version, parameter.requirement, **facts)
    parameter.name_vi = name_vi or parameter.requirement.name_vi
    parameter.name_en = parameter.requirement.name_en if name_en is None else name_en
    for name, value in columns.items():
        if getattr(parameter, name) != value:
            setattr(parameter, name, value)
    db.session.flush()
    return parameter


def remove_parameter(actor: Actor, parameter: MethodParameter, reason: str) -> None:
    """Take a parameter out of a draft that nobody has approved, with the reason; its test vectors go with it."""
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(parameter.method_version)
    must_have_reason(reason)
    with audit.reason(reason):
        for vector in db.session.scalars(select(TestVector).where(TestVector.parameter_id == parameter.id)):
            for run in vector.runs:
                db.session.delete(run)
            db.session.delete(vector)
        db.session.flush()
        db.session.delete(parameter)
        db.session.flush()


def checked(
    version: MethodVersion, requirement: Requirement, *, kind: str = "number", fields: Sequence[Mapping[str, Any]] = (),
    formula: str = "", unit: str | None = None, places: int = 2, budget: UncertaintyBudget | None = None, u_exempt_reason: str = "",
    u_max: Decimal | None = None, inherent_rule: str = "", default_rule: str = "", need: Mapping[str, Any] | None = None,
    conditions: Sequence[str] = (), calculations: Sequence[Mapping[str, Any]] = (), replicates: int = 0, operators: bool = False,
    working_range: Mapping[str, Any] | None = None, trace_rule: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns of a parameter from what was entered. Every refusal names the field, or the cell of a row, that it is about."""
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Không có loại chỉ tiêu này."))
    if not 0 <= places <= 9:
        raise FieldRefused("places", gettext("Số chữ số thập phân: từ 0 đến 9."))
    unit = requirement.unit if unit is None else unit
    with at_its_field("fields"):
        rules.check_fields(fields)
    if version.method.kind == rules.CALIBRATION:
        _check_calibration(kind, fields, budget)
    kept_steps: list[dict[str, str]] = []
    kept_range: dict[str, Any] = {}
    if kind == "number":
        kept_steps = _check_number(requirement, fields, calculations, formula, unit, budget, u_exempt_reason)
        with at_its_field():
            contents.check_replicates(replicates, operators, fields)
            kept_range = contents.check_working_range(working_range or {}, unit)
    elif not requirement.limit or not isinstance(parse_limit(requirement.limit), ObservationLimit):
        raise FieldRefused("kind", gettext("Yêu cầu này đánh giá bằng số, không bằng quan sát."))
    if u_max is not None and u_max <= 0:
        raise FieldRefused("u_max", gettext("U lớn nhất phải lớn hơn 0."))
    _check_rules(inherent_rule, default_rule, budget, u_max)
    with at_its_field():
        kept_rule = checked_trace_rule(trace_rule)
    kept = [text.strip() for text in conditions if text.strip()]
    if any(len(text) > 400 for text in kept):
        raise FieldRefused("conditions", gettext("Mỗi điều kiện tối đa 400 ký tự."))
    return {
        "kind": kind, "fields": [dict(f) for f in fields], "formula": formula, "unit": unit, "places": places,
        "budget_id": budget.id if budget else None, "budget": budget, "u_exempt_reason": u_exempt_reason.strip(), "u_max": u_max,
        "inherent_rule": inherent_rule, "default_rule": default_rule, "need": _checked_need(need or {}), "conditions": kept,
        "calculations": kept_steps, "replicates": replicates if kind == "number" else 0, "operators": operators and kind == "number",
        "working_range": kept_range, "trace_rule": kept_rule,
    }


def _check_number(
    requirement: Requirement, fields: Sequence[Mapping[str, Any]], calculations: Sequence[Mapping[str, Any]], formula: str, unit: str,
    budget: UncertaintyBudget | None, u_exempt_reason: str,
) -> list[dict[str, str]]:
    """The steps as they are kept, in the order of their needs."""
    limit = parse_limit(requirement.limit) if requirement.limit else None
    if isinstance(limit, ObservationLimit):
        raise FieldRefused("kind", gettext("Yêu cầu này đánh giá bằng quan sát, không bằng số."))
    with at_its_field("formula"):
        steps = steps_of.ordered(fields, calculations, formula)
        rules.check_formula([*fields, *({"key": s.key} for s in steps)], formula, requirement.limit)
    stated = rules.limit_unit(limit)
    if stated and unit != stated:
        raise FieldRefused("unit", gettext("Kết quả phải cùng đơn vị với giới hạn: %(unit)s.", unit=stated))
    with at_its_field("formula"):
        steps_of.check_units_of(fields, steps, formula, unit)
    if budget is None and not u_exempt_reason.strip():
        raise FieldRefused("budget", gettext("Chọn bảng độ không đảm bảo đo, hoặc ghi lý do miễn (7.6)."))
    return [{"key": s.key, "formula": s.formula.text, "unit": s.unit, "label_vi": s.label_vi, "label_en": s.label_en} for s in steps]


def _check_calibration(kind: str, fields: Sequence[Mapping[str, Any]], budget: UncertaintyBudget | None) -> None:
    """A calibrated quantity compares an indication with a reference and always has its uncertainty (7.6.2, 7.8.4.1 a)."""
    if kind != "number":
        raise FieldRefused("kind", gettext("Hiệu chuẩn cho kết quả bằng số."))
    if not {str(f.get("key")) for f in fields} >= rules.CALIBRATION_FIELDS:
        raise FieldRefused("fields", gettext("Hiệu chuẩn cần hai trường: reference (giá trị chuẩn) và indicated (chỉ thị)."))
    if budget is None:
        raise FieldRefused("budget", gettext("Mỗi kết quả hiệu chuẩn có độ không đảm bảo đo; không miễn (7.6.2)."))


def _check_rules(inherent: str, default: str, budget: UncertaintyBudget | None, u_max: Decimal | None) -> None:
    for field, code in (("inherent_rule", inherent), ("default_rule", default)):
        if not code:
            continue
        found = queries.rule_by_code(code)
        if found is None:
            raise FieldRefused(field, gettext("Không có quy tắc ra quyết định %(code)s.", code=code))
        rule = parse_rule(found.definition)
        if rule.needs_uncertainty and budget is None:
            raise FieldRefused(field, gettext("Quy tắc %(code)s cần độ không đảm bảo đo.", code=code))
        if rule.needs_maximum_uncertainty and u_max is None and rule.u_max is None:
            raise FieldRefused("u_max", gettext("Quy tắc %(code)s cần U lớn nhất của tiêu chuẩn.", code=code))


def _checked_need(need: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = MeasurementNeed.from_dict(need)
    except ValueError as error:
        raise FieldRefused("need", gettext("Yêu cầu về thiết bị không đúng dạng (%(why)s).", why=str(error))) from error
    if found is None:
        return {}
    for part in (found, *found.beside):
        if part.quantity not in QUANTITIES:
            raise FieldRefused("need", gettext("Không biết đại lượng “%(quantity)s”.", quantity=part.quantity))
    return found.to_dict()
