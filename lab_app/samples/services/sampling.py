"""Sampling by the laboratory: the record with the eight groups of 7.3.3, and its correction by a record that replaces it."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, files, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.samples.models import RequestItem, SamplingRecord

DIAGRAM, SUBJECT = "diagram", "sampling-record"
TEXTS = ("plan", "method", "identification", "equipment", "conditions", "place", "location", "deviations")


def record_sampling(
    actor: Actor, item: RequestItem, *, plan: str, method: str, began_at: datetime, ended_at: datetime, identification: str,
    sampled_by: Person, equipment: str, conditions: str, place: str, location: str, deviations: str, taken: int = 1,
    lot_size: int | None = None, witnesses: str = "", seal: str = "", diagrams: Sequence[Upload] = (), code: str | None = None,
) -> SamplingRecord:
    """Record a sampling. Refuses a group of 7.3.3 left empty (nothing to say is said: “Không có”), times that cannot be, and more
    items taken than the lot had."""
    _may_sample(actor)
    return _enter(actor, item, diagrams, None, "", code=code, facts={
        "plan": plan, "method": method, "began_at": began_at, "ended_at": ended_at, "identification": identification,
        "sampled_by_id": sampled_by.id, "equipment": equipment, "conditions": conditions, "place": place, "location": location,
        "deviations": deviations, "taken": taken, "lot_size": lot_size, "witnesses": witnesses, "seal": seal,
    })


def replace_sampling(
    actor: Actor, record: SamplingRecord, *, reason: str, sampled_by: Person, diagrams: Sequence[Upload] = (), **facts: Any,
) -> SamplingRecord:
    """A corrected record in the place of another, with the reason; the first stays readable. Items received keep naming theirs:
    refused once an item came by it."""
    _may_sample(actor)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if record.replaced_by is not None:
        raise Refused(gettext("Biên bản %(code)s đã được thay bằng %(new)s.", code=record.code, new=record.replaced_by.code))
    if record.samples:
        raise Refused(gettext("Đã nhận mẫu theo biên bản %(code)s; ghi sai khác ở mẫu thay vì sửa biên bản.", code=record.code))
    audit.because(reason)
    row = _enter(actor, record.item, diagrams, record.id, reason.strip(), facts={**facts, "sampled_by_id": sampled_by.id})
    db.session.refresh(record, ["replaced_by"])
    return row


def _may_sample(actor: Actor) -> None:
    """Whoever may receive items, or handle them: sampling is done by both."""
    authorize(actor, P.SAMPLE_RECEIVE if actor.can(P.SAMPLE_RECEIVE) else P.SAMPLE_MOVE)


def _enter(
    actor: Actor, item: RequestItem, diagrams: Sequence[Upload], replaces_id: int | None, reason: str, *, facts: dict[str, Any],
    code: str | None = None,
) -> SamplingRecord:
    recorder = person_of(actor)
    request = item.request
    if request.status in ("declined", "cancelled"):
        raise Refused(gettext("Yêu cầu %(number)s đã đóng.", number=request.number))
    for name in TEXTS:
        facts[name] = str(facts[name]).strip()
        if not facts[name]:
            raise FieldRefused(name, gettext("Cần điền mục này; không có gì thì ghi “Không có”."))
    if facts["ended_at"] > clock.now():
        raise FieldRefused("ended_at", gettext("Thời điểm này ở tương lai."))
    if facts["ended_at"] < facts["began_at"]:
        raise FieldRefused("ended_at", gettext("Lấy mẫu xong không thể trước khi bắt đầu."))
    if clock.local(facts["began_at"]).date() < request.requested_on:
        raise FieldRefused("began_at", gettext("Lấy mẫu không thể trước ngày yêu cầu."))
    if not 1 <= int(facts["taken"]) <= 999:
        raise FieldRefused("taken", gettext("Số lượng mẫu từ 1 đến 999."))
    lot = facts.get("lot_size")
    if lot is not None and lot < facts["taken"]:
        raise FieldRefused("lot_size", gettext("Lô nhỏ hơn số mẫu đã lấy."))
    code = code or numbering.yearly("BBLM", clock.local(facts["ended_at"]).year)
    row = SamplingRecord(
        code=code, request_id=request.id, item_id=item.id, replaces_id=replaces_id, reason=reason, recorded_by_id=recorder, **facts)
    db.session.add(row)
    db.session.flush()
    for picture in diagrams:
        files.attach(picture, SUBJECT, row.id, actor.id, purpose=DIAGRAM, caption=facts["place"][:300])
    search.put("sampling-record", row.id, row.code, f"{item.name} {item.model}", request.number, facts["place"])
    return row
