"""Pages of rights at a day: the matrix of authorisations, two people or roles side by side, separation of duties (4.1.1, 6.2.6)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.accounts import queries as people_queries
from lab_app.accounts.competence.blueprint import bp as competence
from lab_app.accounts.interests import queries, rights, rules, separation
from lab_app.accounts.interests.forms import RightsAtForm
from lab_app.accounts.interests.views import bp as bp
from lab_app.accounts.models import Authorisation, Person
from lab_app.accounts.wording import RIGHT_GROUPS, STANDINGS, TASK_LETTERS, TASK_WORDS
from lab_app.core import clock, export, gates
from lab_app.core.access import requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import page

COLUMNS = (Column("name", _l("Họ và tên"), Person.sort_name),)


def _day() -> tuple[date, RightsAtForm]:
    form = RightsAtForm(request.args)
    form.validate()
    return form.at.data or clock.today(), form


# ---- the matrix ----------------------------------------------------------------------------------------------------


def _filters(day: date) -> list[Filter]:
    named = select(Authorisation.person_id).where(Authorisation.valid_from <= day, Authorisation.valid_to >= day)
    return [
        Filter("task", _l("Việc"), list(TASK_WORDS.items()),
               lambda q, task: q.where(Person.id.in_(named.where(Authorisation.task == task)))),
        Filter("method", _l("Phương pháp"), [(code, code) for code, _title in people_queries.known_methods()],
               lambda q, code: q.where(Person.id.in_(named.where(Authorisation.method_code.in_((code, rights.ANY)))))),
    ]


@competence.get("/competence/matrix")
@requires(P.PERSON_READ)
def matrix() -> Any:
    """Who may do which task on which method on any day, as known then or as known now; screen, print, CSV, XLSX."""
    day, form = _day()
    known = "then" if request.args.get("known") == "then" else "now"
    filters, task = _filters(day), request.args.get("task", "")
    task = task if task in TASK_WORDS else ""
    named = select(Authorisation.person_id).where(Authorisation.valid_from <= day, Authorisation.valid_to >= day)
    query = select(Person).where(Person.id.in_(named))
    shown = listing(query, Person, COLUMNS, kind="person", filters=filters, default_sort="name", default_direction="asc")
    shown._args |= {name: request.args[name] for name in ("at", "known") if request.args.get(name)}
    if export.asked():
        people = everything(query, Person, shown, COLUMNS, filters, "person")
        return export.as_file("authorisations", *_table(day, known, people, task))
    paper = request.args.get("print") == "1"
    people = everything(query, Person, shown, COLUMNS, filters, "person") if paper else shown.rows
    return page(
        "accounts/interests/matrix_paper.html" if paper else "accounts/interests/matrix.html", people=shown, form=form, known=known,
        matrix=rights.matrix(day, known, people, task), words=TASK_WORDS, letters=TASK_LETTERS, states=STANDINGS, past=day < clock.today(),
        task=task, now=clock.now())


def _table(day: date, known: str, people: list[Person], task: str) -> tuple[list[Any], list[list[Any]]]:
    heads = [gettext("Mã"), gettext("Họ và tên"), gettext("Phương pháp"), gettext("Việc"), gettext("Theo những gì biết hôm nay"),
             gettext("Theo những gì biết khi đó"), gettext("Từ ngày"), gettext("Đến ngày"), gettext("Người trao quyền"), gettext("Ghi lúc"),
             gettext("Căn cứ")]
    by_id = {person.id: person for person in people}
    return heads, [
        [by_id[r.person_id].code, by_id[r.person_id].full_name,
         gettext("Mọi phương pháp") if r.method_code == rights.ANY else r.method_code, str(TASK_WORDS[r.task]),
         str(STANDINGS[leave.now].word), str(STANDINGS[leave.then].word), r.valid_from, r.valid_to,
         r.authorised_by.full_name, r.recorded_at, r.basis]
        for leave in rights.leaves_on(day, list(by_id), task) for r in (leave.row,)
    ]


# ---- side by side ----------------------------------------------------------------------------------------------------


@bp.get("/rights/compare")
@requires(P.PERSON_READ)
def compare() -> Any:
    """Two people, or two roles, side by side on a day: rights as their roles were then, authorisations on both axes."""
    day, form = _day()
    kind = "roles" if request.args.get("kind") == "roles" else "people"
    moment = rights.end_of(day)
    roles = rights.roles_at(moment)
    people = people_queries.active_people() if kind == "people" else []
    choices = [(r.key, r.title) for r in roles.values()] if kind == "roles" else [(p.code, f"{p.full_name} ({p.code})") for p in people]
    chosen = [request.args.get(name, "") for name in ("a", "b")]
    sides = _sides(kind, chosen, roles, moment)
    leaves = _leaves(day, sides) if len(sides) == 2 else []
    return page("accounts/interests/compare.html", form=form, kind=kind, choices=choices, chosen=chosen, sides=sides, day=day,
                groups=RIGHT_GROUPS, leaves=leaves, words=TASK_WORDS, states=STANDINGS, any_method=rights.ANY,
                differing=_differing(sides), missing=[code for code in chosen if code and code not in {s.key for s in sides}])


def _sides(kind: str, chosen: list[str], roles: dict[str, rights.Bearer], moment: Any) -> list[rights.Bearer]:
    if kind == "roles":
        return [roles[name] for name in chosen if name in roles]
    found = [person for person in map(people_queries.person_by_code, chosen) if person is not None]
    at = rights.people_at(found, moment, roles)
    return [at[person.id] for person in found]


def _differing(sides: list[rights.Bearer]) -> int:
    return len(sides[0].granted ^ sides[1].granted) if len(sides) == 2 else 0


def _leaves(day: date, sides: list[rights.Bearer]) -> list[tuple[str, str, list[list[rights.Leave]]]]:
    """(method, task, the leaves of each side), in the order of methods."""
    ids = [side.person.id for side in sides if side.person is not None]
    if len(ids) < 2:
        return []
    found: dict[tuple[str, str], list[list[rights.Leave]]] = {}
    for leave in rights.leaves_on(day, ids):
        row = found.setdefault((leave.row.method_code, leave.row.task), [[], []])
        for n, ident in enumerate(ids):
            if leave.row.person_id == ident:
                row[n].append(leave)
    order = {task: n for n, task in enumerate(Authorisation.TASKS)}
    return [(method, task, row) for (method, task), row in sorted(found.items(), key=lambda item: (item[0][0], order[item[0][1]]))]


# ---- separation of duties ----------------------------------------------------------------------------------------------


@bp.get("/impartiality/separation")
@requires(P.PERSON_READ)
def separation_report() -> Any:
    """Rights that should be apart and who holds both on a day; what actually met in one person; screen, CSV, XLSX."""
    day, form = _day()
    joined = rights.joined_at(rights.end_of(day))
    if export.asked():
        heads = [gettext("Hai việc cần tách"), gettext("Điều"), gettext("Người có cả hai quyền"), gettext("Chốt chặn trên cùng một hồ sơ")]
        table = [[str(one.pair.why), one.pair.clause, "; ".join(b.title for b in one.who), _gate(one.pair)] for one in joined]
        return export.as_file("separation", heads, table)
    offices = [row for row in queries.appointments() if queries.in_office(row, day, rights.end_of(day))]
    return page("accounts/interests/separation.html", form=form, day=day, joined=joined, gate_title=_gate, seen=separation.seen(),
                offices=offices, functions=rules.FUNCTIONS)


def _gate(pair: rules.Apart) -> str:
    known = gates.registry.get(pair.kept_by)
    return str(known.title) if known is not None else ""
