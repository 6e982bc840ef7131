"""A person's file as one story in time, and authorisations with how their monitoring stands."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select

from lab_app.accounts.competence import queries, wording
from lab_app.accounts.competence.models import CRITERIA, FunctionGrant, Monitoring, VersionQuestion
from lab_app.accounts.competence.services.monitoring import AHEAD
from lab_app.accounts.competence.workflow import TRAINING
from lab_app.accounts.models import Authorisation, Person
from lab_app.accounts.queries import authorisations_of
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.core.i18n import pick, show_date
from lab_app.core.workflow import State

#: What the story can be narrowed to: key → word.
PARTS = {
    "qualification": _l("Bằng cấp, kinh nghiệm"), "function": _l("Chức năng"), "training": _l("Đào tạo"),
    "observation": _l("Chứng kiến, đánh giá"), "authorisation": _l("Quyền"), "monitoring": _l("Theo dõi"),
}


@dataclass(frozen=True)
class Told:
    """One thing in a person's story: the day, what part it belongs to, what happened, how it stands, what was said, who says so."""

    day: date
    part: str
    what: Any
    about: str = ""
    state: State | None = None
    words: str = ""
    who: str = ""
    papers: tuple[Attachment, ...] = ()
    links: tuple[tuple[Any, str], ...] = ()
    struck: str = ""


@dataclass
class File:
    """A person's file: what they hold now, what is missing, and the story, newest first."""

    functions: list[FunctionGrant] = field(default_factory=list)
    authorisations: list[Authorisation] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    story: list[Told] = field(default_factory=list)


def method_word(code: str) -> str:
    """A method's code as read; `*` means all."""
    return gettext("mọi phương pháp") if code == "*" else code


def about(row: Authorisation) -> str:
    """Task, method and period of an authorisation, in one line."""
    period = gettext("từ %(first)s đến hết %(last)s", first=show_date(row.valid_from), last=show_date(row.valid_to))
    return f"{TASK_WORDS[row.task]} · {method_word(row.method_code)} · {period}"


def due_state(row: Authorisation, today: date) -> State:
    """How an authorisation stands with its monitoring."""
    if row.monitor_due_on is None:
        return wording.DUE_STATES["none"]
    if row.monitor_due_on < today:
        return wording.DUE_STATES["overdue"]
    return wording.DUE_STATES["soon" if row.monitor_due_on <= today + AHEAD else "fine"]


def _papers(kinds: dict[str, Iterable[int]]) -> dict[tuple[str, int], tuple[Attachment, ...]]:
    wanted = [and_(Attachment.subject_kind == kind, Attachment.subject_id.in_(ids)) for kind, ids in
              ((kind, list(ids)) for kind, ids in kinds.items()) if ids]
    found: dict[tuple[str, int], list[Attachment]] = {}
    for row in db.session.scalars(select(Attachment).where(or_(*wanted)).order_by(Attachment.id)) if wanted else ():
        found.setdefault((row.subject_kind, row.subject_id), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def file_of(person: Person, part: str = "", may_write: bool = False, may_authorise: bool = False) -> File:
    """Everything about a person's competence, in a handful of statements however long they have worked here."""
    today, now = clock.today(), clock.now()
    qualifications, trainings = queries.qualifications_of(person.id), queries.trainings_of(person.id)
    observations, grants = queries.observations_of(person.id), queries.grants_of(person.id)
    monitoring, questions = queries.monitoring_of(person.id), queries.questions_about(person.id)
    papers = _papers({"qualification": [q.id for q in qualifications], "training": [t.id for t in trainings],
                      "competence-observation": [o.id for o in observations]})
    out = File()
    for q in qualifications:
        until = gettext("đến hết %(day)s", day=show_date(q.valid_to)) if q.valid_to else ""
        links: tuple[tuple[Any, str], ...] = ()
        if may_write and q.struck_at is None:
            links = ((gettext("Gạch bỏ"), url_for("competence.strike", id=q.id)),)
        out.story.append(Told(q.day, "qualification", wording.QUALIFICATION_WORDS[q.kind], q.title,
                              words=" · ".join(w for w in (q.issuer, until) if w), who=q.recorded_by.full_name if q.recorded_by else "",
                              papers=papers.get(("qualification", q.id), ()), links=links, struck=q.struck_reason))
    for t in trainings:
        steps: list[tuple[Any, str]] = []
        if may_write and t.status == "planned":
            steps = [(gettext("Ghi đã học"), url_for("competence.finish", id=t.id)), (gettext("Hủy"), url_for("competence.cancel",
                                                                                                              id=t.id))]
        if may_write and t.status == "done":
            steps = [(gettext("Đánh giá"), url_for("competence.judge", id=t.id))]
        out.story.append(Told(
            t.evaluated_on or t.done_on or t.planned_on, "training", wording.TRAINING_WORDS[t.kind], t.title, TRAINING.state(t.status),
            t.evaluation or t.content or t.need, t.evaluated_by.full_name if t.evaluated_by else t.provider,
            papers.get(("training", t.id), ()), tuple(steps)))
    for o in observations:
        what = " · ".join(w for w in (method_word(o.method_code), o.job_code) if w)
        out.story.append(Told(o.day, "observation", wording.OBSERVATION_WORDS[o.kind], what, wording.OUTCOMES[o.outcome], o.observed,
                              o.by.full_name, papers.get(("competence-observation", o.id), ())))
    out.story += _granted(grants, today, may_authorise)
    out.story += [_watched(m) for m in monitoring] + [_asked(question, may_authorise) for question in questions]
    out.authorisations = queries.standing_of(person.id, today)
    out.functions = [g for g in grants if g.valid_from <= today and (g.ended_on is None or g.ended_on > today)]
    _authorised(out, person)
    out.story += [_resting(a) for a in out.authorisations if a.monitor_due_on is not None and a.monitor_due_on < today]
    out.missing = _missing(out, qualifications, today, now)
    if part:
        out.story = [told for told in out.story if told.part == part]
    out.story.sort(key=lambda told: told.day, reverse=True)
    return out


def _watched(m: Monitoring) -> Told:
    what = f"{TASK_WORDS[m.authorisation.task]} · {method_word(m.authorisation.method_code)}"
    due = gettext("mỗi %(n)s tháng, chậm nhất %(day)s", n=m.months, day=show_date(m.due_on))
    who = m.by.full_name if m.by else ""
    if m.kind == "plan":
        words = " · ".join(w for w in (due, m.findings) if w)
        return Told(m.day, "monitoring", gettext("Kế hoạch theo dõi"), what, None, words, who)
    words = m.findings if m.outcome == "failed" else f"{m.findings} · {due}"
    return Told(m.day, "monitoring", gettext("Theo dõi: %(way)s", way=wording.WAY_WORDS[m.way]), what, wording.OUTCOMES[m.outcome], words,
                who)


def _asked(question: VersionQuestion, may_authorise: bool) -> Told:
    what = f"{TASK_WORDS[question.authorisation.task]} · {question.method_code} v{question.label}"
    given = question.answers[-1] if question.answers else None
    state = wording.ANSWERS[given.answer if given else ""]
    open_ = may_authorise and (given is None or given.answer == "training")
    links = ((gettext("Trả lời"), url_for("competence.carry", version_id=question.version_id)),) if open_ else ()
    day = given.from_day if given else clock.local(question.recorded_at).date()
    return Told(day, "authorisation", gettext("Phiên bản phương pháp mới"), what, state, given.reason if given else question.change_note,
                given.by.full_name if given else "", links=links)


def _resting(row: Authorisation) -> Told:
    day = row.monitor_due_on or row.valid_from
    words = gettext("Không ai theo dõi đạt đến hết ngày %(day)s; theo dõi đạt thì quyền tiếp tục từ ngày đó.", day=show_date(day))
    return Told(day + timedelta(days=1), "monitoring", gettext("Quyền tạm ngưng"), about(row), wording.DUE_STATES["overdue"], words)


def _granted(grants: Sequence[FunctionGrant], today: date, may_authorise: bool) -> list[Told]:
    out = []
    for g in grants:
        met = "; ".join(f"{wording.CRITERIA_WORDS[name]}: {g.met[name]}" for name in CRITERIA if name in g.met)
        title = pick(g.function.title_vi, g.function.title_en)
        edition = gettext("tiêu chí lần ban hành %(n)s", n=g.criteria.edition) if g.criteria else ""
        ended = g.ended_on is not None and g.ended_on <= today
        link = ((gettext("Thôi chức năng"), url_for("competence.end_function", id=g.id)),) if may_authorise and g.ended_on is None else ()
        out.append(Told(g.valid_from, "function", gettext("Giao chức năng"), " · ".join(w for w in (title, edition) if w),
                        State("ended", gettext("Đã thôi"), "hold") if ended else State("held", gettext("Đang giữ"), "ok"), met,
                        g.granted_by.full_name, links=link))
        if g.ended_on is not None:
            out.append(Told(g.ended_on, "function", gettext("Thôi chức năng"), title, None, g.ended_reason))
    return out


def _authorised(out: File, person: Person) -> None:
    for a in authorisations_of(person.id):
        what = f"{TASK_WORDS[a.task]} · {method_word(a.method_code)}"
        period = gettext("từ %(first)s đến hết %(last)s", first=show_date(a.valid_from), last=show_date(a.valid_to))
        seen = gettext("có lần thử được chứng kiến hoặc đánh giá") if a.observation_id else ""
        out.story.append(Told(a.valid_from, "authorisation", gettext("Trao quyền"), what, None,
                              " · ".join(w for w in (period, a.basis, seen) if w), a.authorised_by.full_name))
        if a.withdrawn_from:
            out.story.append(Told(a.withdrawn_from, "authorisation", gettext("Thu lại quyền"), what, None, a.withdrawn_reason))


def _missing(out: File, qualifications: Sequence[Any], today: date, now: Any) -> list[str]:
    """What an assessor would ask for and not find."""
    found = []
    live = [q for q in qualifications if q.struck_at is None]
    if not any(q.kind in ("education", "experience", "cv") for q in live):
        found.append(gettext("Chưa có bằng cấp, kinh nghiệm hay lý lịch chuyên môn."))
    found += [gettext("%(title)s đã hết hạn ngày %(day)s.", title=q.title, day=show_date(q.valid_to)) for q in live
              if q.valid_to is not None and q.valid_to < today]
    if not out.functions:
        found.append(gettext("Chưa được giao chức năng nào (6.2.2)."))
    newest = queries.editions_in_force({g.function_id for g in out.functions}, today, now)
    for g in out.functions:
        edition = newest.get(g.function_id)
        if edition is not None and g.criteria is not None and edition.edition > g.criteria.edition:
            found.append(gettext("%(title)s: tiêu chí đã có lần ban hành %(n)s, cần đánh giá lại.", title=pick(g.function.title_vi,
                                                                                                               g.function.title_en),
                                 n=edition.edition))
    late = [a for a in out.authorisations if a.monitor_due_on is not None and a.monitor_due_on < today]
    if late:
        found.append(gettext("%(n)s quyền đang tạm ngưng vì quá hạn theo dõi hoặc theo dõi chưa đạt.", n=len(late)))
    unplanned = [a for a in out.authorisations if a.monitor_due_on is None]
    if unplanned:
        found.append(gettext("%(n)s quyền chưa có kế hoạch theo dõi.", n=len(unplanned)))
    return found

