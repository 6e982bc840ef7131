"""Papers of reception: the request, the receipt, the labels."""
from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext

from lab_app.accounts.models import Laboratory
from lab_app.accounts.queries import laboratory
from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import Refused
from lab_app.core.paper.labels import SHEET_COLUMNS, SHEET_ROWS, SIZES
from lab_app.core.permissions import P
from lab_app.samples import papers, queries
from lab_app.samples.rules import totals
from lab_app.samples.views.blueprint import bp, request_or_404, sample_or_404
from test_methods.queries import scope_of


def _pdf(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _lab() -> Laboratory:
    lab = laboratory()
    if lab is None:
        raise Refused(gettext("Chưa ghi thông tin phòng thử nghiệm; quản trị viên ghi trước rồi in."))
    return lab


@bp.get("/requests/<number>/request.pdf")
@requires(P.REQUEST_READ)
def request_paper(number: str) -> Any:
    """The request as a PDF file; its price only for those who may see prices."""
    row = request_or_404(number)
    priced = current_actor().can(P.PRICE_READ) and row.quotation
    fee = totals([(q.quantity, q.unit_price) for q in row.quotation], row.vat_percent)[2] if priced else None
    codes = {t.method.code for item in row.items for t in item.tests}
    named = {r.code: r for r in queries.decision_rules()}
    return _pdf(papers.request_paper(row, _lab(), named, scope_of(codes, clock.today()), fee), number)


@bp.get("/requests/<number>/receipt.pdf")
@requires(P.SAMPLE_READ)
def receipt_paper(number: str) -> Any:
    """The receipt of the items as a PDF file."""
    row = request_or_404(number)
    return _pdf(papers.receipt_paper(row, queries.samples_of(row.id), _lab()), f"{number}-receipt")


@bp.get("/requests/<number>/labels.pdf")
@requires(P.SAMPLE_READ)
def labels(number: str) -> Any:
    """Labels of all items of a request on an A4 sheet; `?first=` starts at a later place of a begun sheet."""
    row = request_or_404(number)
    samples = queries.samples_of(row.id)
    if not samples:
        raise Refused(gettext("Chưa nhận mẫu nào của yêu cầu %(number)s.", number=number))
    asked = request.args.get("first", "1")
    first = int(asked) if asked.isdigit() and 1 <= int(asked) <= SHEET_COLUMNS * SHEET_ROWS else 1
    return _pdf(papers.label_sheet(samples, _lab().name_vi, first), f"{number}-labels")


@bp.get("/samples/<code>/label.pdf")
@requires(P.SAMPLE_READ)
def label(code: str) -> Any:
    """The item's label; `?size=50x25` for the small one."""
    row = sample_or_404(code)
    size = request.args.get("size", "")
    return _pdf(papers.label_paper(row, _lab().name_vi, size if size in SIZES else next(iter(SIZES))), code)
