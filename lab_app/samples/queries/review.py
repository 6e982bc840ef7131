"""Questions about enterprises, requests, items."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.samples import rules
from lab_app.samples.models import (
    AgreedRule,
    ContractReview,
    RequestedTest,
    TestRequest,
)
from lab_app.samples.queries.requests import requested_tests
from lab_app.samples.workflow import ReviewFacts
from test_methods.models import Method, MethodParameter, MethodVersion
from test_methods.queries import versions_in_force
from test_methods.rules.days import in_force


def newest_review(request_id: int) -> ContractReview | None:
    """The review being worked on, or the last one decided."""
    return db.session.scalar(
        select(ContractReview).where(ContractReview.request_id == request_id).order_by(ContractReview.id.desc()).limit(1)
    )


def accepted_review(request_id: int, known_at: datetime | None = None, *, with_rules: bool = False) -> ContractReview | None:
    """The review by which a request stands accepted, as known at a moment (7.1.1); none while a newer one is open.

    A review opened after the accepted one (a changed request, 7.1.6) takes the acceptance away until it is decided. `with_rules`
    reads the agreed decision rules in the same statement.
    """
    query = select(ContractReview).where(ContractReview.request_id == request_id)
    if with_rules:
        query = query.options(joinedload(ContractReview.rules))
    if known_at is not None:
        query = query.where(ContractReview.recorded_at <= known_at)
    return _accepted(db.session.scalars(query.order_by(ContractReview.id.desc()).limit(1)).unique().first(), known_at)


def accepted_reviews(request_ids: Iterable[int], known_at: datetime) -> dict[int, ContractReview | None]:
    """`accepted_review` of many requests; one statement."""
    wanted = list(request_ids)
    newest: dict[int, ContractReview] = {}
    for row in db.session.scalars(
        select(ContractReview).where(ContractReview.request_id.in_(wanted), ContractReview.recorded_at <= known_at)
        .order_by(ContractReview.id)
    ):
        newest[row.request_id] = row
    return {ident: _accepted(newest.get(ident), known_at) for ident in wanted}


def _accepted(newest: ContractReview | None, known_at: datetime | None) -> ContractReview | None:
    if newest is None or newest.outcome != "accepted" or newest.decided_at is None:
        return None
    return None if known_at is not None and newest.decided_at > known_at else newest


def agreed_rules(request_id: int, known_at: datetime | None = None) -> list[AgreedRule]:
    """Rules of the accepted review."""
    review = accepted_review(request_id, known_at)
    if review is None:
        return []
    return list(db.session.scalars(select(AgreedRule).where(AgreedRule.review_id == review.id).order_by(AgreedRule.id)))


def rule_among(rules: list[AgreedRule], method_id: int, parameter_code: str) -> AgreedRule | None:
    """The rule for a parameter: its own line first, then the method's general one."""
    of_method = [r for r in rules if r.method_id == method_id]
    own = next((r for r in of_method if parameter_code in r.parameter_codes), None)
    return own or next((r for r in of_method if not r.parameter_codes), None)


def agreed_rule(
    request_id: int, method_id: int, parameter_code: str, known_at: datetime | None = None
) -> AgreedRule | None:
    """The decision rule agreed with the customer for a parameter (7.1.3), as known at a moment."""
    return rule_among(agreed_rules(request_id, known_at), method_id, parameter_code)


@dataclass(frozen=True)
class WantedMethod:
    """A method of a request as the review sees it: its version in force today (None when there is none), its parameters."""

    method: Method
    version: MethodVersion | None
    parameters: list[MethodParameter]
    subcontracted: str
    edition_applies: bool

    @property
    def needing_rule(self) -> list[MethodParameter]:
        """Parameters whose decision rule must be agreed: a number whose regulation brings no rule with it (7.1.3)."""
        return [p for p in self.parameters if p.kind == "number" and not p.inherent_rule]

    @property
    def bringing_rule(self) -> list[MethodParameter]:
        """Parameters whose regulation brings its rule with it: shown at the review, not chosen (7.8.6.1)."""
        return [p for p in self.parameters if p.inherent_rule]


def wanted_methods(request_id: int) -> list[WantedMethod]:
    """The methods of a request, each once, with their parameters in force today; three statements."""
    tests: dict[int, RequestedTest] = {}
    for test in requested_tests(request_id):
        known = tests.setdefault(test.method_id, test)
        if known.subcontracted and not test.subcontracted:
            tests[test.method_id] = test  # tested here for one item is tested here
    today = clock.today()
    current = versions_in_force(today, clock.now(), list(tests))
    by_version: dict[int, list[MethodParameter]] = {}
    if current:
        for p in db.session.scalars(
            select(MethodParameter).where(MethodParameter.method_version_id.in_([v.id for v in current.values()]))
            .order_by(MethodParameter.position, MethodParameter.id)
        ):
            by_version.setdefault(p.method_version_id, []).append(p)
    out = []
    for method_id, test in tests.items():
        version, edition = current.get(method_id), test.method.regulation
        out.append(WantedMethod(
            test.method, version, by_version.get(version.id, []) if version else [], test.subcontracted,
            in_force(edition.in_force_from, edition.in_force_to, today),
        ))
    return out


def review_facts(
    request: TestRequest, review: ContractReview, wanted: list[WantedMethod] | None = None
) -> ReviewFacts:
    """What the gates of acceptance look at. `wanted` are the request's methods when the caller has read them."""
    methods = wanted_methods(request.id) if wanted is None else wanted
    here = [w for w in methods if not w.subcontracted]
    agreed = list(db.session.scalars(select(AgreedRule).where(AgreedRule.review_id == review.id).order_by(AgreedRule.id)))
    by_code = {w.method.code: w.method.regulation.code for w in here if not w.edition_applies}
    return ReviewFacts(
        number=request.number, unanswered=tuple(rules.unanswered(review.checks)),
        answered_no=tuple(rules.answered_no(review.checks)), open_questions=tuple(rules.open_questions(review.questions)),
        unconsented=tuple(rules.unconsented([w.method.code for w in methods if w.subcontracted], review.checks)),
        tests=len(methods), outdated=tuple(w.method.code for w in here if w.version is None),
        superseded=tuple(by_code[code] for code in rules.unreplied(by_code, review.checks)),
        wants_statement=request.wants_statement,
        without_rule=tuple(
            f"{w.method.code}: {pick(p.name_vi, p.name_en)}" for w in here for p in w.needing_rule
            if rule_among(agreed, w.method.id, p.code) is None
        ),
    )
