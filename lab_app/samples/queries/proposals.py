"""The tests proposed for an item on a day, each with its reason, and what is not proposed and why (7.1.1, 7.2.1.4).

From the product's properties, the plan rules and product lists that count on the day, the editions and method versions in force,
the scope register and the instruments. Statements do not grow with the rules.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments.queries import facts_of, in_register
from instruments.rules import MeasurementNeed, judge, missing_from_set, ranges_with_members
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.i18n import pick, show_date
from lab_app.samples.item_file import property_text
from lab_app.samples.models import ProposalAnswer, RequestItem
from test_methods.models import Method, MethodParameter, MethodVersion, PlanRule, Regulation
from test_methods.properties import BY_KEY
from test_methods.queries import scope_of, versions_in_force
from test_methods.queries.plan_rules import editions_of, plan_rules_on
from test_methods.queries.products import ProposedRegulation, edition_on, matching
from test_methods.rules.plan_rules import EXEMPT, ask, family

LACKING_SHOWN = 3


@dataclass(frozen=True)
class Proposal:
    """One line of the proposed plan: a regulation's edition with the method that tests it, or with none of ours.

    `because`: the sentences that say why. `statuses`: of the method in the scope register. `limits`: (confirmed, all) of the
    version's parameters. `lacking`: what of the instruments is missing today. `answer`: what was answered last.
    """

    regulation: Regulation
    because: tuple[str, ...]
    method: Method | None = None
    version: MethodVersion | None = None
    lane: str = ""
    statuses: frozenset[str] = frozenset()
    limits: tuple[int, int] = (0, 0)
    lacking: tuple[str, ...] = ()
    wanted: bool = False
    answer: ProposalAnswer | None = None

    @property
    def key(self) -> str:
        """How a form names this line."""
        return f"{self.regulation.id}-{self.method.id if self.method else 0}"

    @property
    def here(self) -> bool:
        """Whether the laboratory can test it itself: a method with a version in force."""
        return self.version is not None

    @property
    def reason(self) -> str:
        """The sentences as one text, kept with the answer and with the requested test."""
        return " · ".join(self.because)


@dataclass(frozen=True)
class NotProposed:
    """A regulation that a rule speaks of and that is not proposed, why, and what to do."""

    code: str
    title: str
    why: str
    advice: str = ""


@dataclass(frozen=True)
class Plan:
    """What is proposed for an item on a day, what is not, and which properties nobody stated that rules ask about."""

    item: RequestItem
    on: date
    lines: list[Proposal] = field(default_factory=list)
    left_out: list[NotProposed] = field(default_factory=list)
    unstated: list[str] = field(default_factory=list)

    @property
    def open(self) -> list[Proposal]:
        """Lines nobody answered and nobody asked for otherwise."""
        return [line for line in self.lines if line.answer is None and not line.wanted]


@dataclass
class _Asked:
    """What the rules and lists say of one family."""

    because: list[str] = field(default_factory=list)
    listed: list[ProposedRegulation] = field(default_factory=list)
    exempt: list[PlanRule] = field(default_factory=list)
    may_be_exempt: list[str] = field(default_factory=list)
    unstated: list[str] = field(default_factory=list)


def _said(rule: PlanRule, properties: Mapping[str, Any]) -> str:
    """A rule's reason with the properties that met it: “Thu phát băng rộng … (Công nghệ vô tuyến: Wi-Fi 2,4 GHz)”."""
    met = "; ".join(
        f"{BY_KEY[c['property']].words}: {property_text(c['property'], _met(c, properties[c['property']]))}"
        for c in rule.conditions if c["property"] in properties and c["property"] in BY_KEY)
    said = pick(rule.reason_vi, rule.reason_en)
    return f"{said} ({met})" if met else said


def _met(condition: Mapping[str, Any], value: Any) -> Any:
    """Of several values those that a condition speaks of."""
    if not isinstance(value, list) or condition["operator"] == "has_not":
        return value
    return [v for v in value if v in str(condition["value"]).split(",")] or value


def _ask_all(rules: Sequence[PlanRule], lists: Sequence[ProposedRegulation], properties: Mapping[str, Any]) -> dict[str, _Asked]:
    """Family → what its rules answer for these properties."""
    out: dict[str, _Asked] = {}
    for rule in rules:
        answer = ask(rule.conditions, properties)
        if answer.holds is False:
            continue
        asked = out.setdefault(rule.regulation, _Asked())
        if rule.effect == EXEMPT:
            if answer.holds:
                asked.exempt.append(rule)
            else:
                asked.may_be_exempt.extend(answer.unstated)
        elif answer.holds:
            asked.because.append(_said(rule, properties))
        else:
            asked.unstated.extend(answer.unstated)
    for one in lists:
        asked = out.setdefault(family(one.regulation.code), _Asked())
        asked.listed.append(one)
        asked.because.append(one.reason)
    return out


def plan_of(item: RequestItem, on: date | None = None) -> Plan:
    """The plan proposed for an item on a day (today). Reads only."""
    day, known_at = on or clock.today(), clock.now()
    properties = dict(item.properties)
    rules = plan_rules_on(day)
    asked = _ask_all(rules, matching(properties, day, known_at) if properties else [], properties)
    editions = editions_of(asked)
    wanted = {t.method_id for t in item.tests}
    answers = _answers(item.id)
    plan = Plan(item, day)
    chosen: list[tuple[Regulation, _Asked]] = []
    for name, said in sorted(asked.items()):
        edition = edition_on(editions[name], day)
        if not said.because:
            if said.unstated:
                plan.unstated.extend(said.unstated)
        elif said.exempt and not said.listed:
            plan.left_out.append(_exempt(said.exempt[0], properties, edition or next(iter(editions[name]), None)))
        elif edition is None:
            plan.left_out.append(_no_edition(name, editions[name], day))
        else:
            chosen.append((edition, said))
    plan.lines.extend(_lines(chosen, day, wanted, answers))
    plan.unstated[:] = list(dict.fromkeys(plan.unstated))
    return plan


def _exempt(rule: PlanRule, properties: Mapping[str, Any], edition: Regulation | None) -> NotProposed:
    return NotProposed(
        edition.code if edition else rule.regulation, pick(edition.title_vi, edition.title_en) if edition else "",
        gettext("Miễn: %(why)s", why=_said(rule, properties)), gettext("Căn cứ: %(source)s", source=rule.source) if rule.source else "")


def _no_edition(name: str, editions: Sequence[Regulation], on: date) -> NotProposed:
    coming = min((e for e in editions if e.in_force_from and e.in_force_from > on), key=lambda e: e.in_force_from or on, default=None)
    if coming is not None:
        return NotProposed(
            coming.code, pick(coming.title_vi, coming.title_en),
            gettext("Chưa có hiệu lực: áp dụng từ %(day)s.", day=show_date(coming.in_force_from)),
            gettext("Hỏi khách hàng có muốn thử trước theo bản này không."))
    newest = editions[0] if editions else None
    return NotProposed(
        newest.code if newest else name, pick(newest.title_vi, newest.title_en) if newest else "",
        gettext("Không có bản nào có hiệu lực ngày %(day)s.", day=show_date(on)),
        gettext("Nhập bản thay thế ở mục Quy chuẩn nếu đã có."))


def _answers(item_id: int) -> dict[tuple[int, int | None], ProposalAnswer]:
    """(regulation, method) → the newest answer."""
    rows = db.session.scalars(
        select(ProposalAnswer).where(ProposalAnswer.item_id == item_id)
        .options(joinedload(ProposalAnswer.decided_by).lazyload(Person.roles)).order_by(ProposalAnswer.id))
    return {(row.regulation_id, row.method_id): row for row in rows}


def answers_of(item_ids: Sequence[int]) -> dict[int, list[ProposalAnswer]]:
    """Item id → every answer given to its proposals, oldest first; for the pages that show the plan."""
    out: dict[int, list[ProposalAnswer]] = {}
    for row in db.session.scalars(
        select(ProposalAnswer).where(ProposalAnswer.item_id.in_(list(item_ids)))
        .options(joinedload(ProposalAnswer.decided_by).lazyload(Person.roles), joinedload(ProposalAnswer.regulation))
        .order_by(ProposalAnswer.id)
    ):
        out.setdefault(row.item_id, []).append(row)
    return out


def _lines(
    chosen: Sequence[tuple[Regulation, _Asked]], on: date, wanted: set[int], answers: Mapping[tuple[int, int | None], ProposalAnswer],
) -> list[Proposal]:
    ids = [edition.id for edition, _said in chosen]
    methods: dict[int, list[Method]] = {}
    if ids:
        for method in db.session.scalars(
            select(Method).where(Method.regulation_id.in_(ids), Method.kind == "test").order_by(Method.code)
        ):
            methods.setdefault(method.regulation_id, []).append(method)
    every = [m for found in methods.values() for m in found]
    versions = versions_in_force(on, clock.now(), [m.id for m in every]) if every else {}
    parameters = _parameters([v.id for v in versions.values()])
    scope = scope_of([m.code for m in every], on) if every else {}
    lacking = _lacking(parameters)
    out = []
    for edition, said in chosen:
        for method in methods.get(edition.id) or [None]:  # type: ignore[list-item]
            version = versions.get(method.id) if method else None
            rows = parameters.get(version.id, []) if version else []
            out.append(Proposal(
                regulation=edition, because=tuple(_because(edition, said, method, version)), method=method, version=version,
                lane=next((one.lane for one in said.listed if one.lane), ""),
                statuses=frozenset(scope.get(method.code, ())) if method else frozenset(),
                limits=(sum(p.requirement.confirmed_on is not None for p in rows), len(rows)),
                lacking=tuple(dict.fromkeys(x for p in rows for x in lacking.get(p.id, ())))[:LACKING_SHOWN],
                wanted=method is not None and method.id in wanted,
                answer=answers.get((edition.id, method.id if method else None)),
            ))
    return out


def _because(edition: Regulation, said: _Asked, method: Method | None, version: MethodVersion | None) -> list[str]:
    out = list(dict.fromkeys(said.because))
    if edition.in_force_from is not None:
        out.append(gettext("%(code)s có hiệu lực từ %(day)s", code=edition.code, day=show_date(edition.in_force_from)))
    else:
        out.append(gettext("%(code)s: chưa nhập ngày hiệu lực", code=edition.code))
    if said.may_be_exempt:
        names = ", ".join(str(BY_KEY[key].words) for key in dict.fromkeys(said.may_be_exempt) if key in BY_KEY)
        out.append(gettext("có thể được miễn nếu biết: %(what)s", what=names))
    if version is not None and method is not None:
        out.append(gettext("phương pháp %(method)s, lần ban hành %(n)s", method=method.code, n=version.number))
    elif method is not None:
        out.append(gettext("phương pháp %(method)s chưa có phiên bản có hiệu lực: giao nhà thầu phụ", method=method.code))
    else:
        out.append(gettext("phòng thử nghiệm chưa có phương pháp: giao nhà thầu phụ, hoặc báo khách hàng tìm phòng khác"))
    return out


def _parameters(version_ids: Sequence[int]) -> dict[int, list[MethodParameter]]:
    out: dict[int, list[MethodParameter]] = {}
    if version_ids:
        for row in db.session.scalars(
            select(MethodParameter).where(MethodParameter.method_version_id.in_(list(version_ids)))
            .order_by(MethodParameter.position, MethodParameter.id)
        ).unique():
            out.setdefault(row.method_version_id, []).append(row)
    return out


def _lacking(parameters: Mapping[int, Sequence[MethodParameter]]) -> dict[int, tuple[str, ...]]:
    """Parameter id → what the instruments fit for use today cannot measure together (6.4.5)."""
    needing = [p for rows in parameters.values() for p in rows if p.need]
    if not needing:
        return {}
    now = clock.now()
    fit = [facts for facts in facts_of(in_register()).values() if not judge(facts, now, None, now)]
    ranges = [ranges_with_members(facts, now, now) for facts in fit]
    out: dict[int, tuple[str, ...]] = {}
    seen: dict[str, tuple[str, ...]] = {}
    for p in needing:
        text = repr(sorted(p.need.items()))
        if text not in seen:
            seen[text] = tuple(str(x.says) for x in missing_from_set(ranges, MeasurementNeed.from_dict(p.need)))
        if seen[text]:
            out[p.id] = seen[text]
    return out
