"""Rows of the room as its pages show them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from lab_app.accounts.models import Authorisation, Laboratory, Person, Role
from lab_app.accounts.queries import monitoring_due
from lab_app.accounts.rules import counts, standing
from lab_app.accounts.wording import STANDINGS
from lab_app.core import clock
from lab_app.core.i18n import pick
from lab_app.core.workflow import State


def people_table(people: Sequence[Person], counts: dict[int, int]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of the exported list of people."""
    heads = [gettext("Mã"), gettext("Họ và tên"), gettext("Thư điện tử"), gettext("Chức danh"), gettext("Vai trò"),
             gettext("Quyền còn hiệu lực"), gettext("Đang hoạt động"), gettext("Ký cam kết bảo mật ngày")]
    return heads, [
        [p.code, p.full_name, p.email, pick(p.title_vi, p.title_en), role_titles(p), counts.get(p.id, 0),
         gettext("có") if p.active else gettext("không"), p.undertaking_on]
        for p in people
    ]


def role_titles(person: Person) -> str:
    """The person's roles in the reader's language."""
    return ", ".join(pick(r.title_vi, r.title_en) for r in person.roles)


def role_choices(roles: Sequence[Role]) -> list[tuple[str, str]]:
    """Roles for a form."""
    return [(r.name, pick(r.title_vi, r.title_en)) for r in roles]


def method_choices(known: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Methods for a form, `*` first."""
    named = [(code, gettext("%(code)s, %(title)s", code=code, title=title)) for code, title in known]
    return [("*", gettext("Mọi phương pháp")), *named]


def a_year_after(day: date) -> date:
    """The last day of a year that begins on `day`."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February
        return day + timedelta(days=365)


def first_error(form: Any) -> str:
    """The first thing wrong with a small form."""
    return next((str(errors[0]) for name, errors in form.errors.items() if errors and name != "csrf_token"), "")


@dataclass(frozen=True)
class Entry:
    """One authorisation in the register: how it stands as known now, and how it was known on the day looked at where
    that made a difference to what the person could do."""

    row: Authorisation
    now: State
    then: State | None
    may_be_withdrawn: bool


@dataclass(frozen=True)
class Register:
    """Authorisations of a person at a day."""

    on: date
    looking_back: bool
    entries: list[Entry]
    differing: int


def register(rows: Sequence[Authorisation], at: date | None) -> Register:
    """The register of authorisations on a day (today when none is given), on both axes of knowledge.

    What counts on that day comes first, then what is to come, then the rest.
    """
    now, today = clock.now(), clock.today()
    on = at or today
    end_of_day = clock.at_local(on + timedelta(days=1)) - timedelta(seconds=1) if on < date.max else now
    looking_back = on < today
    order = {code: n for n, code in enumerate(("in_force", "ending", "lapsed", "future", "withdrawn", "expired", "unknown"))}
    due, due_then = monitoring_due(rows, on, now), monitoring_due(rows, on, end_of_day) if looking_back else {}
    entries = []
    for row in rows:
        seen = standing(row, on, now, due.get(row.id))
        then = standing(row, on, end_of_day, due_then.get(row.id)) if looking_back else None
        if then is not None and counts([then]) == counts([seen]):
            then = None
        if at is not None and seen == "ending":
            seen = "in_force"  # "running out" is news of today only
        then = "in_force" if then == "ending" else then
        entries.append(Entry(
            row, STANDINGS[seen], STANDINGS[then] if then else None,
            row.withdrawn_from is None and row.valid_to >= today,
        ))
    entries.sort(key=lambda e: (order[e.now.code], -e.row.id))
    return Register(on, looking_back, entries, sum(1 for e in entries if e.then is not None))


# ---- laboratory --------------------------------------------------------------------------------------------------

ACCREDITATION = {
    "accreditation_number": "number", "accreditation_standard": "standard", "accreditation_decision": "decision",
    "accreditation_from": "valid_from", "accreditation_to": "valid_to",
}
DESIGNATION = {"designation_decision": "decision", "designation_to": "valid_to"}
SETTINGS = {name: name for name in ("short_name", "field_vi", "field_en", "website", "rounding_ties", "u_digits", "notation",
                                    "monitor_months", "carry_over", "effectiveness_days")}
DAYS = {"accreditation_from", "accreditation_to", "designation_to"}
PARTS = {"accreditation": ACCREDITATION, "designation": DESIGNATION, "settings": SETTINGS}
COLUMNS = ("name_vi", "name_en", "tax_code", "address_vi", "address_en", "place_vi", "phone", "email")


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def laboratory_form(lab: Laboratory | None) -> dict[str, Any]:
    """The laboratory's row as the form's fields."""
    if lab is None:
        return {}
    found: dict[str, Any] = {name: getattr(lab, name) for name in COLUMNS}
    for column, fields in PARTS.items():
        kept = getattr(lab, column)
        found |= {name: _day(kept.get(key)) if name in DAYS else kept.get(key, "") for name, key in fields.items()}
    return found | {"version": lab.version}


def laboratory_columns(lab: Laboratory | None, typed: dict[str, Any]) -> dict[str, Any]:
    """The form's fields as columns; keys of the structured columns that the form does not know are kept."""
    out: dict[str, Any] = {name: typed[name] for name in COLUMNS}
    for column, fields in PARTS.items():
        kept = dict(getattr(lab, column)) if lab is not None else {}
        for name, key in fields.items():
            value = typed[name]
            text = value.isoformat() if isinstance(value, date) else value
            if text:
                kept[key] = text
            else:
                kept.pop(key, None)
        out[column] = kept
    return out
