"""How a draft reduces the peaks of a trace to final points (7.2.1.2)."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from test_methods.models import MethodParameter
from test_methods.rules.trace_rules import BadTraceRule, checked_trace_rule
from test_methods.services.parameters import must_be_draft

WHY = {
    "missing": _l("Cần điền mục này."), "not_a_decimal": _l("Cần một số."), "not_finite": _l("Cần một số."),
    "not_whole": _l("Cần một số nguyên."), "negative": _l("Không nhận số âm."), "not_positive": _l("Phải lớn hơn 0."),
    "outside": _l("Số nằm ngoài khoảng cho phép."), "unknown_unit": _l("Không biết đơn vị này."),
    "frequencies_not_rising": _l("Nhiễu nền, dòng %(row)s: tần số sau phải lớn hơn tần số trước."), "not_a_list": _l("Cần một bảng."),
}


def set_trace_rule(actor: Actor, parameter: MethodParameter, rule: Mapping[str, Any]) -> MethodParameter:
    """Store how peaks are reduced with a draft's parameter; {} takes it away. Refuses by field, and a version that is no draft."""
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(parameter.method_version)
    try:
        kept = checked_trace_rule(rule)
    except BadTraceRule as error:
        field = f"ambient-{error.row}" if error.row else error.field  # a row of a table is said above the form
        said = WHY.get(error.code)
        raise FieldRefused(field, str(said) % {"row": error.row} if said else gettext("Giá trị này không dùng được.")) from error
    parameter.trace_rule = kept
    db.session.flush()
    return parameter
