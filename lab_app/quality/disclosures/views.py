"""Pages of disclosures required by law (4.2.2)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import audit, export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page, press
from lab_app.quality import subjects
from lab_app.quality.disclosures import queries, services, workflow
from lab_app.quality.disclosures.forms import DemandForm, GivenForm, ToldForm
from lab_app.quality.disclosures.models import Disclosure

bp = Blueprint("quality_disclosures", "lab_app.quality.disclosures")
PAGE = "quality_disclosures.disclosure_page"
COLUMNS = (
    Column("code", _l("Số"), Disclosure.id), Column("authority", _l("Cơ quan yêu cầu")), Column("customer", _l("Khách hàng")),
    Column("asked_on", _l("Ngày yêu cầu"), css="num"), Column("given_on", _l("Ngày cung cấp"), css="num opt"),
    Column("told_on", _l("Báo khách hàng"), css="num"), Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        if value == "unclosed":
            return query.where(Disclosure.status.in_((workflow.ASKED, workflow.GIVEN)))
        return query.where(Disclosure.status == value)

    states = [("unclosed", gettext("Chưa kết thúc")), *((s.code, s.word) for s in workflow.DISCLOSURE.states)]
    return (Filter("status", gettext("Trạng thái"), states, by_status),)


@bp.get("/quality/disclosures")
@requires(P.QUALITY_READ)
def disclosures() -> Any:
    """Disclosures, newest first."""
    filters = _filters()
    shown = listing(queries.disclosures(), Disclosure, COLUMNS, kind="disclosure", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.disclosures(), Disclosure, shown, COLUMNS, filters, "disclosure")
        heads = [gettext("Số"), gettext("Cơ quan yêu cầu"), gettext("Văn bản yêu cầu"), gettext("Căn cứ pháp luật"), gettext("Khách hàng"),
                 gettext("Ngày yêu cầu"), gettext("Thông tin đã cung cấp"), gettext("Ngày cung cấp"), gettext("Báo khách hàng"),
                 gettext("Điều luật cấm báo"), gettext("Trạng thái")]
        table = [[r.code, r.authority, r.demand, r.basis, r.customer, r.asked_on, r.given, r.given_on, r.told_on, r.forbidden_by,
                  str(workflow.DISCLOSURE.state(r.status).word)] for r in rows]
        return export.as_file("disclosures", heads, table)
    return page("quality/disclosures.html", page=shown, machine=workflow.DISCLOSURE)


@bp.route("/quality/disclosures/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_disclosure() -> Any:
    """Write down a demand."""
    form = DemandForm(data={"subject_kind": ""})
    if form.validate_on_submit():
        with attempt(form) as tried:
            given = form.file.data
            upload = files.put(given.stream, given.filename, files.IMAGES | files.PAPERS) if given and given.filename else None
            row = services.register_demand(current_actor(), upload=upload, **{k: v for k, v in form.clean().items() if k != "file"})
        if tried.ok:
            return done(gettext("Đã ghi %(code)s.", code=row.code), PAGE, code=row.code)
    return page("quality/disclosure_form.html", form=form, row=None, title=gettext("Ghi yêu cầu cung cấp thông tin"))


def _found(code: str) -> Disclosure:
    return or_404(queries.disclosure_by_code(code))


@bp.get("/quality/disclosures/<code>")
@requires(P.QUALITY_READ)
def disclosure_page(code: str) -> Any:
    """One disclosure: who demanded what, by which rule, what was given, that the customer knows."""
    row, actor = _found(code), current_actor()
    stop = workflow.DISCLOSURE.stop(row, "close", lambda: services.told_facts(row)) if row.status == workflow.GIVEN else None
    return page("quality/disclosure.html", row=row, subject_url=subjects.url(row.subject_kind, row.subject_id, row.subject_code),
                 machine=workflow.DISCLOSURE, stop=stop, may_write=actor.can(P.QUALITY_WRITE),
                attached=files.attachments("disclosure", row.id), entries=audit.history("disclosure", row.id, 20))


@bp.get("/quality/disclosures/<code>/files/<int:id>")
@requires(P.QUALITY_WRITE)
def paper(code: str, id: int) -> Any:
    """The authority's paper."""
    one = or_404(next((a for a in files.attachments("disclosure", _found(code).id) if a.id == id), None))
    return files.send(one.file, one.filename)


@bp.route("/quality/disclosures/<code>/give", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def give(code: str) -> Any:
    """Write down what was given."""
    row, form = _found(code), GivenForm()
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.give(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), PAGE, code=code)
    return page("quality/disclosure_form.html", form=form, row=row, title=gettext("Ghi đã cung cấp"))


@bp.route("/quality/disclosures/<code>/tell", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def tell_customer(code: str) -> Any:
    """Write down that the customer was told, or which rule forbids it."""
    row = _found(code)
    form = ToldForm(obj=row)
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.tell_customer(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), PAGE, code=code)
    return page("quality/disclosure_form.html", form=form, row=row, title=gettext("Báo cho khách hàng"))


@bp.post("/quality/disclosures/<code>/refuse")
@requires(P.QUALITY_WRITE)
def refuse(code: str) -> Any:
    """Give nothing, with the reason."""
    row = _found(code)
    return press(lambda: services.refuse(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã ghi việc từ chối."), PAGE, seen=row, code=code)


@bp.post("/quality/disclosures/<code>/close")
@requires(P.QUALITY_WRITE)
def close(code: str) -> Any:
    """End it."""
    row = _found(code)
    return press(lambda: services.close(current_actor(), row), gettext("Đã đóng %(code)s.", code=code), PAGE, seen=row, code=code)
