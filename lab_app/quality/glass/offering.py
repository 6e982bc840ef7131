"""The door for an emergency: what a refused page offers, and what the form that comes back declares.

The page that refused draws a second form with everything that was sent, the gate named, a place for the reason and the signature of a
person who may let it happen. What comes back is believed only with the token of that very page: the same person, address, fields and
refusal, not older than some minutes, not used before. Anything else changes nothing: the gate refuses again and the page says why.
"""
from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED
from lab_app.core import audit, breaking, clock, gates
from lab_app.core.access import Actor, current_actor
from lab_app.core.breaking import Breaking
from lab_app.core.errors import FieldRefused, NotAllowed
from lab_app.core.gates import Stop
from lab_app.core.web import GLASS
from lab_app.quality.glass import queries, rules, services

#: The fields that the offer adds to what was sent.
TOKEN, BY, REASON, PASSWORD, CODE, SHOWN = (f"glass_{name}" for name in ("token", "by", "reason", "password", "code", "shown"))
#: What is never sent on: the offer's own fields, and secrets.
NOT_SENT_ON = frozenset({TOKEN, BY, REASON, PASSWORD, CODE, SHOWN, "csrf_token", "password", "code", "shown"})
#: Where the fields of the box say what is wrong: field of the refusal → field of the box.
BOXES = {"allowed_by": BY, "reason": REASON, "password": PASSWORD, "code": CODE}


@dataclass(frozen=True)
class Offer:
    """What the box shows."""

    stop: Stop
    title: Any
    action: str
    fields: list[tuple[str, str]]
    token: str
    shown: str
    people: list[Person]
    chosen: int | None
    needs_code: bool
    reason: str
    words: int
    errors: Mapping[str, str] = field(default_factory=dict)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="break-glass")


def _sent() -> list[tuple[str, str]]:
    return [(key, value) for key, value in request.form.items(multi=True) if key not in NOT_SENT_ON]


def _address() -> str:
    """The address of the form as it was first sent: without the word that this module adds."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != GLASS]
    return request.path + "".join(f"{'&' if i else '?'}{key}={value}" for i, (key, value) in enumerate(kept))


def _print_of(fields: list[tuple[str, str]]) -> str:
    return audit.digest(audit.canonical({"fields": [[key, "\n".join(value.splitlines())] for key, value in fields]}))


def offer(stop: Any) -> Markup:
    """The box under a refusal that may be passed in an emergency, drawn; nothing under any other, on a page that was only asked for,
    after files were sent (a browser does not send them twice), or where nobody may let it happen."""
    if not isinstance(stop, Stop) or not stop.break_glass or request.method != "POST" or request.files or "glass_offered" in g:
        return Markup()
    actor = current_actor()
    if actor.id is None or "password" in request.form:
        return Markup()
    people = queries.holders()
    if not people:
        return Markup()
    g.glass_offered = True
    return Markup(render_template("quality/_glass_offer.html", offer=_offered(stop, actor, people)))


def _offered(stop: Stop, actor: Actor, people: list[Person]) -> Offer:
    fields, address = _sent(), _address()
    token = _serializer().dumps({
        "person": actor.id, "gate": stop.gate, "refused": breaking.fingerprint(stop), "address": address, "fields": _print_of(fields),
        "at": int(clock.now().timestamp()), "once": secrets.token_hex(16)})
    typed = request.form.get(BY, "")
    able = [person.id for person in people]
    chosen = int(typed) if typed in map(str, able) else actor.id if actor.id in able else able[0] if len(able) == 1 else None
    return Offer(
        stop=stop, title=gates.registry[stop.gate].title, action=f"{address}{'&' if '?' in address else '?'}{GLASS}=1", fields=fields,
        token=str(token), shown=signatures.digest(services.shown(stop.gate, str(stop.says), actor.name)), people=people, chosen=chosen,
        needs_code=any(p.tf_totp_secret for p in people), reason=request.form.get(REASON, ""), words=rules.REASON_WORDS,
        errors=g.get("glass_errors", {}))


def declared() -> Breaking | None:
    """The breaking act this request declares; None where the declaration does not hold, with the reason kept for the box."""
    actor = current_actor()
    if actor.id is None:
        return None
    try:
        return _declared(actor)
    except FieldRefused as error:
        g.glass_errors = {BOXES.get(error.field, TOKEN): str(error.message)}
        return None


def _declared(actor: Actor) -> Breaking:
    said = _token(actor)
    typed = request.form.get(BY, "")
    holder = next((person for person in queries.holders() if str(person.id) == typed), None)
    reason = request.form.get(REASON, "")
    allowed_by = services.checked(said["gate"], holder, reason)
    try:
        confirmed = signatures.confirm(
            allowed_by, request.form.get(PASSWORD, ""), request.form.get(CODE, ""), meaning=DECIDED,
            shown_sha256=request.form.get(SHOWN, ""))
    except NotAllowed as error:
        raise FieldRefused("allowed_by", error.message) from error
    return Breaking(said["gate"], actor, allowed_by.id, reason.strip(), said["once"], door=f"{request.method} {request.endpoint}",
                    refused=said["refused"], confirmed=confirmed)


def _token(actor: Actor) -> dict[str, Any]:
    """What the page said when it was drawn. Refuses (field `token`) one that is not ours, of another person, page or content, too old,
    or used."""
    again = gettext("Trang này đã cũ hoặc nội dung đã khác; đọc lại lời từ chối rồi khai lại.")
    try:
        said: dict[str, Any] = _serializer().loads(request.form.get(TOKEN, ""))
    except BadSignature as error:
        raise FieldRefused("token", again) from error
    age = clock.now().timestamp() - said["at"]
    same = said["person"] == actor.id and said["address"] == _address() and said["fields"] == _print_of(_sent())
    if not same or not 0 <= age <= rules.FRESH.total_seconds():
        raise FieldRefused("token", again)
    if queries.used(said["once"]):
        raise FieldRefused("token", gettext("Lần vượt chốt này đã dùng rồi; mỗi lần khai chỉ cho một việc."))
    return said


def page_of(code: str) -> str:
    """Address of a broken gate's page."""
    return url_for("quality_glass.broken_gate_page", code=code)
