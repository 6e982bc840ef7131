"""The fields with which a person signs, inside any form of any room, and what a page needs to show them."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import MEANINGS, Confirmation
from lab_app.core.access import Actor
from lab_app.core.forms import Form, TextField


class SignatureFields(Form):
    """Password, the one-time code where the account has one, and the hash of what the page showed.

    Whether they are right is said by `confirmation`, not by the form's validation: a form that signs only some of its choices
    (approve, not return) leaves them empty.
    """

    password = PasswordField(_l("Mật khẩu của bạn"), [Length(max=200)], render_kw={"autocomplete": "off", "maxlength": 200})
    code = TextField(_l("Mã 6 số trên điện thoại"), max_length=10, render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"})
    #: Not a hidden field of the library: a form writes those by itself, and the box (`macros/signing.html`) writes this one.
    shown = StringField(validators=[Length(max=64)])

    def confirmation(self, actor: Actor, meaning: str) -> Confirmation:
        """The acting person, recognised anew over what the page showed. Before the writing transaction; refused at the field."""
        return signatures.confirm(
            actor, self.password.data or "", self.code.data or "", meaning=meaning, shown_sha256=self.shown.data or "")


    def confirmation_if_typed(self, actor: Actor, meaning: str) -> Confirmation | None:
        """None without a password: for a form that is also sent to hear what stands in the way; the gate asks for the signature last."""
        return self.confirmation(actor, meaning) if self.password.data else None


@dataclass(frozen=True)
class Box:
    """What a page needs to ask for a signature: its meaning in words, the hash of what it shows, whether a code is asked, errors."""

    says: Any
    shown: str
    needs_code: bool
    errors: Mapping[str, str] = field(default_factory=dict)


def box(actor: Actor, meaning: str, shown: Mapping[str, Any], form: SignatureFields | None = None) -> Box:
    """The box of a page that shows this now; `form` is one that was just refused."""
    needs_code = isinstance(actor, Person) and bool(actor.tf_totp_secret)
    errors = {name: " ".join(map(str, form[name].errors)) for name in ("password", "code") if form[name].errors} if form else {}
    return Box(MEANINGS[meaning], signatures.digest(shown), needs_code, errors)
