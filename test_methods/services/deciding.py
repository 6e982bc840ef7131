"""Decision rules: entered once, never changed, retired when nobody is to agree to them any more (7.8.6.1)."""
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.errors import MetrologyError
from test_methods import queries
from test_methods.models import DecisionRule
from test_methods.services.reasons import must_have_reason

_CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{1,39}")


def add_rule(
    actor: Actor, *, code: str, name_vi: str, definition: Mapping[str, Any], name_en: str = "", risk_vi: str = "",
    risk_en: str = "", inherent_in: str = "",
) -> DecisionRule:
    """Enter a decision rule (7.8.6.1); its definition is what `metrology.decision` computes with. `inherent_in`: the regulation and
    clause that bring the rule with them, so that no customer chooses it."""
    authorize(actor, P.METHOD_WRITE)
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise FieldRefused("code", gettext("Mã quy tắc gồm chữ in hoa không dấu, số, dấu chấm và gạch nối, ví dụ DR-GB-U3."))
    if queries.rule_by_code(code) is not None:
        raise FieldRefused("code", gettext("Quy tắc này đã có; quy tắc khác đi mang mã mới."))
    if not name_vi.strip():
        raise FieldRefused("name_vi", gettext("Cần ghi tên quy tắc."))
    try:
        rule = parse_rule({**definition, "code": code})
    except MetrologyError as error:
        field = error.field if error.field in ("r", "u_max", "factor") else "definition"
        raise FieldRefused(field, gettext("Quy tắc không đúng dạng (%(why)s).", why=str(error))) from error
    row = DecisionRule(
        code=code, name_vi=name_vi.strip(), name_en=name_en.strip(), definition=rule.to_dict(), risk_vi=risk_vi[:300],
        risk_en=risk_en[:300], inherent_in=inherent_in.strip())
    db.session.add(row)
    db.session.flush()
    return row


def retire_rule(actor: Actor, rule: DecisionRule, reason: str, on: date | None = None) -> DecisionRule:
    """Offer a rule no more, from a day on. What was agreed by it stays as agreed; a rule that a method brings with it stays too."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    day = on or clock.today()
    if rule.retired_on is not None:
        raise Refused(gettext("Quy tắc %(code)s đã ngừng dùng.", code=rule.code))
    if day > clock.today():
        raise FieldRefused("on", gettext("Ngày này ở tương lai."))
    held = queries.parameters_bringing(rule.code)
    if held:
        raise Refused(gettext("Chưa ngừng được %(code)s: %(parameter)s đang lấy quy tắc này làm quy tắc sẵn có. Ban hành phiên bản "
                              "phương pháp với quy tắc khác trước.", code=rule.code, parameter=held[0]))
    audit.because(reason)
    rule.retired_on, rule.retired_reason = day, reason.strip()
    db.session.flush()
    return rule
