"""What can be picked beside a reading: instruments with the reasons against them, environment records of the day."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from instruments.models import Instrument
from instruments.queries import fitness
from instruments.rules import MeasurementNeed, Unfit
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.quality import queries as rooms
from lab_app.quality import rules as environment_rules
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import loading, presenters
from lab_app.results.forms import NEW_ENVIRONMENT, EntryForm
from lab_app.results.models import JobLine
from test_methods.rules import EnvironmentLimits, environment_for


@dataclass
class Pick:
    """An instrument in the panel. `off` when it may not be used; `why` says why, or until when it may."""

    id: int
    code: str
    name: str
    why: str
    off: bool = False
    do: str = ""
    chosen: bool = False


@dataclass
class Air:
    """A choice of the environment panel."""

    value: str
    title: str
    note: str = ""
    chosen: bool = False


def offered(line: JobLine, chosen: Sequence[int]) -> list[Instrument]:
    """The instruments that can be picked for a line, and those chosen whatever they are."""
    rows = loading.candidates(MeasurementNeed.from_dict(line.parameter.need), line.job.site_id)
    return rows + loading.instruments_by_id(set(chosen) - {row.id for row in rows})


def instruments(line: JobLine, at: datetime, chosen: Sequence[int], rows: Sequence[Instrument] | None = None) -> list[Pick]:
    """Instruments for a line (`rows`, when they were read already), judged at `at` for what the parameter needs: chosen first, then
    fit ones, then the others."""
    rows = offered(line, chosen) if rows is None else rows
    reasons = fitness(rows, at, MeasurementNeed.from_dict(line.parameter.need), clock.now())
    made = [_pick(row, reasons[row.id], row.id in chosen) for row in rows]
    return sorted(made, key=lambda p: (not p.chosen, p.off, p.code))


def _pick(row: Instrument, reasons: Sequence[Unfit], chosen: bool) -> Pick:
    name = f"{pick(row.name_vi, row.name_en)} {row.type}".strip()
    if reasons:
        first = reasons[0]
        return Pick(row.id, row.code, name, f"{first.says} ({', '.join(first.clauses)})", True, str(first.do), chosen)
    until = gettext("dùng đến hết %(day)s", day=presenters.last_day(row.unusable_from)) if row.unusable_from not in (
        date.min, date.max) else ""
    return Pick(row.id, row.code, name, presenters.joined([row.range_text, until]), chosen=chosen)


def environments(line: JobLine, at: datetime, form: EntryForm, chosen: Sequence[Instrument]) -> tuple[list[Air], str, str]:
    """Records of the measured day, newest first, and a new one; the method's limits in words; and which record was offered by itself,
    or that none speaks for the moment in the room of the instruments chosen."""
    limits = environment_for(line.job.method_version.environment or {"not_critical": "–"}, line.conditions)
    rows = rooms.environments_of_day(clock.local(at).date())
    covering = [row for row in rows if environment_rules.covers(rooms.conditions(row), at)]
    asked, says = form.environment.data, ""
    if asked and asked.isdecimal() and asked not in {str(row.id) for row in rows}:
        picked = db.session.get(EnvironmentRecord, int(asked))
        rows += [picked] if picked is not None else []
    known = {str(row.id) for row in rows}
    if asked not in known and asked != NEW_ENVIRONMENT:
        offered, says = offered_air(covering, chosen, at)
        asked = str(offered.id) if offered is not None else "" if limits.not_critical else NEW_ENVIRONMENT
        says = "" if limits.not_critical and offered is None else says
    form.environment.data = asked
    made = [
        Air(str(row.id), presenters.environment_text(row), "" if row in covering else gettext("không bao gồm thời điểm đo"),
            str(row.id) == asked)
        for row in rows
    ]
    if limits.not_critical:
        made.append(Air("", gettext("Không cần ghi: %(why)s", why=limits.not_critical), "", asked == ""))
    made.append(Air(NEW_ENVIRONMENT, gettext("Ghi điều kiện mới"), "", asked == NEW_ENVIRONMENT))
    return made, limits_text(limits), says


def offered_air(
    covering: Sequence[EnvironmentRecord], chosen: Sequence[Instrument], at: datetime
) -> tuple[EnvironmentRecord | None, str]:
    """Of the records that speak for a moment (newest first) the one of the room of the chosen instruments, else the newest; and what to
    say of it: which room it was taken from, or that the room's log holds none."""
    places = {i.room_id: i.room for i in chosen if i.room_id is not None}
    begun = [row for row in covering if row.from_at <= at] or list(covering)
    own = [row for row in begun if row.room_id in places] if places else begun
    if own:
        room = own[0].room
        return own[0], gettext("Lấy từ sổ của %(room)s: bản ghi mới nhất bao gồm lúc đo.", room=pick(room.name_vi, room.name_en))
    if places:
        names = ", ".join(sorted(pick(room.name_vi, room.name_en) for room in places.values() if room is not None))
        return None, gettext("Sổ của %(room)s không có bản ghi nào bao gồm lúc đo.", room=names)
    return None, gettext("Không có bản ghi nào bao gồm lúc đo.")


def limits_text(limits: EnvironmentLimits) -> str:
    """The method's limits of the environment, for the panel's head."""
    if limits.not_critical:
        return gettext("không ảnh hưởng kết quả")
    t, rh = limits.temperature, limits.humidity
    return presenters.joined([
        presenters.span(t[0], t[1], "°C") if t else "", presenters.span(rh[0], rh[1], "%RH") if rh else ""])
