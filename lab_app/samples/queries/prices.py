"""Questions about enterprises, requests, items."""
from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.samples.models import (
    PriceItem,
)


def prices(method_ids: list[int]) -> dict[int, PriceItem]:
    """Method id → its present price line."""
    rows = db.session.scalars(
        select(PriceItem)
        .where(PriceItem.method_id.in_(method_ids), PriceItem.valid_from <= clock.today())
        .order_by(PriceItem.valid_from)
    )
    return {row.method_id: row for row in rows}


def price_list() -> list[PriceItem]:
    """The whole price list, the newest price of a method first."""
    return list(db.session.scalars(
        select(PriceItem).options(joinedload(PriceItem.method)).order_by(PriceItem.code, PriceItem.valid_from.desc())))
