"""Excursions: list, one excursion with the results made meanwhile, its judgement (6.3.3, 7.10.1)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.asked import one_batch
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.quality import presenters as drawn
from lab_app.quality import queries as quality
from lab_app.quality.environment import presenters, queries, rules, services
from lab_app.quality.environment.forms import AssessForm
from lab_app.quality.environment.models import Excursion
from lab_app.quality.environment.views.blueprint import bp
from lab_app.quality.environment.workflow import DECISIONS, EXCURSION, UNJUDGED

COLUMNS = (
    Column("code", _l("Mã"), Excursion.id), Column("room", _l("Phòng")), Column("quantity", _l("Đại lượng")),
    Column("began", _l("Bắt đầu vượt"), Excursion.began_at), Column("worst", _l("Xấu nhất"), css="num"),
    Column("length", _l("Kéo dài"), css="opt"), Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Excursion.status.in_(UNJUDGED) if value == "unjudged" else Excursion.status == value)

    def by_quantity(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Excursion.quantity == value)

    def by_room(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Excursion.room_id == int(value))

    states = [("unjudged", gettext("Chưa đánh giá")), *((s.code, s.word) for s in EXCURSION.states)]
    return (
        Filter("status", gettext("Trạng thái"), states, by_status),
        Filter("quantity", gettext("Đại lượng"), [(code, q.word) for code, q in rules.QUANTITIES.items()], by_quantity),
        Filter("room", gettext("Phòng"), [(str(r.id), pick(r.name_vi, r.name_en)) for r in quality.rooms()], by_room),
    )


@bp.get("/quality/environment/excursions")
@requires(P.QUALITY_READ)
def excursions() -> Any:
    """Times in which a room was outside its limits, newest first."""
    filters = _filters()
    shown = listing(queries.excursions(), Excursion, COLUMNS, kind="environment-excursion", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.excursions(), Excursion, shown, COLUMNS, filters, "environment-excursion")
        table = presenters.excursion_table(rows)
        return export.as_file("excursions", *table)
    return page("quality/environment_excursions.html", page=shown, machine=EXCURSION, quantities=rules.QUANTITIES, now=clock.now(),
                limit_text=presenters.limit_text, worst=presenters.worst_text, duration=presenters.duration_text)


def _found(code: str) -> Excursion:
    return or_404(queries.excursion_by_code(code), gettext("Không có lần vượt giới hạn này."))


@bp.get("/quality/environment/excursions/<code>")
@requires(P.QUALITY_READ)
def excursion(code: str) -> Any:
    """One excursion: what was read, the limit, the results made meanwhile, what was decided."""
    row, actor, now = _found(code), current_actor(), clock.now()
    ends = row.ended_at or now
    around = max((ends - row.doubtful_from) / 2, timedelta(hours=1))
    channels = [row.channel] if row.channel else []
    courses = presenters.courses(channels, queries.limits_of(row.room_id, row.quantity), row.doubtful_from - around, ends + around, [row])
    with one_batch():  # the gate and the panel of results count the same ones
        lasting = gates.ask("excursion-answered", services.assessment_facts(row, "no_effect", "x" * 40)) if row.status in UNJUDGED else None
        panels = drawn.panels("environment-excursion", row, actor)
    return page(
        "quality/environment_excursion.html", row=row, machine=EXCURSION, quantities=rules.QUANTITIES, decisions=DECISIONS, courses=courses,
        ends=ends, stop=lasting, may=actor.can(P.QUALITY_WRITE), limit_text=presenters.limit_text, worst=presenters.worst_text,
        duration=presenters.duration_text, panels=panels,
        entries=audit.history("environment-excursion", row.id, 20))


@bp.route("/quality/environment/excursions/<code>/assess", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def assess(code: str) -> Any:
    """Decide what it means for the results made meanwhile."""
    row, actor = _found(code), current_actor()
    form = AssessForm(data={"version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.assess_excursion(actor, row, decision=form.decision.data or "", words=form.words.data or "")
        if tried.ok:
            return done(gettext("Đã đánh giá %(code)s.", code=code), "quality_environment.excursion", code=code)
    return page("quality/environment_assess.html", form=form, row=row, panels=drawn.panels("environment-excursion", row, actor),
                worst=presenters.worst_text, limit_text=presenters.limit_text, quantities=rules.QUANTITIES)
