"""Nonconforming work and corrective action of the demonstration's year: the receiver that read low to the wait for the check of its
correction, four earlier corrective actions told whole (one of them judged not effective at first), events that people reported, and an
instrument that stands frozen."""
from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from certificates.models import Recall
from instruments.queries import by_code
from lab_app.accounts.services import signatures
from lab_app.core.db import db
from lab_app.demo.load import case
from lab_app.demo.story import moment, step, who
from lab_app.quality import services as quality
from lab_app.quality.corrective import services as corrective
from lab_app.quality.corrective import workflow as stages
from lab_app.quality.corrective.models import CorrectiveAction
from lab_app.quality.dispositions import queries as touched
from lab_app.quality.dispositions import services as dispositions
from lab_app.quality.events import services as events
from lab_app.quality.holds import services as holds
from lab_app.quality.models import Nonconformity

DAY = timedelta(days=1)
OLD_LABEL = "EQ-042"


def facts() -> dict[str, Any]:
    """What is told here, as data."""
    return json.loads((Path(__file__).resolve().parent / "nonconforming.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def tell() -> None:
    """In the order of the year."""
    told = facts()
    for one in told["corrective"]:
        _whole(one)
    _receiver(told["case"])
    _events()


# ---- earlier corrective actions, told whole ------------------------------------------------------------------


def _whole(told: dict[str, Any]) -> None:
    owner, opened = who(told["owner"]), moment(told["opened"])
    with step(opened):
        row = corrective.open_corrective(
            who("U06"), title=told["title"], owner=owner, due_on=date.fromisoformat(told["due"]), cause_class=told["class"])
        corrective.answer_stage(owner, row, stages.REACT, reaction=told["reaction"])
    with step(opened + DAY):
        corrective.answer_stage(owner, row, stages.CONSEQUENCES, consequences=told["consequences"], similar=told["similar"])
    _round(row, told, told["class"], opened + 2 * DAY)
    if "again" in told:
        _round(row, told["again"], told["class"], moment(told["checks"][0][0]) + DAY)
    with step(moment(told["closed"])):
        corrective.close_corrective(who("U06"), row, risks_answer=told["risks"], documents_answer=told["documents"])


def _round(row: CorrectiveAction, told: dict[str, Any], cause_class: str, at: datetime) -> None:
    """From the cause to the check of the effect."""
    with step(at):
        corrective.answer_stage(row.owner, row, stages.CAUSE, whys=told["whys"], fishbone=told["fishbone"], cause=told["cause"],
                                cause_class=cause_class)
        made = [corrective.add_step(row.owner, row, what=what, owner=who(person), due_on=date.fromisoformat(due))
                for what, person, due, _done, _evidence in told["steps"]]
        corrective.answer_stage(row.owner, row, stages.ACTIONS, criterion=told["criterion"], check_due=None)
    for task, (_what, person, _due, done, evidence) in zip(made, told["steps"], strict=True):
        with step(moment(done)):
            corrective.finish_step(who(person), task, done_on=moment(done).date(), evidence=evidence)
    with step(moment(told["steps"][-1][3]) + timedelta(hours=1)):
        corrective.answer_stage(row.owner, row, stages.CARRYING_OUT)
    for at_text, person, effective, looked_at, finding in told["checks"]:
        with step(moment(at_text)):
            corrective.check_effect(who(person), row, effective=effective, looked_at=looked_at, finding=finding,
                                    confirmed=signatures.told(who(person)))


# ---- the receiver that read low ------------------------------------------------------------------------------


def _receiver(told: dict[str, Any]) -> None:
    work = case()["flow"]["nonconforming_work"]
    row = db.session.scalars(select(Recall)).one().nonconformity
    with step(moment(work["opened"] + "T14:50")):
        event = events.report_event(who("U04"), "Kiểm tra giữa kỳ EQ-005 sáng nay chỉ 58,4 dBµV, chuẩn là 60,0. Đo lại ba lần vẫn vậy. "
                                    "Tôi đã dán “không sử dụng” lên máy.", subject=_instrument("EQ-005"))
    with step(moment(work["opened"] + "T15:20")):
        events.settle_event(who("U06"), event, outcome="nonconformity", code=row.code, reason="Hồ sơ đã mở từ lần kiểm tra không đạt.")
    _freeze(row, work)
    with step(moment("2026-10-05T10:00")):
        quality.classify_nonconformity(who("U06"), row, risk_class="high", cause_class="equipment", area="equipment")
    _correct(row, told, work["corrective_action"])
    _decide(row, work)


def _instrument(code: str) -> tuple[str, int, str]:
    found = by_code(code)
    assert found is not None, code
    return "instrument", found.id, code


def _freeze(row: Nonconformity, work: dict[str, Any]) -> None:
    """The receiver and the paper stand frozen from the finding to the day on which the head of testing lets work go on."""
    kind, ident, code = _instrument("EQ-005")
    with step(moment(work["opened"] + "T15:40")):
        made = [holds.place_hold(who("U06"), row, subject_kind=kind, subject_id=ident, subject_code=code,
                                 since=moment(work["suspect_from"]),
                                 reason="Đọc thấp 1,6 dB ở kiểm tra giữa kỳ; ngừng dùng tới khi kiểm tra lại đạt.")]
        paper = next(one.touched for one in touched.decided(row) if one.touched.code == work["affected_reports"][0])
        made.append(holds.place_hold(who("U06"), row, subject_kind=paper.kind, subject_id=paper.id, subject_code=paper.code,
                                     reason="Phát xạ bức xạ có thể thấp hơn thực tế; không giao thêm tới khi có kết luận."))
    resumed = moment(work["resume_date"] + "T11:00")
    with step(resumed):
        holds.release_hold(who("U02"), made[0], basis="Đã thay đầu nối vào; kiểm tra giữa kỳ ngày 05/10 đạt.",
                           confirmed=signatures.told(who("U02")))
    with step(moment("2026-10-08T16:00")):
        holds.release_hold(who("U02"), made[1], basis="Phiếu sửa đổi đã thay phiếu này trong sổ.", confirmed=signatures.told(who("U02")))


def _correct(row: Nonconformity, told: dict[str, Any], told_by_case: dict[str, Any]) -> None:
    """As far as the wait for the check of its effect."""
    due = date.fromisoformat(told_by_case["due"])
    owner = who("U06")
    with step(moment("2026-10-05T14:00")):
        action = corrective.open_corrective(owner, title=told["title"], source=("nonconformity", row.id, row.code), due_on=due,
                                            cause_class="equipment")
        corrective.answer_stage(owner, action, stages.REACT, reaction=told["reaction"])
        corrective.answer_stage(owner, action, stages.CONSEQUENCES, consequences=told["consequences"], similar=told["similar"])
    with step(moment("2026-10-07T09:30")):
        corrective.answer_stage(owner, action, stages.CAUSE, whys=told["whys"], fishbone=told["fishbone"], cause_class="equipment",
                                cause=_sentence(told_by_case["root_cause"]))
        people = ("U04", "U02")
        made = [corrective.add_step(owner, action, what=_sentence(what), owner=who(person), due_on=due)
                for what, person in zip(told_by_case["actions"], people, strict=True)]
        corrective.answer_stage(owner, action, stages.ACTIONS, criterion=told["criterion"],
                                check_due=date.fromisoformat(told_by_case["effectiveness_check"]))
    for task, person, at, evidence in zip(made, people, ("2026-10-14T15:00", "2026-10-15T10:00"), told["evidence"], strict=True):
        with step(moment(at)):
            corrective.finish_step(who(person), task, done_on=moment(at).date(), evidence=evidence)
    with step(moment("2026-10-16T09:00")):
        corrective.answer_stage(owner, action, stages.CARRYING_OUT)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _decide(row: Nonconformity, work: dict[str, Any]) -> None:
    """Each paper that carries a touched result has its decision; the enterprise was told by letter, and by telephone before it."""
    first = work["affected_reports"][0]
    things = [one.touched for one in touched.decided(row)]
    with step(moment("2026-10-08T15:00")):
        dispositions.decide(who("U06"), row, [one.key for one in things if one.code == first], decision="amend",
                            reason="Ba điểm phát xạ bức xạ đo lại cho giá trị khác: phát hành phiếu sửa đổi.")
        if rest := [one.key for one in things if one.code != first]:
            dispositions.decide(who("U06"), row, rest, decision="stands",
                                reason="Mang kết quả đo lại sau khi thay đầu nối; phát xạ dẫn cộng 1,6 dB vẫn đạt.")
    with step(moment(work["customer_notified"] + "T09:00")):
        customer = next((one.customer for one in things if one.code == first), "")
        dispositions.note_notice(
            who("U06"), row, customer=customer, told="Bà phụ trách chất lượng của doanh nghiệp", how="phone", papers=first,
            told_on=date.fromisoformat(work["customer_notified"]), answer="Đã ngừng gửi phiếu cho bên thứ ba, chờ phiếu sửa đổi.")


# ---- what people reported ------------------------------------------------------------------------------------


def _events() -> None:
    """One became nonconforming work with an instrument that stands frozen, one nothing, one waits."""
    with step(moment("2026-10-27T08:40")):
        nothing = events.report_event(who("U05"), "Đèn báo ở tủ mẫu số 2 nhấp nháy, không biết có phải tủ nóng không.")
    with step(moment("2026-10-27T10:15")):
        events.settle_event(who("U06"), nothing, outcome="nothing",
                            reason="Đèn báo lọc bụi tới kỳ; nhiệt độ tủ 22,4 °C, trong giới hạn. Đã thay lọc.")
    with step(moment("2026-11-10T16:10")):
        label = events.report_event(who("U03"), f"Nhãn “đủ điều kiện” còn dán trên {OLD_LABEL} dù máy đã hết hạn hiệu chuẩn.",
                                    subject=_instrument(OLD_LABEL))
    with step(moment("2026-11-11T08:30")):
        events.settle_event(who("U06"), label, outcome="nonconformity", title=f"Nhãn hết hạn còn dán trên {OLD_LABEL}", risk_class="low",
                            cause_class="equipment", area="equipment")
        row = db.session.get_one(Nonconformity, label.outcome_id)
        kind, ident, code = _instrument(OLD_LABEL)
        holds.place_hold(who("U06"), row, subject_kind=kind, subject_id=ident, subject_code=code,
                         reason="Hết hạn hiệu chuẩn mà nhãn còn cho phép dùng; giữ tới khi hiệu chuẩn lại và thay nhãn.")
    with step(moment("2026-11-19T15:25")):
        events.report_event(who("U04"), "Cửa phòng che chắn đóng không khít ở góc dưới bên trái, phải đẩy tay. Sáng nay còn bình thường.")
