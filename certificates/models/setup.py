"""How the laboratory sets its papers, and the opinions that a paper prints (7.8.2, 7.8.7)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, stamp
from lab_app.samples.models import TestRequest


@audited("paper-setup", code=lambda row: f"{row.kind} {row.effective_from:%d/%m/%Y}")
class PaperSetup(Kept):
    """What the laboratory prints on papers of a kind (test, calibration) from a day on. Never changed: another day brings another row,
    and of two for one day the later counts.

    `parent_*`: the body above the laboratory, over its name. `logo`, `accreditation_mark`, `ilac_mark`: pictures by SHA-256;
    `ilac_licence` is the agreement under which the combined mark may be used, and without it none is. `number_pattern`: see
    `certificates.number_pattern`. `notes`: `[{"vi", "en"}]`. `complaint_days`, `retention_days`: printed as notes where stated.
    `head_office`: whom KT., TL. and TUQ. stand for. `signatures`: who stands in the block, from left to right.
    """

    __tablename__ = "paper_setup"
    __table_args__ = (Index("ix_paper_setup_kind_from", "kind", "effective_from", "id"),)

    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    effective_from: Mapped[date] = mapped_column(nullable=False)
    title_vi: Mapped[str] = mapped_column(String(120), nullable=False)
    title_en: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    form_code: Mapped[str] = mapped_column(String(40), nullable=False)
    form_issue: Mapped[str] = mapped_column(String(10), nullable=False)
    number_pattern: Mapped[str] = mapped_column(String(60), nullable=False)
    parent_vi: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    parent_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    logo: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    accreditation_mark: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    ilac_mark: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    ilac_licence: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    validity_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    validity_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    disclaimer_vi: Mapped[str] = mapped_column(String(600), nullable=False)
    disclaimer_en: Mapped[str] = mapped_column(String(600), nullable=False, default="")
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    complaint_days: Mapped[int | None] = mapped_column(Integer)
    retention_days: Mapped[int | None] = mapped_column(Integer)
    head_office: Mapped[str] = mapped_column(String(80), nullable=False)
    signatures: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()

    set_by: Mapped[Person | None] = relationship()


@audited("opinion", code="", parent=("request", "request_id"))
class Opinion(Kept):
    """An opinion or interpretation of a request's results with its basis, by a person authorised to give one (7.8.7).

    `methods`: codes of the methods whose results it speaks of. `spoken_to`: it was given in talk with the customer, and this row is the
    record of that dialogue (7.8.7.3), which no paper prints.
    """

    __tablename__ = "opinion"

    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    methods: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    statement_vi: Mapped[str] = mapped_column(Text, nullable=False)
    statement_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    basis_vi: Mapped[str] = mapped_column(Text, nullable=False)
    basis_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    spoken_to: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = stamp()

    person: Mapped[Person] = relationship()
    request: Mapped[TestRequest] = relationship()
    ending: Mapped[OpinionEnd | None] = relationship(back_populates="opinion", lazy="joined", uselist=False)


@audited("opinion-end", code="", parent=("opinion", "opinion_id"))
class OpinionEnd(Kept):
    """An opinion taken back before issue, with the reason; it stays on record."""

    __tablename__ = "opinion_end"

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), nullable=False, unique=True)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()

    opinion: Mapped[Opinion] = relationship(back_populates="ending")
