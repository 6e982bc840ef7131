"""The trail: every change leaves its entry, entries cannot be changed, the chain finds what was tampered with."""
from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from lab_app.accounts.models import Site
from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.access import SystemActor, authorize
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.core.permissions import P

ACTOR = SystemActor("a test", frozenset(P))
pytestmark = pytest.mark.both_databases


def new_site(code="S1", name="Cơ sở một"):
    authorize(ACTOR, P.LABORATORY_WRITE)
    site = Site(code=code, name_vi=name)
    db.session.add(site)
    db.session.commit()
    database.end_writing()
    return site


def test_a_change_leaves_who_what_when_why(app, frozen_clock):
    site = new_site()
    frozen_clock.advance(minutes=5)
    authorize(ACTOR, P.LABORATORY_WRITE)
    audit.because("chuyển trụ sở")
    site.name_vi = "Cơ sở hai"
    db.session.commit()
    database.end_writing()

    newest, oldest = audit.history("site", site.id)
    body = json.loads(newest.canonical)
    assert body["changes"] == {"name_vi": ["Cơ sở một", "Cơ sở hai"]}
    assert (newest.actor_name, newest.reason, newest.action) == ("a test", "chuyển trụ sở", "change")
    assert newest.at == frozen_clock.moment
    assert oldest.action == "create"
    assert audit.digest(newest.canonical) == newest.hash


def test_a_rolled_back_change_leaves_nothing(app):
    authorize(ACTOR, P.LABORATORY_WRITE)
    db.session.add(Site(code="S9", name_vi="x"))
    db.session.flush()
    db.session.rollback()
    database.end_writing()
    assert db.session.scalar(select(AuditEntry.id)) is None


def test_a_change_past_the_trail_is_refused(app):
    site = new_site()
    database.begin_writing()
    with pytest.raises(audit.Unaudited):
        db.session.execute(update(Site).where(Site.id == site.id).values(name_vi="silently"))


def test_a_commit_without_its_entry_is_refused(app, monkeypatch):
    monkeypatch.setattr(audit, "_changes", lambda *a: {})
    session = db.session()
    authorize(ACTOR, P.LABORATORY_WRITE)
    db.session.add(Site(code="S2", name_vi="x"))
    db.session.flush()
    session.info["audit_written"] = set()
    with pytest.raises(audit.Unaudited):
        db.session.commit()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor_name='x'", "DELETE FROM audit_entry",
                                       "UPDATE audit_seal SET chain_hash='x'", "DELETE FROM audit_seal"])
def test_the_database_itself_refuses_to_rewrite_the_trail(app, statement):
    new_site()
    audit.seal(db.engine)
    database.begin_writing()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_the_chain_holds_and_names_the_first_tampered_entry(app):
    for n in range(4):
        new_site(f"S{n}")
    assert audit.verify(db.engine).unsealed == 4
    assert audit.seal(db.engine) == 4
    assert audit.seal(db.engine) == 0
    new_site("S8")
    found = audit.verify(db.engine)
    assert found.holds and found.sealed == 4 and found.unsealed == 1

    second = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[1]
    db.session.rollback()
    drop = ("DROP TRIGGER audit_entry_no_update" if db.engine.dialect.name == "sqlite"
            else "DROP TRIGGER audit_entry_append_only ON audit_entry")
    database.begin_writing()
    db.session.execute(text(drop))
    db.session.execute(text("UPDATE audit_entry SET canonical = replace(canonical, 'a test', 'someone') WHERE id = :i"),
                       {"i": second})
    db.session.commit()
    database.end_writing()
    broken = audit.verify(db.engine)
    assert not broken.holds and f"entry {second}" in broken.broken


def test_a_tail_cut_off_or_a_forged_seal_is_found(app):
    for n in range(3):
        new_site(f"S{n}")
    audit.seal(db.engine)
    head = audit.verify(db.engine).head
    drop = ("DROP TRIGGER audit_seal_no_update" if db.engine.dialect.name == "sqlite"
            else "DROP TRIGGER audit_seal_append_only ON audit_seal")
    database.begin_writing()
    db.session.execute(text(drop))
    db.session.execute(text("UPDATE audit_seal SET chain_hash = entry_hash WHERE id = (SELECT max(id) FROM audit_seal)"))
    db.session.commit()
    database.end_writing()
    found = audit.verify(db.engine)
    assert not found.holds and "chain" in found.broken
    assert found.head == head, "the head is what the entries give, to be compared with the one kept outside"
