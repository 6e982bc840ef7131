"""Calibration orders: an instrument on its way to a calibration and back (6.4.6, 6.5, 6.6)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import CalibrationOrder, Instrument
from instruments.services.standing import add_state, refresh
from lab_app.core import audit, clock, gates, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.quality.models import Supplier
from lab_app.quality.queries import supplier_approved


def provider_facts(instrument: Instrument, provider: Supplier | None, in_house: bool, on: date) -> workflow.ProviderFacts:
    """Facts of gate *provider-approved* for a day, as known now."""
    approved = provider is not None and supplier_approved(provider.id, "calibration", on, clock.now())
    return workflow.ProviderFacts(
        instrument.code, on, in_house, provider.name if provider else "", provider.code if provider else "", approved)


def _not_before(field: str, day: date, earlier: date | None, what: str) -> None:
    if day > clock.today():
        raise FieldRefused(field, gettext("Ngày này ở tương lai."))
    if earlier is not None and day < earlier:
        raise FieldRefused(field, gettext("Trước ngày %(what)s (%(day)s).", what=what, day=show_date(earlier)))


def place_order(
    actor: Actor, instrument: Instrument, *, ordered_on: date, provider: Supplier | None = None, in_house: bool = False,
    service: str = "", expected_back_on: date | None = None, cost: Decimal | None = None,
) -> CalibrationOrder:
    """Order a calibration, from an approved provider or in-house.

    Refused by gate *provider-approved* (6.6.2) when the provider was not approved for calibration on the order's day; also a day to
    come, an expected return before the order, a cost below zero, a retired instrument, a second order while one is open.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if instrument.state == workflow.RETIRED.code:
        raise Refused(gettext("Thiết bị đã thanh lý."))
    _not_before("ordered_on", ordered_on, None, "")
    if expected_back_on is not None and expected_back_on < ordered_on:
        raise FieldRefused("expected_back_on", gettext("Ngày dự kiến về trước ngày đặt."))
    if cost is not None and cost < 0:
        raise FieldRefused("cost", gettext("Chi phí không âm."))
    if in_house and provider is not None:
        raise FieldRefused("provider_id", gettext("Hiệu chuẩn nội bộ thì không chọn nhà cung cấp."))
    running = queries.open_order(instrument.id)
    if running is not None:
        raise FieldRefused("ordered_on", gettext("%(code)s đang có đơn hiệu chuẩn %(order)s chưa xong; một thiết bị một đơn.",
                                                 code=instrument.code, order=running.code))
    gates.require("provider-approved", provider_facts(instrument, provider, in_house, ordered_on))
    row = CalibrationOrder(
        code=numbering.yearly("DHC", ordered_on.year), instrument_id=instrument.id, instrument=instrument, provider=provider,
        provider_id=provider.id if provider else None, in_house=in_house, service=service.strip(), ordered_on=ordered_on,
        expected_back_on=expected_back_on, cost=cost, ordered_by_id=person_id, status="ordered",
    )
    db.session.add(row)
    db.session.flush()
    search.put("calibration-order", row.id, row.code, instrument.code, provider.name if provider else "", row.service)
    return row


def _day_of(field: str, at: datetime) -> date:
    if at > clock.now():
        raise FieldRefused(field, gettext("Thời điểm này ở tương lai."))
    return clock.local(at).date()


def _move_instrument(actor: Actor, row: CalibrationOrder, field: str, move: str, at: datetime, reason: str) -> None:
    """Move the instrument with its order; refuses a moment before its latest change of state, which would undo it."""
    instrument, now = row.instrument, clock.now()
    before = rules.state_at(queries.facts_of([instrument])[instrument.id], now, now)
    if before is not None and at < before.effective_at:
        raise FieldRefused(field, gettext("Trước lần đổi trạng thái gần nhất của thiết bị; chọn thời điểm sau đó."))
    standing = workflow.Standing(before.state if before else workflow.REGISTERED.code)
    target = next(t.target for t in workflow.MACHINE.transitions if t.name == move)
    if standing.status != target:
        workflow.MACHINE.move(standing, move)
        add_state(instrument, standing.status, at, person_of(actor), reason=reason)
    refresh(instrument)


def send_order(actor: Actor, row: CalibrationOrder, *, sent_at: datetime) -> CalibrationOrder:
    """The instrument leaves: from that moment it is in calibration and cannot be used (6.4.9). Never before the order."""
    authorize(actor, P.INSTRUMENT_WRITE)
    day = _day_of("sent_at", sent_at)
    _not_before("sent_at", day, row.ordered_on, gettext("đặt"))
    workflow.ORDERS.move(row, "send")
    row.sent_on = day
    _move_instrument(actor, row, "sent_at", "send_to_calibration", sent_at, gettext("Gửi hiệu chuẩn theo đơn %(code)s", code=row.code))
    return row


def arrive_order(actor: Actor, row: CalibrationOrder, *, arrived_on: date, expected_back_on: date | None = None) -> CalibrationOrder:
    """The calibration laboratory has it, from a day on; a promised day of return may be noted. Never before it was sent."""
    authorize(actor, P.INSTRUMENT_WRITE)
    _not_before("arrived_on", arrived_on, row.sent_on, gettext("gửi"))
    if expected_back_on is not None and expected_back_on < arrived_on:
        raise FieldRefused("expected_back_on", gettext("Ngày dự kiến về trước ngày đến."))
    workflow.ORDERS.move(row, "arrive")
    row.arrived_on, row.expected_back_on = arrived_on, expected_back_on or row.expected_back_on
    db.session.flush()
    return row


def return_order(actor: Actor, row: CalibrationOrder, *, back_at: datetime, condition_back: str) -> CalibrationOrder:
    """The instrument is back, with its condition (6.4.3); it waits for evaluation, release and verification before use (6.4.4)."""
    authorize(actor, P.INSTRUMENT_WRITE)
    day = _day_of("back_at", back_at)
    _not_before("back_at", day, row.arrived_on or row.sent_on, gettext("đến phòng hiệu chuẩn") if row.arrived_on else gettext("gửi"))
    if not condition_back.strip():
        raise FieldRefused("condition_back", gettext("Ghi tình trạng thiết bị khi nhận lại."))
    workflow.ORDERS.move(row, "bring_back")
    row.back_on, row.condition_back = day, condition_back.strip()
    _move_instrument(actor, row, "back_at", "bring_back", back_at, gettext("Về theo đơn %(code)s", code=row.code))
    return row


def cancel_order(actor: Actor, row: CalibrationOrder, *, reason: str) -> CalibrationOrder:
    """Cancel an order that has not left, or came back without a calibration; an instrument that is away comes back first."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if row.calibration_id is not None:
        raise Refused(gettext("Đơn này đã có giấy chứng nhận; đánh giá và duyệt giấy đó."))
    with audit.reason(reason):
        workflow.ORDERS.move(row, "cancel")
        row.cancel_reason = reason.strip()
    return row
