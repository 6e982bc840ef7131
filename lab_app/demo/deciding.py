"""Verdicts as people met them: a rule of their own, earlier results shown to a customer, a result called otherwise by two people, old
results judged by another rule. Told the working day before today, after the bench's stories; no printed verdict changes."""
from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.deviation_story import answer_checklist
from lab_app.demo.story import method, step, who
from lab_app.demo.today import working_day_before
from lab_app.metrology.decision import parse_rule
from lab_app.results import services as results
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.services import rehearsing
from lab_app.samples.models import ContractReview, TestRequest
from test_methods import deciding
from test_methods import services as methods
from test_methods.models import Method, MethodParameter, MethodVersion
from test_methods.queries import rule_by_code, rules_offered, version_in_force

OWN_RULE = "DR-GB-083"


def tell() -> None:
    """Everything, in the order it happened."""
    rule_of_the_laboratory()
    shown_to_the_customer()
    judged_by_another_rule()
    called_otherwise()


def rule_of_the_laboratory() -> None:
    """A guard band that keeps the false acceptance below five in a hundred, entered a month ago."""
    with step(clock.at_local(working_day_before(clock.today(), 22), 9, 30)):
        row = methods.add_rule(
            who("U02"), code=OWN_RULE, name_vi="Dải bảo vệ w = 0,83·U, hai mức", name_en="Guard band w = 0.83 U, binary",
            definition={"kind": "guarded_binary", "r": "0.83"})
        row.risk_vi, row.risk_en = deciding.stated_in_both(parse_rule(row.definition))


def shown_to_the_customer() -> None:
    """The request that waits for its review: the customer looked at what each rule made of earlier power results."""
    request = db.session.scalars(
        select(TestRequest).join(ContractReview, ContractReview.request_id == TestRequest.id).where(ContractReview.outcome == "open")
        .order_by(TestRequest.id).limit(1)).one()
    version = version_in_force(method("QCVN 54:2020/BTTTT").id, clock.today(), clock.now())
    assert version is not None
    parameter = next(p for p in version.parameters if p.default_rule == "DR-ETSI")
    day = working_day_before(clock.today(), 1)
    with step(clock.at_local(day, 16, 20)):
        rehearsing.record_rehearsal(
            who("U02"), request, parameter, rules_offered(), shown_to="Bà Trần Ví Dụ", shown_on=day, at=Decimal("19.2"))


def judged_by_another_rule() -> None:
    """An enterprise asks what its reviewed emission results would be under a guard band of the whole U."""
    rule = rule_by_code("DR-GB-U")
    assert rule is not None
    with step(clock.at_local(working_day_before(clock.today(), 1), 15, 5)):
        lines = list(db.session.scalars(
            select(JobLine).join(MethodParameter, JobLine.parameter_id == MethodParameter.id)
            .join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id).join(Method, MethodVersion.method_id == Method.id)
            .where(Method.code == "QCVN 118", MethodParameter.code == "118-RE-QP-V", JobLine.status == "reviewed",
                   select(Reading.id).where(Reading.line_id == JobLine.id, Reading.u.is_not(None)).exists())
            .order_by(JobLine.id).limit(3)))
        requirement = lines[0].parameter.requirement
        results.rejudge_lines(
            who("U02"), [line for line in lines if line.parameter.requirement_id == requirement.id], requirement, rule,
            "Doanh nghiệp hỏi: theo quy tắc dải bảo vệ w = U thì các kết quả này ở mức nào")


def called_otherwise() -> None:
    """A conducted level of the smart speaker that the technician would not stand for, though the rule says pass: the limiter was
    at its end. The reviewer confirms; nothing of this job has been reported."""
    line = db.session.scalars(
        select(JobLine).join(TestJob, JobLine.job_id == TestJob.id).join(MethodParameter, JobLine.parameter_id == MethodParameter.id)
        .where(MethodParameter.code == "118-CE-QP", JobLine.status == "recorded", JobLine.conditions.startswith("0.614"))
        .order_by(JobLine.id.desc()).limit(1)).one()
    day = working_day_before(clock.today(), 1)
    with step(clock.at_local(day, 17, 5)):
        answer_checklist(who("U04"), line.job)
        results.submit_job(who("U04"), line.job, [line], confirmed=signatures.told(who("U04")))
        override = results.propose_override(
            who("U04"), line, "NO_STATEMENT", "Bộ giới hạn xung chạm mức bảo vệ lúc đo; số đọc này không dùng để kết luận được")
    with step(clock.at_local(day, 17, 25)):
        results.confirm_override(who("U02"), override, "Đã xem lại tệp quét: có bốn lần quá tải trong lúc đo")
