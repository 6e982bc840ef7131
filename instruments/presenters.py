"""What the pages of the room show, made from facts: standing now and at a time, days left, the drift of checks."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from flask_babel import gettext, ngettext

from instruments import queries, rules, wording
from instruments.models import Calibration, Instrument, IntermediateCheck, SystemMember
from instruments.queries import Dossier
from instruments.rules import Unfit, importing
from lab_app.core import clock
from lab_app.core.i18n import pick, show_date, show_decimal
from lab_app.core.sheets import Sheet
from lab_app.core.workflow import State

#: Days before the end of cover that the list calls soon.
SOON = 60
DRIFT_SHOWN = 24


def last_day(due: date) -> date | None:
    """The last day of use, as a label prints it; `None` where nothing is due or nothing covers."""
    return None if due in (date.min, date.max) else due - timedelta(days=1)


def cover(row: Instrument, today: date) -> State:
    """How long calibration and checks still cover, in words."""
    if row.unusable_from == date.max:
        return State("free", gettext("Không có hạn"), "hold")
    if row.unusable_from == date.min:
        return State("none", gettext("Chưa đủ điều kiện"), "bad")
    left = (row.unusable_from - today).days
    if left <= 0:
        return State("over", ngettext("Quá hạn %(n)s ngày", "Quá hạn %(n)s ngày", 1 - left, n=1 - left), "bad")
    word = ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", left, n=left)
    return State("soon", word, "warn") if left <= SOON else State("good", word, "ok")


def where(row: Instrument) -> str:
    """Where an instrument stands, as one text."""

    room = pick(row.room.name_vi, row.room.name_en) if row.room else ""
    if row.location and row.room and row.location not in (row.room.name_vi, row.room.name_en):
        return f"{room}, {row.location}"
    return room or row.location


@dataclass(frozen=True)
class Judged:
    """An instrument at a moment: as known then and as known now."""

    at: datetime
    then: list[Unfit]
    now: list[Unfit]
    standing: State
    is_past: bool

    @property
    def differs(self) -> bool:
        """Whether what became known since changes the answer."""
        return [r.code for r in self.then] != [r.code for r in self.now]


def judged(file: Dossier, at: datetime) -> Judged:
    """Fitness at a moment with the knowledge of that moment, and with today's."""
    now = clock.now()
    return Judged(
        at, rules.judge(file.facts, at, None, min(at, now)), rules.judge(file.facts, at, None, now),
        queries.standing(file.facts, at, now), at < now - timedelta(minutes=1),
    )


def calibration_states(file: Dossier, today: date) -> dict[int, State]:
    """Each calibration's word: waiting, current, failed, run out, or an earlier one."""
    current = rules.calibration_at(file.facts, today, clock.now())
    out = {}
    for row in file.calibrations:
        if row.released_at is None:
            word = "waiting"
        elif not row.passed:
            word = "failed"
        elif row.due_on <= today:
            word = "over"
        else:
            word = "current" if current is not None and current.id == row.id else "earlier"
        out[row.id] = wording.CALIBRATION_STATES[word]
    return out


@dataclass(frozen=True)
class DriftPoint:
    """A check on the drift picture: SVG places and the words of its title."""

    x: str
    y: str
    passed: bool
    title: str


@dataclass(frozen=True)
class Drift:
    """Deviations of checks over time against their tolerance; places as SVG texts of a 560 × 150 drawing."""

    points: list[DriftPoint]
    line: str
    upper_y: str
    lower_y: str
    zero_y: str
    tolerance: str
    says: str


def _px(number: Decimal) -> str:
    return format(number.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN), "f")


def drift(checks: Sequence[IntermediateCheck]) -> Drift | None:
    """The picture of the latest checks of one tolerance and unit, oldest left; `None` with fewer than two."""
    if not checks:
        return None
    latest = checks[0]
    same = [c for c in checks if c.tolerance == latest.tolerance and c.unit == latest.unit][:DRIFT_SHOWN][::-1]
    if len(same) < 2:
        return None
    widest = max([abs(c.indicated - c.reference) for c in same] + [latest.tolerance]) * Decimal("1.15")
    span = max((same[-1].done_on - same[0].done_on).days, 1)
    middle, half = Decimal(75), Decimal(65)
    points = []
    for c in same:
        deviation = c.indicated - c.reference
        x = Decimal(60) + Decimal(480) * (c.done_on - same[0].done_on).days / span
        points.append(DriftPoint(
            _px(x), _px(middle - half * deviation / widest), c.passed,
            gettext("%(day)s: lệch %(deviation)s %(unit)s", day=show_date(c.done_on),
                    deviation=wording.deviation(c.indicated, c.reference), unit=c.unit)))
    edge = half * latest.tolerance / widest
    failed = sum(not c.passed for c in same)
    return Drift(
        points, " ".join(f"{p.x},{p.y}" for p in points), _px(middle - edge), _px(middle + edge), _px(middle),
        show_decimal(latest.tolerance),
        gettext("%(n)s lần kiểm tra, %(failed)s lần vượt dung sai", n=len(same), failed=failed),
    )


def table(rows: Sequence[Instrument], standings: dict[int, State]) -> tuple[list[Any], list[list[Any]]]:
    """The list as an export: heads and rows. The heads that an import knows are the same, so that a list can go out and come back."""
    heads = [gettext("Mã"), gettext("Loại"), gettext("Tên"), gettext("Tên tiếng Anh"), gettext("Hãng"), gettext("Kiểu"),
             gettext("Số máy"), gettext("Firmware"), gettext("Phòng"), gettext("Nơi đặt"), gettext("Sở hữu"), gettext("Chủ sở hữu"),
             gettext("Nhóm dùng chung"), gettext("Ngày nhận"), gettext("Dải đo"), gettext("Độ không đảm bảo đo"),
             gettext("Dùng đến hết"), gettext("Tình trạng")]
    return heads, [
        [r.code, str(wording.KINDS[r.kind]), r.name_vi, r.name_en, r.maker, r.type, r.serial, r.firmware,
         r.room.code if r.room else "", r.location, str(wording.OWNERSHIP[r.ownership]), r.owner, r.pool, r.acquired_on,
         r.range_text, r.uncertainty_text, last_day(r.unusable_from), str(standings[r.id].word)] for r in rows
    ]


def valid_through(row: Calibration) -> date:
    """The last day a calibration covers."""
    return row.due_on - timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """A part of a measuring system at a moment: what it is, whether it may be used then."""

    row: SystemMember
    standing: State
    reasons: list[Unfit]


def parts(file: Dossier, at: datetime) -> list[Part]:
    """The parts a measuring system had at a moment by what is known now, each judged at that moment; in their places."""
    now = clock.now()
    by_key = {(m.instrument_id, m.from_at): m for m in rules.members_at(file.facts, at, now)}
    found = []
    for row in sorted(file.members, key=lambda m: (m.position, m.id)):
        fact = by_key.get((row.member_id, row.from_at))
        if fact is not None:
            found.append(Part(row, queries.standing(fact.facts, at, now), rules.judge(fact.facts, at, None, now)))
    return found


def firmware(file: Dossier, now: datetime) -> str:
    """What runs now and since when, as one text; what the register says where no act is recorded."""
    found = rules.firmware_at(file.facts, now, now)
    if found is None:
        return file.facts.firmware
    return gettext("%(version)s, từ %(day)s", version=found.firmware, day=show_date(found.effective_at))


#: An example of each kind of cell, for the template of an import.
_EXAMPLE = {
    "code": "EQ-021", "kind": "Thiết bị", "name_vi": "Máy phân tích phổ", "name_en": "Spectrum analyser", "maker": "Sóng Giả",
    "type": "SA-2650", "serial": "SG000210", "firmware": "3.20", "room": "", "location": "Tủ 2", "ownership": "Của phòng",
    "acquired_on": date(2025, 3, 14), "range_text": "9 kHz - 26,5 GHz", "uncertainty_text": "0,45 dB", "quantity": "Mức và phổ RF",
    "low": "0,009", "high": "26500", "unit": "MHz", "u": "0,9", "u_unit": "dB", "certificate_no": "CV-26-00117",
    "laboratory": "Viện Hiệu chuẩn Cầu Vồng (giả định)", "accreditation": "VILAS 0001 (giả định)", "traceability": "6.5.2 a)",
    "done_on": date(2026, 1, 8), "valid_through": date(2027, 1, 7),
}


def import_template() -> tuple[list[str], list[list[Any]]]:
    """Heads and one example row of an import."""
    return [c.vi for c in importing.COLUMNS], [[_EXAMPLE.get(c.key, "") for c in importing.COLUMNS]]


def import_columns() -> list[tuple[str, str, str]]:
    """Every column an import knows: head, English head, what it takes."""
    takes = {
        "text": gettext("chữ"), "date": gettext("ngày dd/mm/yyyy"), "number": gettext("số, dấu phẩy thập phân"), "unit": gettext("đơn vị"),
        "kind": ", ".join(str(w) for w in rules.KINDS.values()), "ownership": ", ".join(str(w) for w in rules.OWNERSHIP.values()),
        "quantity": gettext("tên đại lượng, như trên trang dải đo"), "traceability": ", ".join(rules.TRACEABILITY),
    }
    return [(c.vi, c.en, takes[c.takes]) for c in importing.COLUMNS]


def import_rows(entries: Sequence[importing.Entered]) -> list[dict[str, Any]]:
    """Good rows of an import as the preview shows them."""
    return [
        {"line": e.line, "code": e.facts["code"], "name": e.facts["name_vi"], "kind": rules.KINDS[e.facts["kind"]],
         "made": " · ".join(p for p in (e.facts["maker"], e.facts["type"], e.facts["serial"]) if p),
         "ranges": len(e.ranges), "calibration": e.calibration["certificate_no"] if e.calibration else ""}
        for e in entries
    ]


def guessed(sheet: Sheet | None) -> str:
    """What had to be guessed of a file, so that a person can object."""
    if sheet is None:
        return ""
    if sheet.kind == "xlsx":
        return gettext("Excel, trang đầu tiên")
    signs = {";": gettext("dấu chấm phẩy"), ",": gettext("dấu phẩy"), "\t": gettext("tab"), "|": gettext("dấu gạch đứng")}
    encodings = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1258": "windows-1258"}
    return gettext("CSV, %(encoding)s, cột cách nhau bằng %(sign)s", encoding=encodings[sheet.encoding], sign=signs[sheet.delimiter])
