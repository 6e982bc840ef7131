"""Giving oneself a second factor, and taking it away again (7.11.3)."""
from __future__ import annotations

from flask_babel import gettext

from lab_app.accounts import second_factor
from lab_app.accounts.models import Person, UsedCode
from lab_app.accounts.services.signatures import confirm
from lab_app.accounts.workflow import Confirmation
from lab_app.core import audit
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P

#: What is confirmed here is the person, for the account itself; no record is signed with it.
ACCOUNT = "account"


def recognise(actor: Actor, password: str, code: str = "") -> Confirmation:
    """The acting person anew, as for a signature (same throttle); before the writing transaction. Refused at the field."""
    return confirm(actor, password, code, meaning=ACCOUNT, shown_sha256="")


def matching(secret: str, code: str) -> int:
    """Number of the code that the person's phone shows for a secret not yet kept; refused at `code` when it is none."""
    counter = second_factor.codes().matched("".join(code.split()), secret, None)
    if counter is None:
        raise FieldRefused("code", gettext("Mã không khớp. Xem lại giờ của điện thoại, rồi gõ mã đang hiện."))
    return counter


def set_second_factor(actor: Actor, person: Person, secret: str, counter: int) -> Person:
    """From now on the account asks for a code at sign-in and at every signature. One's own account only; refused when it has one."""
    authorize(actor, P.HOME)
    if actor.id != person.id:
        raise Refused(gettext("Bước thứ hai do chính chủ tài khoản đặt."))
    if person.tf_totp_secret:
        raise Refused(gettext("Tài khoản này đã có bước thứ hai."))
    audit.because(gettext("Đặt bước thứ hai khi đăng nhập và ký"))
    person.tf_primary_method, person.tf_totp_secret = "authenticator", secret
    db.session.add(UsedCode(person_id=person.id, counter=counter))
    db.session.flush()
    return person


def remove_second_factor(actor: Actor, person: Person, reason: str, *, recognised: Confirmation | None = None) -> Person:
    """Take the second factor away: one's own with both factors (`recognised`), or by an administrator for somebody who lost the phone.

    Needs a reason. Refuses one's own without both factors whatever one's rights: an open session alone must not take it away.
    """
    own = actor.id == person.id
    authorize(actor, P.HOME if own else P.PERSON_WRITE)
    if own and (recognised is None or recognised.person_id != person.id):
        raise Refused(gettext("Bỏ bước thứ hai của chính mình ở trang Tài khoản của tôi, với mật khẩu và mã trên điện thoại."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not person.tf_totp_secret:
        raise Refused(gettext("Tài khoản này không có bước thứ hai."))
    audit.because(reason.strip())
    person.tf_primary_method, person.tf_totp_secret = None, None
    db.session.flush()
    return person
