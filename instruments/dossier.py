"""The record of one instrument as a paper: everything 6.4.13 asks for, gathered in both languages, in the order of its letters."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments import queries, rules, wording, workflow
from instruments.lifeline import lifeline
from instruments.models import CalibrationPoint, Instrument
from instruments.presenters import last_day, parts
from lab_app.core import clock
from lab_app.core.i18n import show_date, show_datetime, speaking
from lab_app.core.paper import wording as written
from lab_app.core.plot import Level, Plot, Point, Series
from lab_app.core.plot_bars import Bars
from lab_app.core.plot_lanes import Lanes

Word = dict[str, str]
Placing = str
#: Point tables of so many calibrations are printed, newest first; the rest is on the screen.
POINTED = 12
#: Pictures of as-found errors over the years: so many points of the scale.
DRIFTS = 3


def word(vi: str, en: str = "") -> Word:
    """A label of the paper, Vietnamese and English."""
    return {"vi": vi, "en": en}


def both(words: Any) -> Word:
    """Words of the room in both languages; English empty where it is the same."""
    said = {}
    for language in ("vi", "en"):
        with speaking(language):
            said[language] = str(words)
    return word(said["vi"], said["en"] if said["en"] != said["vi"] else "")


def number(value: Decimal | None, *, signed: bool = False) -> Word:
    """A measured value in Vietnamese writing; nothing for none."""
    return word("" if value is None else written.number(format(value, "f"), signed=signed))


def day(value: date | datetime | None) -> Word:
    """A day as dd/mm/yyyy."""
    return word(show_date(value))


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its room in millimetres, and the side its entries stand on."""

    head: Word
    room: float
    right: bool = False


@dataclass
class Section:
    """A part of the paper: facts, or a table, or a picture; a note beneath. `top=False` continues the section before it."""

    title: Word
    facts: list[tuple[Word, Word]] = field(default_factory=list)
    columns: Sequence[Column] = ()
    rows: list[list[Word]] = field(default_factory=list)
    plot: Plot | Lanes | Bars | None = None
    note: Word | None = None
    top: bool = True


@dataclass
class Paper:
    """What `dossier_paper.draw` sets: identity, the day it was drawn, its sections."""

    laboratory: dict[str, Any]
    code: str
    name: Word
    drawn_on: str
    sections: list[Section]


def gather(row: Instrument, laboratory: dict[str, Any]) -> Paper:
    """Everything on record about an instrument now. A pure read; the same record on the same day gives the same paper."""
    file, now = queries.dossier(row), clock.now()
    points = queries.calibration_points([c.id for c in file.calibrations[:POINTED]])
    sections = [
        _status(row, file, now), _identity(row), _place(row), _life(file), _firmware(row), _ranges(file), _calibrations(row, file),
        *_points(file, points), *_drifts(file, points), *_checks(file), *_factors(file), _material(row), _maintenance(file),
        _states(file), _members(row, file, now), _files(row, file),
    ]
    return Paper(laboratory, row.code, word(row.name_vi, row.name_en), clock.today().isoformat(), [s for s in sections if s is not None])


def _status(row: Instrument, file: queries.Dossier, now: datetime) -> Section:
    reasons = rules.judge(file.facts, now, None, now)
    through = last_day(row.unusable_from)
    facts = [
        (word("Tình trạng", "Status"), both(queries.standing(file.facts, now, now).word)),
        (word("Xét lúc", "Judged at"), word(show_datetime(now))),
        (word("Dùng đến hết", "Valid through"), day(through) if through else word("–")),
    ]
    facts += [(word("Điều " + ", ".join(r.clauses), "Clause"), both(r.says)) for r in reasons]
    return Section(word("Tình trạng", "Status"), facts)


def _identity(row: Instrument) -> Section:
    return Section(word("Nhận dạng (6.4.13 a, b)", "Identity (6.4.13 a, b)"), [
        (word("Mã", "Code"), word(row.code)), (word("Loại", "Kind"), both(wording.KINDS[row.kind])),
        (word("Tên", "Name"), word(row.name_vi, row.name_en)), (word("Hãng sản xuất", "Manufacturer"), word(row.maker)),
        (word("Kiểu", "Type"), word(row.type)), (word("Số máy", "Serial no."), word(row.serial)),
        (word("Firmware", "Firmware"), word(row.firmware)), (word("Trả lời *IDN?", "*IDN? answer"), word(row.identity)),
    ])


def _place(row: Instrument) -> Section:
    room = word(row.room.name_vi, row.room.name_en) if row.room else word("")
    return Section(word("Nơi đặt, sở hữu (6.4.13 d)", "Location, ownership (6.4.13 d)"), [
        (word("Cơ sở", "Site"), word(row.site.name_vi, row.site.name_en)), (word("Phòng", "Room"), room),
        (word("Nơi đặt", "Location"), word(row.location)), (word("Sở hữu", "Ownership"), both(wording.OWNERSHIP[row.ownership])),
        (word("Chủ sở hữu", "Owner"), word(row.owner)), (word("Nhóm dùng chung", "Pool"), word(row.pool)),
        (word("Ngày nhận", "Acquired"), day(row.acquired_on)), (word("Trong danh mục từ", "In the register since"), day(row.recorded_at)),
        (word("Hiệu chuẩn", "Calibration"), word("cần", "required") if row.calibration_required else word(row.no_calibration_reason)),
    ])


def _life(file: queries.Dossier) -> Section | None:
    with speaking("vi"):
        picture = lifeline(file, clock.today())
    return Section(word("Đời thiết bị", "Life of the instrument"), plot=picture)


def _firmware(row: Instrument) -> Section | None:
    rows = [
        [word(f.firmware), word(show_datetime(f.effective_at)),
         word(f.verification) if f.verification else word("chưa ghi", "not recorded"), word(f.person.name), day(f.recorded_at)]
        for f in queries.firmware_history(row.id)
    ]
    return _table(word("Firmware và kiểm tra xác nhận (6.4.13 a)", "Firmware and its verification (6.4.13 a)"), [
        Column(word("Bản", "Version"), 26), Column(word("Từ lúc", "From"), 30), Column(word("Kiểm tra xác nhận", "Verification"), 62),
        Column(word("Người ghi", "Recorded by"), 32), Column(word("Ghi ngày", "Recorded"), 20)], rows)


def _ranges(file: queries.Dossier) -> Section | None:
    rows = [
        [both(rules.QUANTITIES.get(r.quantity, r.quantity)), number(r.low), number(r.high), word(r.unit), number(r.u), word(r.u_unit)]
        for r in file.ranges
    ]
    return _table(word("Dải đo và độ không đảm bảo đo (6.4.13 c)", "Ranges and uncertainty (6.4.13 c)"), [
        Column(word("Đại lượng", "Quantity"), 62), Column(word("Từ", "From"), 26, True), Column(word("Đến", "To"), 26, True),
        Column(word("Đơn vị", "Unit"), 18), Column(word("U (k = 2)", "U (k = 2)"), 20, True), Column(word("Đơn vị U", "Unit of U"), 16)],
        rows)


def _calibrations(row: Instrument, file: queries.Dossier) -> Section | None:
    rows = []
    for c in file.calibrations:
        released = word(show_date(c.released_at)) if c.released_at else word("chưa duyệt", "not released")
        verdict = both(wording.CHECK_STATES[c.passed].word)
        rows.append([
            word(c.certificate_no), word(" · ".join(p for p in (c.laboratory, c.laboratory_accreditation) if p)), word(c.traceability),
            day(c.done_on), day(last_day(c.due_on)), verdict, released])
    section = _table(word("Hiệu chuẩn (6.4.13 e, 6.5)", "Calibration (6.4.13 e, 6.5)"), [
        Column(word("Giấy chứng nhận", "Certificate"), 32), Column(word("Phòng hiệu chuẩn", "Laboratory"), 48),
        Column(word("Liên kết", "Route"), 16), Column(word("Ngày", "Date"), 18, True), Column(word("Dùng đến hết", "Through"), 20, True),
        Column(word("Kết luận", "Verdict"), 16), Column(word("Duyệt", "Released"), 18)], rows)
    if section is None and row.calibration_required:
        return Section(word("Hiệu chuẩn (6.4.13 e, 6.5)", "Calibration (6.4.13 e, 6.5)"),
                       note=word("Chưa có lần hiệu chuẩn nào.", "No calibration on record."))
    return section


def _points(file: queries.Dossier, points: Iterable[CalibrationPoint]) -> list[Section]:
    by_calibration: dict[int, list[CalibrationPoint]] = defaultdict(list)
    for point in points:
        by_calibration[point.calibration_id].append(point)
    out = []
    columns = [
        Column(word("Điểm", "Point"), 44), Column(word("Lúc", "As"), 18), Column(word("Chuẩn", "Reference"), 22, True),
        Column(word("Chỉ thị", "Indicated"), 22, True), Column(word("Sai số", "Error"), 20, True), Column(word("U", "U"), 16, True),
        Column(word("k", "k"), 9, True), Column(word("Đơn vị", "Unit"), 17)]
    for c in file.calibrations[:POINTED]:
        rows = [
            [_where(p), word("nhận", "found") if p.stage == "as_found" else word("trả", "left"), number(p.reference), number(p.indicated),
             number(p.error, signed=True), number(p.u), number(p.k), word(p.unit)]
            for p in by_calibration.get(c.id, [])
        ]
        if rows:
            title = word(f"Kết quả từng điểm: {c.certificate_no}, {show_date(c.done_on)}", "Results by point")
            out.append(Section(title, columns=columns, rows=rows, top=False))
    return out


def _where(point: CalibrationPoint) -> Word:
    place = "" if point.argument is None else f"{written.number(format(point.argument, 'f'))} {point.argument_unit}".strip()
    quantity = both(rules.QUANTITIES.get(point.quantity, point.quantity))
    return word(" · ".join(p for p in (quantity["vi"], point.condition, place) if p))


def _drifts(file: queries.Dossier, points: Iterable[CalibrationPoint]) -> list[Section]:
    """Errors as found over the years, for the points of the scale that were calibrated most often."""
    days = {c.id: c.done_on for c in file.calibrations}
    series: dict[tuple[str, str, str, str, str], list[CalibrationPoint]] = defaultdict(list)
    for p in points:
        if p.stage == "as_found":
            place = "" if p.argument is None else f"{p.argument:f}"
            series[p.quantity, p.condition, place, p.argument_unit, p.unit].append(p)
    often = sorted((s for s in series.items() if len({p.calibration_id for p in s[1]}) > 1), key=lambda s: (-len(s[1]), s[0]))[:DRIFTS]
    out = []
    for _key, found in often:
        found.sort(key=lambda p: (days[p.calibration_id], p.id))
        where, unit = _where(found[-1])["vi"], found[-1].unit
        tolerance = found[-1].tolerance
        levels = [] if tolerance is None else [Level(tolerance), Level(-tolerance)]
        plot = Plot(
            f"Sai số lúc nhận: {where}", [Series([Point(days[p.calibration_id], p.error, p.u) for p in found])], y_label=unit,
            x_kind="date", levels=[*levels, Level(Decimal(0), tone="muted")], height=200)
        out.append(Section(word(f"Sai số lúc nhận qua các năm: {where}", "Error as found over the years"), plot=plot, top=False))
    return out


def _checks(file: queries.Dossier) -> list[Section]:
    rows = [
        [day(c.done_on), word(c.check_point), number(c.indicated), number(c.reference), number(c.indicated - c.reference, signed=True),
         word("±" + number(c.tolerance)["vi"]), word(c.unit), both(wording.CHECK_STATES[c.passed].word), word(c.person.name)]
        for c in file.checks
    ]
    table = _table(word("Kiểm tra giữa kỳ (6.4.10)", "Intermediate checks (6.4.10)"), [
        Column(word("Ngày", "Date"), 19), Column(word("Điểm", "Point"), 26), Column(word("Chỉ thị", "Indicated"), 19, True),
        Column(word("Chuẩn", "Reference"), 19, True), Column(word("Lệch", "Deviation"), 18, True),
        Column(word("Dung sai", "Tolerance"), 16, True), Column(word("Đơn vị", "Unit"), 13), Column(word("Kết quả", "Result"), 16),
        Column(word("Người làm", "By"), 24)], rows)
    if table is None:
        return []
    series: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for c in reversed(file.checks):
        series[c.check_point, c.unit].append(c)
    out = [table]
    for (place, unit), found in sorted(series.items()):
        if len(found) > 1:
            points = [Point(c.done_on, c.indicated - c.reference, tone="accent" if c.passed else "bad") for c in found]
            last = found[-1].tolerance
            title = " ".join(p for p in ("Độ lệch của các lần kiểm tra", place) if p)
            out.append(Section(word(title, "Deviations of the checks"), top=False, plot=Plot(
                title, [Series(points)], y_label=unit, x_kind="date", height=200,
                levels=[Level(last), Level(-last), Level(Decimal(0), tone="muted")])))
    return out


def _factors(file: queries.Dossier) -> list[Section]:
    out: list[Section] = []
    for f in file.factors:
        rows = [[number(Decimal(x)), word(f.argument_unit), number(Decimal(y)), word(f.unit)] for x, y in f.points]
        quantity = both(rules.QUANTITIES.get(f.quantity, f.quantity))
        out.append(Section(
            word(f"Hệ số hiệu chính {f.label}: {quantity['vi']}, từ {show_date(f.valid_from)} (6.4.11)", "Correction factors"),
            columns=[Column(word("Tại", "At"), 30, True), Column(word("Đơn vị", "Unit"), 20), Column(word("Hệ số", "Factor"), 30, True),
                     Column(word("Đơn vị", "Unit"), 20)], rows=rows, top=not out))
    return out


def _material(row: Instrument) -> Section | None:
    if row.kind != "reference_material" and not (row.expires_on or row.first_issued_on or row.acceptance):
        return None
    return Section(word("Mẫu chuẩn, hạng mục niêm phong (6.4.13 f)", "Reference material, sealed item (6.4.13 f)"), [
        (word("Đưa ra dùng lần đầu", "First issued"), day(row.first_issued_on)),
        (word("Dùng đến hết", "Valid through"), day(last_day(row.expires_on)) if row.expires_on else word("không nêu", "not stated")),
        (word("Tiêu chí, kết quả", "Acceptance"), word(row.acceptance)),
    ])


def _maintenance(file: queries.Dossier) -> Section | None:
    kinds = {"maintenance": word("bảo trì", "maintenance"), "repair": word("sửa chữa", "repair"),
             "adjustment": word("hiệu chỉnh", "adjustment"), "damage": word("hư hỏng", "damage"), "overload": word("quá tải", "overload")}
    rows = [
        [day(m.done_on), kinds.get(m.kind, word(m.kind)), word(" · ".join(p for p in (m.what, m.note) if p)),
         word("đã kiểm tra", "verified") if m.verified_before_return else word("chưa kiểm tra", "not verified"), word(m.person.name),
         day(m.recorded_at)]
        for m in file.maintenance
    ]
    return _table(word("Bảo trì, hư hỏng, sửa chữa (6.4.13 g, h)", "Maintenance, damage, repair (6.4.13 g, h)"), [
        Column(word("Ngày", "Date"), 19), Column(word("Loại", "Kind"), 22), Column(word("Việc", "Work"), 62),
        Column(word("Trước khi dùng lại", "Before return"), 24), Column(word("Người ghi", "Recorded by"), 25),
        Column(word("Ghi ngày", "Recorded"), 18)], rows)


def _states(file: queries.Dossier) -> Section | None:
    rows = [
        [word(show_datetime(s.effective_at)), both(workflow.MACHINE.state(s.state).word), word(s.verification or s.reason),
         word(s.person.name), day(s.recorded_at)]
        for s in file.states
    ]
    return _table(word("Đưa vào, lấy ra khỏi sử dụng (6.4.4, 6.4.9)", "Into and out of service (6.4.4, 6.4.9)"), [
        Column(word("Từ lúc", "From"), 30), Column(word("Trạng thái", "State"), 30),
        Column(word("Kiểm tra xác nhận, lý do", "Verification, reason"), 62),
        Column(word("Người ghi", "Recorded by"), 30), Column(word("Ghi ngày", "Recorded"), 18)], rows)


def _members(row: Instrument, file: queries.Dossier, now: datetime) -> Section | None:
    standings = {p.row.id: p.standing.word for p in parts(file, now)}
    rows = [
        [word(m.member.code), word(m.member.name_vi, m.member.name_en), word(m.role), word(show_datetime(m.from_at)),
         word(show_datetime(m.until_at)), both(standings[m.id]) if m.id in standings else word("đã rời", "left")]
        for m in file.members
    ]
    columns = [Column(word("Mã", "Code"), 20), Column(word("Tên", "Name"), 50), Column(word("Vai trò", "Role"), 26),
               Column(word("Từ lúc", "From"), 26), Column(word("Đến lúc", "Until"), 26), Column(word("Tình trạng", "Status"), 22)]
    if rows:
        return _table(word("Thành phần hệ đo", "Parts of the measuring system"), columns, rows)
    whole = [
        [word(m.system.code), word(m.system.name_vi, m.system.name_en), word(m.role), word(show_datetime(m.from_at)), word(""), word("")]
        for m in queries.systems_of(row.id, now, now)
    ]
    return _table(word("Thuộc hệ đo", "Part of measuring systems"), columns[:4], [r[:4] for r in whole])


def _files(row: Instrument, file: queries.Dossier) -> Section | None:
    rows = [
        [word(p.caption or p.filename), word(p.filename), day(p.recorded_at), word(p.sha256[:16])]
        for p in queries.papers(row.id, [c.id for c in file.calibrations])
    ]
    return _table(word("Tệp kèm hồ sơ", "Files"), [
        Column(word("Nội dung", "Content"), 58), Column(word("Tệp", "File"), 58), Column(word("Ngày", "Date"), 20),
        Column(word("SHA-256 (đầu)", "SHA-256 (start)"), 34)], rows)


def _table(title: Word, columns: Sequence[Column], rows: list[list[Word]]) -> Section | None:
    return Section(title, columns=columns, rows=rows) if rows else None


def refused_character(character: str, where: str) -> str:
    """What to say of a character the faces of the paper lack."""
    return gettext("Không in được: phông chữ thiếu ký tự “%(character)s” (%(where)s). Sửa chữ đó trong hồ sơ rồi in lại.",
                   character=character, where=where)
