"""Readings from a file: looked at row by row first, then taken as a whole, or the good rows where a person says so (6.3.3, 7.11)."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext

from lab_app.core import clock, files
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.i18n import show_datetime
from lab_app.core.permissions import P
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.core.sheets import SheetRefused, read_sheet
from lab_app.quality.environment import rules
from lab_app.quality.environment.models import Channel, Intake, Logger
from lab_app.quality.environment.services.pushing import entry_of
from lab_app.quality.environment.services.taking import Entry, standing, take
from lab_app.quality.environment.workflow import LASTING

MOST_ROWS = 60_000
#: Heads of the column of times, folded.
TIME_HEADS = ("thời điểm", "thời gian", "lúc", "ngày giờ", "time", "date/time", "datetime", "timestamp", "at")
VIETNAMESE_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")
SIGNS = {"vi": ",", "en": "."}
FILE = "file"


@dataclass(frozen=True)
class Fault:
    """What is wrong, on which line, in which column."""

    line: int
    head: str
    says: str


@dataclass
class Preview:
    """What an import would do. `entries` may go in, `faults` not; `known` stand already; `gaps` are told, not refused."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    known: int = 0
    doubled: int = 0
    gaps: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    heads: list[tuple[str, Channel]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    refused: str = ""

    @property
    def per_channel(self) -> list[tuple[Channel, int, datetime, datetime]]:
        """Channel, how many readings, from when to when."""
        out = []
        for _head, channel in self.heads:
            times = [e.at for e in self.entries if e.channel.id == channel.id]
            if times:
                out.append((channel, len(times), rules.moment_of(min(times)), rules.moment_of(max(times))))
        return out


def preview_import(actor: Actor, logger: Logger, data: bytes, locale: str) -> Preview:
    """Read a CSV of a logger: a column of times, and one column for each channel, headed by its name. Writes nothing.

    `locale` says the decimal sign (vi: comma, en: point). Told row by row: times that cannot be read, that are to come, that go back or
    come twice with different values; values that are none or that no room shows; what contradicts a reading that stands.
    """
    authorize(actor, P.ENVIRONMENT_WRITE)
    try:
        sheet = read_sheet(data, MOST_ROWS)
    except SheetRefused as error:
        return Preview(refused=_says(error.code))
    if sheet.kind != "csv":
        return Preview(refused=gettext("Cần tệp CSV; mở tệp Excel rồi lưu lại dạng CSV."))
    seen = Preview(rows=len(sheet.rows))
    folded = [head.casefold().strip() for head in sheet.heads]
    time_column = next((n for n, head in enumerate(folded) if head in TIME_HEADS), None)
    if time_column is None:
        seen.refused = gettext("Không có cột thời điểm; đặt tên cột là “Thời điểm” hoặc “Time”.")
        return seen
    columns = _columns(logger, sheet.heads, time_column, seen)
    if not columns:
        names = ", ".join(dict.fromkeys(c.name for c in logger.channels)) or "–"
        seen.refused = gettext("Không cột nào mang tên kênh của bộ ghi này (%(names)s).", names=names)
        return seen
    _read(seen, sheet.rows, sheet.heads, time_column, columns, locale)
    _against_standing(seen, sheet.heads)
    _gaps(seen, logger)
    return seen


def _says(code: str) -> str:
    if code == "too-long":
        return gettext("Tệp dài quá %(n)s dòng; hãy chia thành nhiều tệp.", n=MOST_ROWS)
    if code == "empty":
        return gettext("Không có dòng nào dưới tên cột.")
    if code == "encoding":
        return gettext("Không đọc được chữ trong tệp; lưu lại dạng CSV UTF-8.")
    return gettext("Tệp không phải CSV, hoặc đã hỏng.")


def _columns(logger: Logger, heads: Sequence[str], time_column: int, seen: Preview) -> dict[int, list[Channel]]:
    """Column → the channels that carried its name, the present one last."""
    columns: dict[int, list[Channel]] = {}
    for number, head in enumerate(heads):
        if number == time_column:
            continue
        named = [c for c in logger.channels if c.name == head.strip()]  # “T” and “t” may be two channels
        named = named or [c for c in logger.channels if c.name.casefold() == head.casefold().strip()]
        if named:
            columns[number] = named
            seen.heads.append((head, named[-1]))
        else:
            seen.ignored.append(head)
    return columns


def _read(
    seen: Preview, rows: Sequence[tuple[int, Sequence[Any]]], heads: Sequence[str], time_column: int,
    columns: dict[int, list[Channel]], locale: str,
) -> None:
    before: tuple[int, datetime] | None = None
    values: dict[tuple[int, int], tuple[int, int]] = {}
    for line, cells in rows:
        typed = str(cells[time_column]) if time_column < len(cells) else ""
        at = read_moment(typed)
        if at is None:
            seen.faults.append(Fault(line, heads[time_column], gettext(
                "“%(text)s” không phải thời điểm dạng dd/mm/yyyy HH:MM[:SS] hay ISO 8601.", text=typed[:30])))
            continue
        if before is not None and at < before[1]:
            seen.faults.append(Fault(line, heads[time_column], gettext(
                "Thời điểm %(at)s đi lùi so với dòng %(line)s.", at=show_datetime(at), line=before[0])))
            continue
        before = (line, at)
        for column, named in columns.items():
            text = str(cells[column]).strip() if column < len(cells) else ""
            if not text:
                continue
            entry = _cell(line, named, at, text, locale)
            if isinstance(entry, str):
                seen.faults.append(Fault(line, heads[column], entry))
                continue
            first = values.get((entry.channel.id, entry.at))
            if first is None:
                values[entry.channel.id, entry.at] = entry.steps, line
                seen.entries.append(entry)
            elif first[0] == entry.steps:
                seen.doubled += 1
            else:
                seen.faults.append(Fault(line, heads[column], gettext(
                    "Lúc %(at)s đã có giá trị khác ở dòng %(line)s.", at=show_datetime(at), line=first[1])))


def _cell(line: int, named: list[Channel], at: datetime, text: str, locale: str) -> Entry | str:
    other = SIGNS["en" if locale == "vi" else "vi"]
    if other in text:  # neither sign is taken for the other: 23.4 read as 234 would stand for ever
        return gettext("“%(text)s” dùng dấu “%(other)s”; tệp này khai dấu thập phân là “%(sign)s”.", text=text[:20], other=other,
                       sign=SIGNS[locale])
    try:
        value = parse_decimal(text, locale)
    except NotANumber:
        return gettext("“%(text)s” không phải là số.", text=text[:20])
    return entry_of(line, named, at, value)


def read_moment(text: str) -> datetime | None:
    """dd/mm/yyyy HH:MM[:SS] or yyyy-mm-dd HH:MM[:SS] on the laboratory's clock, or ISO 8601 with its zone; None for anything else."""
    words = text.strip()
    if vietnamese := VIETNAMESE_DAY.match(words):
        day, month, year = vietnamese.groups()
        words = f"{year}-{int(month):02d}-{int(day):02d}{words[vietnamese.end():]}"
    if not WITH_TIME.match(words):
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    if not rules.believable(moment):
        return None
    return moment if moment.tzinfo is not None else clock.from_wall(moment)


def _against_standing(seen: Preview, heads: Sequence[str]) -> None:
    """What stands already is left out; what contradicts it is a fault."""
    stands = standing(seen.entries)
    by_channel = {channel.id: head for head, channel in seen.heads}
    fresh = []
    for entry in seen.entries:
        kept = stands.get((entry.channel.id, entry.at))
        if kept is None:
            fresh.append(entry)
        elif kept == entry.steps:
            seen.known += 1
        else:
            seen.faults.append(Fault(entry.row, by_channel.get(entry.channel.id, heads[0]), gettext(
                "Lúc %(at)s đã ghi %(value)s; số đọc không bị ghi đè.", at=show_datetime(rules.moment_of(entry.at)),
                value=format(rules.value_of(kept, entry.channel.decimals), "f"))))
    seen.entries = fresh
    seen.faults.sort(key=lambda f: f.line)


def _gaps(seen: Preview, logger: Logger) -> None:
    most = timedelta(minutes=logger.most_gap_minutes)
    for _head, channel in seen.heads:
        times = sorted(e.at for e in seen.entries if e.channel.id == channel.id)
        seen.gaps += [(channel.name, rules.moment_of(g.begins), rules.moment_of(g.ends)) for g in rules.gaps(times, most)]


def import_readings(
    actor: Actor, logger: Logger, upload: Upload, data: bytes, locale: str, *, only_good: bool = False,
) -> tuple[Intake, int]:
    """Take a file that was previewed; answers its intake and how many excursions last or wait because of it. The file is kept beside the
    logger. Refuses a file with faults unless `only_good`, one without a new reading, a retired logger."""
    authorize(actor, P.ENVIRONMENT_WRITE)
    if logger.retired_at is not None:
        raise Refused(gettext("Bộ ghi %(code)s đã thôi dùng.", code=logger.code))
    seen = preview_import(actor, logger, data, locale)
    if seen.refused:
        raise FieldRefused("file", seen.refused)
    if seen.faults and not only_good:
        raise Refused(gettext("Tệp còn %(n)s chỗ chưa đúng: sửa rồi gửi lại, hoặc chọn chỉ nhận dòng đúng.", n=len(seen.faults)))
    if not seen.entries:
        raise Refused(gettext("Không có số đọc mới nào trong tệp."))
    files.keep(upload)
    intake = Intake(logger_id=logger.id, way=FILE, filename=upload.filename, sha256=upload.sha256, taken=len(seen.entries),
                    left_out=len(seen.faults), person_id=person_of(actor))
    db.session.add(intake)
    db.session.flush()
    files.attach(upload, "environment-logger", logger.id, person_of(actor), purpose="readings", caption=logger.code)
    taken = take(actor, seen.entries, intake)
    return intake, len([x for x in taken.excursions if x.status == LASTING or x.assessed_at is None])
