"""What rests on a watched document stands on its page: the edition, the methods in force, and that they should not be any more."""
from __future__ import annotations

import pytest

from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.quality.standards import services as standards
from tests.support.method_facts import make_method
from tests.support.people_facts import make_people


@pytest.fixture
def watched(app, frozen_clock, writing):
    people = make_people()
    method = make_method(people).method
    row = standards.register_external(
        people.quality_manager, code=method.regulation.code, kind="regulation", title="Quy chuẩn", owner=people.quality_manager)
    db.session.commit()
    database.end_writing()
    return people, method, row


def test_methods_that_rest_on_a_document_are_shown_and_warned_of(watched, client_as):
    people, method, row = watched
    client = client_as(people.quality_manager)
    page = client.get(f"/quality/standards/{row.id}").get_data(as_text=True)
    assert method.code in page and "vẫn dùng" not in page
    database.begin_writing()
    standards.record_check(people.quality_manager, row, checked_on=clock.today(), outcome="withdrawn", what="bị bãi bỏ")
    standards.handle_change(people.reviewer, row, what="chưa soạn lại phương pháp", still_used=False)
    db.session.commit()
    database.end_writing()
    assert "phương pháp vẫn dùng" in client.get(f"/quality/standards/{row.id}").get_data(as_text=True)
