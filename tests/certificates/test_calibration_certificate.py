"""A calibration ends in a certificate of the same register: numbers, gates, amendment; of an own instrument also in its calibration."""
from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from certificates import services as certificates
from certificates.models import Report
from certificates.snapshot import section_lines
from instruments import queries as instrument_queries
from instruments import services as instruments
from instruments.models import Calibration, CalibrationStandard, Instrument
from lab_app.core import clock, files
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import GateRefused
from lab_app.core.permissions import P
from lab_app.results import services as results
from lab_app.results.models import JobLine
from test_methods import services as methods
from tests.support import calibration_facts
from tests.support.people_facts import SETTER
from tests.support.signing import confirmed

pytestmark = pytest.mark.usefixtures("app", "writing")


@pytest.fixture(autouse=True)
def _on_that_monday(frozen_clock):
    """Monday morning."""


def measured(bench: calibration_facts.Bench, found: str = "10.00061", left: str | None = "10.00012") -> None:
    """One point, as found and, after an adjustment, as left; submitted and reviewed."""
    bench.record(bench.plan(), found)
    if left is not None:
        (again,) = results.record_adjustment(bench.people.technician, bench.job, "Đã hiệu chỉnh dải 10 V theo quy trình của nhà sản xuất.")
        bench.record(again, left)
    bench.review()


def snapshot_of(report: Report) -> dict:
    return json.loads(report.snapshot)


def test_a_customers_calibration_ends_in_a_certificate():
    bench = calibration_facts.customers_item()
    measured(bench)
    report = bench.issue()
    assert (report.number, report.status, report.layout) == ("GCN-HC-2026-0001", "valid", "calibration-certificate/2")
    snapshot = snapshot_of(report)
    found, left = section_lines(snapshot["sections"][0])
    assert (found["result"]["value"], found["uncertainty"], found["verdict"]) == ("610", {"value": "84", "k": "2"}, "conditional_fail")
    assert (left["result"]["value"], left["limit"], left["verdict"]) == ("120", {"operator": "abs<=", "value": "550"}, "pass")
    assert found["calibrated"] == {"stage": "as_found", "scale": "10 V", "point": "10 V", "reference": "10.00000",
                                   "indication": "10.00061", "unit": "V"}
    assert [(s["stage"], s["verdict"]) for s in snapshot["calibration"]["stages"]] == [
        ("as_found", "conditional_fail"), ("as_left", "pass")]
    assert snapshot["conclusion"]["verdict"] == "pass", "the certificate concludes on how the instrument leaves"
    assert "hiệu chỉnh" in snapshot["calibration"]["adjustment"]["vi"]
    assert snapshot["calibration"]["specification"]["vi"] == calibration_facts.CRITERION
    assert snapshot["equipment"][0]["uncertainty"] == "4 µV/V (10 V)"
    assert "own" not in snapshot["calibration"]
    assert "chu kỳ" in snapshot["calibration"]["interval"]["vi"]
    assert files.read(report.file_sha256).startswith(b"%PDF")
    assert db.session.scalar(select(Calibration.id).where(Calibration.kind == "in_house")) is None


def test_drawn_again_from_the_snapshot_the_file_is_the_same():
    from certificates.services import printing

    bench = calibration_facts.customers_item()
    measured(bench)
    report = bench.issue()
    made = printing.make(snapshot_of(report), report.offline)
    assert printing.sha256(made) == report.unsigned_sha256
    assert files.read(report.file_sha256).startswith(made), "the signature was added behind what was drawn"


def test_a_further_certificate_of_a_request_counts_on():
    bench = calibration_facts.customers_item()
    measured(bench, left=None)
    first = bench.issue(kind="preliminary")
    last = bench.issue()
    assert [first.number, last.number] == ["GCN-HC-2026-0001", "GCN-HC-2026-0001-02"]


def test_an_amended_certificate_says_what_changed():
    bench = calibration_facts.customers_item()
    measured(bench, left=None)
    report = bench.issue()
    authorize(SETTER, P.CUSTOMER_WRITE)
    bench.request.customer.address = "Số 1, ngõ Giả Định"
    calibration_facts.commit()
    amended = certificates.amend(bench.people.signatory, report, reason="khách hàng đổi địa chỉ",
        confirmed=confirmed(bench.people.signatory))
    ident = amended.id
    calibration_facts.commit()
    certificates.finish_issue(ident)
    amended, report = db.session.get_one(Report, ident), db.session.get_one(Report, report.id)
    assert (amended.number, amended.status, report.status) == ("GCN-HC-2026-0001/SĐ1", "valid", "replaced")


def test_without_a_statement_wanted_no_verdict_is_printed():
    bench = calibration_facts.customers_item(wants_statement=False)
    measured(bench)
    snapshot = snapshot_of(bench.issue())
    assert snapshot["conclusion"] is None and snapshot["calibration"]["stages"] == []
    assert all(line["verdict"] is None for line in section_lines(snapshot["sections"][0]))


def test_no_uncertainty_below_the_capability_of_the_scope():
    bench = calibration_facts.customers_item()
    measured(bench, left=None)
    with clock.at(clock.at_local(date(2026, 11, 16), 8)):
        methods.add_scope(
            bench.people.signatory, method_code=bench.method.code, status="accredited", decision="00/QĐ", valid_from=date(2026, 1, 1),
            valid_to=date(2028, 12, 31), cmc=Decimal("0.09"), cmc_unit="mV")
    with pytest.raises(GateRefused) as caught:
        bench.issue()
    assert caught.value.stop.gate == "uncertainty-within-capability"


def test_a_capability_that_is_reached_lets_the_certificate_out():
    bench = calibration_facts.customers_item()
    measured(bench, left=None)
    methods.add_scope(
        bench.people.signatory, method_code=bench.method.code, status="accredited", decision="00/QĐ", valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31), cmc=Decimal("80"), cmc_unit="µV")
    bench.people.laboratory.accreditation = {
        "number": "VILAS 0000", "standard": "ISO/IEC 17025:2017", "valid_from": "2025-03-10", "valid_to": "2028-03-09"}
    snapshot = snapshot_of(bench.issue())
    assert snapshot["accreditation"]["number"] == "VILAS 0000"
    assert section_lines(snapshot["sections"][0])[0]["scope"] == "VS"


# ---- an instrument of our own -------------------------------------------------------------------------------------


def own_calibration(bench: calibration_facts.Bench) -> Calibration:
    return db.session.scalars(select(Calibration).where(
        Calibration.instrument_id == bench.sample.instrument_id, Calibration.kind == "in_house")).one()


def test_the_certificate_of_an_own_instrument_waits_for_release_and_then_makes_it_fit():
    bench = calibration_facts.own_instrument()
    own = db.session.get_one(Instrument, bench.sample.instrument_id)
    measured(bench, found="10.00012", left=None)
    assert db.session.scalar(select(Calibration.id).where(Calibration.kind == "in_house")) is None, "not before it is valid"
    report = bench.issue()
    row = own_calibration(bench)
    assert (row.certificate_no, row.laboratory, row.traceability) == (report.number, bench.people.laboratory.name_vi, "6.5.2 a)")
    assert row.released_at is None and row.evaluation == "" and row.passed and not row.adjusted
    assert (row.done_on, row.due_on, row.certificate_date) == (date(2026, 11, 16), date(2027, 11, 16), date(2026, 11, 16))
    (point,) = row.points
    assert (point.quantity, point.stage, point.reference, point.unit) == ("dc-voltage", "as_found", Decimal("10.00000"), "V")
    assert point.error == Decimal("0.00012") and point.tolerance == Decimal("0.00055") and point.verdict == "PASS"
    assert abs(point.u - Decimal("0.00008404")) < Decimal("0.0000001") and point.k == 2
    assert "22,8 … 23,2 °C" in row.conditions
    assert [a.sha256 for a in files.attachments("calibration", row.id)] == [report.file_sha256]
    assert row.id != getattr(instrument_queries.calibration_at(own.id, clock.now(), clock.now()), "id", None), "it does not count yet"

    steward = bench.people.quality_manager
    with pytest.raises(GateRefused) as caught:
        instruments.release_calibration(steward, row)
    assert caught.value.stop.gate == "calibration-evaluated"
    instruments.evaluate_calibration(steward, row, evaluation="sai số trong yêu cầu sử dụng", passed=True)
    instruments.release_calibration(steward, row)
    assert instrument_queries.calibration_at(own.id, clock.now(), clock.now()).id == row.id
    assert instruments.unfit_reasons(own, clock.now(), None, clock.now()) == []


def test_a_doubted_standard_leads_to_what_it_calibrated():
    bench = calibration_facts.own_instrument()
    measured(bench, found="10.00012", left=None)
    bench.issue()
    found = db.session.scalars(select(CalibrationStandard).where(CalibrationStandard.instrument_id == bench.standard.id)).one()
    assert found.calibration.instrument_id == bench.sample.instrument_id


def test_an_own_instrument_that_leaves_beyond_its_limit_is_recorded_as_failed():
    bench = calibration_facts.own_instrument()
    measured(bench, found="10.00900", left="10.00800")
    bench.issue()
    row = own_calibration(bench)
    assert not row.passed and row.adjusted
    assert [(p.stage, p.verdict) for p in row.points] == [("as_found", "FAIL"), ("as_left", "FAIL")]


def test_finishing_twice_records_one_calibration():
    bench = calibration_facts.own_instrument()
    measured(bench, found="10.00012", left=None)
    report = bench.issue()
    ident = report.id
    calibration_facts.commit()
    certificates.finish_issue(ident)
    assert own_calibration(bench).certificate_no == "GCN-HC-2026-0001"


def test_a_preliminary_paper_tells_the_register_nothing():
    bench = calibration_facts.own_instrument()
    measured(bench, found="10.00012", left=None)
    bench.issue(kind="preliminary")
    assert db.session.scalar(select(Calibration.id).where(Calibration.kind == "in_house")) is None


def test_the_own_certificate_names_the_instrument_and_no_customer_information():
    bench = calibration_facts.own_instrument()
    measured(bench, found="10.00012", left=None)
    snapshot = snapshot_of(bench.issue())
    assert snapshot["calibration"]["own"] == "EQ-013"
    assert snapshot["customer"]["name"] == bench.people.laboratory.name_vi
    assert not any(more["customer_supplied"] for more in snapshot["items"][0]["more"])
    assert db.session.scalars(select(JobLine).where(JobLine.job_id == bench.job.id)).all()
