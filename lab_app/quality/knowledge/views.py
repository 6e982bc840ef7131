"""Pages of what the laboratory has learned (ISO 9001 7.1.6)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import audit, export
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page, press
from lab_app.quality import subjects
from lab_app.quality.causes import AREAS
from lab_app.quality.knowledge import queries, services
from lab_app.quality.knowledge.forms import LessonForm
from lab_app.quality.knowledge.models import Lesson

bp = Blueprint("quality_knowledge", __name__)
COLUMNS = (
    Column("code", _l("Số"), Lesson.id), Column("title", _l("Bài học")), Column("area", _l("Lĩnh vực"), css="opt"),
    Column("source", _l("Từ hồ sơ"), css="opt"), Column("person", _l("Người viết"), css="opt"),
)


def _filters() -> tuple[Filter, ...]:
    def standing(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Lesson.aside_on.is_(None) if value == "now" else Lesson.aside_on.is_not(None))

    return (
        Filter("area", gettext("Lĩnh vực"), list(AREAS.items()), lambda q, v: q.where(Lesson.area == v)),
        Filter("now", gettext("Tình trạng"), [("now", gettext("Còn áp dụng")), ("aside", gettext("Đã bỏ"))], standing),
    )


@bp.get("/quality/lessons")
@requires(P.HOME)
def lessons() -> Any:
    """Lessons, newest first, for everybody at work."""
    filters, query = _filters(), queries.lessons()
    shown = listing(query, Lesson, COLUMNS, kind="lesson", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(query, Lesson, shown, COLUMNS, filters, "lesson")
        heads = [gettext("Số"), gettext("Lĩnh vực"), gettext("Bài học"), gettext("Chuyện gì đã xảy ra"),
                 gettext("Rút ra điều gì, lần sau làm thế nào"), gettext("Áp dụng cho"), gettext("Từ hồ sơ"), gettext("Người viết")]
        table = [[r.code, str(AREAS[r.area]), r.title, r.happened, r.learned, r.applies_to, r.source_code,
                  r.person.full_name] for r in rows]
        return export.as_file("lessons", heads, table)
    return page("quality/knowledge/lessons.html", page=shown, areas=AREAS)


@bp.route("/quality/lessons/new", methods=["GET", "POST"])
@requires(P.HOME)
def new_lesson() -> Any:
    """Write a lesson down; everybody may."""
    form = LessonForm(data={name: request.args.get(name, "") for name in ("source_kind", "source_code", "area")})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.write_lesson(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi %(code)s.", code=row.code), "quality_knowledge.lesson_page", code=row.code)
    back = url_for("quality_knowledge.lessons")
    return page("quality/subject_form.html", form=form, title=gettext("Ghi bài học"), label=gettext("Ghi bài học"),
                trail=[(gettext("Tri thức"), back)], cancel=back)


def _lesson(code: str) -> Lesson:
    return or_404(queries.lesson_by_code(code))


@bp.get("/quality/lessons/<code>")
@requires(P.HOME)
def lesson_page(code: str) -> Any:
    """One lesson."""
    row = _lesson(code)
    return page("quality/knowledge/lesson_page.html", row=row, areas=AREAS, may=current_actor().can(P.QUALITY_WRITE),
                source_url=subjects.url(row.source_kind, row.source_id, row.source_code), entries=audit.history("lesson", row.id, 10))


@bp.post("/quality/lessons/<code>/aside")
@requires(P.QUALITY_WRITE)
def set_aside(code: str) -> Any:
    """It no longer holds, and why."""
    row = _lesson(code)
    return press(lambda: services.set_aside(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã ghi."), "quality_knowledge.lesson_page", code=code)
