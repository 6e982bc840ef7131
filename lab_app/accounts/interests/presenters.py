"""Rows of undertakings, interests and pressure as pages and files show them."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from lab_app.accounts.interests import rules, wording
from lab_app.accounts.interests.models import Interest, PressureIncident
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.i18n import pick


@dataclass(frozen=True)
class Standing:
    """How a person stands: undertaking (a key of `wording.UNDERTAKING_STATES`), last and next declaration, interests today."""

    person: Person
    undertaking: str
    declared_on: date | None
    due: date | None
    state: str
    interests: int


def undertaking_state(person: Person, today: date) -> str:
    """`given`, `again` (a new text waits to be signed), `none`."""
    if person.undertaking_on is None:
        return "none"
    if person.undertaking_until is None:
        return "given"
    return "again" if today <= person.undertaking_until else "none"


def standing(people: Sequence[Person], declared: Mapping[int, date], counts: Mapping[int, int]) -> list[Standing]:
    """People as the list of declarations shows them."""
    today = clock.today()
    out = []
    for person in people:
        due = rules.due_on(person.undertaking_on, declared.get(person.id))
        out.append(Standing(person, undertaking_state(person, today), declared.get(person.id), due, rules.declaration_state(due, today),
                            counts.get(person.id, 0)))
    return out


def declarations_table(rows: Sequence[Standing]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of the exported list."""
    heads = [gettext("Mã"), gettext("Họ và tên"), gettext("Chức danh"), gettext("Cam kết bảo mật"), gettext("Ngày ký"),
             gettext("Khai gần nhất"), gettext("Hạn khai"), gettext("Tình trạng"), gettext("Lợi ích đang có")]
    return heads, [
        [row.person.code, row.person.full_name, pick(row.person.title_vi, row.person.title_en),
         str(wording.UNDERTAKING_STATES[row.undertaking].word), row.person.undertaking_on, row.declared_on, row.due,
         str(wording.DECLARATION_STATES[row.state].word), row.interests] for row in rows
    ]


def interests(rows: Sequence[Interest]) -> list[Interest]:
    """A person's interests, those that stand first."""
    today = clock.today()
    return sorted(rows, key=lambda row: (row.ended_on is not None and row.ended_on <= today, -row.id))


def interests_table(rows: Sequence[Interest], detailed: bool) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of the exported interests; `detailed` adds what was said of each."""
    heads = [gettext("Bên liên quan"), gettext("Loại bên liên quan"), gettext("Mã khách hàng"), gettext("Người khai"), gettext("Lợi ích"),
             gettext("Từ ngày"), gettext("Ghi lúc"), gettext("Hết từ ngày"), gettext("Căn cứ ghi hết")]
    table = [
        [row.party_name, str(rules.PARTIES[row.party_kind]), row.party_code, row.person.full_name, str(rules.NATURES[row.nature]),
         row.since, row.recorded_at, row.ended_on, row.ended_reason] for row in rows
    ]
    if detailed:
        heads.append(gettext("Nội dung"))
        table = [[*cells, row.description] for cells, row in zip(table, rows, strict=True)]
    return heads, table


def pressure_table(rows: Sequence[PressureIncident]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of the exported log; who reported stays out of it."""
    heads = [gettext("Mã"), gettext("Loại sức ép"), gettext("Xảy ra ngày"), gettext("Từ ai"), gettext("Về việc, hồ sơ"), gettext("Sự việc"),
             gettext("Cách xử lý"), gettext("Xử lý lúc")]
    return heads, [
        [row.code, str(rules.PRESSURES.get(row.nature, row.nature)), row.happened_on, row.from_whom, row.about, row.what, row.answer,
         row.answered_at] for row in rows
    ]
