"""Plan rules: entered, changed with a reason, ended; a later reader sees what counted on a day (7.1.1, 7.2.1)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from lab_app.core import audit
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from test_methods.models import PlanRule
from test_methods.queries.plan_rules import editions_of, plan_rule_by_code
from test_methods.rules.plan_rules import EFFECTS, BadRule, check_code, check_conditions, family
from test_methods.services.reasons import must_have_reason

FIELDS = ("regulation", "effect", "conditions", "reason_vi", "reason_en", "source", "confirmed", "in_force_from", "in_force_to")


def condition_words(error: BadRule) -> str:
    """What is wrong with a rule or its conditions, in words."""
    texts = {
        ("code", "not_a_code"): gettext("Mã gồm chữ in hoa không dấu, chữ số, dấu chấm và gạch nối."),
        ("conditions", "empty"): gettext("Cần ít nhất một điều kiện."),
        ("property", "unknown"): gettext("Không có thuộc tính này."),
        ("operator", "does_not_fit"): gettext("Phép so này không dùng được cho thuộc tính đã chọn."),
        ("value", "empty"): gettext("Cần giá trị để so."),
        ("value", "not_a_number"): gettext("Giá trị phải là số, dấu chấm thập phân."),
        ("value", "not_a_choice"): gettext("Giá trị không thuộc các giá trị của thuộc tính này."),
    }
    return texts[error.field, error.code]


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(facts)
    if out["effect"] not in EFFECTS:
        raise FieldRefused("effect", gettext("Lựa chọn không có trong danh sách."))
    try:
        out["conditions"] = check_conditions(out["conditions"])
    except BadRule as error:
        raise FieldRefused("conditions", condition_words(error)) from error
    for name in ("regulation", "reason_vi"):
        if not str(out[name]).strip():
            raise FieldRefused(name, gettext("Cần điền mục này."))
    out["regulation"] = family(str(out["regulation"]))
    if not editions_of([out["regulation"]])[out["regulation"]]:
        raise FieldRefused("regulation", gettext("Không có quy chuẩn nào mang ký hiệu %(code)s.", code=out["regulation"]))
    first, last = out["in_force_from"], out["in_force_to"]
    if first is not None and last is not None and last <= first:
        raise FieldRefused("in_force_to", gettext("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
    return out


def add_plan_rule(
    actor: Actor, *, code: str, regulation: str, conditions: Sequence[Mapping[str, Any]], reason_vi: str, reason_en: str = "",
    effect: str = "propose", source: str = "", confirmed: str = "", in_force_from: date | None = None,
    in_force_to: date | None = None,
) -> PlanRule:
    """Enter a rule. Refuses a code that stands already, a regulation nobody entered, a condition that cannot be asked."""
    authorize(actor, P.METHOD_WRITE)
    try:
        code = check_code(code)
    except BadRule as error:
        raise FieldRefused("code", condition_words(error)) from error
    if plan_rule_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã này đã có."))
    row = PlanRule(code=code, **_checked({
        "regulation": regulation, "conditions": list(conditions), "reason_vi": reason_vi.strip(), "reason_en": reason_en.strip(),
        "effect": effect, "source": source.strip(), "confirmed": confirmed.strip(), "in_force_from": in_force_from,
        "in_force_to": in_force_to,
    }))
    db.session.add(row)
    db.session.flush()
    return row


def change_plan_rule(actor: Actor, row: PlanRule, *, reason: str, **fields: Any) -> PlanRule:
    """Change a rule, or end it (`in_force_to`), with the reason; what stood before is in its history. `fields`: any of FIELDS."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    checked = _checked({name: fields.get(name, getattr(row, name)) for name in FIELDS})
    with audit.reason(reason):
        for name, value in checked.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        db.session.flush()
    return row


def load_plan_rules(actor: Actor, data: Mapping[str, Any]) -> int:
    """Bring the starter rules in; those that stand, and those of a regulation nobody entered, are passed by. Returns how many came."""
    authorize(actor, P.METHOD_WRITE)
    families = editions_of([family(str(entry["regulation"])) for entry in data["rules"]])
    count = 0
    for entry in data["rules"]:
        if plan_rule_by_code(entry["code"]) is not None or not families[family(str(entry["regulation"]))]:
            continue
        days: dict[str, Any] = {n: date.fromisoformat(entry[n]) for n in ("in_force_from", "in_force_to") if entry.get(n)}
        add_plan_rule(actor, **{**entry, **days})
        count += 1
    return count
