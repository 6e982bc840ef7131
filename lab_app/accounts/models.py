"""People, their roles, and their authorisations (6.2.5, 6.2.6)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Base, JsonText, Kept, Record, UtcDateTime
from lab_app.core.permissions import P

person_role = Table(
    "person_role",
    Base.metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


@audited("role", code="name")
class Role(Record, RoleMixin):
    """A role and the permissions it carries; one screen shows them all."""

    __tablename__ = "role"

    name: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    title_vi: Mapped[str] = mapped_column(String(120), nullable=False)
    title_en: Mapped[str] = mapped_column(String(120), nullable=False)
    granted: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)

    def get_permissions(self) -> set[str]:
        """What Flask-Security asks a role for."""
        return set(self.granted)


@audited("person", secret=("password", "tf_totp_secret", "mf_recovery_codes", "fs_uniquifier"), ignore=("sort_name", "has_interests"))
class Person(Record, UserMixin):
    """Somebody who works in or for the laboratory, with an account.

    `role_names` repeats the roles' names on the row itself, so that a change of roles stands in the audit trail. A list that
    shows `roles` loads them itself (`selectinload`): most lists show a name and nothing more.
    """

    __tablename__ = "person"

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    email: Mapped[str] = mapped_column(String(255), unique=True, nullable=False)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, nullable=False)
    full_name: Mapped[str] = mapped_column(String(200), nullable=False)
    sort_name: Mapped[str] = mapped_column(String(200), nullable=False, index=True)
    title_vi: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    title_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    language: Mapped[str] = mapped_column(String(2), nullable=False, default="vi")
    role_names: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    #: The day the confidentiality undertaking in force was given (4.2.4); until when it counts where its text was replaced.
    undertaking_on: Mapped[date | None] = mapped_column()
    undertaking_until: Mapped[date | None] = mapped_column()
    #: Whether an interest of theirs was ever declared: for nearly everybody it was not, and no act asks further.
    has_interests: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JsonText)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=person_role, order_by="Role.id"
    )

    @property
    def name(self) -> str:
        """The name shown in the trail and on pages."""
        return self.full_name

    def can(self, permission: P | str) -> bool:
        """Whether one of the person's roles carries the permission."""
        return self.active and any(str(permission) in role.granted for role in self.roles)

    def has(self, role: str) -> bool:
        """Whether the person has the role of this name."""
        return any(r.name == role for r in self.roles)


@audited("authorisation", code=lambda row: row.method_code, parent=("person", "person_id"), ignore=("monitor_due_on",))
class Authorisation(Record):
    """Leave to do one task on one method (or `*`) from a day to a day (6.2.6). Methods are named by code.

    A fact with two axes: it counts for a reading only if it had been recorded before that reading was.
    """

    __tablename__ = "authorisation"
    __table_args__ = (
        Index("ix_authorisation_person_task", "person_id", "task", "method_code"), Index("ix_authorisation_monitor_due", "monitor_due_on"),
    )

    TASKS = ("test", "review", "conformity", "opinion", "authorise")

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    task: Mapped[str] = mapped_column(String(20), nullable=False)
    method_code: Mapped[str] = mapped_column(String(80), nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    valid_to: Mapped[date] = mapped_column(nullable=False)
    authorised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    basis: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    withdrawn_from: Mapped[date | None] = mapped_column()
    withdrawn_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    #: The test that was witnessed or evaluated for it (competence.models.Observation), where there is one beside the basis in words.
    observation_id: Mapped[int | None] = mapped_column(Integer)
    #: For lists: the last day it holds without further monitoring, as known now. Gates read the monitoring itself, at their moment.
    monitor_due_on: Mapped[date | None] = mapped_column()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    authorised_by: Mapped[Person] = relationship(foreign_keys=[authorised_by_id])


@audited("signature", code=lambda row: row.name, parent=lambda row: (row.subject_kind, row.subject_id), ignore=("shown",))
class Signature(Kept):
    """An electronic signature of a person: who, when, with which meaning, over exactly what (7.5.1, 7.8.1.1, 7.11.3).

    `meaning`: one of `workflow.MEANINGS`. `subject_kind`, `subject_id`: the record it stands on, by the trail's name of it.
    `shown` is the canonical form (RFC 8785) of what the person was shown and `shown_sha256` its SHA-256; the service refuses when the
    records say something else by then. `name` and `title` are the person's as they were. `method`: password, password+totp,
    or loader (the demonstration told its own story; no person typed a password). `signed_at` is the
    moment of the person's act, `recorded_at` the row's: they differ where one act signed many papers (`given_with_id` names it).
    Written once: the database refuses a change.
    """

    __tablename__ = "signature"
    __table_args__ = (Index("ix_signature_subject", "subject_kind", "subject_id", "id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    title_vi: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    title_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    meaning: Mapped[str] = mapped_column(String(20), nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(40), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    shown_sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    method: Mapped[str] = mapped_column(String(30), nullable=False)
    given_with_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    # The last column: SQLite reads through a long text to reach what stands behind it.
    shown: Mapped[str] = mapped_column(Text, nullable=False, deferred=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class UsedCode(Kept):
    """A one-time code that opened a session or signed: by its own number (RFC 6238), so that none is taken twice."""

    __tablename__ = "used_code"
    __table_args__ = (UniqueConstraint("person_id", "counter"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    counter: Mapped[int] = mapped_column(Integer, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


class SignInAttempt(Kept):
    """A try to sign in; the throttle counts failures per account and per address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    account: Mapped[str] = mapped_column(String(64), nullable=False)
    address: Mapped[str] = mapped_column(String(64), nullable=False)
    succeeded: Mapped[bool] = mapped_column(Boolean, nullable=False)


@audited("laboratory", code="name_vi")
class Laboratory(Record):
    """The legal laboratory of this installation (5.1): one row."""

    __tablename__ = "laboratory"

    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    tax_code: Mapped[str] = mapped_column(String(14), nullable=False, default="")
    address_vi: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    address_en: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    email: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    place_vi: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    disclaimer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    accreditation: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    designation: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)


@audited("site")
class Site(Record):
    """A place where the laboratory works (5.4)."""

    __tablename__ = "site"

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    address_vi: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    address_en: Mapped[str] = mapped_column(String(400), nullable=False, default="")


