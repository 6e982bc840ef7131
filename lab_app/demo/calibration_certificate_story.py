"""The case's calibration, told at its own dates: a customer's multimeter found beyond its limit, adjusted, certified; the month
after, one point again; and a multimeter of the laboratory's own calibrated in house, its certificate released in the register.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from certificates import services as certificates
from certificates.models import Report
from instruments import services as instruments
from instruments.models import Calibration, Instrument
from lab_app.accounts import services as people
from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.method_proofs import Shown, Vector, prove
from lab_app.demo.people import case
from lab_app.demo.story import NO_DEVIATIONS, customer, moment, room_of, site, step, who
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import services as results
from lab_app.results.models import JobLine, TestJob
from lab_app.results.services import Point, ReadingEntry
from lab_app.samples import services as samples
from lab_app.samples.models import Sample, TestRequest
from test_methods import services as methods
from test_methods.models import DecisionRule, Method, MethodParameter, MethodVersion
from test_methods.queries import budget_by_code

CODE, DOCUMENT = "QT-HC-07", "QT-HC-07:2025"
ENTERED, FROM = "2026-07-08T09:00", date(2026, 7, 13)
TITLE = ("Hiệu chuẩn đồng hồ vạn năng số", "Calibration of digital multimeters")
QUANTITY = ("Điện áp một chiều", "d.c. voltage")
CHECKS = ("intact", "complete", "matches", "documents", "safe")


#: What the validation of the procedure showed.
SHOWN = Shown(
    "Sai số của một đồng hồ đã biết được tìm lại với |En| ≤ 1 ở mọi điểm; độ lặp lại không quá một phần ba của U.",
    (("|En| lớn nhất so với giấy CV-26-00513", "≤ 1", "0,4", ""), ("Độ lặp lại ở 10 V, 10 lần", "≤ 28", "18", "µV"),
     ("Độ trôi trong một ngày ở 10 V", "≤ 10", "4", "µV")),
    "Hiệu chuẩn lặp 10 lần một đồng hồ đã biết sai số, 06/07/2026, so với giấy CV-26-00513: |En| ≤ 0,4 ở sáu điểm.")


@dataclass(frozen=True)
class Place:
    """A calibrated voltage: its code, the components of its budget in µV (standard at k = 2, drift, resolution, repeatability), the
    capability on the scope."""

    code: str
    volts: str
    components: tuple[str, str, str, str]
    cmc: str


PLACES = (
    Place("DCV-0.1", "0,1 V", ("0.4", "0.25", "1", "0.3"), "1.3"), Place("DCV-0.5", "0,5 V", ("2", "1.25", "3", "1.3"), "4.8"),
    Place("DCV-1", "1 V", ("4", "2.5", "5.5", "2.1"), "9.0"), Place("DCV-2", "2 V", ("8", "5", "11", "3.5"), "17"),
    Place("DCV-5", "5 V", ("20", "12.5", "25", "9"), "40"), Place("DCV-10", "10 V", ("40", "25", "50", "18"), "80"),
)
#: parameter, range, point, MPE in µV, reference as realised, indication as found, as left.
MULTIMETER = (
    ("DCV-0.1", "1 V", "0,1 V", "10", "0.100000", "0.100003", "0.100003"),
    ("DCV-0.5", "1 V", "0,5 V", "30", "0.500000", "0.500014", "0.500012"),
    ("DCV-1", "1 V", "1 V", "55", "1.000000", "1.000027", "1.000022"),
    ("DCV-2", "10 V", "2 V", "150", "2.00000", "2.00014", "2.00002"),
    ("DCV-5", "10 V", "5 V", "300", "5.00000", "5.00031", "5.00006"),
    ("DCV-10", "10 V", "10 V", "550", "10.00000", "10.00061", "10.00012"),
    ("DCV-10", "10 V", "−10 V", "550", "-10.00000", "-10.00060", "-10.00011"),
)
CRITERION = "MPE: ±(50 µV/V + 5 µV) dải 1 V; ±(50 µV/V + 50 µV) dải 10 V"
ADJUSTED = "Đã hiệu chỉnh dải 10 V ngày 15/09/2026 theo quy trình của nhà sản xuất."
AGAIN = (("DCV-10", "10 V", "10 V", "550", "10.00000", "10.00050", ""),)
#: The laboratory's own 6½-digit multimeter against what its use requires.
OWN = (
    ("DCV-1", "1 V", "1 V", "50", "1.0000000", "1.0000040", ""), ("DCV-10", "10 V", "10 V", "300", "10.000000", "10.000038", ""),
)
OWN_CRITERION = "Yêu cầu sử dụng: ±50 µV tại 1 V, ±300 µV tại 10 V"


def tell() -> None:
    """The method, the customer's two calibrations, the laboratory's own."""
    told = case()["calibration_example"]
    method()
    request = ask(told["request"], "2026-09-10T09:00", date(2026, 9, 24))
    sample = receive(request, "2026-09-11T09:00")
    measure(sample, MULTIMETER, CRITERION, "2026-09-15", told, ADJUSTED)
    certify(request, "2026-09-16", told["certificate"])
    give_back(sample, "2026-09-18T10:00")
    later = ask("YC-HC-2026-0034", "2026-10-12T09:00", date(2026, 10, 23))
    again = receive(later, "2026-10-13T09:00")
    measure(again, AGAIN, "MPE: ±(50 µV/V + 50 µV) dải 10 V", "2026-10-15", told)
    certify(later, "2026-10-16", "GCN-HC-2026-0034")
    give_back(again, "2026-10-19T10:00")
    own(told)


# ---- the method ------------------------------------------------------------------------------------------------------


def method() -> Method:
    """The procedure with its budgets and parameters, approved, in the accredited scope with its capabilities, people authorised."""
    author, director = who("U02"), who("U01")
    with step(moment(ENTERED)):
        document = methods.add_regulation(
            author, kind="procedure", code=DOCUMENT, title_vi=TITLE[0], title_en=TITLE[1], in_force_from=date(2025, 12, 1),
            confirmed="Bản gốc tại phòng hiệu chuẩn, lần ban hành 01", confirmed_fields=["code", "title_vi"])
        row = methods.add_method(
            author, kind="calibration", code=CODE, title_vi=TITLE[0], title_en=TITLE[1], regulation=document,
            reference=f"{CODE}, đo trực tiếp", standard_method=False)
        version = methods.draft_version(
            author, row, environment={"temperature": ["21", "25"], "humidity": ["40", "60"]}, change_note="Ban hành lần đầu")
        for place in PLACES:
            _parameter(version, place)
        prove(author, version, date(2026, 7, 6), SHOWN, _vectors, who("U03"))
    with step(moment("2026-07-09T15:00")):
        methods.approve_version(director, version, FROM)
        for person, tasks in (("U03", ("test",)), ("U02", ("review", "conformity"))):
            for task in tasks:
                people.authorise_person(
                    director, who(person), task=task, method_code=CODE, valid_from=FROM, valid_to=FROM + timedelta(days=729),
                    basis="Đào tạo hiệu chuẩn và đánh giá tay nghề (minh họa)")
        _scope()
    return row


def _parameter(version: MethodVersion, place: Place) -> None:
    author = who("U02")
    standard, drift, resolution, repeated = place.components
    code = "UB-CAL-DMM10V" if place.code == "DCV-10" else f"UB-CAL-{place.code}"
    budget = budget_by_code(code) or methods.add_budget(
        author, code=code, quantity=f"Điện áp một chiều {place.volts} (hiệu chuẩn đồng hồ vạn năng)", unit="µV", components=[
            {"source": "Chuẩn đa năng", "value": standard, "distribution": "normal", "divisor": "2", "c_i": "1"},
            {"source": "Trôi chuẩn từ lần hiệu chuẩn trước", "value": drift, "distribution": "rectangular", "c_i": "1"},
            {"source": "Độ phân giải của đồng hồ", "value": resolution, "distribution": "rectangular", "c_i": "1"},
            {"source": "Độ lặp lại", "value": repeated, "distribution": "normal", "divisor": "1", "c_i": "1"},
        ])
    requirement = methods.add_requirement(
        author, version.method.regulation, code=place.code, name_vi=QUANTITY[0], name_en=QUANTITY[1], unit="µV", limit={},
        conditions=place.volts)
    methods.add_parameter(
        author, version, requirement, formula="(indicated - reference) * 1000000", unit="µV", places=0, budget=budget,
        default_rule="DR-GB-U", conditions=[place.volts], need={"quantity": "dc-voltage", "low": "0", "high": "10", "unit": "V"},
        fields=[
            {"key": "reference", "label_vi": "Giá trị chuẩn", "label_en": "Reference", "unit": "V", "source": "measured", "many": False},
            {"key": "indicated", "label_vi": "Chỉ thị", "label_en": "Indication", "unit": "V", "source": "measured", "many": False},
        ])


def _vectors(parameter: MethodParameter) -> list[Vector]:
    """Points of a known multimeter with the errors worked out by hand."""
    return [Vector(f"{point}, {scale}", {"reference": reference, "indicated": found},
                   (str((Decimal(found) - Decimal(reference)).scaleb(6).quantize(Decimal("0.1"))),))
            for code, scale, point, _mpe, reference, found, _left in MULTIMETER if code == parameter.code][:1]


def _scope() -> None:
    accreditation = case()["lab"]["accreditation"]
    for place in PLACES:
        methods.add_scope(
            who("U01"), method_code=CODE, parameter_codes=[place.code], status="accredited",
            decision=f"{accreditation['number']}, {accreditation['decision']}", valid_from=FROM,
            valid_to=date.fromisoformat(accreditation["valid_to"]), cmc=Decimal(place.cmc), cmc_unit="µV")


def _method() -> Method:
    return db.session.scalars(select(Method).where(Method.code == CODE)).one()


# ---- a customer's instrument -----------------------------------------------------------------------------------------


def ask(number: str, at: str, due: date) -> TestRequest:
    """The customer asks for its multimeter; the review agrees on the guard band."""
    day = moment(at).date()
    with step(moment(at)):
        request = samples.register_request(
            who("U05"), customer=customer("C03"), site=site(), requested_on=day, number=number, due_on=due, public_fields=["product"],
            items=[{"name": "Đồng hồ vạn năng số", "name_en": "Digital multimeter", "model": "DM-45", "quantity": 1,
                    "methods": [_method()]}])
    with step(moment(at) + timedelta(hours=5)):
        review = samples.open_review(who("U02"), request)
        rule = db.session.scalars(select(DecisionRule).where(DecisionRule.code == "DR-GB-U")).one()
        samples.save_review(
            who("U02"), review, checks={
                "requirements": {"answer": "yes", "note": ""}, "capability": {"answer": "yes", "note": "CMC 80 µV tại 10 V"},
                "methods": {"answer": "yes", "note": ""}, "decision_rule": {"answer": "yes", "note": ""},
                "subcontracting": {"answer": "na", "note": ""}},
            rules=[{"method": _method(), "rule": rule, "agreed_by": "Ông Lý Đo Lường", "agreed_on": day,
                    "evidence": f"phiếu {number}, mục 6"}])
        samples.accept_request(who("U02"), review, reviewed_on=day)
    return request


def receive(request: TestRequest, at: str) -> Sample:
    """The multimeter arrives and its job is given to the calibration technician."""
    with step(moment(at)):
        sample = samples.receive_sample(
            who("U05"), request.items[0], received_at=moment(at), condition="Nguyên vẹn, đủ dây đo", serial="HG-0021",
            brought_by="Ông Lý Đo Lường", accessories="Dây đo, hướng dẫn sử dụng", storage="K2-01",
            checks={key: {"ok": True, "note": ""} for key in CHECKS})
        results.assign_job(who("U02"), _job(sample), who("U03"))
    return sample


def give_back(sample: Sample, at: str) -> None:
    """The customer takes the instrument home with its certificate."""
    with step(moment(at)):
        samples.move_sample(who("U05"), sample, kind="returned", at=moment(at), to_text="Ông Lý Đo Lường", note="kèm giấy chứng nhận")


def _job(sample: Sample) -> TestJob:
    return db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).one()


def _environment(day: str, told: dict[str, Any]) -> EnvironmentRecord:
    """The calibration room from half past eight to noon."""
    temperature, humidity = told["env"]["T_C"], told["env"]["RH"]
    with step(moment(f"{day}T12:02")):
        return quality.record_environment(
            who("U03"), room_of("Phòng hiệu chuẩn"), code=f"ENV-HC-{day}", from_at=moment(f"{day}T08:30"), to_at=moment(f"{day}T12:00"),
            t_low=Decimal(temperature[0]), t_high=Decimal(temperature[1]), rh_low=Decimal(humidity[0]), rh_high=Decimal(humidity[1]),
            sensor_code="EQ-015")


def measure(
    sample: Sample, rows: tuple[tuple[str, ...], ...], criterion: str, day: str, told: dict[str, Any], adjustment: str = "",
) -> None:
    """Points planned, measured as found and, after an adjustment, as left; handed over for review."""
    technician, job = who("U03"), _job(sample)
    standard = db.session.scalars(select(Instrument).where(Instrument.code == told["standard_used"])).one()
    environment = _environment(day, told)
    parameters = {p.code: p for p in db.session.scalars(
        select(MethodParameter).where(MethodParameter.method_version_id == job.method_version_id))}
    with step(moment(f"{day}T08:40")):
        results.plan_points(technician, job, [
            Point(parameters[code], at, Decimal(mpe), scale) for code, scale, at, mpe, *_ in rows], criterion=criterion)
    _record(job, "as_found", [(row[4], row[5]) for row in rows], moment(f"{day}T09:00"), standard, environment)
    if adjustment:
        with step(moment(f"{day}T10:20")):
            results.record_adjustment(technician, job, adjustment)
        _record(job, "as_left", [(row[4], row[6]) for row in rows], moment(f"{day}T10:40"), standard, environment)
    with step(moment(f"{day}T15:20")):
        results.submit_job(technician, job, confirmed=signatures.told(technician))


def _record(
    job: TestJob, stage: str, values: list[tuple[str, str]], begin: datetime, standard: Instrument, environment: EnvironmentRecord
) -> None:
    lines = list(db.session.scalars(
        select(JobLine).where(JobLine.job_id == job.id, JobLine.stage == stage, JobLine.status == "planned").order_by(JobLine.position)))
    for place, (line, (reference, indicated)) in enumerate(zip(lines, values, strict=True)):
        at = begin + timedelta(minutes=10 * place)
        with step(at + timedelta(minutes=2)):
            results.record_reading(who("U03"), line, ReadingEntry(
                measured_at=at, texts={"reference": reference, "indicated": indicated}, locale="en", instruments=[standard],
                environment=environment))


def certify(request: TestRequest, day: str, number: str | None = None) -> Report:
    """Reviewed in the morning, signed in the afternoon."""
    with step(moment(f"{day}T09:10")):
        for job in db.session.scalars(select(TestJob).where(TestJob.request_id == request.id)).all():
            results.review_job(who("U02"), job, decision="approved", confirmed=signatures.told(who("U02")))
    at = moment(f"{day}T14:05")
    with step(at):
        report = certificates.issue(
            who("U01"), request, number=number, issued_on=clock.local(at).date(), not_applicable=NO_DEVIATIONS,
                confirmed=signatures.told(who("U01")))
        ident = report.id
    with clock.at(at):
        certificates.finish_issue(ident)
    return db.session.get_one(Report, ident)


# ---- an instrument of our own ----------------------------------------------------------------------------------------


def own(told: dict[str, Any]) -> None:
    """The 6½-digit multimeter between two external calibrations: planned, measured, certified, evaluated, released."""
    steward = who("U06")
    row = db.session.scalars(select(Instrument).where(Instrument.code == "EQ-013")).one()
    with step(moment("2026-10-19T08:30")):
        sample = samples.calibrate_own_instrument(
            steward, row, _method(), planned_on=date(2026, 10, 23), condition="Nguyên vẹn, tự kiểm tra đạt",
            note="Giữa hai lần hiệu chuẩn bên ngoài")
        results.assign_job(who("U02"), _job(sample), who("U03"))
    measure(sample, OWN, OWN_CRITERION, "2026-10-20", told)
    certify(sample.request, "2026-10-21")
    calibration = db.session.scalars(select(Calibration).where(
        Calibration.instrument_id == row.id, Calibration.kind == "in_house")).one()
    with step(moment("2026-10-22T09:00")):
        instruments.evaluate_calibration(
            steward, calibration, evaluation="Sai số tại 1 V và 10 V trong yêu cầu sử dụng, phù hợp với giấy CV-26-00513", passed=True)
        instruments.release_calibration(steward, calibration)
