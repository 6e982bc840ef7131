"""Every route says who may call it, and what it says is what happens to a visitor and to the least of roles."""
from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, url_for
from werkzeug.routing import IntegerConverter

from lab_app.core import access
from lab_app.core.permissions import P


def undeclared(app: Flask) -> list[str]:
    return sorted(
        endpoint for endpoint, view in app.view_functions.items()
        if not hasattr(view, "__access__") and endpoint not in access.DECLARED
    )


def unknown(app: Flask) -> list[str]:
    """Endpoints whose declared access is neither a permission nor one of the two words."""
    known = {access.PUBLIC, access.SIGNED_IN, *(p.value for p in P)}
    return sorted(name for name, declared in access.declared_access(app).items() if declared not in known)


def test_a_planted_route_is_found():
    app = Flask("planted")
    app.add_url_rule("/bare", "bare", lambda: "")
    wrong = access.public(lambda: "")
    wrong.__access__ = "whoever:comes"
    app.add_url_rule("/wrong", "wrong", wrong)
    assert undeclared(app) == ["bare"]
    assert unknown(app) == ["bare", "wrong"]
    with pytest.raises(RuntimeError, match="bare"):
        access.refuse_undeclared(app)


def test_every_route_declares_its_access(app):
    assert len(app.view_functions) > 5
    assert undeclared(app) == []
    assert unknown(app) == []


def _address(app: Flask, rule) -> str:
    """An address of the rule with a plausible value in each place."""
    with app.test_request_context():
        values = {
            name: 1 if isinstance(rule._converters[name], IntegerConverter) else "X" for name in rule.arguments
        }
        return rule.build(values, append_unknown=False)[1]


def test_a_visitor_meets_the_sign_in_everywhere_but_on_public_pages(app, client):
    declared = access.declared_access(app)
    with app.test_request_context():
        sign_in = url_for("security.login")
    let_in, turned_away = [], []
    for rule in app.url_map.iter_rules():
        if declared[rule.endpoint] == access.PUBLIC or rule.endpoint in access.DECLARED:
            continue
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            answer = client.open(_address(app, rule), method=method)
            target = turned_away if answer.status_code in (302, 401) else let_in
            target.append(f"{method} {rule.rule}: {answer.status_code}")
            if answer.status_code == 302:
                assert answer.location.startswith(sign_in), f"{rule.rule} sends a visitor to {answer.location}"
    assert let_in == []
    assert turned_away, "there are pages behind the sign-in"


def test_a_person_without_a_role_is_refused_everywhere_that_needs_a_permission(app, client_as, writing):
    from lab_app.accounts.models import Person
    from lab_app.core.db import db, end_writing

    nobody = Person(code="NV00", email="nv00@lab.example", full_name="Không Vai", sort_name="vai",
                    fs_uniquifier="x" * 32, undertaking_on=date(2024, 1, 2))
    db.session.add(nobody)
    db.session.commit()
    end_writing()
    client = client_as(nobody)
    declared = access.declared_access(app)
    wrong = []
    for rule in app.url_map.iter_rules():
        if declared[rule.endpoint] in (access.PUBLIC, access.SIGNED_IN):
            continue
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            answer = client.open(_address(app, rule), method=method)
            if answer.status_code != 403:
                wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert wrong == []


def test_a_person_without_an_undertaking_meets_it_everywhere(app, client_as, writing):
    """4.2.4: whatever the address and the role, nothing opens but the page to sign it; what was posted is refused by the gate."""
    from lab_app.core.db import db
    from tests.support.people_facts import make_people

    people = make_people()
    newcomer = people.administrator
    newcomer.undertaking_on = None
    db.session.flush()
    client = client_as(newcomer)
    declared = access.declared_access(app)
    entrance = {"interests.undertaking", *access.DECLARED}
    wrong = []
    for rule in app.url_map.iter_rules():
        if declared[rule.endpoint] == access.PUBLIC or rule.endpoint in entrance:
            continue
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            answer = client.open(_address(app, rule), method=method)
            met = answer.status_code == 302 and answer.location.startswith("/undertaking") if method == "GET" else answer.status_code == 422
            if not met:
                wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert wrong == []
    assert client.get("/undertaking").status_code == 200
