"""A gate that was passed in an emergency, and the records that the act touched."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.quality.models import Nonconformity


@audited("broken-gate")
class BrokenGate(Kept):
    """One act that passed one gate (7.10). Written once; the database refuses a change.

    `says`: the refusal that was passed, in the words that were read. `person_id` did it, `allowed_by_id` let them and signed
    (`signature` on this record). `token`: the mark of the declaration, so that it serves once. `door`: the address it came by.
    """

    __tablename__ = "broken_gate"
    __table_args__ = (Index("ix_broken_gate_gate", "gate", "id"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    gate: Mapped[str] = mapped_column(String(80), nullable=False)
    clauses: Mapped[str] = mapped_column(String(80), nullable=False)
    says: Mapped[str] = mapped_column(Text, nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    door: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    token: Mapped[str] = mapped_column(String(64), unique=True, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    allowed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    allowed_by: Mapped[Person] = relationship(foreign_keys=[allowed_by_id])
    nonconformity: Mapped[Nonconformity] = relationship()
    subjects: Mapped[list[BrokenGateSubject]] = relationship(back_populates="broken", order_by="BrokenGateSubject.id")


class BrokenGateSubject(Kept):
    """A record that the act wrote, by (kind, id, code). `concerned`: papers that rest on it say that a gate was broken; the others are
    where it happened (the line, the job of the reading)."""

    __tablename__ = "broken_gate_subject"
    __table_args__ = (Index("ix_broken_gate_subject_subject", "kind", "subject_id", "concerned"),)

    broken_gate_id: Mapped[int] = mapped_column(ForeignKey("broken_gate.id"), nullable=False, index=True)
    kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    concerned: Mapped[bool] = mapped_column(Boolean, nullable=False)

    broken: Mapped[BrokenGate] = relationship(back_populates="subjects")
