"""Reception of items: code for life, condition, deviations and the customer's answer (7.4.1–7.4.3)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from lab_app.core import clock, events, files, gates, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.samples import queries, rules
from lab_app.samples.models import CustodyEvent, DeviationAnswer, RequestItem, Sample, SamplingRecord
from lab_app.samples.queries.sampling import sampling_facts

LABORATORY = "laboratory"
SAMPLERS = ("customer", LABORATORY)


def _code(request_number: str, given: str | None) -> str:
    """The item's code; a given one (loader) must be of the request and is never given again."""
    series = f"sample/{request_number}"
    if given is None:
        return rules.sample_code(request_number, numbering.next_value(series))
    index = rules.sample_index(given, request_number)
    if index is None:
        raise FieldRefused("code", gettext("Mã mẫu này không thuộc yêu cầu %(number)s.", number=request_number))
    numbering.at_least(series, index)
    return given


def _refuse_twice(item: RequestItem, serial: str) -> None:
    """No more items than asked for, and no serial number twice, among those that are here."""
    if len(queries.open_samples(item.id)) >= item.quantity:
        raise Refused(gettext(
            "Đã nhận đủ %(n)s mẫu %(model)s. Mẫu thêm cần sửa số lượng trong yêu cầu trước.", n=item.quantity, model=item.model))
    twin = queries.serial_here(item.request_id, serial) if serial else None
    if twin is not None:
        raise FieldRefused("serial", gettext("Số máy này đã nhận với mã %(code)s.", code=twin.code))


def receive_sample(
    actor: Actor, item: RequestItem, *, received_at: datetime, condition: str, checks: dict[str, Any], serial: str = "",
    hardware: str = "", firmware: str = "", brought_by: str = "", accessories: str = "", deviation: str = "", storage: str = "",
    storage_conditions: str = "", photos: Sequence[Upload] = (), code: str | None = None, sampled_by: str = "customer",
    sampling: SamplingRecord | None = None,
) -> Sample:
    """Receive one item: gives its code (never reused), records its condition, starts its custody, sends `sample_received`.

    Refuses a moment in the future or before the request; a point of the checklist that is not fine without a deviation text; an
    item that the laboratory sampled (`sampled_by`: laboratory) without its record `sampling` (7.3.3).
    """
    if sampled_by not in SAMPLERS:
        raise FieldRefused("sampled_by", gettext("Lựa chọn không có trong danh sách."))
    authorize(actor, P.SAMPLE_RECEIVE)
    return take_in(
        actor, item, received_at=received_at, condition=condition, checks=checks, serial=serial, hardware=hardware,
        firmware=firmware, brought_by=brought_by, accessories=accessories, deviation=deviation, storage=storage,
        storage_conditions=storage_conditions, photos=photos, code=code, sampled_by=sampled_by, sampling=sampling,
    )


def take_in(
    actor: Actor, item: RequestItem, *, received_at: datetime, condition: str, checks: dict[str, Any], serial: str = "",
    hardware: str = "", firmware: str = "", brought_by: str = "", accessories: str = "", deviation: str = "", storage: str = "",
    storage_conditions: str = "", photos: Sequence[Upload] = (), code: str | None = None, sampled_by: str = "customer",
    instrument_id: int | None = None, sampling: SamplingRecord | None = None,
) -> Sample:
    """`receive_sample` inside a use case that was authorised already; `instrument_id`: the item is an instrument of our own."""
    request = item.request
    if request.status in ("declined", "cancelled"):
        raise Refused(gettext("Yêu cầu %(number)s đã đóng; không nhận mẫu cho yêu cầu này.", number=request.number))
    if received_at > clock.now():
        raise FieldRefused("received_at", gettext("Thời điểm này ở tương lai."))
    if clock.local(received_at).date() < request.requested_on:
        raise FieldRefused("received_at", gettext("Mẫu không thể đến trước ngày yêu cầu."))
    if rules.unlooked(checks):
        raise FieldRefused("checks", gettext("Cần kiểm đủ %(n)s mục tình trạng mẫu.", n=len(rules.CONDITION_KEYS)))
    if not condition.strip():
        raise FieldRefused("condition", gettext("Cần mô tả tình trạng mẫu khi nhận."))
    if rules.condition_deviates(checks) and not deviation.strip():
        raise FieldRefused("deviation", gettext("Có mục không đạt: ghi sai lệch để hỏi khách hàng (7.4.3)."))
    _refuse_twice(item, serial.strip())
    if sampled_by == LABORATORY and instrument_id is None:  # an instrument of our own is not sampled: it is the one asked for
        gates.require("sampling-recorded", sampling_facts(item, sampling, received_at))
    row = Sample(
        code=_code(request.number, code), request_id=request.id, item_id=item.id, serial=serial.strip(), hardware=hardware,
        firmware=firmware, received_at=received_at, received_by_id=actor.id, brought_by=brought_by, sampled_by=sampled_by,
        condition=condition.strip(), checks=checks, accessories=accessories, deviation=deviation.strip(), storage=storage,
        storage_conditions=storage_conditions, status="received", instrument_id=instrument_id,
        sampling_record_id=sampling.id if sampling is not None and sampled_by == LABORATORY else None,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(CustodyEvent(
        sample_id=row.id, kind="received", from_text=brought_by or request.customer.name, to_person_id=actor.id, place=storage,
        at=received_at, by_id=actor.id,
    ))
    for photo in photos:
        files.attach(photo, "sample", row.id, actor.id, purpose="photo")
    db.session.flush()
    search.put("sample", row.id, row.code, f"{item.name} {item.model}", item.brand, serial, request.number, request.customer.name)
    events.sample_received.send(receive_sample, sample=row, actor=actor)
    return row


def add_photos(actor: Actor, sample: Sample, photos: Sequence[Upload], caption: str = "") -> None:
    """Further photos of an item."""
    authorize(actor, P.SAMPLE_MOVE)
    for photo in photos:
        files.attach(photo, "sample", sample.id, actor.id, purpose="photo", caption=caption.strip()[:300])
    db.session.flush()


def record_answer(
    actor: Actor, sample: Sample, *, decision: str, answered_by: str, answered_on: date, text: str
) -> DeviationAnswer:
    """What the customer answered about a deviating item (7.4.3): proceed, replace, withdraw."""
    authorize(actor, P.SAMPLE_RECEIVE)
    if not sample.deviation:
        raise Refused(gettext("Mẫu %(code)s không có sai lệch nào để trả lời.", code=sample.code))
    if decision not in rules.DEVIATION_DECISIONS:
        raise FieldRefused("decision", gettext("Lựa chọn không có trong danh sách."))
    for field, value in (("answered_by", answered_by), ("text", text)):
        if not value.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    if answered_on > clock.today() or answered_on < clock.local(sample.received_at).date():
        raise FieldRefused("answered_on", gettext("Ngày trả lời phải từ ngày nhận mẫu đến hôm nay."))
    row = DeviationAnswer(
        sample_id=sample.id, decision=decision, answered_by=answered_by.strip(), answered_on=answered_on, text=text.strip(),
        recorded_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    db.session.refresh(sample, ["answers"])
    return row
