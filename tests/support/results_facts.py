"""An accepted request, a received item with its planned jobs, a fit instrument and an environment: what a reading stands on.

Everything is made by the services that make it in earnest, at its own dates: requested and accepted on Monday 09/11/2026, received
on Tuesday, measured on Monday 16/11/2026 at 08:50, ten minutes before the frozen clock of the tests.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord, Room
from lab_app.quality.queries import room_by_code
from lab_app.results import services as results
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.services import ReadingEntry
from lab_app.samples import services as samples
from lab_app.samples.models import Customer, Sample, TestRequest
from test_methods.queries import rule_by_code
from tests.support import equipment_facts, method_facts
from tests.support.people_facts import SETTER, People, authorise, make_people, make_person
from tests.support.signing import confirmed
from tests.support.worlds import kept

REQUESTED_ON = date(2026, 11, 9)
ALL_WELL = {key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")}
CHECKS = {
    key: {"answer": "yes", "note": ""} for key in ("requirements", "capability", "methods", "decision_rule", "subcontracting")
}


def day(number: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of November 2026 on the laboratory's wall clock."""
    return clock.at_local(date(2026, 11, number), hour, minute)


MEASURED = day(16, 8, 50)


@dataclass
class Bench:
    """A job ready to be measured, or what stands in its way."""

    people: People
    tested: method_facts.Tested
    request: TestRequest
    sample: Sample
    job: TestJob
    instrument: Instrument
    room: Room
    environment: EnvironmentRecord
    entries: dict[str, Any] = field(default_factory=dict)

    def line(self, code: str = "P-01", conditions: str | None = None) -> JobLine:
        """The newest line of a parameter, under the first condition unless another is named."""
        found = [
            x for x in db.session.scalars(select(JobLine).where(JobLine.job_id == self.job.id).order_by(JobLine.id))
            if x.parameter.code == code and (conditions is None or x.conditions == conditions)
        ]
        return found[0] if conditions is None else found[-1]

    def entry(self, reading: str = "15.4", **facts: Any) -> ReadingEntry:
        """What the technician types for the power: a level and a path loss, in English notation."""
        described: dict[str, Any] = {
            "measured_at": MEASURED, "texts": {"reading": reading, "loss": "0.5"}, "locale": "en",
            "instruments": [self.instrument], "environment": self.environment, **self.entries, **facts,
        }
        return ReadingEntry(**described)

    def record(self, line: JobLine | None = None, reading: str = "15.4", by: Person | None = None, **facts: Any) -> Reading:
        """The technician records a level."""
        return results.record_reading(by or self.people.technician, line or self.line(), self.entry(reading, **facts))

    def look(self, answer: str = "PASS", note: str = "", **facts: Any) -> Reading:
        """The technician records the observation."""
        entry = self.entry(texts={}, observation=answer, note=note, **facts)
        return results.record_reading(self.people.technician, self.line("P-02"), entry)

    def record_all(self) -> list[Reading]:
        """Every planned line of the job gets a passing reading."""
        made = []
        for line in list(self.job.lines):
            if line.status == "planned":
                made.append(self.look() if line.parameter.kind == "observation" else self.record(line))
        return made

    def submit(self, by: Person | None = None) -> TestJob:
        """The technician hands the job over."""
        return results.submit_job(by or self.people.technician, self.job, confirmed=confirmed(by or self.people.technician))

    def review(self, decision: str = "approved", reason: str = "") -> None:
        """The reviewer decides every submitted line."""
        results.review_job(self.people.reviewer, self.job, decision, reason, confirmed=confirmed(self.people.reviewer))


def make_customer(people: People) -> Customer:
    """The enterprise of the tests, once."""
    found = db.session.scalar(select(Customer).where(Customer.code == "KH01"))
    return found or samples.register_customer(
        people.reception, code="KH01", name="Công ty Thiết bị mạng Giả Định", tax_code="9910000015",
        address="Khu công nghiệp Thí Dụ")


def ask(people: People, tested: method_facts.Tested, **facts: Any) -> TestRequest:
    """A request for one item by one method, registered on Monday morning."""
    item = {
        "name": "Điểm truy cập Wi-Fi", "model": "SH-1", "brand": "SAOHOM", "quantity": facts.pop("quantity", 1),
        "methods": [tested.method], "supplied": facts.pop("supplied", []),
    }
    with clock.at(clock.at_local(REQUESTED_ON, 9)):
        return samples.register_request(
            people.reception, customer=make_customer(people), site=people.site, requested_on=REQUESTED_ON, items=[item],
            due_on=date(2026, 11, 20), **facts)


def accept(people: People, tested: method_facts.Tested, request: TestRequest, *, at: datetime | None = None,
           codes: Sequence[str] = (), rule: str = "DR-SA", elsewhere: str = "") -> TestRequest:
    """The contract review, with the rule the customer agreed to for these parameters (all by default); `elsewhere` names another
    laboratory that tests instead, with the customer's consent."""
    code = tested.method.code
    checks = CHECKS | {"subcontracting": {"answer": "yes", "note": "", "consents": {code: "thư 09/11"} if elsewhere else {}}}
    moment = at or clock.at_local(REQUESTED_ON, 15)
    with clock.at(moment):
        review = samples.open_review(people.reviewer, request)
        samples.save_review(people.reviewer, review, checks=checks, subcontracting={code: elsewhere}, rules=[{
            "method": tested.method, "parameter_codes": list(codes), "rule": rule_by_code(rule), "agreed_by": "Ông Đặng Thử Nghiệm",
            "agreed_on": clock.local(moment).date(), "evidence": "phiếu yêu cầu, mục 6",
        }])
        return samples.accept_request(people.reviewer, review, reviewed_on=clock.local(moment).date())


def receive(people: People, request: TestRequest, *, at: datetime | None = None, **facts: Any) -> Sample:
    """The item arrives on Tuesday at nine; its jobs are planned by the news of it."""
    moment = at or day(10)
    described: dict[str, Any] = {"condition": "nguyên vẹn", "checks": ALL_WELL, "serial": "SN1", "firmware": "1.0.3", **facts}
    with clock.at(moment):
        return samples.receive_sample(people.reception, request.items[0], received_at=moment, **described)


def environment(people: People, *, at: datetime | None = None, t: tuple[str, str] | None = ("22.8", "23.4"),
                rh: tuple[str, str] | None = ("50", "55"), minutes: int = 20, **facts: Any) -> EnvironmentRecord:
    """A record of the RF room ending at `at` (five minutes before the reading by default)."""
    end = at or MEASURED - timedelta(minutes=5)
    room = room_by_code("RF") or quality.add_room(SETTER, "RF", "Phòng RF", "RF room", people.site)
    with clock.at(max(end, clock.at_local(REQUESTED_ON, 7))):
        return quality.record_environment(
            people.technician, room, from_at=end - timedelta(minutes=minutes), to_at=end, sensor_code="EQ-014",
            t_low=Decimal(t[0]) if t else None, t_high=Decimal(t[1]) if t else None,
            rh_low=Decimal(rh[0]) if rh else None, rh_high=Decimal(rh[1]) if rh else None, **facts)


def authorised(people: People, method_code: str, *, tester: bool = True, reviewer: bool = True) -> None:
    """The technician may test, the reviewer may review, since January."""
    with clock.at(clock.at_local(date(2026, 1, 6), 9)):
        if tester:
            authorise(people.signatory, people.technician, method_code, "test")
        if reviewer:
            authorise(people.signatory, people.reviewer, method_code, "review")


def both_roles(people: People, method_code: str) -> Person:
    """Somebody who may test and review the method: two roles, two authorisations."""
    person = make_person("N20", "Đinh Hai Việc", "technician", "reviewer")
    with clock.at(clock.at_local(date(2026, 1, 6), 9)):
        authorise(people.signatory, person, method_code, "test", "review")
    return person


@kept
def make_bench(*, accepted: bool = True, tester: bool = True, reviewer: bool = True, codes: Sequence[str] = (), rule: str = "DR-SA",
               tested: method_facts.Tested | None = None, request_facts: dict[str, Any] | None = None, **received: Any) -> Bench:
    """Everything a reading needs; each argument takes one thing away or changes it."""
    people = make_people()
    tested = tested or method_facts.make_method(people)
    authorised(people, tested.method.code, tester=tester, reviewer=reviewer)
    instrument = equipment_facts.fit_instrument(people.quality_manager, people.site)
    request = ask(people, tested, **(request_facts or {}))
    if accepted:
        accept(people, tested, request, codes=codes, rule=rule)
    sample = receive(people, request, **received)
    record = environment(people)
    job = db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).one()
    return Bench(people, tested, request, sample, job, instrument, record.room, record)


def statuses(lines: Iterable[JobLine]) -> list[str]:
    """States of lines, in order."""
    return [line.status for line in lines]
