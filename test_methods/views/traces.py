"""The page of a rule that reduces the peaks of a trace."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext

from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page
from test_methods.forms.traces import TraceRuleForm, trace_rule_data
from test_methods.models import MethodParameter
from test_methods.services.traces import set_trace_rule
from test_methods.views import bp


@bp.route("/method-parameters/<int:id>/trace-rule", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def trace_rule(id: int) -> Any:
    """How a draft's parameter reduces the peaks of a prescan to final points."""
    row = get_or_404(MethodParameter, id)
    form = TraceRuleForm(data=trace_rule_data(row.trace_rule))
    if form.validate_on_submit():
        with attempt(form) as tried:
            set_trace_rule(current_actor(), row, form.rule())
        if tried.ok:
            return done(gettext("Đã lưu quy tắc rút gọn đỉnh."), "test_methods.version_page", id=row.method_version_id)
        row = get_or_404(MethodParameter, id)
    return page("test_methods/trace_rule_form.html", form=form, parameter=row, version=row.method_version)
