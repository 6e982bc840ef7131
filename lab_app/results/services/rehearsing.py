"""A rehearsal of decision rules shown to a customer becomes a record, named by the rules agreed after it (7.1.3)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from lab_app.core import clock
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds, parse_limit
from lab_app.results.models import RuleRehearsal
from lab_app.results.queries.rehearsing import earlier_lines
from lab_app.results.rehearsing import Played, frozen, past_of, play
from lab_app.samples.models import TestRequest
from lab_app.samples.queries import newest_review
from lab_app.samples.rules import sister_number
from lab_app.samples.services.review import note_rehearsal
from test_methods.models import DecisionRule, MethodParameter


@dataclass(frozen=True)
class WhatIf:
    """What a product still untested would be judged by: the parameter's limit, U and maximum U; None where there is none."""

    limit: Bounds | None
    u: Decimal | None
    k: Decimal
    u_max: Decimal | None
    unit: str


def what_if(parameter: MethodParameter) -> WhatIf:
    """The limit in its own unit; a limit that changes with frequency or conditions has no one value to ask about."""
    try:
        found = parse_limit(parameter.requirement.limit) if parameter.requirement.limit else None
    except MetrologyError:
        found = None
    limit = found if isinstance(found, Bounds) else None
    budget = parameter.budget
    unit = (limit.unit if limit is not None else "") or parameter.unit
    same = budget is not None and (budget.unit == unit or (budget.unit == "dB" and unit.startswith("dB")))
    return WhatIf(limit, budget.u_expanded if budget is not None and same else None,
                  budget.k if budget is not None else Decimal(2), parameter.u_max, unit)


def rehearse(parameter: MethodParameter, rules: Sequence[DecisionRule], at: Decimal | None = None) -> Played:
    """Replay the latest results of a parameter under each rule; a rule built into the regulation stands alone. A pure read."""
    ask = what_if(parameter)
    lines = earlier_lines(parameter.method_version.method_id, parameter.code)
    return play(past_of(lines), [parse_rule(row.definition) for row in rules], limit=ask.limit, u=ask.u, k=ask.k, u_max=ask.u_max,
                unit=ask.unit, at=at)


def record_rehearsal(
    actor: Actor, request: TestRequest, parameter: MethodParameter, rules: Sequence[DecisionRule], *, shown_to: str, shown_on: date,
    at: Decimal | None = None,
) -> RuleRehearsal:
    """Keep what the customer was shown today, frozen; the open review's rules for this parameter will name it."""
    authorize(actor, P.REQUEST_REVIEW)
    if not shown_to.strip():
        raise FieldRefused("shown_to", gettext("Cần ghi ai phía khách hàng đã xem."))
    if shown_on > clock.today() or shown_on < request.requested_on:
        raise FieldRefused("shown_on", gettext("Ngày xem phải từ ngày yêu cầu đến hôm nay."))
    played = rehearse(parameter, rules, at)
    if not played.past and at is None:
        raise Refused(gettext("Chưa có kết quả cũ nào và chưa thử giá trị nào: chưa có gì để cho xem."))
    taken = int(db.session.scalar(select(func.count()).select_from(RuleRehearsal).where(RuleRehearsal.request_id == request.id)) or 0)
    method = parameter.method_version.method
    row = RuleRehearsal(
        code=f"{sister_number('XQT', request.number)}-{taken + 1:02d}"[:30], request_id=request.id, method_id=method.id,
        parameter_code=parameter.code, shown=frozen(played), shown_to=shown_to.strip(), shown_on=shown_on, by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    review = newest_review(request.id)
    if review is not None and review.outcome == "open":
        note_rehearsal(actor, review, method.code, parameter.code, seen_words(row))
    return row


def seen_words(row: RuleRehearsal) -> str:
    """How an agreed rule names the rehearsal: code, day, who saw it."""
    return f"{row.code}, {show_date(row.shown_on)}, {row.shown_to}"


def rules_to_show(parameter: MethodParameter, offered: Sequence[DecisionRule], inherent: DecisionRule | None) -> Sequence[DecisionRule]:
    """The rules a customer chooses among; of a parameter with a rule of its own, that one alone."""
    return [inherent] if parameter.inherent_rule and inherent is not None else list(offered)


def counts_of(shown: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Rule code → verdict → how often, of a kept rehearsal."""
    return {str(one["rule"]["code"]): dict(one["counts"]) for one in shown.get("rules", ())}
