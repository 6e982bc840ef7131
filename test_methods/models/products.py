"""Product lists of the ministry and the lane of each product, as effective-dated data (7.1.1)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime


@audited("product-list")
class ProductList(Record):
    """A circular with the list of products that need certification or declaration, in force from a day until another takes its place.

    `in_force_to` is the first day on which it no longer counts. `confirmed` says where somebody saw the circular; empty means
    nobody did, and pages say so. `recorded_at`: since when the laboratory knew; `ended_recorded_at`: since when it knew the end.
    """

    __tablename__ = "product_list"

    code: Mapped[str] = mapped_column(String(80), unique=True, nullable=False)
    title_vi: Mapped[str] = mapped_column(Text, nullable=False)
    title_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    issued_on: Mapped[date | None] = mapped_column()
    in_force_from: Mapped[date] = mapped_column(nullable=False)
    in_force_to: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaces: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    confirmed: Mapped[str] = mapped_column(Text, nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    entries: Mapped[list[ProductEntry]] = relationship(back_populates="product_list", order_by="ProductEntry.position")


@audited("product-entry", code=lambda row: row.item, parent=("product-list", "list_id"))
class ProductEntry(Record):
    """One line of a list: a product, its HS codes, and whether it must be certified or may be declared.

    `lane`: certify (high risk: a designated body certifies) or declare (medium risk: the applicant declares on a test report).
    `hs`: codes or their beginnings, digits and points; `hs_search` the same for the search. `regulations`: families without the
    year (`QCVN 54`). `conditions`: what a product must be, as `rules.plan_rules` reads it; [] leaves it to the HS code.
    The line counts over the list's days, or over its own where they are narrower. `confirmed_*`: who compared the line with the
    annex; a line that nobody compared is shown as such and only proposed.
    """

    __tablename__ = "product_entry"
    __table_args__ = (UniqueConstraint("list_id", "annex", "item", "position"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("product_list.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    annex: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    item: Mapped[str] = mapped_column(String(60), nullable=False)
    name_vi: Mapped[str] = mapped_column(Text, nullable=False)
    name_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    lane: Mapped[str] = mapped_column(String(20), nullable=False)
    hs: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    hs_search: Mapped[str] = mapped_column(Text, nullable=False, default="")
    regulations: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    in_force_from: Mapped[date | None] = mapped_column()
    in_force_to: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    seen: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_source: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_on: Mapped[date | None] = mapped_column()
    confirmed_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    product_list: Mapped[ProductList] = relationship(back_populates="entries")
    confirmed_by: Mapped[Person | None] = relationship()
