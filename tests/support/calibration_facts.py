"""A calibration method by an own procedure, a standard that is fit, and a job of it: made by the services that make it in earnest.

The method calibrates d.c. voltage of multimeters by direct comparison; its budget at 10 V is that of the demonstration case.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from certificates import services as certificates
from certificates.models import Report
from instruments.models import Instrument
from lab_app.core import clock, jobs
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord
from lab_app.quality.queries import room_by_code
from lab_app.results import services as results
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.services import Point, ReadingEntry
from lab_app.samples import services as samples
from lab_app.samples.models import Sample, TestRequest
from test_methods import services as methods
from test_methods.models import Method, MethodParameter
from test_methods.queries import rule_by_code
from tests.support import equipment_facts, method_facts
from tests.support.people_facts import SETTER, People, authorise, make_people
from tests.support.results_facts import ALL_WELL, CHECKS, day, make_customer
from tests.support.signing import confirmed
from tests.support.worlds import kept

MEASURED = day(16, 8, 30)
CRITERION = "MPE: ±(50 µV/V + 50 µV) dải 10 V"
PROCEDURE = "QT-HC-07"
FIELDS = [method_facts.field("reference", "V"), method_facts.field("indicated", "V")]
COMPONENTS = [
    {"source": "Chuẩn: hiệu chuẩn", "value": "40", "distribution": "normal", "divisor": "2", "c_i": "1"},
    {"source": "Chuẩn: trôi", "value": "25", "distribution": "rectangular", "c_i": "1"},
    {"source": "Độ phân giải UUT", "value": "50", "distribution": "rectangular", "c_i": "1"},
    {"source": "Độ lặp lại", "value": "18", "distribution": "normal", "divisor": "1", "c_i": "1"},
]
VOLTS: dict[str, Any] = {"quantity": "dc-voltage", "low": Decimal(0), "high": Decimal(1000), "unit": "V", "u": None, "u_unit": ""}


def make_calibration_method(people: People, code: str = PROCEDURE) -> tuple[Method, MethodParameter]:
    """The procedure as a method in force since February, with one parameter: error at d.c. voltage in µV, U = 84.04 µV."""
    with clock.at(clock.at_local(method_facts.ENTERED_ON, 9)):
        method_facts.make_rules(people)
        budget = methods.add_budget(
            people.reviewer, code=f"UB-{code}", quantity="Điện áp một chiều 10 V", unit="µV", components=COMPONENTS)
        document = methods.add_regulation(
            people.reviewer, kind="procedure", code=f"{code}:2025", title_vi="Hiệu chuẩn đồng hồ vạn năng số",
            title_en="Calibration of digital multimeters", in_force_from=date(2025, 1, 1))
        quantity = methods.add_requirement(
            people.reviewer, document, code="DCV", name_vi="Điện áp một chiều", name_en="d.c. voltage", limit={}, unit="µV")
        method = methods.add_method(
            people.reviewer, kind="calibration", code=code, title_vi="Hiệu chuẩn đồng hồ vạn năng số",
            title_en="Calibration of digital multimeters", regulation=document, reference=f"{code}, đo trực tiếp",
            standard_method=False)
        version = methods.draft_version(people.reviewer, method, environment={"temperature": ["21", "25"], "humidity": ["40", "60"]})
        parameter = methods.add_parameter(
            people.reviewer, version, quantity, fields=FIELDS, formula="(indicated - reference) * 1000000", unit="µV", places=0,
            budget=budget, default_rule="DR-GB-U", conditions=["10 V"],
            need={"quantity": "dc-voltage", "low": "0", "high": "10", "unit": "V"})
        method_facts.prove(people.reviewer, version)
    method_facts.approve(people, version)
    return method, parameter


@dataclass
class Bench:
    """A calibration job ready to be measured."""

    people: People
    method: Method
    parameter: MethodParameter
    standard: Instrument
    sample: Sample
    job: TestJob
    environment: EnvironmentRecord

    @property
    def request(self) -> TestRequest:
        """The request of the job's item."""
        return self.sample.request

    def lines(self, stage: str = "as_found") -> list[JobLine]:
        """Lines of a stage, in order."""
        return [x for x in db.session.scalars(select(JobLine).where(JobLine.job_id == self.job.id).order_by(JobLine.position))
                if x.stage == stage and x.status != "cancelled"]

    def record(self, line: JobLine, indicated: str, reference: str = "10.00000", **facts: Any) -> Reading:
        """The calibration technician records one point."""
        described: dict[str, Any] = {
            "measured_at": MEASURED, "texts": {"reference": reference, "indicated": indicated}, "locale": "en",
            "instruments": [self.standard], "environment": self.environment, **facts,
        }
        return results.record_reading(self.people.technician, line, ReadingEntry(**described))

    def plan(self, tolerance: str = "550") -> JobLine:
        """One point at 10 V with its permissible error."""
        return results.plan_points(
            self.people.technician, self.job, [Point(self.parameter, "10 V", Decimal(tolerance), "10 V")], criterion=CRITERION)[0]

    def review(self) -> None:
        """Submitted by the technician, approved by the reviewer."""
        results.submit_job(self.people.technician, self.job, confirmed=confirmed(self.people.technician))
        results.review_job(self.people.reviewer, self.job, "approved", confirmed=confirmed(self.people.reviewer))

    def issue(self, **facts: Any) -> Report:
        """The certificate, through all three steps."""
        commit()
        report = certificates.issue(self.people.signatory, self.request, not_applicable={"n": "Không có"}, **facts,
            confirmed=confirmed(self.people.signatory))
        ident = report.id
        commit()
        jobs.run_key(certificates.job_key(ident))
        db.session.rollback()
        authorize(SETTER, P.REPORT_ISSUE)
        return db.session.get_one(Report, ident)


def commit() -> None:
    """End the test's writing transaction, as the edge does."""
    db.session.commit()
    database.end_writing()


def make_standard(people: People, code: str = "EQ-016") -> Instrument:
    """A multifunction calibrator, fit since January."""
    return equipment_facts.fit_instrument(
        people.quality_manager, people.site, code, name_vi="Bộ chuẩn đa năng", name_en="Multifunction calibrator", maker="Đo Mẫu",
        type="MC-57", ranges=[VOLTS], uncertainty_text="4 µV/V (10 V)")


def _stand(people: People) -> tuple[Method, MethodParameter, Instrument, EnvironmentRecord]:
    authorize(SETTER, P.LABORATORY_WRITE)
    people.signatory.title_vi, people.signatory.title_en = "Giám đốc", "Director"
    people.reviewer.title_vi, people.reviewer.title_en = "Trưởng phòng thử nghiệm", "Head of testing"
    method, parameter = make_calibration_method(people)
    with clock.at(clock.at_local(date(2026, 1, 6), 9)):
        authorise(people.signatory, people.technician, method.code, "test")
        authorise(people.signatory, people.reviewer, method.code, "review")
        authorise(people.signatory, people.signatory, method.code, "authorise")
    room = room_by_code("HC") or quality.add_room(SETTER, "HC", "Phòng hiệu chuẩn", "Calibration room", people.site)
    environment = quality.record_environment(
        people.technician, room, from_at=MEASURED - timedelta(hours=1), to_at=MEASURED + timedelta(minutes=20),
        sensor_code="EQ-014", t_low=Decimal("22.8"), t_high=Decimal("23.2"), rh_low=Decimal(48), rh_high=Decimal(52))
    return method, parameter, make_standard(people), environment


@kept
def customers_item(**request_facts: Any) -> Bench:
    """A customer's multimeter DM-45, asked for, reviewed with DR-GB-U, received."""
    people = make_people()
    method, parameter, standard, environment = _stand(people)
    asked = day(9)
    with clock.at(asked):
        request = samples.register_request(
            people.reception, customer=make_customer(people), site=people.site, requested_on=clock.local(asked).date(), items=[{
                "name": "Đồng hồ vạn năng số", "name_en": "Digital multimeter", "brand": "Hạt Gạo", "model": "DM-45", "quantity": 1,
                "methods": [method],
            }], due_on=date(2026, 11, 20), **request_facts)
        review = samples.open_review(people.reviewer, request)
        samples.save_review(people.reviewer, review, checks=CHECKS, rules=[{
            "method": method, "rule": rule_by_code("DR-GB-U"), "agreed_by": "Ông Lý Đo Lường",
            "agreed_on": clock.local(asked).date(), "evidence": "phiếu yêu cầu, mục 6",
        }])
        samples.accept_request(people.reviewer, review, reviewed_on=clock.local(asked).date())
    with clock.at(day(10)):
        sample = samples.receive_sample(
            people.reception, request.items[0], received_at=day(10), condition="Nguyên vẹn", checks=ALL_WELL, serial="HG-0021")
    job = db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).one()
    return Bench(people, method, parameter, standard, sample, job, environment)


@kept
def own_instrument(at: datetime | None = None, code: str = "EQ-013") -> Bench:
    """An own multimeter whose in-house calibration is planned on Tuesday."""
    people = make_people()
    method, parameter, standard, environment = _stand(people)
    row = equipment_facts.fit_instrument(
        people.quality_manager, people.site, code, name_vi="Đồng hồ vạn năng số 6½", name_en="Digital multimeter 6½",
        maker="Đo Mẫu", type="DM-65", ranges=[VOLTS])
    with clock.at(at or day(10)):
        sample = samples.calibrate_own_instrument(
            people.quality_manager, row, method, planned_on=date(2026, 11, 20), condition="Nguyên vẹn")
    job = db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).one()
    return Bench(people, method, parameter, standard, sample, job, environment)
