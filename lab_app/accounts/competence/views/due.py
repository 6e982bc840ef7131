"""What is due: monitoring, training, answers about new versions of methods (6.2.5)."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.competence import forms, presenters, queries, services, wording
from lab_app.accounts.competence.blueprint import bp
from lab_app.accounts.competence.models import Training
from lab_app.accounts.competence.services.monitoring import AHEAD
from lab_app.accounts.competence.views.person_files import person_of_code
from lab_app.accounts.competence.workflow import TRAINING
from lab_app.accounts.models import Authorisation
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page

COLUMNS = (
    Column("person", _l("Người")), Column("what", _l("Quyền")),
    Column("due", _l("Theo dõi chậm nhất"), Authorisation.monitor_due_on, css="num"), Column("state", _l("Tình trạng")), Column("act", ""),
)


def _narrowed(query: Any, state: str) -> Any:
    today, due = clock.today(), Authorisation.monitor_due_on
    return query.where({
        "overdue": due < today, "soon": due.between(today, today + AHEAD), "none": due.is_(None), "fine": due > today + AHEAD,
    }[state])


@bp.get("/competence/due")
@requires(P.PERSON_READ)
def due() -> Any:
    """Everybody's authorisations by when they must be monitored; overdue ones rest."""
    filters = [Filter("state", _l("Tình trạng"), [(code, state.word) for code, state in wording.DUE_STATES.items()], _narrowed)]
    query = queries.standing_authorisations(clock.today()).options(joinedload(Authorisation.person))
    shown = listing(query, Authorisation, COLUMNS, filters=filters, default_sort="due", default_direction="asc")
    if export.asked():
        heads = [gettext("Mã"), gettext("Họ và tên"), gettext("Việc"), gettext("Phương pháp"), gettext("Từ ngày"), gettext("Đến ngày"),
                 gettext("Theo dõi chậm nhất"), gettext("Tình trạng")]
        table = [[r.person.code, r.person.full_name, str(TASK_WORDS[r.task]), r.method_code, r.valid_from, r.valid_to, r.monitor_due_on,
                  str(presenters.due_state(r, clock.today()).word)] for r in everything(query, Authorisation, shown, COLUMNS, filters,
                                                                                        None)]
        return export.as_file("competence-monitoring", heads, table)
    asked = request.args.get("state", "")
    quick = [(state.word, shown.url(state=None if asked == code else code), asked == code, None, None)
             for code, state in wording.DUE_STATES.items()]
    return page("accounts/competence/due.html", found=shown, quick=quick, today=clock.today(), due_state=presenters.due_state,
                method_word=presenters.method_word, task_words=TASK_WORDS, versions=queries.open_versions(),
                trainings=queries.open_trainings())


TRAINING_COLUMNS = (
    Column("planned", _l("Kế hoạch ngày"), Training.planned_on, css="num"), Column("person", _l("Người")), Column("what", _l("Đào tạo")),
    Column("state", _l("Trạng thái")),
)


@bp.get("/competence/trainings")
@requires(P.PERSON_READ)
def trainings() -> Any:
    """The plan of training and what came of it, for the whole laboratory."""
    filters = [
        Filter("status", _l("Trạng thái"), [(s.code, s.word) for s in TRAINING.states], lambda q, v: q.where(Training.status == v)),
        Filter("late", _l("Hạn"), [("late", _l("Quá hạn"))],
               lambda q, _v: q.where(Training.status == "planned", Training.planned_on < clock.today())),
    ]
    query = select(Training).options(joinedload(Training.person), joinedload(Training.evaluated_by))
    shown = listing(query, Training, TRAINING_COLUMNS, filters=filters, default_sort="planned")
    if export.asked():
        heads = [gettext("Mã"), gettext("Họ và tên"), gettext("Học gì"), gettext("Hình thức"), gettext("Phương pháp"),
                 gettext("Kế hoạch ngày"),
                 gettext("Học xong ngày"), gettext("Đánh giá ngày"), gettext("Trạng thái"), gettext("Đánh giá")]
        table = [[r.person.code, r.person.full_name, r.title, str(wording.TRAINING_WORDS[r.kind]), r.method_code, r.planned_on, r.done_on,
                  r.evaluated_on, str(TRAINING.state(r.status).word), r.evaluation]
                 for r in everything(query, Training, shown, TRAINING_COLUMNS, filters, None)]
        return export.as_file("trainings", heads, table)
    return page("accounts/competence/trainings.html", found=shown, machine=TRAINING, words=wording.TRAINING_WORDS, today=clock.today())


@bp.route("/competence/versions/<int:version_id>", methods=["GET", "POST"])
@requires(P.AUTHORISE_PERSON)
def carry(version_id: int) -> Any:
    """A new version of a method: does each person's authorisation carry over?"""
    asked = {str(q.id): q for q in queries.questions_of(version_id)}
    if not asked:
        raise NotFound(gettext("Không có gì được hỏi về phiên bản này."))
    actor = current_actor()
    open_ = {key: q for key, q in asked.items()
             if (not q.answers or q.answers[-1].answer == "training") and q.authorisation.person_id != actor.id}
    form = forms.AnswerForm(data={"questions": [key for key, q in open_.items() if not q.answers]} if request.method == "GET" else None)
    form.questions.choices = [(key, f"{q.authorisation.person.full_name} · {presenters.about(q.authorisation)}") for key,
                              q in open_.items()]
    if form.validate_on_submit():
        with attempt(form) as tried:
            for key in form.questions.data or []:
                services.answer_version(actor, open_[key], form.answer.data, form.reason.data)
        if tried.ok:
            return done(gettext("Đã trả lời; quyền với phiên bản này theo câu trả lời từ hôm nay."), "competence.carry",
                        version_id=version_id)
    return page("accounts/competence/carry.html", form=form, asked=list(asked.values()), version=next(iter(asked.values())),
                may=bool(open_), about=presenters.about,
                task_words=TASK_WORDS, answers=wording.ANSWERS)


@bp.route("/competence/authorisations/<int:id>/plan", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def plan(id: int) -> Any:
    """Monitor an authorisation more often or less often."""
    row = get_or_404(Authorisation, id)
    last = queries.newest_monitoring_of(row)
    form = forms.PlanForm(data={"months": last.months if last else services.usual_months()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.change_plan(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã đổi chu kỳ theo dõi."), "competence.person_file", code=row.person.code)
    heading = gettext("Chu kỳ theo dõi: %(task)s %(method)s", task=TASK_WORDS[row.task], method=presenters.method_word(row.method_code))
    return page("accounts/competence/form.html", form=form, person=person_of_code(row.person.code), heading=heading,
                label=gettext("Đổi chu kỳ"), note="")
