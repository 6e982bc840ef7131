"""Pages of the room: people with their roles and authorisations, the table of roles, the laboratory, one's own account."""
from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lab_app.accounts import presenters, queries, services, sign_in
from lab_app.accounts.forms import (
    AtForm,
    AuthoriseForm,
    LaboratoryForm,
    PersonForm,
    ReasonForm,
    RolesForm,
    SiteForm,
    WithdrawForm,
)
from lab_app.accounts.models import Authorisation, Person, Role, Site
from lab_app.accounts.wording import ACCOUNT_STATES, RIGHT_GROUPS, TASK_WORDS
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires, signed_in
from lab_app.core.errors import NotFound
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page

bp = Blueprint("accounts", "lab_app.accounts")
HISTORY_SHOWN = 12


# ---- people --------------------------------------------------------------------------------------------------

COLUMNS = (
    Column("code", _l("Mã"), Person.code),
    Column("name", _l("Họ và tên"), Person.sort_name),
    Column("roles", _l("Vai trò"), css="opt"),
    Column("authorisations", _l("Quyền còn hiệu lực"), css="num"),
    Column("state", _l("Tài khoản")),
)


def _people_filters() -> list[Filter]:
    return [
        Filter("role", _l("Vai trò"), [(r.name, pick(r.title_vi, r.title_en)) for r in queries.roles()],
               lambda q, name: q.where(Person.roles.any(Role.name == name))),
        Filter("state", _l("Tài khoản"), [("active", _l("Đang hoạt động")), ("closed", _l("Đã khóa"))],
               lambda q, state: q.where(Person.active.is_(state == "active"))),
    ]


@bp.get("/people")
@requires(P.PERSON_READ)
def people() -> Any:
    """Everybody with an account, by given name."""
    filters = _people_filters()
    query = select(Person).options(selectinload(Person.roles))
    shown = listing(query, Person, COLUMNS, kind="person", filters=filters, default_sort="name", default_direction="asc")
    if export.asked():
        rows = everything(query, Person, shown, COLUMNS, filters, "person")
        counts = queries.in_force_counts([p.id for p in rows], clock.today())
        return export.as_file("people", *presenters.people_table(rows, counts))
    counts = queries.in_force_counts([p.id for p in shown.rows], clock.today())
    return page("accounts/people.html", people=shown, counts=counts, states=ACCOUNT_STATES)


@bp.route("/people/new", methods=["GET", "POST"])
@requires(P.PERSON_WRITE)
def new_person() -> Any:
    """Open an account; the first password is random and shown once."""
    form = PersonForm()
    form.roles.choices = presenters.role_choices(queries.roles())
    if form.validate_on_submit():
        password = _random_password()
        hashed = sign_in.password_hash(password)  # slow: before the transaction begins
        with attempt(form) as tried:
            person = services.add_person(current_actor(), password_hash=hashed, **form.clean())
        if tried.ok:
            return page("accounts/password_shown.html", person=person, password=password, fresh=True)
    return page("accounts/person_form.html", form=form, person=None)


def _random_password() -> str:
    return secrets.token_urlsafe(12)


def _person(code: str) -> Person:
    return or_404(queries.person_by_code(code), gettext("Không có ai mang mã này."))


@bp.get("/people/<code>")
@requires(P.PERSON_READ)
def person_page(code: str) -> Any:
    """One person: facts, roles, authorisations today or at a day (`?at=`), history."""
    return _show_person(_person(code))


def _show_person(person: Person, **asked: Any) -> Any:
    """The person's page; `asked` reopens a small form that was refused (its name, text and error)."""
    form = AtForm(request.args)
    form.validate()
    register = presenters.register(queries.authorisations_of(person.id), form.at.data)
    return page(
        "accounts/person_page.html", status=422 if asked else None, person=person, at_form=form, register=register,
        entries=audit.history("person", person.id, HISTORY_SHOWN), states=ACCOUNT_STATES, asked=asked, task_words=TASK_WORDS,
        own=person.id == current_actor().id,
    )


@bp.route("/people/<code>/edit", methods=["GET", "POST"])
@requires(P.PERSON_WRITE)
def edit_person(code: str) -> Any:
    """Change a person's facts; the staff code stays."""
    person = _person(code)
    form = PersonForm(obj=person)
    del form.code, form.roles
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(person, form.version.data)
            services.change_person(current_actor(), person, **form.clean())
        if tried.ok:
            return done(gettext("Đã lưu hồ sơ nhân sự."), "accounts.person_page", code=code)
    return page("accounts/person_form.html", form=form, person=person)


@bp.route("/people/<code>/roles", methods=["GET", "POST"])
@requires(P.PERSON_WRITE)
def person_roles(code: str) -> Any:
    """Change a person's roles, with the reason; their open sessions end."""
    person = _person(code)
    form = RolesForm(data={"roles": person.role_names, "version": person.version})
    form.roles.choices = presenters.role_choices(queries.roles())
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(person, form.version.data)
            services.set_person_roles(current_actor(), person, form.roles.data, form.reason.data)
        if tried.ok:
            return done(gettext("Đã đổi vai trò. Người này cần đăng nhập lại."), "accounts.person_page", code=code)
    return page("accounts/person_roles.html", form=form, person=person)


@bp.post("/people/<code>/password")
@requires(P.PERSON_WRITE)
def new_password(code: str) -> Any:
    """A new random password, shown once; every session of the person ends."""
    person = _person(code)
    form = ReasonForm()
    if not form.validate():
        return _show_person(person, name="password", text=form.reason.data, error=presenters.first_error(form))
    password = _random_password()
    hashed = sign_in.password_hash(password)
    with attempt() as tried:
        services.set_password(current_actor(), person, hashed, form.reason.data)
    if not tried.ok:
        return _show_person(person, name="password", text=form.reason.data, error=_refused())
    return page("accounts/password_shown.html", person=person, password=password, fresh=False)


@bp.post("/people/<code>/active")
@requires(P.PERSON_WRITE)
def set_active(code: str) -> Any:
    """Close or open an account, with a reason."""
    person, form = _person(code), ReasonForm()
    active = request.form.get("active") == "1"
    if not form.validate():
        return _show_person(person, name="active", text=form.reason.data, error=presenters.first_error(form))
    with attempt() as tried:
        check_version(person, form.version.data)
        services.set_active(current_actor(), person, active, form.reason.data)
    if not tried.ok:
        return _show_person(person, name="active", text=form.reason.data, error=_refused())
    said = gettext("Đã mở tài khoản.") if active else gettext("Đã khóa tài khoản; mọi phiên đang mở kết thúc ngay.")
    return done(said, "accounts.person_page", code=code)


def _refused() -> Any:
    """Words of the refusal that a service just gave; shown at the small form itself."""
    stop = g.pop("refusal", None)
    return stop.says if stop is not None else ""


# ---- authorisations --------------------------------------------------------------------------------------------


@bp.route("/people/<code>/authorise", methods=["GET", "POST"])
@requires(P.AUTHORISE_PERSON)
def authorise(code: str) -> Any:
    """Authorise a person for tasks on methods from a day to a day (6.2.6)."""
    person, today = _person(code), clock.today()
    form = AuthoriseForm(data={"valid_from": today, "valid_to": presenters.a_year_after(today)})
    form.method_code.choices = presenters.method_choices(queries.known_methods())
    if form.validate_on_submit():
        with attempt(form) as tried:
            for task in form.task.data or []:
                for method in form.method_code.data or []:
                    services.authorise_person(
                        current_actor(), person, task=task, method_code=method, **form.clean("valid_from", "valid_to", "basis",
                                                                                             "monitor_months"))
        if tried.ok:
            return done(gettext("Đã trao quyền."), "accounts.person_page", code=code)
    return page("accounts/authorise.html", form=form, person=person)


@bp.route("/authorisations/<int:id>/withdraw", methods=["GET", "POST"])
@requires(P.AUTHORISE_PERSON)
def withdraw(id: int) -> Any:
    """End an authorisation from a day on, with the reason; what was known before stays readable."""
    row = get_or_404(Authorisation, id)
    form = WithdrawForm(data={"from_day": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.withdraw_authorisation(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã thu lại quyền."), "accounts.person_page", code=row.person.code)
    return page("accounts/withdraw.html", form=form, row=row, task_words=TASK_WORDS)


# ---- roles -------------------------------------------------------------------------------------------------------


@bp.get("/roles")
@requires(P.PERSON_READ)
def roles() -> Any:
    """Who may do what: one table of roles and rights."""
    found = queries.roles()
    return page("accounts/roles.html", roles=found, groups=RIGHT_GROUPS, may=current_actor().can(P.ROLE_WRITE),
                ticked={r.name: set(r.granted) for r in found}, reason="", says="", entries=queries.role_entries())


@bp.post("/roles")
@requires(P.ROLE_WRITE)
def save_roles() -> Any:
    """Give the roles the ticked rights; only changed roles are written, each with its entry in the trail."""
    found, known = queries.roles(), {p.value for p in P}
    ticked = {r.name: {right for right in request.form.getlist(f"right-{r.name}") if right in known} for r in found}
    form = ReasonForm()
    says = ""
    if form.validate():
        with attempt() as tried:
            for role in found:
                check_version(role, request.form.get(f"version-{role.name}"))
            for role in found:
                if ticked[role.name] != set(role.granted):
                    services.set_role_permissions(current_actor(), role, {P(right) for right in ticked[role.name]},
                                                  form.reason.data)
        if tried.ok:
            return done(gettext("Đã lưu bảng vai trò. Quyền mới có hiệu lực ngay."), "accounts.roles")
        says = _refused()
    return page("accounts/roles.html", status=422, roles=queries.roles(), groups=RIGHT_GROUPS, may=True, ticked=ticked,
                reason=form.reason.data, says=says or presenters.first_error(form), entries=[])


# ---- laboratory and sites ----------------------------------------------------------------------------------------


@bp.get("/laboratory")
@requires(P.PERSON_READ)
def laboratory() -> Any:
    """Facts of the laboratory as papers print them, its sites, and what changed."""
    lab = queries.laboratory()
    return page("accounts/laboratory.html", row=lab, sites=queries.sites(), kept=presenters.laboratory_form(lab),
                entries=audit.history("laboratory", lab.id, HISTORY_SHOWN) if lab else [])


@bp.route("/laboratory/edit", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def edit_laboratory() -> Any:
    """Change the facts of the laboratory; papers already issued keep what they say."""
    lab = queries.laboratory()
    form = LaboratoryForm(data=presenters.laboratory_form(lab))
    if form.validate_on_submit():
        with attempt(form) as tried:
            if lab is not None:
                check_version(lab, form.version.data)
            services.set_up_laboratory(current_actor(), reason=form.reason.data, **presenters.laboratory_columns(lab, form.clean()))
        if tried.ok:
            return done(gettext("Đã lưu thông tin phòng thử nghiệm."), "accounts.laboratory")
    return page("accounts/laboratory_form.html", form=form)


@bp.route("/sites/new", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def new_site() -> Any:
    """Another place where the laboratory works."""
    form = SiteForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.add_site(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã thêm cơ sở."), "accounts.laboratory")
    return page("accounts/site_form.html", form=form, site=None)


@bp.route("/sites/<code>/edit", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def edit_site(code: str) -> Any:
    """Change a site's names and address."""
    site: Site | None = queries.site_by_code(code)
    if site is None:
        raise NotFound(gettext("Không có cơ sở này."))
    form = SiteForm(obj=site)
    del form.code
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(site, form.version.data)
            services.change_site(current_actor(), site, **form.clean())
        if tried.ok:
            return done(gettext("Đã lưu cơ sở."), "accounts.laboratory")
    return page("accounts/site_form.html", form=form, site=site)


# ---- one's own account -----------------------------------------------------------------------------------------


@bp.get("/me")
@signed_in
def me() -> Any:
    """My account: roles, authorisations, language, password."""
    person: Any = current_actor()
    return page("accounts/me.html", person=person, register=presenters.register(queries.authorisations_of(person.id), None),
                task_words=TASK_WORDS)
