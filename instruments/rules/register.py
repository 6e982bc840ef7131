"""What an entry of the register must say about itself, by its kind (6.4.13 a, b, f)."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from instruments.rules.words import KINDS, OWNERSHIP, Words

#: A VISA resource name, as far as its form goes: TCPIP0::192.0.2.7::inst0::INSTR, GPIB0::18::INSTR, USB0::0x2A8D::…
_RESOURCE = re.compile(r"(TCPIP|GPIB|USB|ASRL|VXI|PXI|PRLGX-TCPIP)[^:\s]*::\S+", re.IGNORECASE)
#: Kinds that a maker built and numbered.
_MADE = frozenset({"instrument", "reference_material"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What was said of an instrument: only what `faults` looks at."""

    kind: str
    maker: str
    type: str
    serial: str
    ownership: str = "own"
    owner: str = ""
    acquired_on: date | None = None
    first_issued_on: date | None = None
    expires_on: date | None = None
    acceptance: str = ""
    resource: str = ""
    identity: str = ""


def faults(entry: Entry, today: date) -> list[tuple[str, Words]]:
    """What is wrong with an entry: (field, what to say), in the order of the form; empty when it may stand.

    Maker, type and serial number are asked of what a maker numbers; a measuring system or a room has none. Days run in order:
    acquired, first issued, expires.
    """
    found: list[tuple[str, Words]] = []
    if entry.kind not in KINDS:
        return [("kind", _l("Lựa chọn không có trong danh sách."))]
    wanted = ("maker", "type", "serial") if entry.kind in _MADE else ("maker", "type") if entry.kind == "software" else ()
    found += [(name, _l("Cần điền mục này.")) for name in wanted if not getattr(entry, name).strip()]
    if entry.ownership not in OWNERSHIP:
        found.append(("ownership", _l("Lựa chọn không có trong danh sách.")))
    elif entry.ownership != "own" and not entry.owner.strip():
        found.append(("owner", _l("Ghi chủ sở hữu của thiết bị thuê, mượn hoặc của khách hàng.")))
    if entry.acquired_on is not None and entry.acquired_on > today:
        found.append(("acquired_on", _l("Ngày này ở tương lai.")))
    if entry.first_issued_on is not None:
        if entry.first_issued_on > today:
            found.append(("first_issued_on", _l("Ngày này ở tương lai.")))
        elif entry.acquired_on is not None and entry.first_issued_on < entry.acquired_on:
            found.append(("first_issued_on", _l("Ngày đưa ra dùng lần đầu không thể trước ngày nhận.")))
    started = max((day for day in (entry.acquired_on, entry.first_issued_on) if day is not None), default=None)
    if entry.expires_on is not None and started is not None and entry.expires_on <= started:
        found.append(("expires_on", _l("Ngày hết hạn phải sau ngày nhận và ngày đưa ra dùng.")))
    if entry.kind == "reference_material" and entry.expires_on is None and not entry.acceptance.strip():
        found.append(("expires_on", _l("Mẫu chuẩn: ghi ngày hết hạn, hoặc ghi ở tiêu chí chấp nhận vì sao không có hạn (6.4.13 f).")))
    if entry.resource and not _RESOURCE.fullmatch(entry.resource):
        found.append(("resource", _l("Địa chỉ VISA có dạng TCPIP0::192.0.2.7::inst0::INSTR hoặc GPIB0::18::INSTR.")))
    return found
