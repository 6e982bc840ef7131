"""A person's file: one story in time, and the acts that add to it (6.2.3, 6.2.5)."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.accounts import presenters as accounts
from lab_app.accounts.competence import forms, presenters, queries, services
from lab_app.accounts.competence.blueprint import bp
from lab_app.accounts.competence.models import CRITERIA, FunctionGrant, Qualification, Training
from lab_app.accounts.competence.services.records import PAPERS
from lab_app.accounts.models import Person
from lab_app.accounts.queries import active_people, known_methods, person_by_code
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import clock, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.i18n import pick, show_date
from lab_app.core.panels import panels_for
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, or_404, page


def person_of_code(code: str) -> Person:
    """The person of a staff code, or the 404 page."""
    return or_404(person_by_code(code), gettext("Không có ai mang mã này."))


def _upload(form: Any) -> Upload | None:
    """The file of a form, durable before any transaction; a refusal hangs on its field."""
    given = form.file.data
    if not given:
        return None
    try:
        return files.put(given.stream, given.filename, PAPERS)
    except FieldRefused as error:
        form.file.errors = [str(error.message)]
        return None


def _people_but(person: Person) -> list[tuple[str, str]]:
    return [(str(p.id), p.full_name) for p in active_people() if p.id != person.id]


def _by_me(form: Any) -> None:
    """Whoever writes is the likeliest to have seen it."""
    me = str(current_actor().id)
    if request.method == "GET" and me in dict(form.by.choices):
        form.by.data = me


def _chosen(text: str) -> Person:
    return get_or_404(Person, int(text))


def _to_file(message: str, person: Person) -> Any:
    return done(message, "competence.person_file", code=person.code)


@bp.get("/people/<code>/file")
@requires(P.PERSON_READ)
def person_file(code: str) -> Any:
    """What a person holds, what is missing, and how they came by it, newest first; `?part=` narrows the story."""
    person, actor = person_of_code(code), current_actor()
    part = request.args.get("part", "")
    part = part if part in presenters.PARTS else ""
    may_write = actor.can(P.COMPETENCE_WRITE) and actor.id != person.id
    may_authorise = actor.can(P.AUTHORISE_PERSON) and actor.id != person.id
    return page(
        "accounts/competence/file.html", person=person, file=presenters.file_of(person, part, may_write, may_authorise), part=part,
        parts=presenters.PARTS, today=clock.today(), due_state=presenters.due_state, method_word=presenters.method_word,
        task_words=TASK_WORDS, may_write=may_write, may_authorise=may_authorise, panels=panels_for("person", person, actor))


@bp.route("/people/<code>/functions/grant", methods=["GET", "POST"])
@requires(P.AUTHORISE_PERSON)
def grant(code: str) -> Any:
    """Give a person a function: first which one (`?function=`), then how each of its criteria is met."""
    person, form = person_of_code(code), forms.GrantForm()
    known = [f for f in queries.functions() if f.active]
    form.function.choices = [(f.code, pick(f.title_vi, f.title_en)) for f in known]
    wanted = request.form.get("function") or request.args.get("function", "")
    function = next((f for f in known if f.code == wanted), None)
    form.function.data = function.code if function else form.function.data
    edition = queries.criteria_in_force(function.id, form.valid_from.data or clock.today(), clock.now()) if function else None
    for name in CRITERIA:
        if edition is None or name not in edition.asked():
            delattr(form, name)
    if function is not None and form.validate_on_submit() and form.valid_from.data:
        with attempt(form) as tried:
            met = {name: form[name].data for name in CRITERIA if name in form}
            services.grant_function(current_actor(), person, function, valid_from=form.valid_from.data, met=met)
        if tried.ok:
            return _to_file(gettext("Đã giao chức năng."), person)
    return page("accounts/competence/grant_form.html", form=form, person=person, function=function, edition=edition, names=CRITERIA)


@bp.route("/competence/grants/<int:id>/end", methods=["GET", "POST"])
@requires(P.AUTHORISE_PERSON)
def end_function(id: int) -> Any:
    """End a function of a person, with the reason."""
    row, form = get_or_404(FunctionGrant, id), forms.EndForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.end_function(current_actor(), row, **form.clean())
        if tried.ok:
            return _to_file(gettext("Đã ghi thôi chức năng."), row.person)
    return _form(form, row.person, gettext("Thôi chức năng %(title)s", title=pick(row.function.title_vi, row.function.title_en)),
                 gettext("Ghi thôi chức năng"))


def _form(form: Any, person: Person, title: str, label: str, note: str = "") -> Any:
    """A form that adds to a person's file; `label` stands on its button."""
    return page("accounts/competence/form.html", form=form, person=person, heading=title, label=label, note=note)


@bp.route("/people/<code>/qualifications/new", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def add_qualification(code: str) -> Any:
    """A degree, a certificate, experience or the CV, with its paper."""
    person, form = person_of_code(code), forms.QualificationForm()
    if form.validate_on_submit():
        upload = _upload(form)
        if not form.errors:
            with attempt(form) as tried:
                services.add_qualification(current_actor(), person, upload=upload, **form.clean("kind", "title", "issuer", "day",
                                                                                                "valid_to"))
            if tried.ok:
                return _to_file(gettext("Đã thêm vào hồ sơ."), person)
    return _form(form, person, gettext("Thêm bằng cấp, kinh nghiệm"), gettext("Thêm vào hồ sơ"))


@bp.route("/competence/qualifications/<int:id>/strike", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def strike(id: int) -> Any:
    """Strike a line of the file out; it stays readable."""
    row, form = get_or_404(Qualification, id), forms.EndForm()
    del form.from_day
    person = get_or_404(Person, row.person_id)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.strike_qualification(current_actor(), row, form.reason.data)
        if tried.ok:
            return _to_file(gettext("Đã gạch bỏ; dòng này vẫn đọc được."), person)
    return _form(form, person, gettext("Gạch bỏ: %(title)s", title=row.title), gettext("Gạch bỏ"),
                 gettext("Dòng bị gạch vẫn đọc được trong hồ sơ, cùng lý do và người gạch."))


@bp.route("/people/<code>/trainings/new", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def plan_training(code: str) -> Any:
    """Plan training of a person."""
    person, form = person_of_code(code), forms.TrainingForm()
    form.method_code.choices = accounts.method_choices(known_methods())[1:]
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.plan_training(current_actor(), person, **form.clean() | {"method_code": form.method_code.data or ""})
        if tried.ok:
            return _to_file(gettext("Đã lên kế hoạch đào tạo."), person)
    return _form(form, person, gettext("Lên kế hoạch đào tạo"), gettext("Lên kế hoạch"))


@bp.route("/competence/trainings/<int:id>/finish", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def finish(id: int) -> Any:
    """Training was given: when, what was taught, its certificate."""
    row, form = get_or_404(Training, id), forms.FinishForm()
    if form.validate_on_submit():
        upload = _upload(form)
        if not form.errors:
            with attempt(form) as tried:
                services.finish_training(current_actor(), row, upload=upload, **form.clean("done_on", "content"))
            if tried.ok:
                return _to_file(gettext("Đã ghi; còn chờ đánh giá kết quả đào tạo."), row.person)
    return _form(form, row.person, gettext("Ghi đã học: %(title)s", title=row.title), gettext("Ghi đã học"),
                 gettext("Ghi xong thì còn phải đánh giá kết quả đào tạo."))


@bp.route("/competence/trainings/<int:id>/judge", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def judge(id: int) -> Any:
    """Whether training worked, and by what that was seen."""
    row, form = get_or_404(Training, id), forms.JudgeForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.judge_training(current_actor(), row, effective=form.effective.data == "1", **form.clean("evaluated_on", "evaluation"))
        if tried.ok:
            return _to_file(gettext("Đã đánh giá kết quả đào tạo."), row.person)
    return _form(form, row.person, gettext("Đánh giá đào tạo: %(title)s", title=row.title), gettext("Ghi đánh giá"))


@bp.route("/competence/trainings/<int:id>/cancel", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def cancel(id: int) -> Any:
    """Give up a plan of training."""
    row, form = get_or_404(Training, id), forms.EndForm()
    del form.from_day
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.cancel_training(current_actor(), row, form.reason.data)
        if tried.ok:
            return _to_file(gettext("Đã hủy kế hoạch đào tạo."), row.person)
    return _form(form, row.person, gettext("Hủy đào tạo: %(title)s", title=row.title), gettext("Hủy đào tạo"))


@bp.route("/people/<code>/observations/new", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def observe(code: str) -> Any:
    """Supervised work, a witnessed test, an evaluation."""
    person, form = person_of_code(code), forms.ObservationForm()
    form.method_code.choices, form.by.choices = accounts.method_choices(known_methods())[1:], _people_but(person)
    _by_me(form)
    if form.validate_on_submit():
        upload = _upload(form)
        if not form.errors:
            with attempt(form) as tried:
                typed = form.clean("kind", "method_code", "job_code", "day", "outcome", "observed")
                services.record_observation(current_actor(), person, by=_chosen(form.by.data), upload=upload, **typed)
            if tried.ok:
                return _to_file(gettext("Đã ghi vào hồ sơ."), person)
    return _form(form, person, gettext("Ghi giám sát, chứng kiến, đánh giá tay nghề"), gettext("Ghi vào hồ sơ"),
                 gettext("Ghi rồi thì không sửa được; ghi thêm dòng mới nếu cần nói lại."))


@bp.route("/people/<code>/monitor", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def monitor(code: str) -> Any:
    """Write that a person's work was monitored, for several authorisations at once."""
    person = person_of_code(code)
    rows = {str(row.id): row for row in queries.standing_of(person.id, clock.today())}
    form = forms.MonitorForm(data={"authorisations": list(rows)} if request.method == "GET" else None)
    form.authorisations.choices = [(key, _about(row)) for key, row in rows.items()]
    form.by.choices = _people_but(person)
    _by_me(form)
    if form.validate_on_submit():
        with attempt(form) as tried:
            chosen = [rows[key] for key in form.authorisations.data or []]
            typed = form.clean("day", "way", "outcome", "findings", "months")
            services.record_monitoring(current_actor(), person, chosen, by=_chosen(form.by.data), **typed)
        if tried.ok:
            return _to_file(gettext("Đã ghi lần theo dõi."), person)
    note = gettext("Ghi rồi thì không sửa được; ghi thêm lần mới nếu cần nói lại.")
    return _form(form, person, gettext("Theo dõi năng lực"), gettext("Ghi lần theo dõi"),
                 note if rows else gettext("Người này không có quyền nào đang trong thời hạn."))


def _about(row: Any) -> str:
    due = show_date(row.monitor_due_on) if row.monitor_due_on else gettext("chưa có kế hoạch")
    return gettext("%(task)s · %(method)s (hạn theo dõi: %(due)s)", task=TASK_WORDS[row.task],
                   method=presenters.method_word(row.method_code),
                   due=due)
