"""Uncertainty budgets: entered, issued anew, put to use by method, instrument and band (7.6)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from instruments.models import Instrument
from lab_app.core import audit, clock, gates, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import convert, find_unit
from test_methods import budget_words
from test_methods.models import BudgetChoice, MethodParameter, UncertaintyBudget
from test_methods.queries.uncertainty import budget_by_code, last_issue, replacement_of
from test_methods.rules import budgets as rules
from test_methods.workflow.uncertainty import UseFacts

SEPARATOR = "/"


def refuse(error: rules.BadBudget) -> FieldRefused:
    """A refusal of the rules as one of the form: `components-2-value`, `correlations-0-r`, `model`; the whole part otherwise."""
    if error.row is None:
        return FieldRefused(error.field if error.part == "coverage" and error.field else error.part, budget_words.placed(error))
    name = f"{error.part}-{error.row}-{error.field or ''}".rstrip("-")
    return FieldRefused(name, budget_words.refusal(error) if error.field else budget_words.placed(error))


def worked_out(
    *, unit: str, kind: str = rules.COMPONENTS, components: Sequence[Mapping[str, Any]] = (), model: str = "",
    inputs: Sequence[Mapping[str, Any]] = (), correlations: Sequence[Sequence[Any]] = (), coverage: Mapping[str, Any] | None = None,
    ranges: Sequence[Mapping[str, Any]] = (), k: Decimal = Decimal(2),
) -> tuple[rules.BudgetData, rules.Evaluated]:
    """A budget as typed, checked and evaluated; writes nothing. `FieldRefused` names the row's field at fault."""
    try:
        data = rules.checked(rules.BudgetData(unit, kind, components, model, inputs, correlations, coverage or {}, ranges, k))
        return data, rules.evaluated(data)
    except rules.BadBudget as error:
        raise refuse(error) from error


def add_budget(
    actor: Actor, *, code: str, quantity: str, unit: str, components: Sequence[Mapping[str, Any]] = (), k: Decimal = Decimal(2),
    note: str = "", **more: Any,
) -> UncertaintyBudget:
    """Enter an uncertainty budget (7.6); u_c and U are computed. `more`: `kind`, `model`, `inputs`, `correlations`, `coverage`,
    `ranges` as `rules.budgets.BudgetData` has them. A changed budget is a new issue (`issue_budget`)."""
    authorize(actor, P.METHOD_WRITE)
    if budget_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã bảng này đã có; bảng sửa đổi mang mã mới."))
    if SEPARATOR in code:
        raise FieldRefused("code", gettext("Mã không chứa dấu “/”: dấu này dành cho số lần ban hành."))
    return _kept(actor, code, quantity, note, worked_out(unit=unit, components=components, k=k, **more), series=code)


def issue_budget(
    actor: Actor, old: UncertaintyBudget, *, reason: str, quantity: str, unit: str, note: str = "", **content: Any,
) -> UncertaintyBudget:
    """The next issue of a budget, with what changed and why. The old one stays as it was, with every reading computed by it."""
    authorize(actor, P.METHOD_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Ghi vì sao sửa bảng."))
    if replacement_of(old.id) is not None:
        raise Refused(gettext("Bảng này đã có lần ban hành sau; hãy sửa lần mới nhất."))
    made = worked_out(unit=unit, **content)
    if _same(old, quantity, note, made[0]):
        raise Refused(gettext("Không có gì thay đổi so với lần ban hành trước."))
    series = old.series or old.code
    issue = max(last_issue(series), old.issue) + 1
    audit.because(reason)
    return _kept(actor, f"{series}{SEPARATOR}{issue}", quantity, note, made, series=series, issue=issue, replaces_id=old.id,
                 change_reason=reason.strip())


def _same(old: UncertaintyBudget, quantity: str, note: str, data: rules.BudgetData) -> bool:
    was = (old.quantity, old.note, old.unit, old.kind, old.components, old.model, old.inputs, old.correlations, old.ranges, old.k)
    now = (quantity, note, data.unit, data.kind, list(data.components), data.model, list(data.inputs), list(data.correlations),
           list(data.ranges), data.k)
    return was == now and (old.coverage.get("p"), old.coverage.get("dof_rule")) == (
        data.coverage.get("p"), data.coverage.get("dof_rule"))


def _kept(
    actor: Actor, code: str, quantity: str, note: str, made: tuple[rules.BudgetData, rules.Evaluated], **place: Any,
) -> UncertaintyBudget:
    data, found = made
    row = UncertaintyBudget(
        code=code, quantity=quantity, unit=data.unit, components=list(data.components), u_c=found.u_c, k=found.k, u_expanded=found.U,
        note=note, kind=data.kind, model=data.model, inputs=list(data.inputs), correlations=list(data.correlations),
        coverage=dict(data.coverage), ranges=list(data.ranges), estimate=found.y, nu_eff=found.nu_eff, author_id=actor.id, **place)
    db.session.add(row)
    db.session.flush()
    search.put("uncertainty-budget", row.id, row.code, row.quantity)
    return row


# ---- where it applies ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a budget shall apply: an instrument or any, a band in `unit` or all of it."""

    instrument: Instrument | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


def use_facts(actor: Actor, budget: UncertaintyBudget) -> UseFacts:
    """Who would put whose budget to use."""
    return UseFacts(budget.code, budget.id, budget.author_id, budget.author.name if budget.author else "", actor.id)


def choose_budget(
    actor: Actor, budget: UncertaintyBudget, parameter: MethodParameter, place: Place = Place(), *, valid_from: date | None = None,
    reason: str = "",
) -> BudgetChoice:
    """Put a budget to use for a parameter of a method version, with an instrument and over a band, from a day on (today at the
    earliest: no reading already made changes its budget). A choice for the very same place ends that day.

    By somebody else than the budget's author; refused where U does not fit the unit of the result.
    """
    authorize(actor, P.METHOD_APPROVE)
    gates.require("budget-used-by-another", use_facts(actor, budget))
    day = valid_from or clock.today()
    if day < clock.today():
        raise FieldRefused("valid_from", gettext("Không cho dùng ngược thời gian: từ hôm nay trở đi."))
    _check_place(place)
    if parameter.kind != "number" or not _fits(budget.unit, parameter.unit):
        raise FieldRefused("parameter_id", gettext(
            "U của bảng (%(u)s) không dùng được cho kết quả có đơn vị “%(unit)s”.", u=budget.unit, unit=parameter.unit))
    instrument_id = place.instrument.id if place.instrument else None
    same = select(BudgetChoice).where(
        BudgetChoice.parameter_id == parameter.id, BudgetChoice.instrument_id == instrument_id, BudgetChoice.valid_to.is_(None))
    for old in db.session.scalars(same):
        if (old.low, old.high, old.unit) == (place.low, place.high, place.unit):
            if old.budget_id == budget.id:
                raise Refused(gettext("Bảng này đang được dùng đúng ở chỗ đó."))
            old.valid_to, old.ended_recorded_at = max(day, old.valid_from), clock.now()
    row = BudgetChoice(
        parameter_id=parameter.id, budget_id=budget.id, budget=budget, instrument_id=instrument_id, low=place.low, high=place.high,
        unit=place.unit, valid_from=day, reason=reason.strip(), decided_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    db.session.expire(parameter, ["budget_choices"])
    return row


def end_choice(actor: Actor, choice: BudgetChoice, reason: str) -> BudgetChoice:
    """Stop using a budget in one place from today on; the parameter's own applies again. Refuses one that has ended."""
    authorize(actor, P.METHOD_APPROVE)
    if choice.valid_to is not None:
        raise Refused(gettext("Lựa chọn này đã kết thúc."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Ghi vì sao thôi dùng."))
    audit.because(reason)
    choice.valid_to, choice.ended_recorded_at = max(clock.today(), choice.valid_from), clock.now()
    db.session.flush()
    return choice


def _check_place(place: Place) -> None:
    if place.low is None and place.high is None:
        if place.unit:
            raise FieldRefused("low", gettext("Ghi hai đầu dải, hoặc bỏ trống cả đơn vị."))
        return
    if place.low is not None and place.high is not None and place.high < place.low:
        raise FieldRefused("high", gettext("Đầu trên của dải nhỏ hơn đầu dưới."))
    try:
        unit = find_unit(place.unit)
    except MetrologyError as error:
        raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=place.unit)) from error
    if unit.dimension != "frequency":
        raise FieldRefused("unit", gettext("Dải tần cần đơn vị tần số: kHz, MHz, GHz."))


def _fits(u_unit: str, unit: str) -> bool:
    """Whether a U in one unit can be that of a result in another: the same, decibels of a level, % of a linear value, a prefix."""
    if not u_unit or not unit:
        return True
    try:
        own, of_result = find_unit(u_unit), find_unit(unit)
        if own == of_result or (of_result.is_level and own.symbol == "dB") or (own.symbol == "%" and not of_result.is_level):
            return True
        convert(Decimal(1), u_unit, unit)
    except MetrologyError:
        return False
    return True
