"""The room's blueprint, finding its records."""
from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext

from lab_app.core.web import or_404
from lab_app.samples import queries
from lab_app.samples.models import Customer, Sample, TestRequest

bp = Blueprint("samples", "lab_app.samples")
HISTORY_SHOWN = 12


def request_or_404(number: str) -> TestRequest:
    """The request, or the 404 page."""
    return or_404(queries.request_by_number(number), gettext("Không có yêu cầu mang số này."))


def sample_or_404(code: str) -> Sample:
    """The item, or the 404 page."""
    return or_404(queries.sample_by_code(code), gettext("Không có mẫu mang mã này."))


def customer_or_404(code: str) -> Customer:
    """The enterprise, or the 404 page."""
    return or_404(queries.customer_by_code(code), gettext("Không có khách hàng mang mã này."))
