"""Reads of disclosures."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from lab_app.core.db import db
from lab_app.quality.disclosures.models import Disclosure


def disclosures() -> Select[Any]:
    """SQL: all of them."""
    return select(Disclosure)


def disclosure_by_code(code: str) -> Disclosure | None:
    """One by its code."""
    return db.session.scalar(select(Disclosure).where(Disclosure.code == code))


def count(*conditions: Any) -> Select[int]:
    """SQL: how many."""
    return select(func.count()).select_from(Disclosure).where(*conditions)
