"""Verification and validation of a method version (7.2.1.5, 7.2.2.4); test vectors of its calculations and their runs (7.11.6)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from test_methods.models.methods import MethodParameter, MethodVersion


@audited(
    "method-proof", code=lambda row: str(row.method_version.number) if row.method_version else "",
    parent=("method-version", "method_version_id"),
)
class MethodProof(Record):
    """The record that a version does what it is for, with the five parts of 7.2.2.4.

    `kind`: verification (a standard method, 7.2.1.5) or validation (laboratory-developed, modified or used outside its scope).
    `procedure` a), `requirements` b), `characteristics` c) `[{"name","requirement","found","unit","meets"}]`, `results` d),
    `statement` with `fit` e): fit for the intended use, `None` while nobody has said so. Evidence files are attachments of it.
    """

    __tablename__ = "method_proof"

    method_version_id: Mapped[int] = mapped_column(ForeignKey("method_version.id"), nullable=False, unique=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    procedure: Mapped[str] = mapped_column(Text, nullable=False, default="")
    requirements: Mapped[str] = mapped_column(Text, nullable=False, default="")
    characteristics: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    results: Mapped[str] = mapped_column(Text, nullable=False, default="")
    statement: Mapped[str] = mapped_column(Text, nullable=False, default="")
    fit: Mapped[bool | None] = mapped_column(Boolean)
    performed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    performed_on: Mapped[date | None] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    method_version: Mapped[MethodVersion] = relationship(back_populates="proof")
    performed_by: Mapped[Person | None] = relationship()


@audited("test-vector", code="name", parent=("method-parameter", "parameter_id"))
class TestVector(Record):
    """Inputs with the result that a parameter's calculation must give (7.11.6).

    `inputs`: field key → text as typed at the bench (several values parted by semicolons); `expected`: one text number for each
    result of the formula; `tolerance`: how far each may be off, in the unit of the result; `source`: who computed it and how.
    """

    __tablename__ = "test_vector"
    __test__ = False
    __table_args__ = (Index("ix_test_vector_parameter", "parameter_id", "position"),)

    parameter_id: Mapped[int] = mapped_column(ForeignKey("method_parameter.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    inputs: Mapped[dict[str, str]] = mapped_column(JsonText, nullable=False)
    expected: Mapped[list[str]] = mapped_column(JsonText, nullable=False)
    tolerance: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    source: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    parameter: Mapped[MethodParameter] = relationship()
    runs: Mapped[list[VectorRun]] = relationship(back_populates="vector", order_by="VectorRun.id")


@audited("vector-run", code=lambda row: row.vector.name if row.vector else "", parent=("test-vector", "vector_id"))
class VectorRun(Kept):
    """What a vector gave once: by the calculation of that moment (`fingerprint`), with which software. `fault` where it gave none."""

    __tablename__ = "vector_run"
    __table_args__ = (Index("ix_vector_run_vector", "vector_id", "id"),)

    vector_id: Mapped[int] = mapped_column(ForeignKey("test_vector.id"), nullable=False)
    fingerprint: Mapped[str] = mapped_column(String(64), nullable=False)
    values: Mapped[list[str]] = mapped_column(JsonText, nullable=False)
    passed: Mapped[bool] = mapped_column(Boolean, nullable=False)
    fault: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    software: Mapped[str] = mapped_column(String(60), nullable=False)
    run_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    vector: Mapped[TestVector] = relationship(back_populates="runs")
    run_by: Mapped[Person | None] = relationship()
