"""Sign-in with Flask-Security: password first; throttled by a table of ours, failures kept although they are refused."""
from __future__ import annotations

import hashlib
import unicodedata
from datetime import timedelta
from typing import Any, Literal

from flask import Flask, current_app, flash, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import ChangePasswordForm, LoginForm, Security, SQLAlchemyUserDatastore
from flask_security.signals import password_changed
from flask_security.utils import hash_password
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from lab_app.accounts import second_factor
from lab_app.accounts.models import Person, Role, SignInAttempt, UsedCode
from lab_app.core import audit, clock
from lab_app.core.db import begin_writing, db, end_writing
from lab_app.core.forms import TextField
from lab_app.core.web import keep_after

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
PER_ADDRESS = 40
NORMAL_FORM: Literal["NFKD"] = "NFKD"  # Flask-Security's own choice for passwords


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security's store; the request's edge commits, not the store."""

    def commit(self) -> None:
        db.session.flush()

    def put(self, model: Any) -> Any:
        """Keep what the library changed on a person (a new password), as that person's own doing.

        A password was hashed before this: the writing transaction begins only now, and takes the changes over.
        """
        changed = {a.key: getattr(model, a.key) for a in inspect(model).mapper.column_attrs
                   if inspect(model).attrs[a.key].history.has_changes()}
        begin_writing()
        audit.acting(model)
        for name, value in changed.items():
            setattr(model, name, value)
        db.session.add(model)
        db.session.flush()
        return model


security = Security()


def _account_key(typed: str) -> str:
    return hashlib.sha256(typed.strip().casefold().encode()).hexdigest()


def too_many(account: str, address: str) -> bool:
    """Whether failures of the last quarter of an hour close the door for this account or address.

    Successes do not reopen it for an address: a guesser with one known account gains nothing.
    """
    since = clock.now() - WINDOW
    base = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.at > since, SignInAttempt.succeeded.is_(False))
    by_account = db.session.scalar(base.where(SignInAttempt.account == _account_key(account))) or 0
    by_address = db.session.scalar(base.where(SignInAttempt.address == address)) or 0
    return by_account >= PER_ACCOUNT or by_address >= PER_ADDRESS


class OwnPasswordForm(ChangePasswordForm):
    """Changing one's own password: what is typed is compared in one normal form, however a keyboard composed it."""

    def validate(self, **kw: Any) -> bool:
        for field in (self.new_password, self.new_password_confirm):
            field.data = unicodedata.normalize(NORMAL_FORM, str(field.data or ""))
        return bool(super().validate(**kw))


class ThrottledLoginForm(LoginForm):
    """The sign-in form; asks the throttle before any password is hashed, and the code where the account has a second factor."""

    code = TextField(_l("Mã 6 số trên điện thoại"), max_length=10, render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"})

    def validate(self, **kw: Any) -> bool:
        account, address = str(self.email.data or ""), request.remote_addr or ""
        if too_many(account, address):
            self.form_errors = [*getattr(self, "form_errors", []),
                                gettext("Thử sai quá nhiều lần. Hãy đợi 15 phút, hoặc nhờ quản trị viên.")]
            return False
        ok = bool(super().validate(**kw)) and self._second_step()
        row = {"account": _account_key(account), "address": address, "succeeded": ok, "at": clock.now()}
        keep_after(lambda session: session.add(SignInAttempt(**row)))
        return ok

    def _second_step(self) -> bool:
        """The code of an account that has a second factor, asked once the password was right; a code opens one session."""
        person: Any = self.user
        if not person.tf_totp_secret:
            return True
        counter = second_factor.counter_of(person, str(self.code.data or ""))
        if counter is None:
            self.code.errors = [gettext("Gõ lại mật khẩu cùng mã 6 số đang hiện trên điện thoại.")]
            return False
        if not _taken(person.id, counter):
            self.code.errors = [gettext("Gõ lại mật khẩu cùng mã 6 số đang hiện trên điện thoại.")]
            return False
        return True


def _taken(person_id: int, counter: int) -> bool:
    """Write that a code is used, in the transaction that opens the session; False for the second of two who typed it at once."""
    begin_writing()
    db.session.add(UsedCode(person_id=person_id, counter=counter))
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        end_writing()
        return False
    return True


def init_app(app: Flask) -> None:
    """Set Flask-Security up on our person and role tables."""
    settings = app.config["LAB"]
    app.config.update(
        SECURITY_PASSWORD_SALT=settings.password_salt,
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_CHANGE_URL="/change-password",
        SECURITY_VERIFY_URL="/confirm-identity",
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_POST_CHANGE_VIEW="/",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"email": {"mapper": _mapper, "case_insensitive": True}}],
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_I18N_DIRNAME=[],
        SECURITY_MSG_INVALID_PASSWORD=(_l("Tài khoản hoặc mật khẩu không đúng."), "error"),
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(_l("Tài khoản hoặc mật khẩu không đúng."), "error"),
        SECURITY_MSG_USER_DOES_NOT_EXIST=(_l("Tài khoản hoặc mật khẩu không đúng."), "error"),
        SECURITY_MSG_PASSWORD_NOT_PROVIDED=(_l("Cần nhập mật khẩu."), "error"),
        SECURITY_MSG_EMAIL_NOT_PROVIDED=(_l("Cần nhập thư điện tử."), "error"),
        SECURITY_MSG_DISABLED_ACCOUNT=(_l("Tài khoản đang bị khóa; hỏi quản trị viên."), "error"),
        SECURITY_MSG_INVALID_EMAIL_ADDRESS=(_l("Địa chỉ thư điện tử không đúng dạng."), "error"),
        SECURITY_PASSWORD_NORMALIZE_FORM=NORMAL_FORM,
        SECURITY_CACHE_CONTROL={"private": None, "no-store": None},
        SECURITY_MSG_INVALID_REDIRECT=(_l("Địa chỉ trang tiếp theo không thuộc hệ thống này."), "error"),
        SECURITY_MSG_REAUTHENTICATION_REQUIRED=(_l("Hãy gõ lại mật khẩu để tiếp tục."), "error"),
        SECURITY_MSG_UNAUTHENTICATED=(_l("Hãy đăng nhập để mở trang này."), "error"),
        SECURITY_MSG_RETYPE_PASSWORD_MISMATCH=(_l("Hai mật khẩu không giống nhau."), "error"),
        SECURITY_MSG_PASSWORD_INVALID_LENGTH=(_l("Mật khẩu cần ít nhất %(length)s ký tự."), "error"),
        SECURITY_MSG_PASSWORD_IS_THE_SAME=(_l("Mật khẩu mới phải khác mật khẩu cũ."), "error"),
    )
    if settings.mode == "test":
        # Hashing at full cost would be most of the suite's time; the scheme itself stays the same.
        app.config["SECURITY_PASSWORD_HASH_OPTIONS"] = {"argon2__time_cost": 1, "argon2__memory_cost": 64}
    security.init_app(app, Datastore(db, Person, Role), login_form=ThrottledLoginForm,
                      change_password_form=OwnPasswordForm)
    password_changed.connect(_say_changed, app, weak=False)
    # The library would also sign people in by a token in a header or in the address of any page. Here a session opens by the door.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    # Nor is anybody's identity asked for before every page for the library's own kind of permissions: ours are asked where they count.
    security.principal.identity_loaders.clear()


def _say_changed(_app: Flask, **_facts: Any) -> None:
    flash(gettext("Đã đổi mật khẩu. Các phiên đăng nhập khác của bạn đã kết thúc."), "ok")


def _mapper(identity: str) -> str | None:
    text = identity.strip().casefold()
    return text if "@" in text and len(text) <= 255 else None


def password_hash(plain: str) -> str:
    """Argon2id with the installation's salt, as Flask-Security checks it. About 0.1 s: call before the transaction."""
    with current_app.app_context():
        return str(hash_password(unicodedata.normalize(NORMAL_FORM, plain)))  # the form normalises what is typed in the same way
