"""The request's edge: one commit when all is well, nothing half-saved otherwise, and what must survive survives."""
from __future__ import annotations

import contextlib

import pytest
from flask import Blueprint
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lab_app.accounts.models import Site
from lab_app.core import db as database
from lab_app.core import gates
from lab_app.core.access import SystemActor, authorize, public
from lab_app.core.db import db
from lab_app.core.errors import GateRefused
from lab_app.core.gates import GateHit, Stop
from lab_app.core.permissions import P
from lab_app.core.web import attempt, edge, page

ACTOR = SystemActor("a test", frozenset(P))


def put_site():
    authorize(ACTOR, P.LABORATORY_WRITE)
    db.session.add(Site(code="S1", name_vi="Một"))
    db.session.flush()


def stop():
    raise GateRefused(Stop(says="Chưa được.", gate="planted", clauses=("7.1.1",)))


@pytest.fixture
def routes(app):
    """Views of every outcome, behind the real edge."""
    made = {}

    def view(name, body):
        made[name] = edge(public(body))

    def ok():
        put_site()
        return "done"

    def refused():
        put_site()
        return "no", 422

    def crash():
        put_site()
        raise ZeroDivisionError

    def by_gate():
        put_site()
        stop()

    def by_gate_on_a_form():
        with attempt():
            put_site()
            stop()
        return "again", 422

    for f in (ok, refused, crash, by_gate, by_gate_on_a_form):
        view(f.__name__, f)
    return made


def call(app, view, method="POST"):
    with app.test_request_context("/", method=method):
        return view()


def sites():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Site))


@pytest.mark.both_databases
class TestEdge:
    def test_a_post_that_succeeds_commits(self, app, routes):
        call(app, routes["ok"])
        assert sites() == 1

    @pytest.mark.parametrize("name", ["refused", "crash", "by_gate", "by_gate_on_a_form"])
    def test_anything_else_leaves_nothing(self, app, routes, name):
        with contextlib.suppress(ZeroDivisionError, GateRefused):
            call(app, routes[name])
        assert sites() == 0
        assert not database.writing.get()

    @pytest.mark.parametrize("name", ["by_gate", "by_gate_on_a_form"])
    def test_a_gates_hit_survives_the_rollback(self, app, routes, name):
        with contextlib.suppress(GateRefused):
            call(app, routes[name])
        hit = db.session.scalars(select(GateHit)).one()
        assert (hit.gate, hit.clauses) == ("planted", "7.1.1")

    def test_a_get_cannot_write_at_all(self, app):
        with pytest.raises(DBAPIError):
            db.session.add(Site(code="S1", name_vi="Một"))
            db.session.flush()
        db.session.rollback()


def test_an_asked_gate_is_no_hit(app):
    assert gates.first_stop() is None
    assert db.session.scalar(select(func.count()).select_from(GateHit)) == 0


def test_a_page_with_a_refused_form_answers_422(app):
    from lab_app.core.forms import Form

    with app.test_request_context("/", method="POST"):
        form = Form(meta={"csrf": False})
        form.refusal = Stop(says="Chưa được.")
        assert page("errors/404.html", form=form, status=None).status_code == 422


def test_blueprints_need_no_import_of_the_edge():
    assert Blueprint  # routes are wrapped by the factory, once, for every room
