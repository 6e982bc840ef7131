"""Papers whose signatory also measured or reviewed a result on them, issued in the last year: for the report of segregation (4.1.1)."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from certificates.models import Report, ReportLine
from lab_app.accounts.interests.separation import Met, Watch, offer
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results.models import LineReview, Reading

LOOKED_BACK = timedelta(days=365)


def _signed_by(own: Any) -> Any:
    return (
        select(Report.id, Report.recorded_at.label("at"), Person.full_name, Report.number, Report.code)
        .join(Person, Person.id == Report.signatory_id)
        .where(Report.recorded_at >= clock.now() - LOOKED_BACK, own.where(ReportLine.report_id == Report.id).exists())
    )


def measured_and_signed() -> Any:
    """Papers on which the signatory recorded a reading."""
    own = select(ReportLine.id).join(Reading, Reading.id == ReportLine.reading_id)
    return _signed_by(own.where(Reading.person_id == Report.signatory_id))


def reviewed_and_signed() -> Any:
    """Papers on which the signatory reviewed a reading."""
    return _signed_by(
        select(ReportLine.id).join(LineReview, LineReview.reading_id == ReportLine.reading_id)
        .where(LineReview.reviewer_id == Report.signatory_id))


def _counted(found: Callable[[], Any]) -> Select[Any]:
    return select(func.count()).select_from(found().subquery())


def _rows(found: Callable[[], Any], what: Any, limit: int) -> Sequence[Met]:
    rows = found().subquery()
    newest = db.session.execute(select(rows).order_by(rows.c.at.desc(), rows.c.id.desc()).limit(limit))
    return [Met(row.at, row.full_name, what, row.number, "certificates.report_page", {"code": row.code}) for row in newest]


def register() -> None:
    """Name what the report of segregation asks this room: the standard lets both be, an assessor wants to see them."""
    for key, title, found, what in (
        ("measured-and-signed", _l("Ký duyệt phiếu có kết quả do chính mình đo"), measured_and_signed, _l("đo và ký duyệt")),
        ("reviewed-and-signed", _l("Ký duyệt phiếu có kết quả do chính mình soát xét"), reviewed_and_signed, _l("soát xét và ký duyệt")),
    ):
        offer(Watch(key, title, "4.1.1", partial(_counted, found), partial(_rows, found, what), expected=True))
