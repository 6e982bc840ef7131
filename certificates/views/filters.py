"""How the room's templates write what a snapshot and a public answer hold as plain text."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from certificates.signing.identity import shown
from certificates.views import bp
from lab_app.core.i18n import pick, show_date, show_datetime, show_decimal


@bp.app_template_filter("isodate")
def isodate(text: str | None) -> str:
    """An ISO day or moment as dd/mm/yyyy in the laboratory's zone; empty for none."""
    if not text:
        return ""
    return show_date(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))


@bp.app_template_filter("isomoment")
def isomoment(text: str | None) -> str:
    """An ISO moment with its time, in the laboratory's zone; empty for none."""
    return show_datetime(datetime.fromisoformat(text)) if text else ""


@bp.app_template_filter("grouped")
def grouped(digest: str) -> str:
    """Hexadecimal digits as people compare them: capitals in groups of four."""
    return shown(digest)


@bp.app_template_filter("printed_number")
def printed_number(text: str | None) -> str:
    """A decimal in plain writing as the reader's language writes it; other words unchanged."""
    if not text:
        return ""
    try:
        return show_decimal(Decimal(text))
    except (InvalidOperation, ValueError):
        return text


@bp.app_template_filter("printed")
def printed(result: Mapping[str, Any]) -> str:
    """A snapshot's result: one value or the bound it lies beyond, two ends, or words."""
    if result.get("value"):
        return " ".join(part for part in (result.get("operator"), printed_number(str(result["value"]))) if part)
    if result.get("low"):
        return f"{printed_number(str(result['low']))} … {printed_number(str(result['high']))}"
    words = result.get("text") or {}
    return pick(words.get("vi"), words.get("en"))
