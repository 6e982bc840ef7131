"""Numbers that are never doubled and never reused, taken inside the request's own transaction."""
from __future__ import annotations

import secrets

from sqlalchemy import Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core.db import Base, db

#: Digits and capitals that no Vietnamese keyboard method (Telex, VNI) turns into a marked letter, scanner-safe.
SAFE_ALPHABET = "0123456789BCGHKLMNPQTV"
#: Without digits 0 and 1: codes that a person reads from paper and types. 20 symbols, 16 of them ≈ 69 bits.
CODE_ALPHABET = "23456789BCGHKLMNPQTV"


class Counter(Base):
    """The last number given in a series."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(Integer, nullable=False)


def next_value(series: str) -> int:
    """The next whole number of a series, from 1. A rollback gives it back; a commit never repeats it."""
    return int(
        db.session.execute(
            text(
                "INSERT INTO counter (series, value) VALUES (:series, 1) "
                "ON CONFLICT (series) DO UPDATE SET value = counter.value + 1 RETURNING value"
            ),
            {"series": series},
        ).scalar_one()
    )


def at_least(series: str, value: int) -> None:
    """Raise a series to `value`: numbers of records carried in from elsewhere are never given again."""
    db.session.execute(
        text(
            "INSERT INTO counter (series, value) VALUES (:series, :value) ON CONFLICT (series) DO UPDATE "
            "SET value = CASE WHEN counter.value < :value THEN :value ELSE counter.value END"
        ),
        {"series": series, "value": value},
    )


def yearly(prefix: str, year: int, width: int = 4) -> str:
    """`YC-2026-0117`: prefix, year, running number of that year."""
    return f"{prefix}-{year}-{next_value(f'{prefix}/{year}'):0{width}d}"


def secret_code(groups: int = 4, size: int = 4) -> str:
    """An unguessable public code, grouped for reading: `K7M2-94TH-3VNC-6QLG` (≈ 69 bits by default)."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(size)) for _ in range(groups))


#: What Telex and VNI make of letters typed by a scanner, undone. Codes never hold these marked letters.
_UNMARK = {"Đ": "DD", "Ă": "AW", "Â": "AA", "Ê": "EE", "Ô": "OO", "Ơ": "OW", "Ư": "UW"}


def read_code(typed: str) -> str:
    """A code as it was meant: upper case, marks undone, dashes unified, blanks dropped."""
    import unicodedata

    if typed.isascii():  # what a scanner and most people type: nothing to undo
        return "".join(typed.upper().split())
    text_ = unicodedata.normalize("NFC", typed).strip().upper()
    text_ = "".join(_UNMARK.get(c, c) for c in text_)
    text_ = "".join(c for c in unicodedata.normalize("NFD", text_) if not unicodedata.combining(c))
    return "".join("-" if c in "‐‑–—−" else c for c in text_ if not c.isspace())
