"""What the pages of the room show, made from records: choices, budgets evaluated, the scope by method."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core.i18n import pick
from lab_app.core.workflow import State
from lab_app.metrology.budget import BudgetResult, parse_budget
from lab_app.metrology.rounding import places_of, round_half, round_uncertainty
from test_methods import workflow
from test_methods.models import Method, Regulation, Requirement, ScopeEntry, UncertaintyBudget
from test_methods.rules import scope as scope_rules
from test_methods.rules.days import in_force

COMPONENT_PLACES = 4


def marks(statuses: Iterable[str]) -> list[State]:
    """Scope statuses as badges, in the register's order."""
    found = set(statuses)
    return [state for code, state in workflow.SCOPE.items() if code in found]


def confirmation(requirement: Requirement) -> State:
    """Whether somebody compared the limit with the official text."""
    return workflow.CONFIRMED if requirement.confirmed_on else workflow.UNCONFIRMED


def edition(regulation: Regulation) -> State:
    """Whether the edition itself was seen anywhere."""
    return workflow.CONFIRMED if regulation.confirmed else workflow.UNCONFIRMED


def marked(confirmed: object) -> State:
    """Whether somebody compared something with its official text: what stands there then is a source or a day, else nothing."""
    return workflow.CONFIRMED if confirmed else workflow.UNCONFIRMED


def in_force_words(regulation: Regulation, today: date) -> State:
    """How the edition stands on a day; an edition without a known day says so."""
    if regulation.replaced_by or not in_force(None, regulation.in_force_to, today):
        return State("over", gettext("Đã thay thế") if regulation.replaced_by else gettext("Hết hiệu lực"), "hold")
    if regulation.in_force_from is None:
        return State("unknown", gettext("Chưa rõ ngày hiệu lực"), "hold")
    if regulation.in_force_from > today:
        return State("future", gettext("Chưa có hiệu lực"), "info")
    return State("in_force", gettext("Đang hiệu lực"), "ok")


def evaluated(budget: UncertaintyBudget) -> BudgetResult:
    """The budget's lines with what each contributes, computed anew from its components."""
    return parse_budget({"components": budget.components, "k": str(budget.k), "unit": budget.unit}).evaluate()


def component(number: Decimal) -> Decimal:
    """A component's number at the places a budget table shows."""
    return round_half(number, COMPONENT_PLACES)


def expanded(number: Decimal) -> Decimal:
    """An expanded uncertainty as a register shows it: two decimals, or two significant digits where that is finer."""
    return round_half(number, max(2, places_of(round_uncertainty(number))))


@dataclass(frozen=True)
class ScopeLine:
    """A line of the register with its method and how it stands today."""

    entry: ScopeEntry
    method: Method | None
    status: State
    standing: State


def scope_lines(entries: Sequence[ScopeEntry], methods: Sequence[Method], today: date) -> list[ScopeLine]:
    """The register for its page."""
    by_code = {m.code: m for m in methods}
    words = {
        "over": State("over", gettext("Hết hạn"), "hold"), "ended": State("ended", gettext("Kết thúc sớm"), "warn"),
        "future": State("future", gettext("Chưa đến hạn"), "info"), "holds": State("holds", gettext("Còn hiệu lực"), "ok"),
        "soon": State("soon", gettext("Sắp hết hạn"), "warn", "exclamation-triangle-fill"),
    }
    return [
        ScopeLine(entry, by_code.get(entry.method_code), workflow.SCOPE[entry.status],
                  words[scope_rules.standing(entry.valid_from, entry.last_day, entry.ending is not None, today)])
        for entry in entries
    ]


def regulation_choices(rows: Iterable[Regulation]) -> list[tuple[int, str]]:
    """Regulations for a drop-down."""
    return [(r.id, f"{r.code} {pick(r.title_vi, r.title_en)}"[:120]) for r in rows]


def requirement_choices(rows: Iterable[Requirement]) -> list[tuple[int, str]]:
    """Requirements for a drop-down."""
    return [(r.id, f"{r.code} {pick(r.name_vi, r.name_en)}"[:120]) for r in rows]


def table(methods: Sequence[Method], numbers: dict[int, Any], scope: dict[str, set[str]]) -> tuple[list[Any], list[list[Any]]]:
    """The list of methods as an export: heads and rows."""
    heads = [gettext("Mã"), gettext("Tên"), gettext("Quy chuẩn"), gettext("Tài liệu"), gettext("Phiên bản đang hiệu lực"),
             gettext("Phạm vi")]
    return heads, [
        [m.code, m.title_vi, m.regulation.code, m.reference, numbers[m.id].number if m.id in numbers else None,
         ", ".join(str(s.word) for s in marks(scope.get(m.code, ())))]
        for m in methods
    ]
