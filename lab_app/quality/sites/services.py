"""Validations of test sites, what methods need of a site, access to rooms (6.3.4)."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, files, inbox, jobs, numbering, schedule, search
from lab_app.core.access import Actor, SystemActor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.notices import N_, day
from lab_app.core.permissions import P
from lab_app.metrology.periods import add_months
from lab_app.quality.models import Room
from lab_app.quality.sites import queries, rules
from lab_app.quality.sites.models import RoomAccess, SiteNeed, SiteValidation

DUE = N_("%(room)s: xác nhận %(code)s hết hạn ngày %(day)s; lập lần xác nhận tiếp theo")
FAILED = N_("%(room)s: xác nhận %(code)s không đạt; xử lý phòng đo và các kết quả liên quan")
WATCHER = SystemActor("bộ theo dõi phòng đo", frozenset({P.QUALITY_WRITE}))
#: A right to enter lasts no longer than this without being looked at again (6.3.4: measures are reviewed).
LONGEST_ACCESS = timedelta(days=731)


def record_validation(
    actor: Actor, room: Room, *, kind: str, standard: str, performed_on: date, performed_by: str, result: str, cycle_months: int,
    upload: Upload | None, range_text: str = "", worst: str = "", restriction: str = "", code: str | None = None,
) -> SiteValidation:
    """File a validation of a room with its report (6.3.4). Good for `cycle_months` from the day it was done; failed it is good for nothing.

    Refuses a day to come, no standard, no performer, no report, a cycle of no or more than 60 months, *limited* without its restriction.
    """
    authorize(actor, P.QUALITY_WRITE)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if result not in rules.RESULTS:
        raise FieldRefused("result", gettext("Lựa chọn không có trong danh sách."))
    for field, value in (("standard", standard), ("performed_by", performed_by)):
        if not value.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    if performed_on > clock.today():
        raise FieldRefused("performed_on", gettext("Ngày này ở tương lai."))
    if not 1 <= cycle_months <= rules.LONGEST_MONTHS:
        raise FieldRefused("cycle_months", gettext("Từ 1 đến %(n)s tháng.", n=rules.LONGEST_MONTHS))
    if result == "limited" and not restriction.strip():
        raise FieldRefused("restriction", gettext("Ghi hạn chế: dải tần, vùng hay vị trí nào được dùng."))
    if upload is None:
        raise FieldRefused("file", gettext("Cần báo cáo xác nhận làm bằng chứng."))
    row = SiteValidation(
        code=code or numbering.yearly("XNP", performed_on.year, 3), room_id=room.id, kind=kind, standard=standard.strip(),
        range_text=range_text.strip(), performed_on=performed_on, performed_by=performed_by.strip(), result=result, worst=worst.strip(),
        restriction=restriction.strip(), cycle_months=cycle_months,
        valid_until=performed_on if result == "fail" else add_months(performed_on, cycle_months), person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    files.attach(upload, "site-validation", row.id, actor.id, purpose="report", caption=row.code)
    search.put("site-validation", row.id, row.code, room.name_vi, room.code, standard)
    for other in db.session.scalars(
        select(SiteValidation).where(SiteValidation.room_id == room.id, SiteValidation.kind == kind, SiteValidation.id != row.id)
    ):
        inbox.settle_under(f"site-validation/{other.id}/")
    if result == "fail":
        inbox.ask(f"site-validation/{row.id}/failed", "site-validation", FAILED, {"room": room.name_vi, "code": row.code},
                  permission=P.QUALITY_WRITE, code=row.code, link=f"/quality/sites/validations/{row.code}",
                  due_on=clock.today() + timedelta(days=3))
    return row


def withdraw_validation(actor: Actor, row: SiteValidation, *, from_on: date, reason: str) -> SiteValidation:
    """The room was changed, damaged, moved: from a day on the validation is good for nothing. Refuses a day to come or before it was
    done, no reason, one that was withdrawn already."""
    authorize(actor, P.QUALITY_WRITE)
    if row.withdrawn_from is not None:
        raise Refused(gettext("Lần xác nhận này đã bị rút."))
    if from_on > clock.today():
        raise FieldRefused("from_on", gettext("Ngày này ở tương lai."))
    if from_on < row.performed_on:
        raise FieldRefused("from_on", gettext("Trước ngày thực hiện."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason.strip()):
        row.withdrawn_from, row.withdrawn_recorded_at, row.withdraw_reason = from_on, clock.now(), reason.strip()
        db.session.flush()
    inbox.settle_under(f"site-validation/{row.id}/")
    return row


def need_site(
    actor: Actor, method_code: str, kind: str, basis: str, valid_from: date | None = None, parameters: str = "",
) -> SiteNeed:
    """From a day on a method, or those parameters whose codes begin so, is only done where a validation of this kind is good.

    Refuses a method that is not there, a need that stands already, no basis, a day that is past."""
    authorize(actor, P.QUALITY_WRITE)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    code = method_code.strip()
    found = db.session.scalar(
        select(search.SearchEntry.id).where(search.SearchEntry.kind == "method", search.SearchEntry.code == code).limit(1))
    if found is None:
        raise FieldRefused("method_code", gettext("Không có phương pháp nào mang mã này."))
    begins = valid_from or clock.today()
    if begins < clock.today():
        raise FieldRefused("valid_from", gettext("Yêu cầu không áp dụng ngược."))
    if not basis.strip():
        raise FieldRefused("basis", gettext("Cần ghi căn cứ: điều nào của tiêu chuẩn."))
    if db.session.scalar(
        select(SiteNeed.id).where(SiteNeed.method_code == code, SiteNeed.kind == kind, SiteNeed.parameters == parameters.strip(),
                                  SiteNeed.ended_on.is_(None)).limit(1)
    ) is not None:
        raise FieldRefused("kind", gettext("Phương pháp này đã có yêu cầu đó."))
    row = SiteNeed(method_code=code, kind=kind, parameters=parameters.strip(), basis=basis.strip(), valid_from=begins,
                   person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def end_need(actor: Actor, row: SiteNeed, reason: str) -> SiteNeed:
    """From tomorrow the method no longer needs it. Refuses one that ended, and no reason."""
    authorize(actor, P.QUALITY_WRITE)
    _end(row, clock.today() + timedelta(days=1), reason, gettext("Yêu cầu này đã kết thúc."))
    return row


def _end(row: SiteNeed | RoomAccess, on: date, reason: str, ended: str) -> None:
    """From this day it holds no more. Refuses, in the words of `ended`, what ended already; refuses no reason."""
    if row.ended_on is not None:
        raise Refused(ended)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason.strip()):
        row.ended_on, row.ended_recorded_at, row.end_reason = on, clock.now(), reason.strip()
        db.session.flush()


def give_access(actor: Actor, room: Room, person: Person, *, valid_from: date, until: date, purpose: str) -> RoomAccess:
    """A person may enter and use a room over a period (6.3.4). Refuses a period turned round or longer than two years, one that overlaps
    another of the same person, no purpose."""
    authorize(actor, P.LABORATORY_WRITE)
    if until <= valid_from:
        raise FieldRefused("until", gettext("Kết thúc trước khi bắt đầu."))
    if until - valid_from > LONGEST_ACCESS:
        raise FieldRefused("until", gettext("Dài hơn hai năm: quyền vào phòng phải được xem xét lại."))
    if not purpose.strip():
        raise FieldRefused("purpose", gettext("Cần điền mục này."))
    for other in db.session.scalars(select(RoomAccess).where(RoomAccess.room_id == room.id, RoomAccess.person_id == person.id)):
        if other.valid_from < until and valid_from < (other.ended_on or other.until):
            raise FieldRefused("person", gettext("%(name)s đã có quyền vào phòng này trong thời gian đó.", name=person.full_name))
    row = RoomAccess(room_id=room.id, person_id=person.id, valid_from=valid_from, until=until, purpose=purpose.strip(),
                     given_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def end_access(actor: Actor, row: RoomAccess, reason: str) -> RoomAccess:
    """From today the person may no longer enter. Refuses one that ended, and no reason."""
    authorize(actor, P.LABORATORY_WRITE)
    _end(row, clock.today(), reason, gettext("Quyền này đã kết thúc."))
    return row


def ask_for_due(actor: SystemActor = WATCHER) -> int:
    """Ask for the next validation of every room and kind whose present one ends within the lead time; answers how many are asked for."""
    authorize(actor, P.QUALITY_WRITE)
    count = 0
    soon = clock.today() + timedelta(days=rules.LEAD_DAYS)
    for row in db.session.scalars(queries.present(clock.today()).where(
        SiteValidation.valid_until <= soon, SiteValidation.withdrawn_from.is_(None), SiteValidation.result != "fail")
    ):
        inbox.ask(f"site-validation/{row.id}/due", "site-validation", DUE,
                  {"room": row.room.name_vi, "code": row.code, "day": day(row.valid_until)}, permission=P.QUALITY_WRITE, code=row.code,
                  link=f"/quality/sites/validations/{row.code}", due_on=row.valid_until)
        count += 1
    return count


@schedule.scheduled("site-validations", _l("Nhắc xác nhận phòng đo sắp hết hạn"), hour=6, minute=20)
def _daily(_payload: dict[str, Any]) -> None:
    with jobs.transaction():
        ask_for_due()
