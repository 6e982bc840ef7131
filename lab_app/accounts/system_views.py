"""Pages beside people and roles: one's own notices, and the work the program does by itself."""
from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lab_app.accounts.views import bp as bp
from lab_app.core import jobs, mail, notices, schedule
from lab_app.core.access import current_actor, requires, signed_in
from lab_app.core.errors import NotFound
from lab_app.core.jobs import QueuedJob
from lab_app.core.notices import Notice
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.panels import panels_for
from lab_app.core.permissions import P
from lab_app.core.web import done, get_or_404, local_target, page, press
from lab_app.core.workflow import State

COLUMNS = (Column("given", _l("Lúc"), Notice.id, css="num"), Column("says", _l("Nội dung")), Column("state", _l("Tình trạng")))
JOB_STATES = {
    "queued": State("queued", _l("Chờ chạy"), "hold", "hourglass-split"),
    "running": State("running", _l("Đang chạy"), "info"),
    "done": State("done", _l("Đã xong"), "ok"),
    "failed": State("failed", _l("Hỏng"), "bad"),
}


@bp.get("/notices")
@signed_in
def notices_page() -> Any:
    """What the program told me, newest first."""
    me = current_actor()
    filters = [Filter("read", _l("Đã đọc"), [("no", _l("Chưa đọc")), ("yes", _l("Đã đọc"))],
                      lambda q, value: q.where(Notice.read_at.is_(None) if value == "no" else Notice.read_at.is_not(None)))]
    shown = listing(notices.of_person(me.id or 0), Notice, COLUMNS, filters=filters, default_sort="given")
    return page("accounts/notices.html", notices=shown, says=notices.says)


@bp.post("/notices/read")
@signed_in
def read_notices() -> Any:
    """Mark all of my notices read."""
    count = notices.mark_read(current_actor())
    return done(gettext("Đã đánh dấu %(n)s thông báo là đã đọc.", n=count), "accounts.notices_page")


@bp.post("/notices/<int:id>/open")
@signed_in
def open_notice(id: int) -> Any:
    """Go where a notice leads; it is read from now on."""
    row = get_or_404(Notice, id)
    if row.person_id != current_actor().id:
        raise NotFound(gettext("Không có hồ sơ này."))
    notices.mark_read(current_actor(), [id])
    return redirect(row.link if local_target(row.link) else url_for("accounts.notices_page"))


@bp.get("/system/work")
@requires(P.SYSTEM_READ)
def scheduled_work() -> Any:
    """What the program does by itself: last run, next run, failures."""
    return page(
        "accounts/scheduled_work.html", standings=schedule.standings(), failed=jobs.failed(), waiting=jobs.waiting(), states=JOB_STATES,
        titles={work.name: work.title for work in schedule.known()}, mail=mail.configured(),
        panels=[Markup(render_template(one.template, **one.context)) for one in panels_for("system", None, current_actor())],
    )


@bp.post("/system/work/<int:id>/again")
@requires(P.LABORATORY_WRITE)
def run_again(id: int) -> Any:
    """Queue a failed job once more."""
    row = get_or_404(QueuedJob, id)
    return press(lambda: jobs.run_again(current_actor(), row),
                 gettext("Đã xếp hàng lại; trình chạy việc sẽ làm trong ít giây."), "accounts.scheduled_work")
