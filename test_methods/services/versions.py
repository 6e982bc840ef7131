"""Methods, their versions and parameters: drafted, verified, approved, retired (7.2)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from instruments.rules import QUANTITIES, MeasurementNeed
from lab_app.core import audit, clock, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.limits import ObservationLimit, parse_limit
from test_methods import queries, rules, workflow
from test_methods.formula import FormulaError
from test_methods.models import (
    Method,
    MethodParameter,
    MethodVersion,
    Regulation,
    Requirement,
    UncertaintyBudget,
)
from test_methods.rules import BadParameter
from test_methods.services.reasons import must_have_reason


def add_method(
    actor: Actor, *, code: str, title_vi: str, regulation: Regulation, title_en: str = "", reference: str = "",
    standard_method: bool = True, kind: str = "test",
) -> Method:
    """Enter a test or calibration method (`kind`). `code` is what authorisations name; it is given once.

    A test method tests by a regulation or standard; how to calibrate is said by a standard, a calibration document or an own
    procedure, never by a technical regulation for products.
    """
    authorize(actor, P.METHOD_WRITE)
    if kind not in rules.METHOD_KINDS:
        raise FieldRefused("kind", gettext("Không có loại phương pháp này."))
    if kind == rules.CALIBRATION and regulation.kind == rules.REGULATION:
        raise FieldRefused("regulation_id", gettext(
            "Quy chuẩn kỹ thuật không phải tài liệu hiệu chuẩn; chọn ĐLVN, tiêu chuẩn hoặc quy trình nội bộ."))
    if queries.method_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã phương pháp này đã có."))
    row = Method(
        kind=kind, code=code, title_vi=title_vi, title_en=title_en, reference=reference, regulation_id=regulation.id, regulation=regulation,
        standard_method=standard_method,
    )
    db.session.add(row)
    db.session.flush()
    search.put("method", row.id, row.code, row.title_vi, row.title_en, row.reference, regulation.code)
    return row


def draft_version(
    actor: Actor, method: Method, *, environment: Mapping[str, Any], change_note: str = "", copy_from: MethodVersion | None = None,
) -> MethodVersion:
    """Begin the next version of a method; `copy_from` takes over the parameters of an earlier one.

    `environment` says what the environment must be, or why it is not critical (6.3.2).
    """
    authorize(actor, P.METHOD_WRITE)
    person_id = person_of(actor)
    try:
        rules.check_environment(environment)
    except BadParameter as error:
        raise FieldRefused("environment", gettext(
            "Ghi giới hạn nhiệt độ, độ ẩm, hoặc vì sao môi trường không ảnh hưởng (%(why)s).", why=str(error))) from error
    rows = list(db.session.scalars(select(MethodVersion).where(MethodVersion.method_id == method.id)))
    if any(v.status == workflow.DRAFT.code for v in rows):
        raise Refused(gettext("Phương pháp này đang có một bản thảo; hoàn tất bản đó trước."))
    row = MethodVersion(
        method_id=method.id, method=method, number=1 + max((v.number for v in rows), default=0), author_id=person_id,
        environment=dict(environment), change_note=change_note.strip(),
    )
    db.session.add(row)
    db.session.flush()
    if copy_from is not None:
        for old in queries.parameters(copy_from.id):
            db.session.add(MethodParameter(method_version_id=row.id, **{
                name: getattr(old, name) for name in (
                    "requirement_id", "position", "code", "name_vi", "name_en", "kind", "fields", "formula", "unit", "places",
                    "budget_id", "u_exempt_reason", "u_max", "inherent_rule", "default_rule", "need", "conditions")}))
        db.session.flush()
    return row


def _must_be_draft(version: MethodVersion) -> None:
    if version.status != workflow.DRAFT.code:
        raise Refused(gettext("Phiên bản đã phê duyệt không sửa được; hãy lập phiên bản mới."))


def _fault(error: BadParameter) -> str:
    words = {
        "duplicate": gettext("Khóa trường số đọc bị trùng: %(detail)s.", detail=error.detail),
        "missing": gettext("Thiếu khóa của trường số đọc."),
        "label": gettext("Trường %(detail)s thiếu nhãn.", detail=error.detail),
        "source": gettext("Trường %(detail)s có nguồn số liệu không rõ.", detail=error.detail),
        "frequency": gettext("Giới hạn theo tần số cần trường %(detail)s.", detail=error.detail),
        "composite": gettext("Giới hạn theo tần số chỉ nhận một kết quả."),
    }
    return words.get(error.code, str(error))


def _check_number(
    requirement: Requirement, fields: Sequence[Mapping[str, Any]], formula: str, unit: str, budget: UncertaintyBudget | None,
    u_exempt_reason: str,
) -> None:
    try:
        rules.check_formula(fields, formula, requirement.limit)
    except BadParameter as error:
        raise FieldRefused(error.field, _fault(error)) from error
    except FormulaError as error:
        raise FieldRefused("formula", gettext("Công thức không đọc được (%(why)s).", why=str(error))) from error
    limit = parse_limit(requirement.limit) if requirement.limit else None
    if isinstance(limit, ObservationLimit):
        raise FieldRefused("kind", gettext("Yêu cầu này đánh giá bằng quan sát, không bằng số."))
    stated = rules.limit_unit(limit)
    if stated and unit != stated:
        raise FieldRefused("unit", gettext("Kết quả phải cùng đơn vị với giới hạn: %(unit)s.", unit=stated))
    if budget is None and not u_exempt_reason.strip():
        raise FieldRefused("budget", gettext("Chọn bảng độ không đảm bảo đo, hoặc ghi lý do miễn (7.6)."))


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


def add_parameter(
    actor: Actor, version: MethodVersion, requirement: Requirement, *, code: str | None = None, name_vi: str | None = None,
    name_en: str | None = None, kind: str = "number", fields: Sequence[Mapping[str, Any]] = (), formula: str = "",
    unit: str | None = None, places: int = 2, budget: UncertaintyBudget | None = None, u_exempt_reason: str = "",
    u_max: Decimal | None = None, inherent_rule: str = "", default_rule: str = "", need: Mapping[str, Any] | None = None,
    conditions: Sequence[str] = (), position: int | None = None,
) -> MethodParameter:
    """How a draft version measures one requirement. Refuses what could not give a result or a verdict later.

    A number needs reading fields, a formula over them, the unit of its limit, and a budget or the reason for none (7.6.3);
    an observation needs a requirement with allowed answers. A limit over frequency needs the field `frequency_mhz`.
    """
    authorize(actor, P.METHOD_WRITE)
    _must_be_draft(version)
    if requirement.regulation_id != version.method.regulation_id:
        raise FieldRefused("requirement", gettext("Yêu cầu này thuộc quy chuẩn khác."))
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Không có loại chỉ tiêu này."))
    if not 0 <= places <= 9:
        raise FieldRefused("places", gettext("Số chữ số thập phân: từ 0 đến 9."))
    unit = requirement.unit if unit is None else unit
    try:
        rules.check_fields(fields)
    except BadParameter as error:
        raise FieldRefused("fields", _fault(error)) from error
    if version.method.kind == rules.CALIBRATION:
        _check_calibration(kind, fields, budget)
    if kind == "number":
        _check_number(requirement, fields, formula, unit, budget, u_exempt_reason)
    elif not requirement.limit or not isinstance(parse_limit(requirement.limit), ObservationLimit):
        raise FieldRefused("kind", gettext("Yêu cầu này đánh giá bằng số, không bằng quan sát."))
    if u_max is not None and u_max <= 0:
        raise FieldRefused("u_max", gettext("U lớn nhất phải lớn hơn 0."))
    _check_rules(inherent_rule, default_rule, budget, u_max)
    kept = [text.strip() for text in conditions if text.strip()]
    if any(len(text) > 400 for text in kept):
        raise FieldRefused("conditions", gettext("Mỗi điều kiện tối đa 400 ký tự."))
    if position is None:
        position = 1 + int(db.session.scalar(
            select(func.max(MethodParameter.position)).where(MethodParameter.method_version_id == version.id)) or 0)
    code = code or requirement.code
    if db.session.scalar(select(MethodParameter.id).where(
            MethodParameter.method_version_id == version.id, MethodParameter.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã chỉ tiêu này đã có trong phiên bản."))
    checked_need = _checked_need(need or {})
    row = MethodParameter(
        method_version_id=version.id, method_version=version, requirement_id=requirement.id, requirement=requirement,
        position=position, code=code, name_vi=name_vi or requirement.name_vi,
        name_en=requirement.name_en if name_en is None else name_en, kind=kind, fields=[dict(f) for f in fields], formula=formula,
        unit=unit, places=places, budget_id=budget.id if budget else None, budget=budget, u_exempt_reason=u_exempt_reason.strip(),
        u_max=u_max, inherent_rule=inherent_rule, default_rule=default_rule, need=checked_need, conditions=kept,
    )
    db.session.add(row)
    db.session.flush()
    return row


def record_verification(actor: Actor, version: MethodVersion, text: str) -> MethodVersion:
    """Write the record of 7.2.1.5: what was checked, by whom, when, with what conclusion. Drafts only."""
    authorize(actor, P.METHOD_WRITE)
    _must_be_draft(version)
    version.verification = text.strip()
    db.session.flush()
    return version


def approval_facts(version: MethodVersion, approver_id: int | None, parameters: int | None = None) -> workflow.ApprovalFacts:
    """Facts of the gates of approval, also for a grey button; `parameters` when they were counted already."""
    if parameters is None:
        parameters = len(queries.parameters(version.id))
    return workflow.ApprovalFacts(
        f"{version.method.code} v{version.number}", version.id, version.verification, parameters,
        version.author_id, version.author.name, approver_id,
    )


def approve_version(actor: Actor, version: MethodVersion, effective_from: date) -> MethodVersion:
    """Approve a draft; from that day on it is in force and the earlier version is closed (7.2.1.3).

    Refused by gates *version-verified* and *approver-is-another*; nobody approves backwards in time.
    """
    authorize(actor, P.METHOD_APPROVE)
    person_id = person_of(actor)
    if effective_from < clock.today():
        raise FieldRefused("effective_from", gettext("Không phê duyệt ngược thời gian: chọn từ hôm nay trở đi."))
    now = clock.now()
    earlier = [v for v in queries.versions(version.method_id) if v.approved_at is not None]
    if any(v.effective_from is not None and v.effective_from >= effective_from for v in earlier):
        raise FieldRefused("effective_from", gettext("Phải sau ngày hiệu lực của phiên bản trước."))
    workflow.MACHINE.move(version, "approve", approval_facts(version, person_id))
    version.effective_from, version.approved_by_id, version.approved_at = effective_from, person_id, now
    for old in earlier:
        if old.effective_to is None or old.effective_to > effective_from:
            old.effective_to, old.ended_recorded_at = effective_from, now
    db.session.flush()
    return version


def retire_version(actor: Actor, version: MethodVersion, from_day: date, reason: str) -> MethodVersion:
    """End a version from a day on without a successor; what was known before stays answerable."""
    authorize(actor, P.METHOD_APPROVE)
    must_have_reason(reason)
    if version.approved_at is None or version.effective_from is None:
        raise Refused(gettext("Bản thảo chưa có hiệu lực nên không có gì để chấm dứt."))
    if from_day < version.effective_from:
        raise FieldRefused("from_day", gettext("Trước ngày hiệu lực của phiên bản."))
    if version.effective_to is not None and version.effective_to <= from_day:
        raise Refused(gettext("Phiên bản này đã hết hiệu lực."))
    with audit.reason(reason):
        version.effective_to, version.ended_recorded_at = from_day, clock.now()
    return version
