"""Calibrating an instrument of our own: an internal request whose item is the instrument (6.4.6, 6.5, 7.1.1).

The laboratory is its own customer, made once. The review of an internal customer's request is a simplified one (7.1.1, note):
the questions are answered by whoever plans the work, the decision rules are those the method proposes.
"""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from instruments.models import Instrument
from lab_app.accounts.models import Laboratory
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples import queries, rules
from lab_app.samples.models import AgreedRule, ContractReview, Customer, Sample, TestRequest
from lab_app.samples.services.reception import take_in
from lab_app.samples.services.requests import enter
from lab_app.samples.services.review import accept, begin_review
from lab_app.samples.workflow import REQUEST
from test_methods.models import Method
from test_methods.queries import rule_by_code
from test_methods.rules import CALIBRATION

#: The laboratory as a customer of its own.
OWN_CODE = "NOI-BO"
INTERNAL = "yêu cầu nội bộ"
ANSWERS = {"requirements": "yes", "capability": "yes", "methods": "yes", "decision_rule": "yes", "subcontracting": "na"}


def own_customer() -> Customer:
    """The laboratory as its own customer; entered at the first internal request, with the facts of the laboratory."""
    found = db.session.scalar(select(Customer).where(Customer.code == OWN_CODE))
    lab = laboratory()
    if lab is None:
        raise Refused(gettext("Chưa ghi thông tin phòng thử nghiệm."))
    return _repeat(found, lab)


def _repeat(row: Customer | None, lab: Laboratory) -> Customer:
    """The customer's facts repeat the laboratory's: papers issued keep what they printed."""
    twin = db.session.scalar(select(Customer).where(Customer.tax_code == lab.tax_code))
    row = row or twin
    if row is None:
        row = Customer(code=OWN_CODE, name=lab.name_vi, tax_code=lab.tax_code, address=lab.address_vi)
        db.session.add(row)
    row.name, row.name_en = lab.name_vi, lab.name_en
    row.address, row.address_en, row.phone, row.email = lab.address_vi, lab.address_en, lab.phone, lab.email
    db.session.flush()
    search.put("customer", row.id, row.code, row.name, row.name_en, row.tax_code)
    return row


def calibrate_own_instrument(
    actor: Actor, instrument: Instrument, method: Method, *, planned_on: date, condition: str, note: str = "",
    number: str | None = None,
) -> Sample:
    """Plan an in-house calibration: request, review and item of an instrument of our own; the job is planned by the news of it.

    `planned_on` is the day the results are wanted for, `condition` what the instrument is like (7.4.3). Refuses a test method, a
    day gone by, a retired instrument, and one whose in-house calibration is under way.
    """
    authorize(actor, P.INSTRUMENT_WRITE if actor.can(P.INSTRUMENT_WRITE) else P.REQUEST_REGISTER)
    person_of(actor)
    if method.kind != CALIBRATION:
        raise FieldRefused("method", gettext("Chọn một phương pháp hiệu chuẩn."))
    if planned_on < clock.today():
        raise FieldRefused("planned_on", gettext("Ngày dự kiến đã qua."))
    if not condition.strip():
        raise FieldRefused("condition", gettext("Cần mô tả tình trạng thiết bị."))
    if instrument.state == "retired":
        raise Refused(gettext("Thiết bị %(code)s đã thanh lý.", code=instrument.code))
    waiting = under_way(instrument.id)
    if waiting is not None:
        raise Refused(gettext(
            "%(code)s đang được hiệu chuẩn nội bộ theo yêu cầu %(number)s.", code=instrument.code, number=waiting.request.number))
    request = enter(
        actor, customer=own_customer(), site=instrument.site, requested_on=clock.today(), due_on=planned_on, note=note.strip(),
        number=number, items=[_described(instrument, method)], return_items=True,
    )
    _review(actor, request, method)
    now = clock.now()
    item = request.items[0]
    return take_in(
        actor, item, received_at=now, condition=condition,
        checks={key: {"ok": True, "note": ""} for key in rules.CONDITION_KEYS}, serial=instrument.serial,
        firmware=instrument.firmware, brought_by=actor.name, storage=instrument.location, sampled_by="laboratory",
        instrument_id=instrument.id,
    )


def under_way(instrument_id: int) -> Sample | None:
    """The item of an in-house calibration of this instrument that has no certificate yet."""
    return db.session.scalar(
        select(Sample).join(TestRequest, TestRequest.id == Sample.request_id)
        .where(Sample.instrument_id == instrument_id, TestRequest.reported_on.is_(None),
               TestRequest.status.not_in(("declined", "cancelled")), Sample.status.in_(queries.HERE))
        .order_by(Sample.id.desc()).limit(1))


def _described(instrument: Instrument, method: Method) -> dict[str, Any]:
    supplied = [
        {"key": key, "label": label, "label_en": english, "value": value, "unit": ""}
        for key, label, english, value in (
            ("instrument", "Mã thiết bị", "Instrument id", instrument.code), ("range", "Dải đo", "Range", instrument.range_text),
        ) if value
    ]
    return {
        "name": instrument.name_vi, "name_en": instrument.name_en, "brand": instrument.maker, "model": instrument.type,
        "quantity": 1, "methods": [method], "supplied": supplied,
    }


def _review(actor: Actor, request: TestRequest, method: Method) -> ContractReview:
    REQUEST.move(request, "open_review")
    review = begin_review(actor, request)
    review.checks = {key: {"answer": answer, "note": INTERNAL} for key, answer in ANSWERS.items()}
    wanted = next(w for w in queries.wanted_methods(request.id) if w.method.id == method.id)
    proposed: dict[str, list[str]] = {}
    for parameter in wanted.needing_rule:
        if parameter.default_rule:
            proposed.setdefault(parameter.default_rule, []).append(parameter.code)
    for code, parameters in proposed.items():
        rule = rule_by_code(code)
        if rule is not None:
            db.session.add(AgreedRule(
                review_id=review.id, method_id=method.id, parameter_codes=parameters, rule_code=code, rule=dict(rule.definition),
                agreed_by=actor.name, agreed_on=clock.today(), evidence=f"{INTERNAL}, {method.code}"))
    db.session.flush()
    db.session.refresh(review, ["rules"])
    accept(actor, review, clock.today(), due_on=request.due_on)
    return review
