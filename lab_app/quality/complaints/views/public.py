"""What anyone may open without account or script: how complaints are handled, the form, the progress of one (7.9.2, 7.9.5)."""
from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from lab_app.core import files, rates
from lab_app.core.access import public
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import lang, nfc
from lab_app.quality.complaints import queries, services, tokens, workflow
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.views.blueprint import public_bp

looked = rates.limited("complaint-page", 30, 300)
sent = rates.limited("complaint", 5, 20)
opened = rates.limited("complaint-track", 30, 300)
#: The field that a person does not see and a robot fills in.
TRAP = "website"
FIELDS = ("title", "words", "about", "name", "organisation", "email", "phone", "role")
#: Nothing typed is longer than a text may be: more is cut before it is looked at.
_MOST = 6000


def spoken() -> str | None:
    """The language asked for in the address, carried on to the next one."""
    asked = request.args.get("lang")
    return asked if asked in ("vi", "en") else None


@public_bp.get("/complaints")
@public
@looked
def process() -> Any:
    """How the laboratory handles complaints."""
    return render_template("quality/complaint_process.html", terms=queries.terms(), spoken=spoken(), outcomes=workflow.OUTCOMES)


def _form(status: int = 200, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Response:
    """The form with a new note; what was typed stays."""
    shown = {"role": workflow.CUSTOMER, "about": request.args.get("paper", "")[:120], "confidential": "1", **(typed or {})}
    note = tokens.opened(current_app.config["SECRET_KEY"])
    if typed and typed.get("note") and errors and "note" not in errors:
        note = typed["note"]  # a refused form keeps its number: sent again it is still the same complaint
    return make_response(render_template(
        "quality/complaint_public_form.html", typed=shown, errors=errors or {}, note=note, trap=TRAP, spoken=spoken(),
        roles=workflow.ROLES, terms=queries.terms(), most_mb=services.MOST_BYTES // 1024 // 1024), status)


@public_bp.get("/complaints/new")
@public
@looked
def lodge_form() -> Any:
    """The form. `?paper=` may name what it is about."""
    return _form()


@public_bp.post("/complaints/new")
@public
@sent
def lodge() -> Any:
    """Take the complaint and go to its progress page. A robot that fills the hidden field is thanked, and nothing happens."""
    typed = {name: nfc(request.form.get(name, ""))[:_MOST] for name in FIELDS}
    typed |= {"note": request.form.get("note", "")[:300], "confidential": "1" if request.form.get("confidential") else ""}
    if request.form.get(TRAP):
        return render_template("quality/complaint_thanks.html", spoken=spoken())
    try:
        _, token = services.lodge(
            language=lang(), upload=_upload(typed["note"]), confidential=bool(typed["confidential"]), note=typed["note"],
            **{name: typed[name] for name in FIELDS})
    except (FieldRefused, Refused) as refused:
        return _form(422, typed, {getattr(refused, "field", "note"): str(refused.message)})
    return redirect(url_for("complaints.track", token=token, lang=spoken()))


def _upload(note: str) -> files.Upload | None:
    """The file that came along, stored; only of a form that is one of ours."""
    given = request.files.get("file")
    if given is None or not given.filename or tokens.read(current_app.config["SECRET_KEY"], note) is None:
        return None
    return files.put(given.stream, given.filename, services.ALLOWED, most=services.MOST_BYTES)


def _tracked(token: str) -> Complaint:
    row = queries.complaint_by_token(token[:100])
    if row is None:
        abort(404)
    return row


def _track(row: Complaint, status: int = 200, **context: Any) -> Response:
    messages = [one for one in row.messages if one.kind in workflow.OPEN_MESSAGES]
    told = row.notified_on is not None
    return make_response(render_template(
        "quality/complaint_track.html", row=row, messages=messages, kinds=workflow.MESSAGES, told=told, trap=TRAP, spoken=spoken(),
        outcomes=workflow.OUTCOMES, **{"refused": "", "typed": "", **context}), status)


@public_bp.get("/complaints/track/<token>")
@public
@opened
def track(token: str) -> Any:
    """How far the complaint is, and what was said."""
    return _track(_tracked(token))


@public_bp.post("/complaints/track/<token>")
@public
@opened
def track_reply(token: str) -> Any:
    """The complainant adds something."""
    row = _tracked(token)
    typed = nfc(request.form.get("words", ""))[:_MOST]
    if not request.form.get(TRAP):
        try:
            services.reply(row, typed)
        except (FieldRefused, Refused) as refused:
            return _track(row, 422, refused=str(refused.message) or gettext("Cần điền mục này."), typed=typed)
    return redirect(url_for("complaints.track", token=token, lang=spoken()))
