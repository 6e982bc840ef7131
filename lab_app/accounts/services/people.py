"""Use cases about people: accounts, roles, authorisations (6.2)."""
from __future__ import annotations

import secrets
from datetime import date

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lab_app.accounts.models import Laboratory, Person, Role, Site
from lab_app.core import audit, search
from lab_app.core.access import Actor, act_for_oneself, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import READING, P

#: Roles of a new installation: name → (Vietnamese, English, permissions). An administrator may change them afterwards.
_R = READING - {P.PRICE_READ, P.SYSTEM_READ}
ROLES: dict[str, tuple[str, str, frozenset[P]]] = {
    "administrator": ("Quản trị viên", "Administrator", READING | {P.PERSON_WRITE, P.ROLE_WRITE, P.LABORATORY_WRITE}),
    "reception": (
        "Tiếp nhận", "Reception",
        _R | {P.CUSTOMER_WRITE, P.REQUEST_REGISTER, P.SAMPLE_RECEIVE, P.SAMPLE_MOVE, P.REPORT_DELIVER},
    ),
    "sales": ("Kinh doanh", "Sales", frozenset(
        {P.HOME, P.SEARCH, P.CUSTOMER_READ, P.CUSTOMER_WRITE, P.REQUEST_READ, P.PRICE_READ, P.PRICE_WRITE, P.REPORT_READ,
         P.DOCUMENT_READ})),
    "technician": (
        "Thử nghiệm viên", "Technician", _R | {P.RESULT_WRITE, P.SAMPLE_MOVE, P.ENVIRONMENT_WRITE, P.INSTRUMENT_CHECK},
    ),
    "reviewer": (
        "Người soát xét", "Reviewer",
        _R | {P.REQUEST_REVIEW, P.RESULT_REVIEW, P.JOB_ASSIGN, P.REPORT_DRAFT, P.SAMPLE_MOVE, P.METHOD_WRITE, P.ENVIRONMENT_WRITE,
             P.INSTRUMENT_CHECK, P.COMPETENCE_WRITE, P.DOCUMENT_WRITE, P.HOLD_RELEASE, P.CORRECTIVE_VERIFY, P.COMPLAINT_DECIDE},
    ),
    "signatory": (
        "Người ký duyệt", "Signatory", _R | {P.REPORT_DRAFT, P.REPORT_ISSUE, P.REPORT_STATUS, P.REPORT_DELIVER, P.AUTHORISE_PERSON,
                                                 P.METHOD_APPROVE, P.INSTRUMENT_INTERVAL, P.DOCUMENT_WRITE, P.DOCUMENT_APPROVE,
                                                 P.HOLD_RELEASE, P.CORRECTIVE_VERIFY, P.COMPLAINT_DECIDE, P.RISK_APPROVE,
                                                 P.CHANGE_APPROVE, P.RECORD_DISPOSE, P.BREAK_GLASS},
    ),
    "quality_manager": (
        "Phụ trách chất lượng", "Quality manager",
        READING | {P.QUALITY_WRITE, P.INSTRUMENT_CHECK, P.INSTRUMENT_WRITE, P.INSTRUMENT_RELEASE, P.INSTRUMENT_INTERVAL, P.METHOD_WRITE,
                   P.REPORT_STATUS, P.REPORT_DELIVER, P.ENVIRONMENT_WRITE, P.COMPETENCE_WRITE, P.DOCUMENT_WRITE,
                   P.CORRECTIVE_VERIFY, P.COMPLAINT_DECIDE},
    ),
    "auditor": ("Chuyên gia đánh giá", "Auditor", READING),
}


def ensure_roles(actor: Actor) -> None:
    """Create the roles a new installation starts with; existing ones keep what an administrator gave them."""
    authorize(actor, P.ROLE_WRITE)
    for name, (vi, en, permissions) in ROLES.items():
        if db.session.scalar(select(Role).where(Role.name == name)) is None:
            db.session.add(Role(name=name, title_vi=vi, title_en=en, granted=sorted(p.value for p in permissions)))
    db.session.flush()


#: Rights over results: no role carries one of them together with the right to set prices (4.1.3).
RESULTS = frozenset({P.RESULT_WRITE, P.RESULT_REVIEW, P.REPORT_ISSUE})


def set_role_permissions(actor: Actor, role: Role, permissions: set[P], reason: str = "") -> Role:
    """Give a role exactly these permissions.

    Refuses an administrator who could not manage roles and people any more, an auditor who writes, and prices joined
    with results (4.1.3).
    """
    authorize(actor, P.ROLE_WRITE)
    if role.name == "administrator" and not {P.ROLE_WRITE, P.PERSON_WRITE} <= permissions:
        raise FieldRefused("granted", gettext("Vai trò quản trị viên phải giữ quyền quản lý vai trò và nhân sự."))
    if role.name == "auditor" and permissions - READING:
        raise FieldRefused("granted", gettext("Vai trò chuyên gia đánh giá chỉ xem, không ghi gì (8.8)."))
    if P.PRICE_WRITE in permissions and permissions & RESULTS:
        raise FieldRefused("granted", gettext(
            "Một vai trò không vừa ghi giá vừa ghi, soát xét kết quả hoặc phát hành phiếu (4.1.3): %(role)s.", role=role.title_vi))
    audit.because(reason)
    role.granted = sorted(p.value for p in permissions)
    db.session.flush()
    return role


def set_up_laboratory(actor: Actor, *, reason: str = "", **facts: object) -> Laboratory:
    """Create or change the facts of the laboratory (5.1)."""
    authorize(actor, P.LABORATORY_WRITE)
    audit.because(reason)
    row = db.session.scalar(select(Laboratory).limit(1))
    if row is None:
        row = Laboratory(**facts)
        db.session.add(row)
    else:
        for name, value in facts.items():
            setattr(row, name, value)
    db.session.flush()
    return row


def add_site(actor: Actor, code: str, name_vi: str, name_en: str = "", address_vi: str = "", address_en: str = "") -> Site:
    """A place where the laboratory works (5.4)."""
    authorize(actor, P.LABORATORY_WRITE)
    if db.session.scalar(select(Site.id).where(Site.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã cơ sở này đã dùng."))
    row = Site(code=code, name_vi=name_vi, name_en=name_en, address_vi=address_vi, address_en=address_en)
    db.session.add(row)
    db.session.flush()
    return row


def change_site(actor: Actor, site: Site, **facts: str) -> Site:
    """Change a site's names and address; its code stays."""
    authorize(actor, P.LABORATORY_WRITE)
    for name in ("name_vi", "name_en", "address_vi", "address_en"):
        if name in facts:
            setattr(site, name, facts[name])
    db.session.flush()
    return site


def add_person(
    actor: Actor, *, code: str, full_name: str, email: str, password_hash: str | None, roles: list[str],
    title_vi: str = "", title_en: str = "", undertaking_on: date | None = None,
) -> Person:
    """Open an account. `password_hash` comes ready (hashing takes long and must not hold the transaction).

    Nothing opens to the person before the confidentiality undertaking (4.2.4): signed on the first page they meet, filed by
    `accounts.interests`, or given long ago on paper (`undertaking_on`: for a list that is carried in).
    """
    authorize(actor, P.PERSON_WRITE)
    email = email.strip().casefold()
    if db.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise FieldRefused("email", gettext("Đã có tài khoản với thư điện tử này."))
    if db.session.scalar(select(Person.id).where(Person.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã nhân viên này đã dùng."))
    found = _roles_named(roles)
    row = Person(
        code=code, full_name=full_name, sort_name=search.given_name_key(full_name), email=email, password=password_hash,
        fs_uniquifier=secrets.token_hex(16), title_vi=title_vi, title_en=title_en, undertaking_on=undertaking_on, roles=found,
        role_names=sorted(r.name for r in found),
    )
    db.session.add(row)
    db.session.flush()
    search.put("person", row.id, row.code, row.full_name, row.title_vi, row.title_en)
    return row


def _roles_named(names: list[str]) -> list[Role]:
    found = list(db.session.scalars(select(Role).where(Role.name.in_(names)).order_by(Role.id)))
    if {r.name for r in found} != set(names):
        raise FieldRefused("roles", gettext("Có vai trò không tồn tại."))
    return found


def change_person(
    actor: Actor, person: Person, *, full_name: str, email: str, title_vi: str = "", title_en: str = "", reason: str = "",
) -> Person:
    """Change the facts of a person; the staff code stays. Refuses the address of another account."""
    authorize(actor, P.PERSON_WRITE)
    email = email.strip().casefold()
    if db.session.scalar(select(Person.id).where(Person.email == email, Person.id != person.id)) is not None:
        raise FieldRefused("email", gettext("Đã có tài khoản với thư điện tử này."))
    audit.because(reason)
    person.full_name, person.sort_name, person.email = full_name, search.given_name_key(full_name), email
    person.title_vi, person.title_en = title_vi, title_en
    db.session.flush()
    search.put("person", person.id, person.code, person.full_name, person.title_vi, person.title_en)
    return person


def set_password(actor: Actor, person: Person, password_hash: str, reason: str = "") -> Person:
    """Give a person a new password (hashed before the transaction); every session of theirs ends.

    Refuses one's own: that is changed with the old one, or an open session would be enough to sign in its owner's name.
    """
    authorize(actor, P.PERSON_WRITE)
    if actor.id == person.id:
        raise Refused(gettext("Mật khẩu của chính mình đổi ở trang Đổi mật khẩu, với mật khẩu cũ."))
    audit.because(reason)
    person.password = password_hash
    person.fs_uniquifier = secrets.token_hex(16)
    db.session.flush()
    return person


def set_active(actor: Actor, person: Person, active: bool, reason: str) -> Person:
    """Close or open an account, with a reason. Closing ends every session at once; records keep the person's name.

    Refuses closing one's own account, and the last account that can manage roles.
    """
    authorize(actor, P.PERSON_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not active and actor.id == person.id:
        raise Refused(gettext("Bạn không tự khóa được tài khoản của mình; nhờ một quản trị viên khác."))
    if not active:
        _keep_an_administrator(person)
    audit.because(reason.strip())
    person.active = active
    person.fs_uniquifier = secrets.token_hex(16)
    db.session.flush()
    return person


def _keep_an_administrator(but: Person) -> None:
    """Refuse when nobody else could manage roles and people: the installation would lock itself out."""
    query = select(Person).where(Person.active.is_(True), Person.id != but.id)
    others = db.session.scalars(query.options(selectinload(Person.roles)))
    if but.can(P.ROLE_WRITE) and not any(p.can(P.ROLE_WRITE) and p.can(P.PERSON_WRITE) for p in others):
        raise Refused(gettext("Đây là quản trị viên cuối cùng. Trao vai trò quản trị viên cho người khác trước."))


def set_person_roles(actor: Actor, person: Person, roles: list[str], reason: str) -> Person:
    """Change which roles a person has; the change is named in the trail on the person's record.

    Refuses an unknown role, a change without a reason, and taking the right to manage roles from the last one who has it.
    """
    authorize(actor, P.PERSON_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    found = _roles_named(roles)
    if not any(P.ROLE_WRITE.value in r.granted for r in found):
        _keep_an_administrator(person)
    audit.because(reason.strip())
    person.roles = found
    person.role_names = sorted(r.name for r in person.roles)
    person.fs_uniquifier = secrets.token_hex(16)  # sessions opened with the old rights end here
    db.session.flush()
    return person


def set_language(person: Person, language: str) -> None:
    """The person's own choice of language; made also where the undertaking is read, before anything else opens."""
    act_for_oneself(person)
    if language in ("vi", "en"):
        person.language = language
        db.session.flush()
