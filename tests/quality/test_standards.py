"""The watch over documents of others: cycles, what a look says, a change asked until it is dealt with."""
from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lab_app.core import clock, inbox
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.quality.documents import asking
from lab_app.quality.standards import queries, rules, services
from lab_app.quality.standards.models import ExternalDocument
from tests.support.people_facts import make_people


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


def entered(people, **facts) -> ExternalDocument:
    given = {"code": "QCVN 54:2020/BTTTT", "kind": "regulation", "title": "Thiết bị thu phát vô tuyến 2,4 GHz", "publisher": "Bộ TT&TT",
             "source": "Cổng tra cứu quy chuẩn", "watch_months": 3} | facts
    return services.register_external(people.quality_manager, owner=people.quality_manager, **given)


def keys(person) -> list[str]:
    found = db.session.scalars(inbox.of(person.id, {str(p) for role in person.roles for p in role.granted}))
    return [row.key for row in found if row.key.startswith("external/")]


@pytest.mark.both_databases
def test_a_look_in_its_cycle(people, frozen_clock):
    row = entered(people)
    assert row.next_check == date(2027, 2, 16) and keys(people.quality_manager) == []
    frozen_clock.advance(days=85)
    asking.ask_what_is_due()
    assert keys(people.quality_manager) == [f"external/{row.id}/watch"]
    services.record_check(people.quality_manager, row, checked_on=clock.today(), outcome=rules.UNCHANGED)
    assert keys(people.quality_manager) == [] and row.status == rules.CURRENT
    assert row.last_check == clock.today() and row.next_check == date(2027, 5, 9)
    assert row.checks[-1].seen_at == "Cổng tra cứu quy chuẩn"


def test_a_new_edition_is_asked_of_who_writes_methods_until_dealt_with(people):
    row = entered(people)
    services.record_check(
        people.quality_manager, row, checked_on=clock.today(), outcome=rules.NEW_EDITION, edition="QCVN 54:2026/BKHCN",
        in_force_from=date(2027, 1, 1), what="thêm băng 6 GHz")
    assert row.status == rules.CHANGED and keys(people.reviewer) == [f"external/{row.id}/change"]
    assert keys(people.technician) == []
    assert list(db.session.scalars(select(ExternalDocument).where(queries.overdue(date(2027, 6, 1))))) == [row]
    services.handle_change(people.reviewer, row, what="soạn lại phương pháp, báo cơ quan công nhận", still_used=False)
    assert row.status == rules.WITHDRAWN and keys(people.reviewer) == []
    assert list(db.session.scalars(select(ExternalDocument).where(queries.overdue(date(2027, 6, 1))))) == []
    with pytest.raises(Refused):
        services.record_check(people.quality_manager, row, checked_on=clock.today(), outcome=rules.UNCHANGED)
    with pytest.raises(Refused):
        services.handle_change(people.reviewer, row, what="lần nữa", still_used=True)


@pytest.mark.parametrize("facts,field", [
    ({"code": " "}, "code"), ({"kind": "novel"}, "kind"), ({"title": ""}, "title"), ({"watch_months": 0}, "watch_months"),
    ({"watch_months": 25}, "watch_months"),
])
def test_what_an_entry_does_not_take(people, facts, field):
    with pytest.raises(FieldRefused) as refused:
        entered(people, **facts)
    assert refused.value.field == field


@pytest.mark.parametrize("facts,field", [
    ({"outcome": "perhaps"}, "outcome"), ({"checked_on": date(2026, 11, 17)}, "checked_on"),
    ({"checked_on": date(2026, 10, 1)}, "checked_on"), ({"outcome": rules.NEW_EDITION, "what": "x"}, "edition"),
    ({"outcome": rules.NEW_EDITION, "edition": "QCVN 54:2020/BTTTT", "what": "x"}, "edition"), ({"outcome": rules.AMENDED}, "what"),
])
def test_what_a_look_does_not_take(people, facts, field):
    row = entered(people)
    services.record_check(people.quality_manager, row, checked_on=date(2026, 11, 2), outcome=rules.UNCHANGED)
    with pytest.raises(FieldRefused) as refused:
        services.record_check(people.quality_manager, row, **{"checked_on": clock.today(), "outcome": rules.UNCHANGED} | facts)
    assert refused.value.field == field and len(row.checks) == 1


def test_an_edition_stands_once_and_who_may_not(people):
    row = entered(people)
    with pytest.raises(FieldRefused):
        entered(people)
    with pytest.raises(NotAllowed):
        services.record_check(people.technician, row, checked_on=clock.today(), outcome=rules.UNCHANGED)
    services.change_external(people.quality_manager, row, reason="đổi chu kỳ", watch_months=6)
    with pytest.raises(FieldRefused):
        services.change_external(people.quality_manager, row, reason="x", code="QCVN 55")
