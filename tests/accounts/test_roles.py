"""The one screen of roles: every right stands there, changes are audited, and separations the standard needs hold."""
from __future__ import annotations

import re

import pytest

from lab_app.accounts import queries, services
from lab_app.accounts.wording import RIGHT_GROUPS, ROLE_WORDS
from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from lab_app.core.permissions import READING, P


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def role(name: str):
    return next(r for r in queries.roles() if r.name == name)


def as_form(**changes) -> dict:
    """The table as the page would send it, with some roles' rights replaced."""
    form = {"reason": "phân công lại"}
    for r in queries.roles():
        form[f"version-{r.name}"] = r.version
        form[f"right-{r.name}"] = changes.get(r.name, list(r.granted))
    return form


def test_every_right_stands_on_the_screen_once():
    named = [right for _group, rights in RIGHT_GROUPS for right, _word in rights]
    assert sorted(named) == sorted(P)


def test_the_default_roles_keep_the_standard():
    assert set(services.ROLES) == set(ROLE_WORDS)
    granted = {name: rights for name, (_vi, _en, rights) in services.ROLES.items()}
    assert granted["auditor"] <= READING  # reads everything, changes nothing
    assert READING - granted["auditor"] == set()
    for name, rights in granted.items():
        assert not (P.PRICE_WRITE in rights and rights & services.RESULTS), name
    assert not granted["sales"] & {P.JOB_READ, P.RESULT_WRITE, P.RESULT_REVIEW, P.REPORT_ISSUE}
    assert [name for name, rights in granted.items() if P.BREAK_GLASS in rights] == ["signatory"]


def test_an_auditor_reads_the_table_and_the_administrator_ticks_it(people, client_as, statements):
    with statements() as seen:
        shown = text_of(client_as(people.auditor).get("/roles"))
    assert len(seen) <= 8, str(seen)
    assert "type=\"checkbox\"" not in shown
    assert shown.count('<th scope="row">') == len(P)
    mine = text_of(client_as(people.administrator).get("/roles"))
    assert mine.count('type="checkbox"') == len(P) * len(services.ROLES)
    ticked = re.findall(r'name="right-auditor" value="([^"]+)" checked', mine)
    assert set(ticked) == set(role("auditor").granted)


def test_saving_changes_only_what_was_ticked_differently_and_is_audited(people, client_as):
    client = client_as(people.administrator)
    before = {r.name: r.version for r in queries.roles()}
    rights = [*role("reception").granted, P.PRICE_READ.value]
    answer = client.post("/roles", data=as_form(reception=rights))
    assert answer.status_code == 302
    after = {r.name: r.version for r in queries.roles()}
    assert {n for n in after if after[n] != before[n]} == {"reception"}
    assert people.reception.can(P.PRICE_READ)
    entry = audit.history("role", role("reception").id)[0]
    assert (entry.reason, entry.actor_name) == ("phân công lại", "Mai Hệ Thống")
    page = text_of(client.get("/roles"))
    assert "Quyền (phần đổi)" in page
    assert "Xem giá</ins>" in page


@pytest.mark.parametrize(("name", "add", "take", "says"), [
    ("administrator", (), (P.ROLE_WRITE,), "phải giữ quyền quản lý"),
    ("auditor", (P.RESULT_WRITE,), (), "chỉ xem, không ghi"),
    ("sales", (P.RESULT_WRITE,), (), "4.1.3"),
    ("technician", (P.PRICE_WRITE,), (), "4.1.3"),
])
def test_a_refused_table_keeps_the_ticks_and_saves_nothing(people, client_as, name, add, take, says):
    rights = {*role(name).granted, *(p.value for p in add)} - {p.value for p in take}
    answer = client_as(people.administrator).post("/roles", data=as_form(
        reception=[P.HOME.value], **{name: sorted(rights)}))
    assert answer.status_code == 422
    shown = text_of(answer)
    assert says in shown
    for right in add:
        assert f'name="right-{name}" value="{right.value}" checked' in shown
    assert len(role("reception").granted) > 1  # the change of another role in the same form was rolled back


def test_a_reason_is_needed_and_a_stale_table_is_told(people, client_as):
    client = client_as(people.administrator)
    form = as_form(reception=[P.HOME.value])
    assert client.post("/roles", data={**form, "reason": " "}).status_code == 422
    assert client.post("/roles", data=form).status_code == 302
    assert client.post("/roles", data=form).status_code == 409
    assert role("reception").granted == [P.HOME.value]


def test_a_made_up_right_is_ignored_and_a_role_without_rights_opens_nothing(people, client_as):
    client = client_as(people.administrator)
    client.post("/roles", data=as_form(reception=["root:all"]))
    assert role("reception").granted == []
    assert client_as(people.reception).get("/").status_code == 403


def test_others_cannot_save(people, client_as):
    assert client_as(people.quality_manager).post("/roles", data=as_form()).status_code == 403
    with pytest.raises(NotAllowed):
        services.set_role_permissions(people.quality_manager, role("sales"), {P.HOME})
    db.session.rollback()
    database.end_writing()


def test_the_service_keeps_separations_for_every_door(people):
    with pytest.raises(FieldRefused):
        services.set_role_permissions(people.administrator, role("sales"), {P.PRICE_WRITE, P.REPORT_ISSUE})
    db.session.rollback()
    database.end_writing()
