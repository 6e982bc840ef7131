"""Requests: list, record page, new, change, cancel."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from werkzeug.datastructures import MultiDict

from lab_app.core import audit, clock, drafts, export
from lab_app.core.access import authorize, current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, page
from lab_app.samples import presenters, queries, rules, services
from lab_app.samples.file_shown import files_shown
from lab_app.samples.forms import ChangeForm, ReasonForm, RequestForm
from lab_app.samples.models import Customer, TestRequest
from lab_app.samples.views.blueprint import HISTORY_SHOWN, bp, request_or_404
from lab_app.samples.wording import KIND_WORDS, LANGUAGE_WORDS, OUTCOMES, PUBLIC_WORDS
from lab_app.samples.workflow import REQUEST
from test_methods.models import Method

COLUMNS = (
    Column("number", _l("Số"), TestRequest.number), Column("customer", _l("Khách hàng, đối tượng thử nghiệm")),
    Column("asked", _l("Ngày yêu cầu"), TestRequest.requested_on, css="num opt"),
    Column("due", _l("Hạn trả kết quả"), TestRequest.due_on, css="num"), Column("samples", _p("list", "Mẫu"), css="num opt"),
    Column("status", _l("Trạng thái")),
)
CHANGEABLE = ("version", "due_on", "wants_statement", "language", "copies", "return_items", "public_fields", "note")
NEW_DRAFT = "samples:new-request"


# ---- the list --------------------------------------------------------------------------------------------


def _due(q: Any, wanted: str) -> Any:
    today = clock.today()
    q = q.where(TestRequest.status.in_(presenters.OPEN), TestRequest.reported_on.is_(None))
    if wanted == "late":
        return q.where(TestRequest.due_on < today)
    return q.where(TestRequest.due_on >= today, TestRequest.due_on <= today + timedelta(days=7))


def _stage(q: Any, wanted: str) -> Any:
    if wanted == "reported":
        return q.where(TestRequest.reported_on.is_not(None))
    q = q.where(TestRequest.status == wanted)
    return q.where(TestRequest.reported_on.is_(None)) if wanted == "accepted" else q


def _filters() -> list[Filter]:
    states = [(s.code, s.word if s.code != "accepted" else _l("Đang thực hiện")) for s in REQUEST.states]
    found = [
        Filter("status", _l("Trạng thái"), [*states, ("reported", _l("Đã có phiếu"))], _stage),
        Filter("due", _l("Hạn"), [("late", _l("Trễ hạn")), ("soon", _l("Trong 7 ngày"))], _due),
        Filter("kind", _l("Loại yêu cầu"), list(KIND_WORDS.items()), lambda q, kind: q.where(TestRequest.kind == kind)),
    ]
    sites = queries.sites()
    if len(sites) > 1:
        found.append(Filter("site", _l("Cơ sở"), [(s.code, s.name_vi) for s in sites],
                            lambda q, code: q.where(TestRequest.site.has(code=code))))
    if current_actor().can(P.PRICE_READ):
        found.append(Filter(
            "paid", _l("Thanh toán"), [("no", _l("Chưa thanh toán")), ("yes", _l("Đã thanh toán"))],
            lambda q, v: q.where(TestRequest.paid_on.is_(None) if v == "no" else TestRequest.paid_on.is_not(None))))
    return found


@bp.get("/requests")
@requires(P.REQUEST_READ)
def requests() -> Any:
    """All requests, newest first."""
    filters, query = _filters(), queries.requests_query()
    shown = listing(query, TestRequest, COLUMNS, kind="request", filters=filters, default_sort="number")
    if "export" in request.args:
        rows = everything(query, TestRequest, shown, COLUMNS, filters, "request")
        contents = queries.contents(r.id for r in rows)
        return export.as_file("requests", *presenters.requests_table(rows, contents, current_actor().can(P.PRICE_READ)))
    off = queries.holidays()
    quick = [
        (word, shown.url(**{name: value}), request.args.get(name) == value, None, icon)
        for name, value, word, icon in (
            ("due", "late", gettext("Trễ hạn"), "x-circle-fill"), ("due", "soon", gettext("Hạn trong 7 ngày"), "exclamation-triangle-fill"),
            ("status", "in_review", gettext("Chờ xem xét"), "hourglass-split"),
            ("status", "accepted", gettext("Đang thực hiện"), "activity"),
        ) if request.args.get(name) != value
    ]
    return page(
        "samples/requests.html", requests=shown, quick=quick, contents=queries.contents(r.id for r in shown.rows),
        stage=presenters.stage, due_state=lambda row: presenters.due_state(row, off),
    )


# ---- one request -----------------------------------------------------------------------------------------


@bp.get("/requests/<number>")
@requires(P.REQUEST_READ)
def request_page(number: str) -> Any:
    """One request: where it stands, what can be done next, everything that belongs to it."""
    return show_request(request_or_404(number))


def show_request(row: TestRequest, **asked: Any) -> Any:
    """The record page of a request; `asked` reopens a small form that was refused (its name, text and error)."""
    actor = current_actor()
    may_price = actor.can(P.PRICE_READ)
    quotation = list(row.quotation) if may_price else []
    review = row.reviews[-1] if row.reviews else None
    accepted = next((r for r in reversed(row.reviews) if r.outcome == "accepted"), None)
    inside = presenters.request_contents(row)
    return page(
        "samples/request_page.html", status=422 if asked else None, row=row, review=review, states=REQUEST, outcomes=OUTCOMES,
        stage=presenters.stage(row, inside), steps_=presenters.request_steps(row), due=presenters.due_state(row, queries.holidays()),
        quotation=quotation, totals=rules.totals([(q.quantity, q.unit_price) for q in quotation], row.vat_percent), may_price=may_price,
        rules_=(accepted or review).rules if review else [], public_words=PUBLIC_WORDS, languages=LANGUAGE_WORDS,
        supplied=presenters.supplied_lines, moves=presenters.custody(queries.moves_of_request(row.id), with_code=inside.received > 1),
        received=inside.received, wanted=sum(i.quantity for i in row.items), panels=presenters.panels("request", row, actor),
        entries=audit.history("request", row.id, HISTORY_SHOWN), asked=asked, files=files_shown(row.items, history=False),
    )


# ---- new -------------------------------------------------------------------------------------------------


def _customer(form: RequestForm) -> Customer | None:
    """The enterprise that was meant; when several fit, the form asks which."""
    found = queries.matching_customers(form.customer.data)
    chosen = next((c for c in found if c.code == form.meant.data), None)
    if chosen is None and len(found) == 1:
        chosen = found[0]
    if chosen is None and found:
        form.ask_which(found)
    elif chosen is None:
        form.customer.errors = [*form.customer.errors, gettext("Không tìm thấy khách hàng này. Ghi khách hàng mới trước.")]
    return chosen


def _prepared(form: RequestForm) -> dict[int, Method]:
    """Give the form its choices; answers the methods by id."""
    methods = queries.methods_to_ask_for()
    form.offer(methods, queries.supplied_facts())
    form.site.choices = [(s.id, s.name_vi) for s in queries.sites()]
    return {m.id: m for m in methods}


def _reshaped(form: RequestForm | ChangeForm) -> bool:
    """Whether the button only asked for one item more or less; then the form is shown again, nothing is judged."""
    if request.form.get("more"):
        form.more()
    elif request.form.get("drop"):
        form.drop(request.form["drop"])
    else:
        return False
    return True


def _first_look() -> tuple[RequestForm, bool]:
    """An empty form, or the draft this person left, and whether it was a draft."""
    kept = drafts.load(current_actor().id, NEW_DRAFT)
    if kept and "customer" not in request.args:
        return RequestForm(formdata=MultiDict((k, v) for k, values in kept.items() for v in values)), True
    form = RequestForm()
    form.customer.data = request.args.get("customer", "")
    form.requested_on.data = clock.today()
    form.more()
    return form, False


@bp.route("/requests/new", methods=["GET", "POST"])
@requires(P.REQUEST_REGISTER)
def new_request() -> Any:
    """Register a request; further items by one button, without losing what was typed."""
    form, restored = _first_look() if request.method == "GET" else (RequestForm(), False)
    reshaped = _reshaped(form)
    offered = _prepared(form)
    if request.method == "POST" and not reshaped and form.validate():
        customer = _customer(form)
        if customer is not None:
            with attempt(form) as tried:
                row = services.register_request(
                    current_actor(), customer=customer, site=next(s for s in queries.sites() if s.id == form.site.data),
                    items=[entry.form.as_facts(offered) for entry in form.items], requested_on=form.requested_on.data or clock.today(),
                    due_on=form.due_on.data, **form.terms(),
                )
                drafts.drop(current_actor().id, NEW_DRAFT)
            if tried.ok:
                return done(gettext("Đã ghi yêu cầu %(number)s.", number=row.number), "samples.request_page", number=row.number)
            offered = _prepared(form)
    return page(
        "samples/request_form.html", form=form, restored=restored, known=queries.supplied_facts(), customers=queries.newest_customers(),
        promised=queries.working_days_promised(),
    )


@bp.post("/requests/new/draft")
@requires(P.REQUEST_REGISTER)
def draft_request() -> Any:
    """Keep what is being typed into a new request."""
    body = {k: request.form.getlist(k) for k in request.form if k != "csrf_token"}
    if sum(len(v) for values in body.values() for v in values) > drafts.MAX_BYTES:
        return "", 413
    actor = current_actor()
    authorize(actor, P.REQUEST_REGISTER)
    drafts.save(int(actor.id or 0), NEW_DRAFT, body)
    return "", 204


@bp.post("/requests/new/forget")
@requires(P.REQUEST_REGISTER)
def forget_draft() -> Any:
    """Give the draft of a new request up."""
    authorize(current_actor(), P.REQUEST_REGISTER)
    drafts.drop(current_actor().id, NEW_DRAFT)
    return done(gettext("Đã bỏ nháp."), "samples.new_request")


# ---- moves -----------------------------------------------------------------------------------------------


@bp.post("/requests/<number>/send-to-review")
@requires(P.REQUEST_READ)
def send_to_review(number: str) -> Any:
    """Hand a request over to its contract review."""
    row = request_or_404(number)
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.open_review(current_actor(), row)
    if not tried.ok:
        return back_with_refusal("samples.request_page", number=number)
    if current_actor().can(P.REQUEST_REVIEW):
        return done(gettext("Đã mở phần xem xét."), "samples.review_page", number=number)
    return done(gettext("Đã gửi xem xét."), "samples.request_page", number=number)


@bp.route("/requests/<number>/change", methods=["GET", "POST"])
@requires(P.REQUEST_REGISTER)
def change_request(number: str) -> Any:
    """Change a request with a reason; after acceptance a change of the contract is reviewed again (7.1.6)."""
    row = request_or_404(number)
    form = ChangeForm() if request.method == "POST" else ChangeForm(obj=None, data={
        **{n: getattr(row, n) for n in CHANGEABLE},
        "items": [presenters.item_typed(item) for item in row.items],
    })
    reshaped = _reshaped(form)
    methods = queries.methods_to_ask_for()
    form.offer(methods, queries.supplied_facts())
    if request.method == "POST" and not reshaped and form.validate():
        offered = {m.id: m for m in methods}
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_request(
                current_actor(), row, reason=form.reason.data, due_on=form.due_on.data,
                items=[entry.form.as_facts(offered) for entry in form.items], **form.terms(),
            )
        if tried.ok:
            said = gettext("Đã thay đổi yêu cầu; cần xem xét lại trước khi thử tiếp (7.1.6).") if row.status == "in_review" \
                else gettext("Đã thay đổi yêu cầu.")
            return done(said, "samples.request_page", number=number)
        row = request_or_404(number)
        form.offer(queries.methods_to_ask_for(), queries.supplied_facts())
    return page("samples/change_form.html", form=form, row=row, known=queries.supplied_facts(), states=REQUEST,
                stop=None if REQUEST.allows(row, "change") else REQUEST.stop(row, "change"))


@bp.post("/requests/<number>/cancel")
@requires(P.REQUEST_REGISTER)
def cancel_request(number: str) -> Any:
    """Give a request up before it was accepted."""
    row = request_or_404(number)
    form = ReasonForm()
    if not form.validate():
        return show_request(row, name="cancel", text=form.reason.data, error=form.reason.errors[0] if form.reason.errors else "")
    with attempt() as tried:
        check_version(row, form.version.data)
        services.cancel_request(current_actor(), row, reason=form.reason.data or "")
    if tried.ok:
        return done(gettext("Đã hủy yêu cầu."), "samples.request_page", number=number)
    return back_with_refusal("samples.request_page", number=number)
