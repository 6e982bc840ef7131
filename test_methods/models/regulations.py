"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime


@audited("regulation")
class Regulation(Record):
    """One edition of a technical regulation or standard (`QCVN 54:2020/BTTTT`), in force over a span of days.

    `in_force_to` is the first day on which it no longer counts; `circular` the document that put it in force; `replaces` and
    `replaced_by` the editions before and after it. `confirmed` says where the edition was seen; empty means nobody has confirmed
    it, and pages say so. `kind`: what sort of document it is: regulation (QCVN), standard, calibration_document (ĐLVN, a published
    calibration guide), procedure (own).
    """

    __tablename__ = "regulation"

    kind: Mapped[str] = mapped_column(String(24), nullable=False, default="regulation")
    code: Mapped[str] = mapped_column(String(80), unique=True, nullable=False)
    title_vi: Mapped[str] = mapped_column(Text, nullable=False)
    title_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    in_force_from: Mapped[date | None] = mapped_column()
    in_force_to: Mapped[date | None] = mapped_column()
    replaced_by: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    replaces: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    circular: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    adopts: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    products: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    legal: Mapped[str] = mapped_column(Text, nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_fields: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    requirements: Mapped[list[Requirement]] = relationship(back_populates="regulation", order_by="Requirement.position")


@audited("requirement", parent=("regulation", "regulation_id"))
class Requirement(Record):
    """One parameter that a regulation limits. `limit` is a limit of `metrology.limits` as data.

    An unconfirmed limit carries no verdict on a report until an authorised person confirms it with a source.
    """

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("regulation_id", "code"),)

    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    code: Mapped[str] = mapped_column(String(60), nullable=False)
    clause: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    limit: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    conditions: Mapped[str] = mapped_column(Text, nullable=False, default="")
    seen: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_source: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_on: Mapped[date | None] = mapped_column()
    confirmed_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    regulation: Mapped[Regulation] = relationship(back_populates="requirements")
    confirmed_by: Mapped[Person | None] = relationship()
