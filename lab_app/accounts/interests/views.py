"""Pages of the undertaking, of declared interests and the yearly declaration, of pressure (4.1, 4.2.4)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lab_app.accounts import queries as people_queries
from lab_app.accounts import signing
from lab_app.accounts.interests import presenters, queries, rules, services, wording
from lab_app.accounts.interests.forms import (
    SCANS,
    AnswerForm,
    DeclareForm,
    EndInterestForm,
    InterestForm,
    PaperForm,
    PressureForm,
    RuleForm,
    TextForm,
    UndertakeForm,
    first_error,
)
from lab_app.accounts.interests.models import Interest, PressureIncident, Undertaking
from lab_app.accounts.interests.workflow import PRESSURE
from lab_app.accounts.models import Person
from lab_app.accounts.workflow import DECLARED, METHODS, UNDERTAKEN
from lab_app.core import audit, clock, export, files
from lab_app.core.access import at_entrance, current_actor, held_back, requires, signed_in
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import (
    attempt,
    back_with_refusal,
    check_version,
    done,
    get_or_404,
    local_target,
    or_404,
    page,
)

bp = Blueprint("interests", "lab_app.accounts.interests")
HISTORY_SHOWN = 12


def _person(code: str) -> Person:
    return or_404(people_queries.person_by_code(code), gettext("Không có ai mang mã này."))


# ---- the undertaking -----------------------------------------------------------------------------------------------


def _onward() -> str:
    target = request.args.get("next", "")
    return target if target and local_target(target) else "/"


@bp.route("/undertaking", methods=["GET", "POST"])
@at_entrance
def undertaking() -> Any:
    """Read the undertaking and sign it: the only page that opens before it is on file."""
    person: Any = current_actor()
    form = UndertakeForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.sign_undertaking(person, confirmed=form.confirmation(person, UNDERTAKEN))
        if tried.ok:
            return redirect(_onward())
    text = queries.current_text()
    return page("accounts/interests/undertaking.html", form=form, person=person, text=text, held=held_back(person), onward=_onward(),
                box=signing.box(person, UNDERTAKEN, services.shown_undertaking(person, text), form))


@bp.get("/undertaking/texts")
@requires(P.PERSON_READ)
def texts() -> Any:
    """The text in force, and the laboratory's editions of it."""
    return page("accounts/interests/texts.html", text=queries.current_text(), editions=queries.texts())


@bp.route("/undertaking/texts/new", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def new_text() -> Any:
    """Put a new edition in force."""
    now = queries.current_text()
    form = TextForm(data={"text_vi": now.vi, "text_en": now.en})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.write_text(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ban hành bản cam kết mới."), "interests.texts")
    return page("accounts/interests/text_form.html", form=form)


@bp.route("/people/<code>/undertaking", methods=["GET", "POST"])
@requires(P.PERSON_WRITE)
def file_paper(code: str) -> Any:
    """File the paper that somebody signed."""
    person, form = _person(code), PaperForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            scan: Any = form.scan.data
            upload = files.put(scan.stream, scan.filename or "scan.pdf", SCANS, "scan")
            services.file_undertaking(current_actor(), person, upload, **form.clean("given_on", "note"))
        if tried.ok:
            return done(gettext("Đã lưu bản cam kết giấy; tài khoản mở được."), "interests.person_interests", code=code)
    return page("accounts/interests/paper_form.html", form=form, person=person, text=queries.current_text())


@bp.get("/undertakings/<int:id>/scan")
@requires(P.PERSON_READ)
def scan(id: int) -> Any:
    """The scan of a paper undertaking."""
    row = get_or_404(Undertaking, id)
    found = files.attachments("undertaking", row.id)
    if not found:
        raise NotFound(gettext("Không có hồ sơ này."))
    return files.send(found[-1].file, found[-1].filename, inline=True)


# ---- one's own interests -------------------------------------------------------------------------------------------


@bp.route("/me/interests", methods=["GET", "POST"])
@signed_in
def mine() -> Any:
    """My interests; declare one more, or say for the year that these are all."""
    person: Any = current_actor()
    form = InterestForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.declare_interest(person, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi lợi ích này; từ giờ bạn không nhận việc của nơi đó."), "interests.mine")
    return _mine(person, form, None)


def _mine(person: Any, form: InterestForm, declared: DeclareForm | None) -> Any:
    shown = services.shown_declaration(person)
    return page(
        "accounts/interests/mine.html", status=422 if declared is not None and declared.refused else None, form=form,
        rows=presenters.interests(queries.interests_of(person.id)), due=queries.due_of(person), states=wording.DECLARATION_STATES,
        declarations=queries.declarations_of(person.id), box=signing.box(person, DECLARED, shown, declared), today=clock.today(),
        count=len(shown["interests"]), refused=declared.refusal if declared is not None else None,
        state=rules.declaration_state(queries.due_of(person), clock.today()), kinds=rules.PARTIES, natures=rules.NATURES,
    )


@bp.post("/me/interests/declare")
@signed_in
def declare() -> Any:
    """Sign for the year that the list is complete."""
    person: Any = current_actor()
    form = DeclareForm()
    form.validate()
    with attempt(form) as tried:
        services.declare_year(person, confirmed=form.confirmation(person, DECLARED))
    if tried.ok and not form.refused:
        return done(gettext("Đã khai cho năm nay."), "interests.mine")
    return _mine(person, InterestForm(formdata=None), form)


# ---- everybody's ----------------------------------------------------------------------------------------------------

PEOPLE = (
    Column("name", _l("Họ và tên"), Person.sort_name), Column("undertaking", _l("Cam kết bảo mật"), Person.undertaking_on),
    Column("declared", _l("Khai gần nhất")), Column("due", _l("Hạn khai")), Column("interests", _l("Lợi ích đang có"), css="num"),
)
STATES = [(code, wording.DECLARATION_STATES[code].word) for code in ("overdue", "soon", "ok")]


@bp.get("/impartiality/declarations")
@requires(P.PERSON_READ)
def declarations() -> Any:
    """Everybody with an account: undertaking, yearly declaration, how many interests."""
    filters = [
        Filter("state", _l("Hạn khai"), STATES, lambda q, state: queries.declarations(state, q)),
        Filter("undertaking", _l("Cam kết bảo mật"), [("none", _l("Chưa có"))],
               lambda q, _value: q.where(or_(Person.undertaking_on.is_(None), Person.undertaking_until < clock.today()))),
    ]
    query = select(Person).where(Person.active.is_(True))
    shown = listing(query, Person, PEOPLE, kind="person", filters=filters, default_sort="name", default_direction="asc")
    if export.asked():
        rows = everything(query, Person, shown, PEOPLE, filters, "person")
        table = presenters.declarations_table(list(_standing(rows).values()))
        return export.as_file("declarations", *table)
    return page("accounts/interests/declarations.html", people=shown, standing=_standing(shown.rows), rule=RuleForm(
        data={"blocks": queries.overdue_blocks()}), blocks=queries.overdue_blocks(), states=wording.DECLARATION_STATES,
        undertakings=wording.UNDERTAKING_STATES)


def _standing(people: Any) -> dict[int, presenters.Standing]:
    ids = [person.id for person in people]
    return {row.person.id: row for row in presenters.standing(people, queries.last_declared(ids), queries.standing_counts(ids))}


@bp.post("/impartiality/rule")
@requires(P.LABORATORY_WRITE)
def save_rule() -> Any:
    """Whether an overdue declaration blocks assignment."""
    form = RuleForm()
    with attempt() as tried:
        if not form.validate():
            raise FieldRefused("reason", first_error(form))
        services.set_overdue_blocks(current_actor(), bool(form.blocks.data), form.reason.data)
    return done(gettext("Đã lưu quy tắc."), "interests.declarations") if tried.ok else back_with_refusal("interests.declarations")


INTERESTS = (
    Column("party", _l("Bên liên quan"), Interest.party_key), Column("person", _l("Người khai")), Column("nature", _l("Lợi ích")),
    Column("since", _l("Từ ngày"), Interest.since, css="num"), Column("state", _l("Tình trạng")),
)


@bp.get("/impartiality/interests")
@requires(P.PERSON_READ)
def interests() -> Any:
    """Every declared interest of the laboratory; what is said in detail only for who keeps the quality records."""
    filters = [
        Filter("state", _l("Tình trạng"), [("standing", _l("Đang có")), ("ended", _l("Đã hết"))],
               lambda q, state: q.where(Interest.ended_on.is_(None) if state == "standing" else Interest.ended_on.is_not(None))),
        Filter("kind", _l("Loại bên liên quan"), list(rules.PARTIES.items()), lambda q, kind: q.where(Interest.party_kind == kind)),
    ]
    query = select(Interest).options(joinedload(Interest.person).lazyload(Person.roles))
    shown = listing(query, Interest, INTERESTS, filters=filters, default_sort="party", default_direction="asc")
    if export.asked():
        rows = everything(query, Interest, shown, INTERESTS, filters, None)
        table = presenters.interests_table(rows, current_actor().can(P.QUALITY_WRITE))
        return export.as_file("interests", *table)
    return page("accounts/interests/interests.html", interests=shown, today=clock.today(), states=wording.INTEREST_STATES,
                kinds=rules.PARTIES, natures=rules.NATURES, may=current_actor().can(P.QUALITY_WRITE))


@bp.route("/people/<code>/interests", methods=["GET", "POST"])
@requires(P.PERSON_READ)
def person_interests(code: str) -> Any:
    """A person's undertakings, declarations and interests; who keeps the quality records adds one that became known."""
    person, actor = _person(code), current_actor()
    form = InterestForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.declare_interest(actor, person=person, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi lợi ích này."), "interests.person_interests", code=code)
    given = queries.undertakings_of(person.id)
    signed = people_queries.signatures_on({"undertaking": [row.id for row in given]})
    return page(
        "accounts/interests/person.html", form=form, person=person, given=given, signed={s.subject_id: s for s in signed},
        scanned={row.id for row in given if row.way == rules.PAPER}, rows=presenters.interests(queries.interests_of(person.id)),
        declarations=queries.declarations_of(person.id), due=queries.due_of(person), today=clock.today(), ways=rules.WAYS,
        states=wording.DECLARATION_STATES, state=rules.declaration_state(queries.due_of(person), clock.today()), methods=METHODS,
        kinds=rules.PARTIES, natures=rules.NATURES, own=person.id == actor.id, may=actor.can(P.QUALITY_WRITE) or person.id == actor.id,
        held=held_back(person), interest_states=wording.INTEREST_STATES,
    )


@bp.route("/interests/<int:id>/end", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def end_interest(id: int) -> Any:
    """An interest is over."""
    row = get_or_404(Interest, id)
    form = EndInterestForm(data={"ended_on": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.end_interest(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi lợi ích này đã hết."), "interests.person_interests", code=row.person.code)
    return page("accounts/interests/end_interest.html", form=form, row=row, natures=rules.NATURES, kinds=rules.PARTIES)


# ---- pressure --------------------------------------------------------------------------------------------------------

PRESSURES = (
    Column("code", _l("Mã"), PressureIncident.code), Column("nature", _l("Loại sức ép")), Column("from", _l("Từ ai")),
    Column("day", _l("Xảy ra ngày"), PressureIncident.happened_on, css="num"), Column("state", _l("Tình trạng")),
)


@bp.get("/impartiality/pressure")
@requires(P.QUALITY_READ)
def pressure() -> Any:
    """Pressure that was reported, and whether it was answered."""
    filters = [
        Filter("state", _l("Tình trạng"), [(s.code, s.word) for s in PRESSURE.states], lambda q, s: q.where(PressureIncident.status == s)),
        Filter("nature", _l("Loại sức ép"), list(rules.PRESSURES.items()), lambda q, n: q.where(PressureIncident.nature == n)),
    ]
    query = select(PressureIncident)
    shown = listing(query, PressureIncident, PRESSURES, kind="pressure-incident", filters=filters, default_sort="day")
    if export.asked():
        rows = everything(query, PressureIncident, shown, PRESSURES, filters, "pressure-incident")
        return export.as_file("pressure", *presenters.pressure_table(rows))
    return page("accounts/interests/pressure.html", incidents=shown, words=rules.PRESSURES, machine=PRESSURE)


@bp.route("/impartiality/pressure/new", methods=["GET", "POST"])
@signed_in
def new_pressure() -> Any:
    """Anybody reports a pressure."""
    form = PressureForm(data={"happened_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.report_pressure(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã báo %(code)s; người có quyền xử lý được nhắc.", code=row.code), "interests.incident", code=row.code)
    return page("accounts/interests/pressure_form.html", form=form)


def _incident(code: str) -> PressureIncident:
    return or_404(queries.incident_by_code(code))


@bp.get("/impartiality/pressure/<code>")
@signed_in
def incident(code: str) -> Any:
    """One report of pressure; for its reporter, and for who reads quality records."""
    return _show(_incident(code), AnswerForm(formdata=None))


def _show(row: PressureIncident, form: AnswerForm) -> Any:
    actor = current_actor()
    if not (actor.can(P.QUALITY_READ) or actor.id == row.reported_by_id):
        raise NotFound(gettext("Không có hồ sơ này."))
    named = services.may_see_reporter(actor, row)
    form.version.data = form.version.data or row.version
    return page(
        "accounts/interests/incident.html", form=form, row=row, words=rules.PRESSURES, machine=PRESSURE, named=named,
        may=actor.can(P.COMPLAINT_DECIDE) and actor.id != row.reported_by_id and row.status == "open",
        entries=audit.history("pressure-incident", row.id, HISTORY_SHOWN) if named else [])


@bp.post("/impartiality/pressure/<code>")
@requires(P.COMPLAINT_DECIDE)
def answer(code: str) -> Any:
    """Write down what was done about it."""
    row, form = _incident(code), AnswerForm()
    if form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.answer_pressure(current_actor(), row, form.answer.data)
        if tried.ok:
            return done(gettext("Đã ghi cách xử lý."), "interests.incident", code=code)
    return _show(_incident(code), form)
