"""Pages of decision rules (7.8.6.1)."""
from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext
from markupsafe import Markup

from lab_app.core import audit
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.panels import panels_for
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.metrology.decision import RuleKind, decide, parse_rule
from test_methods import deciding, queries, services, wording
from test_methods.forms.deciding import INHERENT, RetireRuleForm, RuleForm, example_form, rule_form
from test_methods.models import DecisionRule
from test_methods.rules.deciding import example as usual
from test_methods.views import bp

HISTORY_SHOWN, USES_SHOWN = 12, 20
KINDS = {kind: deciding.SHORT[kind] for kind in (*(kind.value for kind in RuleKind), INHERENT)}


@bp.get("/decision-rules")
@requires(P.METHOD_READ)
def decision_rules() -> Any:
    """Rules an enterprise can agree to, and what each does (7.8.6.1)."""
    rows = queries.decision_rules()
    return page(
        "test_methods/decision_rules.html", uses=queries.uses_of_rules(), kinds=wording.RULE_KINDS,
        with_parameters=deciding.with_parameters,
        rules=[(row, rule, deciding.stated_risks(rule)) for row, rule in ((row, parse_rule(row.definition)) for row in rows)])


def rule_or_404(code: str) -> DecisionRule:
    """The rule, or the 404 page."""
    return or_404(queries.rule_by_code(code), gettext("Không có quy tắc mang mã này."))


@bp.get("/decision-rules/<code>")
@requires(P.METHOD_READ)
def decision_rule(code: str) -> Any:
    """One rule: its definition, formula, risk and zones for an example limit or the reader's own."""
    return _rule_page(rule_or_404(code), RetireRuleForm(formdata=None))


def _rule_page(row: DecisionRule, form: RetireRuleForm) -> Any:
    rule = parse_rule(row.definition)
    example = example_form(rule, request.args)
    good = not example.asked or example.validate()
    limit, U, top = usual(rule)
    if good:
        limit, U, top = example.limit(), example.U.data or U, example.u_max.data
    at = example.y.data if good else None
    actor = current_actor()
    return page(
        "test_methods/decision_rule.html", rule=row, parsed=rule, form=form, example=example, deciding=deciding,
        shown=deciding.shown(rule, limit, U, top, at), at=at, decision=decide(rule, limit, at, U, top) if at is not None else None,
        kinds=wording.RULE_KINDS, uses=queries.parameters_naming(row.code, USES_SHOWN),
        drawn=[Markup(render_template(p.template, **p.context)) for p in panels_for("decision-rule", row, actor)],
        entries=audit.history("decision-rule", row.id, HISTORY_SHOWN), table=deciding.factor_table() if rule.factor else [],
    )


@bp.route("/decision-rules/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_decision_rule() -> Any:
    """Enter a rule of one kind."""
    kind = request.args.get("kind", RuleKind.SIMPLE.value)
    if kind not in KINDS:
        raise NotFound(gettext("Không có loại quy tắc này."))
    form: RuleForm = rule_form(kind)()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.add_rule(
                current_actor(), code=form.code.data or "", name_vi=form.name_vi.data or "", name_en=form.name_en.data or "",
                definition=form.definition(), inherent_in=form["inherent_in"].data if "inherent_in" in form else "")
            row.risk_vi, row.risk_en = (text[:300] for text in deciding.stated_in_both(parse_rule(row.definition)))
        if tried.ok:
            return done(gettext("Đã ghi quy tắc %(code)s.", code=row.code), "test_methods.decision_rule", code=row.code)
    return page("test_methods/decision_rule_form.html", form=form, kind=kind, kinds=KINDS, definitions=deciding.DEFINITIONS,
                formulas=deciding.FORMULAS)


@bp.post("/decision-rules/<code>/retire")
@requires(P.METHOD_WRITE)
def retire_decision_rule(code: str) -> Any:
    """Offer a rule no more."""
    row, form = rule_or_404(code), RetireRuleForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.retire_rule(current_actor(), row, form.reason.data or "", form.on.data)
        if tried.ok:
            return done(gettext("Quy tắc %(code)s không còn được chọn nữa.", code=code), "test_methods.decision_rule", code=code)
        row = rule_or_404(code)
    return _rule_page(row, form)
