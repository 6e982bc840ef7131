"""Undertakings, declared interests, the yearly declaration, pressure incidents, appointments (4.1, 4.2.4, 5.2)."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.interests import queries, rules
from lab_app.accounts.interests.models import (
    Appointment,
    Interest,
    InterestDeclaration,
    PressureIncident,
    Undertaking,
    UndertakingText,
)
from lab_app.accounts.interests.workflow import PRESSURE
from lab_app.accounts.models import Laboratory, Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECLARED, UNDERTAKEN, Confirmation
from lab_app.core import audit, clock, events, files, inbox, numbering, search
from lab_app.core.access import Actor, SystemActor, act_for_oneself, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import show_date
from lab_app.core.notices import N_
from lab_app.core.permissions import P

#: A text shorter than this is no undertaking.
SHORTEST_TEXT = 200


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _among(field: str, value: str, words: Mapping[str, Any]) -> str:
    if value not in words:
        raise FieldRefused(field, gettext("Lựa chọn không có trong danh sách."))
    return value


def _person(actor: Actor) -> Person:
    return db.session.get_one(Person, person_of(actor))


# ---- undertakings ------------------------------------------------------------------------------------------------


def shown_undertaking(person: Person, text: queries.Text) -> dict[str, Any]:
    """What a person signs: the text in both languages by its hash, who they are."""
    return {"what": "undertaking", "person": person.code, "name": person.full_name, "edition": str(text.edition), "vi": text.vi,
            "en": text.en, "text_sha256": text.sha256}


def sign_undertaking(actor: Actor, *, confirmed: Confirmation | None = None) -> Undertaking:
    """Give the undertaking in force electronically: from now on the account is open (4.2.4).

    Refused by gate *signed-by-person*, also where the text changed since it was shown.
    """
    act_for_oneself(actor)
    person, text = _person(actor), queries.current_text()
    row = _give(person, rules.SIGNED, clock.today(), person.id, text)
    signatures.sign(actor, confirmed, meaning=UNDERTAKEN, subject=("undertaking", row.id), shown=shown_undertaking(person, text))
    return row


def file_undertaking(actor: Actor, person: Person, upload: files.Upload, given_on: date, note: str = "") -> Undertaking:
    """File the paper that a person signed, with its scan. Refuses one's own (that is signed on the page), a day to come, and a day
    before the text in force was written."""
    authorize(actor, P.PERSON_WRITE)
    if person_of(actor) == person.id:
        raise Refused(gettext("Cam kết của chính mình ký điện tử ở trang cam kết; bản giấy do người khác lưu."))
    text = queries.current_text()
    if given_on > clock.today():
        raise FieldRefused("given_on", gettext("Ngày này ở tương lai."))
    if text.since is not None and given_on < clock.local(text.since).date():
        raise FieldRefused("given_on", gettext("Bản cam kết hiện hành chỉ có từ %(day)s.", day=show_date(text.since)))
    row = _give(person, rules.PAPER, given_on, person_of(actor), text, note.strip())
    files.attach(upload, "undertaking", row.id, actor.id, purpose="undertaking")
    return row


def _give(person: Person, way: str, on: date, filed_by_id: int, text: queries.Text, note: str = "") -> Undertaking:
    row = Undertaking(person_id=person.id, edition=text.edition, text_sha256=text.sha256, way=way, given_on=on, filed_by_id=filed_by_id,
                      note=note)
    db.session.add(row)
    person.undertaking_on, person.undertaking_until = on, None
    db.session.flush()
    inbox.settle(_undertaking_key(person))
    return row


def _undertaking_key(person: Person) -> str:
    return f"undertaking/{person.id}"


def write_text(actor: Actor, *, text_vi: str, text_en: str, change: str, sign_by: date | None = None) -> UndertakingText:
    """Put a new edition of the undertaking in force. Who gave an earlier one reads and signs the new one by `sign_by` (asked in their
    inbox); without a day, earlier undertakings count on. Refuses a text too short to be one, one that changes nothing, a day past."""
    authorize(actor, P.LABORATORY_WRITE)
    vi, en, before = text_vi.strip(), text_en.strip(), queries.current_text()
    for field, value in (("text_vi", vi), ("text_en", en)):
        if len(value) < SHORTEST_TEXT:
            raise FieldRefused(field, gettext("Bản cam kết cần ít nhất %(n)s ký tự.", n=SHORTEST_TEXT))
    if (vi, en) == (before.vi, before.en):
        raise FieldRefused("text_vi", gettext("Bản này giống hệt bản đang dùng."))
    if sign_by is not None and sign_by < clock.today():
        raise FieldRefused("sign_by", gettext("Ngày này đã qua."))
    audit.because(_needed("change", change))
    row = UndertakingText(edition=before.edition + 1, text_vi=vi, text_en=en, sha256=queries.text_sha256(vi, en), change=change.strip(),
                          sign_by=sign_by, written_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    if sign_by is not None:
        for person in db.session.scalars(select(Person).where(Person.active.is_(True), Person.undertaking_on.is_not(None))):
            person.undertaking_until = sign_by if person.undertaking_until is None else min(sign_by, person.undertaking_until)
            inbox.ask(_undertaking_key(person), "undertaking", N_("Đọc và ký bản cam kết bảo mật mới (lần ban hành %(edition)s)"),
                      {"edition": row.edition}, person_id=person.id, code=person.code, link="/undertaking", button=N_("Đọc và ký"),
                      due_on=sign_by)
    db.session.flush()
    return row


# ---- interests ---------------------------------------------------------------------------------------------------


def declare_interest(
    actor: Actor, *, party_kind: str, party: str, nature: str, since: date, description: str, person: Person | None = None,
) -> Interest:
    """Declare an interest, one's own or (with the right to write quality records) one that the laboratory learnt of. It counts at once.

    A customer is named by code or very name. Refuses a day to come, an unknown customer, the same party twice.
    """
    authorize(actor, P.HOME)
    who = person or _person(actor)
    if who.id != actor.id:
        authorize(actor, P.QUALITY_WRITE)
    code, name = _party(_among("party_kind", party_kind, rules.PARTIES), _needed("party", party))
    _among("nature", nature, rules.NATURES)
    if since > clock.today():
        raise FieldRefused("since", gettext("Ngày này ở tương lai."))
    key = queries.party_key(name)
    if len(key) < 2:
        raise FieldRefused("party", gettext("Ghi tên để nhận ra được tổ chức."))
    if any(row.party_key == key and row.nature == nature and row.ended_on is None for row in queries.interests_of(who.id)):
        raise FieldRefused("party", gettext("Lợi ích này đã khai rồi."))
    row = Interest(
        person_id=who.id, party_kind=party_kind, party_code=code, party_name=name, party_key=key, nature=nature, since=since,
        description=_needed("description", description), recorded_by_id=person_of(actor),
    )
    db.session.add(row)
    who.has_interests = True
    db.session.flush()
    events.interest_declared.send("accounts", interest=row, actor=actor)
    return row


def _party(kind: str, words: str) -> tuple[str, str]:
    if kind != rules.CUSTOMER:
        return "", words
    found = queries.customer_named(words)
    if found is None:
        raise FieldRefused("party", gettext("Không có khách hàng mang mã hoặc đúng tên này; chưa là khách hàng thì chọn “Tổ chức khác”."))
    return found


def end_interest(actor: Actor, row: Interest, ended_on: date, reason: str) -> Interest:
    """Write down that an interest is over, on what ground. Nobody ends an own interest: another person judges that.

    Refuses a second end, a day before it began or to come.
    """
    authorize(actor, P.QUALITY_WRITE)
    if actor.id == row.person_id:
        raise Refused(gettext("Lợi ích của chính mình do người khác xét và ghi là đã hết (4.1.4)."))
    if row.ended_on is not None:
        raise Refused(gettext("Lợi ích này đã ghi là hết rồi."))
    if not row.since <= ended_on <= clock.today():
        raise FieldRefused("ended_on", gettext("Ngày hết phải từ ngày bắt đầu đến hôm nay."))
    audit.because(_needed("reason", reason))
    row.ended_on, row.ended_recorded_at, row.ended_by_id, row.ended_reason = ended_on, clock.now(), person_of(actor), reason.strip()
    db.session.flush()
    return row


def shown_declaration(person: Person) -> dict[str, Any]:
    """What a person signs: the interests that stand today, each with party, kind and day; an empty list says there are none."""
    rows = queries.standing_interests(person.id, clock.today(), clock.now())
    return {"what": "interests", "person": person.code, "name": person.full_name, "year": str(clock.today().year), "interests": [
        {"party": row.party_name, "code": row.party_code, "nature": row.nature, "since": row.since.isoformat(), "said": row.description}
        for row in sorted(rows, key=lambda row: row.id)]}


def declare_year(actor: Actor, *, confirmed: Confirmation | None = None) -> InterestDeclaration:
    """The yearly word that the list of interests is complete, signed over the list as it was shown. Twice on one day is refused."""
    authorize(actor, P.HOME)
    person, today = _person(actor), clock.today()
    if queries.last_declared([person.id]).get(person.id) == today:
        raise Refused(gettext("Hôm nay bạn đã khai rồi."))
    shown = shown_declaration(person)
    row = InterestDeclaration(person_id=person.id, declared_on=today, interests=len(shown["interests"]))
    db.session.add(row)
    db.session.flush()
    signatures.sign(actor, confirmed, meaning=DECLARED, subject=("interest-declaration", row.id), shown=shown)
    inbox.settle(f"declaration/{person.id}")
    return row


def ask_declarations(actor: Actor | None = None) -> int:
    """Ask everybody whose yearly declaration is due within a month, or past; answers how many stand asked. A daily job."""
    authorize(actor or SystemActor("lịch khai lợi ích", frozenset({P.HOME})), P.HOME)
    count = 0
    for state in ("overdue", "soon"):
        people = list(db.session.scalars(queries.declarations(state)))
        last = queries.last_declared([person.id for person in people])
        for person in people:
            due = rules.due_on(person.undertaking_on, last.get(person.id))
            inbox.ask(f"declaration/{person.id}", "declaration", N_("Khai lợi ích hằng năm (4.1.4)"), person_id=person.id,
                      code=person.code, link="/me/interests", button=N_("Khai"), due_on=due)
            count += 1
    return count


def set_overdue_blocks(actor: Actor, blocks: bool, reason: str) -> Laboratory:
    """Decide whether an overdue declaration blocks assignment (gate *declaration-current*)."""
    authorize(actor, P.LABORATORY_WRITE)
    row = db.session.scalar(select(Laboratory).order_by(Laboratory.id).limit(1))
    if row is None:
        raise Refused(gettext("Khai thông tin phòng thử nghiệm trước."))
    audit.because(_needed("reason", reason))
    row.settings = {**row.settings, queries.BLOCKS: "blocks" if blocks else ""}
    db.session.flush()
    return row


# ---- pressure ----------------------------------------------------------------------------------------------------


def report_pressure(
    actor: Actor, *, nature: str, happened_on: date, from_whom: str, what: str, about: str = "", confidential: bool = False,
) -> PressureIncident:
    """Anybody tells of a pressure (4.1.3); another person who may decide is asked to answer it."""
    authorize(actor, P.HOME)
    if happened_on > clock.today():
        raise FieldRefused("happened_on", gettext("Ngày này ở tương lai."))
    row = PressureIncident(
        code=numbering.yearly("SAE", clock.today().year, 3), nature=_among("nature", nature, rules.PRESSURES), happened_on=happened_on,
        from_whom=_needed("from_whom", from_whom), what=_needed("what", what), about=about.strip(), confidential=confidential,
        reported_by_id=person_of(actor),
    )
    db.session.add(row)
    db.session.flush()
    search.put("pressure-incident", row.id, row.code, str(rules.PRESSURES[nature]), row.about)
    inbox.ask(f"pressure/{row.id}", "pressure", N_("Xử lý sức ép được báo: %(code)s"), {"code": row.code}, permission=P.COMPLAINT_DECIDE,
              not_person_id=actor.id, code=row.code, link=f"/impartiality/pressure/{row.code}", due_on=clock.today() + timedelta(days=7))
    return row


def answer_pressure(actor: Actor, row: PressureIncident, answer: str) -> PressureIncident:
    """What the laboratory did about a pressure. Not by who reported it; answered once."""
    authorize(actor, P.COMPLAINT_DECIDE)
    if actor.id == row.reported_by_id:
        raise Refused(gettext("Người báo không tự xử lý; nhờ một người có quyền khác."))
    text = _needed("answer", answer)
    PRESSURE.move(row, "answer")
    row.answer, row.answered_by_id, row.answered_at = text, person_of(actor), clock.now()
    db.session.flush()
    inbox.settle(f"pressure/{row.id}")
    return row


def may_see_reporter(actor: Actor, row: PressureIncident) -> bool:
    """Whether this reader is told who reported (4.2.3): not of a confidential report, but for the reporter and who answers it."""
    return not row.confidential or actor.id == row.reported_by_id or actor.can(P.COMPLAINT_DECIDE)


# ---- appointments --------------------------------------------------------------------------------------------------


def appoint(
    actor: Actor, person: Person, *, function: str, decision_no: str, decided_on: date, valid_from: date, valid_to: date | None = None,
    note: str = "", replaces: bool = False,
) -> Appointment:
    """Appoint a person to a function of management (5.2). At no time two: refused while another's appointment meets the period,
    unless `replaces`, which ends the one that stands on the day the new one begins."""
    authorize(actor, P.QUALITY_WRITE)
    _among("function", function, rules.FUNCTIONS)
    if valid_to is not None and valid_to < valid_from:
        raise FieldRefused("valid_to", gettext("Ngày kết thúc trước ngày bắt đầu."))
    if decided_on > clock.today():
        raise FieldRefused("decided_on", gettext("Ngày này ở tương lai."))
    if not person.active:
        raise FieldRefused("person", gettext("Tài khoản của người này đã khóa."))
    number = _needed("decision_no", decision_no)
    others = [row for row in queries.appointments(function) if row.ended_from is None or row.ended_from > row.valid_from]
    if replaces:
        for row in others:
            last = _last_day(row)
            if row.valid_from < valid_from and (last is None or last >= valid_from):
                _end(row, valid_from, gettext("Thay bằng quyết định %(number)s", number=number))
    met = [row for row in others if rules.overlapping([(row.valid_from, _last_day(row))], valid_from, valid_to)]
    if met:
        raise FieldRefused("valid_from", gettext(
            "%(person)s đang giữ chức vụ này theo quyết định %(number)s; mỗi lúc chỉ một người (5.2).", person=met[0].person.full_name,
            number=met[0].decision_no))
    row = Appointment(function=function, person_id=person.id, decision_no=number, decided_on=decided_on, valid_from=valid_from,
                      valid_to=valid_to, note=note.strip(), recorded_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    return row


def _last_day(row: Appointment) -> date | None:
    ended = row.ended_from - timedelta(days=1) if row.ended_from is not None else None
    known = [day for day in (row.valid_to, ended) if day is not None]
    return min(known) if known else None


def _end(row: Appointment, from_day: date, reason: str) -> None:
    row.ended_from, row.ended_recorded_at, row.ended_reason = from_day, clock.now(), reason
    db.session.flush()


def end_appointment(actor: Actor, row: Appointment, from_day: date, reason: str) -> Appointment:
    """End an appointment from a day on, with the reason; the row stays."""
    authorize(actor, P.QUALITY_WRITE)
    if row.ended_from is not None:
        raise Refused(gettext("Quyết định này đã kết thúc rồi."))
    if from_day <= row.valid_from or (row.valid_to is not None and from_day > row.valid_to):
        raise FieldRefused("from_day", gettext("Ngày thôi giữ phải sau ngày bắt đầu và trong thời hạn của quyết định."))
    audit.because(_needed("reason", reason))
    _end(row, from_day, reason.strip())
    return row

