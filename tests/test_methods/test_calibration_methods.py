"""Methods that calibrate: their basis document, what a calibrated quantity needs, the capability on the scope."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lab_app.core import clock
from lab_app.core.errors import FieldRefused
from test_methods import queries, services
from tests.support import calibration_facts, method_facts
from tests.support.people_facts import make_people

pytestmark = pytest.mark.usefixtures("app", "writing", "frozen_clock")


@pytest.fixture
def people():
    return make_people()


def document(people, kind="procedure", code="QT-1:2026"):
    return services.add_regulation(people.reviewer, kind=kind, code=code, title_vi="Quy trình")


def draft(people, kind="procedure"):
    method_facts.make_rules(people)
    basis = document(people, kind)
    method = services.add_method(people.reviewer, kind="calibration", code="QT-1", title_vi="Hiệu chuẩn", regulation=basis)
    quantity = services.add_requirement(people.reviewer, basis, code="V", name_vi="Điện áp", limit={}, unit="µV")
    return services.draft_version(people.reviewer, method, environment=method_facts.ROOM), quantity


def test_a_technical_regulation_is_no_calibration_document(people):
    with pytest.raises(FieldRefused) as caught:
        services.add_method(
            people.reviewer, kind="calibration", code="X", title_vi="X", regulation=document(people, "regulation", "QCVN 1:2026"))
    assert caught.value.field == "regulation_id"


@pytest.mark.parametrize("kind", ["standard", "calibration_document", "procedure"])
def test_what_a_calibration_may_be_based_on(people, kind):
    version, _ = draft(people, kind)
    assert version.method.kind == "calibration"


@pytest.mark.parametrize(("call", "field"), [
    (lambda p: document(p, "something"), "kind"),
    (lambda p: services.add_method(p.reviewer, kind="x", code="X", title_vi="X", regulation=document(p)), "kind"),
])
def test_unknown_kinds_are_refused(people, call, field):
    with pytest.raises(FieldRefused) as caught:
        call(people)
    assert caught.value.field == field


@pytest.mark.parametrize(("facts", "field"), [
    ({"fields": [method_facts.field("reading", "V")], "formula": "reading"}, "fields"),
    ({"budget": None, "u_exempt_reason": "không đáng kể"}, "budget"),
    ({"kind": "observation", "fields": [], "formula": ""}, "kind"),
])
def test_a_calibrated_quantity_needs_reference_indication_and_uncertainty(people, facts, field):
    version, quantity = draft(people)
    described = {"fields": calibration_facts.FIELDS, "formula": "indicated - reference", "unit": "µV",
                 "budget": services.add_budget(people.reviewer, code="B", quantity="V", unit="µV",
                                               components=calibration_facts.COMPONENTS), **facts}
    with pytest.raises(FieldRefused) as caught:
        services.add_parameter(people.reviewer, version, quantity, **described)
    assert caught.value.field == field


@pytest.mark.parametrize(("facts", "field"), [
    ({"cmc": Decimal(0), "cmc_unit": "µV"}, "cmc"), ({"cmc": Decimal(1), "cmc_unit": "xyz"}, "cmc_unit"),
    ({"cmc": Decimal(1), "cmc_unit": ""}, "cmc_unit"), ({"cmc": Decimal(1), "cmc_unit": "µV", "status": "designated"}, "cmc"),
])
def test_a_capability_that_cannot_be(people, facts, field):
    draft(people)
    described = {"method_code": "QT-1", "status": "accredited", "decision": "00/QĐ", "valid_from": date(2026, 1, 1),
                 "valid_to": date(2027, 1, 1), **facts}
    with pytest.raises(FieldRefused) as caught:
        services.add_scope(people.signatory, **described)
    assert caught.value.field == field


def test_calibration_methods_in_force_are_offered(people):
    method, _ = calibration_facts.make_calibration_method(people)
    method_facts.make_method(people)
    draft(people)
    assert queries.calibration_methods(clock.today(), clock.now()) == [method]


def test_the_pages_say_what_a_method_is_for(people, client_as):
    method, _ = calibration_facts.make_calibration_method(people)
    client = client_as("reviewer")
    assert "Quy trình nội bộ" in client.get(f"/methods/{method.id}").get_data(as_text=True)
    listed = client.get("/methods?kind=calibration").get_data(as_text=True)
    address = f'href="/methods/{method.id}"'
    assert address in listed and address not in client.get("/methods?kind=test").get_data(as_text=True)
