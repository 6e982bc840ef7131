"""Undertakings (4.2.4), declared interests (4.1.4), pressure incidents (4.1.3) and appointments (5.2)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, Record, UtcDateTime


@audited("undertaking-text", code=lambda row: str(row.edition))
class UndertakingText(Kept):
    """An edition of the text that people undertake to keep, in both languages; `sha256` is over both. Written once, the database
    refuses a change. `sign_by`: the last day on which an undertaking over an earlier edition counts; none: it counts on."""

    __tablename__ = "undertaking_text"

    edition: Mapped[int] = mapped_column(Integer, unique=True, nullable=False)
    text_vi: Mapped[str] = mapped_column(Text, nullable=False)
    text_en: Mapped[str] = mapped_column(Text, nullable=False)
    sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    change: Mapped[str] = mapped_column(Text, nullable=False, default="")
    sign_by: Mapped[date | None] = mapped_column()
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("undertaking", code=lambda row: str(row.edition), parent=("person", "person_id"))
class Undertaking(Kept):
    """One undertaking given: signed electronically (a signature stands on this row) or on paper (a scan is attached to it).
    `edition` 0 is the text that comes with the program. Written once."""

    __tablename__ = "undertaking"
    __table_args__ = (Index("ix_undertaking_person", "person_id", "id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    edition: Mapped[int] = mapped_column(Integer, nullable=False)
    text_sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    way: Mapped[str] = mapped_column(String(10), nullable=False)
    given_on: Mapped[date] = mapped_column(nullable=False)
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    filed_by: Mapped[Person] = relationship(foreign_keys=[filed_by_id])


@audited("interest-declaration", code=lambda row: str(row.declared_on), parent=("person", "person_id"))
class InterestDeclaration(Kept):
    """A person's yearly word that the interests listed are all there are; `interests` says how many. Signed, written once."""

    __tablename__ = "interest_declaration"
    __table_args__ = (Index("ix_interest_declaration_person_day", "person_id", "declared_on"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    declared_on: Mapped[date] = mapped_column(nullable=False)
    interests: Mapped[int] = mapped_column(Integer, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


@audited("interest", code="party_name", parent=("person", "person_id"))
class Interest(Record):
    """An interest of a person in a customer, maker or supplier. A fact with two axes: it holds from `since` (to before `ended_on`),
    and a gate takes it, or its end, only once it was recorded.

    A customer is named by code (`party_code`); everybody is found by `party_key`, the name folded, as well.
    """

    __tablename__ = "interest"
    __table_args__ = (Index("ix_interest_person", "person_id", "id"), Index("ix_interest_party", "party_key"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    party_kind: Mapped[str] = mapped_column(String(20), nullable=False)
    party_code: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    party_name: Mapped[str] = mapped_column(String(300), nullable=False)
    party_key: Mapped[str] = mapped_column(String(300), nullable=False)
    nature: Mapped[str] = mapped_column(String(20), nullable=False)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    since: Mapped[date] = mapped_column(nullable=False)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    ended_on: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def name(self) -> str:
        """What the trail calls it."""
        return self.party_name


@audited("pressure-incident")
class PressureIncident(Record):
    """Somebody pressed for another result, a skipped step, a favour (4.1.3): what happened, and what the laboratory did about it.
    `confidential`: the reporter is named to those who answer alone."""

    __tablename__ = "pressure_incident"
    __table_args__ = (Index("ix_pressure_incident_happened", "happened_on", "id"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    nature: Mapped[str] = mapped_column(String(20), nullable=False)
    happened_on: Mapped[date] = mapped_column(nullable=False)
    from_whom: Mapped[str] = mapped_column(String(300), nullable=False)
    about: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    what: Mapped[str] = mapped_column(Text, nullable=False)
    confidential: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="open", index=True)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reported_by: Mapped[Person] = relationship(foreign_keys=[reported_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


@audited("appointment", code=lambda row: row.decision_no, parent=("person", "person_id"))
class Appointment(Record):
    """Who leads the laboratory, its techniques or its quality (5.2), by which decision, from when to when; at no time two of a kind.
    Two axes, as an authorisation."""

    __tablename__ = "appointment"
    __table_args__ = (Index("ix_appointment_function_from", "function", "valid_from"), Index("ix_appointment_from", "valid_from", "id"))

    function: Mapped[str] = mapped_column(String(20), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    decision_no: Mapped[str] = mapped_column(String(60), nullable=False)
    decided_on: Mapped[date] = mapped_column(nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    valid_to: Mapped[date | None] = mapped_column()
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    ended_from: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
