"""The historical case, told at its own dates by the same services as the pages: request, contract review, reception, readings
with a failed line and its retest, review, report, the receiver found wrong, re-measurement, amended report, return.

Every step happens at the moment the case gives it, through the loader's clock, and is committed before the next: what was
known when is true in the two times of every row.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from certificates import services as certificates
from certificates.models import Report
from certificates.services import opinions
from instruments.models import Instrument
from lab_app.accounts.models import Person, Site
from lab_app.accounts.queries import person_by_code
from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.demo import traces
from lab_app.demo.deviation_story import answer_checklist
from lab_app.demo.load import case
from lab_app.demo.methods import line_texts, parameter_for
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord, Room
from lab_app.results import services as results
from lab_app.results.models import JobLine, TestJob
from lab_app.results.services import ReadingEntry
from lab_app.samples import services as samples
from lab_app.samples.models import Customer, Sample, TestRequest
from test_methods.models import DecisionRule, Method

#: Item n of 7.8.2.1: only the signatory can say that there was none.
NO_DEVIATIONS = {"n": "Không có"}
AMENDED_BECAUSE = "radiated emission measured again after an error of the receiver was found (NCW-2026-003)"
OPINION = {
    "statement_vi": "Biên phát xạ bức xạ nhỏ nhất còn 1,7 dB, nhỏ hơn U. Nên theo dõi phát xạ tại 240 MHz trong sản xuất hàng loạt.",
    "statement_en": "The smallest margin of radiated emission is 1.7 dB, less than U. Emission at 240 MHz should be watched in production.",
    "basis_vi": "Kết quả đo lại ngày 06/10/2026 tại 240 MHz, phân cực H: 45,3 dBµV/m, giới hạn 47,0 dBµV/m, U = 4,86 dB.",
    "basis_en": "Result of 6 Oct 2026 at 240 MHz, horizontal: 45.3 dBµV/m, limit 47.0 dBµV/m, U = 4.86 dB.",
}
TESTERS = {"QCVN 54": "U03", "QCVN 65": "U03", "QCVN 118": "U04"}


def moment(text: str) -> datetime:
    """A wall-clock text of the case (`2026-09-08T09:15`, or a day: nine in the morning) as a moment."""
    naive = datetime.fromisoformat(text if "T" in text else text + "T09:00")
    return clock.from_wall(naive)


@contextmanager
def step(at: datetime) -> Iterator[None]:
    """One request's worth of work at a moment: committed at its end."""
    with clock.at(at):
        yield
        db.session.commit()
        database.end_writing()


def who(code: str) -> Person:
    """A person of the case."""
    found = person_by_code(code)
    assert found is not None, code
    return found


def site() -> Site:
    """The laboratory's only site."""
    return db.session.scalars(select(Site).order_by(Site.id)).first()  # type: ignore[return-value]


def method(regulation: str) -> Method:
    """The method that tests a regulation of the case."""
    family = regulation.split(":")[0]
    return db.session.scalars(select(Method).where(Method.code == family)).one()


def tell_to_the_report() -> tuple[TestRequest, Sample, Report]:
    """From the request to the report that was issued: nobody knew then that the receiver read low."""
    from lab_app.demo import planning  # it is told with this story's own words

    data = case()
    flow = data["flow"]
    prices()
    customers(data)
    request = ask_and_review(flow, data)
    sample = receive(flow, request)
    environments(flow["environment"])
    planning.describe_item(request)
    measure(flow, request, sample)
    planning.answer_firmware(sample)
    return request, sample, review_and_issue(flow, request)


def tell_the_amendment(request: TestRequest, sample: Sample, report: Report) -> None:
    """What followed from the recall: the report suspended, three points measured again, the amended report, the item returned."""
    amend(case()["flow"], request, sample, report)


def customers(data: dict[str, Any]) -> None:
    """The three enterprises of the case."""
    with step(moment("2026-09-04T08:30")):
        for c in data["customers"]:
            samples.register_customer(
                who("U05"), code=c["id"], name=c["name"], name_en=c.get("name_en", ""),
                tax_code=c.get("mst_branch") or c["mst"], address=c["address"], contact=c.get("contact", ""),
                phone=c.get("phone", ""), email=c.get("email", ""),
            )


#: What a method costs, in đồng before VAT; the case's three together are its contract's 18 600 000.
PRICES = {"QCVN 54": 6_545_000, "QCVN 65": 6_055_000, "QCVN 118": 6_000_000, "QCVN 101": 4_800_000}


def prices() -> None:
    """The price list of the year."""
    with step(moment("2026-01-05")):
        for code, amount in PRICES.items():
            samples.set_price(who("U10"), method(code), Decimal(amount), date(2026, 1, 5))


def customer(code: str) -> Customer:
    """An enterprise of the case."""
    return db.session.scalars(select(Customer).where(Customer.code == code)).one()


def ask_and_review(flow: dict[str, Any], data: dict[str, Any]) -> TestRequest:
    """The request, its contract review with the rules the customer agreed to, the contract and its price."""
    r, cr, item = flow["request"], flow["contract_review"], flow["sample"]
    with step(moment(r["date"])):
        request = samples.register_request(
            who("U05"), customer=customer(r["customer"]), site=site(), requested_on=date.fromisoformat(r["date"]),
            number=r["no"], wants_statement=r["conformity_statement"], language=r["report_language"], copies=r["copies"],
            return_items=r["return_sample"], public_fields=["customer", "product", "versions", "regulations", "signatory"],
            items=[{
                "name": item["name"], "name_en": "Dual-band Wi-Fi 6 access point", "brand": item["brand"], "model": item["model"],
                "manufacturer": customer(r["customer"]).name, "origin": "Việt Nam", "quantity": 1, "power": item["power"],
                "supplied": [
                    {"key": "antenna_gain_24", "label": "Độ lợi ăng ten 2,4 GHz", "value": "3.0", "unit": "dBi"},
                    {"key": "antenna_gain_5", "label": "Độ lợi ăng ten 5 GHz", "value": "3.5", "unit": "dBi"},
                ],
                "methods": [method(code) for code in r["regulations"]],
            }],
        )
        samples.quote(who("U10"), request)
    agreed = r["decision_rules_agreed"]
    with step(moment(cr["date"])):
        review = samples.open_review(who(cr["reviewer"]), request, number=cr["no"])
        samples.save_review(
            who(cr["reviewer"]), review,
            checks={
                "requirements": {"answer": "yes", "note": ""}, "capability": {"answer": "yes", "note": cr["capability"]},
                "methods": {"answer": "yes", "note": ""}, "decision_rule": {"answer": "yes", "note": ""},
                "subcontracting": {"answer": "na", "note": ""},
            },
            questions=cr["questions"], deviations="",
            rules=[
                {**rule, "agreed_by": agreed["by_customer"], "agreed_on": date.fromisoformat(agreed["on"]), "evidence": agreed["evidence"]}
                for rule in agreed_rules(data)
            ],
        )
        samples.accept_request(
            who(cr["reviewer"]), review, reviewed_on=date.fromisoformat(cr["date"]), contract_no=cr["contract"],
            due_on=date.fromisoformat(r["deadline"]),
        )
    return request


def agreed_rules(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Method by method: the rule most of its lines follow, and the parameters that follow another."""
    per_method: dict[str, dict[str, set[str]]] = {}
    for line in data["flow"]["test_lines"]:
        rules = per_method.setdefault(line["regulation"], {})
        rules.setdefault(line["decision_rule"], set()).add(parameter_for(line["id"]).code)
    out = []
    for regulation, rules in per_method.items():
        ordered = sorted(rules, key=lambda code: -len(rules[code]))
        for n, code in enumerate(ordered):
            rule = db.session.scalars(select(DecisionRule).where(DecisionRule.code == code)).one()
            out.append({
                "method": method(regulation), "rule": rule, "parameter_codes": [] if n == 0 else sorted(rules[code]),
            })
    return out


def receive(flow: dict[str, Any], request: TestRequest) -> Sample:
    """The item arrives, is checked, stored, and handed over."""
    s = flow["sample"]
    with step(moment(s["received"])):
        sample = samples.receive_sample(
            who(s["received_by"]), request.items[0], received_at=moment(s["received"]), serial=s["serial"], hardware=s["hw"],
            firmware=s["fw"][0], brought_by="Ông Đặng Thử Nghiệm", condition=s["condition"],
            checks={key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")},
            accessories="Bộ nguồn 12 V, cáp mạng, phần mềm điều khiển RF", storage="K1-03",
            storage_conditions="15–30 °C, dưới 75 %RH", code=s["code"],
        )
        for job in db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)):
            results.assign_job(who("U02"), job, who(TESTERS[job.method_version.method.code]))
    kinds = {"bàn giao": "handed_over", "nhập kho": "stored", "lấy lại": "taken"}
    for at, person, text in s["custody"][1:4]:
        room = text.removeprefix("bàn giao ")
        with step(moment(at)):
            samples.move_sample(
                who(person), sample, kind=next(k for words, k in kinds.items() if text.startswith(words)), at=moment(at),
                to_person=who(person), place="K1-03" if "kho" in text else room[:1].upper() + room[1:], note=text,
            )
    return sample


def environments(records: dict[str, Any]) -> None:
    """What the loggers showed in each room while the work was done."""
    for code, e in records.items():
        room = room_of(e["room"])
        temperature = e.get("T_C")
        extra: dict[str, str] = {}
        if "supply_V" in e:
            extra["supply_V"] = str(e["supply_V"])
        if "setpoints_C" in e:
            extra["setpoints_C"] = "; ".join(str(v) for v in e["setpoints_C"])
            extra["deviation_C"] = "; ".join(str(v) for v in e["deviation_C"])
        recorder = "U04" if "SAC" in code else "U03"
        with step(moment(e["to"]) + timedelta(minutes=2)):
            quality.record_environment(
                who(recorder), room, code=code, from_at=moment(e["from"]), to_at=moment(e["to"]),
                t_low=Decimal(str(temperature[0])) if temperature else None,
                t_high=Decimal(str(temperature[1])) if temperature else None,
                rh_low=Decimal(e["RH"][0]) if e["RH"] else None, rh_high=Decimal(e["RH"][1]) if e["RH"] else None,
                sensor_code=e["sensor"], extra=extra,
            )


def room_of(name: str) -> Room:
    """A room by the name the case uses."""
    rooms = list(db.session.scalars(select(Room)))
    return next(r for r in rooms if r.name_vi == name or name.startswith(r.name_vi))


def conditions_of(case_line: dict[str, Any]) -> str:
    """The condition of a line; the firmware stands with the reading, not in the condition."""
    return str(case_line["conditions"]).split(", firmware")[0]


def line_for(case_line: dict[str, Any], sample: Sample) -> JobLine:
    """The planned line of the bench that a line of the case was measured on; added where the plan had no such condition."""
    parameter = parameter_for(case_line["id"])
    job = db.session.scalars(
        select(TestJob).where(TestJob.sample_id == sample.id, TestJob.method_version_id == parameter.method_version_id)
    ).one()
    for line in job.lines:
        if line.parameter_id == parameter.id and line.status == "planned" and line.retest_of_id is None and (
            line.conditions == conditions_of(case_line) or not line.conditions
        ):
            return line
    return results.add_line(who(TESTERS[job.method_version.method.code]), job, parameter, conditions_of(case_line))


def environment_of(case_line: dict[str, Any]) -> str:
    """The record the line was measured under: its room's, or the climatic chamber's for an extreme condition."""
    return str(case_line["environment"][0])


def note_of(case_line: dict[str, Any]) -> str:
    """The case's note, with the climatic chamber's record where one was used."""
    chamber = [c for c in case_line["environment"][1:] if "-CH-" in c]
    return "; ".join([*([case_line["note"]] if case_line.get("note") else []), *(f"buồng khí hậu: {c}" for c in chamber)])


def entry(case_line: dict[str, Any], at: datetime, firmware: str | None = None) -> ReadingEntry:
    """What the technician typed for a line of the case."""
    return ReadingEntry(
        measured_at=at, texts=line_texts(case_line), locale="en",
        instruments=[db.session.scalars(select(Instrument).where(Instrument.code == code)).one() for code in case_line["equipment"]],
        environment=db.session.scalars(
            select(EnvironmentRecord).where(EnvironmentRecord.code == environment_of(case_line))
        ).one(),
        note=note_of(case_line), firmware=firmware,
    )


def times(flow: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, datetime]:
    """A moment for each line, inside the span of its environment record."""
    used: dict[str, int] = {}
    out = {}
    for line in lines:
        code = environment_of(line)
        n = used[code] = used.get(code, 0) + 1
        out[line["id"]] = moment(flow["environment"][code]["from"]) + timedelta(minutes=12 * n)
    return out


def measure(flow: dict[str, Any], request: TestRequest, sample: Sample) -> None:
    """The readings of September: each recorded two minutes after it was made; the failed line and its retest."""
    lines = [t for t in flow["test_lines"] if t["date"] < "2026-10-01"]
    at = times(flow, lines)
    for t in sorted(lines, key=lambda line: at[line["id"]]):
        tester, firmware = who(t["tester"]), flow["sample"]["fw"][0] if at[t["id"]] < moment("2026-09-14") else None
        if t["id"] == "54-12-b":
            repeat_with_new_firmware(flow, sample, t, at[t["id"]])
            continue
        with step(at[t["id"]] + timedelta(minutes=2)):
            line = line_for(t, sample)
            results.record_reading(tester, line, entry(t, at[t["id"]], firmware))
    traces.tell(sample, traces.SEPTEMBER, moment("2026-09-16T13:30"))
    for job in db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id).order_by(TestJob.id)).all():
        with step(moment("2026-09-17T09:30")):
            answer_checklist(who(TESTERS[job.method_version.method.code]), job)
            results.submit_job(who(TESTERS[job.method_version.method.code]), job,
                confirmed=signatures.told(who(TESTERS[job.method_version.method.code])))


def repeat_with_new_firmware(flow: dict[str, Any], sample: Sample, t: dict[str, Any], at: datetime) -> None:
    """The customer updated the firmware after the failed line; the line is tested again, the first result stays."""
    first = next(line for line in flow["test_lines"] if line["id"] == "54-12-a")
    parameter = parameter_for(first["id"])
    failed = db.session.scalars(
        select(JobLine).join(TestJob).where(TestJob.sample_id == sample.id, JobLine.parameter_id == parameter.id)
    ).one()
    with step(at - timedelta(minutes=30)):
        answer_checklist(who(t["tester"]), failed.job)
        results.submit_job(who(t["tester"]), failed.job, lines=[failed], confirmed=signatures.told(who(t["tester"])))
    with step(at - timedelta(minutes=20)):
        samples.change_firmware(
            who("U05"), sample, firmware=flow["sample"]["fw"][1], changed_at=at - timedelta(minutes=25),
            by="Ông Đặng Thử Nghiệm", reason="Khách hàng sửa phát xạ giả máy phát và cập nhật tại phòng thử nghiệm",
        )
        again = results.retest(
            who(t["tester"]), failed, reason="Không đạt với firmware 1.0.3; khách hàng cập nhật firmware 1.0.4",
            conditions=conditions_of(t),
        )
    with step(at + timedelta(minutes=2)):
        results.record_reading(who(t["tester"]), again, entry(t, at, flow["sample"]["fw"][1]))


def review_and_issue(flow: dict[str, Any], request: TestRequest) -> Report:
    """Another person reviews every line; the signatory issues the report."""
    first = flow["reports"][0]
    with step(moment("2026-09-18T10:00")):
        for job in db.session.scalars(select(TestJob).where(TestJob.request_id == request.id)).all():
            results.review_job(who(first["reviewed_by"]), job, decision="approved", confirmed=signatures.told(who(first["reviewed_by"])))
    return issue(request, who(first["authorised_by"]), moment(first["issued"] + "T15:00"), first["no"])


def issue(request: TestRequest, signatory: Person, at: datetime, number: str) -> Report:
    """All three steps of issuing, at the story's moment."""
    with step(at):
        report = certificates.issue(signatory, request, number=number, issued_on=clock.local(at).date(), not_applicable=NO_DEVIATIONS,
            confirmed=signatures.told(signatory))
    with clock.at(at):
        certificates.finish_issue(report.id)
    return report


def _opinion(request: TestRequest) -> None:
    """The customer asked whether the new margin is enough for series production; who is authorised for opinions answers (7.8.7)."""
    with step(moment("2026-10-07T16:30")):
        opinions.express(who("U02"), request, methods=["QCVN 118"], **OPINION)


def amend(flow: dict[str, Any], request: TestRequest, sample: Sample, report: Report) -> None:
    """The receiver was found wrong on 02/10: the paper is suspended, three points measured again, the report amended."""
    n, second = flow["nonconforming_work"], flow["reports"][1]
    with step(moment(n["opened"] + "T16:00")):
        certificates.change_status(
            who("U06"), report, to="suspended", reason=n["detected_by"],
            public_reason="Phòng thử nghiệm đang kiểm tra lại một thiết bị đã dùng.", confirmed=signatures.told(who("U06")),
        )
    again = [t for t in flow["test_lines"] if t["date"] > "2026-10-01"]
    at = times(flow, again)
    with step(moment("2026-10-06T08:20")):
        samples.move_sample(who("U04"), sample, kind="taken", at=moment("2026-10-06T08:20"), to_person=who("U04"),
                            place="Buồng bán câm 3 m", note="lấy lại để đo lại")
    for t in again:
        first = next(line for line in flow["test_lines"] if line["id"] == t["id"].removesuffix("-R"))
        parameter = parameter_for(first["id"])
        old = db.session.scalars(
            select(JobLine).join(TestJob).where(
                TestJob.sample_id == sample.id, JobLine.parameter_id == parameter.id, JobLine.conditions == conditions_of(first),
                JobLine.retest_of_id.is_(None),
            )
        ).one()
        with step(at[t["id"]] - timedelta(minutes=5)):
            line = results.retest(who("U02"), old, reason=f"{n['no']}: {n['significance']}", conditions=conditions_of(first))
        with step(at[t["id"]] + timedelta(minutes=2)):
            results.record_reading(who(t["tester"]), line, entry(t, at[t["id"]]))
    job = db.session.scalars(
        select(TestJob).where(TestJob.sample_id == sample.id, TestJob.method_version_id == parameter.method_version_id)
    ).one()
    traces.tell(sample, traces.OCTOBER, moment("2026-10-06T10:30"))
    with step(moment("2026-10-06T14:00")):
        answer_checklist(who("U04"), job)
        results.submit_job(who("U04"), job, confirmed=signatures.told(who("U04")))
    with step(moment("2026-10-07T09:00")):
        results.review_job(who("U02"), job, decision="approved", confirmed=signatures.told(who("U02")))
    _opinion(request)
    issued = moment(second["issued"] + "T15:00")
    with step(issued):
        amended = certificates.amend(
            who("U01"), report, reason=second["reason"], reason_en=AMENDED_BECAUSE, number=second["no"],
            issued_on=clock.local(issued).date(), confirmed=signatures.told(who("U01")),
        )
    with clock.at(issued):
        certificates.finish_issue(amended.id)
    with step(moment("2026-10-20T14:00")):
        samples.move_sample(who("U05"), sample, kind="returned", at=moment("2026-10-20T14:00"),
                            to_text=customer("C01").contact, note="biên bản TM-2026-0117")
