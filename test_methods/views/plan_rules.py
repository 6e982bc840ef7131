"""Pages of plan rules: the list, entering one, changing one with its reason."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.core import audit, clock
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.i18n import show_decimal
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page
from test_methods.forms.plan_rules import EFFECTS, MOST_CONDITIONS, OPERATORS, PlanRuleForm
from test_methods.models import PlanRule, ProductEntry
from test_methods.properties import BY_KEY
from test_methods.queries.plan_rules import plan_rule_by_code
from test_methods.rules.days import in_force
from test_methods.services.plan_rules import add_plan_rule, change_plan_rule
from test_methods.views import bp

HISTORY_SHOWN = 6
COLUMNS = (
    Column("code", _l("Mã"), PlanRule.code), Column("regulation", _l("Quy chuẩn"), PlanRule.regulation),
    Column("conditions", _l("Điều kiện")), Column("reason", _l("Vì sao"), css="opt"), Column("state", _l("Hiệu lực")),
)
FILTERS = (
    Filter("effect", _l("Kết quả"), list(EFFECTS.items()), lambda q, v: q.where(PlanRule.effect == v)),
    Filter("confirmed", _l("Văn bản"), [("yes", _l("Đã xác nhận")), ("no", _l("Chưa xác nhận"))],
           lambda q, v: q.where(PlanRule.confirmed != "" if v == "yes" else PlanRule.confirmed == "")),
)


def condition_words(row: PlanRule | ProductEntry) -> list[str]:
    """Each condition as a sentence: `Công nghệ vô tuyến có Wi-Fi 2,4 GHz`."""
    return [_sentence(c) for c in row.conditions]


def _sentence(condition: dict[str, Any]) -> str:
    known = BY_KEY[condition["property"]]
    if known.kind == "flag":
        value = gettext("có") if condition["value"] == "yes" else gettext("không")
    elif known.choices:
        value = ", ".join(str(known.choices.get(v, v)) for v in condition["value"].split(","))
    elif known.kind == "number":
        value = f"{show_decimal(Decimal(condition['value']))} {known.unit}"
    else:
        value = condition["value"]
    return gettext("%(what)s %(how)s %(value)s", what=known.words, how=OPERATORS[condition["operator"]], value=value)


@bp.get("/plan-rules")
@requires(P.METHOD_READ)
def plan_rules() -> Any:
    """The rules that propose tests, with what they ask and whether anybody confirmed them."""
    shown = listing(select(PlanRule), PlanRule, COLUMNS, filters=FILTERS, default_sort="regulation", default_direction="asc")
    today = clock.today()
    return page("test_methods/plan_rules.html", rules=shown, effects=EFFECTS, words=condition_words,
                counts={r.id: in_force(r.in_force_from, r.in_force_to, today) for r in shown.rows})


def _reshaped(form: PlanRuleForm) -> bool:
    """Whether the button only asked for one condition more."""
    if not request.form.get("more"):
        return False
    if len(form.conditions) < MOST_CONDITIONS:
        form.conditions.append_entry({})
    return True


@bp.route("/plan-rules/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_plan_rule() -> Any:
    """Enter a rule; further conditions by one button, without losing what was typed."""
    form = PlanRuleForm() if request.method == "POST" else PlanRuleForm(data={"conditions": [{}]})
    if request.method == "POST" and not _reshaped(form) and form.validate():
        with attempt(form) as tried:
            row = add_plan_rule(current_actor(), code=form.code.data or "", **form.facts())
        if tried.ok:
            return done(gettext("Đã ghi quy tắc %(code)s.", code=row.code), "test_methods.plan_rules")
    return page("test_methods/plan_rule_form.html", form=form, row=None, properties=BY_KEY, entries=[])


@bp.route("/plan-rules/<code>", methods=["GET", "POST"])
@requires(P.METHOD_READ)
def plan_rule_page(code: str) -> Any:
    """One rule: read it, or change it with the reason; its history stays."""
    row = plan_rule_by_code(code)
    if row is None:
        raise NotFound(gettext("Không có quy tắc mang mã này."))
    names = ("version", "code", "regulation", "effect", "conditions", "reason_vi", "reason_en", "source", "confirmed", "in_force_from",
             "in_force_to")
    form = PlanRuleForm() if request.method == "POST" else PlanRuleForm(data={n: getattr(row, n) for n in names})
    if request.method == "POST" and not _reshaped(form) and form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            change_plan_rule(current_actor(), row, reason=form.reason.data or "", **form.facts())
        if tried.ok:
            return done(gettext("Đã sửa quy tắc %(code)s.", code=row.code), "test_methods.plan_rules")
        row = plan_rule_by_code(code)
    return page("test_methods/plan_rule_form.html", form=form, row=row, properties=BY_KEY,
                entries=audit.history("plan-rule", row.id, HISTORY_SHOWN) if row else [])
