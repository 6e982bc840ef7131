"""Use cases about regulations, methods, budgets, decision rules and scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from instruments.rules import QUANTITIES, MeasurementNeed
from lab_app.core import audit, clock, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.metrology.budget import parse_budget
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import ObservationLimit, parse_limit
from lab_app.metrology.units import find_unit
from test_methods import queries, rules, workflow
from test_methods.formula import FormulaError
from test_methods.models import (
    DecisionRule,
    Method,
    MethodParameter,
    MethodVersion,
    Regulation,
    Requirement,
    ScopeEntry,
    UncertaintyBudget,
)
from test_methods.rules import BadParameter


def _person_id(actor: Actor) -> int:
    if actor.id is None:
        raise NotAllowed(gettext("Việc này cần một người đứng tên."))
    return actor.id


def _must_have_reason(text: str) -> None:
    if not text.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))


# ---- regulations and their limits ------------------------------------------------------------------------


def add_regulation(
    actor: Actor, *, code: str, title_vi: str, title_en: str = "", in_force_from: date | None = None,
    in_force_to: date | None = None, replaced_by: str = "", adopts: Sequence[str] = (), products: Sequence[str] = (),
    legal: str = "", note: str = "", confirmed: str = "", confirmed_fields: Sequence[str] = (), kind: str = "regulation",
) -> Regulation:
    """Enter one edition of a regulation, or another basis document (`kind`: rules.DOCUMENT_KINDS).

    `confirmed` says where it was seen; empty is shown as not confirmed.
    """
    authorize(actor, P.METHOD_WRITE)
    if kind not in rules.DOCUMENT_KINDS:
        raise FieldRefused("kind", gettext("Không có loại tài liệu này."))
    if queries.regulation_by_code(code) is not None:
        raise FieldRefused("code", gettext("Quy chuẩn này đã có."))
    row = Regulation(
        kind=kind, code=code, title_vi=title_vi, title_en=title_en, in_force_from=in_force_from, in_force_to=in_force_to,
        replaced_by=replaced_by, adopts=list(adopts), products=list(products), legal=legal, note=note, confirmed=confirmed,
        confirmed_fields=list(confirmed_fields),
    )
    db.session.add(row)
    db.session.flush()
    search.put("regulation", row.id, row.code, row.title_vi, row.title_en, *row.products)
    return row


def _checked_limit(limit: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """The limit in its canonical form; an empty one says that nobody has written it down yet."""
    if not limit:
        return {}
    try:
        found = parse_limit({"unit": unit, **limit})
    except MetrologyError as error:
        raise FieldRefused("limit", gettext("Giới hạn không đúng dạng (%(why)s).", why=str(error))) from error
    if not isinstance(found, ObservationLimit) and found.unit:
        try:
            find_unit(found.unit)
        except MetrologyError as error:
            raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
    return found.to_dict()


def add_requirement(
    actor: Actor, regulation: Regulation, *, code: str, name_vi: str, limit: Mapping[str, Any], clause: str = "",
    name_en: str = "", unit: str = "", conditions: str = "", seen: str = "", position: int | None = None,
) -> Requirement:
    """A parameter that a regulation limits. Its limit is not confirmed yet, wherever it was seen."""
    authorize(actor, P.METHOD_WRITE)
    if queries.requirement_by_code(regulation.id, code) is not None:
        raise FieldRefused("code", gettext("Mã yêu cầu này đã có trong quy chuẩn."))
    checked = _checked_limit(limit, unit)
    if position is None:
        position = 1 + int(db.session.scalar(
            select(func.max(Requirement.position)).where(Requirement.regulation_id == regulation.id)) or 0)
    row = Requirement(
        regulation_id=regulation.id, regulation=regulation, position=position, code=code, clause=clause, name_vi=name_vi,
        name_en=name_en, unit=unit or str(checked.get("unit", "")), limit=checked, conditions=conditions, seen=seen,
    )
    db.session.add(row)
    db.session.flush()
    return row


def change_limit(actor: Actor, requirement: Requirement, limit: Mapping[str, Any], reason: str) -> Requirement:
    """Write a limit anew; an earlier confirmation falls. Lines planned before keep the limit frozen with them."""
    authorize(actor, P.METHOD_WRITE)
    _must_have_reason(reason)
    with audit.reason(reason):
        requirement.limit = _checked_limit(limit, requirement.unit)
        requirement.confirmed_source, requirement.confirmed_by_id = "", None
        requirement.confirmed_on = requirement.confirmed_recorded_at = None
    return requirement


def confirm_limit(actor: Actor, requirement: Requirement, source: str, on: date) -> Requirement:
    """A person states that the limit was compared with the official text, and where it stands (needed for a verdict, 7.8.6)."""
    authorize(actor, P.METHOD_WRITE)
    person_id = _person_id(actor)
    if not source.strip():
        raise FieldRefused("source", gettext("Ghi đã đối chiếu với văn bản nào, điều nào."))
    if on > clock.today():
        raise FieldRefused("on", gettext("Ngày này ở tương lai."))
    if not requirement.limit:
        raise Refused(gettext("Chưa có giới hạn để xác nhận; hãy nhập giới hạn trước."))
    requirement.confirmed_source, requirement.confirmed_by_id = source.strip(), person_id
    requirement.confirmed_on, requirement.confirmed_recorded_at = on, clock.now()
    db.session.flush()
    return requirement


def load_catalogue(actor: Actor, data: Mapping[str, Any]) -> int:
    """Bring a starter catalogue in: regulations with what is confirmed of them, and requirements with unconfirmed limits.

    `data` is the catalogue's JSON with numbers read as Decimals. Editions that are there already stay as they are.
    Returns how many editions came in.
    """
    authorize(actor, P.METHOD_WRITE)
    count = 0
    for entry in data["regulations"]:
        if queries.regulation_by_code(entry["code"]) is not None:
            continue
        legal, seen = str(entry.get("legal") or ""), str(entry.get("confirmed") or "")
        fields = list(entry.get("confirmed_fields") or ())
        row = add_regulation(
            actor, code=entry["code"], title_vi=entry["title_vi"], title_en=str(entry.get("title_en") or ""),
            in_force_from=rules.day_in_force(legal), replaced_by=rules.successor(legal, entry["code"]),
            adopts=entry.get("adopts") or (), products=entry.get("products") or (), legal=legal,
            note=str(entry.get("note") or ""), confirmed=seen if fields else "", confirmed_fields=fields,
        )
        plan = data["test_plans"].get(entry.get("test_plan") or "", {"params": ()})
        for parameter in plan["params"]:
            _load_requirements(actor, row, parameter)
        count += 1
    return count


def _load_requirements(actor: Actor, regulation: Regulation, entry: Mapping[str, Any]) -> None:
    found = rules.catalogue_limits(str(entry["op"]), entry.get("limit"), str(entry.get("unit") or ""))
    for suffix, limit in found.items():
        add_requirement(
            actor, regulation, code=f"{entry['id']}-{suffix}" if suffix else entry["id"],
            name_vi=f"{entry['name_vi']}, {suffix}" if suffix else entry["name_vi"],
            name_en=f"{entry['name_en']}, {suffix}" if suffix else entry["name_en"], clause=str(entry.get("clause") or ""),
            unit=str(entry.get("unit") or "") if limit else "", limit=limit, conditions=str(entry.get("conditions") or ""),
            seen=str(entry.get("confirmed") or ""),
        )


# ---- methods and versions --------------------------------------------------------------------------------


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
    person_id = _person_id(actor)
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
    person_id = _person_id(actor)
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
    _must_have_reason(reason)
    if version.approved_at is None or version.effective_from is None:
        raise Refused(gettext("Bản thảo chưa có hiệu lực nên không có gì để chấm dứt."))
    if from_day < version.effective_from:
        raise FieldRefused("from_day", gettext("Trước ngày hiệu lực của phiên bản."))
    if version.effective_to is not None and version.effective_to <= from_day:
        raise Refused(gettext("Phiên bản này đã hết hiệu lực."))
    with audit.reason(reason):
        version.effective_to, version.ended_recorded_at = from_day, clock.now()
    return version


# ---- budgets, rules, scope -------------------------------------------------------------------------------


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
