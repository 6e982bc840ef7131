"""Lists of papers that an enterprise watches: by an address that said yes, without an account."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.core import clock
from lab_app.core.db import Record, UtcDateTime


class WatchList(Record):
    """A named list. Its `key` is the subject of the one subscription (`Subscription.kind` = list) whose token opens it.

    `daily`: changes are told once a day in one letter, not each at once. `told_at`: up to when changes and new papers were told so.
    Like the subscription not in the audit trail, which forgets nothing: the list is removed with the subscription that it belongs to.
    """

    __tablename__ = "watch_list"

    key: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    daily: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    papers: Mapped[list[WatchedPaper]] = relationship(
        back_populates="watch_list", order_by="WatchedPaper.id", cascade="all, delete-orphan")
    products: Mapped[list[WatchedProduct]] = relationship(
        back_populates="watch_list", order_by="WatchedProduct.id", cascade="all, delete-orphan")


class WatchedPaper(Record):
    """A paper on a list, with all its versions: they share `base_number`. `by_code`: whoever put it there held its code."""

    __tablename__ = "watched_paper"
    __table_args__ = (Index("uq_watched_paper", "list_id", "base_number", unique=True), Index("ix_watched_paper_base", "base_number"))

    list_id: Mapped[int] = mapped_column(ForeignKey("watch_list.id"), nullable=False)
    base_number: Mapped[str] = mapped_column(String(60), nullable=False)
    by_code: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    watch_list: Mapped[WatchList] = relationship(back_populates="papers")


class WatchedProduct(Record):
    """A product on a list: every paper of the public directory that names it, those to come too. `model_key`: the model without
    parting signs and case, by which it is found; whether it is the same is decided by `lookups.writing`."""

    __tablename__ = "watched_product"
    __table_args__ = (Index("ix_watched_product_list", "list_id", "id"), Index("ix_watched_product_model", "model_key"))

    list_id: Mapped[int] = mapped_column(ForeignKey("watch_list.id"), nullable=False)
    brand: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    model: Mapped[str] = mapped_column(String(120), nullable=False)
    model_key: Mapped[str] = mapped_column(String(120), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    watch_list: Mapped[WatchList] = relationship(back_populates="products")
