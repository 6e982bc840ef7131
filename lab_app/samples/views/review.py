"""The contract review: five questions, rules, open points, decision."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import audit, clock
from lab_app.core.access import current_actor, requires
from lab_app.core.asked import answered, one_batch
from lab_app.core.errors import FieldRefused
from lab_app.core.gates import Stop
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, page
from lab_app.samples import presenters, queries, services
from lab_app.samples.forms import SPARE_QUESTIONS, ReviewForm, review_form
from lab_app.samples.models import ContractReview, TestRequest
from lab_app.samples.queries import WantedMethod
from lab_app.samples.rules import REVIEW_KEYS
from lab_app.samples.views.blueprint import HISTORY_SHOWN, bp, request_or_404
from lab_app.samples.wording import ANSWER_WORDS, OUTCOMES, REVIEW_CLAUSES, REVIEW_WORDS
from lab_app.samples.workflow import REQUEST
from test_methods.models import DecisionRule


def _filled(form: ReviewForm, row: TestRequest, review: ContractReview, known: dict[str, DecisionRule]) -> None:
    """Show what the review holds so far; rules not chosen yet are offered as the methods suggest them."""
    for key in REVIEW_KEYS:
        answer = review.checks.get(key) or {}
        form[f"check-{key}"].data, form[f"note-{key}"].data = answer.get("answer") or None, answer.get("note", "")
    for question in [*review.questions, *[{"q": "", "a": ""}] * SPARE_QUESTIONS]:
        form.questions.append_entry({"q": question.get("q", ""), "a": question.get("a", "")})
    form.version.data, form.deviations.data = review.version, review.deviations
    form.contract_no.data, form.due_on.data, form.reviewed_on.data = row.contract_no, row.due_on, clock.today()
    reporting = review.checks.get("reporting") or {}
    form.simplified.data, form.simplified_by.data = bool(reporting.get("simplified")), reporting.get("agreed_by", "")
    form.simplified_on.data = date.fromisoformat(reporting["agreed_on"]) if reporting.get("agreed_on") else None
    form.simplified_evidence.data = reporting.get("evidence", "")
    replies = (review.checks.get("methods") or {}).get("replies") or {}
    consents = (review.checks.get("subcontracting") or {}).get("consents") or {}
    for w in form.wanted:
        ident, code = w.method.id, w.method.code
        form[f"lab-{ident}"].data, form[f"consent-{ident}"].data = w.subcontracted, consents.get(code, "")
        if f"reply-{ident}" in form:
            form[f"reply-{ident}"].data = replies.get(code, "")
    for name, rule in (_agreed(form, review) if review.rules else presenters.suggested_rules(form.wanted, known)).items():
        form[name].data = rule
    if review.rules:
        last = review.rules[-1]
        form.agreed_by.data, form.agreed_on.data, form.evidence.data = last.agreed_by, last.agreed_on, last.evidence


def _agreed(form: ReviewForm, review: ContractReview) -> dict[str, str]:
    out: dict[str, str] = {}
    for w in form.wanted:
        own = {code: r.rule_code for r in review.rules if r.method_id == w.method.id for code in (r.parameter_codes or [""])}
        out.update({f"rule-{w.method.id}": own[""]} if "" in own and w.needing_rule else {})
        out.update({f"rule-{w.method.id}-{p.id}": own[p.code] for p in w.needing_rule if p.code in own})
    return out


def _save(form: ReviewForm, review: ContractReview, known: dict[str, DecisionRule]) -> None:
    try:
        services.save_review(
            current_actor(), review, checks=form.checks(), questions=form.asked(), deviations=form.deviations.data or "",
            rules=form.rules(known), subcontracting=form.subcontracting(),
        )
    except FieldRefused as error:
        if error.field in ("agreed_by", "agreed_on", "simplified_by", "simplified_on"):
            raise
        raise FieldRefused("questions", error.message) from error


def _offered(known: dict[str, DecisionRule], review: ContractReview | None) -> list[DecisionRule]:
    """Rules to choose from: those in use that no regulation brings with it, and what this review chose while it could."""
    chosen = {r.rule_code for r in review.rules} if review is not None else set()
    return [r for r in known.values() if (r.retired_on is None and not r.inherent_in) or r.code in chosen]


def _stop(row: TestRequest, review: ContractReview, wanted: list[WantedMethod]) -> Stop | None:
    return REQUEST.stop(row, "accept", lambda: queries.review_facts(row, review, wanted))


@bp.route("/requests/<number>/review", methods=["GET", "POST"])
@requires(P.REQUEST_READ)
def review_page(number: str) -> Any:
    """The review of a request: read by all who may see requests, written by reviewers."""
    row = request_or_404(number)
    review = row.reviews[-1] if row.reviews else None
    wanted = queries.wanted_methods(row.id)
    known = {r.code: r for r in queries.decision_rules()}
    form = review_form(wanted, _offered(known, review))()
    if request.method == "GET" and review is not None:
        _filled(form, row, review, known)
    if request.method == "POST" and review is not None and form.validate():
        accept = request.form.get("do") == "accept"
        with attempt(form) as tried:
            check_version(review, form.version.data)
            _save(form, review, known)
            if accept:
                services.accept_request(
                    current_actor(), review, reviewed_on=form.reviewed_on.data, contract_no=form.contract_no.data or "",
                    due_on=form.due_on.data)
        if tried.ok and accept:
            return done(gettext("Đã chấp nhận yêu cầu %(number)s.", number=number), "samples.request_page", number=number)
        if tried.ok:
            return done(gettext("Đã lưu phần xem xét."), "samples.review_page", number=number)
        row = request_or_404(number)
        review = row.reviews[-1]
    is_open = review is not None and review.outcome == "open"
    with one_batch():  # what other rooms show here asks for the same methods
        answered(queries.wanted_methods, (row.id,), wanted)
        panels = presenters.panels("contract-review", row, current_actor())
    return page(
        "samples/review_page.html", form=form, row=row, review=review, wanted=wanted, outcomes=OUTCOMES, states=REQUEST,
        may=current_actor().can(P.REQUEST_REVIEW) and is_open, stop=_stop(row, review, wanted) if review and is_open else None,
        keys=REVIEW_KEYS, words=REVIEW_WORDS, clauses=REVIEW_CLAUSES, answers=ANSWER_WORDS, rule_names=known,
        entries=audit.history("contract-review", review.id, HISTORY_SHOWN) if review else [],
        panels=panels,
    )


@bp.post("/requests/<number>/accept")
@requires(P.REQUEST_REVIEW)
def accept(number: str) -> Any:
    """Accept a request on the review as it was saved."""
    row = request_or_404(number)
    review = row.reviews[-1] if row.reviews else None
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.accept_request(current_actor(), review or services.open_review(current_actor(), row))
    if tried.ok:
        return done(gettext("Đã chấp nhận yêu cầu %(number)s.", number=number), "samples.request_page", number=number)
    return back_with_refusal("samples.review_page", number=number)


@bp.post("/requests/<number>/decline")
@requires(P.REQUEST_REVIEW)
def decline(number: str) -> Any:
    """Decline a request with the reason the customer is told."""
    row = request_or_404(number)
    review = row.reviews[-1] if row.reviews else None
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.decline_request(
            current_actor(), review or services.open_review(current_actor(), row), reason=request.form.get("reason", "")[:1000])
    if tried.ok:
        return done(gettext("Đã từ chối yêu cầu %(number)s.", number=number), "samples.request_page", number=number)
    return back_with_refusal("samples.review_page", number=number)
