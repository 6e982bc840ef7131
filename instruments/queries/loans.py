"""Loans of instruments, and pools whose members stand in for one another."""
from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from instruments.models import Instrument, Loan
from lab_app.accounts.models import Person
from lab_app.core.db import db


def loan_out(instrument_id: int) -> Loan | None:
    """The loan under which an instrument is out, if it is."""
    return db.session.scalar(select(Loan).where(Loan.instrument_id == instrument_id, Loan.back_at.is_(None)).order_by(Loan.id.desc()))


def loan_by_code(code: str) -> Loan | None:
    """A loan with its instrument."""
    return db.session.scalar(select(Loan).where(Loan.code == code).options(joinedload(Loan.instrument)))


def loans_of(instrument_id: int, limit: int = 50) -> list[Loan]:
    """Loans of an instrument, latest first, with who issued and who took back."""
    return list(db.session.scalars(
        select(Loan).where(Loan.instrument_id == instrument_id).order_by(Loan.id.desc()).limit(limit).options(
            joinedload(Loan.out_by).lazyload(Person.roles), joinedload(Loan.back_by).lazyload(Person.roles))
    ))


def pool_of(instrument: Instrument) -> list[Instrument]:
    """The other instruments of a pool, by code."""
    if not instrument.pool:
        return []
    return list(db.session.scalars(
        select(Instrument).where(Instrument.pool == instrument.pool, Instrument.id != instrument.id).order_by(Instrument.code).limit(50)
    ))


def loan_counts(today: date) -> dict[str, int]:
    """How many instruments are out, and how many of them should be back."""
    row = db.session.execute(
        select(func.count(), func.count().filter(Loan.due_back_on < today)).select_from(Loan).where(Loan.back_at.is_(None))
    ).one()
    return {"out": row[0], "late": row[1]}
