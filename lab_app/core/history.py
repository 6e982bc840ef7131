"""The audit trail in words: the entries of a record, told to a person.

An entry keeps the names of columns and values as machines write them. Rooms say here what their fields, states and
records are called (`say_fields`, `say_values`, `say_kinds`), so that every history reads alike and no template guesses.
"""
from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.access import current_actor
from lab_app.core.audit import AuditEntry
from lab_app.core.i18n import show_date, show_datetime, show_decimal
from lab_app.core.permissions import P

#: Text, translated when it is shown (the translation library carries no types).
Words: TypeAlias = Any

_FIELDS: dict[str, Words] = {
    "status": _l("Trạng thái"), "name": _l("Tên"), "code": _l("Mã"), "note": _l("Ghi chú"), "reason": _l("Lý do"),
    "email": _l("Thư điện tử"), "phone": _l("Điện thoại"), "address": _l("Địa chỉ"), "title": _l("Chức danh"),
    "tax_code": _l("Mã số thuế"), "due_date": _l("Hạn"), "active": _l("Đang hoạt động"), "language": _l("Ngôn ngữ"),
    "condition": _l("Tình trạng"), "place": _l("Nơi giữ"), "firmware": _l("Firmware"), "quantity": _l("Số lượng"),
}
_FIELDS_OF: dict[tuple[str, str], Words] = {}
_VALUES: dict[tuple[str, str], Callable[[str], Words]] = {}
_KINDS: dict[str, Words] = {}
_WITHHELD: dict[str, P] = {}
_ACTIONS: dict[str, Words] = {"create": _l("Tạo"), "change": _l("Sửa"), "status": _l("Chuyển trạng thái"), "delete": _l("Xóa")}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
SHOWN_AT_CREATION = 6
LONG_LIST = 6


def say_kinds(words: Mapping[str, Words]) -> None:
    """Name kinds of records: audit kind → its word (`{"sample.item": _l("Mẫu")}`)."""
    _KINDS.update(words)


def withhold(kind: str, permission: P) -> None:
    """Of records of this kind that are part of another one's history only who has the permission reads more than that something was done:
    neither the values nor the reason."""
    _WITHHELD[kind] = permission


def say_fields(kind: str, words: Mapping[str, Words]) -> None:
    """Name the fields of one kind of record."""
    _FIELDS_OF.update({(kind, name): word for name, word in words.items()})


def say_values(kind: str, field: str, words: Mapping[str, Words] | Callable[[str], Words]) -> None:
    """Say what the values of a field are called (states, choices), by a table or by a function of the stored text.

    A list or a mapping reaches the function as JSON.
    """
    if callable(words):
        _VALUES[kind, field] = words
    else:
        table = dict(words)
        _VALUES[kind, field] = lambda value: table.get(value, value)


def say_numbers(kind: str, *fields: str) -> None:
    """Fields whose stored text is a measured number: shown with the reader's decimal sign, every digit kept."""
    for field in fields:
        _VALUES[kind, field] = _number_word


def _number_word(text: str) -> str:
    try:
        return show_decimal(Decimal(text))
    except InvalidOperation:
        return text


def field_word(name: str, kind: str = "") -> Words:
    """What a field is called; its own name, with blanks, where no room has said."""
    return _FIELDS_OF.get((kind, name)) or _FIELDS.get(name) or name.replace("_", " ")


def kind_word(kind: str) -> Words:
    """What a kind of record is called; its own name where no room has said."""
    return _KINDS.get(kind, kind)


def value_word(value: Any, kind: str = "", field: str = "") -> Words:
    """A stored value as a person reads it: dates dd/mm/yyyy, yes and no, the words of states, lists with commas; numbers as kept."""
    if value is None:
        return ""
    if (kind, field) in _VALUES:
        return _VALUES[kind, field](json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value))
    if isinstance(value, bool):
        return gettext("có") if value else gettext("không")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(str(value_word(one)) for one in value)
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return "; ".join(f"{field_word(name, kind)}: {value_word(one)}" for name, one in value.items())
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if _DAY.fullmatch(text):
        return show_date(date.fromisoformat(text))
    if _MOMENT.match(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        return show_datetime(moment) if moment.tzinfo else text
    return text


@dataclass(frozen=True)
class Told:
    """One entry as a page shows it. `changes` is (label, old, new) in words."""

    at: datetime
    who: str
    what: Words
    code: str
    reason: str
    changes: list[tuple[Words, Words, Words]]


def _told_change(name: str, kind: str, old: Any, new: Any) -> tuple[Words, Words, Words]:
    """Label, before, after. Of two long lists only what was taken out and what was put in."""
    label = field_word(name, kind)
    if isinstance(old, list) and isinstance(new, list) and max(len(old), len(new)) > LONG_LIST:
        label = gettext("%(field)s (phần đổi)", field=label)
        old, new = [v for v in old if v not in new], [v for v in new if v not in old]
    return label, value_word(old, kind, name), value_word(new, kind, name)


def told(entries: Iterable[AuditEntry], skip: Iterable[str] = ()) -> list[Told]:
    """Entries in words, in the order given. `skip` leaves fields out (foreign keys a reader cannot read).

    A creation shows its first few fields only: the record's own page holds them all. Of kinds that the reader may not read (`withhold`)
    stands that something was done, when and by whom.
    """
    left_out = {*skip, "created_at", "updated_at", "search_text"}
    out = []
    for entry in entries:
        kind = entry.subject_kind
        raw: dict[str, list[Any]] = json.loads(entry.canonical).get("changes", {})
        changes = [
            _told_change(name, kind, old, new)
            for name, (old, new) in raw.items()
            if name not in left_out and not name.endswith("_id")
        ]
        if entry.action == "create":
            changes = [c for c in changes if c[2]][:SHOWN_AT_CREATION]
        what: Words = _ACTIONS.get(entry.action, entry.action)
        if kind in _KINDS:
            what = gettext("%(action)s: %(kind)s", action=what, kind=_KINDS[kind])
        if kind in _WITHHELD and not current_actor().can(_WITHHELD[kind]):
            out.append(Told(entry.at, entry.actor_name, what, entry.subject_code, "", []))
            continue
        out.append(Told(entry.at, entry.actor_name, what, entry.subject_code, entry.reason, changes))
    return out


def init_app(app: Flask) -> None:
    """Give templates `told` and `field_word`."""
    app.jinja_env.globals.update(told=told, field_word=field_word, kind_word=kind_word)
