"""Pages of one requirement: its limit in words and as a picture, what it was, the editor of every kind, its confirmation."""
from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import render_template, request
from flask_babel import gettext

from lab_app.core import audit, clock
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.forms import parse_date, parse_moment
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page
from test_methods import forms, limit_pictures, limit_words, presenters, queries, services, wording
from test_methods.models import Regulation, Requirement, RequirementLimit
from test_methods.queries.limits import limit_in_force, limit_versions
from test_methods.services.limits import checked_limit
from test_methods.views import bp

HISTORY_SHOWN = 6


@bp.get("/requirements/<int:id>")
@requires(P.METHOD_READ)
def requirement_page(id: int) -> Any:
    """One requirement: its limit today, every version of it, and what stood on a day as known at a moment (`on`, `known`)."""
    row = get_or_404(Requirement, id)
    on, known, refused = _asked_of()
    return page(
        "test_methods/requirement.html", requirement=row, regulation=row.regulation, versions=limit_versions(id), on=on, known=known,
        asked=limit_in_force(row, on, known), refused=refused, lines=limit_words.limit_lines, rows=limit_pictures.table_rows,
        plot=limit_pictures.limit_plot(row.limit), confirmation=presenters.confirmation, seen=wording.seen_words(row.seen),
        kinds=limit_words.LIMIT_TYPES, today=clock.today(), entries=audit.history("requirement", id, HISTORY_SHOWN),
        methods=queries.methods_of(row.regulation_id),
    )


def _asked_of() -> tuple[date, datetime, str]:
    """The day and the moment a reader asks about; now where nothing, or nothing readable, was typed."""
    on, known, refused = clock.today(), clock.now(), ""
    try:
        if request.args.get("on", "").strip():
            on = parse_date(request.args["on"])
        typed = request.args.get("known", "").strip()
        if typed:
            known = parse_moment(typed) if ":" in typed else clock.from_wall(datetime.combine(parse_date(typed), time(23, 59)))
    except ValueError as error:
        refused = str(error)
    return on, known, refused


@bp.route("/regulations/<int:id>/requirements/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_requirement(id: int) -> Any:
    """Enter a requirement with its limit, not confirmed yet."""
    row, form = get_or_404(Regulation, id), forms.RequirementForm()
    if form.is_submitted() and not form.asks_for_more() and form.validate():
        facts = form.clean("code", "name_vi", "name_en", "clause", "conditions", "unit")
        with attempt(form) as tried:
            made = _named(form, lambda: services.add_requirement(current_actor(), row, limit=form.limit(), **facts))
        if tried.ok:
            return done(gettext("Đã ghi yêu cầu; giới hạn chưa xác nhận."), "test_methods.requirement_page", id=made.id)
    return _editor(form, row, None)


@bp.route("/requirements/<int:id>/limit", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def change_limit(id: int) -> Any:
    """Write a limit anew; the one before it stays readable."""
    row = get_or_404(Requirement, id)
    form = forms.LimitForm(data=forms.LimitForm.shape_of(row.limit, row.unit) | {"version": row.version})
    if form.is_submitted() and not form.asks_for_more() and form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            _named(form, lambda: services.change_limit(
                current_actor(), row, form.limit(), str(form.reason.data), form.in_force_from.data))
        if tried.ok:
            return done(gettext("Đã ghi giới hạn; cần xác nhận lại."), "test_methods.requirement_page", id=id)
    return _editor(form, row.regulation, row)


def _named(form: forms.LimitPart, call: Any) -> Any:
    """A service's refusal about a part of a limit, shown at the form's field for that part."""
    try:
        return call()
    except FieldRefused as error:
        raise FieldRefused(form.field_of(error.field), error.message) from error


def _editor(form: forms.LimitPart, regulation: Regulation, requirement: Requirement | None) -> Any:
    return page("test_methods/requirement_form.html", form=form, regulation=regulation, requirement=requirement,
                **_seen(form, requirement.unit if requirement else "") if form.is_submitted() else _shown(requirement))


def _shown(requirement: Requirement | None) -> dict[str, Any]:
    limit = requirement.limit if requirement else {}
    return {"lines": limit_words.limit_lines(limit), "rows": limit_pictures.table_rows(limit),
            "plot": limit_pictures.limit_plot(limit), "says": ""}


def _seen(form: forms.LimitPart, unit: str) -> dict[str, Any]:
    """What was understood of a form that may be half typed: words and picture, or what is wrong."""
    form.pasted = tuple(form.pasted) or _pasted(form)
    try:
        limit = checked_limit(form.limit(), unit)
    except (FieldRefused, ValueError) as error:
        return {"lines": [], "rows": [], "plot": None, "says": str(getattr(error, "message", error))}
    return {"lines": limit_words.limit_lines(limit), "rows": limit_pictures.table_rows(limit),
            "plot": limit_pictures.limit_plot(limit), "says": ""}


def _pasted(form: forms.LimitPart) -> tuple[list[str], ...]:
    try:
        return tuple(forms.read_segments(form.segments.data or ""))
    except ValueError:
        return ()


@bp.post("/limits/preview")
@requires(P.METHOD_WRITE)
def limit_preview() -> Any:
    """The words and the picture of a limit while it is typed; writes nothing."""
    form = forms.LimitPart()
    return render_template("test_methods/_limit_seen.html", **_seen(form, str(request.form.get("of_unit", ""))[:20]))


@bp.route("/requirements/<int:id>/confirm", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def confirm(id: int) -> Any:
    """State that a limit was compared with the official text (7.8.6); `limit` names a version that is not in force yet."""
    row = get_or_404(Requirement, id)
    ident = request.args.get("limit", type=int)
    version = get_or_404(RequirementLimit, ident) if ident else None
    form = forms.ConfirmForm(data={"source": "" if version else row.confirmed_source, "on": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.confirm_limit(current_actor(), row, str(form.source.data), form.on.data or date.min, version)
        if tried.ok:
            return done(gettext("Đã xác nhận giới hạn %(code)s.", code=row.code), "test_methods.regulation_page",
                        id=row.regulation_id)
    limit = version.limit if version else row.limit
    return page("test_methods/confirm_form.html", form=form, requirement=row, limit_lines=limit_words.limit_lines, limit=limit,
                plot=limit_pictures.limit_plot(limit), seen=wording.seen_words(row.seen))
