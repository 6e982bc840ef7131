"""The contract review: five questions, open points, agreed rules, and the decision (7.1.1–7.1.4, 7.1.8)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, events, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples import queries, rules
from lab_app.samples.models import AgreedRule, ContractReview, TestRequest
from lab_app.samples.workflow import REQUEST


def begin_review(actor: Actor, request: TestRequest, number: str | None = None) -> ContractReview:
    """A new review of a request; the reviews before it stay readable. Called inside a use case that was authorised."""
    existing = len(list(db.session.scalars(select(ContractReview.id).where(ContractReview.request_id == request.id))))
    if number is None:
        number = rules.sister_number("XX", request.number) + (f"/{existing + 1}" if existing else "")
    before = queries.newest_review(request.id)
    review = ContractReview(number=number, request_id=request.id, reviewer_id=actor.id, outcome="open")
    db.session.add(review)
    db.session.flush()
    if before is not None:
        _carry_over(before, review)
    return review


def _carry_over(before: ContractReview, review: ContractReview) -> None:
    """What was agreed and answered before stands in the new review too; the five questions are answered afresh."""
    review.questions, review.deviations = [dict(q) for q in before.questions], before.deviations
    review.checks = {key: {name: dict((before.checks.get(key) or {}).get(name) or {})}
                     for key, name in (("methods", "replies"), ("subcontracting", "consents"), ("decision_rule", "rehearsals"))}
    if before.checks.get("reporting"):
        review.checks = {**review.checks, "reporting": dict(before.checks["reporting"])}
    for line in before.rules:
        db.session.add(AgreedRule(
            review_id=review.id, method_id=line.method_id, parameter_codes=list(line.parameter_codes), rule_code=line.rule_code,
            rule=dict(line.rule), agreed_by=line.agreed_by, agreed_on=line.agreed_on, evidence=line.evidence,
            rehearsed=line.rehearsed,
        ))
    db.session.flush()


def open_review(actor: Actor, request: TestRequest, number: str | None = None) -> ContractReview:
    """Send a request to review, or answer the review that is open already."""
    may = P.REQUEST_REVIEW if actor.can(P.REQUEST_REVIEW) else P.REQUEST_REGISTER
    authorize(actor, may)
    newest = queries.newest_review(request.id)
    if newest is not None and newest.outcome == "open":
        return newest
    REQUEST.move(request, "open_review")
    return begin_review(actor, request, number)


def _open(review: ContractReview) -> None:
    if review.outcome != "open":
        raise Refused(gettext("Lần xem xét %(number)s đã có kết luận; thay đổi yêu cầu để xem xét lại.", number=review.number))


def save_review(
    actor: Actor, review: ContractReview, *, checks: dict[str, Any], questions: Sequence[dict[str, Any]] = (),
    deviations: str = "", rules: Sequence[dict[str, Any]] | None = None, subcontracting: dict[str, str] | None = None,
) -> ContractReview:
    """Record answers, questions and agreed rules of an open review. `rules`: dicts method, parameter_codes, rule (DecisionRule),
    agreed_by, agreed_on, evidence; given, they replace the rules recorded so far in this review. `subcontracting`: method code →
    the laboratory that tests it, "" for here; the customer's consents stand in `checks` (7.1.1 c)."""
    authorize(actor, P.REQUEST_REVIEW)
    _open(review)
    reporting = agreed_reporting(checks.get("reporting") or {})
    told = {key: value for key, value in checks.items() if key != "reporting"} | ({"reporting": reporting} if reporting else {})
    review.checks = _with_rehearsals(told, review)
    for test in queries.requested_tests(review.request_id) if subcontracting is not None else []:
        test.subcontracted = (subcontracting or {}).get(test.method.code, "").strip()[:300]
    review.questions = [{"q": q.get("q", ""), "a": q.get("a", "")} for q in questions if str(q.get("q", "")).strip()]
    review.deviations = deviations
    review.reviewer_id = actor.id or review.reviewer_id
    if rules is not None and [_as_kept(review, line) for line in rules] != [_kept(row) for row in review.rules]:
        for old in list(review.rules):
            db.session.delete(old)
        db.session.flush()
        for line in rules:
            _add_rule(review, line)
    db.session.flush()
    db.session.refresh(review, ["rules"])
    return review


def agreed_reporting(told: dict[str, Any]) -> dict[str, Any]:
    """What was agreed of the report (7.8.1.3): a simplified one needs who agreed and when. Empty without such an agreement."""
    if not told.get("simplified"):
        return {}
    by, on = str(told.get("agreed_by") or "").strip(), str(told.get("agreed_on") or "")
    if not by:
        raise FieldRefused("simplified_by", gettext("Cần ghi ai phía khách hàng đồng ý nhận phiếu rút gọn."))
    if not on or on > clock.today().isoformat():
        raise FieldRefused("simplified_on", gettext("Ngày đồng ý không được để trống hay ở tương lai."))
    return {"simplified": True, "agreed_by": by, "agreed_on": on, "evidence": str(told.get("evidence") or "").strip()}


def note_rehearsal(actor: Actor, review: ContractReview, method_code: str, parameter_code: str, text: str) -> ContractReview:
    """Write down on an open review which replay of earlier results the customer saw for a parameter; every rule agreed for it from
    now on says so (7.1.3)."""
    authorize(actor, P.REQUEST_REVIEW)
    _open(review)
    checks = {key: dict(value) for key, value in review.checks.items()}
    seen = checks.setdefault("decision_rule", {}).setdefault("rehearsals", {})
    checks["decision_rule"]["rehearsals"] = {**seen, method_code: {**seen.get(method_code, {}), parameter_code: text}}
    review.checks = checks
    db.session.flush()
    return review


def _with_rehearsals(checks: dict[str, Any], review: ContractReview) -> dict[str, Any]:
    """New answers beside the rehearsals recorded before them."""
    seen = (review.checks.get("decision_rule") or {}).get("rehearsals")
    return checks | {"decision_rule": {**(checks.get("decision_rule") or {}), "rehearsals": seen}} if seen else checks


def _rehearsed(review: ContractReview, line: dict[str, Any]) -> str:
    """What the customer saw of the parameters that a rule is agreed for; of a general rule, of any parameter of the method."""
    seen = ((review.checks.get("decision_rule") or {}).get("rehearsals") or {}).get(line["method"].code) or {}
    codes = list(line.get("parameter_codes", ())) or list(seen)
    return "; ".join(f"{seen[code]} ({code})" for code in codes if code in seen)[:300]


def _as_kept(review: ContractReview, line: dict[str, Any]) -> tuple[Any, ...]:
    return (
        line["method"].id, list(line.get("parameter_codes", ())), line["rule"].code, dict(line["rule"].definition),
        str(line.get("agreed_by", "")).strip(), line["agreed_on"], line.get("evidence", ""), _rehearsed(review, line),
    )


def _kept(row: AgreedRule) -> tuple[Any, ...]:
    return (row.method_id, row.parameter_codes, row.rule_code, row.rule, row.agreed_by, row.agreed_on, row.evidence,
            row.rehearsed)


def _add_rule(review: ContractReview, line: dict[str, Any]) -> None:
    if not str(line.get("agreed_by", "")).strip():
        raise FieldRefused("agreed_by", gettext("Cần ghi ai phía khách hàng đồng ý với quy tắc quyết định."))
    if line["agreed_on"] is None or line["agreed_on"] > clock.today():
        raise FieldRefused("agreed_on", gettext("Ngày đồng ý không được để trống hay ở tương lai."))
    db.session.add(AgreedRule(
        review_id=review.id, method_id=line["method"].id, parameter_codes=list(line.get("parameter_codes", ())),
        rule_code=line["rule"].code, rule=dict(line["rule"].definition), agreed_by=line["agreed_by"].strip(),
        agreed_on=line["agreed_on"], evidence=line.get("evidence", ""), rehearsed=_rehearsed(review, line),
    ))


def accept_request(
    actor: Actor, review: ContractReview, *, reviewed_on: date | None = None, contract_no: str = "", due_on: date | None = None,
) -> TestRequest:
    """Accept a request (7.1.1). Its gates: the review is complete, methods current, rules agreed. Sends `request_accepted`."""
    authorize(actor, P.REQUEST_REVIEW)
    return accept(actor, review, reviewed_on, contract_no, due_on)


def accept(
    actor: Actor, review: ContractReview, reviewed_on: date | None = None, contract_no: str = "", due_on: date | None = None,
) -> TestRequest:
    """`accept_request` inside a use case that was authorised already."""
    _open(review)
    request = review.request
    day = reviewed_on or clock.today()
    if day > clock.today() or day < request.requested_on:
        raise FieldRefused("reviewed_on", gettext("Ngày xem xét phải từ ngày yêu cầu đến hôm nay."))
    if due_on is not None and due_on < day:
        raise FieldRefused("due_on", gettext("Hạn trả trước ngày xem xét."))
    REQUEST.move(request, "accept", queries.review_facts(request, review))
    review.outcome, review.reviewed_on, review.decided_at, review.reviewer_id = "accepted", day, clock.now(), actor.id or 0
    request.contract_no = contract_no or request.contract_no or rules.sister_number("HĐ", request.number)
    request.due_on = due_on or request.due_on or rules.due_date(
        day, queries.working_days_promised(), queries.holidays())
    db.session.flush()
    search.put("request", request.id, request.number, request.customer.name, request.customer.name_en, request.contract_no,
               *[w for item in request.items for w in (item.name, item.brand, item.model)])
    events.request_accepted.send(accept_request, request=request, actor=actor)
    return request


def decline_request(actor: Actor, review: ContractReview, *, reason: str) -> TestRequest:
    """Decline a request, with the reason the customer is told."""
    authorize(actor, P.REQUEST_REVIEW)
    _open(review)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do từ chối."))
    audit.because(reason)
    REQUEST.move(review.request, "decline")
    review.outcome, review.reason = "declined", reason.strip()
    review.reviewed_on, review.decided_at, review.reviewer_id = clock.today(), clock.now(), actor.id or 0
    db.session.flush()
    return review.request
