"""Electronic signatures: a person is recognised anew, then a service writes the signature over what the person was shown.

Two steps, because a password's hash takes a tenth of a second and must not hold the writing transaction: `confirm` before it (reads
only; a wrong try is kept although it is refused), `sign` inside it, by the service that does what is signed.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import current_app, has_request_context
from flask_babel import gettext
from flask_security.utils import verify_password
from sqlalchemy import func, select

from lab_app.accounts import second_factor
from lab_app.accounts.models import Person, Signature, SignInAttempt, UsedCode
from lab_app.accounts.sign_in import NORMAL_FORM, WINDOW
from lab_app.accounts.workflow import LOADER, PASSWORD, PASSWORD_AND_CODE, Confirmation, SignatureFacts
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from lab_app.core.web import keep_after

#: Wrong tries of one person in a quarter of an hour. Counted for the signed-in person alone: nobody else's tries count here, neither
#: those at the door, and these close nobody's door.
PER_PERSON = 6


def digest(shown: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of the canonical form of what a person is shown; the page carries it to the signing."""
    return audit.digest(audit.canonical(dict(shown)))


def _account(person_id: int) -> str:
    return f"signature:{person_id}"


def too_many(person_id: int) -> bool:
    """Whether this person's wrong tries of the last quarter of an hour make them wait."""
    tries = select(func.count()).select_from(SignInAttempt).where(
        SignInAttempt.account == _account(person_id), SignInAttempt.at > clock.now() - WINDOW, SignInAttempt.succeeded.is_(False))
    return (db.session.scalar(tries) or 0) >= PER_PERSON


def confirm(actor: Actor, password: str, code: str = "", *, meaning: str, shown_sha256: str) -> Confirmation:
    """Recognise the acting person anew: password, and the one-time code where the account has a second factor.

    Reads only; call before the writing transaction. Refuses at the field (`password`, `code`) that is wrong or missing, and after
    `PER_PERSON` wrong tries in a quarter of an hour without looking at what was typed.
    """
    person = db.session.get(Person, actor.id) if actor.id is not None else None
    if person is None or not person.active:
        raise NotAllowed(gettext("Việc này cần một người đứng tên."))
    if not password:
        raise FieldRefused("password", gettext("Gõ lại mật khẩu của bạn để ký."))
    if too_many(person.id):
        raise FieldRefused("password", gettext("Thử sai quá nhiều lần. Hãy đợi 15 phút, hoặc nhờ quản trị viên."))
    typed = unicodedata.normalize(NORMAL_FORM, password)
    if not person.password or not verify_password(typed, person.password):
        _keep_failure(person.id)
        raise FieldRefused("password", gettext("Mật khẩu không đúng; chưa ký."))
    if not person.tf_totp_secret:
        return Confirmation(person.id, meaning, shown_sha256, PASSWORD, clock.now())
    if not code.strip():
        raise FieldRefused("code", gettext("Tài khoản này có bước thứ hai: gõ mã 6 số đang hiện trên điện thoại."))
    counter = second_factor.counter_of(person, code)
    if counter is None:
        _keep_failure(person.id)
        raise FieldRefused("code", gettext("Mã không đúng, đã dùng hoặc đã hết hạn; chưa ký."))
    return Confirmation(person.id, meaning, shown_sha256, PASSWORD_AND_CODE, clock.now(), code_counter=counter)


def _keep_failure(person_id: int) -> None:
    # No address: a wrong signature must not count against the neighbours who sign in from the same house.
    row = {"account": _account(person_id), "address": f"signature:{person_id}", "succeeded": False, "at": clock.now()}
    keep_after(lambda session: session.add(SignInAttempt(**row)))


def told(person: Person) -> Confirmation:
    """The loader's door: the demonstration (and a test) tells that this person signed. The signature says so for ever (`loader`).

    Open only where the clock may be set, that is never in production, and outside tests only inside a told moment and never
    within a request.
    """
    settings = current_app.config["LAB"]
    if settings.production or (settings.mode != "test" and (not clock.told() or has_request_context())):
        raise NotAllowed(gettext("Chữ ký chỉ do chính người ký xác nhận."))
    return Confirmation(person.id, "", "", LOADER, clock.now())


def of_many(signature: Signature, shown_sha256: str) -> Confirmation:
    """What a signature that was given over many papers at once says of one of them. `shown_sha256`: the hash that the person's list
    held for this paper; the gate compares it with the paper as it is when its turn comes."""
    return Confirmation(
        signature.person_id, signature.meaning, shown_sha256, signature.method, signature.signed_at, given_with=signature.id)


def sign(
    actor: Actor, confirmed: Confirmation | None, *, meaning: str, subject: tuple[str, int], shown: Mapping[str, Any],
    sha256: str | None = None,
) -> Signature:
    """Write the signature of the acting person on a record (kind and id of the trail). Part of the service that does what is signed.

    `shown` is what the records say now; gate *signed-by-person* refuses when the person was shown something else, confirmed another
    meaning, is somebody else, or confirmed nothing. `sha256`: the hash when it was worked out already.
    """
    text = audit.canonical(dict(shown))
    hashed = sha256 or audit.digest(text)
    demand(actor, confirmed, meaning, hashed)
    assert confirmed is not None
    person = db.session.get_one(Person, confirmed.person_id)
    row = Signature(
        person_id=person.id, name=person.full_name, title_vi=person.title_vi, title_en=person.title_en, meaning=meaning,
        subject_kind=subject[0], subject_id=subject[1], shown=text, shown_sha256=hashed, method=confirmed.method,
        given_with_id=confirmed.given_with, signed_at=confirmed.at,
    )
    db.session.add(row)
    if confirmed.code_counter is not None:
        db.session.add(UsedCode(person_id=person.id, counter=confirmed.code_counter))
    db.session.flush()
    return row


def demand(actor: Actor, confirmed: Confirmation | None, meaning: str, shown_sha256: str) -> None:
    """Gate *signed-by-person* alone: for a service that needs to know before it writes the record that the signature will stand on."""
    gates.require("signed-by-person", SignatureFacts(actor.id, actor.name, meaning, shown_sha256, clock.now(), confirmed))
