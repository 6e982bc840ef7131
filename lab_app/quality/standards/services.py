"""Use cases of the watch over documents of others: entered, looked at in their cycle, a change dealt with (7.2.1.3, 8.3.1)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, inbox, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.documents.rules import add_months
from lab_app.quality.standards import rules
from lab_app.quality.standards.models import ExternalDocument, WatchCheck

CHANGEABLE = frozenset({"title", "publisher", "source", "place", "owner_id", "watch_months"})


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _cycle(months: int) -> None:
    if not 1 <= months <= rules.LONGEST_MONTHS:
        raise FieldRefused("watch_months", gettext("Từ 1 đến %(n)s tháng.", n=rules.LONGEST_MONTHS))


def _make_findable(row: ExternalDocument) -> None:
    search.put("external-document", row.id, row.code, row.title, row.publisher)


def register_external(
    actor: Actor, *, code: str, kind: str, title: str, owner: Person, publisher: str = "", source: str = "", place: str = "",
    watch_months: int = 3,
) -> ExternalDocument:
    """Enter a document of somebody else by its edition; its first look is due after one cycle. Refuses an edition entered already."""
    authorize(actor, P.DOCUMENT_WRITE)
    code, title = _needed("code", code), _needed("title", title)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    _cycle(watch_months)
    if db.session.scalar(select(ExternalDocument.id).where(ExternalDocument.code == code)) is not None:
        raise FieldRefused("code", gettext("Bản này đã có trong danh mục."))
    row = ExternalDocument(
        code=code, kind=kind, title=title, owner_id=owner.id, publisher=publisher.strip(), source=source.strip(), place=place.strip(),
        watch_months=watch_months, next_check=add_months(clock.today(), watch_months))
    db.session.add(row)
    db.session.flush()
    _make_findable(row)
    return row


def change_external(actor: Actor, row: ExternalDocument, *, reason: str, **changes: Any) -> ExternalDocument:
    """Change an entry with a reason; the edition stays: another edition is another entry."""
    authorize(actor, P.DOCUMENT_WRITE)
    _needed("reason", reason)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    if "title" in changes:
        changes["title"] = _needed("title", changes["title"])
    if "watch_months" in changes:
        _cycle(changes["watch_months"])
    with audit.reason(reason):
        for name, value in changes.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        db.session.flush()
    _make_findable(row)
    return row


def record_check(
    actor: Actor, row: ExternalDocument, *, checked_on: date, outcome: str, edition: str = "", in_force_from: date | None = None,
    what: str = "", seen_at: str = "",
) -> WatchCheck:
    """Write down a look at a document's state. A change found is asked of whoever writes methods, until it is dealt with.

    Refuses a day to come or before the last look, an unknown outcome, a new edition without its code or of the same code, a change
    that is not described.
    """
    authorize(actor, P.DOCUMENT_WRITE)
    if row.status == rules.WITHDRAWN:
        raise Refused(gettext("%(code)s đã thôi dùng.", code=row.code))
    if outcome not in rules.OUTCOMES:
        raise FieldRefused("outcome", gettext("Lựa chọn không có trong danh sách."))
    if checked_on > clock.today():
        raise FieldRefused("checked_on", gettext("Ngày này ở tương lai."))
    if row.last_check is not None and checked_on < row.last_check:
        raise FieldRefused("checked_on", gettext("Lần xem trước là %(day)s.", day=row.last_check.strftime("%d/%m/%Y")))
    if outcome == rules.NEW_EDITION and _needed("edition", edition) == row.code:
        raise FieldRefused("edition", gettext("Đây là bản đang dùng; ghi số hiệu bản mới."))
    if outcome != rules.UNCHANGED:
        _needed("what", what)
    check = WatchCheck(
        external_id=row.id, person_id=person_of(actor), checked_on=checked_on, outcome=outcome, edition=edition.strip(),
        in_force_from=in_force_from, what=what.strip(), seen_at=seen_at.strip() or row.source)
    row.checks.append(check)
    row.last_check, row.next_check = checked_on, add_months(checked_on, row.watch_months)
    inbox.settle(f"external/{row.id}/watch")
    if outcome != rules.UNCHANGED:
        row.status = rules.CHANGED
        inbox.ask(
            f"external/{row.id}/change", "external-document", N_("%(code)s có thay đổi: xem phương pháp và giới hạn bị ảnh hưởng"),
            {"code": row.code}, permission=P.METHOD_WRITE, code=row.code[:60], link=f"/quality/standards/{row.id}", button=N_("Xử lý"),
            due_on=in_force_from)
    db.session.flush()
    return check


def handle_change(actor: Actor, row: ExternalDocument, *, what: str, still_used: bool) -> WatchCheck:
    """Say what was done about a change (methods, limits, scope), and whether this edition is still used (7.2.1.3)."""
    authorize(actor, P.DOCUMENT_WRITE)
    _needed("what", what)
    if row.status != rules.CHANGED:
        raise Refused(gettext("%(code)s không có thay đổi nào chờ xử lý.", code=row.code))
    check = WatchCheck(external_id=row.id, person_id=person_of(actor), checked_on=clock.today(), outcome=rules.HANDLED, what=what.strip())
    row.checks.append(check)
    row.status = rules.CURRENT if still_used else rules.WITHDRAWN
    inbox.settle(f"external/{row.id}/change")
    if not still_used:
        inbox.settle_under(f"external/{row.id}/")
    db.session.flush()
    return check
