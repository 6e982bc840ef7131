"""Pages of the second factor: giving it to one's own account, taking it away."""
from __future__ import annotations

from typing import Any

import segno
from flask import current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from lab_app.accounts import presenters, queries, second_factor
from lab_app.accounts.forms import ReasonForm
from lab_app.accounts.models import Person
from lab_app.accounts.services import second_factors as services
from lab_app.accounts.views import bp as bp
from lab_app.core.access import current_actor, requires, signed_in
from lab_app.core.errors import FieldRefused
from lab_app.core.forms import Form, TextField
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, or_404, page

#: Seconds for which a secret that was shown may be kept.
SHOWN_FOR = 15 * 60


class SecondFactorForm(Form):
    """The password, the code that the phone shows, and the secret that the page showed, sealed for this person."""

    password = PasswordField(_l("Mật khẩu của bạn"), [Length(max=200)], render_kw={"autocomplete": "off"})
    code = TextField(_l("Mã 6 số trên điện thoại"), max_length=10, render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"})
    sealed = HiddenField(validators=[Length(max=2000)])


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="second factor")


def _opened(sealed: str, person: Person) -> str:
    """The secret of a page that was shown to this person; refused when it is old, another's or made up."""
    try:
        owner, secret = _seals().loads(sealed, max_age=SHOWN_FOR)
    except (BadData, ValueError) as error:
        raise FieldRefused("code", gettext("Hình QR này đã cũ. Quét hình mới bên cạnh.")) from error
    if owner != person.id:
        raise FieldRefused("code", gettext("Hình QR này đã cũ. Quét hình mới bên cạnh."))
    return str(secret)


@bp.route("/me/second-factor", methods=["GET", "POST"])
@signed_in
def my_second_factor() -> Any:
    """Scan a symbol with an authenticator, type the code it shows: from then on the account asks for both."""
    person: Any = current_actor()
    form = SecondFactorForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.recognise(person, form.password.data or "", form.code.data or "")
            secret = _opened(form.sealed.data or "", person)
            services.set_second_factor(person, person, secret, services.matching(secret, form.code.data or ""))
        if tried.ok:
            return done(gettext("Từ nay đăng nhập và ký cần cả mật khẩu và mã trên điện thoại."), "accounts.me")
    secret = second_factor.codes().generate_totp_secret()
    if form.refused and form.sealed.data and not form.code.errors:
        secret = _kept(form.sealed.data, person) or secret
    form.sealed.data = _seals().dumps([person.id, secret])
    address = second_factor.codes().get_totp_uri(person.email, secret)
    return page("accounts/second_factor.html", form=form, person=person, key=second_factor.codes().get_totp_pretty_key(secret),
                symbol=segno.make_qr(address, error="m").svg_data_uri(scale=5, border=4, light="white"))


def _kept(sealed: str, person: Person) -> str:
    """The secret of the refused form, so that a phone that scanned it need not scan again."""
    try:
        return _opened(sealed, person)
    except FieldRefused:
        return ""


@bp.post("/me/second-factor/remove")
@signed_in
def remove_my_second_factor() -> Any:
    """Take one's own second factor away, with both factors."""
    person: Any = current_actor()
    with attempt() as tried:
        recognised = services.recognise(person, request.form.get("password", ""), request.form.get("code", ""))
        services.remove_second_factor(person, person, gettext("Chủ tài khoản tự bỏ"), recognised=recognised)
    if not tried.ok:
        return back_with_refusal("accounts.me")
    return done(gettext("Đã bỏ bước thứ hai."), "accounts.me")


@bp.post("/people/<code>/second-factor/remove")
@requires(P.PERSON_WRITE)
def remove_second_factor(code: str) -> Any:
    """Take somebody's second factor away: the phone is lost."""
    person = or_404(queries.person_by_code(code), gettext("Không có ai mang mã này."))
    form = ReasonForm()
    with attempt() as tried:
        if not form.validate():
            raise FieldRefused("reason", presenters.first_error(form))
        services.remove_second_factor(current_actor(), person, form.reason.data)
    if not tried.ok:
        return back_with_refusal("accounts.person_page", code=code)
    return done(gettext("Đã bỏ bước thứ hai của người này."), "accounts.person_page", code=code)
