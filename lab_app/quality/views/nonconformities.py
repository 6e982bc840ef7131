"""Nonconforming work: list, one record, its six answers, closing (7.10)."""
from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, page
from lab_app.quality import presenters, queries, services, workflow
from lab_app.quality.forms import AnswersForm, NonconformityForm
from lab_app.quality.models import Nonconformity
from lab_app.quality.views.blueprint import bp

COLUMNS = (
    Column("code", _l("Số"), Nonconformity.id), Column("title", _l("Việc không phù hợp")), Column("source", _l("Nguồn"), css="opt"),
    Column("found_on", _l("Phát hiện"), css="num"), Column("responsible", _l("Người chịu trách nhiệm"), css="opt"),
    Column("status", _l("Trạng thái")),
)

#: Pages of the subjects a record can be about: kind → (endpoint, argument).
SUBJECT_PAGES = {
    "instrument": ("instruments.instrument_page", "code"), "test-job": ("results.bench", "code"),
    "sample": ("samples.sample_page", "code"), "room": ("quality.room_page", "code"),
    "proficiency-round": ("results.round_page", "code"),
}


def subject_url(row: Nonconformity) -> str:
    """Address of the record's subject; empty where it has no page by its code."""
    place = SUBJECT_PAGES.get(row.subject_kind)
    if place is None:
        return ""
    endpoint, argument = place
    values: dict[str, Any] = {argument: row.subject_code}
    return url_for(endpoint, **values)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Nonconformity.status != workflow.CLOSED if value == "unclosed" else Nonconformity.status == value)

    def by_source(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Nonconformity.source == value)

    states = [("unclosed", gettext("Chưa đóng")), *((s.code, s.word) for s in workflow.NONCONFORMITY.states)]
    return (
        Filter("status", gettext("Trạng thái"), states, by_status),
        Filter("source", gettext("Nguồn"), list(workflow.SOURCES.items()), by_source),
    )


@bp.get("/quality/nonconformities")
@requires(P.QUALITY_READ)
def nonconformities() -> Any:
    """Nonconforming work, newest first."""
    filters = _filters()
    shown = listing(queries.nonconformities(), Nonconformity, COLUMNS, kind="nonconformity", filters=filters, default_sort="code")
    if (kind := request.args.get("export")) in ("csv", "xlsx"):
        rows = everything(queries.nonconformities(), Nonconformity, shown, COLUMNS, filters, "nonconformity")
        heads = [gettext("Số"), gettext("Việc không phù hợp"), gettext("Nguồn"), gettext("Liên quan tới"), gettext("Phát hiện"),
                 gettext("Người chịu trách nhiệm"), gettext("Trạng thái")]
        table = [[r.code, r.title, str(workflow.SOURCES[r.source]), r.subject_code, r.found_on,
                  r.responsible.full_name if r.responsible else "", str(workflow.NONCONFORMITY.state(r.status).word)] for r in rows]
        return (export.as_csv if kind == "csv" else export.as_xlsx)("nonconformities", heads, table)
    return page("quality/nonconformities.html", page=shown, machine=workflow.NONCONFORMITY, sources=workflow.SOURCES)


@bp.route("/quality/nonconformities/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_nonconformity() -> Any:
    """Open nonconforming work by hand."""
    form = NonconformityForm(data={"found_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            subject = services.subject_named(form.subject_kind.data or "", form.subject_code.data or "")
            row = services.open_nonconformity(
                current_actor(), source="other", subject_kind=subject[0], subject_id=subject[1], subject_code=subject[2],
                **form.clean("title", "description", "found_on"))
        if tried.ok:
            return done(gettext("Đã mở %(code)s.", code=row.code), "quality.nonconformity_page", code=row.code)
    return page("quality/nonconformity_form.html", form=form, row=None)


def _found(code: str) -> Nonconformity:
    row = queries.nonconformity_by_code(code)
    if row is None:
        raise NotFound(gettext("Không có hồ sơ này."))
    return row


@bp.get("/quality/nonconformities/<code>")
@requires(P.QUALITY_READ)
def nonconformity_page(code: str) -> Any:
    """One record: what was found, the six answers of 7.10.1, what hangs on it, what may be done."""
    row, actor = _found(code), current_actor()
    stop = gates.ask("nonconformity-answered", services.closing_facts(row)) if row.status != workflow.CLOSED else None
    return page(
        "quality/nonconformity.html", row=row, machine=workflow.NONCONFORMITY, sources=workflow.SOURCES, parts=workflow.PARTS,
        stop=stop, subject_url=subject_url(row), panels=presenters.panels("nonconformity", row, actor),
        may_write=actor.can(P.QUALITY_WRITE), entries=audit.history("nonconformity", row.id, 20),
    )


@bp.route("/quality/nonconformities/<code>/answers", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def answer_nonconformity(code: str) -> Any:
    """Answer the six parts of 7.10.1, now or later."""
    row = _found(code)
    form = AnswersForm(obj=row)
    people = active_people()
    form.responsible_id.choices = [("", gettext("chưa có")), *((str(p.id), p.full_name) for p in people)]
    if request.method == "GET":
        form.responsible_id.data = str(row.responsible_id or "")
        form.version.data = row.version
    if form.validate_on_submit():
        said = form.clean()
        said["responsible_id"] = int(said["responsible_id"]) if said["responsible_id"] else None
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.answer_nonconformity(current_actor(), row, **said)
        if tried.ok:
            return done(gettext("Đã ghi."), "quality.nonconformity_page", code=code)
    return page("quality/nonconformity_form.html", form=form, row=row)


@bp.post("/quality/nonconformities/<code>/close")
@requires(P.QUALITY_WRITE)
def close_nonconformity(code: str) -> Any:
    """Close it, when everything is answered and done."""
    row = _found(code)
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.close_nonconformity(current_actor(), row)
    if not tried.ok:
        return back_with_refusal("quality.nonconformity_page", code=code)
    return done(gettext("Đã đóng %(code)s.", code=code), "quality.nonconformity_page", code=code)
