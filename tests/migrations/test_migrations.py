"""The schema is what the migrations make: one head, equal to the models, and the way down and up again holds."""
from __future__ import annotations

import json

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from lab_app.core import db as database
from lab_app.core import search
from lab_app.core.db import db
from tests.support import installation
from tests.support.folders import ROOT

SHADOWS = ("search_fts", "sqlite_")


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def migrated(database_kind, scratch, request):
    """An installation whose schema comes from the migrations alone."""
    server = request.getfixturevalue("postgres") if database_kind == "postgresql" else None
    made = installation.Installation(database_kind, scratch, server)
    with made.app.app_context():
        installation.migrate_up()
        yield made
    made.close()


def tables() -> set[str]:
    names = inspect(db.engine).get_table_names()
    return {name for name in names if not name.startswith(SHADOWS)} - {"alembic_version"}


def left_over() -> list[str]:
    """Triggers and functions that outlived their tables."""
    queries = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
                      "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    }
    with db.engine.connect() as connection:
        return sorted(connection.execute(text(queries[db.engine.dialect.name])).scalars())


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in db.metadata.tables.items()
            if name in tables()
        }


def fill() -> None:
    """The demonstration: rows in nearly every table, with their audit entries."""
    from lab_app.demo import load

    load.load(if_empty=False)
    db.session.remove()


def test_there_is_one_head():
    assert len(script().get_heads()) == 1


@pytest.mark.both_databases
def test_the_migrated_schema_equals_the_models(migrated):
    assert tables() == set(db.metadata.tables)
    assert installation.differences() == []


@pytest.mark.both_databases
def test_a_difference_would_be_seen(migrated):
    token = database.writing.set(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE site DROP COLUMN name_en"))
            connection.execute(text("CREATE TABLE planted (id INTEGER)"))
    finally:
        database.writing.reset(token)
    kinds = {difference[0] for difference in installation.differences()}
    assert {"add_column", "remove_table"} <= kinds


@pytest.mark.both_databases
def test_down_and_up_with_rows(migrated):
    db.session.remove()
    migrated.reset("demo")
    before = counts()
    assert before["audit_entry"] > 0 and sum(n > 0 for n in before.values()) >= len(before) // 2
    revisions = [step.revision for step in script().walk_revisions()]
    for revision in revisions[1:]:  # newest first: one step back, and forward again
        installation.migrate_down(revision)
        kept = counts()
        installation.migrate_up()
        assert {name: n for name, n in counts().items() if name in kept} == kept
        assert installation.differences() == []
        installation.migrate_down(revision)
    installation.migrate_down("base")
    assert tables() == set()
    assert left_over() == []
    installation.migrate_up()
    assert tables() == set(db.metadata.tables)
    assert installation.differences() == []
    fill()
    assert counts()["audit_entry"] == before["audit_entry"]


def granted() -> dict[str, list[str]]:
    with db.engine.connect() as connection:
        return {name: json.loads(rights) for name, rights in connection.execute(text("SELECT name, granted FROM role"))}


def given(roles: dict[str, list[str]]) -> None:
    """Roles as an installation of before has them."""
    token = database.writing.set(True)
    try:
        with db.engine.begin() as connection:
            for number, (name, rights) in enumerate(roles.items(), 1):
                connection.execute(
                    text("INSERT INTO role (id, name, title_vi, title_en, granted, version) VALUES (:id, :name, 'x', 'x', :rights, 1)"),
                    {"id": number, "name": name, "rights": json.dumps(rights)})
    finally:
        database.writing.reset(token)


@pytest.mark.both_databases
def test_who_could_issue_papers_may_hand_them_over_after_the_upgrade(migrated):
    """Roles of an installation of before are what its administrator made of them: one right is added, where papers were issued."""
    db.session.remove()
    installation.migrate_down("0003")
    roles = {
        "signatory": ["home", "report:issue", "report:read"], "ky-nhay": ["report:issue"], "reception": ["home", "report:read"],
        "empty": [],
    }
    given(roles)
    installation.migrate_up("0004")
    assert granted() == {
        **roles, "signatory": ["home", "report:deliver", "report:issue", "report:read"], "ky-nhay": ["report:deliver", "report:issue"]}
    assert counts()["audit_entry"] == 0
    installation.migrate_down("0003")
    assert granted() == roles, "the program of before knows no such right"


@pytest.mark.both_databases
def test_quality_rights_come_to_the_roles_whose_work_they_are(migrated):
    """No role of an installation of before gets the right to pass a gate: that one is given by hand."""
    db.session.remove()
    installation.migrate_down("0004")
    given({"head": ["home:see", "result:review"], "director": ["home:see", "report:issue"], "seller": ["home:see"], "empty": []})
    installation.migrate_up()
    after = granted()
    assert after["empty"] == []
    assert after["seller"] == ["document:read", "home:see"]
    assert {"competence:write", "hold:release", "corrective:verify", "document:write"} <= set(after["head"])
    assert {"document:approve", "risk:approve", "change:approve", "record:dispose", "hold:release"} <= set(after["director"])
    assert not any("gate:break-glass" in rights for rights in after.values())
    installation.migrate_down("0004")
    assert granted()["head"] == ["home:see", "result:review"]


def kept_for_lists() -> dict[str, list[tuple]]:
    """What lists and calendars read without asking the records themselves."""
    queries = (
        "SELECT kind, year, files FROM file_count WHERE files > 0 ORDER BY kind, year",
        "SELECT code, effective_since FROM controlled_document ORDER BY code",
        "SELECT kind, subject_id, body FROM search_entry ORDER BY kind, subject_id",
    )
    with db.engine.connect() as connection:
        return {query: [tuple(row) for row in connection.execute(text(query))] for query in queries}


@pytest.mark.both_databases
def test_records_of_before_are_counted_and_found_after_the_upgrade(migrated):
    db.session.remove()
    migrated.reset("demo")
    before = kept_for_lists()
    assert all(before.values())
    installation.migrate_down("0005")
    installation.migrate_up("0006")
    assert kept_for_lists() == before
    document = db.session.execute(text("SELECT id, title_vi FROM controlled_document ORDER BY id LIMIT 1")).one()
    assert document.id in db.session.scalars(search.ids("document", document.title_vi)).all()


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_trail_is_append_only_in_the_database(migrated, table, change):
    from lab_app.accounts.models import Site
    from lab_app.core import audit

    database.begin_writing()
    db.session.add(Site(code="A", name_vi="Cơ sở A"))
    db.session.commit()
    database.end_writing()
    audit.seal(db.engine)
    token = database.writing.set(True)
    try:
        with db.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
            connection.execute(text(change.format(table)))
    finally:
        database.writing.reset(token)
