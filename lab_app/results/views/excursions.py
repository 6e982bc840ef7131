"""Results made in a room while it was outside its limits: on the excursion's page, and all of them as a list (6.3.3, 7.10.1)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import clock, export
from lab_app.core.access import Actor, requires
from lab_app.core.db import db
from lab_app.core.paging import Column, everything, listing
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.core.web import or_404, page
from lab_app.quality.environment.queries import excursion_by_code
from lab_app.results import presenters, workflow
from lab_app.results.models import Reading
from lab_app.results.queries import excursions as queries
from lab_app.results.views import bp

ON_PAGE = 20
COLUMNS = (
    Column("measured", _l("Đo lúc"), Reading.measured_at), Column("job", _l("Việc, mẫu")), Column("parameter", _l("Chỉ tiêu")),
    Column("result", _l("Kết quả"), css="num"), Column("person", _l("Người đo"), css="opt"), Column("state", _l("Trạng thái")),
)


def _touched(row: Any) -> Any:
    return queries.touched(row.room_id, row.doubtful_from, row.ended_at or clock.now())


def of_excursion(row: Any, actor: Actor) -> Panel | None:
    """The first results made while the room was in doubt, and how many there are."""
    if not actor.can(P.JOB_READ):
        return None
    first = queries.shown(_touched(row)).order_by(Reading.measured_at, Reading.id).limit(ON_PAGE + 1)
    rows = list(db.session.scalars(first).unique())
    count = len(rows) if len(rows) <= ON_PAGE else queries.touched_count(row.room_id, row.doubtful_from, row.ended_at or clock.now())
    return Panel("results/_excursion_panel.html", {
        "row": row, "readings": rows[:ON_PAGE], "count": count, "show": presenters, "state": workflow.LINE.state})


@bp.get("/quality/environment/excursions/<code>/results")
@requires(P.JOB_READ)
def excursion_results(code: str) -> Any:
    """Every standing result made in the room while it was in doubt."""
    row = or_404(excursion_by_code(code), gettext("Không có lần vượt giới hạn này."))
    query = queries.shown(_touched(row))
    shown = listing(query, Reading, COLUMNS, default_sort="measured", default_direction="asc")
    if export.asked():
        rows = everything(query, Reading, shown, COLUMNS, (), None)
        heads = [gettext("Đo lúc"), gettext("Việc"), gettext("Mẫu"), gettext("Phương pháp"), gettext("Chỉ tiêu"), gettext("Giá trị"),
                 gettext("Đơn vị"), gettext("Kết luận"), gettext("Người đo"), gettext("Môi trường")]
        table = [[r.measured_at, r.line.job.code, r.line.job.sample.code, r.line.job.method_version.method.code, r.line.parameter.code,
                  r.value, r.unit, str(presenters.verdict(r.verdict).word), r.person.full_name, r.environment.code] for r in rows]
        return export.as_file(f"{row.code}-results", heads, table)
    return page("results/excursion_results.html", row=row, page=shown, show=presenters, state=workflow.LINE.state)
