"""Batches: choosing requests, one signature for all their papers, progress; and the numbers that were given up."""
from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates import wording
from certificates.batch_forms import ALL, BatchForm, SignBatchForm, StopForm
from certificates.batch_wording import BATCH_STATES, ITEM_STATES
from certificates.models import BatchItem, IssueBatch, Report
from certificates.queries import batches as queries
from certificates.services import batches as services
from certificates.views import bp
from lab_app.accounts.queries import signatures_on
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import AUTHORISED, MEANINGS, METHODS
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.paging import Column, Filter, Page, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page, press
from lab_app.samples.models import TestRequest

COLUMNS = (
    Column("code", _l("Lô"), IssueBatch.id), Column("person", _l("Người ký")), Column("papers", _l("Phiếu"), css="num"),
    Column("issued_on", _l("Ngày ban hành"), css="num opt"), Column("status", _l("Tình trạng"), IssueBatch.status),
)
CANDIDATES = (
    Column("pick", ""), Column("number", _l("Yêu cầu"), TestRequest.number), Column("customer", _l("Khách hàng")),
    Column("due", _l("Hẹn trả"), TestRequest.due_on, "num"), Column("requested", _l("Ngày yêu cầu"), TestRequest.requested_on, "num opt"),
)
ITEMS = (
    Column("pick", ""), Column("position", _l("Yêu cầu"), BatchItem.position), Column("customer", _l("Khách hàng")),
    Column("results", _l("Sẽ in")), Column("state", _l("Tình trạng"), BatchItem.state),
)
VOID = (
    Column("number", _l("Số phiếu"), Report.number), Column("request", _l("Yêu cầu")),
    Column("issued_on", _l("Ngày"), Report.issued_on, "num"),
    Column("reason", _l("Lý do bỏ")), Column("who", _l("Người quyết định"), css="opt"),
)


def _found(code: str) -> IssueBatch:
    return or_404(queries.batch_by_code(code), gettext("Không có lô phát hành này."))


@bp.get("/reports/batches")
@requires(P.REPORT_READ)
def batches() -> Any:
    """Every batch, newest first."""
    states = Filter("status", gettext("Tình trạng"), [(code, state["word"]) for code, state in BATCH_STATES.items()],
                    lambda q, v: q.where(IssueBatch.status == v))
    shown = listing(queries.batches(), IssueBatch, COLUMNS, filters=[states], default_sort="code")
    return page("certificates/batches.html", page=shown, counts=queries.counts(row.id for row in shown.rows), states=BATCH_STATES,
                may_issue=current_actor().can(P.REPORT_ISSUE))


def _choices() -> tuple[list[Filter], Page]:
    filters = [
        Filter("kind", gettext("Giấy"), list(wording.PAPERS.items()), lambda q, v: q.where(TestRequest.kind == v)),
        Filter("method", gettext("Phương pháp"), queries.methods_offered(), queries.by_method),
        Filter("customer", gettext("Khách hàng"), queries.customers_offered(), queries.by_customer),
    ]
    return filters, listing(queries.candidates(), TestRequest, CANDIDATES, kind="request", filters=filters, default_sort="due",
                            default_direction="asc", size=50)


@bp.route("/reports/batches/new", methods=["GET", "POST"])
@requires(P.REPORT_ISSUE)
def new_batch() -> Any:
    """Requests that are reviewed and wait for their paper; the chosen ones, or all of the filter, make a batch."""
    form = BatchForm()
    filters, shown = _choices()
    if request.method == "GET":
        form.suggest()
    if form.validate_on_submit():
        with attempt(form) as tried:
            batch = services.open_batch(
                current_actor(), _chosen(form, filters, shown), issued_on=form.issued_on.data, not_applicable=form.reasons(),
                deliver=form.deliver.data)
        if tried.ok:
            return done(gettext("Đã lập lô %(code)s; đang kiểm tra từng phiếu.", code=batch.code), "certificates.batch", code=batch.code)
        filters, shown = _choices()
    return page("certificates/batch_new.html", form=form, page=shown, ticked=set(request.form.getlist("requests")), most=services.MOST)


def _chosen(form: BatchForm, filters: list[Filter], shown: Page) -> list[TestRequest]:
    rows: list[TestRequest] = everything(queries.candidates(), TestRequest, shown, CANDIDATES, filters, "request")
    if form.which.data == ALL:
        return rows
    wanted = set(request.form.getlist("requests"))
    found = [row for row in rows if str(row.id) in wanted]
    if len(found) < len(wanted):
        raise FieldRefused("which", gettext("Có yêu cầu đã chọn không còn chờ phát hành: xem lại danh sách."))
    return found


@bp.get("/reports/batches/<code>")
@requires(P.REPORT_READ)
def batch(code: str) -> Any:
    """One batch: its papers and how far they are, what would be signed, what can be done."""
    return _page(_found(code))


def _page(row: IssueBatch, form: SignBatchForm | None = None) -> Any:
    actor = current_actor()
    states = Filter("state", gettext("Tình trạng"), [(code, state["word"]) for code, state in ITEM_STATES.items()],
                    lambda q, v: q.where(BatchItem.state == v))
    shown = listing(queries.items(row.id), BatchItem, ITEMS, filters=[states], default_sort="position", default_direction="asc", size=50)
    counts = queries.counts([row.id]).get(row.id, {})
    mine = row.person_id == actor.id and actor.can(P.REPORT_ISSUE)
    form = form or SignBatchForm(formdata=None, version=str(row.version))
    return page(
        "certificates/batch.html", batch=row, page=shown, counts=counts, form=form, states=BATCH_STATES, items=ITEM_STATES,
        mine=mine, box=box(actor, AUTHORISED, services.shown_of(row), form) if mine and row.status == "ready" else None,
        signatures=signatures_on({"issue-batch": [row.id]}), meanings=MEANINGS, methods=METHODS, progress=_progress(row, counts),
        job=queries.working(row.id) if row.status in ("checking", "issuing", "done") else None,
        entries=audit.history("issue-batch", row.id, 12),
    )


def _progress(row: IssueBatch, counts: dict[str, int]) -> dict[str, Any]:
    """How far a batch is: papers done of all that are in it."""
    in_it = sum(count for state, count in counts.items() if state not in ("left_out",))
    if row.status in ("checking", "ready"):
        finished = in_it - counts.get("waiting", 0)
    else:
        in_it -= counts.get("blocked", 0)
        finished = in_it - sum(counts.get(state, 0) for state in queries.OPEN)
    return {"done": finished, "all": in_it, "percent": 100 * finished // in_it if in_it else 100, "status": row.status}


@bp.get("/reports/batches/<code>/progress.json")
@requires(P.REPORT_READ)
def batch_progress(code: str) -> Any:
    """The same as data, for the page's script."""
    row = _found(code)
    return jsonify(_progress(row, queries.counts([row.id]).get(row.id, {})))


@bp.post("/reports/batches/<code>/sign")
@requires(P.REPORT_ISSUE)
def sign_batch(code: str) -> Any:
    """One signature; the papers are issued one after another by the worker."""
    row, form = _found(code), SignBatchForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation(current_actor(), AUTHORISED)
            check_version(row, form.version.data)
            services.sign_batch(current_actor(), row, confirmed=confirmed)
        if tried.ok:
            return done(gettext("Đã ký. Các phiếu đang được phát hành lần lượt."), "certificates.batch", code=code)
    return _page(_found(code), form)


@bp.post("/reports/batches/<code>/leave")
@requires(P.REPORT_ISSUE)
def leave_out(code: str) -> Any:
    """Take chosen papers out before the signature."""
    chosen = [int(v) for v in request.form.getlist("items") if v.isdecimal()]
    return press(lambda: services.leave_out(current_actor(), _found(code), chosen),
                 gettext("Đã bỏ các yêu cầu đã chọn khỏi lô."), "certificates.batch", code=code)


@bp.post("/reports/batches/<code>/stop")
@requires(P.REPORT_ISSUE)
def stop_batch(code: str) -> Any:
    """Begin no further paper."""
    form = StopForm()
    return press(lambda: services.stop_batch(current_actor(), _found(code), form.reason.data or ""),
                 gettext("Đã dừng lô. Phiếu đã phát hành giữ nguyên."), "certificates.batch", code=code)


@bp.post("/reports/batches/<code>/again")
@requires(P.REPORT_ISSUE)
def go_on(code: str) -> Any:
    """Take an interrupted batch up again."""
    return press(lambda: services.go_on(current_actor(), _found(code)),
                 gettext("Lô chạy tiếp từ chỗ đã dừng."), "certificates.batch", code=code)


@bp.get("/reports/void")
@requires(P.REPORT_READ)
def void_numbers() -> Any:
    """Numbers that were taken and given up, by year: none is missing from the register without a reason."""
    years = queries.void_years()
    filters = [Filter("year", gettext("Năm"), [(str(year), str(year)) for year in years], lambda q, v: queries.of_year(q, int(v)))]
    shown = listing(queries.void_numbers(), Report, VOID, kind="report", filters=filters, default_sort="number")
    if export.asked():
        rows = everything(queries.void_numbers(), Report, shown, VOID, filters, "report")
        why = queries.given_up(row.id for row in rows)
        heads = [gettext("Số phiếu"), gettext("Yêu cầu"), gettext("Ngày"), gettext("Lý do bỏ"), gettext("Người quyết định")]
        return export.as_file("void-numbers", heads, [_void_row(row, why.get(row.id)) for row in rows])
    return page("certificates/void.html", page=shown, why=queries.given_up(row.id for row in shown.rows), year=clock.today().year)


def _void_row(row: Report, change: Any) -> list[Any]:
    who = change.person.full_name if change and change.person else gettext("Tự động")
    return [row.number, row.request.number, row.issued_on, change.reason if change else "", who]
