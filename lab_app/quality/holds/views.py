"""Pages of holds: what stands frozen, placing a hold under nonconforming work, letting work go on."""
from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.signing import box
from lab_app.accounts.workflow import DECIDED
from lab_app.core import audit, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.quality import queries as quality
from lab_app.quality import subjects
from lab_app.quality.holds import queries, services, workflow
from lab_app.quality.holds.forms import HoldForm, ReleaseForm
from lab_app.quality.holds.models import Hold

bp = Blueprint("quality_holds", "lab_app.quality.holds")

COLUMNS = (
    Column("code", _l("Số"), Hold.id), Column("subject", _l("Bị giữ lại")), Column("ncw", _l("Theo hồ sơ"), css="opt"),
    Column("held_at", _l("Từ lúc"), css="num"), Column("held_by", _l("Người giữ lại"), css="opt"), Column("state", _l("Trạng thái")),
)


def state_of(row: Hold) -> Any:
    """Whether it stands."""
    return workflow.STANDING if row.released_at is None else workflow.RELEASED


def _filters() -> tuple[Filter, ...]:
    def by_state(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Hold.released_at.is_(None) if value == "standing" else Hold.released_at.is_not(None))

    return (
        Filter("state", gettext("Trạng thái"), [(s.code, s.word) for s in (workflow.STANDING, workflow.RELEASED)], by_state),
        Filter("kind", gettext("Loại"), list(workflow.KINDS.items()), lambda q, value: q.where(Hold.subject_kind == value)),
    )


@bp.get("/quality/holds")
@requires(P.QUALITY_READ)
def holds() -> Any:
    """What stands frozen and what was released, newest first."""
    filters = _filters()
    shown = listing(queries.holds(), Hold, COLUMNS, filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.holds(), Hold, shown, COLUMNS, filters, None)
        heads = [gettext("Số"), gettext("Loại"), gettext("Mã"), gettext("Theo hồ sơ"), gettext("Lý do"), gettext("Nghi ngờ từ"),
                 gettext("Giữ lại lúc"), gettext("Người giữ lại"), gettext("Cho làm lại lúc"), gettext("Người cho làm lại"),
                 gettext("Căn cứ")]
        table = [[r.code, str(workflow.KINDS[r.subject_kind]), r.subject_code, r.nonconformity.code, r.reason, r.since, r.held_at,
                  r.held_by_name, r.released_at, r.released_by.full_name if r.released_by else "", r.release_basis] for r in rows]
        return export.as_file("holds", heads, table)
    return page("quality/holds.html", page=shown, state_of=state_of, kinds=workflow.KINDS)


def _found(code: str) -> Hold:
    return or_404(queries.hold_by_code(code))


def _hold_page(row: Hold, form: ReleaseForm | None = None) -> Any:
    actor = current_actor()
    may = actor.can(P.HOLD_RELEASE) and row.released_at is None
    stop = gates.ask("hold-released-by-another", services.release_facts(actor, row)) if may else None
    return page(
        "quality/hold.html", row=row, form=form or ReleaseForm(), state=state_of(row), kinds=workflow.KINDS, may_release=may, stop=stop,
        subject_url=subjects.url(row.subject_kind, row.subject_id, row.subject_code),
        box=box(actor, DECIDED, services.to_sign(row), form) if may else None, entries=audit.history("hold", row.id, 20),
    )


@bp.get("/quality/holds/<code>")
@requires(P.HOME)
def hold_page(code: str) -> Any:
    """One hold: what, why, from when, who may let work go on. Everybody whose work it stops may read it."""
    return _hold_page(_found(code))


@bp.post("/quality/holds/<code>/release")
@requires(P.HOLD_RELEASE)
def release_hold(code: str) -> Any:
    """Let work go on, signed."""
    row, form = _found(code), ReleaseForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation(current_actor(), DECIDED)
            services.release_hold(current_actor(), row, basis=form.basis.data or "", confirmed=confirmed)
        if tried.ok:
            return done(gettext("Đã cho làm việc trở lại."), "quality_holds.hold_page", code=code)
    return _hold_page(row, form)


@bp.route("/quality/nonconformities/<code>/holds/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_hold(code: str) -> Any:
    """Freeze something under nonconforming work."""
    row = or_404(quality.nonconformity_by_code(code))
    known = row.subject_kind in workflow.KINDS
    form = HoldForm(data={"subject_kind": row.subject_kind, "subject_code": row.subject_code} if known else {})
    if form.validate_on_submit():
        with attempt(form) as tried:
            kind, typed = form.subject_kind.data or "", form.subject_code.data or ""
            ident = subjects.find(kind, typed)
            if ident is None:
                raise FieldRefused("subject_code", gettext("Không có hồ sơ nào mang mã này."))
            services.place_hold(current_actor(), row, subject_kind=kind, subject_id=ident, subject_code=typed,
                                reason=form.reason.data or "", since=form.since.data)
        if tried.ok:
            return done(gettext("Đã giữ lại %(code)s.", code=typed), "quality.nonconformity_page", code=code)
    return page("quality/hold_form.html", form=form, row=row)
