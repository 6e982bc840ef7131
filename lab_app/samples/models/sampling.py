"""Sampling plans and records where the laboratory takes the sample itself (7.3)."""
from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.samples.models.requests import RequestItem

if TYPE_CHECKING:
    from lab_app.samples.models.items import Sample


@audited("sampling-record")
class SamplingRecord(Kept):
    """One sampling, with the eight groups of 7.3.3. Never changed: a correction is a new record that `replaces` it, with its reason.

    `plan` names the sampling plan (7.3.1: lot, size, how chosen), `method` the sampling method (a). `began_at`, `ended_at` (b).
    `identification` describes what was taken: marks, batch, amount (c); `lot_size` and `taken` count it. `sampled_by_id` with
    `witnesses` (d). `equipment` (e). `conditions`: of the place and of transport (f). `place` and `location`: the diagram or its
    equivalent in words, with attachments `diagram` (g). `deviations` from method and plan, "Không có" when there were none (h).
    `seal`: number of the seal put on.
    """

    __tablename__ = "sampling_record"

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False, index=True)
    plan: Mapped[str] = mapped_column(Text, nullable=False)
    method: Mapped[str] = mapped_column(String(300), nullable=False)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, index=True)
    identification: Mapped[str] = mapped_column(Text, nullable=False)
    lot_size: Mapped[int | None] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    sampled_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    witnesses: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    equipment: Mapped[str] = mapped_column(Text, nullable=False)
    conditions: Mapped[str] = mapped_column(Text, nullable=False)
    place: Mapped[str] = mapped_column(String(400), nullable=False)
    location: Mapped[str] = mapped_column(Text, nullable=False)
    deviations: Mapped[str] = mapped_column(Text, nullable=False)
    seal: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("sampling_record.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    item: Mapped[RequestItem] = relationship()
    sampled_by: Mapped[Person] = relationship(foreign_keys=[sampled_by_id])
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    samples: Mapped[list[Sample]] = relationship(back_populates="sampling_record", order_by="Sample.id")
    replaces: Mapped[SamplingRecord | None] = relationship(
        remote_side="SamplingRecord.id", back_populates="replaced_by", foreign_keys=[replaces_id])
    replaced_by: Mapped[SamplingRecord | None] = relationship(back_populates="replaces", uselist=False)
