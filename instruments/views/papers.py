"""Papers of instruments: labels and the dossier."""
from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext

from instruments import papers, queries
from instruments.views.blueprint import bp, instrument_of
from lab_app.accounts.models import Laboratory
from lab_app.accounts.queries import laboratory
from lab_app.core import clock
from lab_app.core.access import requires
from lab_app.core.errors import Refused
from lab_app.core.paper.labels import SHEET_COLUMNS, SHEET_ROWS, SIZES
from lab_app.core.permissions import P


def _pdf(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _lab() -> Laboratory:
    lab = laboratory()
    if lab is None:
        raise Refused(gettext("Chưa ghi thông tin phòng thử nghiệm; quản trị viên ghi trước rồi in."))
    return lab


@bp.get("/instruments/<code>/label.pdf")
@requires(P.INSTRUMENT_READ)
def label(code: str) -> Any:
    """The instrument's label; `?size=50x25` for the small one."""
    row, now, size = instrument_of(code), clock.now(), request.args.get("size", "")
    standing = queries.status_of([row], now, now)[row.id]
    return _pdf(papers.label_paper(row, standing, _lab().name_vi, size if size in SIZES else next(iter(SIZES))), f"{row.code}-label")


@bp.get("/instruments/labels.pdf")
@requires(P.INSTRUMENT_READ)
def labels() -> Any:
    """Labels of instruments named by `?code=` (several), on A4 sheets; `?first=` starts at a later place of a begun sheet."""
    asked = request.args.get("first", "1")
    first = int(asked) if asked.isdigit() and 1 <= int(asked) <= SHEET_COLUMNS * SHEET_ROWS else 1
    rows, now = queries.by_codes(request.args.getlist("code")[:240]), clock.now()
    if not rows:
        raise Refused(gettext("Chọn ít nhất một thiết bị để in tem."))
    return _pdf(papers.label_sheet(rows, queries.status_of(rows, now, now), _lab().name_vi, first), "labels")


@bp.get("/instruments/<code>/dossier.pdf")
@requires(P.INSTRUMENT_READ)
def dossier(code: str) -> Any:
    """Everything on record about one instrument (6.4.13) as a PDF file."""
    row = instrument_of(code)
    return _pdf(papers.dossier_file(row, _lab()), f"{row.code}-dossier")
