"""A list of instruments from Excel or CSV into the register: looked at first, then taken as a whole or not at all (6.4.13, 7.11)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from instruments import queries, rules
from instruments.models import Calibration, FirmwareRecord, Instrument, InstrumentRange
from instruments.rules.importing import Entered, Fault, Listed, read_list
from instruments.services.dues import refresh_many
from instruments.services.register import make_findable
from lab_app.accounts.models import Site
from lab_app.core import audit, clock, files, numbering
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.core.sheets import Sheet, SheetRefused, read_sheet
from lab_app.quality.models import Room

#: So many rows are taken from one file; a longer list is cut by whoever keeps it.
MOST_ROWS = 5000
SERIES = "EQ"


@dataclass
class Preview:
    """What an import would do: entries that may go in, entries that may not, what was guessed of the file."""

    sheet: Sheet | None
    good: list[Entered] = field(default_factory=list)
    bad: list[Entered] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: Any = None

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong, in the order of the lines."""
        return sorted((f for entry in self.bad for f in entry.faults), key=lambda f: f.line)


def preview_import(actor: Actor, data: bytes, site: Site, locale: str) -> Preview:
    """Read a file and say of each row whether it may go into the register of a site, and what is wrong where. Writes nothing.

    Refused as a whole: what is no sheet, more than `MOST_ROWS` rows, a list without a column of names.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    try:
        sheet = read_sheet(data, MOST_ROWS)
    except SheetRefused as error:
        return Preview(None, refused=_says(error.code))
    listed = read_list(sheet.heads, sheet.rows, locale, clock.today())
    if listed.refused is not None:
        return Preview(sheet, unknown=listed.unknown, refused=listed.refused)
    _against_register(listed, site, {key: head for head in sheet.heads if (key := rules.importing_key(head))})
    good = [e for e in listed.entries if not e.faults]
    return Preview(sheet, good, [e for e in listed.entries if e.faults], listed.unknown)


def _says(code: str) -> str:
    if code == "too-long":
        return gettext("Danh sách dài quá %(n)s dòng; hãy chia thành nhiều tệp.", n=MOST_ROWS)
    if code == "empty":
        return gettext("Không có dòng nào dưới tên cột.")
    if code == "encoding":
        return gettext("Không đọc được chữ trong tệp; lưu lại dạng CSV UTF-8 hoặc Excel (.xlsx).")
    return gettext("Tệp không phải Excel (.xlsx) hay CSV, hoặc đã hỏng.")


def _against_register(listed: Listed, site: Site, heads: dict[str, str]) -> None:
    """Codes and physical things that stand in the register, rooms that the site does not have."""
    codes = queries.codes_in_use([e.facts["code"] for e in listed.entries if e.facts["code"]])
    things = queries.identities_in_use([e.facts["serial"] for e in listed.entries if e.identity is not None])
    rooms = _rooms(site)
    for entry in listed.entries:
        def fault(key: str, says: str, entry: Entered = entry) -> None:
            entry.faults.append(Fault(entry.line, heads.get(key, key), says))

        if entry.facts["code"] in codes:
            fault("code", gettext("Mã này đã có trong danh mục; mã không dùng lại."))
        code = things.get(entry.identity) if entry.identity is not None else None
        if code is not None:
            fault("serial", gettext("Thiết bị %(code)s đã có cùng hãng, kiểu và số máy này.", code=code))
        room = entry.facts["room"]
        entry.facts["room_id"] = rooms.get(room.casefold()) if room else None
        if room and entry.facts["room_id"] is None:
            fault("room", gettext("Không có phòng “%(room)s”; nhận mã hoặc tên phòng: %(known)s.", room=room[:40],
                                  known=", ".join(sorted({r.code for r in queries.rooms() if r.site_id == site.id}))))


def _rooms(site: Site) -> dict[str, int]:
    rooms: Sequence[Room] = [room for room in queries.rooms() if room.site_id == site.id]
    return {word.casefold(): room.id for room in rooms for word in (room.code, room.name_vi, room.name_en) if word}


def import_instruments(
    actor: Actor, upload: Upload, data: bytes, site: Site, locale: str, *, only_good: bool = False,
) -> list[Instrument]:
    """Put a list into the register: all of it, or with `only_good` the rows that nothing speaks against. Everything in one transaction.

    The file is read anew, as the register stands now; it is kept, and every entry's history names it. Calibrations come in
    unreleased: a certificate counts once somebody has evaluated it (6.4.4). Refuses a list with faults unless `only_good`, and an
    empty one.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    seen = preview_import(actor, data, site, locale)
    if seen.refused is not None:
        raise FieldRefused("file", seen.refused)
    if seen.bad and not only_good:
        raise Refused(gettext("Còn %(n)s dòng chưa đúng; chưa ghi gì.", n=len(seen.bad)))
    if not seen.good:
        raise Refused(gettext("Không có dòng nào ghi được."))
    files.keep(upload)
    _move_counter([e.facts["code"] for e in seen.good])
    now = clock.now()
    with audit.reason(gettext("Nhập từ tệp %(name)s (SHA-256 %(sha)s)", name=upload.filename, sha=upload.sha256[:16])):
        made = [_entry(entry, site) for entry in seen.good]
        db.session.add_all(made)
        db.session.flush()
        for row, entry in zip(made, seen.good, strict=True):
            db.session.add_all(InstrumentRange(instrument_id=row.id, **part) for part in entry.ranges)
            if row.firmware:
                db.session.add(FirmwareRecord(instrument_id=row.id, firmware=row.firmware, effective_at=now, person_id=person_id))
            if entry.calibration is not None:
                db.session.add(Calibration(instrument_id=row.id, passed=True, **entry.calibration))
        db.session.flush()
        refresh_many(made)
        for row in made:
            make_findable(row)
    return made


def _move_counter(codes: Sequence[str]) -> None:
    """Numbers that the list brings are never given again."""
    numbers = [int(code.removeprefix("EQ-")) for code in codes if code.startswith("EQ-") and code[3:].isascii() and code[3:].isdigit()]
    if numbers:
        numbering.at_least(SERIES, min(max(numbers), 2_000_000_000))


def _entry(entry: Entered, site: Site) -> Instrument:
    facts = entry.facts
    reason = facts["no_calibration_reason"]
    plain = ("kind", "name_vi", "name_en", "maker", "type", "serial", "firmware", "location", "ownership", "owner", "pool", "acquired_on",
             "expires_on", "acceptance", "range_text", "uncertainty_text", "room_id")
    return Instrument(
        code=facts["code"] or f"EQ-{numbering.next_value(SERIES):03d}", site_id=site.id, calibration_required=not reason,
        no_calibration_reason=reason, **{name: facts[name] for name in plain},
    )
