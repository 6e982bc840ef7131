"""Pages of a measuring system: its parts now and at a moment, parts put in and taken out."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments import forms, presenters, queries, services
from instruments.models import SystemMember
from instruments.views.blueprint import bp, instrument_of
from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page


@bp.route("/instruments/<code>/system", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def system_page(code: str) -> Any:
    """What a system is made of at a moment (`?at=`), whether each part may be used, every part it ever had; and a new part."""
    row, actor = instrument_of(code), current_actor()
    if row.kind != queries.SYSTEM:
        raise NotFound(gettext("%(code)s không phải hệ đo.", code=code))
    form = forms.MemberForm() if actor.can(P.INSTRUMENT_WRITE) and row.state != "retired" else None
    if form is not None and form.validate_on_submit():
        with attempt(form) as tried:
            part = queries.by_code(form.member.data)
            if part is None:
                raise FieldRefused("member", gettext("Không có thiết bị mang mã này."))
            services.add_member(actor, row, part, form.from_at.data or clock.now(), role=form.role.data, reason=form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi thành phần."), "instruments.system_page", code=code)
    at_form = forms.AtForm(request.args)
    at_form.validate()
    file, now = queries.dossier(row), clock.now()
    return page(
        "instruments/system.html", form=form, instrument=row, at_form=at_form, at=at_form.at.data or now,
        asked=at_form.at.data is not None, parts=presenters.parts(file, at_form.at.data or now), history=file.members,
        standing=queries.standing(file.facts, now, now),
    )


@bp.route("/instruments/<code>/system/<int:id>/end", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def end_member(code: str, id: int) -> Any:
    """A part leaves its system at a moment, with a reason."""
    row, part = instrument_of(code), get_or_404(SystemMember, id)
    if part.system_id != row.id:
        raise NotFound(gettext("Không có hồ sơ này."))
    form = forms.EndForm(data={"until_at": clock.now(), "version": part.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(part, form.version.data)
            services.end_membership(current_actor(), part, form.until_at.data or clock.now(), reason=form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi: %(code)s rời hệ đo.", code=part.member.code), "instruments.system_page", code=code)
    return page("instruments/member_end.html", form=form, instrument=row, part=part)
