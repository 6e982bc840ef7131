"""What the laboratory aims at and what it buys: suppliers judged, orders and what came of them, risks, objectives, improvements, a planned
change, context and processes, lessons. Told at the dates of the story, before what follows from it."""
from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo.story import moment, step, who
from lab_app.quality import due_asks
from lab_app.quality.changes import services as changing
from lab_app.quality.changes.rules import IMPACTS
from lab_app.quality.context import services as setting
from lab_app.quality.context.queries import process_by_code
from lab_app.quality.improvements import services as improving
from lab_app.quality.knowledge import services as learning
from lab_app.quality.models import Nonconformity, Supplier
from lab_app.quality.objectives import services as aiming
from lab_app.quality.purchases import queries as buying
from lab_app.quality.purchases import services as purchasing
from lab_app.quality.purchases.rules import POINTS
from lab_app.quality.queries import all_suppliers
from lab_app.quality.risks import services as risking

TOLD: dict[str, Any] = json.loads((Path(__file__).resolve().parent / "aims.json").read_text(encoding="utf-8"))
QUALITY, HEAD, DIRECTOR = "U06", "U02", "U01"
#: An evaluation each year for each provider of calibration: day of 2026, marks in the order of the criteria.
EVALUATED = (("2026-01-20", "again", (5, 5, 4, 4, 5)), ("2026-01-21", "again", (4, 5, 3, 4, 4)))


def tell() -> None:
    """Everything, in the order it happened."""
    suppliers()
    orders()
    context()
    risks()
    objectives()
    improvements()
    change()
    lessons()
    due_asks.ask_all()


def _supplier(words: str) -> Supplier:
    return next(s for s in all_suppliers() if words in s.name)


def suppliers() -> None:
    """Criteria of the year, and how the two calibration laboratories did."""
    with step(moment("2026-01-12T09:00")):
        asked = [purchasing.set_criterion(who(QUALITY), **criterion) for criterion in TOLD["criteria"]]
    calibration = [c for c in asked if c.service == "calibration"]
    for name, (day, kind, marks) in zip(("Cầu Vồng", "Sao Mai"), EVALUATED, strict=True):
        with step(moment(f"{day}T10:00")):
            given = {c.id: (mark, "") for c, mark in zip(calibration, marks, strict=True)}
            purchasing.evaluate_supplier(
                who(QUALITY), _supplier(name), service="calibration", kind=kind, done_on=date.fromisoformat(day), marks=given,
                conclusion="Giấy chứng nhận đủ điểm, đúng hạn; phạm vi công nhận còn hiệu lực.", next_on=date(2026, 12, 15))
    with step(moment("2026-02-02T09:00")):
        purchasing.declare_tie(
            who("U03"), _supplier("Sao Mai"), who("U03"), relation="former", since=date(2025, 3, 1),
            note="Làm việc ở phòng đo công suất tới tháng 02/2025")


def orders() -> None:
    """Materials ordered with the four things told; one delivery taken into use, one rejected and sent back, one waiting."""
    with step(moment("2026-03-02T09:00")):
        vendor = purchasing_supplier()
        order = purchasing.write_order(who(QUALITY), vendor, service="material", **TOLD["order"], needed_on=date(2026, 3, 20))
        purchasing.send_order(who(QUALITY), order)
    with step(moment("2026-03-12T14:00")):
        first = purchasing.receive(
            who("U05"), kind="goods", title="Đầu nối chuẩn N 50 Ω, 10 chiếc", mark="Lô N50-2603", received_on=date(2026, 3, 12),
            order=order)
        _look(first.code, bad=("criteria",), words="3 chiếc vượt hệ số sóng đứng cho phép khi đo lại")
        purchasing.decide(who(QUALITY), _check(first.code), accept=False, words="3/10 chiếc không đạt tiêu chí chấp nhận của đơn")
    with step(moment("2026-03-13T09:00")):
        purchasing.send_back(who(QUALITY), _check(first.code), "Gửi trả cả lô kèm biên bản đo; nhà cung cấp đổi lô khác")
    with step(moment("2026-03-24T14:00")):
        second = purchasing.receive(
            who("U05"), kind="goods", title="Đầu nối chuẩn N 50 Ω, 10 chiếc (lô thay)", mark="Lô N50-2604", received_on=date(2026, 3, 24),
            order=order)
        _look(second.code)
        purchasing.decide(who(QUALITY), _check(second.code), accept=True, words="10/10 chiếc đạt hệ số sóng đứng ≤ 1,05 tới 6 GHz")
        purchasing.take_into_use(who(QUALITY), _check(second.code), used_from=date(2026, 3, 24), used_for="Cáp nối máy thu EMI và LISN")
        purchasing.close_order(who(QUALITY), order)
    for day, kind, title, mark, supplier in TOLD["received"]:
        with step(moment(f"{day}T10:00")):
            row = purchasing.receive(who("U05"), kind=kind, title=title, mark=mark, received_on=date.fromisoformat(day),
                                     supplier=_supplier(supplier))
            _look(row.code)
            purchasing.decide(who(QUALITY), _check(row.code), accept=True, words="Đủ và đúng như đã đặt")
    day = clock.today() - timedelta(days=2)
    with step(clock.at_local(day, 15, 30)):
        purchasing.receive(who("U05"), kind="goods", title="Tấm hút sóng thay cho góc buồng bán câm", mark="Lô RA-2611", received_on=day,
                           supplier=vendor)


def purchasing_supplier() -> Supplier:
    """Who sells connectors and absorbers, evaluated and approved for materials."""
    from lab_app.quality.services import approve_supplier, register_supplier

    row = register_supplier(who(QUALITY), name="Công ty Linh kiện Vi ba Ngọn Nến (giả định)", name_en="Candle Microwave Parts (fictitious)",
                            address="Số 00 đường Thí Dụ, TP. Mẫu", contact="Bà Lâm Bán Hàng, kd@ngonnen.example")
    given = {c.id: (4, "") for c in buying.criteria("material")}
    purchasing.evaluate_supplier(
        who(QUALITY), row, service="material", kind="first", done_on=clock.today(), marks=given,
        conclusion="Có chứng nhận xuất xưởng từng lô; mẫu thử đạt.")
    approve_supplier(who(QUALITY), row, service="material", scope="Đầu nối, cáp, suy hao, tấm hút sóng",
                     basis="Đánh giá ban đầu 80 %, mẫu thử đạt", valid_from=clock.today(), until=date(2027, 3, 1))
    return row


def _check(code: str) -> Any:
    row = buying.check_by_code(code)
    assert row is not None
    return row


def _look(code: str, bad: tuple[str, ...] = (), words: str = "") -> None:
    row = _check(code)
    purchasing.look_at(who(QUALITY), row, {key: (key not in bad, words if key in bad else "") for key in POINTS[row.kind]})


def context() -> None:
    """What bears on the laboratory, who has an interest, the processes and their map, the yearly look."""
    with step(moment("2026-01-08T09:00")):
        for issue in TOLD["issues"]:
            setting.record_issue(who(QUALITY), **issue)
        for party in TOLD["parties"]:
            setting.record_party(who(QUALITY), **party)
        for n, entry in enumerate(TOLD["processes"]):
            words = {k: v for k, v in entry.items() if k not in ("owner", "feeds")}
            setting.add_process(who(QUALITY), owner=who(entry["owner"]), position=n, **words)
        for entry in TOLD["processes"]:
            row = process_by_code(entry["code"])
            if row is None or not entry["feeds"]:
                continue
            words = {k: v for k, v in entry.items() if k not in ("owner", "code")} | {"position": row.position}
            setting.change_process(who(QUALITY), row, reason="Nối đầu ra với quá trình sau", owner=row.owner, **words)
    with step(moment("2026-01-09T14:00")):
        setting.review_context(who(QUALITY), done_on=date(2026, 1, 9), **TOLD["context_review"], next_on=date(2027, 1, 8))


def risks() -> None:
    """The register of the year: a high one treated whole, one of impartiality under way, an opportunity, one that the loose connector
    brought; the looks at impartiality of three quarters."""
    for day, review in TOLD["impartiality"]:
        with step(moment(f"{day}T10:00")):
            risking.review_impartiality(who(QUALITY), done_on=date.fromisoformat(day), **review)
    for entry in TOLD["risks"]:
        day = moment(f"{entry['found_on']}T09:30")
        with step(day):
            words: dict[str, Any] = {k: entry[k] for k in ("kind", "topic", "title", "description", "likelihood", "consequence")}
            source = _incident() if entry.get("from_incident") else {}
            row = risking.record_risk(who(QUALITY), owner=who(entry["owner"]), found_on=date.fromisoformat(entry["found_on"]), **words,
                                      **source)
        if "treatment" not in entry:
            continue
        with step(day + timedelta(days=3)):
            risking.plan_treatment(who(entry["owner"]), row, answer=entry["answer"], treatment=entry["treatment"],
                                   due_on=date.fromisoformat(entry["due_on"]), effect_on=date.fromisoformat(entry["effect_on"]))
        if entry.get("approved"):
            with step(day + timedelta(days=6)):
                risking.approve_treatment(who(DIRECTOR), row, "Đồng ý; báo kết quả tại xem xét của lãnh đạo")
        if "effect" in entry:
            with step(moment(f"{entry['effect_on']}T15:00")):
                risking.check_effect(who(entry["owner"]), row, effect=entry["effect"], likelihood=entry["left"][0],
                                     consequence=entry["left"][1])
                risking.close_risk(who(QUALITY), row, "Mức còn lại chấp nhận được; tiếp tục theo dõi bằng chỉ số")


def _incident() -> dict[str, Any]:
    """The nonconforming work of the receiver, as the record that something comes from."""
    row = db.session.scalars(select(Nonconformity).where(Nonconformity.source == "check_failed").order_by(Nonconformity.id)).first()
    return {"source_kind": "nonconformity", "source_code": row.code} if row else {}


def objectives() -> None:
    """The year's objectives with their plans; a month that missed, answered."""
    with step(moment("2026-01-15T09:00")):
        made = {}
        for entry in TOLD["objectives"]:
            row = aiming.set_objective(
                who(QUALITY), title=entry["title"], kpi=entry["kpi"], target=Decimal(entry["target"]), window=entry["window"],
                from_on=date(2026, 1, 1), to_on=date(2026, 12, 31), owner=who(entry["owner"]), why=entry["why"],
                resources=entry["resources"])
            made[entry["kpi"]] = row
            for what, person, due in entry["steps"]:
                aiming.add_step(who(QUALITY), row, what=what, person=who(person), due_on=date.fromisoformat(due))
    with step(moment("2026-06-26T16:00")):
        for row in made.values():
            for one in row.steps:
                if one.due_on <= date(2026, 6, 30):
                    aiming.finish_step(_person(one.person_id), one, done_on=date(2026, 6, 26), shown_by="Biên bản họp tháng 6/2026")


def _person(ident: int) -> Person:
    return db.session.get_one(Person, ident)


def improvements() -> None:
    """Two done with their figures and photos, one under way, one proposed."""
    for entry in TOLD["improvements"]:
        day = moment(f"{entry['day']}T11:00")
        with step(day):
            figure = {k: entry[k] for k in ("figure", "unit", "better") if k in entry}
            before: dict[str, Any] = {"before": Decimal(entry["before"])} if "before" in entry else {}
            row = improving.propose(who(entry["by"]), kind=entry["kind"], title=entry["title"], problem=entry["problem"],
                                    idea=entry["idea"],
                                    **figure, **before)
        if "owner" not in entry:
            continue
        with step(day + timedelta(days=2)):
            improving.take_up(who(QUALITY), row, owner=who(entry["owner"]), due_on=date.fromisoformat(entry["due_on"]), decision="Làm ngay")
        if "benefit" in entry:
            pictures = [(when, files.put_bytes(_shelf(when == "after"), f"{when}.png", files.IMAGES)) for when in ("before", "after")]
            with step(moment(f"{entry['due_on']}T16:00")):
                for when, upload in pictures:
                    improving.add_photo(who(entry["owner"]), row, upload, when=when, caption=entry["captions"][when])
                improving.finish(who(entry["owner"]), row, benefit=entry["benefit"], done_on=date.fromisoformat(entry["due_on"]),
                                 after=Decimal(entry["after"]), saved=Decimal(entry["saved"]) if "saved" in entry else None)


def _shelf(tidy: bool) -> bytes:
    """A drawn rack: boxes in disorder, or each in its marked place."""
    picture = Image.new("RGB", (480, 320), "#eef2f4")
    pen = ImageDraw.Draw(picture)
    for n in range(3):
        pen.rectangle((30, 90 + 80 * n, 450, 98 + 80 * n), fill="#5b6b76")
        for k in range(6):
            x, high = 44 + 68 * k, 52 if tidy else 24 + (37 * (k + 2 * n)) % 42
            if tidy or (k + n) % 4:
                pen.rectangle((x, 90 + 80 * n - high, x + (52 if tidy else 34 + (k * 13) % 26), 89 + 80 * n),
                              fill="#8fb3c4" if tidy else "#b79c7c")
            if tidy:
                pen.rectangle((x + 12, 93 + 80 * n, x + 40, 97 + 80 * n), fill="#f6d365")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def change() -> None:
    """The checks after maintenance become obligatory: assessed, approved by the director, carried out."""
    told = TOLD["change"]
    with step(moment("2026-10-08T09:00")):
        row = changing.propose_change(who(QUALITY), kind="equipment", title=told["title"], purpose=told["purpose"],
                                      planned_on=date(2026, 10, 20),
                                      **_incident())
        changing.assess(who(QUALITY), row, {key: told["impacts"][key] for key in IMPACTS})
        for what, person, due in told["steps"]:
            changing.add_step(who(QUALITY), row, what=what, person=who(person), due_on=date.fromisoformat(due))
        changing.submit(who(QUALITY), row)
    with step(moment("2026-10-12T10:00")):
        changing.approve(who(DIRECTOR), row, "Đồng ý; áp dụng cho mọi thiết bị có hệ số hiệu chính")
    with step(moment("2026-10-20T08:30")):
        changing.begin(who(QUALITY), row)
        changing.finish_step(_person(row.steps[0].person_id), row, row.steps[0], done_on=date(2026, 10, 20),
                             shown_by="Quy trình thiết bị, bản sửa 10/2026")


def lessons() -> None:
    """What was learned this year."""
    for entry in TOLD["lessons"]:
        with step(moment(f"{entry['day']}T16:00")):
            words = {k: entry[k] for k in ("area", "title", "happened", "learned", "applies_to")}
            learning.write_lesson(who(entry["by"]), **words, **(_incident() if entry.get("from_incident") else {}))
