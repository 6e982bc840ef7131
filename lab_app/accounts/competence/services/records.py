"""What a person's file gathers: qualifications, training from plan to judgement, work that somebody saw (6.2.3, 6.2.5)."""
from __future__ import annotations

from datetime import date

from flask_babel import gettext

from lab_app.accounts.competence import queries
from lab_app.accounts.competence.models import Observation, Qualification, Training
from lab_app.accounts.competence.services.functions import needed
from lab_app.accounts.competence.workflow import TRAINING, JudgeFacts
from lab_app.accounts.models import Person
from lab_app.core import audit, clock, files, gates, inbox
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.notices import N_
from lab_app.core.permissions import P

ATTEND = N_("Học: %(title)s")
JUDGE = N_("Đánh giá kết quả đào tạo của %(person)s: %(title)s")
#: Papers of a file: what a scanner or a camera makes.
PAPERS = files.IMAGES | files.PAPERS


def _past(field: str, day: date) -> None:
    if day > clock.today():
        raise FieldRefused(field, gettext("Ngày này ở tương lai."))


def add_qualification(
    actor: Actor, person: Person, *, kind: str, title: str, issuer: str = "", day: date, valid_to: date | None = None,
    upload: Upload | None = None,
) -> Qualification:
    """Put a degree, a certificate, experience or the CV into a person's file (6.2.2, 6.2.3). A degree, a certificate and a CV come with
    their paper; refuses a day in the future and an end before it."""
    authorize(actor, P.COMPETENCE_WRITE)
    if kind not in Qualification.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    title = needed("title", title)
    _past("day", day)
    if valid_to is not None and valid_to < day:
        raise FieldRefused("valid_to", gettext("Ngày kết thúc trước ngày bắt đầu."))
    if upload is None and kind == "cv":
        raise FieldRefused("file", gettext("Chọn tệp lý lịch chuyên môn."))
    row = Qualification(person_id=person.id, kind=kind, title=title, issuer=issuer.strip(), day=day, valid_to=valid_to,
                        recorded_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    if upload is not None:
        files.attach(upload, "qualification", row.id, actor.id, purpose=kind)
    return row


def strike_qualification(actor: Actor, row: Qualification, reason: str) -> Qualification:
    """Strike a line of the file out, with the reason; it stays readable (8.4)."""
    authorize(actor, P.COMPETENCE_WRITE)
    reason = needed("reason", reason)
    if row.struck_at is not None:
        raise Refused(gettext("Dòng này đã bị gạch bỏ."))
    audit.because(reason)
    row.struck_at, row.struck_reason = clock.now(), reason
    db.session.flush()
    return row


def plan_training(
    actor: Actor, person: Person, *, title: str, kind: str, planned_on: date, method_code: str = "", need: str = "", provider: str = "",
) -> Training:
    """Plan training of a person (6.2.5 c): what, why, by when. The person is asked to attend."""
    authorize(actor, P.COMPETENCE_WRITE)
    if kind not in Training.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    row = Training(
        person_id=person.id, person=person, title=needed("title", title), kind=kind, planned_on=planned_on, method_code=method_code.strip(),
        need=needed("need", need), provider=provider.strip(), planned_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    inbox.ask(f"training/{row.id}/attend", "competence", ATTEND, {"title": row.title}, person_id=person.id, code=person.code,
              link=f"/people/{person.code}/file", due_on=planned_on)
    return row


def finish_training(actor: Actor, row: Training, *, done_on: date, content: str, upload: Upload | None = None) -> Training:
    """Write that training was given: the day and what was taught, with the certificate where there is one. Its judgement is asked for."""
    authorize(actor, P.COMPETENCE_WRITE)
    content = needed("content", content)
    _past("done_on", done_on)
    TRAINING.move(row, "finish")
    row.done_on, row.done_recorded_at, row.content = done_on, clock.now(), content
    db.session.flush()
    if upload is not None:
        files.attach(upload, "training", row.id, actor.id, purpose="certificate")
    inbox.settle(f"training/{row.id}/attend")
    inbox.ask(f"training/{row.id}/judge", "competence", JUDGE, {"person": row.person.full_name, "title": row.title},
              permission=P.COMPETENCE_WRITE, not_person_id=row.person_id, code=row.person.code,
              link=f"/competence/trainings/{row.id}/judge")
    return row


def judge_training(actor: Actor, row: Training, *, evaluated_on: date, effective: bool, evaluation: str) -> Training:
    """Judge whether training worked, and by what that was seen; by another person (gate *competence-judged-by-another*)."""
    authorize(actor, P.COMPETENCE_WRITE)
    person_id = person_of(actor)
    gates.require("competence-judged-by-another", JudgeFacts(
        row.person_id, row.person.full_name, person_id, gettext("đánh giá kết quả đào tạo")))
    evaluation = needed("evaluation", evaluation)
    _past("evaluated_on", evaluated_on)
    if row.done_on is not None and evaluated_on < row.done_on:
        raise FieldRefused("evaluated_on", gettext("Trước ngày học xong."))
    TRAINING.move(row, "judge-effective" if effective else "judge-ineffective")
    row.evaluated_on, row.evaluated_recorded_at, row.evaluated_by_id, row.evaluation = evaluated_on, clock.now(), person_id, evaluation
    db.session.flush()
    inbox.settle(f"training/{row.id}/judge")
    return row


def cancel_training(actor: Actor, row: Training, reason: str) -> Training:
    """Give up a plan of training, with the reason."""
    authorize(actor, P.COMPETENCE_WRITE)
    audit.because(needed("reason", reason))
    TRAINING.move(row, "cancel")
    db.session.flush()
    inbox.settle_under(f"training/{row.id}/")
    return row


def record_observation(
    actor: Actor, person: Person, *, kind: str, method_code: str, by: Person, day: date, outcome: str, observed: str, job_code: str = "",
    upload: Upload | None = None,
) -> Observation:
    """Write what somebody saw of a person's work (6.2.5 d, e): under supervision, as a witness of a test, or evaluating.

    Gate *competence-judged-by-another* (who saw it, and who writes it down). A witnessed test names the job that was done; refuses a job
    that does not exist, a day in the future, and nothing said about what was seen.
    """
    authorize(actor, P.COMPETENCE_WRITE)
    if kind not in Observation.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    act = {"supervised": gettext("giám sát công việc"), "witnessed": gettext("chứng kiến phép thử"),
           "evaluation": gettext("đánh giá tay nghề")}[kind]
    for judge in (by.id, person_of(actor)):
        gates.require("competence-judged-by-another", JudgeFacts(person.id, person.full_name, judge, act))
    if outcome not in Observation.OUTCOMES:
        raise FieldRefused("outcome", gettext("Lựa chọn không có trong danh sách."))
    observed, method_code, job_code = needed("observed", observed), needed("method_code", method_code), job_code.strip()
    _past("day", day)
    if kind == "witnessed" and not job_code:
        raise FieldRefused("job_code", gettext("Ghi mã việc thử nghiệm đã được chứng kiến."))
    if job_code and not queries.job_known(job_code):
        raise FieldRefused("job_code", gettext("Không có việc thử nghiệm nào mang mã này."))
    row = Observation(person_id=person.id, kind=kind, method_code=method_code, job_code=job_code, day=day, by_id=by.id, outcome=outcome,
                      observed=observed)
    db.session.add(row)
    db.session.flush()
    if upload is not None:
        files.attach(upload, "competence-observation", row.id, actor.id, purpose=kind)
    return row
