"""A request that is ready for its report: accepted, received, tested with one failed line and its retest, reviewed.

Rows are made as they stand after the work of the lower rooms, so that a test of this room changes exactly one fact.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from certificates import services
from certificates.models import Report
from instruments.models import Calibration, Instrument
from lab_app.accounts.queries import authorisation
from lab_app.core import clock, jobs
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.quality.models import EnvironmentRecord, Room
from lab_app.results.models import JobLine, LineReview, Reading, ReadingInstrument, TestJob
from lab_app.samples.models import (
    AgreedRule,
    ContractReview,
    Customer,
    RequestedTest,
    RequestItem,
    Sample,
    TestRequest,
)
from test_methods.models import (
    DecisionRule,
    Method,
    MethodParameter,
    MethodVersion,
    Regulation,
    Requirement,
    ScopeEntry,
    UncertaintyBudget,
)
from tests.support.people_facts import SETTER, People, authorise, make_people
from tests.support.signing import confirmed
from tests.support.worlds import kept

NO_DEVIATION = {"n": "Không có thêm, bớt hay sai khác so với phương pháp."}
SIMPLE = {"code": "DR-SA", "kind": "simple", "version": 1, "r": "1", "u_max": None}
MEASURED = datetime(2026, 11, 11, 3, 0, tzinfo=UTC)


@dataclass
class World:
    """What a test of the room stands on."""

    people: People
    request: TestRequest
    sample: Sample
    job: TestJob
    method: Method
    requirement: Requirement
    instrument: Instrument
    environment: EnvironmentRecord
    lines: list[JobLine] = field(default_factory=list)


def _add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def commit() -> None:
    """End the test's writing transaction, as the edge does."""
    db.session.commit()
    database.end_writing()


@kept
def ready_request(number: str = "YC-2026-0117", *, people: People | None = None, **facts: Any) -> World:
    """A request whose results are all reviewed. `facts` change the request's own fields."""
    people = people or make_people()
    authorize(SETTER, P.LABORATORY_WRITE)
    people.signatory.title_vi, people.signatory.title_en = "Giám đốc", "Director"
    people.reviewer.title_vi, people.reviewer.title_en = "Trưởng phòng thử nghiệm", "Head of testing"
    people.laboratory.accreditation = {
        "number": "VILAS 0000", "standard": "ISO/IEC 17025:2017", "valid_from": "2025-03-10", "valid_to": "2028-03-09",
    }
    method, requirement, parameters = _method(people)
    if authorisation(people.signatory.id, "authorise", method.code, clock.today(), clock.now()) is None:
        authorise(people.signatory, people.signatory, method.code, "authorise")
    request, item = _request(people, number, method, facts)
    world = _work(people, request, item, method, requirement, parameters)
    commit()
    return world


def _method(people: People) -> tuple[Method, Requirement, list[MethodParameter]]:
    found = db.session.query(Method).filter_by(code="QCVN 54").one_or_none()
    if found is not None:
        version = found.versions[0]
        return found, version.parameters[0].requirement, list(version.parameters)
    regulation = _add(Regulation(
        code="QCVN 54:2020/BTTTT", title_vi="Thiết bị thu phát vô tuyến 2,4 GHz", title_en="2.4 GHz radio"
    ))
    method = _add(Method(
        code="QCVN 54", title_vi="Vô tuyến 2,4 GHz", title_en="2.4 GHz radio", reference="QCVN 54:2020/BTTTT, mục 3",
        regulation_id=regulation.id,
    ))
    version = _add(MethodVersion(
        method_id=method.id, number=1, status="approved", effective_from=date(2026, 1, 1), author_id=people.reviewer.id,
        approved_by_id=people.signatory.id, environment={"temperature": ["15", "35"], "humidity": ["20", "75"]},
    ))
    budget = _add(UncertaintyBudget(
        code="UB-RF-EIRP", quantity="Công suất phát EIRP", unit="dB", components=[], u_c=Decimal("0.343"), k=Decimal("2"),
        u_expanded=Decimal("0.69"),
    ))
    db.session.add(DecisionRule(
        code="DR-SA", name_vi="Chấp nhận đơn giản, w = 0", name_en="Simple acceptance, w = 0", definition=SIMPLE,
        risk_vi="rủi ro tới 50 % tại giới hạn", risk_en="risk up to 50 % at the limit",
    ))
    rows = []
    for position, (code, vi, en, kind, unit, places, limit) in enumerate([
        ("eirp", "Công suất phát RF (EIRP)", "RF output power (EIRP)", "number", "dBm", 2, upper("20", "dBm")),
        ("spurious", "Phát xạ giả", "Spurious emission", "number", "dBm", 1, upper("-30", "dBm")),
        ("adaptivity", "Tính thích nghi", "Adaptivity", "observation", "", 0,
         {"type": "observation", "answers": ["PASS", "FAIL", "NA", "NT"]}),
    ]):
        requirement = _add(Requirement(
            regulation_id=regulation.id, position=position, code=code, name_vi=vi, name_en=en, unit=unit, limit=limit,
            confirmed_source="bản gốc, mục 2", confirmed_by_id=people.reviewer.id, confirmed_on=date(2026, 9, 1),
            confirmed_recorded_at=datetime(2026, 9, 1, 3, 0, tzinfo=UTC),
        ))
        rows.append(_add(MethodParameter(
            method_version_id=version.id, requirement_id=requirement.id, position=position, code=code, name_vi=vi, name_en=en,
            kind=kind, unit=unit, places=places, budget_id=budget.id if code == "eirp" else None,
            u_exempt_reason="" if code == "eirp" else "phép thử chức năng, độ phân giải không ảnh hưởng kết luận (7.6.3)",
            u_max=Decimal("1.5") if code == "eirp" else None,
        )))
    for code in ("eirp", "spurious"):
        db.session.add(ScopeEntry(
            method_code=method.code, parameter_code=code, status="accredited", decision="00/QĐ-VPCNCL",
            valid_from=date(2025, 3, 10), valid_to=date(2028, 3, 9),
        ))
    db.session.add(ScopeEntry(
        method_code=method.code, parameter_code="", status="designated", decision="00/QĐ-BKHCN", valid_from=date(2025, 7, 1),
        valid_to=date(2028, 6, 30),
    ))
    db.session.flush()
    return method, rows[0].requirement, rows


def upper(limit: str, unit: str) -> dict[str, Any]:
    """An inclusive upper limit as a line freezes it."""
    return {"type": "upper", "limit": limit, "inclusive": True, "unit": unit}


def _request(people: People, number: str, method: Method, facts: dict[str, Any]) -> tuple[TestRequest, RequestItem]:
    customer = db.session.query(Customer).filter_by(tax_code="9910000015").one_or_none() or _add(Customer(
        code="KH-0001", name="Công ty TNHH Thiết bị mạng Sao Hôm Giả Định", name_en="Sao Hom Networks", tax_code="9910000015",
        address="Lô 00, Khu công nghiệp Thí Dụ, tỉnh Mẫu", contact="Đặng Thử Nghiệm", phone="0900 000 001",
    ))
    described: dict[str, Any] = {
        "wants_statement": True, "language": "vi+en", "public_fields": ["product", "regulations", "signatory"],
        "status": "accepted", **facts,
    }
    request = _add(TestRequest(
        number=number, customer_id=customer.id, site_id=people.site.id, requested_on=date(2026, 11, 2), due_on=date(2026, 11, 27),
        registered_by_id=people.reception.id, contract_no="HĐ-2026-0117", **described,
    ))
    item = _add(RequestItem(
        request_id=request.id, name="Điểm truy cập Wi-Fi 6 băng kép", name_en="Dual-band Wi-Fi 6 access point", brand="SAOHOM",
        model="SH-AX30", manufacturer=customer.name,
        supplied=[{"key": "gain", "label": "Độ lợi ăng ten", "value": "3,0", "unit": "dBi"}],
    ))
    _add(RequestedTest(request_id=request.id, item_id=item.id, method_id=method.id))
    review = _add(ContractReview(
        number=number.replace("YC", "XX"), request_id=request.id, reviewer_id=people.reviewer.id, outcome="accepted",
        reviewed_on=date(2026, 11, 3), decided_at=datetime(2026, 11, 3, 3, 0, tzinfo=UTC),
    ))
    _add(AgreedRule(
        review_id=review.id, method_id=method.id, rule_code="DR-SA", rule=SIMPLE, agreed_by="Đặng Thử Nghiệm",
        agreed_on=date(2026, 11, 3), evidence=f"{number}, mục 6",
    ))
    return request, item


def _work(
    people: People, request: TestRequest, item: RequestItem, method: Method, requirement: Requirement,
    parameters: list[MethodParameter],
) -> World:
    tail = request.number.removeprefix("YC-2026-")
    sample = _add(Sample(
        code=f"M26-{tail}-01", request_id=request.id, item_id=item.id, serial="SH26AX30-000017", hardware="B1", firmware="1.0.3",
        received_at=datetime(2026, 11, 5, 2, 15, tzinfo=UTC), received_by_id=people.reception.id, brought_by="khách hàng gửi",
        condition="Nguyên vẹn, đủ phụ kiện",
    ))
    job = _add(TestJob(
        code=f"T26-{tail}-01", sample_id=sample.id, request_id=request.id, site_id=people.site.id,
        method_version_id=parameters[0].method_version_id, assignee_id=people.technician.id, status="reviewed",
    ))
    room = db.session.query(Room).filter_by(code="P-RF").one_or_none() or _add(
        Room(code="P-RF", name_vi="Phòng RF", name_en="RF room", site_id=people.site.id)
    )
    environment = _add(EnvironmentRecord(
        code=f"ENV-{tail}", room_id=room.id, from_at=MEASURED - timedelta(hours=2), to_at=MEASURED + timedelta(hours=6),
        t_low=Decimal("23.1"), t_high=Decimal("23.9"), rh_low=Decimal("52"), rh_high=Decimal("57"), sensor_code="EQ-014",
        recorded_by_id=people.technician.id,
    ))
    instrument = db.session.query(Instrument).filter_by(code="EQ-002").one_or_none() or _instrument(people)
    world = World(people, request, sample, job, method, requirement, instrument, environment)
    eirp, spurious, adaptivity = parameters
    add_line(world, eirp, "802.11n HT20, 2412 MHz", "18.42", "PASS", u="0.69")
    failed = add_line(world, spurious, "4824 MHz", "-28.3", "FAIL")
    add_line(world, spurious, "4824 MHz", "-34.1", "PASS", retest_of=failed, firmware="1.0.4", hours=48)
    add_line(world, adaptivity, "2442 MHz", None, "PASS", observation="PASS", firmware="1.0.4", hours=49)
    return world


def _instrument(people: People) -> Instrument:
    row = _add(Instrument(
        code="EQ-002", name_vi="Máy đo công suất", name_en="Power meter", maker="Sóng Giả", type="PM-8", serial="SG000456",
        site_id=people.site.id,
    ))
    _add(Calibration(
        instrument_id=row.id, done_on=date(2026, 2, 20), due_on=date(2027, 2, 20), certificate_no="CV-26-00198",
        laboratory="Viện Hiệu chuẩn Cầu Vồng (giả định)", laboratory_accreditation="VILAS 0001 (giả định)",
        traceability="6.5.2 a)", released_at=datetime(2026, 2, 21, 2, 0, tzinfo=UTC), released_by_id=people.quality_manager.id,
    ))
    return row


def add_line(
    world: World, parameter: MethodParameter, conditions: str, value: str | None, verdict: str, *, u: str | None = None,
    observation: str = "", retest_of: JobLine | None = None, firmware: str = "1.0.3", hours: int = 0, reviewed: bool = True,
    confirmed: bool = True,
) -> JobLine:
    """A line with its reading, approved unless said otherwise. The caller's transaction writes."""
    authorize(SETTER, P.RESULT_WRITE)
    at = MEASURED + timedelta(hours=hours)
    line = _add(JobLine(
        job_id=world.job.id, parameter_id=parameter.id, position=len(world.lines) + 1, conditions=conditions,
        limit=parameter.requirement.limit, limit_confirmed=confirmed, rule_code="DR-SA" if value else "",
        rule=SIMPLE if value else None, status="reviewed" if reviewed else "submitted",
        retest_of_id=retest_of.id if retest_of else None, retest_reason="đổi firmware" if retest_of else "",
    ))
    number = Decimal(value) if value is not None else None
    limit = parameter.requirement.limit
    margin = Decimal(limit["limit"]) - number if number is not None else None
    reading = _add(Reading(
        line_id=line.id, person_id=world.people.technician.id, measured_at=at, recorded_at=at + timedelta(minutes=5),
        environment_id=world.environment.id, firmware=firmware, raw={}, observation=observation, value=number, unit=parameter.unit,
        u=Decimal(u) if u else None, k=Decimal("2") if u else None, margin=margin, verdict=verdict,
    ))
    calibration = db.session.query(Calibration).filter_by(instrument_id=world.instrument.id).first()
    _add(ReadingInstrument(
        reading_id=reading.id, instrument_id=world.instrument.id, calibration_id=calibration.id if calibration else None,
        measured_at=at,
    ))
    if reviewed:
        _add(LineReview(line_id=line.id, reading_id=reading.id, decision="approved", reviewer_id=world.people.reviewer.id))
    world.lines.append(line)
    return line


@kept
def issued(world: World, **facts: Any) -> Report:
    """The request's report, issued through all three steps."""
    wanted = {"not_applicable": NO_DEVIATION, **facts}
    report = services.issue(world.people.signatory, world.request, **wanted, confirmed=confirmed(world.people.signatory))
    commit()
    jobs.run_key(services.job_key(report.id))
    db.session.rollback()
    return db.session.get_one(Report, report.id)


def measured_again(world: World, line: JobLine, value: str, days: int = 4) -> JobLine:
    """The line measured again some days later (after a recall), reviewed."""
    again = add_line(
        world, line.parameter, line.conditions, value, "PASS", u="0.69", retest_of=line, firmware="1.0.4", hours=24 * days
    )
    commit()
    return again
