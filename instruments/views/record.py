"""One instrument: its page, its states, its firmware, its files, its label."""
from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext
from markupsafe import Markup

from instruments import forms, presenters, queries, services, wording, workflow
from instruments.lifeline import lifeline
from instruments.models import Instrument
from instruments.views.blueprint import bp, instrument_of, upload_of
from lab_app.core import audit, clock, files, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.panels import panels_for
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page

HISTORY_SHOWN = 6
#: So many calibrations and checks stand on the overview; all of them have pages of their own.
SHOWN = 5


@bp.get("/instruments/<code>")
@requires(P.INSTRUMENT_READ)
def instrument_page(code: str) -> Any:
    """One instrument: whether it may be used, now or at a moment (`?at=`), and everything dated about it."""
    row = instrument_of(code)
    form = forms.AtForm(request.args)
    form.validate()
    file, now = queries.dossier(row), clock.now()
    panels = [(p.side, Markup(render_template(p.template, **p.context))) for p in panels_for("instrument", row, current_actor())]
    return page(
        "instruments/instrument.html", status=200, instrument=row, dossier=file, at_form=form, asked=form.at.data is not None,
        judged=presenters.judged(file, form.at.data or now), standing=queries.standing(file.facts, now, now), shown=SHOWN,
        cover=presenters.cover(row, clock.today()), last_day=presenters.last_day, where=presenters.where(row),
        calibration_states=presenters.calibration_states(file, clock.today()), check_states=wording.CHECK_STATES,
        drift=presenters.drift(file.checks), life=lifeline(file, clock.today()), machine=workflow.MACHINE,
        into_service=gates.ask("verified-before-service", services.service_facts_of(row, file.facts)),
        quantity=wording.quantity, deviation=wording.deviation, valid_through=presenters.valid_through, points=forms.shown_points,
        ownership=wording.OWNERSHIP, kinds=wording.KINDS, papers=_papers(row, file),
        entries=audit.history("instrument", row.id, HISTORY_SHOWN),
        parts=presenters.parts(file, form.at.data or now), systems=queries.systems_of(row.id, now, now),
        firmware=presenters.firmware(file, now),
        panels=[drawn for side, drawn in panels if not side], side_panels=[drawn for side, drawn in panels if side],
    )


def _papers(row: Instrument, file: queries.Dossier) -> dict[str, Any]:
    """Documents and photos of the instrument, and certificates by calibration."""
    certificates: dict[int, list[files.Attachment]] = {}
    own, photos = [], []
    for paper in queries.papers(row.id, [c.id for c in file.calibrations]):
        if paper.subject_kind != "instrument":
            certificates.setdefault(paper.subject_id, []).append(paper)
        elif paper.purpose == "photo":
            photos.append(paper)
        else:
            own.append(paper)
    return {"own": own, "photos": photos, "certificates": certificates}


@bp.route("/instruments/<code>/state/<state>", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def change_state(code: str, state: str) -> Any:
    """Into or out of service from a moment on (6.4.4, 6.4.9)."""
    row = instrument_of(code)
    if state not in workflow.MOVE_TO:
        raise NotFound(gettext("Không có trạng thái này."))
    form = forms.StateForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.set_state(current_actor(), row, state, form.effective_at.data or clock.now(), form.verification.data,
                               form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi trạng thái: %(state)s.", state=workflow.MACHINE.state(state).word),
                        "instruments.instrument_page", code=code)
    return page("instruments/state.html", form=form, instrument=row, target=workflow.MACHINE.state(state),
                label=workflow.MOVE_TO[state].label)


@bp.route("/instruments/<code>/firmware", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def firmware_page(code: str) -> Any:
    """What firmware ran from when on, how it was verified, and the form that records a change (6.4.13 a, 7.11.2)."""
    row, actor = instrument_of(code), current_actor()
    form = forms.FirmwareForm(data={"firmware": row.firmware, "effective_at": clock.now()}) if actor.can(P.INSTRUMENT_WRITE) else None
    if form is not None and form.validate_on_submit():
        with attempt(form) as tried:
            services.record_firmware(
                actor, row, form.firmware.data, form.effective_at.data or clock.now(), reason=form.reason.data,
                verification=form.verification.data)
        if tried.ok:
            return done(gettext("Đã ghi firmware."), "instruments.firmware_page", code=code)
    return page("instruments/firmware.html", form=form, instrument=row, rows=queries.firmware_history(row.id))


@bp.route("/instruments/<code>/files", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def add_file(code: str) -> Any:
    """Hang a document or a photo on an instrument."""
    row = instrument_of(code)
    form = forms.FileForm()
    if form.validate_on_submit():
        upload = upload_of(form)
        if upload is not None:
            with attempt(form) as tried:
                services.attach_file(current_actor(), row, upload, form.caption.data, form.purpose.data)
            if tried.ok:
                return done(gettext("Đã lưu tệp."), "instruments.instrument_page", code=code)
    return page("instruments/file_form.html", form=form, instrument=row)
