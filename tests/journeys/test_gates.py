"""Every gate bars one way that would otherwise be open: with it the forbidden act is refused by that very gate, without it the
laboratory goes wrong. A gate without such a journey fails here."""
from __future__ import annotations

import importlib.util
import pkgutil

import pytest

import tests.journeys.breaches as breaches_package
from lab_app.core import db as database
from lab_app.core import gates
from lab_app.core.db import db
from lab_app.core.errors import GateRefused

ROOMS = ("lab_app.quality", "instruments", "test_methods", "lab_app.samples", "lab_app.results", "certificates")


def all_breaches():
    found = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(breaches_package.__path__)):
        module = importlib.import_module(f"tests.journeys.breaches.{name}")
        twice = found.keys() & module.BREACHES.keys()
        assert not twice, f"journeys told twice: {twice}"
        found.update(module.BREACHES)
    return found


def registered():
    for room in ROOMS:
        if importlib.util.find_spec(f"{room}.workflow"):
            importlib.import_module(f"{room}.workflow")
    return sorted(gates.registry)


BREACHES = all_breaches()


def test_every_gate_has_its_journey_and_every_journey_its_gate():
    assert sorted(BREACHES) == registered()


def test_every_gate_cites_a_clause_in_both_languages_and_says_what_to_do(app):
    for gate in gates.registry.values():
        assert gate.clauses and all(c[0].isdigit() for c in gate.clauses), gate.name
        assert str(gate.title), gate.name


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_the_gate_refuses(app, frozen_clock, name):
    with pytest.raises(GateRefused) as caught:
        BREACHES[name](app)
    stop = caught.value.stop
    assert stop.gate == name, f"stopped by {stop.gate}: {stop.says}"
    assert str(stop.says) and str(stop.do), "a refusal says what is wrong and what to do next"
    db.session.rollback()
    database.end_writing()


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_without_the_gate_the_laboratory_goes_wrong(app, frozen_clock, name):
    with gates.switched_off(name):
        BREACHES[name](app)  # nothing else stood in the way: this gate alone kept the laboratory right
    db.session.rollback()
    database.end_writing()


def test_a_gate_is_taken_out_in_tests_only(monkeypatch):
    monkeypatch.setattr(gates, "_testing", False)
    with pytest.raises(RuntimeError), gates.switched_off(next(iter(gates.registry), "x")):
        pass
