"""The trail keeps what a value was, also when the row had not been read since the transaction began."""
from __future__ import annotations

import json

from sqlalchemy import select

from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from tests.support.people_facts import SETTER, make_people


def test_an_unread_row_keeps_its_old_value_in_the_trail(app, frozen_clock):
    person = make_people().reception
    db.session.commit()
    database.end_writing()
    authorize(SETTER, P.PERSON_WRITE)  # begins anew: every row is unread again
    person.language = "en"
    db.session.flush()
    last = db.session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc())).first()
    assert json.loads(last.canonical)["changes"]["language"] == ["vi", "en"]
    db.session.rollback()
    database.end_writing()
