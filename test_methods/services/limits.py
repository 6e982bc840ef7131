"""Limits as effective-dated data: written, changed, confirmed, brought into force; every version is kept (7.2.1.3, 7.8.6.2, 8.4)."""
from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import audit, clock, jobs, schedule
from lab_app.core.access import Actor, SystemActor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import LimitTable, Mask, ObservationLimit, parse_limit
from lab_app.metrology.masks import RELATIVE_UNITS
from lab_app.metrology.units import find_unit, same_quantity
from test_methods.limit_words import refusal_words
from test_methods.models import LimitConfirmation, Requirement, RequirementLimit
from test_methods.queries.limits import limit_versions, out_of_step
from test_methods.services.reasons import must_have_reason

#: Data of one limit larger than this was not read off a regulation.
MOST_BYTES = 100_000
#: A limit may be written down ahead of its day, but not further than an amendment is known ahead.
AHEAD = timedelta(days=1100)
#: Who changes a limit when its day comes; the person who wrote it stands at the version.
WORKER = SystemActor("flask jobs work")


def checked_limit(limit: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """The limit in its canonical form; an empty one says that nobody has written it down yet.

    `FieldRefused` names the field: of the limit what `metrology.limits` refuses, `unit` for one that is unknown or measures another
    quantity than the requirement's.
    """
    if not limit:
        return {}
    if len(json.dumps(limit)) > MOST_BYTES:
        raise FieldRefused("limit", gettext("Giới hạn quá lớn."))
    try:
        found = parse_limit({"unit": unit, **limit})
    except MetrologyError as error:
        raise FieldRefused(error.field or "limit", refusal_words(error)) from error
    if isinstance(found, ObservationLimit):
        return found.to_dict()
    given = found.level_unit if isinstance(found, Mask) and found.needs_level else found.unit
    for symbol in (found.unit, given):
        try:
            find_unit(symbol)
        except MetrologyError as error:
            raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
    if unit and given and given not in RELATIVE_UNITS and not same_quantity(given, unit):
        raise FieldRefused("unit", gettext(
            "Đơn vị %(given)s của giới hạn không cùng đại lượng với đơn vị %(unit)s của yêu cầu.", given=given, unit=unit))
    if isinstance(found, LimitTable):
        for row in found.rows:
            checked_limit(row.limit.to_dict(), unit)
    return found.to_dict()


def keep_limit(actor: Actor, requirement: Requirement, in_force_from: date | None, reason: str) -> RequirementLimit:
    """Keep what the requirement says now as a version of its limit."""
    row = RequirementLimit(
        requirement_id=requirement.id, requirement=requirement, limit=requirement.limit, in_force_from=in_force_from,
        reason=reason.strip(), recorded_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _say(requirement: Requirement, limit: dict[str, Any], confirmation: LimitConfirmation | None) -> None:
    """Make a limit the one that new lines take, with the confirmation it has, or none."""
    requirement.limit = limit
    requirement.confirmed_source = confirmation.source if confirmation else ""
    requirement.confirmed_by_id = confirmation.confirmed_by_id if confirmation else None
    requirement.confirmed_on = confirmation.confirmed_on if confirmation else None
    requirement.confirmed_recorded_at = confirmation.recorded_at if confirmation else None


def _first_version(actor: Actor, requirement: Requirement) -> None:
    """A requirement entered before versions were kept: what it says becomes its first version, with the confirmation it has."""
    if limit_versions(requirement.id):
        return
    first = keep_limit(actor, requirement, None, gettext("giới hạn đang ghi khi bắt đầu lưu các lần thay đổi"))
    if requirement.confirmed_on is not None and requirement.confirmed_by_id is not None:
        db.session.add(LimitConfirmation(
            limit_id=first.id, limit_row=first, source=requirement.confirmed_source, confirmed_on=requirement.confirmed_on,
            confirmed_by_id=requirement.confirmed_by_id,
            recorded_at=requirement.confirmed_recorded_at or clock.now()))
        db.session.flush()


def change_limit(
    actor: Actor, requirement: Requirement, limit: Mapping[str, Any], reason: str, in_force_from: date | None = None
) -> RequirementLimit:
    """Write a limit anew; the version before it stays readable, and lines planned before keep the limit frozen with them.

    `in_force_from`: the day from which the regulation says so (an amendment), empty where it always did and the earlier text was
    wrong. A day ahead leaves the present limit in place until it comes. The new version is not confirmed.
    """
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    checked = checked_limit(limit, requirement.unit)
    edition, today = requirement.regulation, clock.today()
    if in_force_from is not None:
        if edition.in_force_from is not None and in_force_from < edition.in_force_from:
            raise FieldRefused("in_force_from", gettext("Trước ngày quy chuẩn có hiệu lực."))
        if edition.in_force_to is not None and in_force_from >= edition.in_force_to:
            raise FieldRefused("in_force_from", gettext("Sau ngày quy chuẩn hết hiệu lực."))
        if in_force_from > today + AHEAD:
            raise FieldRefused("in_force_from", gettext("Ngày này quá xa."))
    _first_version(actor, requirement)
    with audit.reason(reason):
        row = RequirementLimit(
            requirement_id=requirement.id, requirement=requirement, limit=checked, in_force_from=in_force_from,
            reason=reason.strip(), recorded_by_id=actor.id,
        )
        db.session.add(row)
        db.session.flush()
        if limit_versions_on(requirement, today) is row:
            _say(requirement, checked, None)
            db.session.flush()
    return row


def limit_versions_on(requirement: Requirement, on: date) -> RequirementLimit | None:
    """The version in force on a day, as known now."""
    return next((v for v in limit_versions(requirement.id) if v.in_force_from is None or v.in_force_from <= on), None)


def confirm_limit(
    actor: Actor, requirement: Requirement, source: str, on: date, version: RequirementLimit | None = None
) -> Requirement:
    """A person states that the limit was compared with the official text, and where it stands (needed for a verdict, 7.8.6).

    `version` names one that is not in force yet (or no longer); else the limit that stands today is confirmed.
    """
    authorize(actor, P.METHOD_WRITE)
    person_id = person_of(actor)
    if not source.strip():
        raise FieldRefused("source", gettext("Ghi đã đối chiếu với văn bản nào, điều nào."))
    if on > clock.today():
        raise FieldRefused("on", gettext("Ngày này ở tương lai."))
    if version is not None and version.requirement_id != requirement.id:
        raise Refused(gettext("Giới hạn này của yêu cầu khác."))
    if not (requirement.limit if version is None else version.limit):
        raise Refused(gettext("Chưa có giới hạn để xác nhận; hãy nhập giới hạn trước."))
    _first_version(actor, requirement)
    standing = limit_versions_on(requirement, clock.today())
    row = version or standing
    assert row is not None
    confirmation = LimitConfirmation(
        limit_id=row.id, limit_row=row, source=source.strip(), confirmed_on=on, confirmed_by_id=person_id)
    db.session.add(confirmation)
    db.session.flush()
    if standing is not None and row.id == standing.id:
        _say(requirement, requirement.limit, confirmation)
    db.session.flush()
    return requirement


def bring_into_force(day: date) -> int:
    """Limits recorded ahead whose day has come become what new lines take; answers how many."""
    count = 0
    for requirement, standing in out_of_step(day, clock.now()):
        row = db.session.get(RequirementLimit, standing.ident)
        assert row is not None
        with audit.reason(gettext("giới hạn ghi trước đã đến ngày có hiệu lực")):
            _say(requirement, row.limit, row.confirmations[-1] if row.confirmations else None)
            db.session.flush()
        count += 1
    return count


@schedule.scheduled("limits-into-force", _l("Đưa giới hạn đã đến ngày vào hiệu lực"), hour=0, minute=1)
def limits_into_force(_payload: dict[str, Any]) -> None:
    """The daily look for limits whose day has come."""
    with jobs.transaction():
        audit.acting(WORKER)
        bring_into_force(clock.today())
