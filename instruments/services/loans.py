"""Issue instruments to people, benches, sites and outside bodies, and take them back (6.4.2, 6.4.3)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import Instrument, Loan
from instruments.services.standing import refresh
from lab_app.accounts.models import Person
from lab_app.core import clock, gates, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.quality.holds.facts import hold_facts

LONGEST_LOAN_DAYS = 1830
#: Where an instrument goes: only an outside body takes it from under the laboratory's control.
HOLDER_KINDS = ("person", "bench", "site", "outside")


def loan_facts(instrument: Instrument) -> workflow.LoanFacts:
    """Facts of the gates of issuing, as they stand now."""
    now = clock.now()
    reasons = queries.fitness([instrument], now, None, now)[instrument.id]
    out = queries.loan_out(instrument.id)
    return workflow.LoanFacts(
        instrument.code, tuple(str(r.says) for r in reasons if r.code != "on-loan"),
        out.code if out else "", out.holder if out else "", out.due_back_on if out else None,
    )


def lend(
    actor: Actor, instrument: Instrument, *, holder_kind: str, holder: str, due_back_on: date, condition_out: str,
    holder_person: Person | None = None, purpose: str = "", out_at: datetime | None = None, fee: Decimal | None = None,
) -> Loan:
    """Issue an instrument to a holder until a day. `fee` in VND, for outside bodies.

    Refused by gate *loan-fit* while anything speaks against its use, by *loan-returned* while it is out already.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id, now = person_of(actor), clock.now()
    out_at = out_at or now
    if holder_kind not in HOLDER_KINDS:
        raise FieldRefused("holder_kind", gettext("Chọn nơi nhận."))
    if holder_kind == "person" and holder_person is None:
        raise FieldRefused("holder_id", gettext("Chọn người nhận."))
    name = holder_person.name if holder_person is not None and holder_kind == "person" else holder.strip()
    if not name:
        raise FieldRefused("holder", gettext("Ghi nơi nhận."))
    if out_at > now:
        raise FieldRefused("out_at", gettext("Thời điểm này ở tương lai."))
    day = clock.local(out_at).date()
    if due_back_on < day:
        raise FieldRefused("due_back_on", gettext("Ngày hẹn trả trước ngày giao."))
    if (due_back_on - day).days > LONGEST_LOAN_DAYS:
        raise FieldRefused("due_back_on", gettext("Hẹn trả không quá 5 năm."))
    if not condition_out.strip():
        raise FieldRefused("condition_out", gettext("Ghi tình trạng khi giao."))
    if fee is not None and (fee < 0 or holder_kind != "outside"):
        raise FieldRefused("fee", gettext("Phí chỉ ghi cho đơn vị bên ngoài, không âm."))
    facts = loan_facts(instrument)
    gates.require("loan-returned", facts)
    gates.require("loan-fit", facts)
    gates.require("not-held", hold_facts([("instrument", instrument.id)]))
    row = Loan(
        code=numbering.yearly("GT", clock.today().year), instrument_id=instrument.id, instrument=instrument,
        holder_kind=holder_kind, holder_id=holder_person.id if holder_person and holder_kind == "person" else None, holder=name,
        purpose=purpose.strip(), out_at=out_at, due_back_on=due_back_on, condition_out=condition_out.strip(), fee=fee,
        out_by_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    search.put("loan", row.id, row.code, name, instrument.code, instrument.name_vi)
    refresh(instrument)
    return row


def take_back(actor: Actor, loan: Loan, *, condition_back: str, back_at: datetime | None = None) -> Loan:
    """Take an instrument back, with its condition. From an outside body it waits for a verification before use (6.4.4)."""
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id, now = person_of(actor), clock.now()
    back_at = back_at or now
    if loan.back_at is not None:
        raise FieldRefused("back_at", gettext("Thiết bị đã trả rồi."))
    if back_at > now:
        raise FieldRefused("back_at", gettext("Thời điểm này ở tương lai."))
    if back_at < loan.out_at:
        raise FieldRefused("back_at", gettext("Trả trước khi giao: xem lại thời điểm."))
    if not condition_back.strip():
        raise FieldRefused("condition_back", gettext("Ghi tình trạng khi trả."))
    loan.back_at, loan.condition_back, loan.back_by_id = back_at, condition_back.strip(), person_id
    db.session.flush()
    instrument = loan.instrument
    if loan.holder_kind == "outside":
        _wait_for_verification(instrument, loan, person_id)
    refresh(instrument)
    return loan


def _wait_for_verification(instrument: Instrument, loan: Loan, person_id: int) -> None:
    """What left the laboratory's control comes back out of service, until its fitness is verified (6.4.4)."""
    from instruments.services.standing import add_state

    now = clock.now()
    found = rules.state_at(queries.facts_of([instrument])[instrument.id], now, now)
    if found is not None and found.state == workflow.IN_SERVICE.code:
        add_state(instrument, workflow.OUT_OF_SERVICE.code, now, person_id,
                  reason=gettext("Trở về từ %(holder)s (%(loan)s): chờ kiểm tra xác nhận", holder=loan.holder, loan=loan.code))
