"""The room's blueprint, finding its records, lists as files."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext

from lab_app.core import export
from lab_app.core.errors import NotFound
from lab_app.samples import queries
from lab_app.samples.models import Customer, Sample, TestRequest

bp = Blueprint("samples", "lab_app.samples")
HISTORY_SHOWN = 12


def request_or_404(number: str) -> TestRequest:
    """The request, or the 404 page."""
    row = queries.request_by_number(number)
    if row is None:
        raise NotFound(gettext("Không có yêu cầu mang số này."))
    return row


def sample_or_404(code: str) -> Sample:
    """The item, or the 404 page."""
    row = queries.sample_by_code(code)
    if row is None:
        raise NotFound(gettext("Không có mẫu mang mã này."))
    return row


def customer_or_404(code: str) -> Customer:
    """The enterprise, or the 404 page."""
    row = queries.customer_by_code(code)
    if row is None:
        raise NotFound(gettext("Không có khách hàng mang mã này."))
    return row


def as_file(name: str, heads: list[str], rows: list[list[Any]]) -> Any:
    """A list as the file the address asks for (`?export=csv`, else a workbook)."""
    return (export.as_csv if request.args.get("export") == "csv" else export.as_xlsx)(name, heads, rows)
